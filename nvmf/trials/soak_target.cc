#include "nvmf/trials/soak_target.h"

#include <signal.h>

#include <cerrno>
#include <cstdio>

#include "nvmf/cmd/memory_trim.h"
#include "nvmf/target/ram_backend.h"
#include "nvmf/target/server.h"
#include "nvmf/target/target.h"
#include "nvmf/trials/served_target.h"

namespace nvmf::trials {
namespace {

constexpr timespec kGuestStays{.tv_sec = 0, .tv_nsec = 200'000'000};

// Lets guests come and go, in turn, until one of `signals` comes.
void Entertain(target::Subsystem& subsystem, const sigset_t& signals) {
  for (std::uint32_t nsid = kFirstGuest;; nsid = nsid == kLastGuest ? kFirstGuest : nsid + 1) {
    if (!subsystem.RemoveNamespace(nsid)) {
      static_cast<void>(
          subsystem.AddNamespace(target::MakeRamBackend(kGuestBytes), {.nsid = nsid}));
    }
    if (sigtimedwait(&signals, nullptr, &kGuestStays) > 0) return;
  }
}

}  // namespace

int ServeSoakTarget(std::uint64_t octets) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  cmd::MemoryTrim trim;  // As `nvmf serve` has.
  target::Target target({.on_event = [&](const target::TargetEvent& event) { trim.Note(event); }});
  const auto subsystem =
      std::make_shared<target::Subsystem>(target::SubsystemOptions{.nqn = kTrialNqn});
  if (subsystem->AddNamespace(target::MakeRamBackend(octets)) != 1) return 1;
  target.AddSubsystem(subsystem);
  target::Server server(target);
  const Result<target::Port> port = server.Listen("127.0.0.1", 0);
  if (!port || !server.Start()) return 1;
  std::printf("listening on 127.0.0.1:%u\n", unsigned{port->trsvcid});
  std::fflush(stdout);
  Entertain(*subsystem, signals);
  server.Stop();
  target.Stop();
  return 0;
}

}  // namespace nvmf::trials
