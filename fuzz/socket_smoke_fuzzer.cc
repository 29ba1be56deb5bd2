// Invariant: a target says the same to a host over a socket and over memory, octet by octet. The
// whole of what the host says waits in the socket before the target begins, then the host's end:
// one thread is enough. The slow target: the others never meet a system call.
//
// options: 0 bits 0, 1 digests
// ops:     0, 7 octets of the host
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <vector>

#include "fuzz/harness/check.h"
#include "fuzz/harness/script.h"
#include "fuzz/mutator/rules.h"
#include "nvmf/stream/memory_stream.h"
#include "nvmf/stream/socket_stream.h"
#include "nvmf/target/ram_backend.h"
#include "nvmf/target/target.h"

namespace nvmf::fuzz {

const MutatorRules kMutatorRules{.role = MutatorRules::Role::kController};

namespace {

using Vector = std::vector<std::byte>;

constexpr std::uint64_t kDisk = 64 * 512;
constexpr std::size_t kMostInput = 1024;  // So that all answers fit into a socket.

// Serve has a fresh target serve one stream, until that ends.
Error Serve(const Script& script, std::unique_ptr<Stream> stream) {
  target::Target target({.header_digest = (script.options[0] & 1) != 0,
                         .data_digest = (script.options[0] & 2) != 0,
                         .mdts_bytes = 8192,
                         .admin_entries = 32,
                         .io_entries = 16,
                         .write_buffer_bytes = 8192});
  const auto disk = std::make_shared<target::Subsystem>(
      target::SubsystemOptions{.nqn = "nqn.2026-11.org.example:disk"});
  FUZZ_CHECK(disk->AddNamespace(target::MakeNullBackend(kDisk)) == 1);
  FUZZ_CHECK(target.AddSubsystem(disk));
  return target.ServeHere(std::move(stream));
}

Vector OverMemory(const Script& script, ByteView said, Error& why) {
  auto [host, controller] = MemoryStream::Pair();
  const std::array all{said};
  FUZZ_CHECK(host->Write(all) == said.size());
  host->EndOutput();
  why = Serve(script, std::move(controller));
  Vector heard(256 * 1024);
  std::size_t n = 0;
  for (;;) {
    const auto read = host->Read({MutableBytes(heard).subspan(n), {}});
    if (!read || *read == 0) break;
    n += *read;
  }
  heard.resize(n);
  return heard;
}

Vector OverSocket(const Script& script, ByteView said, Error& why) {
  int ends[2];
  FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  FUZZ_CHECK(write(ends[0], said.data(), said.size()) == static_cast<ssize_t>(said.size()));
  FUZZ_CHECK(shutdown(ends[0], SHUT_WR) == 0);
  why = Serve(script, SocketStream::Adopt(ends[1]));
  Vector heard(256 * 1024);
  std::size_t n = 0;
  for (ssize_t read = 1; read > 0; n += static_cast<std::size_t>(read)) {
    read = recv(ends[0], heard.data() + n, heard.size() - n, MSG_DONTWAIT);
    if (read <= 0) break;
  }
  close(ends[0]);
  heard.resize(n);
  return heard;
}

}  // namespace
}  // namespace nvmf::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nvmf::fuzz;
  Script script(Octets(data, size));
  Vector said;
  for (Record record; script.Next(record);) {
    if (!record.sends() || said.size() + record.octets.size() > kMostInput) continue;
    const auto* octets = reinterpret_cast<const std::byte*>(record.octets.data());
    said.insert(said.end(), octets, octets + record.octets.size());
  }
  nvmf::Error by_memory, by_socket;
  const Vector memory = OverMemory(script, said, by_memory);
  FUZZ_CHECK(OverSocket(script, said, by_socket) == memory);
  FUZZ_CHECK(by_socket.code == by_memory.code && by_socket.violation == by_memory.violation);
  return 0;
}
