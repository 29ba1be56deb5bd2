// Invariant: our host and our controller, joined by memory, understand each other whatever the
// commands, the parameters, the cuts and who owns an end: every command completes exactly once,
// with success and with all its octets, and neither end ever accuses the other. If the stream ends
// on the way, what had not completed never does. If an octet is changed on the way and both digests
// are on, no completion that says success has wrong data.
//
// options: 0 bits 0, 1 host's digests, 2, 3 controller's, 4 optional, 5 no flow control, 6 SUCCESS
//          1 HPDA and bits 7:5 host's MAXR2T   2 CPDA and bits 6:5 controller's   3 entries
//          4 largest R2TL in 64 octets   5 largest C2HData in 64 octets   6 in-capsule in 64 octets
//          7 the cuts
// then one octet a step: bits 2:0 the step, 7:3 its argument.
#include <array>
#include <cstring>
#include <memory>

#include "fuzz/harness/buffers.h"
#include "fuzz/harness/check.h"
#include "fuzz/harness/feed.h"
#include "fuzz/harness/script.h"
#include "nvmf/tcp/controller_connection.h"
#include "nvmf/tcp/host_connection.h"

namespace nvmf::fuzz {
namespace {

constexpr std::uint32_t kSizes[] = {0,   4,   8,   12,  64,   128,  252,
                                    256, 508, 512, 516, 1024, 1028, 4100};
constexpr std::size_t kSlots = 40;
constexpr std::size_t kMostCommands = 32;
constexpr std::size_t kSlotBytes = Buffers::kSource;

tcp::HostParams HostOf(const Script& script) {
  const auto& o = script.options;
  return {.header_digest = (o[0] & 1) != 0,
          .data_digest = (o[0] & 2) != 0,
          .digests_optional = (o[0] & 16) != 0,
          .hpda = static_cast<std::uint8_t>(o[1] & 31),
          .maxr2t = (o[1] >> 5) + 1U,
          .entries = static_cast<std::uint16_t>(2 + o[3] % 31),
          .in_capsule_bytes = o[6] * 64U,
          .receive_room = tcp::PduReceiver::kMinRoom};
}

tcp::ControllerParams ControllerOf(const Script& script) {
  const auto& o = script.options;
  return {.header_digest = (o[0] & 4) != 0,
          .data_digest = (o[0] & 8) != 0,
          .cpda = static_cast<std::uint8_t>(o[2] & 31),
          .maxh2cdata = 4096,
          .in_capsule_bytes = 16384,
          .max_c2h_data = 64 + o[5] * 64U,
          .max_r2tl = 64 + o[4] * 64U,
          .max_r2t = (o[2] >> 5 & 3U) + 1,
          .success_flag = (o[0] & 64) != 0,
          .receive_room = tcp::PduReceiver::kMinRoom};
}

// A command as both sides know it; its slot is CDW10.
struct Command {
  bool busy = false;
  bool write = false;
  std::uint16_t cid = 0;
  std::uint32_t size = 0;
  std::uint32_t shift = 0;     // Where in the source its data begin.
  std::uint32_t received = 0;  // By the controller.
};

class Pair {
 public:
  explicit Pair(const Script& script)
      : flow_control_((script.options[0] & 32) == 0),
        entries_(HostOf(script).entries),
        params_(ControllerOf(script)),
        host_(std::make_unique<tcp::HostConnection>(HostOf(script))),
        controller_(std::make_unique<tcp::ControllerConnection>(params_)),
        cutter_(script.options[7] == 1 ? std::uint8_t{2} : script.options[7]) {
    if (!flow_control_) host_->DisableFlowControl();
    controller_->SetQueue(entries_, flow_control_, 16384);
  }

  void Step(std::uint8_t octet) {
    const std::size_t argument = octet >> 3;
    switch (octet & 7) {
      case 0:
        return Submit(argument, false);
      case 1:
        return Submit(argument, true);
      case 2:
        Move(*host_, *controller_, argument);
        return;
      case 3:
        Move(*controller_, *host_, argument);
        return;
      case 4:
        return Serve(argument);
      case 5:
        return Take();
      case 6:
        flip_ = argument * 16 + 1;
        return;  // One of the next octets on the wire.
      default:
        return argument == 31 ? Break() : argument == 30 ? HandOver() : Everything(argument);
    }
  }

  void Finish() {
    if (!broken_) Everything(0);
    if (!broken_ && !damaged_ && !host_->failed()) {
      FUZZ_CHECK(host_->outstanding() == 0 && controller_->outstanding() == 0);
      FUZZ_CHECK(completed_ == submitted_);
    }
    FUZZ_CHECK(completed_ <= submitted_);
    if (!damaged_) CheckFailure(*host_), CheckFailure(*controller_);
  }

