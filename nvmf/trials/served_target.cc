#include "nvmf/trials/served_target.h"

#include <signal.h>
#include <sys/wait.h>

#include <string_view>

#include "nvmf/cmd/url.h"

namespace nvmf::trials {
namespace {

using cmd::Outcome;
using cmd::Sorry;

constexpr std::chrono::seconds kPatience{60};

}  // namespace

Outcome<ServedTarget> ServedTarget::Start(const std::string& nvmf,
                                          const std::vector<std::string>& options,
                                          std::uint16_t port) {
  std::vector<std::string> arguments{nvmf, "serve", "--quiet", "--listen",
                                     cmd::EndpointText("127.0.0.1", port)};
  arguments.insert(arguments.end(), options.begin(), options.end());
  Outcome<ChildProcess> process = ChildProcess::Start(arguments);
  if (!process) return Sorry(process.error());
  return Watch(std::move(*process));
}

Outcome<ServedTarget> ServedTarget::Watch(ChildProcess process) {
  constexpr std::string_view kSays = "listening on ";
  const Outcome<std::string> line = process.ReadLine(Deadline::After(kPatience));
  if (!line) return Sorry("the target: " + line.error());
  if (!line->starts_with(kSays)) return Sorry("the target said: " + *line);
  const auto at = cmd::ParseEndpoint(line->substr(kSays.size()));
  if (!at) return Sorry("the target listens nowhere: " + at.error());
  return ServedTarget(std::move(process), at->port);
}

Outcome<> ServedTarget::Stop() {
  process_.Signal(SIGTERM);
  const Outcome<int> status = process_.Wait(Deadline::After(kPatience));
  if (!status) return Sorry("the target: " + status.error());
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return {};
  return Sorry("the target ended with wait status " + std::to_string(*status));
}

}  // namespace nvmf::trials
