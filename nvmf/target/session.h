// Serves one connection from ICReq to its end: the handshake, then the queue that it turned out to
// be.
//
// Threads   any number of connections at a time, each on its own.
// Lifetime  borrows directory and options.
#ifndef NVMF_TARGET_SESSION_H_
#define NVMF_TARGET_SESSION_H_

#include "nvmf/controller_qpair.h"
#include "nvmf/target/admin_queue.h"
#include "nvmf/target/connection_set.h"
#include "nvmf/target/controller_state.h"
#include "nvmf/target/directory.h"
#include "nvmf/target/io_queue.h"
#include "nvmf/target/parking.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

// RestoredQueue is a queue of another owner, ready to be served.
struct RestoredQueue {
  RestoredQueue(ControllerQPair pair, std::shared_ptr<ControllerState> state)
      : qpair(std::move(pair)), controller(std::move(state)) {}
  ControllerQPair qpair;
  std::shared_ptr<ControllerState> controller;
  std::unique_ptr<Berth> berth{};
  std::unique_ptr<AdminQueue> admin{};  // One of these.
  std::unique_ptr<IoQueue> io{};
};

// TransportParams is what a target grants, as the transport puts it.
tcp::ControllerParams TransportParams(const TargetOptions& options);

class Session {
 public:
  Session(Directory& directory, const TargetOptions& options, Parking& parking,
          Connection& connection, const Port& local)
      : directory_(directory),
        options_(options),
        parking_(parking),
        connection_(connection),
        local_(local) {}
  ~Session() { Leave(); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Run returns how the connection ended. kBusy: memory ran out.
  Error Run();
  // RunRestored serves on what another owner has served, once that has let go.
  Error RunRestored(RestoredQueue& queue);

 private:
  using Refusal = std::optional<controller::ConnectRefusal>;

  Error Serve();
  Result<> ShakeHands(ControllerQPair& qpair, Deadline deadline);
  Refusal Admit(const ControllerQPair& qpair);
  Refusal AdmitAdmin(const ControllerQPair& qpair, const controller::ConnectNames& names);
  Refusal AdmitIo(const ControllerQPair& qpair, const controller::ConnectNames& names);
  Error ServeAdmin(AdminQueue& queue);
  Error ServeIo(IoQueue& queue);
  void Leave();
  void Tell(TargetEvent event) const;

  Directory& directory_;
  const TargetOptions& options_;
  Parking& parking_;
  Connection& connection_;
  const Port local_;
  std::shared_ptr<ControllerState> controller_{};  // Once admitted,
  std::uint16_t qid_ = 0;                          // as this queue of it,
  bool left_ = false;                              // until it has left.
  std::unique_ptr<Berth> berth_{};
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_SESSION_H_
