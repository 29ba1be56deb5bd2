#include "bench/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <initializer_list>

#include "bench/check.h"

namespace nvmf::bench {
namespace {

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Sockets MakeTcp() {
  sockaddr_in address = Loopback(0);
  socklen_t length = sizeof(address);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Check(bind(listener, any, length) == 0 && listen(listener, 1) == 0, "listen");
  Check(getsockname(listener, any, &length) == 0, "getsockname");
  const int host = ConnectLoopback(ntohs(address.sin_port));
  const Sockets sockets{host, accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)};
  Check(sockets.controller >= 0, "accept");
  close(listener);
  const int on = 1;
  for (const int fd : {sockets.host, sockets.controller}) {
    Check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0, "TCP_NODELAY");
  }
  return sockets;
}

const cpu_set_t& AllCpus() {
  static const cpu_set_t kAll = [] {
    cpu_set_t all;
    Check(sched_getaffinity(0, sizeof(all), &all) == 0, "sched_getaffinity");
    return all;
  }();
  return kAll;
}

}  // namespace

Sockets MakeSockets(Link link) {
  if (link == Link::kTcp) return MakeTcp();
  int ends[2];
  Check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
  return {ends[0], ends[1]};
}

int ConnectLoopback(std::uint16_t port) {
  const sockaddr_in address = Loopback(port);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Check(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0, "connect");
  return fd;
}

void PinTo(int nth) {
  cpu_set_t wanted = AllCpus();
  if (nth >= 0) {
    CPU_ZERO(&wanted);
    int left = nth % Cores();
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &AllCpus()) && left-- == 0) CPU_SET(cpu, &wanted);
    }
  }
  Check(sched_setaffinity(0, sizeof(wanted), &wanted) == 0, "sched_setaffinity");
}

int Cores() { return CPU_COUNT(&AllCpus()); }

}  // namespace nvmf::bench
