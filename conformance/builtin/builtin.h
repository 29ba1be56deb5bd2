// The library's own controller and host as devices under test, in this process.
//
//   std::vector<std::unique_ptr<ControllerDut>> targets = MakeBuiltinTargets();
//   std::unique_ptr<HostDut> host = MakeBuiltinHost();
//
// Only this folder knows the library above its wire structures.
//
// Threads   each device has threads of its own; its methods are called from one.
#ifndef CONFORMANCE_BUILTIN_BUILTIN_H_
#define CONFORMANCE_BUILTIN_BUILTIN_H_

#include <memory>
#include <vector>

#include "conformance/script/device.h"

namespace nvmf::conformance {

// MakeBuiltinTargets returns the plain controller, then ones that offer what it does not (CPDA).
std::vector<std::unique_ptr<ControllerDut>> MakeBuiltinTargets();
std::unique_ptr<HostDut> MakeBuiltinHost();

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_BUILTIN_H_
