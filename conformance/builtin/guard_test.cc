// What the guard promises, over a real socket: a run without grants changes no octet of a namespace
// that holds data, and leaves out what is not granted.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/builtin/builtin_target.h"
#include "conformance/cases/cases.h"
#include "conformance/suite/run.h"
#include "conformance/suite/tcp_dut.h"
#include "nvmf/target/ram_backend.h"
#include "nvmf/target/server.h"

namespace nvmf::conformance {
namespace {

constexpr std::size_t kDisk = 4 << 20;
constexpr const char* kSubNqn = "nqn.2014-08.org.example:full-of-data";

// Verdicts keeps how each case ended.
class Verdicts : public Report {
 public:
  explicit Verdicts(std::map<const Case*, Verdict>& into) : into_(into) {}
  void Add(const CaseResult& result) override {
    into_.insert_or_assign(result.test, result.verdict);
  }
  void End(const Totals&) override {}

 private:
  std::map<const Case*, Verdict>& into_;
};

class GuardedRun : public testing::Test {
 protected:
  GuardedRun() : target_(StrictOptions()), server_(target_) {
    EXPECT_TRUE(disk_->Write(0, before_).ok());
    auto subsystem = std::make_shared<target::Subsystem>(target::SubsystemOptions{
        .nqn = kSubNqn, .allow_any_host = false, .hosts = {HostIdentity{}.hostnqn}});
    subsystem->AddNamespace(disk_);
    const auto port = server_.Listen("127.0.0.1", 0);
    EXPECT_TRUE(port);
    target_.AddSubsystem(std::move(subsystem));
    EXPECT_TRUE(server_.Start());
    url_ = {
        .host = "127.0.0.1", .port = std::to_string(port ? port->trsvcid : 0), .subnqn = kSubNqn};
  }
  ~GuardedRun() override { server_.Stop(); }

  // Go tries all controller cases under this grant.
  std::map<const Case*, Verdict> Go(const Grant& grant, const RunTerms& terms = {}) {
    TcpDut dut(url_);
    Bench bench{.dut = dut, .grant = grant};
    std::vector<const Case*> chosen;
    for (const Case& test : AllCases()) {
      if (test.role() == Role::kController) chosen.push_back(&test);
    }
    std::map<const Case*, Verdict> verdicts;
    Reports reports;
    reports.push_back(std::make_unique<Verdicts>(verdicts));
    EXPECT_EQ(conformance::Run(chosen, {.controllers = {&bench, 1}}, reports, terms),
              kExitExpected);
    return verdicts;
  }

  Bytes OnDisk() {
    Bytes now(kDisk);
    EXPECT_TRUE(disk_->Read(0, now).ok());
    return now;
  }

  const Bytes before_ = Pattern(kDisk, 42);
  const std::shared_ptr<target::Backend> disk_ = target::MakeRamBackend(kDisk);
  target::Target target_;
  target::Server server_;
  Url url_{};
};

TEST_F(GuardedRun, WithoutGrantsChangesNothingAndSkipsWhatIsNotSafe) {
  std::size_t ran = 0;
  for (const auto& [test, verdict] : Go({})) {
    const bool guarded = verdict.kind == kSkip && verdict.message.starts_with("guard:");
    if (test->effects != kSafe) {
      EXPECT_TRUE(guarded) << test->id << ": " << VerdictName(verdict.kind);
    } else {
      EXPECT_TRUE(IsGreen(verdict.kind)) << test->id << ": " << verdict.message;
      ran += verdict.kind != kSkip;
    }
  }
  EXPECT_GT(ran, 200u);
  EXPECT_TRUE(OnDisk() == before_);
}

TEST_F(GuardedRun, GoesTheSameWithEachCaseInAProcessOfItsOwn) {
  const auto together = Go({});
  const auto apart = Go({}, {.isolate = true});
  for (const auto& [test, verdict] : together) {
    EXPECT_EQ(apart.at(test).kind, verdict.kind) << test->id << ": " << apart.at(test).message;
  }
  EXPECT_EQ(apart.size(), together.size());
}

TEST_F(GuardedRun, WithTheDisruptiveGrantAloneChangesNothing) {
  for (const auto& [test, verdict] : Go({.disruptive = true})) {
    EXPECT_TRUE(IsGreen(verdict.kind)) << test->id << ": " << verdict.message;
    if (test->effects != kDestructive) continue;
    EXPECT_TRUE(verdict.kind == kSkip && verdict.message.starts_with("guard:")) << test->id;
  }
  EXPECT_TRUE(OnDisk() == before_);
}

TEST_F(GuardedRun, WithBlocksGrantedChangesNoOthers) {
  constexpr std::size_t kFirst = 1024;  // Blocks of 512 octets.
  constexpr std::size_t kLast = 5119;
  Go({.disruptive = true, .destructive = {{.nsid = 1, .first = kFirst, .last = kLast}}});
  const Bytes now = OnDisk();
  EXPECT_TRUE(now != before_);
  const ByteView was(before_);
  EXPECT_TRUE(std::ranges::equal(ByteView(now).first(kFirst * 512), was.first(kFirst * 512)));
  EXPECT_TRUE(
      std::ranges::equal(ByteView(now).subspan((kLast + 1) * 512), was.subspan((kLast + 1) * 512)));
}

}  // namespace
}  // namespace nvmf::conformance
