// Invariant: against any controller, however its octets are cut and whenever ours leave,
// HostConnection does what the model says a host must do: it accepts and refuses the same PDUs with
// the same FES and FEI, sends only what it owes, fills each buffer with what came for it and no
// octet outside, and completes each command exactly once, with the same status.
//
// options: 0 bits 0, 1 digests asked for, 2 digests optional, 3 no SQ flow control
//          1 HPDA (5 bits)   2 bits 2:0 MAXR2T, 7:3 entries   3 in-capsule limit in 16 octets
//          4 the second cut
// ops:     0, 7 the controller sends   1 submit   2 all output leaves   3 some output leaves
//          4 take completions   5 the stream ends   6 in-capsule limit, or no flow control
#include "fuzz/harness/buffers.h"
#include "fuzz/harness/check.h"
#include "fuzz/harness/feed.h"
#include "fuzz/harness/output_tap.h"
#include "fuzz/harness/script.h"
#include "fuzz/model/host_model.h"
#include "fuzz/mutator/rules.h"
#include "nvmf/tcp/host_connection.h"

namespace nvmf::fuzz {

const MutatorRules kMutatorRules{.role = MutatorRules::Role::kHost};

namespace {

using model::End;
using model::HostModel;

constexpr std::uint8_t kOpcodes[] = {0x02, 0x01, 0x00, 0x06};  // Read, Write, Flush, Identify.

model::HostTerms TermsOf(const Script& script) {
  const auto& o = script.options;
  return {.hdgst = (o[0] & 1) != 0,
          .ddgst = (o[0] & 2) != 0,
          .optional = (o[0] & 4) != 0,
          .hpda = static_cast<std::uint8_t>(o[1] & 31),
          .maxr2t = (o[2] & 7U) + 1,
          .entries = (o[2] >> 3) + 2U,
          .in_capsule = o[3] * 16U};
}

tcp::HostParams ParamsOf(const model::HostTerms& terms) {
  return {.header_digest = terms.hdgst,
          .data_digest = terms.ddgst,
          .digests_optional = terms.optional,
          .hpda = terms.hpda,
          .maxr2t = terms.maxr2t,
          .entries = static_cast<std::uint16_t>(terms.entries),
          .in_capsule_bytes = terms.in_capsule,
          .receive_room = tcp::PduReceiver::kMinRoom};
}

class Session {
 public:
  Session(const Script& script, std::uint8_t cut)
      : terms_(TermsOf(script)),
        host_(ParamsOf(terms_)),
        model_(terms_),
        tap_(host_),
        cutter_(cut) {
    if ((script.options[0] & 8) != 0) DisableFlowControl();
  }

  void Do(const Record& record) {
    switch (record.op) {
      case 1:
        return Submit(record);
      case 2:
        return tap_.Drain(model_, record.at(0));
      case 3:
        tap_.Send(model_, record.word(0));
        return;
      case 4:
        return Take(record);
      case 5:
        return Close();
      case 6:
        return Change(record);
      default:
        return Hear(record.octets);
    }
  }

  void Finish() {
    if (!host_.failed()) Close();
    tap_.Drain(model_, 0);
    if (model_.end() == End::kViolation) FUZZ_CHECK(model_.termination_sent());
    while (TakeOldest()) {
    }
    FUZZ_CHECK(!host_.NextCompleted());
    buffers_.Agree();
  }

 private:
  void Hear(Octets octets) {
    model_.Received(octets);
    const auto commit = [&](std::size_t n) { host_.CommitInput(n); };
    Feed(host_, octets, cutter_, commit, [&] { return host_.failed(); });
    Compare();
  }

  // Both must be in the same phase, and have ended for the same reason.
  void Compare() {
    FUZZ_CHECK(host_.live() == model_.live());
    if (host_.live()) {
      const tcp::Negotiated& now = host_.negotiated();
      FUZZ_CHECK(now.header_digest == model_.terms().hdgst &&
                 now.data_digest == model_.terms().ddgst);
      FUZZ_CHECK(now.hpda == terms_.hpda && now.cpda == model_.cpda());
      FUZZ_CHECK(now.maxh2cdata == model_.maxh2cdata() && now.maxr2t == terms_.maxr2t);
    }
    FUZZ_CHECK(host_.failed() == (model_.end() != End::kNone || HasVerdict()));
    if (!host_.failed() || ended_) return;
    ended_ = true;
    if (HasVerdict()) return CompareViolation();
    tap_.Forget();
    const Error& failure = host_.failure();
    if (model_.end() == End::kRefused) FUZZ_CHECK(failure.code == Code::kRefused);
    if (model_.end() != End::kTerminated) return;
    FUZZ_CHECK(failure.code == Code::kTerminatedByPeer);
    FUZZ_CHECK(failure.violation.has_value() == model_.told().has_value());
    if (failure.violation) FUZZ_CHECK(Same(*failure.violation, *model_.told()));
  }
  void CompareViolation() {
    model_.Violated();
    const Error& failure = host_.failure();
    FUZZ_CHECK(failure.code == Code::kPeerViolation && failure.violation);
    FUZZ_CHECK(Same(*failure.violation, model_.verdict()));
  }
  static bool Same(const Violation& a, const model::Verdict& b) {
    return static_cast<std::uint16_t>(a.fes) == b.fes && a.fei == b.fei;
  }
  bool HasVerdict() const { return model_.has_verdict(); }

