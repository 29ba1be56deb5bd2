// The address of a subsystem, as a user writes it: nvme+tcp://host:port/SUBNQN.
//
//   std::expected<Url, std::string> url = ParseUrl("nvme+tcp://[::1]:4420/nqn.2026-11.org:x");
//
// Shapes    IPv6 addresses in brackets; without a port the one that NVMe/TCP has.
// Errors    a sentence that says what is wrong.
// Threads   pure functions.
#ifndef NVMF_CMD_URL_H_
#define NVMF_CMD_URL_H_

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace nvmf::cmd {

struct Url {
  std::string host{};
  std::uint16_t port = 0;
  std::string subnqn{};
  bool operator==(const Url&) const = default;
};

struct Endpoint {
  std::string host{};
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

// ParseEndpoint reads "host:port", "[v6]:port", and where `default_port` is not 0 "host" as well.
std::expected<Endpoint, std::string> ParseEndpoint(std::string_view text,
                                                   std::uint16_t default_port = 0);

// ParseUrl reads a URL of an NVM subsystem, ParseDiscoveryUrl one whose SUBNQN may be missing: then
// it is the well-known discovery name, and the default port that of discovery.
std::expected<Url, std::string> ParseUrl(std::string_view text);
std::expected<Url, std::string> ParseDiscoveryUrl(std::string_view text);

// EndpointText returns "host:port", with brackets where the host has colons.
std::string EndpointText(std::string_view host, std::uint16_t port);

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_URL_H_
