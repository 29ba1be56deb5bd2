// What the cases share that try what a controller can bear.
//
//   Verdict TtagFarAbove(HostPeer& control) {
//     Bystander bystander(control);                     // an association that must notice nothing
//     HostPeer victim = bystander.Victim();
//     victim.ConnectAdmin();
//     victim.Send(tcp::H2CData{.ttag = 0xFFFE, .datal = 512}, Bytes(512));
//     if (auto bad = Bad(Ended(victim))) return *bad;   // whatever legal answer, then the end
//     return bystander.Unharmed();
//   }
//
// How much a case does is bounded, and multiplied by Limits::load.
//
// Lifetime  a Bystander borrows the control connection.
// Threads   one at a time.
#ifndef CONFORMANCE_CASES_ROBUST_H_
#define CONFORMANCE_CASES_ROBUST_H_

#include <optional>

#include "conformance/cases/words.h"

namespace nvmf::conformance {

// FES values of 06h and above, which few have a name for.
inline constexpr std::uint16_t kNamelessFes[] = {6, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF};

// IoVictim is an I/O queue with the association it belongs to.
struct IoVictim {
  HostPeer admin;
  HostPeer io;
};

class Bystander {
 public:
  // From here on what the case sets up is on trial, too: the device must go along with it.
  explicit Bystander(HostPeer& control);

  HostPeer Victim() const { return control_.Another(); }
  IoVictim IoVictimOf(const tcp::IcReq& ic = {}, const ConnectOptions& options = {}) const;
  // One of a crowd: nothing when the device takes no more, as it may.
  std::optional<HostPeer> OneMore() const;

  // Times returns `n`, as often as the user wants it.
  unsigned Times(unsigned n) const { return n * control_.trial().limits().load; }

  // Unharmed: the association is served as before.
  Verdict Unharmed() const;
  // Recovered: so it is, and within a step's time new associations are taken again.
  Verdict Recovered() const;

 private:
  HostPeer& control_;
};

// Ended ends a victim's connection from our side and hears the controller out: answers, at most one
// TermReq behind which nothing comes, and the end.
Verdict Ended(HostPeer& victim);

// Answered hears the controller until `commands` of them have ended, be it by an R2T that is not
// served, or the connection has.
Verdict Answered(HostPeer& victim, unsigned commands);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_CASES_ROBUST_H_