 private:
  // An end fails because a digest was declined or the stream ended; not because of the other.
  void CheckFailure(const tcp::Connection& connection) const {
    if (!connection.failed()) return;
    const Code code = connection.failure().code;
    FUZZ_CHECK(code == Code::kRefused || (broken_ && code == Code::kClosed));
  }

  void Submit(std::size_t argument, bool write) {
    const std::uint32_t size = kSizes[argument % std::size(kSizes)];
    std::size_t slot = 0;
    while (slot < kSlots && commands_[slot].busy) ++slot;
    if (slot == kSlots || submitted_ == kMostCommands || size > budget_) return;
    budget_ -= size;
    Command& command = commands_[slot];
    command = {.write = write, .size = size};
    command.shift = static_cast<std::uint32_t>(submitted_ * 4 % (kSlotBytes - size + 4));
    const MutableBytes into = MutableBytes(read_[slot]).first(size);
    std::ranges::fill(into, std::byte{0xEE});
    const Data data = size == 0 ? kNoData
                      : write   ? WriteFrom(Part(command, 0, size))
                                : ReadInto(into);
    const Sqe sqe{.opc = static_cast<std::uint8_t>(write ? 1 : 2),
                  .cdw10 = static_cast<std::uint32_t>(slot)};
    const Result<std::uint16_t> cid = host_->Submit(sqe, data);
    if (!cid) {
      FUZZ_CHECK(host_->failed() || !host_->live() ||
                 (cid.error().code == Code::kBusy && host_->full()));
      // Without flow control only the commands themselves fill the queue.
      FUZZ_CHECK(host_->failed() || !host_->live() || flow_control_ || damaged_ ||
                 submitted_ - completed_ + 1 >= entries_);
      return;
    }
    command.busy = true;
    command.cid = *cid;
    ++submitted_;
  }

  static ByteView Part(const Command& command, std::uint32_t at, std::uint32_t size) {
    return Buffers::Source(kSlotBytes).subspan(command.shift + at, size);
  }

  bool Move(tcp::Connection& from, tcp::Connection& to, std::size_t argument) {
    if (broken_) return false;
    const std::size_t most = argument == 0 ? SIZE_MAX : argument * 16;
    std::size_t moved = 0;
    for (const ByteView span : from.PendingOutput()) {
      const ByteView part = span.first(std::min(span.size(), most - moved));
      Give(to, part);
      moved += part.size();
      if (moved == most) break;
    }
    if (moved != 0) from.CommitOutput(moved);
    return moved != 0;
  }
  void Give(tcp::Connection& to, ByteView part) {
    const auto commit = [&](std::size_t n) { Commit(to, n); };
    const auto* octets = reinterpret_cast<const std::uint8_t*>(part.data());
    Feed(to, {octets, part.size()}, cutter_, commit, [&] { return to.failed(); });
  }
  void Commit(tcp::Connection& to, std::size_t n) {
    if (flip_ != 0 && flip_ <= n) {
      const InputSpans space = to.InputSpace();
      std::byte& octet = flip_ <= space.first.size() ? space.first[flip_ - 1]
                                                     : space.second[flip_ - 1 - space.first.size()];
      octet ^= std::byte{0x10};
      damaged_ = true;
      flip_ = 0;
    } else if (flip_ != 0) {
      flip_ -= n;
    }
    to.CommitInput(n);
  }

  // The controller keeps what is written and answers reads with the source.
  void Serve(std::size_t argument) {
    if (!controller_->HasEvent()) return;
    const Event event = controller_->NextEvent();
    const Tag tag = event.tag;
    const std::size_t slot = controller_->sqe(tag).cdw10;
    if (slot >= kSlots) return FUZZ_CHECK(damaged_);
    Command& command = commands_[slot];
    if (event.data_error) return Answer(tag, {}, StatusCode::kTransientTransportError);
    if (controller_->sqe(tag).opc == 2)
      return Answer(tag, Part(command, 0, ReadSize(tag, command)), {});
    if (event.kind == Event::Kind::kCommand) {
      command.received = 0;
      const ByteView carried = controller_->in_capsule(tag);
      if (!carried.empty()) std::ranges::copy(carried, written_[slot].begin());
      if (!carried.empty() || controller_->data_length(tag) == 0) return Answer(tag, {}, {});
    }
    const std::uint32_t left = controller_->data_length(tag) - command.received;
    if (left > kSlotBytes - command.received) return FUZZ_CHECK(damaged_);
    if (left == 0) return Answer(tag, {}, {});
    const std::uint32_t part =
        argument == 0 ? left
                      : std::min<std::uint32_t>(left, static_cast<std::uint32_t>(argument) * 128);
    const auto into = MutableBytes(written_[slot]).subspan(command.received, part);
    FUZZ_CHECK(controller_->RequestData(tag, command.received, into) || controller_->failed() ||
               damaged_);
    command.received += part;
  }
  std::uint32_t ReadSize(Tag tag, const Command& command) const {
    FUZZ_CHECK(damaged_ || controller_->data_length(tag) == command.size);
    return std::min(command.size, controller_->data_length(tag));
  }
  void Answer(Tag tag, ByteView data, StatusCode code) {
    Cqe cqe;
    cqe.set_status(code);
    FUZZ_CHECK(controller_->SendData(tag, data, cqe) || controller_->failed() || damaged_);
  }

