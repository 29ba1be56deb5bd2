// Invariant: against any host, however its octets are cut and whatever the controller's owner does
// with the commands, ControllerConnection does what the model says: it accepts and refuses the same
// PDUs with the same FES and FEI, tells of the same commands and data in the same order, asks for
// and sends only what it owes, fills each buffer with what came for it and no octet outside, and
// answers each command exactly once.
//
// options: 0 bits 0, 1 digests granted, 2 SUCCESS, 3 queue without SQ flow control
//          1 CPDA (5 bits)   2 bits 1:0 MAXR2T of ours, 6:2 entries   3 largest R2TL in 16 octets
//          4 the second cut   5 largest C2HData in 16 octets   6 in-capsule limit in 64 octets
// ops:     0, 7 the host sends   1 take an event and act on it   2 all output leaves
//          3 some output leaves   4 act on a command   5 the stream ends, or the owner aborts
//          6 what Connect settled
#include <array>

#include "fuzz/harness/buffers.h"
#include "fuzz/harness/check.h"
#include "fuzz/harness/feed.h"
#include "fuzz/harness/output_tap.h"
#include "fuzz/harness/script.h"
#include "fuzz/model/controller_model.h"
#include "fuzz/mutator/rules.h"
#include "nvmf/tcp/controller_connection.h"

namespace nvmf::fuzz {

const MutatorRules kMutatorRules{.role = MutatorRules::Role::kController};

namespace {

using model::ControllerModel;
using model::End;

model::ControllerTerms TermsOf(const Script& script) {
  const auto& o = script.options;
  return {.hdgst = (o[0] & 1) != 0,
          .ddgst = (o[0] & 2) != 0,
          .success = (o[0] & 4) != 0,
          .cpda = static_cast<std::uint8_t>(o[1] & 31),
          .maxh2cdata = 4096,
          .in_capsule = 8192,
          .max_c2h_data = o[5] * 16U + 16,
          .max_r2tl = o[3] * 16U + 16,
          .max_r2t = (o[2] & 3U) + 1};
}

tcp::ControllerParams ParamsOf(const model::ControllerTerms& terms) {
  return {.header_digest = terms.hdgst,
          .data_digest = terms.ddgst,
          .cpda = terms.cpda,
          .maxh2cdata = terms.maxh2cdata,
          .in_capsule_bytes = terms.in_capsule,
          .max_c2h_data = terms.max_c2h_data,
          .max_r2tl = terms.max_r2tl,
          .max_r2t = terms.max_r2t,
          .success_flag = terms.success,
          .receive_room = tcp::PduReceiver::kMinRoom};
}

class Session {
 public:
  Session(const Script& script, std::uint8_t cut)
      : controller_(ParamsOf(TermsOf(script))),
        model_(TermsOf(script)),
        tap_(controller_),
        cutter_(cut) {
    const auto& o = script.options;
    if ((o[0] & 8) != 0) SetQueue((o[2] >> 2) % 32U + 2, false, o[6] * 64U);
  }

  void Do(const Record& record) {
    switch (record.op) {
      case 1:
        return Serve(record);
      case 2:
        return tap_.Drain(model_, record.at(0));
      case 3:
        tap_.Send(model_, record.word(0));
        return;
      case 4:
        return Act(record.at(5), record);
      case 5:
        return record.octets.empty() ? Close() : Abort();
      case 6:
        return SetQueue(record.at(0) % 32 + 2U, (record.at(1) & 1) != 0, record.at(2) * 64U);
      default:
        return Hear(record.octets);
    }
  }

  void Finish() {
    if (!controller_.failed()) Close();
    tap_.Drain(model_, 0);
    if (model_.end() == End::kViolation) FUZZ_CHECK(model_.termination_sent());
    while (controller_.HasEvent()) TakeEvent();
    FUZZ_CHECK(!model_.has_event());
    buffers_.Agree();
  }

 private:
  using Command = ControllerModel::Command;

  void Hear(Octets octets) {
    model_.Received(octets);
    const auto commit = [&](std::size_t n) { controller_.CommitInput(n); };
    Feed(controller_, octets, cutter_, commit, [&] { return controller_.failed(); });
    Compare();
  }

  void Compare() {
    FUZZ_CHECK(controller_.live() == model_.live());
    FUZZ_CHECK(controller_.HasEvent() == model_.has_event());
    if (controller_.live()) {
      const tcp::Negotiated& now = controller_.negotiated();
      FUZZ_CHECK(now.header_digest == model_.terms().hdgst &&
                 now.data_digest == model_.terms().ddgst);
      FUZZ_CHECK(now.hpda == model_.hpda() && now.maxr2t == model_.maxr2t());
      FUZZ_CHECK(controller_.outstanding() == model_.outstanding());
    }
    FUZZ_CHECK(controller_.failed() == (model_.end() != End::kNone || model_.has_verdict()));
    if (!controller_.failed() || ended_) return;
    ended_ = true;
    const Error& failure = controller_.failure();
    if (model_.has_verdict() || model_.end() == End::kViolation) {
      model_.Violated();
      FUZZ_CHECK(failure.code == Code::kPeerViolation && Same(failure, model_.verdict()));
      return;
    }
    tap_.Forget();
    if (model_.end() != End::kTerminated) return;
    FUZZ_CHECK(failure.code == Code::kTerminatedByPeer);
    FUZZ_CHECK(failure.violation.has_value() == model_.told().has_value());
    if (failure.violation) FUZZ_CHECK(Same(failure, *model_.told()));
  }
  static bool Same(const Error& failure, const model::Verdict& b) {
    return failure.violation && static_cast<std::uint16_t>(failure.violation->fes) == b.fes &&
           failure.violation->fei == b.fei;
  }

