#include "conformance/suite/isolated.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "conformance/suite/exchange_file.h"
#include "conformance/suite/rules.h"
#include "conformance/wire/connection.h"
#include "conformance/wire/socket_pair.h"

namespace nvmf::conformance {
namespace {

using nlohmann::json;

// CBOR, as a device may put any octets into the texts.
std::vector<std::uint8_t> Pack(const CaseResult& result) {
  json packed = {{"verdict", std::to_underlying(result.verdict.kind)},
                 {"message", result.verdict.message},
                 {"ms", result.took.count()},
                 {"observed", json::array()},
                 {"exchange", WriteExchange({.id = std::string(result.test->id),
                                             .verdict = "",
                                             .records = result.transcript.records()})}};
  for (const Observation& seen : result.observations) {
    packed["observed"].push_back({seen.rule, std::to_underlying(seen.kind), seen.text});
  }
  return json::to_cbor(packed);
}

CaseResult Unpack(const Case& test, const Bytes& octets) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(octets.data());
  const json packed = json::from_cbor(first, first + octets.size());
  CaseResult result{.test = &test,
                    .verdict = {static_cast<VerdictKind>(packed.at("verdict").get<int>()),
                                packed.at("message").get<std::string>()},
                    .took = Duration(packed.at("ms").get<long>())};
  for (const json& seen : packed.at("observed")) {
    const Rule* rule = FindRule(seen.at(0).get<std::string>());
    if (rule == nullptr) continue;
    const auto kind = static_cast<VerdictKind>(seen.at(1).get<int>());
    result.observations.push_back({rule->id, kind, seen.at(2).get<std::string>()});
  }
  auto exchange = ReadExchange(packed.at("exchange").get<std::string>());
  if (exchange) result.transcript = Transcript(std::move(exchange->records));
  return result;
}

// Collect reads all that the process says until it ends: false if it does not in time.
bool Collect(Connection& from, Deadline deadline, Bytes& into) {
  std::array<std::byte, 65536> room;
  while (true) {
    const auto got = from.Receive(room, deadline);
    if (!got) return got.error().code != Code::kTimeout;
    into.insert(into.end(), room.begin(), room.begin() + static_cast<long>(*got));
  }
}

int Reap(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

[[noreturn]] void Speak(Connection to, Duration limit, const std::function<CaseResult()>& run) {
  const std::vector<std::uint8_t> packed = Pack(run());
  const bool said = to.Send(std::as_bytes(std::span(packed)), Deadline::In(limit)).has_value();
  to.Close();
  _exit(said ? 0 : 1);
}

}  // namespace

CaseResult RunIsolated(const Case& test, Duration limit,
                       const std::function<CaseResult()>& run_case) {
  const auto defect = [&](const std::string& text) {
    return CaseResult{.test = &test, .verdict = {kError, "the process of the case " + text}};
  };
  const auto ends = MakeSocketPair();
  if (!ends) return defect("could not be made: " + ends.error().Message());
  Connection near(ends->first);
  Connection far(ends->second);
  const pid_t process = fork();
  if (process < 0) return defect("could not be made");
  if (process == 0) {
    near.Close();
    Speak(std::move(far), limit, run_case);
  }
  far.Close();
  Bytes said;
  const bool ended = Collect(near, Deadline::In(limit), said);
  if (!ended) (void)kill(process, SIGKILL);
  const int status = Reap(process);
  if (!ended) return defect("did not end in time");
  if (WIFSIGNALED(status)) return defect("died of signal " + std::to_string(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) return defect("ended with " + std::to_string(WEXITSTATUS(status)));
  try {
    return Unpack(test, said);
  } catch (const json::exception& error) {
    return defect(std::string("told nothing that can be read: ") + error.what());
  }
}

}  // namespace nvmf::conformance
