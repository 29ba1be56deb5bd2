#include "conformance/wire/socket_pair.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace nvmf::conformance {

Result<std::pair<int, int>> MakeSocketPair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return std::unexpected(Error{.code = Code::kIo, .sys_errno = errno, .what = "socketpair"});
  }
  return std::pair(ends[0], ends[1]);
}

}  // namespace nvmf::conformance
