// HostPeer plays the host against a controller on trial.
//
//   Verdict UnknownTtagIsFatal(HostPeer& admin) {
//     HostPeer io = admin.OpenIo();                       // IC, Connect, enable; then queue 1
//     const OpenWrite write = io.OpenAWrite();            // a Write whose R2T has come
//     io.SendData(write, 0, 512, {.ttag_xor = 1});
//     return io.ExpectFatal({{Fes::kInvalidPduHeaderField, 10}});
//   }
//
// Verbs that set the scene do whatever is still missing (OpenIo connects and enables first) and
// throw Unmet when the controller does not go along. Run and Finish judge how a command's PDUs
// follow one another; Submit and the verbs of ScriptedPeer judge nothing beyond each PDU's form.
//
// Units     octets; blocks count from the first block that the case may write.
// Threads   one at a time.
// Lifetime  borrows the trial.
#ifndef CONFORMANCE_SCRIPT_HOST_PEER_H_
#define CONFORMANCE_SCRIPT_HOST_PEER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "conformance/script/controller_trial.h"
#include "conformance/script/exchange.h"
#include "conformance/script/scripted_peer.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/identify.h"
#include "nvmf/nvme/log_page.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {

struct ConnectOptions {
  std::uint16_t qid = 0;
  std::uint32_t entries = 32;
  std::optional<std::uint16_t> cntlid = std::nullopt;  // By default: any that can be had.
  bool no_flow_control = false;
  std::uint8_t sgl_type = Sgl::kInCapsule;
  std::uint32_t kato_ms = 60'000;
  std::string subnqn = {};       // Empty: the one on trial.
  std::string hostnqn = {};      // Empty: the scripted host's own. Another has another HOSTID.
  std::uint16_t hostid_xor = 0;  // Changes the Host Identifier into another host's.
};

// OpenWrite is a Write that the controller has asked the data of.
struct OpenWrite {
  std::uint16_t cid = 0;
  tcp::R2T r2t;
  Bytes data;
};

// DataLies is how an H2CData departs from what its R2T asked for.
struct DataLies {
  std::uint16_t cccid_xor = 0;
  std::uint16_t ttag_xor = 0;
  std::uint32_t datao_add = 0;
  std::uint32_t datal_add = 0;
  std::optional<bool> last = std::nullopt;  // LAST_PDU; by default as the R2T's end demands.
  Lies pdu = {};
};

class HostPeer : public ScriptedPeer {
 public:
  // Dial opens a connection; kDown when the device does not take it.
  static HostPeer Dial(ControllerTrial& trial);
  // On speaks on a connection that somebody else made.
  static HostPeer On(ControllerTrial& trial, Connection connection) {
    return {trial, std::move(connection)};
  }
  // Another opens one more, as the same host.
  HostPeer Another() const { return Dial(*trial_); }

  // --- Setting the scene ---
  tcp::IcResp IcExchange(const tcp::IcReq& ic = {});
  // Settle takes note of an exchange that the script made itself.
  void Settle(const tcp::IcReq& ic, const tcp::IcResp& answer);
  void ConnectAdmin(const tcp::IcReq& ic = {}, const ConnectOptions& options = {});
  void Enable(const tcp::IcReq& ic = {});
  // Disable clears CC.EN and waits until CSTS.RDY is 0.
  void Disable();
  // AskForQueues enables, and returns how many I/O queues are granted.
  std::uint32_t AskForQueues();
  // OpenIo returns a further queue of the association on a connection of its own.
  HostPeer OpenIo(const tcp::IcReq& ic = {}, const ConnectOptions& options = {});
  // OpenAWrite starts a Write too long for a capsule and takes its first R2T. `octets` 0: the
  // shortest such write.
  OpenWrite OpenAWrite(std::uint32_t octets = 0, std::uint64_t at = 0);

  // --- Commands, complete but for their CID ---
  Sqe ConnectCommand(const ConnectOptions& options) const;
  Bytes ConnectPage(const ConnectOptions& options) const;
  static Sqe IdentifyCommand(Cns cns = Cns::kController, std::uint32_t nsid = 0);
  static Sqe LogCommand(LogPage lid, std::uint32_t octets, std::uint64_t offset = 0);
  Sqe ReadCommand(std::uint32_t octets, std::uint64_t at = 0) const;
  Sqe WriteCommand(std::uint32_t octets, std::uint64_t at, std::uint8_t sgl_type) const;
  // BarrierCommand is one that any live queue answers: Property Get, or Flush on an I/O queue.
  Sqe BarrierCommand() const;

