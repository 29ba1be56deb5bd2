// A target and hosts that reach it over socket pairs, for tests.
#ifndef NVMF_TARGET_HOST_FOR_TEST_H_
#define NVMF_TARGET_HOST_FOR_TEST_H_

#include <sys/socket.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "nvmf/host/host_controller.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/target/ram_backend.h"
#include "nvmf/target/target.h"

namespace nvmf::target {

inline constexpr const char* kDiskNqn = "nqn.2026-11.org.example:disk";
inline constexpr const char* kHostNqn = "nqn.2026-11.org.example:host";
inline constexpr std::uint64_t kDiskBytes = 4 << 20;
inline constexpr std::uint32_t kBlock = 512;

// Events collects what a target tells, and lets a test wait for it.
class Events {
 public:
  struct Event {
    TargetEvent::Kind kind;
    std::uint16_t cntlid;
    std::uint16_t qid;
    Status status;
    Code code;
  };
  void Add(const TargetEvent& event) {
    const std::lock_guard lock(mutex_);
    events_.push_back({event.kind, event.cntlid, event.qid, event.status, event.error.code});
    changed_.notify_all();
  }
  // Await returns the first event of that kind, which is then forgotten.
  Event Await(TargetEvent::Kind kind) {
    std::unique_lock lock(mutex_);
    for (;;) {
      for (auto at = events_.begin(); at != events_.end(); ++at) {
        if (at->kind != kind) continue;
        const Event found = *at;
        events_.erase(at);
        return found;
      }
      changed_.wait(lock);
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Event> events_;
};

// Fixture is one target with one subsystem of one RAM namespace.
class Fixture {
 public:
  explicit Fixture(TargetOptions options = {}, SubsystemOptions subsystem = {.nqn = kDiskNqn}) {
    options.on_event = [this](const TargetEvent& event) { events.Add(event); };
    options.event_interval = std::chrono::milliseconds(5);
    target = std::make_unique<Target>(std::move(options));
    disk = std::make_shared<Subsystem>(std::move(subsystem));
    EXPECT_EQ(disk->AddNamespace(MakeRamBackend(kDiskBytes)), 1u);
    EXPECT_TRUE(target->AddSubsystem(disk));
  }

  // Dial connects a socket pair and lets the target serve the other end.
  std::unique_ptr<Stream> Dial() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    target->Serve(SocketStream::Adopt(ends[0]));
    return SocketStream::Adopt(ends[1]);
  }

  Events events;
  std::unique_ptr<Target> target;
  std::shared_ptr<Subsystem> disk;
};

inline AssociationParams HostParams(std::string subnqn = kDiskNqn) {
  return {.hostnqn = kHostNqn, .subnqn = std::move(subnqn), .hostid = {std::byte{1}}};
}

inline Deadline Soon() { return Deadline::After(std::chrono::seconds(30)); }

// Host is an association with an enabled controller.
class Host {
 public:
  explicit Host(Fixture& fixture, AssociationParams params = HostParams())
      : fixture_(fixture), association(std::move(params)) {
    auto connected = HostController::Connect(association, fixture.Dial());
    if (!connected) {
      ADD_FAILURE() << "Connect: " << connected.error().Message();
      return;
    }
    controller.emplace(std::move(*connected));
    const Result<> enabled = controller->Enable();
    EXPECT_TRUE(enabled) << enabled.error().Message();
    EXPECT_TRUE(controller->IdentifyController());
  }

  Result<HostQPair> TryIo(std::uint16_t qid = 1, std::uint16_t entries = 128) {
    return controller->ConnectIo(fixture_.Dial(), {.qid = qid, .entries = entries});
  }
  HostQPair Io(std::uint16_t qid = 1, std::uint16_t entries = 128) {
    Result<HostQPair> io = TryIo(qid, entries);
    EXPECT_TRUE(io) << io.error().Message();
    return std::move(*io);
  }

  // Status of an admin command; nothing is expected of it.
  Completion Admin(const Sqe& sqe, const Data& data = kNoData) {
    const Result<Completion> done = controller->admin().Execute(sqe, data, Soon());
    EXPECT_TRUE(done) << done.error().Message();
    return done.value_or(Completion{});
  }

 private:
  Fixture& fixture_;

 public:
  Association association;
  std::optional<HostController> controller;
};

inline Completion Do(HostQPair& io, const Sqe& sqe, const Data& data = kNoData) {
  const Result<Completion> done = io.Execute(sqe, data, Soon());
  EXPECT_TRUE(done) << done.error().Message();
  return done.value_or(Completion{});
}

inline StatusCode CodeOf(const Completion& completion) { return completion.status().code(); }

// Pattern returns octets that tell where they belong.
inline std::vector<std::byte> Pattern(std::size_t octets, unsigned seed) {
  std::vector<std::byte> bytes(octets);
  std::uint32_t state = seed * 2654435761u + 1;
  for (std::byte& octet : bytes) {
    state = state * 1664525u + 1013904223u;
    octet = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

}  // namespace nvmf::target

#endif  // NVMF_TARGET_HOST_FOR_TEST_H_
