// H2CData that no command expects, or not so; controller on trial.
#include <algorithm>
#include <initializer_list>
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/cases/changes.h"
#include "conformance/cases/robust.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {
namespace {

using Harm = void (*)(HostPeer& victim);
using HarmToAWrite = void (*)(HostPeer& io, const OpenWrite& write);

// ToVictims does each harm to a connection of its own, on which ICReq was answered.
Verdict ToVictims(HostPeer& control, std::initializer_list<Harm> harms) {
  const Bystander bystander(control);
  for (const Harm harm : harms) {
    HostPeer victim = bystander.Victim();
    victim.IcExchange();
    harm(victim);
    if (auto bad = Bad(Ended(victim))) return *bad;
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return Pass();
}

// ToQueues does each harm to an I/O queue of its own.
Verdict ToQueues(HostPeer& control, std::initializer_list<Harm> harms) {
  const Bystander bystander(control);
  for (const Harm harm : harms) {
    IoVictim victim = bystander.IoVictimOf();
    harm(victim.io);
    if (auto bad = Bad(Ended(victim.io))) return *bad;
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return Pass();
}

// ToWrites does each harm to a write of its own, whose data the controller has asked for.
Verdict ToWrites(HostPeer& control, std::initializer_list<HarmToAWrite> harms) {
  const Bystander bystander(control);
  for (const HarmToAWrite harm : harms) {
    IoVictim victim = bystander.IoVictimOf();
    harm(victim.io, victim.io.OpenAWrite());
    if (auto bad = Bad(Ended(victim.io))) return *bad;
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return Pass();
}

// Unasked sends data that nobody asked for.
template <std::uint16_t kTtag, std::uint16_t kCccid = 0>
void Unasked(HostPeer& victim) {
  victim.Send(tcp::H2CData{.cccid = kCccid, .ttag = kTtag, .datal = 512}, Bytes(512), {},
              tcp::kLastPdu);
}

template <std::uint16_t kTtag>
void UnaskedOnAdmin(HostPeer& victim) {
  victim.ConnectAdmin();
  Unasked<kTtag>(victim);
}

Verdict TtagsBeforeConnect(HostPeer& control) {
  return ToVictims(control, {Unasked<0xFFFE>, Unasked<0x8000>, Unasked<0x7FFF>, Unasked<0xFFFF>});
}
Verdict TtagsAfterConnect(HostPeer& control) {
  return ToVictims(control, {UnaskedOnAdmin<0xFFFE>, UnaskedOnAdmin<0x8000>, UnaskedOnAdmin<0x7FFF>,
                             UnaskedOnAdmin<0xFFFF>});
}
Verdict TtagsOnIo(HostPeer& control) {
  return ToQueues(control, {Unasked<0xFFFE>, Unasked<0x8000>, Unasked<0x7FFF>, Unasked<0xFFFF>});
}

void LargerThanAsked(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, write.r2t.r2tl + 512);
}
void LongerByDatal(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, write.r2t.r2tl, {.datal_add = 4096});
}
void Empty(HostPeer& io, const OpenWrite& write) { io.SendData(write, 0, 0, {.last = true}); }
void EmptyByDatal(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, 512, {.datal_add = 0u - 512});
}
void PlenTooShort(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, 1024, {.pdu = {.plen = 24 + 512}});
}
void PlenTooLong(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, 1024, {.pdu = {.plen = 24 + 4096}});
}
void PlenOfAGigabyte(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, 1024, {.pdu = {.plen = 1u << 30}});
}
// AboveTheLimit announces one dword more than MAXH2CDATA, and sends the front of it.
void AboveTheLimit(HostPeer& io, const OpenWrite& write) {
  const std::uint32_t datal = io.negotiated().maxh2cdata + 4;
  const tcp::H2CData pdu{.cccid = write.cid, .ttag = write.r2t.ttag, .datal = datal};
  io.Send(pdu, Bytes(8192), {.plen = 24 + datal});
}
void DatalOfAllOnes(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, 512, {.datal_add = 0xFFFFFFFF - 512});
}

