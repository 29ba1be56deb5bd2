#include "conformance/script/host_peer.h"

#include <algorithm>
#include <utility>

#include "conformance/wire/pdu_text.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

Sgl TransportSgl(std::uint32_t length) { return {.length = length, .type = Sgl::kTransport}; }

}  // namespace

HostPeer::HostPeer(ControllerTrial& trial, Connection connection)
    : ScriptedPeer(trial, std::move(connection), Side::kHost), trial_(&trial) {
  set_guard(Guard(trial.grant()));
}

HostPeer HostPeer::Dial(ControllerTrial& trial) {
  const Result<int> fd = trial.dut().Dial(trial.Step());
  if (!fd) throw Unmet{{kDown, "cannot connect: " + fd.error().Message()}};
  return HostPeer(trial, Connection(*fd));
}

// --- Setting the scene ---

tcp::IcResp HostPeer::IcExchange(const tcp::IcReq& ic) {
  const Trial::SetUp set_up(*trial_);
  Send(ic);
  const auto answer = Take<tcp::IcResp>();
  Settle(ic, answer);
  return answer;
}

void HostPeer::Settle(const tcp::IcReq& ic, const tcp::IcResp& answer) {
  negotiated().Settle(ic, answer);
  ic_ = ic;
  ic_done_ = true;
}

void HostPeer::ConnectAdmin(const tcp::IcReq& ic, const ConnectOptions& options) {
  const Trial::SetUp set_up(*trial_);
  if (!ic_done_) IcExchange(ic);
  if (connected_) return;
  const Exchange connect = RunWell(ConnectCommand(options), ConnectPage(options));
  qid_ = options.qid;
  cntlid_ = ConnectAccepted::FromDw0(connect.cqe.dw0).cntlid;
  negotiated().flow_control = !(options.no_flow_control && connect.cqe.sqhd == Cqe::kNoFlowControl);
  connected_ = true;
}

void HostPeer::Enable(const tcp::IcReq& ic) {
  const Trial::SetUp set_up(*trial_);
  ConnectAdmin(ic);
  if (enabled_) return;
  PropertySet(Cc::kOffset, Cc::kWidth, Cc::Enable().raw);
  const auto over = [](Csts csts) { return csts.rdy() || csts.cfs(); };
  if (AwaitCsts(over, "CSTS.RDY does not become 1 after CC.EN").cfs()) {
    Refuse("CSTS.CFS is set after CC.EN");
  }
  enabled_ = true;
}

void HostPeer::Disable() {
  const Trial::SetUp set_up(*trial_);
  PropertySet(Cc::kOffset, Cc::kWidth, Cc::Enable().with_en(false).raw);
  AwaitCsts([](Csts csts) { return !csts.rdy(); }, "CSTS.RDY stays 1 after CC.EN was cleared");
  enabled_ = false;
}

Csts HostPeer::AwaitCsts(bool (*done)(Csts), const std::string& text) {
  const Deadline deadline = trial_->Step();
  // Asked less and less often, so that patience does not fill the record.
  for (Duration rest{0};; rest = std::min(2 * rest + Duration(1), Duration(250))) {
    const Csts csts{.raw = static_cast<std::uint32_t>(PropertyGet(Csts::kOffset, Csts::kWidth))};
    if (done(csts)) return csts;
    if (deadline.passed()) Refuse(text);
    if (rest == Duration(0)) continue;
    const Event event = NextWithin(rest);
    if (event.kind != Event::Kind::kSilence) Miss("nothing between two looks at CSTS", event);
  }
}

std::uint32_t HostPeer::AskForQueues() {
  const Trial::SetUp set_up(*trial_);
  Enable();
  if (queues_ != 0) return queues_;
  // Some controllers take no I/O Connect before they were asked for queues. (3 + 1 of each kind)
  const Exchange set = RunWell(MakeSetFeatures(Feature::kNumberOfQueues, 0x00030003));
  return queues_ = (set.cqe.dw0 & 0xFFFF) + 1;
}

HostPeer HostPeer::OpenIo(const tcp::IcReq& ic, const ConnectOptions& options) {
  const Trial::SetUp set_up(*trial_);
  Enable(ic);
  AskForQueues();
  HostPeer io = Another();
  ConnectOptions mine = options;
  mine.qid = next_qid_++;
  mine.cntlid = cntlid_;
  io.ConnectAdmin(ic_, mine);
  io.cntlid_ = cntlid_;
  return io;
}

