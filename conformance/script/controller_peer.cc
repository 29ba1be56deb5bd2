#include "conformance/script/controller_peer.h"

#include <algorithm>
#include <utility>

#include "conformance/wire/pdu_text.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/nqn.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/nvme/opcode.h"

namespace nvmf::conformance {

using tcp::PduType;

bool IsConnect(const Sqe& sqe) {
  return sqe.opc == kFabricsOpcode &&
         sqe.fctype() == static_cast<std::uint8_t>(FabricsType::kConnect);
}
bool IsIdentify(const Sqe& sqe) {
  return sqe.opc == static_cast<std::uint8_t>(AdminOpcode::kIdentify);
}
bool IsOfErrand(const Sqe& sqe, NvmOpcode opcode) {
  return sqe.opc == static_cast<std::uint8_t>(opcode) &&
         NvmCmd(sqe).slba() >= HostErrand::kFirstBlock;
}
bool IsRead(const Sqe& sqe) { return IsOfErrand(sqe, NvmOpcode::kRead); }
bool IsWrite(const Sqe& sqe) { return IsOfErrand(sqe, NvmOpcode::kWrite); }
bool IsCompare(const Sqe& sqe) { return IsOfErrand(sqe, NvmOpcode::kCompare); }

constexpr Duration kGlance{5};  // While others may have something to say as well.

void SkipIfUnable(const Error& error) {
  if (error.code != Code::kUnsupported) return;
  throw Unmet{{kSkip, "the host does not go on this errand: " + error.Message()}};
}

ControllerPeer::ControllerPeer(HostTrial& trial, Connection connection)
    : ScriptedPeer(trial, std::move(connection), Side::kController), trial_(&trial) {}

ControllerPeer ControllerPeer::Meet(HostTrial& trial, const HostErrand& errand) {
  if (const Result<> started = trial.dut().Start(errand); !started) {
    SkipIfUnable(started.error());
    throw Unmet{{kDown, "the host does not start: " + started.error().Message()}};
  }
  return NextConnection(trial);
}

ControllerPeer ControllerPeer::NextConnection(HostTrial& trial) {
  const Result<int> fd = trial.dut().Accept(trial.Step());
  if (fd) return ControllerPeer(trial, Connection(*fd));
  SkipIfUnable(fd.error());
  throw Unmet{{kBlocked, "the host opens no connection: " + fd.error().Message()}};
}

// --- Setting the scene ---

tcp::IcReq ControllerPeer::IcExchange(const tcp::IcResp& answer) {
  const Trial::SetUp set_up(*trial_);
  const auto asked = Take<tcp::IcReq>();
  tcp::IcResp granted = answer;
  if (granted.dgst == 0xFF) granted.dgst = asked.dgst;
  Send(granted);
  negotiated().Settle(asked, granted);
  ic_done_ = true;
  return asked;
}

Capsule ControllerPeer::ServeUntil(bool (*wanted)(const Sqe&), ControllerPeer* beside) {
  const Trial::SetUp set_up(*trial_);
  if (!ic_done_) IcExchange();
  while (true) {
    if (beside != nullptr) AwaitBeside(*beside);
    Capsule capsule = TakeCapsule();
    if (wanted(capsule.sqe)) return capsule;
    Answer(capsule);
  }
}

void ControllerPeer::AwaitBeside(ControllerPeer& other) {
  const Deadline deadline = trial_->Step();
  while (!connection().WaitReadable(Deadline::In(kGlance)) && !deadline.passed()) {
    if (other.ServeOne(Duration(0)).ended()) return;
  }
}

ControllerPeer ControllerPeer::NextIoConnection() {
  const Trial::SetUp set_up(*trial_);
  if (!ic_done_) IcExchange();
  while (true) {
    // Whichever comes first: a command here, or the host's next connection.
    if (const Result<int> fd = trial_->dut().Accept(Deadline::In(Duration(0)))) {
      return ControllerPeer(*trial_, Connection(*fd));
    }
    if (trial_->out_of_time()) Refuse("the host opens no I/O queue");
    const Event event = ServeOne(Duration(10));
    const bool served = event.Is(PduType::kCapsuleCmd);
    if (!served && event.kind != Event::Kind::kSilence) {
      Miss("a command, or another connection", event);
    }
  }
}

ControllerPeer ControllerPeer::ServeUntilIoQueue(const tcp::IcResp& answer) {
  const Trial::SetUp set_up(*trial_);
  if (!ic_done_) IcExchange(answer);
  ControllerPeer io = NextIoConnection();
  io.IcExchange(answer);
  io.Answer(io.TakeCapsule());
  return io;
}

Event ControllerPeer::ServeToEnd() {
  if (!ic_done_) IcExchange();
  Others others(*trial_);
  while (true) {
    Event event = others.Next(*this, trial_->limits().step);
    if (!event.Is(PduType::kCapsuleCmd)) return event;
    Answer(FromPdu(event.pdu));
  }
}

Event ControllerPeer::ServeOne(Duration wait) {
  // Silence of this kind is no news, and is left out of the transcript.
  if (!connection().WaitReadable(trial_->Within(wait))) return {};
  Event event = NextWithin(trial_->limits().step);
  if (event.Is(PduType::kCapsuleCmd)) Answer(FromPdu(event.pdu));
  return event;
}

// --- Saying ---

void ControllerPeer::Complete(std::uint16_t cid, Status status, std::uint32_t dw0,
                              const Lies& lies) {
  Cqe cqe{.dw0 = dw0, .sqhd = sqhd_, .cid = cid};
  cqe.set_status(status);
  Send(tcp::CapsuleResp{.cqe = cqe}, {}, lies);
}

void ControllerPeer::SendData(std::uint16_t cid, ByteView data, std::uint32_t offset, bool last,
                              const Lies& lies) {
  const tcp::C2HData pdu{
      .cccid = cid, .datao = offset, .datal = static_cast<std::uint32_t>(data.size())};
  Send(pdu, data, lies, last ? tcp::kLastPdu : std::uint8_t{0});
}

void ControllerPeer::Answer(const Capsule& capsule) {
  const Sqe& sqe = capsule.sqe;
  Bytes data = capsule.data;
  const bool asks = sqe.sgl1.type == Sgl::kTransport && sqe.sgl1.length != 0 &&
                    DataDirection(sqe) == Direction::kToController;
  if (asks) data = TakeData(sqe);
  if (IsConnect(sqe)) return AnswerConnect({.sqe = sqe, .data = std::move(data)});
  HonestController::Reply reply = trial_->honest().Answer(sqe, data, admin_);
  if (reply.keep_quiet) return;
  if (!reply.data.empty()) SendData(sqe.cid, reply.data, 0, true);
  reply.cqe.sqhd = sqhd_;
  Send(tcp::CapsuleResp{.cqe = reply.cqe});
}

void ControllerPeer::AnswerConnect(const Capsule& connect, std::optional<std::uint16_t> sqhd) {
  Admit(connect.sqe);
  HonestController::Reply reply = trial_->honest().Answer(connect.sqe, connect.data, admin_);
  const bool flow_control = negotiated().flow_control;
  reply.cqe.sqhd = sqhd.value_or(flow_control ? sqhd_ : Cqe::kNoFlowControl);
  Send(tcp::CapsuleResp{.cqe = reply.cqe});
}

// Admit sets up the submission queue as its Connect asks.
void ControllerPeer::Admit(const Sqe& sqe) {
  const auto connect = ViewAs<ConnectCmd>(sqe);
  admin_ = connect.qid == 0;
  slots_ = connect.entries();
  negotiated().flow_control =
      !(connect.disables_flow_control() && trial_->honest().grants_no_flow_control);
  sqhd_ = static_cast<std::uint16_t>(negotiated().flow_control ? 1 % slots_ : 0);
}

// --- Hearing ---

// FromPdu also moves the queue's head on: the command has been taken from its slot.
Capsule ControllerPeer::FromPdu(const Received& pdu) {
  if (slots_ != 0 && negotiated().flow_control) {
    sqhd_ = static_cast<std::uint16_t>((sqhd_ + 1) % slots_);
  }
  const ByteView data = pdu.payload();
  heard_.push_back({.sqe = pdu.As<tcp::CapsuleCmd>().sqe, .data = Bytes(data.begin(), data.end())});
  RefuseLatecomer(heard_.back());
  return heard_.back();
}

// A host that still goes on with the errand of another case says nothing of this one.
void ControllerPeer::RefuseLatecomer(const Capsule& capsule) {
  if (!IsConnect(capsule.sqe) || capsule.data.size() != ConnectData::kSize) return;
  const auto connect = Decode<ConnectData>(ByteView(capsule.data).first<ConnectData::kSize>());
  const auto asked = NqnFromField(connect.subnqn);
  if (!asked || *asked == trial_->dut().subnqn() || !asked->starts_with(kErrandNqnPrefix)) return;
  throw Unmet{{kBlocked, "a host came that is still on the errand of another case"}};
}

Capsule ControllerPeer::TakeCapsule() { return FromPdu(TakeReceived(PduType::kCapsuleCmd)); }

Capsule ControllerPeer::AsCapsule(const Event& event) {
  if (!event.Is(PduType::kCapsuleCmd)) Miss("CapsuleCmd", event);
  return FromPdu(event.pdu);
}

Bytes ControllerPeer::TakeData(const Sqe& sqe) {
  constexpr std::uint16_t kTtag = 0x55;
  const tcp::R2T r2t{.cccid = sqe.cid, .ttag = kTtag, .r2to = 0, .r2tl = sqe.sgl1.length};
  Send(r2t);
  return TakeRange(r2t);
}

Bytes ControllerPeer::TakeRange(const tcp::R2T& r2t) {
  Bytes data;
  while (data.size() < r2t.r2tl) {
    const Received pdu = TakeReceived(PduType::kH2CData);
    const auto h2c = pdu.As<tcp::H2CData>();
    Observe(h2c.cccid == r2t.cccid && h2c.ttag == r2t.ttag, "TCP-R2TH-02",
            "CCCID or TTAG is not the R2T's");
    Observe(h2c.datao == r2t.r2to + data.size(), "TCP-R2TH-02", "DATAO does not continue the data");
    const ByteView payload = pdu.payload();
    data.insert(data.end(), payload.begin(), payload.end());
    const bool last = (pdu.header.flags & tcp::kLastPdu) != 0;
    Observe(last == (data.size() >= r2t.r2tl), "TCP-R2TH-03",
            "LAST_PDU is not on the last H2CData of the R2T and only there");
    if (payload.empty()) Refuse("H2CData without data");
  }
  if (data.size() > r2t.r2tl) Refuse("more data than the R2T asked for");
  return data;
}

HostOutcome ControllerPeer::FinishErrand() {
  Result<HostOutcome> outcome = trial_->dut().Finish(trial_->Step());
  if (!outcome) SkipIfUnable(outcome.error());
  if (!outcome) throw Unmet{{kHang, "the host does not finish: " + outcome.error().Message()}};
  return std::move(*outcome);
}

Event Others::Next(ControllerPeer& peer, Duration wait) {
  const Deadline deadline = trial_->Within(wait);
  do {
    if (const Result<int> fd = trial_->dut().Accept(Deadline::In(Duration(0)))) {
      peers_.push_back(ControllerPeer::On(*trial_, Connection(*fd)));
      peers_.back().IcExchange();
    }
    std::erase_if(peers_,
                  [](ControllerPeer& other) { return other.ServeOne(Duration(0)).ended(); });
    if (peer.connection().WaitReadable(Deadline::In(kGlance))) return peer.Next();
  } while (!deadline.passed());
  return {};
}

}  // namespace nvmf::conformance