  void Serve(const Record& record) {
    if (!controller_.HasEvent()) return FUZZ_CHECK(!model_.has_event());
    Act(TakeEvent(), record);
  }

  // TakeEvent returns the tag of the event, which the model must have expected.
  Tag TakeEvent() {
    FUZZ_CHECK(model_.has_event());
    const Event event = controller_.NextEvent();
    const ControllerModel::Event expected = model_.NextEvent();
    FUZZ_CHECK(event.tag < commands_.size());
    FUZZ_CHECK((event.kind == Event::Kind::kData) == expected.data);
    FUZZ_CHECK(event.data_error == expected.damaged);
    Command* command = expected.command;
    if (!expected.data) commands_[event.tag] = {command, command->serial};
    FUZZ_CHECK(commands_[event.tag].command == command);
    if (command->state != ControllerModel::State::kOwned) return event.tag;
    const auto sqe = Encode(controller_.sqe(event.tag));
    FUZZ_CHECK(std::ranges::equal(AsOctets(sqe), Canonical(command->sqe)));
    FUZZ_CHECK(controller_.data_length(event.tag) == command->length());
    const ByteView carried = controller_.in_capsule(event.tag);
    FUZZ_CHECK(carried.size() == command->carried);
    FUZZ_CHECK(model::DigestOf(AsOctets(carried)) == command->capsule_data.value());
    return event.tag;
  }
  // Three octets of the descriptor are reserved, and not kept.
  static std::array<std::uint8_t, 64> Canonical(std::array<std::uint8_t, 64> sqe) {
    sqe[36] = sqe[37] = sqe[38] = 0;
    return sqe;
  }

  void Act(std::size_t tag, const Record& record) {
    if (tag >= commands_.size()) return;
    Command* command = commands_[tag].command;
    // A tag names a command until its answer has left.
    if (command == nullptr || command->serial != commands_[tag].serial) return;
    const std::uint32_t size = record.word(3) & 0x7FF;
    switch (record.at(0) & 3) {
      case 0:
        return;
      case 1:
        return Answer(static_cast<Tag>(tag), *command, 0, record);
      case 2:
        return Answer(static_cast<Tag>(tag), *command, size, record);
      default:
        return Request(static_cast<Tag>(tag), *command, size, record);
    }
  }

  void Answer(Tag tag, Command& command, std::uint32_t size, const Record& record) {
    const Cqe cqe{.dw0 = record.at(1),
                  .status_field = static_cast<std::uint16_t>(record.at(2) << 1)};
    std::array<std::uint8_t, 16> octets{};
    std::ranges::copy(AsOctets(Encode(cqe)), octets.begin());
    const ByteView data = Buffers::Source(size);
    const bool agreed = model_.Answer(command, AsOctets(data).data(), size, octets);
    CheckAnswer(controller_.SendData(tag, data, cqe), agreed);
  }
  void Request(Tag tag, Command& command, std::uint32_t size, const Record& record) {
    const std::size_t at = buffers_.Take(size);
    if (at == 0) return;
    const std::uint32_t offset = command.requested + (record.at(1) & 4U);
    const bool agreed = model_.Request(command, offset, size, buffers_.Copy(at));
    CheckAnswer(controller_.RequestData(tag, offset, buffers_.Lent(at, size)), agreed);
  }
  void CheckAnswer(const Result<>& result, bool agreed) {
    FUZZ_CHECK(result.has_value() == agreed);
    if (agreed) return;
    const Code code = controller_.failed() ? controller_.failure().code : Code::kInvalidArgument;
    FUZZ_CHECK(result.error().code == code);
  }

  // Only Connect may be outstanding when a queue is made.
  void SetQueue(std::uint32_t entries, bool flow_control, std::uint32_t in_capsule) {
    if (controller_.outstanding() > 1) return;
    controller_.SetQueue(static_cast<std::uint16_t>(entries), flow_control, in_capsule);
    model_.SetQueue(entries, flow_control, in_capsule);
  }
  void Close() {
    controller_.Fail({.code = Code::kClosed, .what = "the stream ended"});
    model_.Closed();
    Compare();
  }
  void Abort() {
    if (controller_.failed()) return;
    controller_.AbortConnection("the owner saw a rule broken");
    model_.Aborted();
    Compare();
  }

  tcp::ControllerConnection controller_;
  ControllerModel model_;
  OutputTap tap_;
  Cutter cutter_;
  Buffers buffers_;
  struct Named {
    Command* command = nullptr;
    std::uint32_t serial = 0;
  };
  std::array<Named, 40> commands_{};  // By tag.
  bool ended_ = false;
};

void Run(Octets input, std::uint8_t cut) {
  Script script(input);
  Session session(script, cut);
  for (Record record; script.Next(record);) session.Do(record);
  session.Finish();
}

}  // namespace
}  // namespace nvmf::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const nvmf::fuzz::Octets input(data, size);
  const std::uint8_t cut = nvmf::fuzz::Script(input).options[4];
  nvmf::fuzz::Run(input, 0);
  if (cut != 0) nvmf::fuzz::Run(input, cut);
  return 0;
}
