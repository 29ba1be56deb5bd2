#include "conformance/suite/profile.h"

#include <algorithm>
#include <initializer_list>

#include "conformance/suite/rules.h"

namespace nvmf::conformance {
namespace {

bool IsOf(const Case& test, std::initializer_list<std::string_view> groups) {
  return std::ranges::any_of(groups, [&](std::string_view g) { return test.id.starts_with(g); });
}

int TierOf(const Case& test) {
  const Rule* rule = FindRule(test.rule());
  return rule == nullptr ? 0 : rule->tier();
}

bool IsSmoke(const Case& test) { return test.effects == kSafe && TierOf(test) == 1; }
bool IsDiscovery(const Case& test) { return IsOf(test, {"DISC-", "DISCH-"}); }
bool IsIo(const Case& test) {
  return IsOf(test, {"IO-", "IOH-", "FLOW-", "FLOWH-", "TCP-ICD-", "TCP-SGL-", "TCP-R2T-",
                     "TCP-R2TH-", "TCP-H2C-", "TCP-C2H-", "TCP-C2HH-"});
}
bool IsHost(const Case& test) { return test.role() == Role::kHost; }
bool IsRobustness(const Case& test) {
  return std::ranges::any_of(test.rules(), [](std::string_view id) {
    const Rule* rule = FindRule(id);
    return rule != nullptr && rule->tier() == 3;
  });
}
bool IsDigest(const Case& test) { return IsOf(test, {"DG-", "DGH-"}); }

constexpr Profile kProfiles[] = {
    {"smoke", "tier 1, nothing but well-formed requests that change nothing", IsSmoke},
    {"discovery", "discovery controllers, and hosts that read their logs", IsDiscovery},
    {"io", "commands of I/O queues and their data", IsIo},
    {"host", "hosts on trial", IsHost},
    {"robustness", "tier 3: what no text demands and every device should bear", IsRobustness},
    {"digest", "header and data digests", IsDigest},
};

}  // namespace

std::span<const Profile> Profiles() { return kProfiles; }

const Profile* FindProfile(std::string_view name) {
  const auto* found = std::ranges::find(kProfiles, name, &Profile::name);
  return found == std::end(kProfiles) ? nullptr : found;
}

}  // namespace nvmf::conformance
