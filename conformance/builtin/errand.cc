#include "conformance/builtin/errand.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "conformance/builtin/errand_admin.h"
#include "nvmf/host/host_controller.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/stream/socket_stream.h"

namespace nvmf::conformance {
namespace {

using Kind = HostErrand::Kind;

constexpr std::uint32_t kNsid = 1;
constexpr std::uint16_t kAdminEntries = 32;
// How often a host that waits for I/O looks whether its admin queue still lives.
constexpr std::chrono::milliseconds kGlance{20};

AssociationParams ParamsOf(const HostErrand& asked) {
  const bool discovers = asked.kind == Kind::kDiscover;
  AssociationParams params{
      .hostnqn = kBuiltinHostNqn,
      .subnqn = discovers ? std::string(kDiscoveryNqn) : std::string(kBuiltinSubNqn)};
  if (asked.kato.count() != 0) params.kato_ms = static_cast<std::uint32_t>(asked.kato.count());
  params.hostid.fill(std::byte{0xC5});
  params.header_digest = asked.header_digest;
  params.data_digest = asked.data_digest;
  params.disable_flow_control = asked.no_flow_control;
  params.hpda = asked.hpda;
  params.maxr2t = asked.r2ts;
  params.connect_timeout = params.command_timeout = asked.patience;
  return params;
}

class Errand {
 public:
  Errand(const HostErrand& asked, const std::function<Result<int>()>& dial)
      : asked_(asked), dial_(dial), association_(ParamsOf(asked)) {}

  HostOutcome Run() {
    if (const Result<> done = Go(); !done) Complain(done.error().Message());
    outcome_.success = outcome_.text.empty();
    for (const Bytes& buffer : read_) {
      outcome_.data.insert(outcome_.data.end(), buffer.begin(), buffer.end());
    }
    return std::move(outcome_);
  }

 private:
  Result<std::unique_ptr<Stream>> Open() {
    const Result<int> fd = dial_();
    if (!fd) return std::unexpected(fd.error());
    return SocketStream::Adopt(*fd);
  }

  Result<> Go() {
    stage_ = "connect";
    auto stream = Open();
    if (!stream) return std::unexpected(stream.error());
    auto controller = HostController::Connect(association_, std::move(*stream), kAdminEntries);
    if (!controller) return std::unexpected(controller.error());
    stage_ = "enable";
    if (Result<> enabled = controller->Enable(); !enabled) return enabled;
    stage_ = "identify";
    const auto id = controller->IdentifyController();
    if (!id) return std::unexpected(id.error());
    most_ = id->mdts_bytes(controller->cap().mpsmin_bytes());
    const bool traffic_counts = (id->ctratt & kCtrattTbkas) != 0;
    if (Result<> done = Do(*controller, traffic_counts); !done) return done;
    stage_ = "shutdown";
    return controller->Shutdown();
  }

  Result<> Do(HostController& controller, bool traffic_counts) {
    switch (asked_.kind) {
      case Kind::kConnect:
        return {};
      case Kind::kStay:
        stage_ = "staying connected";
        return StayConnected(controller, {.traffic_counts = traffic_counts}, asked_.stay);
      case Kind::kDiscover: {
        stage_ = "discovery";
        auto found = UsableSubsystems(controller);
        if (!found) return std::unexpected(found.error());
        outcome_.subnqns = std::move(*found);
        return {};
      }
      case Kind::kRead:
      case Kind::kWrite:
      case Kind::kCompare:
        return DoIo(controller);
    }
    return {};
  }

  Result<> DoIo(HostController& controller) {
    const auto ns = controller.IdentifyNamespace(kNsid);
    if (!ns) return std::unexpected(ns.error());
    block_ = ns->block_bytes();
    if (block_ == 0) return Fail(Code::kUnsupported, "the namespace has no usable format");
    const auto queues = controller.SetNumberOfQueues(1);
    if (!queues) return std::unexpected(queues.error());
    // The event request keeps the admin queue listening: its end is noticed during I/O.
    const auto event = controller.admin().Submit(MakeAsyncEventRequest(), kNoData);
    if (!event) return std::unexpected(event.error());
    if (Result<> sent = controller.admin().Flush(Patience()); !sent) return sent;
    stage_ = "connect I/O queue";
    auto stream = Open();
    if (!stream) return std::unexpected(stream.error());
    const auto entries = std::min<std::uint32_t>(asked_.entries, controller.cap().max_entries());
    auto io = controller.ConnectIo(std::move(*stream),
                                   {.qid = 1, .entries = static_cast<std::uint16_t>(entries)});
    if (!io) return std::unexpected(io.error());
    stage_ = "I/O";
    return RunCommands(controller, *io);
  }

