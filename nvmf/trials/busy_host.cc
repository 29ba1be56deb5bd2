#include "nvmf/trials/busy_host.h"

namespace nvmf::trials {

using cmd::Outcome;
using cmd::Sorry;

Outcome<std::unique_ptr<BusyHost>> BusyHost::Connect(const TrialHostOptions& options,
                                                     std::span<BlockLedger> ledgers,
                                                     const VerifiedIoOptions& io) {
  auto host = TrialHost::Connect(options);
  if (!host) return Sorry(host.error());
  std::unique_ptr<BusyHost> busy(new BusyHost(std::move(*host)));
  const auto wanted = static_cast<std::uint32_t>(ledgers.size());
  if (const auto queues = busy->host().controller().SetNumberOfQueues(wanted); !queues) {
    return Sorry("Number of Queues", queues.error());
  }
  std::uint16_t qid = 0;
  VerifiedIoOptions each = io;
  for (BlockLedger& ledger : ledgers) {
    auto queue = busy->host().ConnectIo(++qid, static_cast<std::uint16_t>(io.depth + 2));
    if (!queue) return Sorry(queue.error());
    each.seed = io.seed * 1000 + qid;
    busy->workers_.emplace_back(std::move(*queue), ledger, each);
  }
  return busy;
}

BusyHost::~BusyHost() { static_cast<void>(Stop()); }

Outcome<> BusyHost::Each(auto&& act, const char* what) {
  for (Worker& worker : workers_) {
    if (const Result<> done = act(worker); !done) return Sorry(what, done.error());
  }
  return {};
}

Outcome<> BusyHost::WriteAll() {
  return Each([](Worker& worker) { return worker.io.WriteAll(); }, "write all");
}

Outcome<> BusyHost::ReadBack() {
  return Each([](Worker& worker) { return worker.io.ReadBack(); }, "read back");
}

void BusyHost::Run() {
  stop_.store(false);
  for (Worker& worker : workers_) {
    worker.thread = std::thread([this, &worker] { worker.ended = worker.io.Run(stop_); });
  }
}

Outcome<> BusyHost::Stop() {
  stop_.store(true);
  for (Worker& worker : workers_) {
    if (worker.thread.joinable()) worker.thread.join();
  }
  return Each([](Worker& worker) { return worker.ended; }, "I/O queue");
}

IoTally BusyHost::Take() {
  IoTally all;
  for (Worker& worker : workers_) all.Merge(worker.io.Take());
  return all;
}

}  // namespace nvmf::trials