  void Submit(const Record& record) {
    const std::uint8_t kind = record.at(0);
    std::uint32_t size = record.word(1) & ((kind & 8) != 0 ? 0x7FF : 0x7FC);
    const bool write = (kind & 3) == 1;
    if ((kind & 3) == 2) size = 0;
    const std::size_t at = buffers_.Take(size);
    if (at == 0) return;
    const Sqe sqe{
        .opc = kOpcodes[kind & 3], .flags = kind, .nsid = record.at(3), .cdw10 = record.at(4)};
    const Data data = size == 0 ? kNoData
                      : write   ? WriteFrom(Buffers::Source(size))
                                : ReadInto(buffers_.Lent(at, size));
    const bool full = model_.full();
    const Result<std::uint16_t> cid = host_.Submit(sqe, data);
    FUZZ_CHECK(host_.full() == model_.full() || cid);
    if (!cid) {
      const Code expected = host_.failed()                    ? host_.failure().code
                            : !model_.live() || size % 4 != 0 ? Code::kInvalidArgument
                                                              : Code::kBusy;
      FUZZ_CHECK(cid.error().code == expected);
      FUZZ_CHECK(expected != Code::kBusy || full);
      return;
    }
    FUZZ_CHECK(model_.live() && size % 4 == 0 && !full);
    HostModel::Command command{
        .write = write, .cid = *cid, .size = size, .into = buffers_.Copy(at)};
    command.from = AsOctets(Buffers::Source(size)).data();
    const auto octets = Encode(sqe);
    std::ranges::copy(AsOctets(octets), command.sqe.begin());
    FUZZ_AGREE(model_.Submitted(command));
  }

  void Take(const Record& record) {
    if (record.octets.size() >= 2) {  // A certain one, which may not be there.
      const auto cid = static_cast<std::uint16_t>(record.word(0));
      HostModel::Command* command = model_.Find(cid);
      FUZZ_CHECK(host_.known(cid) == (command != nullptr));
      return TakeOne(cid, command);
    }
    for (int n = 1 + record.at(0); n > 0 && TakeOldest(); --n) {
    }
  }
  bool TakeOldest() {
    const HostModel::Command* oldest = model_.OldestDone();
    const bool ready = oldest != nullptr && HostModel::Takeable(*oldest, tap_.left());
    const auto next = host_.NextCompleted();
    FUZZ_CHECK(next.has_value() == ready);
    if (!ready) return false;
    FUZZ_CHECK(*next == oldest->cid);
    TakeOne(*next, model_.Find(*next));
    return true;
  }
  void TakeOne(std::uint16_t cid, HostModel::Command* command) {
    const bool ready = command != nullptr && HostModel::Takeable(*command, tap_.left());
    FUZZ_CHECK(host_.completed(cid) == ready);
    const auto done = host_.Take(cid);
    FUZZ_CHECK(done.has_value() == ready);
    if (!ready) return;
    FUZZ_CHECK(done->cqe.cid == cid && done->cqe.status_field == command->status);
    FUZZ_CHECK(done->cqe.dw0 == command->dw0 && done->bytes == model_.BytesOf(*command));
    model_.Taken(*command);
    FUZZ_CHECK(!host_.Take(cid) && !host_.known(cid));
  }

  void Close() {
    host_.Fail({.code = Code::kClosed, .what = "the stream ended"});
    model_.Closed();
    Compare();
  }
  void Change(const Record& record) {
    if (record.octets.empty()) return DisableFlowControl();
    host_.SetInCapsuleBytes(record.word(0));
    model_.SetInCapsule(record.word(0));
  }
  void DisableFlowControl() {
    host_.DisableFlowControl();
    model_.DisableFlowControl();
  }

  model::HostTerms terms_;
  tcp::HostConnection host_;
  HostModel model_;
  OutputTap tap_;
  Cutter cutter_;
  Buffers buffers_;
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
