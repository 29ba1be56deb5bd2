#include "conformance/cases/robust.h"

#include <utility>

namespace nvmf::conformance {
namespace {

using tcp::PduType;

// Illegal tells what is wrong with an event whatever was asked.
std::optional<Verdict> Illegal(const Event& event) {
  if (event.kind == Event::Kind::kSilence) return Verdict{kHang, "neither an answer nor a close"};
  if (event.kind == Event::Kind::kGarbage) return Verdict{kFail, "came " + event.Text()};
  if (event.ended()) return std::nullopt;
  switch (event.pdu.header.type) {
    case PduType::kIcResp:
    case PduType::kC2HTermReq:
    case PduType::kCapsuleResp:
    case PduType::kC2HData:
    case PduType::kR2T:
      return std::nullopt;
    case PduType::kIcReq:
    case PduType::kH2CTermReq:
    case PduType::kCapsuleCmd:
    case PduType::kH2CData:
      break;
  }
  return Verdict{kFail, "no controller says " + event.Text()};
}

bool EndsACommand(const Event& event) {
  if (event.Is(PduType::kCapsuleResp) || event.Is(PduType::kR2T)) return true;
  return event.Is(PduType::kC2HData) && (event.pdu.header.flags & tcp::kSuccess) != 0;
}

}  // namespace

Bystander::Bystander(HostPeer& control) : control_(control) {
  control.Enable();
  control.trial().set_set_up_on_trial(true);
}

IoVictim Bystander::IoVictimOf(const tcp::IcReq& ic, const ConnectOptions& options) const {
  HostPeer admin = Victim();
  HostPeer io = admin.OpenIo(ic, options);
  return {.admin = std::move(admin), .io = std::move(io)};
}

std::optional<HostPeer> Bystander::OneMore() const {
  try {
    return Victim();
  } catch (const Unmet& unmet) {
    if (unmet.verdict.kind == kDown) return std::nullopt;
    throw;
  }
}

Verdict Bystander::Unharmed() const {
  Verdict alive = control_.ExpectAlive();
  if (alive.kind != kPass) alive.message = "another association: " + alive.message;
  return alive;
}

Verdict Bystander::Recovered() const {
  const Deadline deadline = control_.trial().Step();
  while (true) {
    if (auto bad = Bad(Unharmed())) return *bad;
    try {
      HostPeer fresh = Victim();
      fresh.ConnectAdmin();
      return Unharmed();
    } catch (const Unmet& unmet) {
      if (deadline.passed()) return {kFail, "no new association: " + unmet.verdict.message};
    }
  }
}

Verdict Ended(HostPeer& victim) {
  victim.set_sees_to_end(false);
  victim.CloseWrite();
  bool terminated = false;
  while (true) {
    const Event event = victim.Next();
    if (auto illegal = Illegal(event)) return *illegal;
    if (event.ended()) return Pass();
    if (terminated) return {kFail, "behind its C2HTermReq came " + event.Text()};
    terminated = event.Is(PduType::kC2HTermReq);
  }
}

Verdict Answered(HostPeer& victim, unsigned commands) {
  for (unsigned done = 0; done < commands;) {
    const Event event = victim.Next();
    if (auto illegal = Illegal(event)) return *illegal;
    if (event.ended() || event.Is(PduType::kC2HTermReq)) return Pass();
    if (EndsACommand(event)) ++done;
  }
  return Pass();
}

}  // namespace nvmf::conformance
