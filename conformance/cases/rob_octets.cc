// Sessions that stall, whose fields are at their extremes, or whose octets were changed; controller
// on trial.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/cases/robust.h"
#include "conformance/wire/digests.h"
#include "conformance/wire/field_places.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

// Session is what a host says until it has read a property.
struct Session {
  Bytes octets = {};
  std::size_t data_at = 0;  // Where the Connect's data begin.
  std::uint16_t last = 0;   // CID of the last command.
};

// SessionOf asks the controller on `host` how it wants digests and alignment.
Session SessionOf(HostPeer& host, std::uint8_t dgst) {
  host.IcExchange({.dgst = dgst});
  Sqe connect = host.ConnectCommand({});
  connect.cid = 1;
  Sqe get = MakePropertyGet(Cap::kOffset, Cap::kWidth);
  get.cid = 2;
  Session session{.last = get.cid};
  session.octets = Join(host.Frame(tcp::IcReq{.dgst = dgst}),
                        host.Frame(tcp::CapsuleCmd{.sqe = connect}, host.ConnectPage({})));
  session.data_at = tcp::IcReq::kSize + tcp::CapsuleCmd::kSize;  // Or behind that, if padded.
  session.octets = Join(session.octets, host.Frame(tcp::CapsuleCmd{.sqe = get}));
  return session;
}

enum class After { kClose, kReset, kRest };

// FinishLate says the rest after all, and waits for the last answer.
Verdict FinishLate(HostPeer& victim, ByteView rest, std::uint16_t last) {
  victim.SendRaw(rest);
  while (true) {
    const Event event = victim.Next();
    if (AnyCompletion(last).fits(event)) return Ended(victim);
    const bool on_the_way = event.Is(tcp::PduType::kIcResp) || event.Is(tcp::PduType::kCapsuleResp);
    if (!on_the_way) victim.Miss("the session's answers", event);
  }
}

template <After kAfter>
Verdict StallsAtEachOctet(HostPeer& control) {
  constexpr unsigned kStride = 16;  // In data, where all octets are alike.
  const Bystander bystander(control);
  HostPeer scribe = bystander.Victim();
  const Session session = SessionOf(scribe, 0);
  const unsigned stride = std::max(1u, kStride / bystander.Times(1));
  for (std::size_t at = 1; at < session.octets.size(); ++at) {
    const bool in_data = at > session.data_at && at < session.data_at + ConnectData::kSize;
    if (in_data && (at - session.data_at) % stride != 0) continue;
    HostPeer victim = bystander.Victim();
    victim.SendRaw(ByteView(session.octets).first(at));
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
    if (kAfter == After::kReset) victim.Reset();
    if (kAfter == After::kReset) continue;
    const Verdict end =
        kAfter == After::kClose
            ? Ended(victim)
            : FinishLate(victim, ByteView(session.octets).subspan(at), session.last);
    if (end.kind != kPass) return {end.kind, "at octet " + std::to_string(at) + ": " + end.message};
  }
  return bystander.Recovered();
}

// A write that stalls in its H2CData: in turn a close, a reset, and the rest.
Verdict StallsInH2CData(HostPeer& control) {
  const Bystander bystander(control);
  for (const std::size_t at : {1u, 3u, 7u, 8u, 9u, 15u, 23u, 24u, 25u, 511u, 512u, 535u, 1000u}) {
    for (const After after : {After::kClose, After::kReset, After::kRest}) {
      IoVictim victim = bystander.IoVictimOf();
      const OpenWrite write = victim.io.OpenAWrite();
      const tcp::H2CData pdu{.cccid = write.cid, .ttag = write.r2t.ttag, .datal = write.r2t.r2tl};
      const Bytes data(write.data.begin(), write.data.begin() + write.r2t.r2tl);
      const Bytes frame = victim.io.Frame(pdu, data, {}, tcp::kLastPdu);
      victim.io.SendRaw(ByteView(frame).first(at));
      if (auto bad = Bad(bystander.Unharmed())) return *bad;
      if (after == After::kReset) {
        victim.io.Reset();
        continue;
      }
      if (after == After::kRest) {
        victim.io.SendRaw(ByteView(frame).subspan(at));
        if (!victim.io.FinishWrite(write, write.r2t.r2tl).ok()) return {kFail, "the write fails"};
      }
      if (auto bad = Bad(Ended(victim.io))) return *bad;
    }
  }
  return bystander.Recovered();
}

