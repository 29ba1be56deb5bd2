// Url: the address of a subsystem, nvme+tcp://host:port/SUBNQN.
//
//   ParseUrl("nvme+tcp://[::1]:4420/nqn.2014-08.org.example:a")   // host "::1", port "4420"
//
// Shapes    the port may be left out (4420); an IPv6 address stands in brackets.
// Errors    nullopt for anything else.
// Threads   pure function.
#ifndef CONFORMANCE_SUITE_URL_H_
#define CONFORMANCE_SUITE_URL_H_

#include <optional>
#include <string>
#include <string_view>

namespace nvmf::conformance {

inline constexpr std::string_view kUrlScheme = "nvme+tcp://";

struct Url {
  std::string host;
  std::string port = "4420";
  std::string subnqn;
  bool operator==(const Url&) const = default;
};

std::optional<Url> ParseUrl(std::string_view text);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_URL_H_