OpenWrite HostPeer::OpenAWrite(std::uint32_t octets, std::uint64_t at) {
  const Trial::SetUp set_up(*trial_);
  if (octets == 0) octets = claims().solicited();
  const std::uint16_t cid = Submit(WriteCommand(octets, at, Sgl::kTransport));
  const auto r2t = Take<tcp::R2T>();
  if (r2t.cccid != cid) Refuse("the R2T is for CID " + std::to_string(r2t.cccid));
  return {.cid = cid, .r2t = r2t, .data = Pattern(octets, cid)};
}

// --- Commands ---

Sqe HostPeer::ConnectCommand(const ConnectOptions& options) const {
  Sqe sqe = MakeConnect(options.qid, options.entries, options.kato_ms, options.no_flow_control);
  sqe.sgl1 = {.length = ConnectData::kSize, .type = options.sgl_type};
  return sqe;
}

Bytes HostPeer::ConnectPage(const ConnectOptions& options) const {
  ConnectData page{.hostid = trial_->identity().hostid,
                   .cntlid = options.cntlid.value_or(claims().any_cntlid)};
  const std::string subnqn = options.subnqn.empty() ? trial_->dut().subnqn() : options.subnqn;
  std::string hostnqn = trial_->identity().hostnqn;
  if (!options.hostnqn.empty()) {
    hostnqn = options.hostnqn;
    page.hostid.back() ^= std::byte{0xFF};
  }
  if (!SetNqnField(page.subnqn, subnqn) || !SetNqnField(page.hostnqn, hostnqn)) {
    throw Unmet{{kError, "an NQN is too long"}};
  }
  auto octets = Encode(page);
  const MutableBytes end = MutableBytes(octets).subspan(sizeof(HostId) - 2, 2);
  const auto own = LoadLittle<std::uint16_t>(end);
  StoreLittle(end, static_cast<std::uint16_t>(own ^ options.hostid_xor));
  return {octets.begin(), octets.end()};
}

Sqe HostPeer::IdentifyCommand(Cns cns, std::uint32_t nsid) {
  Sqe sqe = MakeIdentify(cns, nsid);
  sqe.sgl1 = TransportSgl(kIdentifySize);
  return sqe;
}

Sqe HostPeer::LogCommand(LogPage lid, std::uint32_t octets, std::uint64_t offset) {
  Sqe sqe = MakeGetLogPage({.lid = lid, .octets = octets, .offset = offset, .nsid = kNsidAll});
  sqe.sgl1 = TransportSgl(octets);
  return sqe;
}

Sqe HostPeer::ReadCommand(std::uint32_t octets, std::uint64_t at) const {
  Sqe sqe = MakeRead(claims().nsid, claims().scratch_first + at, octets / claims().block);
  sqe.sgl1 = TransportSgl(octets);
  return sqe;
}

Sqe HostPeer::WriteCommand(std::uint32_t octets, std::uint64_t at, std::uint8_t sgl_type) const {
  if (!Contains(0, claims().scratch_blocks, at, octets / claims().block)) {
    throw Unmet{{kSkip, "guard: the blocks granted are too few"}};
  }
  Sqe sqe = MakeWrite(claims().nsid, claims().scratch_first + at, octets / claims().block);
  sqe.sgl1 = {.length = octets, .type = sgl_type};
  return sqe;
}

Sqe HostPeer::BarrierCommand() const {
  return qid_ == 0 ? MakePropertyGet(Vs::kOffset, Vs::kWidth) : MakeFlush(claims().nsid);
}

std::optional<std::string> HostPeer::Forbidden(const Sqe& sqe) const {
  return guard().InspectCommand(sqe);
}

// --- Running them ---

std::uint16_t HostPeer::Submit(Sqe sqe, ByteView in_capsule, const Lies& lies) {
  // A command without data describes none, as hosts do; fabrics commands leave it reserved.
  if (sqe.sgl1 == Sgl{} && sqe.opc != kFabricsOpcode) sqe.sgl1 = TransportSgl(0);
  sqe.cid = next_cid_++;
  Send(tcp::CapsuleCmd{.sqe = sqe}, in_capsule, lies);
  return sqe.cid;
}

