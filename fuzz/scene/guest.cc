#include "fuzz/scene/guest.h"

#include <algorithm>
#include <utility>

#include "fuzz/harness/check.h"
#include "fuzz/harness/feed.h"
#include "fuzz/harness/output_tap.h"
#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/property.h"

namespace nvmf::fuzz {
namespace {

constexpr std::size_t kMostOctets = 12 * 1024;    // Of one command.
constexpr std::size_t kForConnects = 8 * 1024;    // Kept for those who come later.
constexpr std::uint32_t kEnableNvm = 0x00460001;  // CC: EN, IOSQES 6, IOCQES 4.
constexpr std::size_t kHead = 16;                 // Of a command's record.

constexpr std::uint16_t kDataTransferError = 0x004;

std::uint16_t CodeOf(const Completion& done) { return done.cqe.status_field >> 1 & 0x7FF; }

std::uint32_t Word(const Record& record, std::size_t at) {
  return record.word(at) | record.word(at + 2) << 16;
}

// SqeOf reads a command: flags, OPC, NSID, size in dwords, seed, CDW10, 11, 12; then octets to lay
// over it, each behind its offset.
Sqe SqeOf(const Record& record) {
  Sqe sqe{.opc = record.at(1), .nsid = record.at(2)};
  sqe.flags = static_cast<std::uint8_t>(Sqe::kPsdtSgl | (record.at(0) >> 2 & 3));
  if (record.at(2) == 0xFF && sqe.opc != kFabricsOpcode) sqe.nsid = kNsidAll;
  if (record.at(2) == 0xFE && sqe.opc != kFabricsOpcode) sqe.nsid = model::NvmModel::kNn + 1;
  sqe.cdw10 = Word(record, 6);
  sqe.cdw11 = record.word(10);
  sqe.cdw12 = Word(record, 12);
  if (record.octets.size() <= kHead) return sqe;
  auto octets = Encode(sqe);
  for (std::size_t at = kHead; at + 1 < record.octets.size(); at += 2) {
    octets[record.octets[at] % Sqe::kSize] = std::byte{record.octets[at + 1]};
  }
  return Decode<Sqe>(octets);
}

void Copy(std::array<std::uint8_t, 64>& into, const Sqe& sqe) {
  std::ranges::copy(AsOctets(Encode(sqe)), into.begin());
}

}  // namespace

Guest::Guest(const tcp::HostParams& params, Greeting greeting, model::NvmModel& nvm, bool wild,
             const Guest* controller)
    : greeting_(std::move(greeting)), nvm_(nvm), wild_(wild), controller_(controller) {
  if (!wild) host_ = std::make_unique<tcp::HostConnection>(params);
}

OutputSpans Guest::Output() {
  if (host_ && host_->live() && !std::exchange(greeted_, true)) Greet();
  const OutputSpans output = host_ ? host_->PendingOutput() : OutputSpans();
  const ByteView front = output.empty() ? ByteView(raw_) : output.front();
  static std::array<ByteView, 1> said;
  said[0] = front.first(std::min(front.size(), allowed_));
  return said[0].empty() ? OutputSpans() : OutputSpans(said);
}

void Guest::Left(std::size_t n) {
  if (allowed_ != kAnySize) allowed_ -= n;
  if (host_ && host_->wants_output()) return host_->CommitOutput(n);
  raw_.erase(raw_.begin(), raw_.begin() + static_cast<std::ptrdiff_t>(n));
}

void Guest::Hear(ByteView octets) {
  if (!host_ || host_->failed()) return FUZZ_CHECK(wild_ || octets.empty());
  Cutter whole(0);
  Feed(
      *host_, AsOctets(octets), whole, [&](std::size_t n) { host_->CommitInput(n); },
      [&] { return host_->failed(); });
  FUZZ_CHECK(!host_->failed() || wild_);  // The target broke the protocol.
  TakeAll();
}

void Guest::Greet() {
  const MutableBytes data = Room(ConnectData::kSize);
  EncodeInto<ConnectData>(data.first<ConnectData::kSize>(), greeting_.data);
  const auto cid = host_->Submit(greeting_.sqe, WriteFrom(data));
  FUZZ_CHECK(cid);
  greeting_cid_ = *cid;
}

void Guest::Greeted(const Completion& done) {
  const std::uint16_t status = CodeOf(done);
  if (!greeting_.open && !wild_) {
    FUZZ_CHECK(greeting_.faults.empty() == (status == model::kSuccess));
    FUZZ_CHECK(status == model::kSuccess || greeting_.faults.Has(status));
  }
  if (status != model::kSuccess) return;
  connected_ = true;
  cntlid_ = ConnectAccepted::FromDw0(done.cqe.dw0).cntlid;
  if (done.cqe.sqhd == Cqe::kNoFlowControl) host_->DisableFlowControl();
  host_->SetInCapsuleBytes(greeting_.in_capsule_bytes);
  greeting_.terms.cntlid = cntlid_;
  if (admin()) model_.emplace(greeting_.terms);
  seen_ = nvm_.epoch();
}

MutableBytes Guest::Room(std::size_t octets) {
  const MutableBytes room = MutableBytes(memory_).subspan(used_, octets);
  used_ += octets;
  return room;
}

void Guest::Submit(const Record& record) {
  Send(SqeOf(record), record.at(5), std::min<std::size_t>(record.word(3) * 4U, kMostOctets));
}

void Guest::Enable() {
  if (!connected_ || !admin() || std::exchange(enabled_, true)) return;
  Send(MakePropertySet(Cc::kOffset, Cc::kWidth, kEnableNvm), 0, 0);
}

void Guest::Send(const Sqe& sqe, std::uint8_t seed, std::size_t octets) {
  if (!connected_ || host_->failed() || submitted_ == kMostCommands) return;
  const Direction direction = DataDirection(sqe);
  if (direction == Direction::kNone || direction == Direction::kBoth) octets = 0;
  if (used_ + octets > kMostData - kForConnects) return;
  Pending pending{.into = octets == 0 ? MutableBytes() : Room(octets)};
  const bool writes = direction == Direction::kToController;
  if (admin()) {
    pending.admin.emplace().room = static_cast<std::uint32_t>(octets);
    Copy(pending.admin->sqe, sqe);
    if (writes) std::ranges::fill(pending.into, std::byte{seed});
  } else {
    pending.nvm.emplace().room = static_cast<std::uint32_t>(octets);
    pending.nvm->seed = seed;
    pending.nvm->open = leaving_;
    Copy(pending.nvm->sqe, sqe);
    pending.nvm->apart = last_ && last_->IsApartFrom(*pending.nvm);
    auto* at = reinterpret_cast<std::uint8_t*>(pending.into.data());
    if (writes) nvm_.Fill(*pending.nvm, {at, octets});
  }
  const auto cid = host_->Submit(sqe, octets == 0 ? kNoData
                                      : writes    ? WriteFrom(pending.into)
                                                  : ReadInto(pending.into));
  if (!cid) return;  // The queue is full.
  ++submitted_;
  pending.cid = *cid;
  pending.number = submitted_;
  if (pending.admin) model_->Submitted(*pending.admin);
  if (pending.nvm) {
    nvm_.Submitted(*pending.nvm);
    last_ = pending.nvm;
    leaving_ = leaving_ || pending.nvm->disconnects();
  }
  pending_.push_back(std::move(pending));
}

void Guest::SayRaw(Octets octets) {
  wild_ = true;
  nvm_.Distrust();
  const auto* from = reinterpret_cast<const std::byte*>(octets.data());
  raw_.insert(raw_.end(), from, from + octets.size());
}

void Guest::TakeAll() {
  while (const auto cid = host_->NextCompleted()) {
    const auto done = host_->Take(*cid);
    FUZZ_CHECK(done.has_value());
    if (greeting_cid_ == *cid) {
      greeting_cid_.reset();
      Greeted(*done);
      continue;
    }
    const auto found = std::ranges::find(pending_, *cid, &Pending::cid);
    FUZZ_CHECK(found != pending_.end());
    Take(*found, *done);
    pending_.erase(found);
  }
}

void Guest::Take(const Pending& pending, const Completion& done) {
  const std::uint8_t opc = pending.admin ? pending.admin->sqe[0] : pending.nvm->opc();
  const bool reads = (opc & 3) == 2;
  const Octets data = reads ? AsOctets(pending.into.first(done.bytes)) : Octets();
  // The host finds a success short that leaves room; how much there must be is the models' to say.
  const bool shorter = reads && done.bytes < pending.into.size();
  std::uint16_t status = CodeOf(done);
  if (shorter && status == kDataTransferError) status = model::kSuccess;
  if (wild_) return;
  if (pending.admin) {
    FUZZ_AGREE(model_->Completed(*pending.admin, status, done.cqe.value(), data, nvm_));
    if (pending.admin->holds && status == model::kSuccess) NoteEvent();
  } else {
    model::NvmCommand command = *pending.nvm;
    FUZZ_AGREE(nvm_.Completed(command, status, data));
  }
}

// A first half waits for what comes next.
bool Guest::MayBeHeld(const Pending& pending) const {
  if (pending.admin) return pending.admin->holds;
  return pending.nvm->fused() && pending.number == submitted_;
}

bool Guest::settled() const {
  return !greeting_cid_ && pending_.size() <= kMostHeld &&
         std::ranges::all_of(pending_, [this](const Pending& each) { return MayBeHeld(each); });
}

// An event tells of a change that no event has told of.
void Guest::NoteEvent() {
  FUZZ_CHECK(seen_ != nvm_.epoch());
  seen_ = nvm_.epoch();
}

void Guest::Rested() const {
  if (wild_ || closed_ || muted()) return;
  FUZZ_CHECK(settled());
}

void Guest::Ended(const Error& why) {
  if (wild_) return;
  FUZZ_CHECK(why.code == Code::kClosed || why.code == Code::kTimeout);
}

}  // namespace nvmf::fuzz
