// The library's own controller and host as devices under test, in this process.
//
//   std::unique_ptr<ControllerDut> target = MakeBuiltinTarget();
//   std::unique_ptr<HostDut> host = MakeBuiltinHost();
//
// Only this folder knows the library above its wire structures.
//
// Errors    nullptr while the library has no such end.
// Threads   each device has threads of its own; its methods are called from one.
#ifndef CONFORMANCE_BUILTIN_BUILTIN_H_
#define CONFORMANCE_BUILTIN_BUILTIN_H_

#include <memory>

#include "conformance/script/device.h"

namespace nvmf::conformance {

std::unique_ptr<ControllerDut> MakeBuiltinTarget();
std::unique_ptr<HostDut> MakeBuiltinHost();

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_BUILTIN_H_
