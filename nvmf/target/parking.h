// Parking brings all queues of a target to rest, for another owner to take them or for nobody.
//
//   auto berth = parking.Enter(stream, admin);           // each queue, before it serves
//   if (berth->due()) ... come to rest, then berth->Stay(...)
//
//   parking.Alert(soon);                                 // whoever wants them at rest
//   Result<std::vector<ParkedQueue*>> all = parking.Park(deadline);
//   parking.Resume();  or  parking.Give();
//
// Admin queues come first: then no association ends any more, and no I/O queue that stays is waited
// for by one. I/O queues go on meanwhile, so their pause begins last.
//
// Shapes    any number of queues; one attempt at a time.
// Errors    Park: kBusy when a queue does not come to rest in time, or the queue's own reason; then
//           all go on as if nobody had asked.
// Threads   any; a berth is its queue's thread's.
// Lifetime  outlives its berths.
#ifndef NVMF_TARGET_PARKING_H_
#define NVMF_TARGET_PARKING_H_

#include <atomic>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "nvmf/handoff/record.h"
#include "nvmf/stream/bell.h"
#include "nvmf/stream/stream.h"
#include "nvmf/target/association_state.h"

namespace nvmf::target {

// ParkedQueue is a queue at rest.
struct ParkedQueue {
  HandoffRecord record{};
  std::optional<AssociationState> association{};  // An admin queue's.
  std::uint64_t seen = 0;                         // By its EventWatch: a generation.
  std::shared_ptr<const ControllerState> controller{};
  int descriptor = -1;  // Stays the stream's.
};

class Parking;

// Berth is the place of one queue.
class Berth {
 public:
  ~Berth();
  Berth(const Berth&) = delete;
  Berth& operator=(const Berth&) = delete;

  // due tells whether the queue is to come to rest, until deadline().
  bool due() const;
  Deadline deadline() const;
  // Stay gives the queue's state and waits. True: go on serving. False: another owner has it.
  bool Stay(ParkedQueue queue);
  // Refuse says that this queue cannot be parked.
  void Refuse(const Error& why);
  // AwaitStart is for a queue that was taken from another owner: false if it was not, after all.
  bool AwaitStart();
  // given tells whether another owner has the queue.
  bool given() const { return given_; }

  // Listen has the stream's waits end when the queue is due, until Listen(false).
  void Listen(bool listens) { stream_->Heed(listens); }

 private:
  friend class Parking;
  Berth(Parking& parking, std::shared_ptr<Stream> stream, bool admin)
      : parking_(parking), stream_(std::move(stream)), admin_(admin) {}

  Parking& parking_;
  const std::shared_ptr<Stream> stream_;
  const bool admin_;
  bool given_ = false;
  bool parked_ = false;
  ParkedQueue queue_{};
};

class Parking {
 public:
  // `taking`: queues of another owner wait in it until Resume.
  explicit Parking(bool taking = false) : state_(taking ? State::kTaking : State::kServing) {}

  // Enter gives a queue its place. It waits while all are parked; nullptr once they were given.
  std::unique_ptr<Berth> Enter(std::shared_ptr<Stream> stream, bool admin);
  // EnterTaken does it for a queue of another owner.
  std::unique_ptr<Berth> EnterTaken(std::shared_ptr<Stream> stream, bool admin);

  // Alert returns when every queue would hear at once that it is due, or at `deadline`. They serve
  // on, at the price of a system call more.
  void Alert(Deadline deadline);
  // Park returns all queues, at rest, admin queues first. They stay so until Resume or Give.
  Result<std::vector<ParkedQueue*>> Park(Deadline deadline);
  void Resume();
  void Give();
  // pausing tells whether I/O queues are asked to rest.
  bool pausing() const { return called_.load(std::memory_order_acquire) == kAll; }
  // paused tells since when I/O queues were asked to rest.
  Deadline::Clock::time_point paused() const { return paused_; }

 private:
  friend class Berth;
  enum class State : std::uint8_t { kTaking, kServing, kHeld, kGiven };
  enum Called : int { kNobody, kAdmins, kAll };

  std::unique_ptr<Berth> Place(std::shared_ptr<Stream> stream, bool admin);
  bool AwaitParked(std::unique_lock<std::mutex>& lock, bool admins_only, Deadline deadline);
  void End(State state);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
  std::uint64_t epoch_ = 0;  // Attempts that have ended.
  std::atomic<int> called_{kNobody};
  bool alert_ = false;
  Deadline deadline_ = Deadline::Never();
  Deadline::Clock::time_point paused_{};
  std::optional<Error> refusal_{};
  std::list<Berth*> berths_{};
  Bell admin_bell_;
  Bell io_bell_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_PARKING_H_
