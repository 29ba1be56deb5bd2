// A whole session between our host and our target over real sockets, with a fault at each octet in
// turn: of both connections, both directions, at either end. Every fault ends in the right error or
// in none, nobody waits for ever, no descriptor and no memory is lost.
#include <sys/socket.h>

#include <cstdio>
#include <thread>

#include "gtest/gtest.h"
#include "nvmf/host/host_controller.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/target/ram_backend.h"
#include "nvmf/target/target.h"
#include "nvmf/testing/pattern.h"
#include "nvmf/testing/system_calls.h"

namespace nvmf::target {
namespace {

using testing::CallBreak;
using testing::CallFault;
using testing::OpenDescriptors;
using testing::Pattern;
using testing::SystemCalls;

constexpr const char* kNqn = "nqn.2026-11.org.example:disk";
constexpr std::size_t kSmall = 512;   // Fits a capsule, an R2T and a C2HData.
constexpr std::size_t kLarge = 2048;  // Two R2Ts, two C2HData.

// A harmless fault strikes many octets of one session: those at this distance.
constexpr std::uint64_t kEvery = 97;

// The sanitizers make a session dear: of the faults that end it they try every n-th octet.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
constexpr std::uint64_t kStride = 37;
#elif __has_feature(address_sanitizer)
constexpr std::uint64_t kStride = 3;
#else
constexpr std::uint64_t kStride = 1;
#endif
#else
constexpr std::uint64_t kStride = 1;
#endif

enum class End : std::uint8_t { kHost, kController };
enum class Wire : std::uint8_t { kAdmin, kIo };

struct Place {
  Wire wire = Wire::kAdmin;
  End end = End::kHost;
};

// How a session ended, at the host and on the target's two threads.
struct Outcome {
  Result<> host;
  Error admin{.code = Code::kBusy};
  Error io{.code = Code::kBusy};
  std::uint64_t read = 0;  // Octets that passed at the place of the fault,
  std::uint64_t written = 0;
  std::uint64_t strikes = 0;  // and those at which it was met.
};

TargetOptions Options() {
  return {.maxh2cdata = 4096,
          .max_c2h_data = 1024,
          .max_r2tl = 1024,
          .max_r2t = 2,
          .mdts_bytes = 8192,
          .in_capsule_bytes = kSmall,
          .write_buffer_bytes = 16 * 1024};
}

AssociationParams HostParams() {
  return {.hostnqn = "nqn.2026-11.org.example:host",
          .subnqn = kNqn,
          .hostid = {std::byte{1}},
          .header_digest = true,
          .data_digest = true,
          .maxr2t = 2,
          .kato_ms = 5000};
}

// The session as the host sees it; its first error is the result.
class HostSession {
 public:
  HostSession(std::unique_ptr<Stream> admin, std::unique_ptr<Stream> io, std::uint32_t seed)
      : admin_(std::move(admin)),
        io_(std::move(io)),
        small_(Pattern(kSmall, seed)),
        large_(Pattern(kLarge, seed + 1)) {}

  Result<> Run() {
    Association association(HostParams());
    auto controller = HostController::Connect(association, std::move(admin_), 8);
    if (!controller) return std::unexpected(controller.error());
    if (Result<> step = controller->Enable(); !step) return step;
    if (auto id = controller->IdentifyController(); !id) return std::unexpected(id.error());
    if (auto n = controller->SetNumberOfQueues(1); !n) return std::unexpected(n.error());
    auto io = controller->ConnectIo(std::move(io_), {.qid = 1, .entries = 8});
    if (!io) return std::unexpected(io.error());
    if (Result<> step = MoveData(*io); !step) return step;
    if (Result<> step = controller->KeepAlive(); !step) return step;
    if (Result<> step = Do(*io, MakeDisconnect(), kNoData); !step) return step;
    return controller->Shutdown();
  }

 private:
  static Result<> Do(HostQPair& io, const Sqe& sqe, const Data& data) {
    const auto done = io.Execute(sqe, data, Deadline::After(std::chrono::seconds(30)));
    if (!done) return std::unexpected(done.error());
    if (!done->status().ok()) {
      return std::unexpected(Error{.code = Code::kRefused, .status = done->cqe.status_field});
    }
    return {};
  }

  Result<> MoveData(HostQPair& io) {
    std::vector<std::byte> small(kSmall), large(kLarge);
    if (auto done = Do(io, MakeWrite(1, 0, 1), WriteFrom(small_)); !done) return done;
    if (auto done = Do(io, MakeWrite(1, 1, 4), WriteFrom(large_)); !done) return done;
    if (auto done = Do(io, MakeRead(1, 0, 1), ReadInto(small)); !done) return done;
    if (auto done = Do(io, MakeRead(1, 1, 4), ReadInto(large)); !done) return done;
    EXPECT_EQ(small, small_);
    EXPECT_EQ(large, large_);
    return {};
  }

  std::unique_ptr<Stream> admin_;
  std::unique_ptr<Stream> io_;
  const std::vector<std::byte> small_;
  const std::vector<std::byte> large_;
};

class Sweep {
 public:
  Sweep() : target_(Options()), disk_(std::make_shared<Subsystem>(SubsystemOptions{.nqn = kNqn})) {
    EXPECT_EQ(disk_->AddNamespace(MakeRamBackend(64 * 1024)), 1U);
    EXPECT_TRUE(target_.AddSubsystem(disk_));
  }

