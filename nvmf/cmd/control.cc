#include "nvmf/cmd/control.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace nvmf::cmd {
namespace {

std::unexpected<std::string> SorryErrno(const std::string& what) {
  return Sorry(what + ": " + std::strerror(errno));
}

std::optional<sockaddr_un> ToAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* Get(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Descriptor MakeSocket() { return Descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

// Nobody else can connect, not even between bind and chmod.
bool Bind(const Descriptor& socket, const sockaddr_un& address) {
  const mode_t before = umask(0177);
  const bool bound = bind(socket.get(), Get(address), sizeof address) == 0;
  const int error = errno;
  umask(before);
  errno = error;
  return bound;
}

bool IsDead(const sockaddr_un& address) {
  const Descriptor probe = MakeSocket();
  return connect(probe.get(), Get(address), sizeof address) != 0 && errno == ECONNREFUSED;
}

}  // namespace

Outcome<Descriptor> ListenControl(const std::string& path) {
  const auto address = ToAddress(path);
  if (!address) return Sorry("--control: a path of 1 to 107 bytes: '" + path + "'");
  Descriptor listener = MakeSocket();
  bool bound = Bind(listener, *address);
  if (!bound && errno == EADDRINUSE && IsDead(*address)) {
    unlink(path.c_str());
    bound = Bind(listener, *address);
  }
  if (!bound || listen(listener.get(), 1) != 0) return SorryErrno("--control " + path);
  return listener;
}

Outcome<Descriptor> AcceptControl(const Descriptor& listener) {
  Descriptor peer(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!peer.valid()) return SorryErrno("--control");
  return peer;
}

Outcome<Descriptor> DialControl(const std::string& path) {
  const auto address = ToAddress(path);
  if (!address) return Sorry("--takeover: a path of 1 to 107 bytes: '" + path + "'");
  Descriptor peer = MakeSocket();
  if (connect(peer.get(), Get(*address), sizeof *address) != 0) {
    return SorryErrno("--takeover " + path);
  }
  return peer;
}

}  // namespace nvmf::cmd
