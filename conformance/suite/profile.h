// Profiles are named selections: @smoke, @io, ...
//
//   const Profile* profile = FindProfile("smoke");
//   if (profile != nullptr && profile->Has(test)) ...
//
// Threads   safe.
#ifndef CONFORMANCE_SUITE_PROFILE_H_
#define CONFORMANCE_SUITE_PROFILE_H_

#include <span>
#include <string_view>

#include "conformance/suite/case.h"

namespace nvmf::conformance {

struct Profile {
  std::string_view name;
  std::string_view about;
  bool (*has)(const Case& test);
  bool Has(const Case& test) const { return has(test); }
};

std::span<const Profile> Profiles();
const Profile* FindProfile(std::string_view name);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_PROFILE_H_
