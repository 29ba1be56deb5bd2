#include "nvmf/target/parking.h"

#include <algorithm>
#include <utility>

namespace nvmf::target {

Berth::~Berth() {
  const std::lock_guard lock(parking_.mutex_);
  stream_->Attend(nullptr);
  parking_.berths_.remove(this);
  parking_.changed_.notify_all();
}

bool Berth::due() const {
  const int called = parking_.called_.load(std::memory_order_acquire);
  return called >= (admin_ ? Parking::kAdmins : Parking::kAll);
}

Deadline Berth::deadline() const {
  const std::lock_guard lock(parking_.mutex_);
  return parking_.deadline_;
}

bool Berth::Stay(ParkedQueue queue) {
  std::unique_lock lock(parking_.mutex_);
  if (!due()) return true;
  const std::uint64_t epoch = parking_.epoch_;
  queue_ = std::move(queue);
  queue_.descriptor = stream_->descriptor();
  parked_ = true;
  parking_.changed_.notify_all();
  parking_.changed_.wait(lock, [&] { return parking_.epoch_ != epoch; });
  queue_ = {};
  given_ = parking_.state_ == Parking::State::kGiven;
  return !given_;
}

void Berth::Refuse(const Error& why) {
  const std::lock_guard lock(parking_.mutex_);
  if (due()) parking_.refusal_ = why;
  parking_.changed_.notify_all();
}

bool Berth::AwaitStart() {
  std::unique_lock lock(parking_.mutex_);
  parking_.changed_.wait(lock, [&] { return parking_.state_ != Parking::State::kTaking; });
  given_ = parking_.state_ == Parking::State::kGiven;
  return !given_;
}

std::unique_ptr<Berth> Parking::Enter(std::shared_ptr<Stream> stream, bool admin) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return state_ == State::kServing || state_ == State::kGiven; });
  return state_ == State::kGiven ? nullptr : Place(std::move(stream), admin);
}

std::unique_ptr<Berth> Parking::EnterTaken(std::shared_ptr<Stream> stream, bool admin) {
  const std::lock_guard lock(mutex_);
  return Place(std::move(stream), admin);
}

std::unique_ptr<Berth> Parking::Place(std::shared_ptr<Stream> stream, bool admin) {
  std::unique_ptr<Berth> berth(new Berth(*this, std::move(stream), admin));
  berths_.push_back(berth.get());
  if (alert_) berth->stream_->Attend(admin ? &admin_bell_ : &io_bell_);
  return berth;
}

void Parking::Alert(Deadline deadline) {
  std::size_t admins = 0;
  std::size_t others = 0;
  {
    const std::lock_guard lock(mutex_);
    alert_ = true;
    admin_bell_.ForgetListeners();
    io_bell_.ForgetListeners();
    for (const Berth* berth : berths_) {
      berth->stream_->Attend(berth->admin_ ? &admin_bell_ : &io_bell_);
      ++(berth->admin_ ? admins : others);
    }
  }
  static_cast<void>(admin_bell_.AwaitListeners(admins, deadline));
  static_cast<void>(io_bell_.AwaitListeners(others, deadline));
}

bool Parking::AwaitParked(std::unique_lock<std::mutex>& lock, bool admins_only, Deadline deadline) {
  const auto parked = [&](const Berth* berth) {
    return berth->parked_ || (admins_only && !berth->admin_);
  };
  const bool in_time = changed_.wait_until(lock, deadline.at(), [&] {
    return refusal_.has_value() || std::ranges::all_of(berths_, parked);
  });
  return in_time && !refusal_;
}

Result<std::vector<ParkedQueue*>> Parking::Park(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (state_ != State::kServing) return Fail(Code::kInvalidArgument, "not serving");
  refusal_.reset();
  deadline_ = deadline;
  called_.store(kAdmins, std::memory_order_release);
  admin_bell_.Ring();
  bool parked = AwaitParked(lock, true, deadline);
  if (parked) {
    paused_ = Deadline::Clock::now();
    called_.store(kAll, std::memory_order_release);
    io_bell_.Ring();
    parked = AwaitParked(lock, false, deadline);
  }
  if (!parked) {
    const Error why = refusal_.value_or(
        Error{.code = Code::kBusy, .what = "a queue did not come to rest in time"});
    lock.unlock();
    Resume();
    return std::unexpected(why);
  }
  state_ = State::kHeld;
  std::vector<ParkedQueue*> queues;
  for (Berth* berth : berths_) queues.push_back(&berth->queue_);
  std::ranges::partition(queues, [](const ParkedQueue* q) { return q->association.has_value(); });
  return queues;
}

void Parking::Resume() { End(State::kServing); }

void Parking::Give() { End(State::kGiven); }

void Parking::End(State state) {
  const std::lock_guard lock(mutex_);
  for (Berth* berth : berths_) {
    if (state == State::kGiven) berth->stream_->Abandon();
    berth->parked_ = false;
    berth->stream_->Attend(nullptr);
  }
  state_ = state;
  ++epoch_;
  alert_ = false;
  called_.store(kNobody, std::memory_order_release);
  admin_bell_.Silence();
  io_bell_.Silence();
  changed_.notify_all();
}

}  // namespace nvmf::target