std::uint16_t HostPeer::Start(Sqe sqe, Bytes out) {
  const bool in_capsule = sqe.sgl1.type == Sgl::kInCapsule;
  const std::uint16_t cid = Submit(sqe, in_capsule ? ByteView(out) : ByteView());
  sqe.cid = cid;
  open_[cid] = {.sqe = sqe, .out = std::move(out)};
  return cid;
}

Exchange HostPeer::Finish(std::uint16_t cid) {
  while (!open_[cid].done) Absorb(Next());
  return std::move(open_.extract(cid).mapped());
}

bool HostPeer::Takes(const Event& event, std::uint16_t cid) const {
  if (event.Is(PduType::kC2HData)) return event.pdu.As<tcp::C2HData>().cccid == cid;
  return event.Is(PduType::kR2T) && event.pdu.As<tcp::R2T>().cccid == cid;
}

Outcome HostPeer::Try(const Sqe& sqe, Bytes out) {
  const std::uint16_t cid = Start(sqe, std::move(out));
  Event event = Next();
  while (Takes(event, cid) && !open_[cid].done) {
    Absorb(event);
    if (!open_[cid].done) event = Next();
  }
  open_.erase(cid);
  if (event.Is(PduType::kCapsuleResp) && event.pdu.As<tcp::CapsuleResp>().cqe.cid != cid) {
    Miss("the completion of CID " + std::to_string(cid), event);
  }
  return Outcome(std::move(event));
}

Exchange HostPeer::RunWell(const Sqe& sqe, Bytes out) {
  Exchange exchange = Run(sqe, std::move(out));
  if (!exchange.ok()) {
    Refuse("opcode " + Hex(sqe.opc, 2) + " was answered with " + exchange.cqe.status().Text());
  }
  return exchange;
}

void HostPeer::Absorb(const Event& event) {
  if (event.Is(PduType::kC2HData)) return AbsorbData(event);
  if (event.Is(PduType::kR2T)) return AbsorbR2T(event);
  if (event.Is(PduType::kCapsuleResp)) return AbsorbCompletion(event);
  Miss("the completion of a command", event);
}

void HostPeer::AbsorbData(const Event& event) {
  const auto data = event.pdu.As<tcp::C2HData>();
  const auto found = open_.find(data.cccid);
  if (found == open_.end()) Refuse("C2HData for CID " + std::to_string(data.cccid) + ", not open");
  Exchange& exchange = found->second;
  Observe(data.datao == exchange.data.size(), "TCP-C2H-01", "DATAO does not continue the data");
  Observe(!exchange.last_seen, "TCP-C2H-02", "C2HData after the one with LAST_PDU");
  const ByteView payload = event.pdu.payload();
  exchange.data.insert(exchange.data.end(), payload.begin(), payload.end());
  Observe(exchange.data.size() <= exchange.sqe.sgl1.length, "TCP-C2H-04",
          "more data than the SGL describes");
  exchange.last_seen = (event.pdu.header.flags & tcp::kLastPdu) != 0;
  exchange.by_success = (event.pdu.header.flags & tcp::kSuccess) != 0;
  if (exchange.by_success) exchange.done = true, exchange.cqe.cid = data.cccid;
  exchange.c2h.push_back(event.pdu);
}

void HostPeer::AbsorbR2T(const Event& event) {
  const auto r2t = event.pdu.As<tcp::R2T>();
  const auto found = open_.find(r2t.cccid);
  if (found == open_.end()) Refuse("R2T for CID " + std::to_string(r2t.cccid) + ", not open");
  Exchange& exchange = found->second;
  const bool solicited = exchange.sqe.sgl1.type == Sgl::kTransport &&
                         DataDirection(exchange.sqe) == Direction::kToController;
  Observe(solicited, "TCP-R2T-06", "R2T for a command that has no data to send");
  Observe(r2t.r2to == exchange.asked, exchange.asked == 0 ? "TCP-R2T-01" : "TCP-R2T-02",
          "R2TO does not continue the data");
  const bool inside = Contains(0, exchange.sqe.sgl1.length, r2t.r2to, r2t.r2tl);
  Observe(inside, "TCP-R2T-02", "the R2T reaches past the data");
  exchange.asked += r2t.r2tl;
  exchange.r2ts.push_back(r2t);
  if (!inside || exchange.out.size() < std::uint64_t{r2t.r2to} + r2t.r2tl) {
    Refuse("R2T for octets that the command does not have");
  }
  SendRest({.cid = r2t.cccid, .r2t = r2t, .data = exchange.out});
}

