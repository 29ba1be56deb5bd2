// Wrong controllers: the library's own behind a wire that alters what it says.
#include <algorithm>
#include <map>
#include <vector>

#include "conformance/builtin/alteration.h"
#include "conformance/builtin/builtin.h"
#include "conformance/builtin/faults.h"
#include "conformance/builtin/interposer.h"
#include "conformance/builtin/opponents.h"
#include "conformance/suite/probe.h"

namespace nvmf::conformance {
namespace {

constexpr Grant kAll = {.everything = true};

// What the text allows a controller that a host keeps waiting, shortened from 60 s: the built-in
// one keeps to it, and one whose close never comes does not.
constexpr Duration kSoon{3'000};

bool IsPdu(const Record& record, Record::What what) {
  return record.what == what && record.octets.size() >= tcp::kHeaderBytes;
}

// AltersAny tells whether a fault would have altered any PDU of an exchange.
bool AltersAny(const Fault& fault, const Transcript& transcript) {
  std::map<unsigned, Alteration> connections;
  for (const Record& record : transcript.records()) {
    Alteration& alteration = connections.try_emplace(record.connection, fault).first->second;
    const bool capsule = IsPdu(record, Record::What::kSent) &&
                         record.octets.front() == std::byte{0x04} &&
                         record.octets.size() >= tcp::CapsuleCmd::kSize;
    if (capsule) {
      const auto front = ByteView(record.octets).first<tcp::CapsuleCmd::kSize>();
      alteration.Note(Decode<tcp::CapsuleCmd>(front).sqe);
    }
    if (record.what != Record::What::kReceived) continue;
    if (record.octets.empty()) return true;  // Too long an exchange to be kept.
    const bool altered =
        IsPdu(record, Record::What::kReceived) && alteration.Pass(record.octets) != record.octets;
    if (altered) return true;
  }
  return false;
}

bool HasSeveralConnections(const Transcript& transcript) {
  return std::ranges::any_of(transcript.records(),
                             [](const Record& record) { return record.connection > 1; });
}

class ControllerOpponents final : public Opponents {
 public:
  ControllerOpponents() : targets_(MakeBuiltinTargets()), faults_(ControllerFaults()) {
    for (const auto& target : targets_) right_.push_back(Probed(*target));
  }

  Role role() const override { return Role::kController; }
  std::size_t count() const override { return faults_.size(); }
  std::string name(std::size_t wrong) const override { return faults_[wrong].name; }

  CaseResult TryRight(const Case& test) override { return RunControllerCase(Able(test), test); }

  bool Strikes(const CaseResult& right, std::size_t wrong) const override {
    const Fault& fault = faults_[wrong];
    const bool spreads = fault.ends_all != Fault::Cause::kNothing || fault.most_lost != 0;
    if (spreads) return HasSeveralConnections(right.transcript);
    const bool apart = fault.speaks_first || fault.swallows_end || fault.term_req_at_end;
    return apart || AltersAny(fault, right.transcript);
  }

  CaseResult TryWrong(const Case& test, std::size_t wrong) override {
    const Bench& right = Able(test);
    const Fault& fault = faults_[wrong];
    Interposer interposer(right.dut, fault);
    Bench bench{.dut = interposer,
                .grant = kAll,
                .claims = right.claims,
                .limits = {.step = kWrongStep, .quiet = Duration(20), .fatal = Duration(20)}};
    if (fault.swallows_end) bench.limits.fatal = bench.limits.fatal_most = kSoon;
    return TryController(bench, test);
  }

 private:
  static Bench Probed(ControllerDut& dut) {
    Bench bench{.dut = dut, .grant = kAll};
    bench.limits.fatal = bench.limits.fatal_most = kSoon;
    if (auto claims = Probe(bench)) bench.claims = std::move(*claims);
    return bench;
  }

  // Able returns the first right controller that has what a case needs.
  const Bench& Able(const Case& test) const {
    const auto able = std::ranges::find_if(
        right_, [&](const Bench& bench) { return !bench.claims.Missing(test.needs); });
    return able == right_.end() ? right_.front() : *able;
  }

  std::vector<std::unique_ptr<ControllerDut>> targets_;
  std::vector<Fault> faults_;
  std::vector<Bench> right_{};
};

}  // namespace

std::unique_ptr<Opponents> MakeControllerOpponents() {
  return std::make_unique<ControllerOpponents>();
}

}  // namespace nvmf::conformance
