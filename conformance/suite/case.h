// Case: one thing that the suite can put on trial.
//
//   constexpr Case kCases[] = {
//       {"TCP-IC-10/hlen-127", "An ICReq of HLEN 127 is a fatal header error", HlenIsFatal<127>},
//       {"TCP-C2H-01/identify", "...", IdentifyArrives, kSafe},
//       {"TCP-C2H-02/read", "...", ReadArrives, kSafe, Need::kIoQueue},
//   };
//
// An id is the rule and a slug, and is never renumbered. The script decides who is on trial: one
// that takes a HostPeer tries a controller, one that takes a HostTrial tries a host.
//
// Threads   values.
#ifndef CONFORMANCE_SUITE_CASE_H_
#define CONFORMANCE_SUITE_CASE_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "conformance/script/claims.h"
#include "conformance/script/controller_peer.h"
#include "conformance/script/host_peer.h"
#include "conformance/script/verdict.h"

namespace nvmf::conformance {

enum class Role : std::uint8_t { kController, kHost };

constexpr std::string_view RoleName(Role role) {
  return role == Role::kController ? "controller" : "host";
}

// Effects is what a case may do to the device.
enum class Effects : std::uint8_t {
  kSafe,         // Well-formed PDUs that change nothing.
  kDisruptive,   // Malformed PDUs, resets; the controller may give up associations.
  kDestructive,  // Writes to a namespace, and perhaps malformed PDUs too.
};

using enum Effects;

constexpr std::string_view EffectsName(Effects effects) {
  constexpr std::array<std::string_view, 3> kNames = {"safe", "disruptive", "destructive"};
  return kNames[std::to_underlying(effects)];
}

using ControllerScript = Verdict (*)(HostPeer& host);
using HostScript = Verdict (*)(HostTrial& trial);

inline constexpr bool kSetUpOnTrial = true;

struct Case {
  std::string_view id;
  std::string_view title;  // What is to be seen, as a sentence.
  std::variant<ControllerScript, HostScript> script = ControllerScript{};
  Effects effects = kDisruptive;
  NeedSet needs = {};
  // kSetUpOnTrial: the way to the point of the case is on trial too: a set-up that fails is a FAIL,
  // not BLOCKED.
  bool set_up_on_trial = false;
  std::array<std::string_view, 3> also_shows = {};  // Rules beside the one in the id.

  constexpr std::string_view rule() const { return id.substr(0, id.find('/')); }
  constexpr Role role() const {
    return std::holds_alternative<ControllerScript>(script) ? Role::kController : Role::kHost;
  }
  std::vector<std::string_view> rules() const {
    std::vector<std::string_view> all = {rule()};
    for (const std::string_view rule : also_shows) {
      if (!rule.empty()) all.push_back(rule);
    }
    return all;
  }
  bool Shows(std::string_view rule_id) const {
    for (const std::string_view rule : rules()) {
      if (rule == rule_id) return true;
    }
    return false;
  }
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_CASE_H_
