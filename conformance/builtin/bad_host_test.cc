// Whole runs against hosts that die, hang, talk nonsense or never come: the report is whole, and
// the exit code tells.
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "conformance/builtin/builtin_host.h"
#include "conformance/suite/commands.h"
#include "conformance/suite/saved_run.h"
#include "conformance/wire/connection.h"
#include "conformance/wire/socket_pair.h"

namespace nvmf::conformance {
namespace {

constexpr Duration kStep = std::chrono::seconds(2);
constexpr int kAsked = 2;  // Errands before the first case.

Verdict GoesAllTheWay(HostTrial& trial) {
  ControllerPeer admin = ControllerPeer::Meet(trial, {});
  admin.IcExchange();
  (void)admin.ServeToEnd();
  return admin.FinishErrand().success ? Pass() : Verdict{kFail, "it did not"};
}

constexpr Case kCases[] = {
    {"TCP-ICH-01/first", "It connects", GoesAllTheWay, kSafe},
    {"TCP-ICH-01/second", "It connects", GoesAllTheWay, kSafe},
    {"TCP-ICH-01/third", "It connects", GoesAllTheWay, kSafe},
};

// MortalHost is the library's host, but on some of its errands.
class MortalHost final : public HostDut {
 public:
  enum class End { kDoesNotStart, kDoesNotCome, kSaysNothing, kTalksNonsense, kCloses };
  // On errands [from, to], counted from 1, it ends like this.
  MortalHost(int from, int to, End end) : from_(from), to_(to), end_(end) {}

  Result<> Start(const HostErrand& errand) override {
    Stop();
    ++started_;
    if (!ill()) return right_.Start(errand);
    if (end_ == End::kDoesNotStart) return Fail(Code::kIo, "it has gone");
    return {};
  }
  Result<int> Accept(Deadline deadline) override {
    if (!ill()) return right_.Accept(deadline);
    if (end_ == End::kDoesNotCome) return Fail(Code::kTimeout, "it does not come");
    const auto ends = MakeSocketPair();
    if (!ends) return std::unexpected(ends.error());
    own_ = Connection(ends->second);
    if (end_ == End::kTalksNonsense) (void)own_.Send(Fill(64, 0xEE), Deadline::In(kStep));
    if (end_ == End::kCloses) own_.Close();
    return ends->first;
  }
  Result<HostOutcome> Finish(Deadline deadline) override {
    if (!ill()) return right_.Finish(deadline);
    return Fail(Code::kTimeout, "it is not done");
  }
  void Stop() override {
    own_.Close();
    right_.Stop();
  }
  std::string name() const override { return "mortal"; }
  std::string subnqn() const override { return right_.subnqn(); }

 private:
  bool ill() const { return started_ >= from_ && started_ <= to_; }

  const int from_;
  const int to_;
  const End end_;
  int started_ = 0;
  BuiltinHost right_{};
  Connection own_{};
};

using End = MortalHost::End;
constexpr int kForGood = std::numeric_limits<int>::max();
constexpr int kSecondCase = kAsked + 2;

class BadHost : public testing::Test {
 protected:
  // Go runs the cases and returns the exit code; what the report holds is in run_.
  int Go(int from, int to, End end) {
    MortalHost host(from, to, end);
    const Limits limits{.step = kStep, .whole_case = 3 * kStep};
    const RunOptions options{.selection = {},
                             .json = testing::TempDir() + "/bad_host_test.json",
                             .junit = testing::TempDir() + "/bad_host_test.xml"};
    std::ostringstream out;
    const int code = RunCommand(options, {.host = &host, .limits = limits}, kCases, out);
    const auto run = ReadRun(options.json);
    EXPECT_TRUE(run && run->complete && run->results.size() == std::size(kCases)) << out.str();
    run_ = run.value_or(SavedRun());
    return code;
  }

  VerdictKind Of(std::string_view id) const {
    const auto found = run_.results.find(id);
    return found == run_.results.end() ? kError : found->second.kind;
  }

  SavedRun run_;
};

TEST_F(BadHost, ThatIsWellPasses) {
  EXPECT_EQ(Go(kForGood, kForGood, End::kCloses), kExitExpected);
}

TEST_F(BadHost, ThatEndsForGoodIsDown) {
  for (const End end : {End::kDoesNotStart, End::kDoesNotCome, End::kSaysNothing,
                        End::kTalksNonsense, End::kCloses}) {
    EXPECT_EQ(Go(kSecondCase, kForGood, end), kExitDown);
    EXPECT_EQ(Of("TCP-ICH-01/first"), kPass);
    EXPECT_EQ(Of("TCP-ICH-01/second"), kDown);
    EXPECT_EQ(Of("TCP-ICH-01/third"), kBlocked);
  }
}

TEST_F(BadHost, ThatFailsOnceLosesOneCase) {
  for (const End end : {End::kDoesNotCome, End::kSaysNothing, End::kTalksNonsense, End::kCloses}) {
    EXPECT_EQ(Go(kSecondCase, kSecondCase, end), kExitFailures);
    EXPECT_EQ(Of("TCP-ICH-01/second"), kBlocked);  // On the way to the point of the case.
    EXPECT_EQ(Of("TCP-ICH-01/third"), kPass);
  }
}

TEST_F(BadHost, ThatNeverComesIsUnreachable) {
  for (const End end : {End::kDoesNotStart, End::kDoesNotCome, End::kSaysNothing}) {
    EXPECT_EQ(Go(1, kForGood, end), kExitUnreachable);
    for (const Case& each : kCases) EXPECT_EQ(Of(each.id), kBlocked);
  }
}

}  // namespace
}  // namespace nvmf::conformance