  void Take() {
    while (const auto cid = host_->NextCompleted()) {
      const auto done = host_->Take(*cid);
      FUZZ_CHECK(done && !host_->Take(*cid));
      ++completed_;
      Command* command = nullptr;
      for (Command& candidate : commands_) {
        if (candidate.busy && candidate.cid == *cid) command = &candidate;
      }
      FUZZ_CHECK(command != nullptr);
      command->busy = false;
      Check(*command, *done);
    }
  }
  void Check(const Command& command, const Completion& done) {
    const bool trusted = !damaged_ || (host_->live() && host_->negotiated().header_digest &&
                                       host_->negotiated().data_digest);
    if (!done.status().ok()) return FUZZ_CHECK(damaged_);
    if (!trusted) return;
    FUZZ_CHECK(done.bytes == command.size);
    const auto slot = static_cast<std::size_t>(&command - commands_.data());
    const auto& memory = command.write ? written_[slot] : read_[slot];
    FUZZ_CHECK(
        std::ranges::equal(ByteView(memory).first(command.size), Part(command, 0, command.size)));
  }

  // Other owners take both ends over where they can, and nobody notices. What the controller has
  // not begun comes to its new owner as events.
  void HandOver() {
    if (const auto state = host_->Export()) {
      auto host = tcp::HostConnection::Resume(*state);
      FUZZ_CHECK(host);
      const auto again = (*host)->Export();
      FUZZ_CHECK(again && again->negotiated == state->negotiated);
      FUZZ_CHECK(again->sq_head == state->sq_head && again->unread == state->unread);
      host_ = std::move(*host);
    }
    if (const auto state = controller_->Export()) {
      auto controller = tcp::ControllerConnection::Resume(params_, *state);
      FUZZ_CHECK(controller);
      const auto again = (*controller)->Export();
      FUZZ_CHECK(again && again->sq_head == state->sq_head);
      FUZZ_CHECK(again->commands.size() == state->commands.size());
      controller_ = std::move(*controller);
    }
  }

  // All that can happen happens.
  void Everything(std::size_t argument) {
    for (bool more = true; more;) {
      more = Move(*host_, *controller_, 16 * argument);
      more = Move(*controller_, *host_, 4 * argument) || more;
      more = controller_->HasEvent() || more;
      while (controller_->HasEvent()) Serve(argument);
      Take();
    }
  }
  void Break() {
    broken_ = true;
    host_->Fail({.code = Code::kClosed});
    controller_->Fail({.code = Code::kClosed});
    Take();
    if (damaged_) return;  // Then a TermReq may be waiting.
    FUZZ_CHECK(host_->PendingOutput().empty() && controller_->PendingOutput().empty());
  }

  const bool flow_control_;
  const std::uint16_t entries_;
  const tcp::ControllerParams params_;
  std::unique_ptr<tcp::HostConnection> host_;
  std::unique_ptr<tcp::ControllerConnection> controller_;
  Cutter cutter_;
  std::array<Command, kSlots> commands_{};
  std::size_t submitted_ = 0;
  std::size_t completed_ = 0;
  std::size_t budget_ = 12 * 1024;  // Octets of data in one input.
  std::size_t flip_ = 0;            // Counts down to the octet to change.
  bool broken_ = false;
  bool damaged_ = false;
  using Memory = std::array<std::array<std::byte, kSlotBytes>, kSlots>;
  static inline Memory read_;
  static inline Memory written_;
};

}  // namespace
}  // namespace nvmf::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nvmf::fuzz;
  const Octets input(data, size);
  Pair pair{Script(input)};
  for (const std::uint8_t octet : input.subspan(std::min(kPrelude, size))) pair.Step(octet);
  pair.Finish();
  return 0;
}