Verdict OtherLengths(HostPeer& control) {
  return ToWrites(control, {LargerThanAsked, LongerByDatal, Empty, EmptyByDatal, PlenTooShort});
}
Verdict DatalDisagrees(HostPeer& control) {
  return ToWrites(control,
                  {AboveTheLimit, PlenTooShort, PlenTooLong, PlenOfAGigabyte, DatalOfAllOnes});
}

// FailsThenData: `command` fails, and then come the data that it never asked for. Some controllers
// say nothing before the data have come.
Verdict FailsThenData(const Bystander& bystander, HostPeer& victim, const Sqe& command) {
  victim.set_sees_to_end(false);
  const std::uint16_t cid = victim.Submit(command);
  const Event event = victim.NextWithin(victim.trial().limits().quiet);
  const Verdict answer = Outcome(event)
                             .Or(AnyError(cid), kPass)
                             .Or(OfType(tcp::PduType::kR2T), kPass)
                             .Or(Silence(), kPass)
                             .Or(Closed(), kPass)
                             .Or(AnyTermReq(), kPass);
  if (auto bad = Bad(answer)) return *bad;
  for (const std::uint16_t ttag : {std::uint16_t{0}, std::uint16_t{1}, cid}) {
    victim.Send(tcp::H2CData{.cccid = cid, .ttag = ttag, .datal = 512}, Bytes(512), {},
                tcp::kLastPdu);
  }
  if (auto bad = Bad(Ended(victim))) return *bad;
  return bystander.Unharmed();
}

Verdict DataOfAFailedAdminCommand(HostPeer& control) {
  const Bystander bystander(control);
  HostPeer victim = bystander.Victim();
  victim.Enable();
  Sqe sqe = MakeSetFeatures(static_cast<Feature>(0x81), 0);  // Not to be set over fabrics.
  if (auto skip = Untried(victim, sqe)) return *skip;
  for (const std::uint32_t octets : {512u, 32'768u}) {  // As a capsule may carry, and not.
    sqe.sgl1 = {.length = octets, .type = Sgl::kTransport};
    if (auto bad = Bad(FailsThenData(bystander, victim, sqe))) return *bad;
    victim = bystander.Victim();
    victim.Enable();
  }
  return Pass();
}

Verdict DataOfAFailedCompare(HostPeer& control) {
  const Bystander bystander(control);
  for (const std::uint32_t octets : {control.claims().block, control.claims().solicited()}) {
    IoVictim victim = bystander.IoVictimOf();
    Sqe sqe = MakeCompare(0xFFFFFFFE, 0, octets / control.claims().block);
    sqe.sgl1 = {.length = octets, .type = Sgl::kTransport};
    if (auto bad = Bad(FailsThenData(bystander, victim.io, sqe))) return *bad;
  }
  return Pass();
}

Verdict DataOfAnAbortedWrite(HostPeer& control) {
  const Bystander bystander(control);
  IoVictim victim = bystander.IoVictimOf();
  const OpenWrite write = victim.io.OpenAWrite();
  const std::uint16_t abort = victim.admin.Submit(MakeAbort(victim.io.qid(), write.cid));
  if (auto bad = Bad(victim.admin.Expect(AnyCompletion(abort), kPass))) return *bad;
  victim.io.SendRest(write);
  if (auto bad = Bad(Ended(victim.io))) return *bad;
  return bystander.Unharmed();
}

void InFullTwice(HostPeer& io, const OpenWrite& write) {
  io.Hold();
  io.SendRest(write);
  io.SendRest(write);
  io.Release();
}
void HalfTwice(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, 512);
  io.SendData(write, 0, 512);
}
void AfterCompletion(HostPeer& io, const OpenWrite& write) {
  if (io.FinishWrite(write).ok()) io.SendRest(write);
}
Verdict Twice(HostPeer& control) { return ToWrites(control, {InFullTwice, HalfTwice}); }
Verdict OfACompletedWrite(HostPeer& control) { return ToWrites(control, {AfterCompletion}); }

