// Queues that go, or do not read, while the controller works for them; controller on trial.
#include <algorithm>
#include <vector>

#include "conformance/cases/cases.h"
#include "conformance/cases/robust.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

constexpr unsigned kMostQueues = 4;

// Association is an admin queue with several I/O queues.
struct Association {
  HostPeer admin;
  std::vector<HostPeer> io;
};

Association Associate(const Bystander& bystander) {
  Association all{.admin = bystander.Victim(), .io = {}};
  const std::uint32_t queues = std::min(all.admin.AskForQueues(), kMostQueues);
  for (std::uint32_t i = 0; i < queues; ++i) all.io.push_back(all.admin.OpenIo());
  return all;
}

void SubmitReads(HostPeer& io, unsigned count, std::uint32_t octets) {
  const std::uint32_t block = io.claims().block;
  const std::uint64_t all = io.claims().blocks * block;
  const std::uint64_t most = io.claims().max_transfer == 0 ? octets : io.claims().max_transfer;
  const auto length = static_cast<std::uint32_t>(std::min<std::uint64_t>({octets, all, most}));
  for (unsigned i = 0; i < count; ++i) {
    io.Submit(io.ReadCommand(std::max(length / block * block, block)));
  }
}

Verdict AdminLostAmongTeardowns(HostPeer& control) {
  const Bystander bystander(control);
  const unsigned rounds = bystander.Times(8);
  for (unsigned round = 0; round < rounds; ++round) {
    Association victim = Associate(bystander);
    for (HostPeer& io : victim.io) SubmitReads(io, 16, 16384);
    victim.io.front().Reset();
    round % 2 == 0 ? victim.admin.Reset() : victim.admin.Close();
    for (HostPeer& io : victim.io) io.Close();
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return bystander.Recovered();
}

// As many commands as the queue takes: reads, writes in capsules, and writes that wait for data.
void FillWithCommands(HostPeer& io, std::uint32_t commands) {
  const std::uint32_t block = io.claims().block;
  const bool in_capsule = io.claims().in_capsule >= block;
  io.Hold();
  for (std::uint32_t i = 0; i < commands; ++i) {
    if (i % 4 == 1 && in_capsule) {
      io.Submit(io.WriteCommand(block, i, Sgl::kInCapsule), Pattern(block, i));
    } else if (i % 4 == 3) {
      io.Submit(io.WriteCommand(io.claims().solicited(), 0, Sgl::kTransport));
    } else {
      io.Submit(io.ReadCommand(block, i));
    }
  }
  io.Release();
}

Verdict GoneWhileCommandsExecute(HostPeer& control) {
  const Bystander bystander(control);
  const std::uint32_t entries = std::min(Cap{.raw = control.claims().cap}.max_entries(), 129u);
  const unsigned rounds = bystander.Times(8);
  for (unsigned round = 0; round < rounds; ++round) {
    IoVictim victim = bystander.IoVictimOf({}, {.entries = entries});
    FillWithCommands(victim.io, entries - 1);
    round % 2 == 0 ? victim.io.Reset() : victim.io.Close();
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return bystander.Recovered();
}

Verdict ReadersThatTakeNothing(HostPeer& control) {
  const Bystander bystander(control);
  const unsigned associations = bystander.Times(128 / kMostQueues);
  std::vector<Association> all;
  for (unsigned i = 0; i < associations; ++i) {
    all.push_back(Associate(bystander));
    for (HostPeer& io : all.back().io) {
      io.connection().ShrinkReceiveBuffer();
      io.connection().set_deaf(true);
      SubmitReads(io, 8, 131'072);
    }
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  for (Association& each : all) {
    for (HostPeer& io : each.io) io.Reset();
  }
  all.clear();
  return bystander.Recovered();
}

Sqe WriteCc(Cc cc) { return MakePropertySet(Cc::kOffset, Cc::kWidth, cc.raw); }

// Disable, or shutdown, reads and a further queue are all on their way together.
Verdict CcAmongCommands(HostPeer& control) {
  const Bystander bystander(control);
  const unsigned rounds = bystander.Times(16);
  for (unsigned round = 0; round < rounds; ++round) {
    IoVictim victim = bystander.IoVictimOf();
    HostPeer another = bystander.Victim();
    another.IcExchange();
    const ConnectOptions second{.qid = 2, .cntlid = victim.admin.cntlid()};
    SubmitReads(victim.io, 8, 65536);
    const Cc down = Cc::Enable().with_shn(Shn::kNormal);
    victim.admin.Submit(WriteCc(round % 2 == 0 ? Cc::Enable().with_en(false) : down));
    another.Submit(another.ConnectCommand(second), another.ConnectPage(second));
    SubmitReads(victim.io, 8, 65536);
    victim.admin.Submit(WriteCc(Cc::Enable()));
    for (HostPeer* each : {&another, &victim.io, &victim.admin}) {
      if (auto bad = Bad(Ended(*each))) return *bad;
    }
    if (auto bad = Bad(bystander.Unharmed())) return *bad;
  }
  return bystander.Recovered();
}

constexpr Case kCases[] = {
    {"ROB-L17/reads", "Admin connections lost while their queues are torn down harm nobody",
     AdminLostAmongTeardowns, kDisruptive, Need::kIoQueue},
    {"ROB-L26/128-commands", "Connections that go while 128 commands execute harm nobody",
     GoneWhileCommandsExecute, kDestructive, Need::kIoQueue},
    {"ROB-G04/128-readers", "128 connections that ask for data and take none harm nobody",
     ReadersThatTakeNothing, kDisruptive, Need::kIoQueue},
    {"ROB-G06/cc", "Disable and shutdown among reads and Connects harm nobody", CcAmongCommands,
     kDisruptive, Need::kIoQueue},
};

}  // namespace

std::span<const Case> RobTeardownCases() { return kCases; }

}  // namespace nvmf::conformance