// FieldsAtExtremes makes a PDU for a new victim per field and value. What the user did not grant is
// left out.
template <tcp::Pdu P, class Prepare>
Verdict FieldsAtExtremes(const Bystander& bystander, Prepare prepare) {
  for (const FieldPlace& place : FieldPlaces(P::kType)) {
    for (const Bytes& value : Extremes(place.size)) {
      HostPeer victim = bystander.Victim();
      Bytes pdu = prepare(victim);
      std::ranges::copy(value, pdu.begin() + static_cast<std::ptrdiff_t>(place.at));
      if (victim.Forbidden(pdu)) continue;
      victim.SendRaw(pdu);
      const Verdict end = Ended(victim);
      if (end.kind != kPass)
        return {end.kind, "field " + std::string(place.name) + ": " + end.message};
      if (auto bad = Bad(bystander.Unharmed())) return *bad;
    }
  }
  return Pass();
}

Verdict IcReqAtExtremes(HostPeer& control) {
  return FieldsAtExtremes<tcp::IcReq>(Bystander(control), [](HostPeer& victim) {
    victim.negotiated().asked_dgst = 3;  // Perhaps.
    return victim.Frame(tcp::IcReq{});
  });
}

Verdict TermReqAtExtremes(HostPeer& control) {
  return FieldsAtExtremes<tcp::H2CTermReq>(Bystander(control), [](HostPeer& victim) {
    victim.ConnectAdmin();
    return victim.Frame(tcp::H2CTermReq{{.fes = 1}}, Bytes(24));
  });
}

Verdict ConnectAtExtremes(HostPeer& control) {
  return FieldsAtExtremes<tcp::CapsuleCmd>(Bystander(control), [](HostPeer& victim) {
    victim.IcExchange();
    return victim.Frame(tcp::CapsuleCmd{.sqe = victim.ConnectCommand({})}, victim.ConnectPage({}));
  });
}

Verdict AdminCommandsAtExtremes(HostPeer& control) {
  const Bystander bystander(control);
  for (Sqe sqe : {HostPeer::IdentifyCommand(), MakePropertyGet(Cap::kOffset, Cap::kWidth),
                  HostPeer::LogCommand(LogPage::kErrorInformation, 64)}) {
    const Verdict verdict = FieldsAtExtremes<tcp::CapsuleCmd>(bystander, [&](HostPeer& victim) {
      victim.ConnectAdmin();
      return victim.Frame(tcp::CapsuleCmd{.sqe = sqe});
    });
    if (auto bad = Bad(verdict)) return *bad;
  }
  return Pass();
}

// OnIoQueues keeps the admin queue of the latest I/O queue open while that is used.
template <tcp::Pdu P, class Prepare>
Verdict OnIoQueues(HostPeer& control, Prepare prepare) {
  std::vector<HostPeer> admins;
  return FieldsAtExtremes<P>(Bystander(control), [&](HostPeer& victim) {
    HostPeer io = victim.OpenIo();
    Bytes pdu = prepare(io);
    admins.clear();
    admins.push_back(std::exchange(victim, std::move(io)));
    return pdu;
  });
}

Verdict ReadAtExtremes(HostPeer& control) {
  return OnIoQueues<tcp::CapsuleCmd>(control, [](HostPeer& io) {
    return io.Frame(tcp::CapsuleCmd{.sqe = io.ReadCommand(io.claims().block)});
  });
}

Verdict H2CDataAtExtremes(HostPeer& control) {
  return OnIoQueues<tcp::H2CData>(control, [](HostPeer& io) {
    const OpenWrite write = io.OpenAWrite();
    return io.Frame(tcp::H2CData{.cccid = write.cid, .ttag = write.r2t.ttag, .datal = 512},
                    Bytes(512));
  });
}

// FlipOctets changes one to four octets; with `mend`, header digests that were right are so again.
void FlipOctets(Bytes& octets, bool mend, std::mt19937& chance) {
  const Bytes before = octets;
  for (unsigned n = 1 + chance() % 4; n > 0; --n) {
    octets[chance() % octets.size()] ^= static_cast<std::byte>(1 + chance() % 255);
  }
  if (mend) MendDigests(octets, before);
}

constexpr unsigned kSeed = 20260102;

