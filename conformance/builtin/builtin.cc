#include "conformance/builtin/builtin.h"

#include "conformance/builtin/builtin_host.h"

namespace nvmf::conformance {

std::unique_ptr<ControllerDut> MakeBuiltinTarget() { return nullptr; }
std::unique_ptr<HostDut> MakeBuiltinHost() { return std::make_unique<BuiltinHost>(); }

}  // namespace nvmf::conformance
