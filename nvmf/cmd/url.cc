#include "nvmf/cmd/url.h"

#include <charconv>

#include "nvmf/nvme/discovery.h"
#include "nvmf/nvme/nqn.h"

namespace nvmf::cmd {
namespace {

using Text = std::string_view;

std::unexpected<std::string> Wrong(Text what, Text text) {
  return std::unexpected(std::string(what) + ": '" + std::string(text) + "'");
}

bool ParsePort(Text text, std::uint16_t& port) {
  const std::string digits(text);
  const char* end = digits.c_str() + digits.size();
  const auto [parsed, error] = std::from_chars(digits.c_str(), end, port);
  return error == std::errc() && parsed == end;
}

std::expected<Url, std::string> Parse(Text text, Text default_nqn, std::uint16_t default_port) {
  constexpr Text kScheme = "nvme+tcp://";
  if (!text.starts_with(kScheme)) return Wrong("a URL begins with nvme+tcp://", text);
  const Text rest = text.substr(kScheme.size());
  const std::size_t slash = rest.find('/');
  const auto endpoint = ParseEndpoint(rest.substr(0, slash), default_port);
  if (!endpoint) return std::unexpected(endpoint.error());
  const Text nqn = slash == Text::npos ? Text() : rest.substr(slash + 1);
  if (nqn.empty() && default_nqn.empty()) return Wrong("the URL names no subsystem", text);
  if (!nqn.empty() && !IsValidNqn(nqn)) return Wrong("not an NVMe qualified name", nqn);
  return Url{.host = endpoint->host,
             .port = endpoint->port,
             .subnqn = std::string(nqn.empty() ? default_nqn : nqn)};
}

}  // namespace

std::expected<Endpoint, std::string> ParseEndpoint(Text text, std::uint16_t default_port) {
  Endpoint endpoint{.port = default_port};
  std::size_t end = text.rfind(':');
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == Text::npos) return Wrong("the bracket of the address is not closed", text);
    endpoint.host = text.substr(1, bracket - 1);
    end = bracket + 1 == text.size() ? Text::npos : bracket + 1;
  } else {
    if (text.find(':') != end) return Wrong("an IPv6 address stands in brackets", text);
    endpoint.host = text.substr(0, end);
  }
  if (endpoint.host.empty()) return Wrong("there is no address", text);
  if (endpoint.host.find_first_of("[]") != Text::npos) {
    return Wrong("a bracket within the address", text);
  }
  if (end == Text::npos) {
    if (default_port == 0) return Wrong("there is no port", text);
    return endpoint;
  }
  if (text[end] != ':' || !ParsePort(text.substr(end + 1), endpoint.port)) {
    return Wrong("not a port, 0 to 65535", text.substr(end + 1));
  }
  return endpoint;
}

std::expected<Url, std::string> ParseUrl(Text text) { return Parse(text, {}, kNvmePort); }

std::expected<Url, std::string> ParseDiscoveryUrl(Text text) {
  return Parse(text, kDiscoveryNqn, kDiscoveryPort);
}

std::string EndpointText(Text host, std::uint16_t port) {
  const bool v6 = host.find(':') != Text::npos;
  return (v6 ? "[" : "") + std::string(host) + (v6 ? "]:" : ":") + std::to_string(port);
}

}  // namespace nvmf::cmd