Verdict FlippedSessions(HostPeer& control) {
  const Bystander bystander(control);
  HostPeer scribe = bystander.Victim();
  const Session session = SessionOf(scribe, tcp::kDgstHeader | tcp::kDgstData);
  std::mt19937 chance(kSeed);
  const unsigned rounds = bystander.Times(200);
  for (unsigned round = 0; round < rounds; ++round) {
    Bytes octets = session.octets;
    FlipOctets(octets, round % 2 == 1, chance);
    HostPeer victim = bystander.Victim();
    if (victim.Forbidden(octets)) continue;
    victim.negotiated() = scribe.negotiated();
    victim.SendRaw(octets);
    const Verdict end = Ended(victim);
    if (end.kind != kPass)
      return {end.kind, "session " + std::to_string(round) + ": " + end.message};
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return bystander.Recovered();
}

// In each state of the receiver, bad PDUs of several kinds.
enum class State { kNew, kUnconnected, kLive };

void Bring(HostPeer& victim, State state) {
  if (state == State::kNew) return;
  state == State::kUnconnected ? (void)victim.IcExchange() : victim.ConnectAdmin();
}

Bytes BadPdu(HostPeer& victim, unsigned kind) {
  const tcp::CapsuleCmd capsule{.sqe = victim.BarrierCommand()};
  switch (kind % 6) {
    case 0:
      return victim.Frame(capsule, {}, {.type = 0x0A});
    case 1:
      return victim.Frame(capsule, {}, {.hlen = 73});
    case 2:
      return victim.Frame(capsule, {}, {.plen = 0});
    case 3:
      return victim.Frame(tcp::H2CData{.ttag = 77, .datal = 4}, Bytes(4));
    case 4:
      return victim.Frame(tcp::R2T{.r2tl = 4096});
    default:
      return victim.Frame(tcp::IcReq{.pfv = 9});
  }
}

template <State kState>
Verdict BadPdusByTheHundred(HostPeer& control) {
  const Bystander bystander(control);
  const unsigned times = bystander.Times(120);
  for (unsigned i = 0; i < times; ++i) {
    HostPeer victim = bystander.Victim();
    Bring(victim, kState);
    const Bytes bad_pdu = BadPdu(victim, i);
    victim.SendRaw(bad_pdu);
    if (auto bad = Bad(Ended(victim))) return *bad;
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return bystander.Recovered();
}

Verdict BadPdusInData(HostPeer& control) {
  const Bystander bystander(control);
  const unsigned times = bystander.Times(60);
  for (unsigned i = 0; i < times; ++i) {
    IoVictim victim = bystander.IoVictimOf();
    const OpenWrite write = victim.io.OpenAWrite();
    victim.io.SendData(write, 0, 512);
    victim.io.SendRaw(BadPdu(victim.io, i));
    if (auto bad = Bad(Ended(victim.io))) return *bad;
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return bystander.Recovered();
}

constexpr Case kCases[] = {
    {"ROB-G01/close", "Sessions that stall at any octet and close harm nobody",
     StallsAtEachOctet<After::kClose>},
    {"ROB-G01/reset", "Sessions that stall at any octet and are reset harm nobody",
     StallsAtEachOctet<After::kReset>},
    {"ROB-G01/rest", "Sessions that stall at any octet and go on are served",
     StallsAtEachOctet<After::kRest>},
    {"ROB-G01/h2cdata", "Writes that stall in the middle of H2CData harm nobody", StallsInH2CData,
     kDestructive, Need::kIoQueue},
    {"ROB-G02/icreq", "ICReqs with each field at its extremes harm nobody", IcReqAtExtremes},
    {"ROB-G02/termreq", "H2CTermReqs with each field at its extremes harm nobody",
     TermReqAtExtremes},
    {"ROB-G02/connect", "Connects with each field at its extremes harm nobody", ConnectAtExtremes},
    {"ROB-G02/admin", "Admin commands with each field at its extremes harm nobody",
     AdminCommandsAtExtremes},
    {"ROB-G02/read", "Reads with each field at its extremes harm nobody", ReadAtExtremes,
     kDisruptive, Need::kIoQueue},
    {"ROB-G02/h2cdata", "H2CData with each field at its extremes harm nobody", H2CDataAtExtremes,
     kDestructive, Need::kIoQueue},
    {"ROB-G05/200-sessions", "200 sessions with octets flipped by chance harm nobody",
     FlippedSessions},
    {"ROB-S08/before-icreq", "Bad PDUs instead of ICReq, by the hundred, harm nobody",
     BadPdusByTheHundred<State::kNew>},
    {"ROB-S08/before-connect", "Bad PDUs instead of Connect, by the hundred, harm nobody",
     BadPdusByTheHundred<State::kUnconnected>},
    {"ROB-S08/live", "Bad PDUs on live queues, by the hundred, harm nobody",
     BadPdusByTheHundred<State::kLive>},
    {"ROB-S08/in-data", "Bad PDUs in the middle of a write's data harm nobody", BadPdusInData,
     kDestructive, Need::kIoQueue},
};

}  // namespace

std::span<const Case> RobOctetsCases() { return kCases; }

}  // namespace nvmf::conformance
