#include "conformance/builtin/builtin.h"

#include "conformance/builtin/builtin_host.h"
#include "conformance/builtin/builtin_target.h"

namespace nvmf::conformance {

std::vector<std::unique_ptr<ControllerDut>> MakeBuiltinTargets() {
  std::vector<std::unique_ptr<ControllerDut>> targets;
  targets.push_back(std::make_unique<BuiltinTarget>(BuiltinShape{}));
  targets.push_back(
      std::make_unique<BuiltinTarget>(BuiltinShape{.name = "built-in, CPDA 7", .cpda = 7}));
  return targets;
}

std::unique_ptr<HostDut> MakeBuiltinHost() { return std::make_unique<BuiltinHost>(); }

}  // namespace nvmf::conformance
