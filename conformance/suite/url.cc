#include "conformance/suite/url.h"

#include <algorithm>
#include <charconv>

#include "nvmf/nvme/nqn.h"

namespace nvmf::conformance {
namespace {

bool IsPort(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= 65535;
}

}  // namespace

std::optional<Url> ParseUrl(std::string_view text) {
  if (!text.starts_with(kUrlScheme)) return std::nullopt;
  text.remove_prefix(kUrlScheme.size());
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::string_view place = text.substr(0, slash);
  Url url{.host = "", .subnqn = std::string(text.substr(slash + 1))};
  if (place.starts_with('[')) {
    const std::size_t close = place.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    url.host = place.substr(1, close - 1);
    place.remove_prefix(close + 1);
  } else {
    url.host = place.substr(0, place.find(':'));
    place.remove_prefix(url.host.size());
  }
  if (place.starts_with(':')) {
    url.port = place.substr(1);
    place = {};
  }
  const bool fits = !url.subnqn.empty() && url.subnqn.size() <= kMaxNqn;
  if (!place.empty() || url.host.empty() || !IsPort(url.port) || !fits) return std::nullopt;
  return url;
}

}  // namespace nvmf::conformance
