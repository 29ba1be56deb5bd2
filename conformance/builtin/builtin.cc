#include "conformance/builtin/builtin.h"

#include "conformance/builtin/builtin_host.h"
#include "conformance/builtin/builtin_target.h"

namespace nvmf::conformance {

std::vector<std::unique_ptr<ControllerDut>> MakeBuiltinTargets() {
  std::vector<std::unique_ptr<ControllerDut>> targets;
  targets.push_back(std::make_unique<BuiltinTarget>(BuiltinShape{}));
  BuiltinShape aligned{.name = "built-in, CPDA 7"};
  aligned.options.cpda = 7;
  targets.push_back(std::make_unique<BuiltinTarget>(aligned));
  BuiltinShape fixed{.name = "built-in, static controllers"};
  fixed.options.static_controllers = 64;
  targets.push_back(std::make_unique<BuiltinTarget>(fixed));
  return targets;
}

std::unique_ptr<HostDut> MakeBuiltinHost() { return std::make_unique<BuiltinHost>(); }

}  // namespace nvmf::conformance
