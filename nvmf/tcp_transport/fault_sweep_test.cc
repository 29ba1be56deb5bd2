// A whole session with a fault at each octet in turn, both directions: every fault ends in the
// right error or in none, within the deadline, and the two ends never disagree about the data.
#include <gtest/gtest.h>

#include <cstdio>

#include "nvmf/stream/fault_stream.h"
#include "nvmf/stream/memory_stream.h"
#include "nvmf/tcp/controller_connection.h"
#include "nvmf/tcp/host_connection.h"
#include "nvmf/tcp_transport/drive.h"
#include "nvmf/testing/pattern.h"

namespace nvmf {
namespace {

using testing::Pattern;

constexpr std::uint8_t kRead = 2, kWrite = 1;

// One session over memory: negotiation, a write in capsule, a write by R2T, a read; both digests.
class Session {
 public:
  explicit Session(const FaultPlan& plan)
      : host_({.header_digest = true, .data_digest = true, .entries = 8, .in_capsule_bytes = 512}),
        controller_({.max_c2h_data = 1024, .max_r2tl = 1024}) {
    auto [a, b] = MemoryStream::Pair(16 * 1024);
    stream_ = std::make_unique<FaultStream>(std::move(a), plan);
    peer_ = std::move(b);
  }

  // Run returns whether the session went through; otherwise failure() says how it ended.
  bool Run() {
    if (!Until([&] { return host_.live(); })) return false;
    const bool ok = Execute({.opc = kWrite, .cdw10 = 0}, WriteFrom(small_)) &&
                    Execute({.opc = kWrite, .cdw10 = 1}, WriteFrom(large_)) &&
                    Execute({.opc = kRead, .cdw10 = 1}, ReadInto(back_));
    if (ok) {
      EXPECT_EQ(stored_[0], small_);
      EXPECT_EQ(stored_[1], large_);
      EXPECT_EQ(back_, large_);
    }
    return ok;
  }
  const std::optional<Error>& failure() const { return failure_; }
  const FaultStream& stream() const { return *stream_; }

 private:
  bool Execute(const Sqe& sqe, const Data& data) {
    const auto cid = host_.Submit(sqe, data);
    if (!cid) return Ended(cid.error());
    if (!Until([&] { return host_.completed(*cid); })) return false;
    EXPECT_TRUE(host_.Take(*cid)->status().ok());
    return true;
  }

  // Moves both ends in turn. Over memory a wait that nobody can end is a timeout at once; it counts
  // only when the other end has nothing to say either.
  bool Until(auto&& done) {
    for (int silent = 0; !done();) {
      const Result<> host = Step(host_, *stream_, Deadline::Never());
      if (!host && host.error().code != Code::kTimeout) return Ended(host.error());
      const std::uint64_t before = stream_->read() + stream_->written();
      const Result<> controller = Step(controller_, *peer_, Deadline::Never());
      if (!controller && controller.error().code != Code::kTimeout) peer_->EndOutput();
      Serve();
      const bool moved = host || controller || stream_->read() + stream_->written() != before;
      silent = moved ? 0 : silent + 1;
      if (silent > 4) return Ended(host.error());
    }
    return true;
  }

  bool Ended(const Error& error) {
    failure_ = error;
    return false;
  }

  void Serve() {
    while (controller_.HasEvent() && !controller_.failed()) {
      const Event event = controller_.NextEvent();
      const Sqe sqe = controller_.sqe(event.tag);
      std::vector<std::byte>& store = stored_[sqe.cdw10 & 1];
      const ByteView carried = controller_.in_capsule(event.tag);
      if (sqe.opc == kRead) {
        (void)controller_.SendData(event.tag, store, Cqe{});
      } else if (event.kind == Event::Kind::kCommand && carried.empty()) {
        store.assign(controller_.data_length(event.tag), std::byte{0});
        (void)controller_.RequestData(event.tag, 0, store);
      } else {
        if (!carried.empty()) store.assign(carried.begin(), carried.end());
        (void)controller_.Respond(event.tag, Cqe{});
      }
    }
  }

  std::vector<std::byte> small_ = Pattern(512, 1);
  std::vector<std::byte> large_ = Pattern(2000, 2);
  std::vector<std::byte> back_ = std::vector<std::byte>(2000);
  std::vector<std::byte> stored_[2];
  tcp::HostConnection host_;
  tcp::ControllerConnection controller_;
  std::unique_ptr<FaultStream> stream_;
  std::unique_ptr<Stream> peer_;
  std::optional<Error> failure_;
};

// Octets that one undisturbed session moves, in the direction asked for.
std::uint64_t SessionOctets(bool on_write) {
  Session session({});
  EXPECT_TRUE(session.Run()) << session.failure()->Message();
  return on_write ? session.stream().written() : session.stream().read();
}

class FaultSweepTest : public ::testing::TestWithParam<std::tuple<Fault, bool>> {};

TEST_P(FaultSweepTest, AFaultAtEachOctetEndsAsItShould) {
  const auto [fault, on_write] = GetParam();
  const std::uint64_t octets = SessionOctets(on_write);
  ASSERT_GT(octets, 2000U);
  for (std::uint64_t at = 0; at < octets; ++at) {
    Session session({.fault = fault, .on_write = on_write, .at = at});
    const bool through = session.Run();
    const bool harmless = fault == Fault::kShort || fault == Fault::kAgain;
    ASSERT_EQ(through, harmless) << "octet " << at;
    if (through) continue;
    const Code expected = fault == Fault::kReset ? Code::kIo
                          : fault == Fault::kEnd ? Code::kClosed
                                                 : Code::kTimeout;
    ASSERT_EQ(session.failure()->code, expected)
        << "octet " << at << ": " << session.failure()->Message();
  }
  std::printf("%llu faults tried\n", static_cast<unsigned long long>(octets));
}

INSTANTIATE_TEST_SUITE_P(EveryOctet, FaultSweepTest,
                         ::testing::Combine(::testing::Values(Fault::kShort, Fault::kAgain,
                                                              Fault::kReset, Fault::kEnd,
                                                              Fault::kSilence),
                                            ::testing::Bool()));

}  // namespace
}  // namespace nvmf