  Result<> RunCommands(HostController& controller, HostQPair& io) {
    Prepare();
    if (most_ != 0 && buffers_.front().size() > most_) {
      return Fail(Code::kUnsupported, "a command would be longer than MDTS allows");
    }
    const std::uint32_t window = asked_.at_once ? asked_.commands : 1;
    std::map<std::uint16_t, std::uint32_t> outstanding;
    std::uint32_t begun = 0;
    while (begun < asked_.commands || !outstanding.empty()) {
      while (begun < asked_.commands && outstanding.size() < window && !io.full()) {
        const Result<std::uint16_t> cid = io.Submit(Command(begun), DataOf(begun));
        if (!cid) return std::unexpected(cid.error());
        outstanding[*cid] = begun++;
      }
      const Result<Completion> done = Await(controller, io);
      if (!done) return std::unexpected(done.error());
      const auto command = outstanding.extract(done->cqe.cid);
      if (command.empty()) return Fail(Code::kUnsupported, "a completion of no command came out");
      const std::uint32_t which = command.mapped();
      if (done->status().ok()) {
        if (asked_.kind == Kind::kRead) read_[which] = buffers_[which];
      } else {
        Complain("command " + std::to_string(which) + ": " + done->status().Text());
      }
    }
    return {};
  }

  // Await returns the next completion, or why none will come: the admin queue's end is the
  // association's.
  Result<Completion> Await(HostController& controller, HostQPair& io) {
    const nvmf::Deadline limit = Patience();
    while (true) {
      Result<Completion> done = io.WaitAny(nvmf::Deadline::After(kGlance));
      if (done || done.error().code != Code::kTimeout || limit.passed()) return done;
      const Result<Completion> event = controller.admin().WaitAny(nvmf::Deadline::After({}));
      if (event || event.error().code == Code::kTimeout) continue;
      stage_ = "admin queue lost during I/O";
      return std::unexpected(event.error());
    }
  }

  void Prepare() {
    buffers_.resize(asked_.commands);
    read_.resize(asked_.commands);
    for (std::uint32_t i = 0; i < asked_.commands; ++i) {
      buffers_[i].resize(std::size_t{asked_.blocks} * block_);
      if (asked_.kind == Kind::kRead) continue;
      const std::size_t part = asked_.data.size() / asked_.commands;
      const ByteView mine = ByteView(asked_.data).subspan(i * part, part);
      buffers_[i].assign(mine.begin(), mine.end());
    }
  }

  Sqe Command(std::uint32_t which) const {
    const auto blocks = static_cast<std::uint32_t>(buffers_[which].size() / block_);
    const std::uint64_t slba = HostErrand::kFirstBlock + std::uint64_t{which} * blocks;
    if (asked_.kind == Kind::kWrite) return MakeWrite(kNsid, slba, blocks);
    if (asked_.kind == Kind::kCompare) return MakeCompare(kNsid, slba, blocks);
    return MakeRead(kNsid, slba, blocks);
  }

  Data DataOf(std::uint32_t which) {
    Bytes& buffer = buffers_[which];
    return asked_.kind == Kind::kRead ? ReadInto(buffer) : WriteFrom(buffer);
  }

  nvmf::Deadline Patience() const { return nvmf::Deadline::After(asked_.patience); }

  void Complain(const std::string& what) {
    if (!outcome_.text.empty()) outcome_.text += "; ";
    outcome_.text += std::string(stage_) + ": " + what;
  }

  const HostErrand& asked_;
  const std::function<Result<int>()>& dial_;
  Association association_;
  const char* stage_ = "";
  std::uint32_t block_ = 0;
  std::uint64_t most_ = 0;        // Octets of one command; 0: no limit.
  std::vector<Bytes> buffers_{};  // Outlive the queue pairs, which borrow them.
  std::vector<Bytes> read_{};
  HostOutcome outcome_{};
};

}  // namespace

HostOutcome RunErrand(const HostErrand& errand, const std::function<Result<int>()>& dial) {
  return Errand(errand, dial).Run();
}

}  // namespace nvmf::conformance