void HostPeer::AbsorbCompletion(const Event& event) {
  const Cqe cqe = event.pdu.As<tcp::CapsuleResp>().cqe;
  const auto found = open_.find(cqe.cid);
  if (found == open_.end() || found->second.done) {
    Observe(false, "TCP-RSP-02", "a completion for a command that is not open");
    Refuse("completion for CID " + std::to_string(cqe.cid) + ", not open");
  }
  Exchange& exchange = found->second;
  exchange.done = true;
  exchange.cqe = cqe;
  Observe(exchange.c2h.empty() || exchange.last_seen || !cqe.status().ok(), "TCP-C2H-02",
          "no C2HData of the command has LAST_PDU");
}

std::uint64_t HostPeer::PropertyGet(std::uint32_t offset, std::uint32_t width) {
  return RunWell(MakePropertyGet(offset, width)).cqe.value();
}

void HostPeer::PropertySet(std::uint32_t offset, std::uint32_t width, std::uint64_t value) {
  RunWell(MakePropertySet(offset, width, value));
}

Bytes HostPeer::Identify(Cns cns, std::uint32_t nsid) {
  Exchange exchange = RunWell(IdentifyCommand(cns, nsid));
  if (exchange.data.size() != kIdentifySize) {
    Refuse("Identify brought " + std::to_string(exchange.data.size()) + " octets");
  }
  return std::move(exchange.data);
}

Bytes HostPeer::Log(LogPage lid, std::uint32_t octets, std::uint64_t offset) {
  Exchange exchange = RunWell(LogCommand(lid, octets, offset));
  if (exchange.data.size() != octets) {
    Refuse("Get Log Page brought " + std::to_string(exchange.data.size()) + " octets");
  }
  return std::move(exchange.data);
}

Bytes HostPeer::Read(std::uint32_t octets, std::uint64_t at) {
  return RunWell(ReadCommand(octets, at)).data;
}

void HostPeer::SendData(const OpenWrite& write, std::uint32_t from, std::uint32_t length,
                        const DataLies& lies) {
  const std::uint32_t at = write.r2t.r2to + from;
  const tcp::H2CData pdu{.cccid = static_cast<std::uint16_t>(write.cid ^ lies.cccid_xor),
                         .ttag = static_cast<std::uint16_t>(write.r2t.ttag ^ lies.ttag_xor),
                         .datao = at + lies.datao_add,
                         .datal = length + lies.datal_add};
  Bytes data(length);
  for (std::uint32_t i = 0; i < length && at + i < write.data.size(); ++i) {
    data[i] = write.data[at + i];
  }
  const bool last = lies.last.value_or(from + length >= write.r2t.r2tl);
  Send(pdu, data, lies.pdu, last ? tcp::kLastPdu : std::uint8_t{0});
}

void HostPeer::SendRest(const OpenWrite& write, std::uint32_t from, std::uint32_t piece) {
  if (piece == 0) piece = std::max<std::uint32_t>(negotiated().maxh2cdata, 4);
  while (from < write.r2t.r2tl) {
    const std::uint32_t length = std::min(piece, write.r2t.r2tl - from);
    SendData(write, from, length);
    from += length;
  }
}

Exchange HostPeer::FinishWrite(const OpenWrite& write, std::uint32_t from) {
  Exchange& exchange = open_[write.cid];
  exchange.sqe.sgl1 = TransportSgl(static_cast<std::uint32_t>(write.data.size()));
  exchange.sqe.opc = static_cast<std::uint8_t>(NvmOpcode::kWrite);
  exchange.out = write.data;
  exchange.asked = std::uint64_t{write.r2t.r2to} + write.r2t.r2tl;
  SendRest(write, from);
  return Finish(write.cid);
}

Outcome HostPeer::ExpectBarrier() {
  const std::uint16_t cid = Submit(BarrierCommand());
  return Expect(Success(cid), kPass).Or(AnyError(cid), kPass);
}

}  // namespace nvmf::conformance
