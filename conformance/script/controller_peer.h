// ControllerPeer plays the controller against a host on trial.
//
//   Verdict R2TPastTheDataIsFatal(HostTrial& trial) {
//     ControllerPeer admin = ControllerPeer::Meet(trial, {.kind = HostErrand::Kind::kWrite});
//     ControllerPeer io = admin.ServeUntilIoQueue();
//     const Sqe write = io.ServeUntil(IsWrite).sqe;       // all else is answered honestly
//     io.Send(R2T{.cccid = write.cid, .ttag = 1, .r2tl = write.sgl1.length + 4});
//     return io.ExpectFatal({{Fes::kDataTransferOutOfRange, 0}});
//   }
//
// Verbs that set the scene throw Unmet when the host does not go along.
//
// Units     octets.
// Threads   one at a time.
// Lifetime  borrows the trial.
#ifndef CONFORMANCE_SCRIPT_CONTROLLER_PEER_H_
#define CONFORMANCE_SCRIPT_CONTROLLER_PEER_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "conformance/script/host_trial.h"
#include "conformance/script/scripted_peer.h"
#include "nvmf/nvme/sqe.h"

namespace nvmf::conformance {

// Capsule is a command as the host sent it, with the data it brought along.
struct Capsule {
  Sqe sqe = {};
  Bytes data = {};
};

bool IsConnect(const Sqe& sqe);
bool IsIdentify(const Sqe& sqe);
// An errand's commands on an I/O queue.
bool IsRead(const Sqe& sqe);
bool IsWrite(const Sqe& sqe);
bool IsCompare(const Sqe& sqe);

// SkipIfUnable skips the case when that is what the device said: kUnsupported.
void SkipIfUnable(const Error& error);

class ControllerPeer : public ScriptedPeer {
 public:
  // Meet sends the host on its errand and takes its first connection.
  static ControllerPeer Meet(HostTrial& trial, const HostErrand& errand);
  // NextConnection takes the next connection that the host opens.
  static ControllerPeer NextConnection(HostTrial& trial);
  // On speaks on a connection that somebody else made.
  static ControllerPeer On(HostTrial& trial, Connection connection) {
    return {trial, std::move(connection)};
  }

  // The answer that IcExchange gives unless told otherwise. A DGST of FFh stands for what was
  // asked.
  static constexpr tcp::IcResp kIcResp = {.dgst = 0xFF, .maxh2cdata = 131'072};

  // --- Setting the scene ---
  tcp::IcReq IcExchange(const tcp::IcResp& answer = kIcResp);
  // ServeUntil answers everything honestly until a command satisfies `wanted`; that one it returns
  // unanswered. IcExchange comes first if it is still due. `beside` is served as well meanwhile.
  Capsule ServeUntil(bool (*wanted)(const Sqe&), ControllerPeer* beside = nullptr);
  // NextIoConnection serves this admin queue until the host opens another connection, and returns
  // that one; nothing was said on it.
  ControllerPeer NextIoConnection();
  // ServeUntilIoQueue returns the next connection with its I/O Connect answered.
  ControllerPeer ServeUntilIoQueue(const tcp::IcResp& answer = kIcResp);
  // ServeToEnd answers everything honestly, on connections that are yet to come as well, until the
  // host closes this one or says nothing for a step.
  Event ServeToEnd();
  // AwaitBeside serves `other` until something comes here, or a step is over.
  void AwaitBeside(ControllerPeer& other);
  // ServeOne answers one command honestly if one comes in time. It returns what came instead.
  Event ServeOne(Duration wait);

  // --- Saying ---
  void Complete(std::uint16_t cid, Status status = {}, std::uint32_t dw0 = 0,
                const Lies& lies = {});
  void SendData(std::uint16_t cid, ByteView data, std::uint32_t offset, bool last,
                const Lies& lies = {});
  // Answer carries a command out honestly and sends what belongs to it: data, then completion.
  void Answer(const Capsule& capsule);
  // AnswerConnect accepts a Connect; `sqhd` is what it says instead of the truth.
  void AnswerConnect(const Capsule& connect, std::optional<std::uint16_t> sqhd = std::nullopt);

  // --- Hearing ---
  Capsule TakeCapsule();                  // The next PDU, which must be a CapsuleCmd.
  Capsule AsCapsule(const Event& event);  // An event that is a CapsuleCmd, taken as the next PDU.
  // TakeData asks for a command's data with one R2T and takes all of the H2CData.
  Bytes TakeData(const Sqe& sqe);
  // TakeRange takes the H2CData that an R2T asked for, in full, and judges their order.
  Bytes TakeRange(const tcp::R2T& r2t);

  // Outcome of the host's errand; HANG when the host does not finish within a step.
  HostOutcome FinishErrand();

  // heard returns all commands that came on this connection.
  const std::vector<Capsule>& heard() const { return heard_; }
  // sqsize returns how many commands the host may have outstanding: SQSIZE of its Connect.
  std::uint32_t sqsize() const { return slots_ - 1; }
  HostTrial& host_trial() const { return *trial_; }

 private:
  ControllerPeer(HostTrial& trial, Connection connection);
  Capsule FromPdu(const Received& pdu);
  void RefuseLatecomer(const Capsule& capsule);
  void Admit(const Sqe& connect);

  HostTrial* trial_;
  bool ic_done_ = false;
  bool admin_ = true;
  std::uint32_t slots_ = 0;  // Of the submission queue.
  std::uint16_t sqhd_ = 0;
  std::vector<Capsule> heard_ = {};
};

// Others serves honestly what a host opens beside the connection on trial: some open I/O queues
// whether or not the errand needs any.
//
// Lifetime  borrows the trial.
class Others {
 public:
  explicit Others(HostTrial& trial) : trial_(&trial) {}

  // Next returns what comes next on `peer`, and serves the others meanwhile.
  Event Next(ControllerPeer& peer, Duration wait);

 private:
  HostTrial* trial_;
  std::vector<ControllerPeer> peers_ = {};
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_CONTROLLER_PEER_H_
