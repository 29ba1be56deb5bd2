// What can be counted of the library without a clock, as JSON on standard output: per command the
// allocations, the system calls and the octets on the wire, over a socket pair, both ends together;
// the octets that an idle queue pair keeps allocated; the sizes of what there is one of per
// command. The same on every run.
#include <malloc.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "bench/queue_pair.h"
#include "nvmf/controller_qpair.h"
#include "nvmf/tcp/host_connection.h"
#include "nvmf/testing/allocations.h"
#include "nvmf/testing/counting_stream.h"

namespace nvmf::bench {
namespace {

using testing::Allocations;
using testing::Calls;
using testing::CountingStream;

constexpr int kTimes = 100;

struct Counted {
  std::uint64_t allocations = 0;  // Of the runs alone.
  std::uint64_t syscalls = 0;     // Of the queue pair's whole life.
  std::uint64_t octets = 0;
};

// The calls are read once the controller's thread has ended.
Counted CountRuns(const Shape& shape, int runs) {
  const bool plant = std::getenv("NVMF_BENCH_PLANT_ALLOCATION") != nullptr;
  Calls host, controller;
  Counted counted;
  {
    const Sockets sockets = MakeSockets(Link::kSocketPair);
    QueuePair pair(shape, {std::make_unique<CountingStream>(sockets.host, &host),
                           std::make_unique<CountingStream>(sockets.controller, &controller)});
    for (int i = 0; i < 8; ++i) pair.Run();
    const std::uint64_t before = Allocations();
    for (int i = 0; i < runs; ++i) {
      pair.Run();
      if (!plant) continue;
      const auto extra = std::make_unique<int>(i);
      asm volatile("" : : "g"(extra.get()) : "memory");
    }
    counted.allocations = Allocations() - before;
  }
  for (const Calls& calls : {host, controller}) {
    counted.syscalls += static_cast<std::uint64_t>(calls.send + calls.receive + calls.wait);
    counted.octets += calls.sent;
  }
  return counted;
}

// Per command: what kTimes runs cost more than none.
void AddShape(nlohmann::ordered_json& json, const Shape& shape) {
  const Counted none = CountRuns(shape, 0), all = CountRuns(shape, kTimes);
  const double commands = kTimes * static_cast<double>(shape.depth);
  const std::string name = ShapeName(shape);
  json["allocations/" + name] = static_cast<double>(all.allocations) / commands;
  json["syscalls/" + name] = static_cast<double>(all.syscalls - none.syscalls) / commands;
  json["wire_bytes/" + name] = static_cast<double>(all.octets - none.octets) / commands;
}

void AddSizes(nlohmann::ordered_json& json) {
  json["sizeof/Sqe"] = sizeof(Sqe);
  json["sizeof/Completion"] = sizeof(Completion);
  json["sizeof/Event"] = sizeof(Event);
  json["sizeof/Error"] = sizeof(Error);
  json["sizeof/HostConnection"] = sizeof(tcp::HostConnection);
  json["sizeof/ControllerConnection"] = sizeof(tcp::ControllerConnection);
  json["sizeof/HostQPair"] = sizeof(HostQPair);
  json["sizeof/ControllerQPair"] = sizeof(ControllerQPair);
}

// What one end of a queue of 128 entries keeps allocated, from the allocator's own books.
template <class End>
void AddHeap(nlohmann::ordered_json& json, const char* name, auto&& make) {
  const std::size_t before = mallinfo2().uordblks;
  const std::unique_ptr<End> end = make();
  json[name] = mallinfo2().uordblks - before;
}

void AddMemory(nlohmann::ordered_json& json) {
  constexpr std::uint16_t kEntries = 128;
  AddHeap<tcp::HostConnection>(json, "heap/host128", [] {
    return std::make_unique<tcp::HostConnection>(tcp::HostParams{.entries = kEntries});
  });
  AddHeap<tcp::ControllerConnection>(json, "heap/controller128", [] {
    auto end = std::make_unique<tcp::ControllerConnection>(tcp::ControllerParams{});
    end->SetQueue(kEntries, true, kInCapsule);
    return end;
  });
}

}  // namespace
}  // namespace nvmf::bench

int main() {
  using namespace nvmf::bench;
  constexpr Direction kRead = Direction::kRead, kWrite = Direction::kWrite;
  nlohmann::ordered_json json;
  for (const Shape& shape :
       {Shape{}, Shape{.depth = 32}, Shape{.direction = kRead, .bytes = 4096},
        Shape{.direction = kWrite, .bytes = 4096}, Shape{.direction = kWrite, .bytes = 12288},
        Shape{.direction = kRead, .bytes = 4096, .header_digest = true, .data_digest = true}}) {
    AddShape(json, shape);
  }
  AddSizes(json);
  AddMemory(json);
  std::cout << json.dump(1) << '\n';
}
