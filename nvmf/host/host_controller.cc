#include "nvmf/host/host_controller.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nvmf {
namespace {

using std::chrono::milliseconds;

Error Refused(const Cqe& cqe, const char* what) {
  return {.code = Code::kRefused, .status = cqe.status_field, .dw0 = cqe.dw0, .what = what};
}

}  // namespace

Result<HostController> HostController::Connect(Association& association,
                                               std::unique_ptr<Stream> stream,
                                               std::uint16_t entries) {
  Result<HostQPair> admin =
      HostQPair::Connect(association, std::move(stream), {.qid = 0, .entries = entries});
  if (!admin) return std::unexpected(admin.error());
  return Adopt(association, std::move(*admin));
}

Result<HostController> HostController::Adopt(Association& association, HostQPair admin) {
  HostController controller(association, std::move(admin));
  const Result<std::uint64_t> cap = controller.PropertyGet(Cap::kOffset);
  if (!cap) return std::unexpected(cap.error());
  controller.cap_.raw = *cap;
  return controller;
}

Result<Completion> HostController::Execute(const Sqe& sqe, const Data& data) {
  const Deadline deadline = Deadline::After(association_->params().command_timeout);
  const Result<Completion> done = admin_.Execute(sqe, data, deadline);
  if (!done) return done;
  if (!done->status().ok()) return std::unexpected(Refused(done->cqe, OpcodeName(sqe, true)));
  return done;
}

Result<std::uint64_t> HostController::PropertyGet(std::uint32_t offset) {
  const std::uint32_t width = PropertyWidth(offset);
  if (width == 0) return Fail(Code::kInvalidArgument, "no such property");
  const Result<Completion> done = Execute(MakePropertyGet(offset, width), kNoData);
  if (!done) return std::unexpected(done.error());
  return width == 8 ? done->cqe.value() : done->cqe.dw0;
}

Result<> HostController::PropertySet(std::uint32_t offset, std::uint64_t value) {
  const std::uint32_t width = PropertyWidth(offset);
  if (width == 0) return Fail(Code::kInvalidArgument, "no such property");
  const Result<Completion> done = Execute(MakePropertySet(offset, width, value), kNoData);
  if (!done) return std::unexpected(done.error());
  return {};
}

template <class Reached>
Result<> HostController::AwaitStatus(Reached reached, const char* what) {
  const milliseconds limit(std::max<std::uint32_t>(cap_.timeout_ms(), 500));
  const Deadline deadline = Deadline::After(limit);
  for (milliseconds pause{1};; pause = std::min(2 * pause, milliseconds(100))) {
    const Result<std::uint64_t> raw = PropertyGet(Csts::kOffset);
    if (!raw) return std::unexpected(raw.error());
    const Csts csts{.raw = static_cast<std::uint32_t>(*raw)};
    if (reached(csts)) return {};
    if (csts.cfs()) {
      Cqe fatal;
      fatal.set_status(StatusCode::kInternalError);
      return std::unexpected(Refused(fatal, "CSTS.CFS: the controller failed"));
    }
    if (deadline.passed()) return Fail(Code::kTimeout, what);
    Pause(pause, deadline);
  }
}

Result<> HostController::Enable() {
  if (Result<> set = PropertySet(Cc::kOffset, Cc::Enable().raw); !set) return set;
  return AwaitStatus([](Csts csts) { return csts.rdy(); }, "CSTS.RDY did not come in CAP.TO");
}

Result<> HostController::Disable() {
  if (Result<> set = PropertySet(Cc::kOffset, Cc::Enable().with_en(false).raw); !set) return set;
  return AwaitStatus([](Csts csts) { return !csts.rdy(); }, "CSTS.RDY did not clear in CAP.TO");
}

Result<> HostController::Shutdown() {
  const Cc cc = Cc::Enable().with_shn(Shn::kNormal);
  if (Result<> set = PropertySet(Cc::kOffset, cc.raw); !set) return set;
  return AwaitStatus([](Csts csts) { return csts.shst() == Shst::kComplete; },
                     "CSTS.SHST did not say that shutdown is complete");
}

