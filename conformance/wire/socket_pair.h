// MakeSocketPair returns two connected stream sockets: both ends of a connection in this process.
//
// Errors    kIo when there is no descriptor left.
// Lifetime  the caller owns both descriptors.
#ifndef CONFORMANCE_WIRE_SOCKET_PAIR_H_
#define CONFORMANCE_WIRE_SOCKET_PAIR_H_

#include <utility>

#include "nvmf/base/result.h"

namespace nvmf::conformance {

Result<std::pair<int, int>> MakeSocketPair();

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_WIRE_SOCKET_PAIR_H_
