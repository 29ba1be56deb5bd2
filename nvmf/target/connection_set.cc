#include "nvmf/target/connection_set.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "nvmf/target/shared_stream.h"

namespace nvmf::target {

std::unique_ptr<Stream> Connection::OwnStream() const {
  return std::make_unique<SharedStream>(stream_);
}

void Connection::Admit() {
  const std::lock_guard lock(set_.mutex_);
  admitted_ = true;
  set_.changed_.notify_all();
}

bool ConnectionSet::Enter(std::shared_ptr<Stream> stream, bool admitted, Place& place) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || running_.size() >= max_connections_) return false;
  if (!admitted) MakeRoomForHandshake();
  running_.push_back(Connection(*this, std::move(stream)));
  running_.back().admitted_ = admitted;
  place = std::prev(running_.end());
  return true;
}

// One that was told to end counts no more, though its thread may take a moment.
void ConnectionSet::MakeRoomForHandshake() {
  const auto shakes = [](const Connection& c) { return !c.admitted_ && !c.evicted_; };
  const auto count = std::ranges::count_if(running_, shakes);
  if (std::cmp_less(count, max_handshakes_)) return;
  const auto oldest = std::ranges::find_if(running_, shakes);
  if (oldest == running_.end()) return;
  oldest->evicted_ = true;
  oldest->stream_->Shutdown();
}

bool ConnectionSet::Start(std::shared_ptr<Stream> stream, Body body, bool admitted) {
  JoinFinished();
  Place place;
  if (!Enter(std::move(stream), admitted, place)) return false;
  // The lock keeps the thread from leaving before it is known.
  std::unique_lock lock(mutex_);
  try {
    place->thread_ = std::thread([this, place, serve = std::move(body)] {
      static_cast<void>(serve(*place));
      Leave(place);
    });
  } catch (const std::system_error&) {  // No more threads: no more connections.
    running_.erase(place);
    return false;
  }
  return true;
}

Error ConnectionSet::RunHere(std::unique_ptr<Stream> stream, const Body& body) {
  Place place;
  if (!Enter(std::move(stream), false, place)) {
    return {.code = Code::kBusy, .what = "no room for another connection"};
  }
  const Error end = body(*place);
  Leave(place);
  return end;
}

void ConnectionSet::Leave(Place place) {
  const std::lock_guard lock(mutex_);
  place->stream_.reset();
  if (place->thread_.joinable()) {
    finished_.splice(finished_.end(), running_, place);
  } else {
    running_.erase(place);
  }
  changed_.notify_all();
}

void ConnectionSet::JoinFinished() {
  std::list<Connection> finished;
  {
    const std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  for (Connection& connection : finished) connection.thread_.join();
}

void ConnectionSet::Stop() {
  {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    for (Connection& connection : running_) connection.stream_->Shutdown();
    changed_.wait(lock, [this] { return running_.empty(); });
  }
  JoinFinished();
}

void ConnectionSet::AwaitHandshakes(Deadline deadline) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline.at(), [this] {
    return std::ranges::all_of(running_, [](const Connection& c) { return c.admitted_; });
  });
}

std::size_t ConnectionSet::size() const {
  const std::lock_guard lock(mutex_);
  return running_.size();
}

}  // namespace nvmf::target
