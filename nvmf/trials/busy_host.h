// BusyHost is a host with verified I/O on several queue pairs, each on a thread of its own.
//
//   std::vector<BlockLedger> ledgers;                     // one for each queue pair
//   auto host = BusyHost::Connect({.port = port}, ledgers, {.depth = 16});
//   (*host)->Run();
//   IoTally since = (*host)->Take();
//   auto ended = (*host)->Stop();
//   (*host)->ReadBack();
//
// Shapes    queue pair i + 1 works on ledgers[i], which no other touches.
// Errors    a sentence: why a queue pair ended.
// Threads   one at a time.
// Lifetime  borrows the ledgers; what they know outlives it.
#ifndef NVMF_TRIALS_BUSY_HOST_H_
#define NVMF_TRIALS_BUSY_HOST_H_

#include <atomic>
#include <list>
#include <memory>
#include <span>
#include <thread>

#include "nvmf/trials/trial_host.h"
#include "nvmf/trials/verified_io.h"

namespace nvmf::trials {

class BusyHost {
 public:
  static cmd::Outcome<std::unique_ptr<BusyHost>> Connect(const TrialHostOptions& options,
                                                         std::span<BlockLedger> ledgers,
                                                         const VerifiedIoOptions& io);
  ~BusyHost();
  BusyHost(const BusyHost&) = delete;
  BusyHost& operator=(const BusyHost&) = delete;

  // WriteAll and ReadBack go over every block once; not while it runs.
  cmd::Outcome<> WriteAll();
  cmd::Outcome<> ReadBack();

  void Run();
  // Stop lets what is outstanding complete.
  cmd::Outcome<> Stop();
  // Take returns what all queue pairs have completed since it was last called.
  IoTally Take();
  TrialHost& host() { return *host_; }

 private:
  struct Worker {
    Worker(HostQPair made, BlockLedger& ledger, const VerifiedIoOptions& options)
        : queue(std::move(made)), io(queue, ledger, options) {}
    HostQPair queue;
    VerifiedIo io;
    Result<> ended{};
    std::thread thread{};
  };

  explicit BusyHost(std::unique_ptr<TrialHost> host) : host_(std::move(host)) {}
  cmd::Outcome<> Each(auto&& act, const char* what);

  std::unique_ptr<TrialHost> host_;
  std::list<Worker> workers_{};
  std::atomic<bool> stop_{false};
};

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_BUSY_HOST_H_