// The slots of a queue are as good as any guess at what its controller calls a transfer.
template <std::uint16_t kTtag>
void WithTheSlotOfARead(HostPeer& io) {
  const std::uint16_t cid = io.Submit(io.ReadCommand(io.claims().block));
  io.Send(tcp::H2CData{.cccid = cid, .ttag = kTtag, .datal = 512}, Bytes(512), {}, tcp::kLastPdu);
}
Verdict SlotsBeforeConnect(HostPeer& control) {
  return ToVictims(control, {Unasked<0>, Unasked<1>, Unasked<31>});
}
Verdict SlotsOfReads(HostPeer& control) {
  return ToQueues(control, {WithTheSlotOfARead<0>, WithTheSlotOfARead<1>, WithTheSlotOfARead<2>});
}
Verdict SlotsNeverUsed(HostPeer& control) {
  return ToQueues(control, {Unasked<0>, Unasked<5>, Unasked<30>, Unasked<31>});
}

// Near the end of what the R2T asked for.
void FourOctetsPast(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, write.r2t.r2tl - 512);
  io.SendData(write, write.r2t.r2tl - 512, 516);
}
void FarPast(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, write.r2t.r2tl - 4);
  io.SendData(write, write.r2t.r2tl - 4, 4096);
}
void OffsetAtTheEnd(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, write.r2t.r2tl, 512);
}
void OffsetThatWraps(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, 4096, {.datao_add = 0xFFFFF000, .last = true});
}
void OffsetFarAway(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, 512, {.datao_add = 0x7FFFFFFC, .last = true});
}
Verdict PastTheEnd(HostPeer& control) {
  return ToWrites(control,
                  {FourOctetsPast, FarPast, OffsetAtTheEnd, OffsetThatWraps, OffsetFarAway});
}

// AndMore: `wrong`, and behind it in the same segment a command and more data. None of that may be
// carried out once the error was told.
Verdict AndMore(HostPeer& control, HarmToAWrite wrong) {
  const Bystander bystander(control);
  IoVictim victim = bystander.IoVictimOf();
  HostPeer& io = victim.io;
  const OpenWrite write = io.OpenAWrite();
  io.Hold();
  wrong(io, write);
  const std::uint16_t behind = io.Submit(io.BarrierCommand());
  io.SendRest(write);
  io.Release();
  io.set_sees_to_end(false);
  const Event first = io.Next();
  if (AnyCompletion(behind).fits(first)) {
    return {kFail, "a command behind a PDU in error was carried out"};
  }
  if (first.ended()) return bystander.Unharmed();
  if (!first.Is(tcp::PduType::kC2HTermReq) && !AnyCompletion(write.cid).fits(first)) {
    io.Miss("C2HTermReq, a close, or the write's completion", first);
  }
  const bool terminated = first.Is(tcp::PduType::kC2HTermReq);
  io.CloseWrite();
  const Event next = io.Next();
  if (terminated && !next.ended()) return {kFail, "behind its C2HTermReq came " + next.Text()};
  return bystander.Unharmed();
}
Verdict PastTheEndAndMore(HostPeer& control) { return AndMore(control, FourOctetsPast); }
void OfUnassignedType(HostPeer& io, const OpenWrite& write) {
  io.SendData(write, 0, 512, {.pdu = {.type = 0x0A}});
}
Verdict UnassignedTypeAndMore(HostPeer& control) { return AndMore(control, OfUnassignedType); }

Verdict DamagedDataOfARefusedCapsule(HostPeer& control) {
  const Bystander bystander(control);
  IoVictim victim = bystander.IoVictimOf({.dgst = tcp::kDgstData});
  const std::uint32_t block = victim.io.claims().block;
  Sqe sqe = MakeCompare(0xFFFFFFFE, 0, 1);
  sqe.sgl1 = {.length = block, .type = Sgl::kInCapsule};
  const std::uint16_t cid = victim.io.Submit(sqe, Pattern(block, 19), {.ddgst_xor = 1});
  const Verdict answer =
      victim.io.Expect(AnyError(cid), kPass).Or(Closed(), kPass).Or(AnyTermReq(), kPass);
  if (auto bad = Bad(answer)) return *bad;
  if (auto bad = Bad(Ended(victim.io))) return *bad;
  return bystander.Unharmed();
}

