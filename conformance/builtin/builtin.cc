#include "conformance/builtin/builtin.h"

namespace nvmf::conformance {

std::unique_ptr<ControllerDut> MakeBuiltinTarget() { return nullptr; }
std::unique_ptr<HostDut> MakeBuiltinHost() { return nullptr; }

}  // namespace nvmf::conformance