  // Forbidden tells why the guard would not let a command out; nullopt when it would.
  std::optional<std::string> Forbidden(const Sqe& sqe) const;
  // Forbidden likewise of whatever octets come next on this connection.
  std::optional<std::string> Forbidden(ByteView bytes) const { return guard().Inspect(bytes); }

  // --- Running them ---
  // Submit sends a capsule and returns the CID it chose.
  std::uint16_t Submit(Sqe sqe, ByteView in_capsule = {}, const Lies& lies = {});
  // Start submits and remembers the command for Finish; `out` is sent in the capsule or as R2Ts
  // ask.
  std::uint16_t Start(Sqe sqe, Bytes out = {});
  Exchange Finish(std::uint16_t cid);
  Exchange Run(const Sqe& sqe, Bytes out = {}) { return Finish(Start(sqe, std::move(out))); }
  // Try runs a command, serves its R2Ts and takes its data, and tells what ended it: its
  // completion, or whatever came that is not its own.
  Outcome Try(const Sqe& sqe, Bytes out = {});
  // RunWell runs a command that must succeed for the case to make sense.
  Exchange RunWell(const Sqe& sqe, Bytes out = {});

  std::uint64_t PropertyGet(std::uint32_t offset, std::uint32_t width);
  void PropertySet(std::uint32_t offset, std::uint32_t width, std::uint64_t value);
  // AwaitCsts reads CSTS until `done` holds of it; `text` says what did not happen.
  Csts AwaitCsts(bool (*done)(Csts), const std::string& text);
  Bytes Identify(Cns cns = Cns::kController, std::uint32_t nsid = 0);
  // Log returns a part of a log page.
  Bytes Log(LogPage lid, std::uint32_t octets, std::uint64_t offset = 0);
  Bytes Read(std::uint32_t octets, std::uint64_t at = 0);

  // SendData answers an R2T with octets [from, from + length) of its range, counted from R2TO.
  void SendData(const OpenWrite& write, std::uint32_t from, std::uint32_t length,
                const DataLies& lies = {});
  // SendRest answers an R2T from octet `from` of its range on, in pieces of at most `piece` octets
  // (0: MAXH2CDATA).
  void SendRest(const OpenWrite& write, std::uint32_t from = 0, std::uint32_t piece = 0);
  // FinishWrite answers the rest of the R2T, from octet `from` of its range on, and whatever R2Ts
  // still come; it returns once the write has completed.
  Exchange FinishWrite(const OpenWrite& write, std::uint32_t from = 0);

  // ExpectBarrier sends the barrier command; its completion must be the next thing that comes.
  Outcome ExpectBarrier();
  // ExpectAlive tells whether the connection still does its work: a barrier, told as a verdict.
  Verdict ExpectAlive() { return ExpectBarrier(); }

  const ControllerClaims& claims() const { return trial_->claims(); }
  ControllerDut& device() const { return trial_->dut(); }
  std::string subnqn() const { return trial_->dut().subnqn(); }
  const HostId& hostid() const { return trial_->identity().hostid; }
  std::uint16_t cntlid() const { return cntlid_; }
  std::uint16_t qid() const { return qid_; }

 private:
  HostPeer(ControllerTrial& trial, Connection connection);
  bool Takes(const Event& event, std::uint16_t cid) const;
  void Absorb(const Event& event);
  void AbsorbData(const Event& event);
  void AbsorbR2T(const Event& event);
  void AbsorbCompletion(const Event& event);

  ControllerTrial* trial_;
  tcp::IcReq ic_;
  bool ic_done_ = false, connected_ = false, enabled_ = false;
  std::uint32_t queues_ = 0;  // Granted; 0: not asked for.
  std::uint16_t qid_ = 0;
  std::uint16_t cntlid_ = 0;
  std::uint16_t next_qid_ = 1;
  std::uint16_t next_cid_ = 1;
  std::map<std::uint16_t, Exchange> open_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_HOST_PEER_H_