// The namespace goes while the data of several writes are on their way, and comes back.
Verdict NamespaceGoesAmongData(HostPeer& control) {
  constexpr std::uint32_t kWrites = 4;
  const Bystander bystander(control);
  const unsigned rounds = bystander.Times(4);
  for (unsigned round = 0; round < rounds; ++round) {
    IoVictim victim = bystander.IoVictimOf();
    HostPeer& io = victim.io;
    const std::uint64_t blocks = io.claims().solicited() / io.claims().block;
    std::vector<OpenWrite> writes;
    for (std::uint32_t i = 0; i < kWrites; ++i) {
      writes.push_back(io.OpenAWrite(0, i * blocks));
      io.SendData(writes.back(), 0, 512, {.last = false});
    }
    {
      const ChangedFor taken(control, Change::kTakeNamespace, Change::kGiveNamespace);
      for (const OpenWrite& write : writes) io.SendRest(write, 512);
      if (auto bad = Bad(Answered(io, kWrites))) return *bad;
    }
    if (auto bad = Bad(Ended(io))) return *bad;
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return bystander.Recovered();
}

constexpr Case kCases[] = {
    {"ROB-L01/before-connect", "H2CData of TTAG 8000h and more before Connect harm nobody",
     TtagsBeforeConnect},
    {"ROB-L01/after-connect", "H2CData of TTAG 8000h and more on an admin queue harm nobody",
     TtagsAfterConnect},
    {"ROB-L01/io-queue", "H2CData of TTAG 8000h and more on an I/O queue harm nobody", TtagsOnIo,
     kDisruptive, Need::kIoQueue},
    {"ROB-L04/other-length", "H2CData of more or less than was asked for harm nobody", OtherLengths,
     kDestructive, Need::kIoQueue},
    {"ROB-L05/admin", "Data for an admin command that has failed harm nobody",
     DataOfAFailedAdminCommand},
    {"ROB-L05/compare", "Data for a compare that has failed harm nobody", DataOfAFailedCompare,
     kDisruptive, Need::kIoQueue},
    {"ROB-L05/aborted", "Data for a write that Abort has named harm nobody", DataOfAnAbortedWrite,
     kDestructive, Need::kIoQueue},
    {"ROB-L06/twice", "The same H2CData twice harm nobody", Twice, kDestructive, Need::kIoQueue},
    {"ROB-L06/completed", "H2CData for a write that has completed harm nobody", OfACompletedWrite,
     kDestructive, Need::kIoQueue},
    {"ROB-L07/datal", "H2CData whose DATAL is not what PLEN and MAXH2CDATA allow harm nobody",
     DatalDisagrees, kDestructive, Need::kIoQueue},
    {"ROB-L11/writes", "A namespace that goes while data of writes come harms nobody",
     NamespaceGoesAmongData, kDestructive, Need::kIoQueue | Need::kChanges},
    {"ROB-L13/before-connect", "H2CData with the TTAG of a free slot before Connect harm nobody",
     SlotsBeforeConnect},
    {"ROB-L13/read-slot", "H2CData for a read harm nobody", SlotsOfReads, kDisruptive,
     Need::kIoQueue},
    {"ROB-L13/unused-slot", "H2CData with the TTAG of a free slot of an I/O queue harm nobody",
     SlotsNeverUsed, kDisruptive, Need::kIoQueue},
    {"ROB-L14/past-the-end", "H2CData that reach past the end of the write's data harm nobody",
     PastTheEnd, kDestructive, Need::kIoQueue},
    {"ROB-L15/more-behind", "Nothing behind H2CData past the end is carried out", PastTheEndAndMore,
     kDestructive, Need::kIoQueue},
    {"ROB-L19/compare", "A capsule for no namespace with damaged data is refused and harms nobody",
     DamagedDataOfARefusedCapsule, kDisruptive,
     Need::kIoQueue | Need::kInCapsule | Need::kDataDigest},
    {"ROB-G07/unassigned-type", "Nothing behind a PDU of unassigned type is carried out",
     UnassignedTypeAndMore, kDestructive, Need::kIoQueue},
};

}  // namespace

std::span<const Case> RobDataCases() { return kCases; }

}  // namespace nvmf::conformance
