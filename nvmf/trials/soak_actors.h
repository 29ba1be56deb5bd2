// What hosts do during the soak, each as one turn of an Actor.
//
// Errors    a sentence: what should not have happened.
// Lifetime  a Stage outlives the actors that play on it.
#ifndef NVMF_TRIALS_SOAK_ACTORS_H_
#define NVMF_TRIALS_SOAK_ACTORS_H_

#include <cstdint>
#include <memory>
#include <random>

#include "nvmf/trials/actor.h"
#include "nvmf/trials/busy_host.h"

namespace nvmf::trials {

inline constexpr std::uint32_t kSoakBlock = 512;
inline constexpr std::uint64_t kRegionBytes = 8 << 20;  // Of NSID 1, to each ledger.

// Steady keeps one association busy for as long as the soak lasts.
class Steady {
 public:
  // `region` and the next are its own. Writes everything once.
  static cmd::Outcome<std::unique_ptr<Steady>> Begin(const TrialHostOptions& host,
                                                     std::uint64_t region,
                                                     std::uint32_t most_bytes);
  cmd::Outcome<> Turn(Actor& self);
  // End reads everything back and leaves.
  cmd::Outcome<> End();

 private:
  explicit Steady(std::uint64_t region);
  cmd::Outcome<> Judge(Actor* self);

  std::array<BlockLedger, 2> ledgers_;
  std::unique_ptr<BusyHost> host_{};
};

// Visitor comes, works a little, and leaves: by Shutdown, or without a word.
class Visitor {
 public:
  Visitor(std::uint16_t port, std::uint64_t region);
  cmd::Outcome<> Turn(Actor& self);

 private:
  const std::uint16_t port_;
  std::array<BlockLedger, 2> ledgers_;
  std::mt19937_64 random_;
};

// ReadDiscovery connects to the discovery service and reads its log.
cmd::Outcome<> ReadDiscovery(Actor& self, std::uint16_t port);

// UseGuests lists the namespaces and uses those that are there; they may go at any moment.
class UseGuests {
 public:
  explicit UseGuests(std::uint16_t port) : port_(port) {}
  cmd::Outcome<> Turn(Actor& self);

 private:
  const std::uint16_t port_;
  std::unique_ptr<TrialHost> host_{};
  std::optional<HostQPair> queue_{};
};

// Idler has an association that lives by Keep Alive alone.
class Idler {
 public:
  explicit Idler(std::uint16_t port) : port_(port) {}
  cmd::Outcome<> Turn(Actor& self);

 private:
  const std::uint16_t port_;
  std::unique_ptr<TrialHost> host_{};
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_SOAK_ACTORS_H_
