// Whole runs against devices that die, hang, talk nonsense or say nothing: the report is whole, and
// the exit code tells.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "conformance/suite/commands.h"
#include "conformance/suite/saved_run.h"
#include "conformance/testing/fake_controller.h"

namespace nvmf::conformance {
namespace {

constexpr Duration kStep = std::chrono::seconds(2);
constexpr int kProbe = 6;  // Connections of the probe,
constexpr int kCase = 3;   // and of a case: sanity, script, sanity.

Verdict Asks(HostPeer& host) {
  host.ConnectAdmin();
  return host.ExpectBarrier();
}

constexpr Case kCases[] = {
    {"TCP-IC-01/first", "It answers", Asks, kSafe},
    {"TCP-IC-01/second", "It answers", Asks, kSafe},
    {"TCP-IC-01/third", "It answers", Asks, kSafe},
};

void SaysNothing(Connection connection) { WaitForEnd(connection); }

void TalksNonsense(Connection connection) {
  (void)connection.Send(Fill(64, 0xEE), Deadline::In(std::chrono::seconds(30)));
  WaitForEnd(connection);
}

void Dies(Connection) {}

// Endings keeps how each case ended.
class Endings : public Report {
 public:
  explicit Endings(std::map<std::string_view, VerdictKind>& into) : into_(into) {}
  void Add(const CaseResult& result) override { into_[result.test->id] = result.verdict.kind; }
  void End(const Totals&) override {}

 private:
  std::map<std::string_view, VerdictKind>& into_;
};

class BadDevice : public testing::Test {
 protected:
  // Go runs the cases and returns the exit code and what the report holds.
  std::pair<int, SavedRun> Go() {
    Bench bench{.dut = fake_, .grant = {.everything = true}};
    bench.limits.step = kStep;
    const Devices devices{.controllers = {&bench, 1}};
    const RunOptions options{
        .selection = {}, .json = testing::TempDir() + "/bad_device_test.json", .on_down = on_down_};
    std::stringstream out;
    const int code = RunCommand(options, devices, kCases, out);
    said_ = out.str();
    const auto run = ReadRun(options.json);
    EXPECT_TRUE(run) << run.error();
    EXPECT_TRUE(run && run->complete);
    EXPECT_TRUE(run && run->results.size() == std::size(kCases));
    return {code, run.value_or(SavedRun())};
  }

  // GoWithHelp runs them while somebody brings the device back, once; returns how each case ended.
  std::map<std::string_view, VerdictKind> GoWithHelp(const std::function<void()>& help) {
    Bench bench{.dut = fake_, .grant = {.everything = true}};
    bench.limits.step = kStep;
    std::vector<const Case*> cases;
    for (const Case& each : kCases) cases.push_back(&each);
    std::map<std::string_view, VerdictKind> ended;
    int times = 0;
    const RunTerms terms{.bring_back = [&] {
      help();
      return ++times == 1;
    }};
    Reports reports;
    reports.push_back(std::make_unique<Endings>(ended));
    EXPECT_EQ(conformance::Run(cases, {.controllers = {&bench, 1}}, reports, terms), kExitFailures);
    EXPECT_EQ(times, 1);
    return ended;
  }

  static VerdictKind Of(const SavedRun& run, std::string_view id) {
    const auto found = run.results.find(id);
    return found == run.results.end() ? kError : found->second.kind;
  }

  FakeController fake_;
  std::string on_down_ = "";
  std::string said_ = "";
};

TEST_F(BadDevice, ThatDiesIsDown) {
  fake_.set_last_dial(kProbe + kCase + 1);
  fake_.set_manners_at(kProbe + kCase + 2, Dies);
  const auto [code, run] = Go();
  EXPECT_EQ(code, kExitDown);
  EXPECT_EQ(Of(run, "TCP-IC-01/first"), kPass);
  EXPECT_EQ(Of(run, "TCP-IC-01/second"), kDown);
  EXPECT_EQ(Of(run, "TCP-IC-01/third"), kBlocked);
}

TEST_F(BadDevice, ThatIsDownIsBroughtBack) {
  fake_.set_last_dial(kProbe + kCase + 2);
  fake_.set_manners_at(kProbe + kCase + 2, Dies);
  const auto ended = GoWithHelp([&] { fake_.set_last_dial(100); });
  EXPECT_EQ(ended.at("TCP-IC-01/second"), kDown);
  EXPECT_EQ(ended.at("TCP-IC-01/third"), kPass);
}

TEST_F(BadDevice, ThatHangsIsBroughtBack) {
  for (int i = kProbe + kCase + 2; i < 30; ++i) fake_.set_manners_at(i, SaysNothing);
  const auto ended = GoWithHelp([&] {
    for (int i = kProbe + kCase + 2; i < 30; ++i) fake_.set_manners_at(i, ServeHonestly);
  });
  EXPECT_EQ(ended.at("TCP-IC-01/second"), kHang);
  EXPECT_EQ(ended.at("TCP-IC-01/third"), kPass);
}

TEST_F(BadDevice, ThatStaysDownWhateverTheUserDoesEndsTheRun) {
  fake_.set_last_dial(kProbe + kCase + 1);
  on_down_ = "exit 3";
  const auto [code, run] = Go();
  EXPECT_EQ(code, kExitDown);
  EXPECT_EQ(Of(run, "TCP-IC-01/third"), kBlocked);
  EXPECT_NE(said_.find("the device does not serve: exit 3\n"), std::string::npos) << said_;
}

TEST_F(BadDevice, ThatFallsSilentHangs) {
  for (int i = kProbe + kCase + 2; i < 30; ++i) fake_.set_manners_at(i, SaysNothing);
  const auto [code, run] = Go();
  EXPECT_EQ(code, kExitFailures);
  EXPECT_EQ(Of(run, "TCP-IC-01/first"), kPass);
  EXPECT_EQ(Of(run, "TCP-IC-01/second"), kHang);
  EXPECT_EQ(Of(run, "TCP-IC-01/third"), kBlocked);
}

TEST_F(BadDevice, ThatBeginsToTalkNonsenseBlocks) {
  for (int i = kProbe + kCase + 1; i < 30; ++i) fake_.set_manners_at(i, TalksNonsense);
  const auto [code, run] = Go();
  EXPECT_EQ(code, kExitFailures);
  EXPECT_EQ(Of(run, "TCP-IC-01/first"), kPass);
  EXPECT_EQ(Of(run, "TCP-IC-01/second"), kBlocked);
}

TEST_F(BadDevice, ThatTalksNonsenseInACaseFailsIt) {
  fake_.set_manners_at(kProbe + kCase + 2, TalksNonsense);
  const auto [code, run] = Go();
  EXPECT_EQ(code, kExitFailures);
  EXPECT_EQ(Of(run, "TCP-IC-01/second"), kBlocked);  // The way to the point of the case.
  EXPECT_EQ(Of(run, "TCP-IC-01/third"), kPass);
}

TEST_F(BadDevice, ThatTakesConnectionsAndNeverSpeaksBlocksEverything) {
  fake_.set_manners(SaysNothing);
  const auto [code, run] = Go();
  EXPECT_EQ(code, kExitFailures);
  for (const Case& each : kCases) EXPECT_EQ(Of(run, each.id), kBlocked);
}

TEST_F(BadDevice, ThatDoesNotListenIsUnreachable) {
  fake_.set_listening(false);
  const auto [code, run] = Go();
  EXPECT_EQ(code, kExitUnreachable);
  for (const Case& each : kCases) EXPECT_EQ(Of(run, each.id), kBlocked);
}

}  // namespace
}  // namespace nvmf::conformance