  Outcome Run(const Place& place, const CallBreak& plan) {
    int ends[2][2];  // By wire, then by end.
    for (auto& pair : ends) EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    const auto& wire = ends[static_cast<int>(place.wire)];
    const int broken = static_cast<int>(place.end);
    calls_.Break(wire[broken], wire[1 - broken], plan);
    Outcome outcome;
    std::thread admin(
        [&, fd = ends[0][1]] { outcome.admin = target_.ServeHere(SocketStream::Adopt(fd)); });
    std::thread io(
        [&, fd = ends[1][1]] { outcome.io = target_.ServeHere(SocketStream::Adopt(fd)); });
    outcome.host =
        HostSession(SocketStream::Adopt(ends[0][0]), SocketStream::Adopt(ends[1][0]), ++seed_)
            .Run();
    admin.join();
    io.join();
    calls_.Mend();
    outcome.read = calls_.read();
    outcome.written = calls_.written();
    outcome.strikes = calls_.strikes();
    return outcome;
  }

 private:
  SystemCalls calls_;
  Target target_;
  std::shared_ptr<Subsystem> disk_;
  std::uint32_t seed_ = 0;
};

bool IsHarmless(CallFault fault) {
  return fault == CallFault::kShort || fault == CallFault::kInterrupt || fault == CallFault::kAgain;
}

bool IsOneOf(Code code, std::initializer_list<Code> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

// What the end that meets a fault makes of it.
Code Expected(const CallBreak& plan) {
  if (plan.fault == CallFault::kSilence) return Code::kTimeout;
  return plan.fault == CallFault::kEnd && !plan.on_write ? Code::kClosed : Code::kIo;
}

// A connection whose other end has gone: octets that it never read make that a reset.
bool IsGone(Code code) { return IsOneOf(code, {Code::kClosed, Code::kIo}); }

bool EndedWell(const Outcome& outcome, const Place& place, const CallBreak& plan) {
  if (IsHarmless(plan.fault)) return outcome.host.has_value();
  if (outcome.host) return false;
  const Code host = outcome.host.error().code;
  if (place.end == End::kHost) {
    return host == Expected(plan) && IsGone(outcome.admin.code) && IsGone(outcome.io.code);
  }
  const bool admin = place.wire == Wire::kAdmin;
  const Code broken = (admin ? outcome.admin : outcome.io).code;
  const Code other = (admin ? outcome.io : outcome.admin).code;
  if (!IsGone(other)) return false;
  // An idle I/O queue waits without a deadline: there the host's passes, and it goes.
  if (plan.fault == CallFault::kSilence && !admin && host == Code::kTimeout) return IsGone(broken);
  // Without its admin queue an association's I/O commands and Connects are refused until they end.
  return broken == Expected(plan) && (IsGone(host) || (admin && host == Code::kRefused));
}

class SessionSweepTest : public ::testing::TestWithParam<std::tuple<CallFault, Wire, End, bool>> {
 protected:
  // Octets returns how many a whole session moves at the place of the fault.
  std::uint64_t Octets() {
    const auto [_, wire, end, on_write] = GetParam();
    const Outcome whole = sweep_.Run({.wire = wire, .end = end}, {});
    EXPECT_TRUE(whole.host) << whole.host.error().Message();
    return on_write ? whole.written : whole.read;
  }

  // Try runs one session that is broken at octet `at`; false when it did not end as it should.
  bool Try(std::uint64_t at) {
    const auto [fault, wire, end, on_write] = GetParam();
    const Place place{.wire = wire, .end = end};
    const CallBreak plan{
        .fault = fault, .on_write = on_write, .at = at, .every = IsHarmless(fault) ? kEvery : 0};
    const std::size_t descriptors = OpenDescriptors();
    const Outcome outcome = sweep_.Run(place, plan);
    const bool well = EndedWell(outcome, place, plan);
    EXPECT_TRUE(well) << "octet " << at << ": host "
                      << (outcome.host ? std::string("ok") : outcome.host.error().Message())
                      << "; admin " << outcome.admin.Message() << "; I/O " << outcome.io.Message();
    EXPECT_GT(outcome.strikes, 0U) << "octet " << at << ": the fault was never met";
    EXPECT_EQ(OpenDescriptors(), descriptors) << "octet " << at;
    faults_ += plan.every == 0 ? 1 : outcome.strikes;
    return !HasFailure();
  }

  Sweep sweep_;
  std::uint64_t faults_ = 0;
};

TEST_P(SessionSweepTest, AFaultAtEachOctetEndsAsItShould) {
  const bool harmless = IsHarmless(std::get<CallFault>(GetParam()));
  const std::uint64_t octets = Octets();
  ASSERT_GT(octets, 1500U);
  for (std::uint64_t at = 0; at < (harmless ? kEvery : octets); at += harmless ? 1 : kStride) {
    ASSERT_TRUE(Try(at));
  }
  EXPECT_GE(faults_, harmless ? octets : octets / kStride);
  std::printf("%llu faults tried\n", static_cast<unsigned long long>(faults_));
}

std::string NameOf(const ::testing::TestParamInfo<SessionSweepTest::ParamType>& info) {
  constexpr const char* kNames[] = {"None",  "Short", "Interrupt", "Again",
                                    "Reset", "End",   "Silence"};
  const auto [fault, wire, end, on_write] = info.param;
  return std::string(kNames[static_cast<int>(fault)]) + (wire == Wire::kAdmin ? "Admin" : "Io") +
         (end == End::kHost ? "Host" : "Controller") + (on_write ? "Sends" : "Receives");
}

INSTANTIATE_TEST_SUITE_P(EveryOctet, SessionSweepTest,
                         ::testing::Combine(::testing::Values(CallFault::kShort,
                                                              CallFault::kInterrupt,
                                                              CallFault::kAgain, CallFault::kReset,
                                                              CallFault::kEnd, CallFault::kSilence),
                                            ::testing::Values(Wire::kAdmin, Wire::kIo),
                                            ::testing::Values(End::kHost, End::kController),
                                            ::testing::Bool()),
                         NameOf);

}  // namespace
}  // namespace nvmf::target