Result<nvmf::IdentifyController> HostController::IdentifyController() {
  std::array<std::byte, kIdentifySize> page{};
  const Result<Completion> done = Execute(MakeIdentify(Cns::kController), ReadInto(page));
  if (!done) return std::unexpected(done.error());
  const auto id = Decode<nvmf::IdentifyController>(page);
  // A capsule never carries more than a PDU of ours can: IOCCSZ is the peer's word.
  const auto in_capsule = std::min<std::uint64_t>(id.in_capsule_bytes(), 0xFFFFFFFC);
  association_->set_io_in_capsule_bytes(static_cast<std::uint32_t>(in_capsule));
  return id;
}

Result<nvmf::IdentifyNamespace> HostController::IdentifyNamespace(std::uint32_t nsid) {
  std::array<std::byte, kIdentifySize> page{};
  const Result<Completion> done = Execute(MakeIdentify(Cns::kNamespace, nsid), ReadInto(page));
  if (!done) return std::unexpected(done.error());
  return Decode<nvmf::IdentifyNamespace>(page);
}

Result<std::vector<std::uint32_t>> HostController::ActiveNamespaces() {
  std::vector<std::uint32_t> all;
  std::array<std::byte, kIdentifySize> page{};
  for (std::uint32_t after = 0; all.size() < kMaxNamespaces;) {
    const Result<Completion> done = Execute(MakeIdentify(Cns::kActiveNsids, after), ReadInto(page));
    if (!done) return std::unexpected(done.error());
    const auto list = Decode<NsidList>(page);
    for (const std::uint32_t nsid : list.used()) {
      if (nsid <= after) return all;  // Not ascending: going on would never end.
      all.push_back(after = nsid);
    }
    if (list.used().size() < NsidList::kMost) break;
  }
  return all;
}

Result<> HostController::NamespaceDescriptors(std::uint32_t nsid,
                                              std::span<std::byte, kIdentifySize> page) {
  const Sqe sqe = MakeIdentify(Cns::kNamespaceDescriptors, nsid);
  const Result<Completion> done = Execute(sqe, ReadInto(page));
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<std::uint32_t> HostController::SetNumberOfQueues(std::uint32_t queues) {
  if (queues == 0 || queues > QueueCounts::kMost) {
    return Fail(Code::kInvalidArgument, "1 to 65535 I/O queues");
  }
  const QueueCounts asked{.submission = queues, .completion = queues};
  const Result<Completion> done =
      Execute(MakeSetFeatures(Feature::kNumberOfQueues, asked.ToDword()), kNoData);
  if (!done) return std::unexpected(done.error());
  const std::optional<QueueCounts> granted = QueueCounts::FromDword(done->cqe.dw0);
  if (!granted) return queues;
  return std::min({queues, granted->submission, granted->completion});
}

Result<> HostController::KeepAlive() {
  const Result<Completion> done = Execute(MakeKeepAlive(), kNoData);
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<> HostController::GetLogPage(LogRequest request, MutableBytes page) {
  if (page.size() < 4 || page.size() % 4 != 0 || request.offset % 4 != 0) {
    return Fail(Code::kInvalidArgument, "log pages are read in multiples of 4 octets");
  }
  request.octets = page.size();
  const Result<Completion> done = Execute(MakeGetLogPage(request), ReadInto(page));
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<HostQPair> HostController::ConnectIo(std::unique_ptr<Stream> stream,
                                            const QueueOptions& options) {
  if (options.qid == 0) return Fail(Code::kInvalidArgument, "I/O queues begin at QID 1");
  if (options.entries > cap_.max_entries()) {
    return Fail(Code::kInvalidArgument, "more entries than CAP.MQES allows");
  }
  return HostQPair::Connect(*association_, std::move(stream), options);
}

}  // namespace nvmf
