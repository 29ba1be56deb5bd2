#include "nvmf/trials/hostile.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "nvmf/nvme/nvm.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::trials {
namespace {

using cmd::Outcome;
using cmd::Sorry;

constexpr std::uint32_t kTrialBlock = 512;
constexpr std::uint32_t kHalfWriteBytes = 64 * 1024;

std::unexpected<std::string> SorryErrno(const char* what) {
  return Sorry(std::string(what) + ": " + std::strerror(errno));
}

// What cannot be sent at once is not sent: a hostile peer has time, a trial has not.
bool Send(const Descriptor& socket, ByteView octets) {
  return send(socket.get(), octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
         static_cast<ssize_t>(octets.size());
}

void Append(std::vector<std::byte>& all, ByteView more) {
  all.insert(all.end(), more.begin(), more.end());
}

void AppendCommand(std::vector<std::byte>& all, std::uint16_t cid, Sqe sqe, std::uint32_t octets) {
  sqe.cid = cid;
  sqe.sgl1 = {.length = octets, .type = Sgl::kTransport};
  Append(all, tcp::EncodePdu(tcp::CapsuleCmd{.sqe = sqe}, {}));
}

// Enter makes an association whose I/O queue 1 is ours octet by octet.
Outcome<Intruder> Enter(std::uint16_t port, int receive_buffer) {
  auto host = TrialHost::Connect({.port = port, .kato_ms = 3'600'000});
  if (!host) return Sorry(host.error());
  auto socket = ConnectTo(port, receive_buffer);
  if (!socket) return Sorry(socket.error());
  const int copy = fcntl(socket->get(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return SorryErrno("dup");
  // The queue pair goes; its connection stays with the socket.
  const auto queue =
      (*host)->controller().ConnectIo(SocketStream::Adopt(copy), {.qid = 1, .entries = 128});
  if (!queue) return Sorry("I/O queue", queue.error());
  return Intruder{.host = std::move(*host), .io = std::move(*socket)};
}

}  // namespace

Outcome<Descriptor> ConnectTo(std::uint16_t port, int receive_buffer) {
  Descriptor made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.valid()) return SorryErrno("socket");
  if (receive_buffer != 0) {
    setsockopt(made.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(made.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);  // For connect.
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(made.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) {
    return SorryErrno("connect");
  }
  return made;
}

Outcome<Descriptor> HalfWay(std::uint16_t port, Half half) {
  auto socket = ConnectTo(port);
  if (!socket) return socket;
  std::vector<std::byte> octets;
  Append(octets, tcp::EncodePdu(tcp::IcReq{}, {}));
  if (half == Half::kIcReq) {
    octets.resize(octets.size() / 2);
  } else {
    Sqe connect = MakeConnect(0, 32, 120'000, false);
    connect.sgl1 = {.length = ConnectData::kSize, .type = Sgl::kInCapsule};
    const auto header =
        tcp::EncodePdu(tcp::CapsuleCmd{.sqe = connect}, {.data = ConnectData::kSize});
    const bool whole = half == Half::kCapsuleData;
    Append(octets, ByteView(header).first(whole ? header.size() : header.size() / 2));
    if (whole) octets.resize(octets.size() + ConnectData::kSize / 2);
  }
  if (!Send(*socket, octets)) return SorryErrno("send");
  return socket;
}

Outcome<Intruder> HalfWrite(std::uint16_t port) {
  auto intruder = Enter(port, 0);
  if (!intruder) return intruder;
  std::vector<std::byte> octets;
  AppendCommand(octets, 1, MakeWrite(1, 0, kHalfWriteBytes / kTrialBlock), kHalfWriteBytes);
  if (!Send(intruder->io, octets)) return SorryErrno("send");
  std::array<std::byte, tcp::R2T::kSize> answer{};
  const ssize_t n = recv(intruder->io.get(), answer.data(), answer.size(), MSG_WAITALL);
  if (!std::cmp_equal(n, answer.size())) {
    return Sorry("no R2T came");
  }
  const auto r2t = Decode<tcp::R2T>(answer);
  const tcp::H2CData data{.cccid = 1, .ttag = r2t.ttag, .datao = 0, .datal = r2t.r2tl};
  octets.clear();
  Append(octets, tcp::EncodePdu(data, {.data = data.datal, .flags = tcp::kLastPdu}));
  octets.resize(octets.size() + kHalfWriteBytes / 2);
  if (!Send(intruder->io, octets)) return SorryErrno("send");
  return intruder;
}

Outcome<Intruder> ZeroWindow(std::uint16_t port, std::uint16_t reads, std::uint32_t octets) {
  constexpr int kSmallest = 2048;  // The kernel makes the best of it.
  auto intruder = Enter(port, kSmallest);
  if (!intruder) return intruder;
  std::vector<std::byte> commands;
  for (std::uint16_t cid = 1; cid <= reads; ++cid) {
    AppendCommand(commands, cid, MakeRead(1, 0, octets / kTrialBlock), octets);
  }
  if (!Send(intruder->io, commands)) return SorryErrno("send");
  return intruder;
}

bool ConnectAndReset(std::uint16_t port) {
  const auto socket = ConnectTo(port);
  if (!socket) return false;
  const linger reset{.l_onoff = 1, .l_linger = 0};
  return setsockopt(socket->get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0;
}

}  // namespace nvmf::trials
