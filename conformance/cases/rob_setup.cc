// Set-ups of queues that fail, are given up, or are too many; controller on trial.
#include <algorithm>
#include <string>
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"
#include "conformance/cases/robust.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

constexpr std::uint8_t kBothDigests = tcp::kDgstHeader | tcp::kDgstData;
constexpr unsigned kSideBySide = 32;
constexpr unsigned kRounds = 4;

// Leave goes away in turn by FIN and by RST.
void Leave(HostPeer& victim, unsigned number) { number % 2 == 0 ? victim.Close() : victim.Reset(); }

// Crowds opens so many connections side by side, does `harm` to each and leaves all of them; and
// so on in rounds. A device that takes no more for now may refuse.
template <class Harm>
Verdict Crowds(HostPeer& control, Harm harm) {
  const Bystander bystander(control);
  const unsigned rounds = bystander.Times(kRounds);
  for (unsigned round = 0; round < rounds; ++round) {
    std::vector<HostPeer> crowd;
    for (unsigned i = 0; i < kSideBySide; ++i) {
      auto victim = bystander.OneMore();
      if (!victim) break;
      crowd.push_back(std::move(*victim));
      harm(crowd.back(), i);
    }
    for (unsigned i = 0; i < crowd.size(); ++i) Leave(crowd[i], i);
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return bystander.Recovered();
}

void FailInSetUp(HostPeer& victim, unsigned number) {
  switch (number % 4) {
    case 0:
      return victim.Send(tcp::IcReq{.hpda = 32, .dgst = kBothDigests});
    case 1:
      return victim.Send(tcp::IcReq{.pfv = 1, .dgst = kBothDigests});
    case 2:
      return victim.SendRaw(ByteView(victim.Frame(tcp::IcReq{.dgst = kBothDigests})).first(64));
    default: {
      const Bytes connect =
          victim.Frame(tcp::CapsuleCmd{.sqe = victim.ConnectCommand({})}, victim.ConnectPage({}));
      victim.Send(tcp::IcReq{});
      victim.SendRaw(ByteView(connect).first(connect.size() / 2));
    }
  }
}
Verdict SetUpsThatFail(HostPeer& control) { return Crowds(control, FailInSetUp); }

Verdict GoneAtOnce(HostPeer& control) {
  return Crowds(control, [](HostPeer&, unsigned) {});
}
Verdict GoneAfterIcReq(HostPeer& control) {
  return Crowds(control, [](HostPeer& victim, unsigned) { victim.Send(tcp::IcReq{}); });
}

// A Connect is on its way, and nobody waits for its answer.
Verdict GoneBeforeConnectIsAnswered(HostPeer& control) {
  const Bystander bystander(control);
  const unsigned times = bystander.Times(250);
  for (unsigned i = 0; i < times; ++i) {
    auto victim = bystander.OneMore();
    if (!victim) break;
    victim->Send(tcp::IcReq{});
    victim->Submit(victim->ConnectCommand({}), victim->ConnectPage({}));
    Leave(*victim, i);
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return bystander.Recovered();
}

// Names without an end, in a Connect that must not succeed.
void FillSubnqn(ConnectTry& connect) { connect.Blank(kSubnqnAt, sizeof(NqnField), 'A'); }
void FillHostnqn(ConnectTry& connect) { connect.Blank(kHostnqnAt, sizeof(NqnField), 'A'); }
void FillBoth(ConnectTry& connect) { FillSubnqn(connect), FillHostnqn(connect); }
void AlmostDiscovery(ConnectTry& connect) {
  FillBoth(connect);
  connect.Put(kSubnqnAt, kDiscoveryNqn);
}

// Who connects is looked at only where not everybody may.
constexpr VerdictKind kAnybody = kNonStrict;

template <void (*kFill)(ConnectTry&), VerdictKind kTaken = kFail>
Verdict NamesWithoutAnEnd(HostPeer& control) {
  const Bystander bystander(control);
  HostPeer victim = bystander.Victim();
  victim.IcExchange();
  ConnectTry connect(victim, {});
  kFill(connect);
  const Verdict refused = connect.Send()
                              .Or(SaysAnyError(), kPass)
                              .Or(Closed(), kPass)
                              .Or(AnyTermReq(), kPass)
                              .Or(SaysDone(), kTaken, "a name without an end is taken");
  if (refused.kind != kPass && refused.kind != kNonStrict) return refused;
  if (auto bad = Bad(Ended(victim))) return *bad;
  if (auto bad = Bad(bystander.Unharmed())) return *bad;
  return refused;
}

// Queues as large as CAP allows; an admin queue has at most 4096 entries.
Verdict LargestQueues(HostPeer& control) {
  const Bystander bystander(control);
  const std::uint32_t entries = std::min(Cap{.raw = control.claims().cap}.max_entries(), 4096u);
  const unsigned most = bystander.Times(64);
  std::vector<HostPeer> all;
  while (all.size() < most) {
    auto victim = bystander.OneMore();
    if (!victim) break;
    all.push_back(std::move(*victim));
    all.back().Send(tcp::IcReq{});
    const Event answer = all.back().Next();
    if (answer.ended()) break;
    if (!answer.Is(tcp::PduType::kIcResp)) all.back().Miss("ICResp", answer);
    all.back().Settle({}, answer.pdu.As<tcp::IcResp>());
    const Outcome outcome = ConnectTry(all.back(), {.entries = entries}).Send();
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
    if (SaysDone().fits(outcome.event())) continue;
    if (auto bad = Bad(Outcome(outcome).Or(SaysAnyError(), kPass).Or(Closed(), kPass))) return *bad;
    break;
  }
  for (unsigned i = 0; i < all.size(); ++i) Leave(all[i], i);
  return bystander.Recovered();
}

Verdict ConnectDataByR2T(HostPeer& control) {
  const Bystander bystander(control);
  HostPeer victim = bystander.Victim();
  victim.IcExchange();
  victim.Submit(victim.ConnectCommand({.sgl_type = Sgl::kTransport}));
  if (auto bad = Bad(Answered(victim, 1))) return *bad;
  if (auto bad = Bad(Ended(victim))) return *bad;
  return bystander.Unharmed();
}

// RefusedFor tries an I/O Connect of a controller that is not ours.
Verdict RefusedFor(const Bystander& bystander, std::uint16_t cntlid) {
  HostPeer victim = bystander.Victim();
  victim.IcExchange();
  const Verdict refused = ConnectTry(victim, {.qid = 1, .cntlid = cntlid})
                              .Send()
                              .Or(SaysAnyError(), kPass)
                              .Or(Closed(), kPass);
  if (refused.kind != kPass) {
    return {refused.kind, "CNTLID " + std::to_string(cntlid) + ": " + refused.message};
  }
  return bystander.Unharmed();
}

Verdict CntlidsNeverGivenOut(HostPeer& control) {
  const Bystander bystander(control);
  // Far from those that are: an association before this one may not be at its end yet.
  const unsigned own = control.cntlid();
  for (const unsigned cntlid : {own ^ 0x4000, own ^ 0x8000, own ^ 0xFFFF, 0xFFF0u, 0xFFFFu}) {
    if (auto bad = Bad(RefusedFor(bystander, static_cast<std::uint16_t>(cntlid)))) return *bad;
  }
  return Pass();
}

Verdict CntlidOfAnEndedAssociation(HostPeer& control) {
  const Bystander bystander(control);
  HostPeer ended = bystander.Victim();
  ended.Enable();
  if (auto bad = Bad(Ended(ended))) return *bad;
  return RefusedFor(bystander, ended.cntlid());
}

// Hosts of many names; some controllers know none of them.
Verdict FloodOfConnects(HostPeer& control) {
  const Bystander bystander(control);
  const unsigned hosts = bystander.Times(128);
  std::vector<HostPeer> stay;
  for (unsigned i = 0; i < hosts; ++i) {
    auto victim = bystander.OneMore();
    if (!victim) break;
    victim->Send(tcp::IcReq{});
    ConnectTry connect(*victim, {});
    const std::string name = "nqn.2014-08.org.nvmexpress:flood-" + std::to_string(i);
    connect.Blank(kHostnqnAt, sizeof(NqnField), 0);
    connect.Put(kHostnqnAt, name);
    connect.page[0] = static_cast<std::byte>(i);
    connect.page[1] = static_cast<std::byte>(i >> 8 | 0x80);
    victim->Submit(ViewAs<Sqe>(connect.cmd), connect.page);
    if (i % 2 == 0) {
      Leave(*victim, i / 2);
    } else {
      stay.push_back(std::move(*victim));
    }
    if (i % 8 != 7) continue;
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  for (HostPeer& each : stay) {
    if (auto bad = Bad(Ended(each))) return *bad;
  }
  return bystander.Recovered();
}

constexpr Case kCases[] = {
    {"ROB-L02/side-by-side", "Set-ups of queues that fail side by side harm nobody",
     SetUpsThatFail},
    {"ROB-L03/subnqn", "A SUBNQN without an end is refused", NamesWithoutAnEnd<FillSubnqn>},
    {"ROB-L03/hostnqn", "A HOSTNQN without an end is refused",
     NamesWithoutAnEnd<FillHostnqn, kAnybody>},
    {"ROB-L03/both", "A SUBNQN and a HOSTNQN without an end are refused",
     NamesWithoutAnEnd<FillBoth>},
    {"ROB-L03/discovery", "A discovery NQN that goes on to the end of its field is refused",
     NamesWithoutAnEnd<AlmostDiscovery>},
    {"ROB-L09/250-connects", "250 hosts that go before their Connect is answered harm nobody",
     GoneBeforeConnectIsAnswered},
    {"ROB-L10/largest", "64 admin queues of the largest size harm nobody", LargestQueues},
    {"ROB-L12/at-once", "Connections that go at once harm nobody", GoneAtOnce},
    {"ROB-L16/after-icreq", "Connections that go right after ICReq harm nobody", GoneAfterIcReq},
    {"ROB-L28/connect", "A Connect that wants its data solicited is answered, in whatever way",
     ConnectDataByR2T},
    {"ROB-F01/never", "An I/O Connect for a CNTLID that was never given out is refused",
     CntlidsNeverGivenOut},
    {"ROB-F01/ended", "An I/O Connect for the CNTLID of an ended association is refused",
     CntlidOfAnEndedAssociation},
    {"ROB-G03/128-hosts", "128 hosts that connect, half of which give up, harm nobody",
     FloodOfConnects},
};

}  // namespace

std::span<const Case> RobSetupCases() { return kCases; }

}  // namespace nvmf::conformance
