// Invariant: the `nvmf` tool and the suite read the same addresses. What one takes the other takes,
// as the same host, port and name, but for port 0 (the tool's, for listening), and names that are
// no NQNs and hosts with brackets (the suite's); and what was read reads the same once written.
#include <charconv>
#include <string>
#include <string_view>

#include "conformance/suite/url.h"
#include "fuzz/harness/check.h"
#include "fuzz/model/nqn.h"
#include "nvmf/cmd/url.h"

namespace nvmf::fuzz {
namespace {

std::string Written(const cmd::Url& url) {
  return "nvme+tcp://" + cmd::EndpointText(url.host, url.port) + "/" + url.subnqn;
}

void CheckUrl(std::string_view text) {
  const auto mine = cmd::ParseUrl(text);
  const auto theirs = conformance::ParseUrl(text);
  if (mine) {
    FUZZ_CHECK(!mine->host.empty() && model::IsNqn(mine->subnqn));
    FUZZ_CHECK(cmd::ParseUrl(Written(*mine)) == *mine);
    FUZZ_CHECK(cmd::ParseDiscoveryUrl(Written(*mine)) == *mine);
    FUZZ_CHECK(theirs.has_value() == (mine->port != 0));
  } else {
    FUZZ_CHECK(!mine.error().empty());
  }
  if (!theirs) return;
  const bool brackets = theirs->host.find_first_of("[]") != std::string::npos;
  FUZZ_CHECK(mine.has_value() == (model::IsNqn(theirs->subnqn) && !brackets));
  if (!mine) return;
  unsigned port = 0;
  std::from_chars(theirs->port.data(), theirs->port.data() + theirs->port.size(), port);
  FUZZ_CHECK(port == mine->port && theirs->host == mine->host && theirs->subnqn == mine->subnqn);
}

void CheckEndpoint(std::string_view text) {
  const auto endpoint = cmd::ParseEndpoint(text);
  const auto with_default = cmd::ParseEndpoint(text, 8009);
  FUZZ_CHECK(!endpoint || with_default == endpoint);
  if (!endpoint) return;
  FUZZ_CHECK(cmd::ParseEndpoint(cmd::EndpointText(endpoint->host, endpoint->port)) == *endpoint);
}

}  // namespace
}  // namespace nvmf::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  nvmf::fuzz::CheckUrl(text);
  nvmf::fuzz::CheckUrl("nvme+tcp://" + std::string(text));
  nvmf::fuzz::CheckEndpoint(text);
  return 0;
}
