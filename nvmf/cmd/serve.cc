#include "nvmf/cmd/serve.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "nvmf/cmd/control.h"
#include "nvmf/cmd/memory_trim.h"
#include "nvmf/cmd/metrics.h"
#include "nvmf/cmd/metrics_server.h"
#include "nvmf/cmd/printable.h"
#include "nvmf/cmd/url.h"
#include "nvmf/target/file_backend.h"
#include "nvmf/target/ram_backend.h"
#include "nvmf/target/server.h"
#include "nvmf/target/takeover.h"
#include "nvmf/target/target.h"

namespace nvmf::cmd {
namespace {

using target::Backend;
using target::Port;
using target::Subsystem;
using target::TargetEvent;

// Says one line at a time, whichever thread has it.
void Say(const std::string& line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

std::string Why(const Error& error) {
  return error.code == Code::kClosed ? "" : ": " + error.Message();
}

void SayEvent(const TargetEvent& event) {
  const std::string controller = "controller " + std::to_string(event.cntlid);
  const std::string queue = controller + " queue " + std::to_string(event.qid);
  const std::string whose = Printable(event.hostnqn) + " to " + Printable(event.subnqn);
  switch (event.kind) {
    case TargetEvent::Kind::kAssociation:
      return Say(controller + " connected, " + whose);
    case TargetEvent::Kind::kQueue:
      return Say(queue + " connected");
    case TargetEvent::Kind::kRefused:
      return Say("refused with " + event.status.Text() + ", " + whose);
    case TargetEvent::Kind::kQueueEnded:
      return Say(queue + " ended" + Why(event.error));
    case TargetEvent::Kind::kEnded:
      return Say(controller + " ended" + Why(event.error));
    case TargetEvent::Kind::kHandshake:
      return Say("no association" + Why(event.error));
  }
}

Outcome<std::shared_ptr<Backend>> MakeBackend(const ServedNamespace& ns,
                                              const ServeOptions& options) {
  switch (ns.kind) {
    case ServedNamespace::Kind::kNull:
      return target::MakeNullBackend(ns.bytes);
    case ServedNamespace::Kind::kRam: {
      auto ram = target::MakeRamBackend(ns.bytes);
      if (!ram) return Sorry("--ram: there is not as much memory");
      return ram;
    }
    case ServedNamespace::Kind::kFile: {
      auto file = target::OpenFileBackend(
          ns.path, {.read_only = options.read_only, .direct = options.direct});
      if (!file) return Sorry(ns.path, file.error());
      return std::move(*file);
    }
  }
  return Sorry("no such backend");
}

Outcome<std::shared_ptr<Subsystem>> MakeSubsystem(const ServedSubsystem& served,
                                                  const ServeOptions& options) {
  auto subsystem =
      std::make_shared<Subsystem>(target::SubsystemOptions{.nqn = served.nqn,
                                                           .serial = options.serial,
                                                           .model = options.model,
                                                           .allow_any_host = served.hosts.empty(),
                                                           .hosts = served.hosts});
  for (const ServedNamespace& ns : served.namespaces) {
    auto backend = MakeBackend(ns, options);
    if (!backend) return Sorry(backend.error());
    const std::uint32_t nsid = subsystem->AddNamespace(
        std::move(*backend),
        {.block_bytes = options.block_bytes, .write_protected = options.read_only});
    if (nsid == 0) {
      return Sorry(served.nqn + ": a namespace needs at least one block, of 512 to 65536 bytes");
    }
  }
  return subsystem;
}

Port ToPort(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return {.adrfam = v6 ? AdrFam::kIpv6 : AdrFam::kIpv4,
          .traddr = endpoint.host,
          .trsvcid = endpoint.port};
}

// The file appears whole: a reader never sees half a number.
Outcome<> WritePortFile(const std::string& path, std::uint16_t port) {
  const std::string part = path + ".part";
  std::FILE* file = std::fopen(part.c_str(), "w");
  bool good = file != nullptr && std::fprintf(file, "%u\n", unsigned{port}) > 0;
  if (file != nullptr && std::fclose(file) != 0) good = false;
  if (good && std::rename(part.c_str(), path.c_str()) == 0) return {};
  return Sorry(path + ": " + std::strerror(errno));
}

Outcome<> AddAll(target::Target& target, const ServeOptions& options) {
  for (const ServedSubsystem& served : options.subsystems) {
    auto subsystem = MakeSubsystem(served, options);
    if (!subsystem) return Sorry(subsystem.error());
    if (!target.AddSubsystem(std::move(*subsystem))) {
      return Sorry("--subsystem: not an NVMe qualified name, or given twice: '" + served.nqn + "'");
    }
  }
  for (const std::string& referral : options.referrals) {
    const auto endpoint = ParseEndpoint(referral, kDiscoveryPort);
    if (!endpoint) return Sorry("--referral: " + endpoint.error());
    target.AddReferral(ToPort(*endpoint));
  }
  return {};
}

Outcome<> ListenAll(target::Server& server, const ServeOptions& options) {
  std::uint16_t first = 0;
  for (const std::string& where : options.listen) {
    const auto endpoint = ParseEndpoint(where);
    if (!endpoint) return Sorry("--listen: " + endpoint.error());
    const Result<Port> port = server.Listen(endpoint->host, endpoint->port);
    if (!port) return Sorry("--listen " + where, port.error());
    Say("listening on " + EndpointText(port->traddr, port->trsvcid));
    if (first == 0) first = port->trsvcid;
  }
  return options.port_file.empty() ? Outcome<>() : WritePortFile(options.port_file, first);
}

// None unless they were asked for.
Outcome<std::unique_ptr<MetricsServer>> ServeMetrics(const ServeOptions& options,
                                                     const MetricsServer::Text& text) {
  if (options.metrics.empty()) return nullptr;
  const auto endpoint = ParseEndpoint(options.metrics);
  if (!endpoint) return Sorry("--metrics: " + endpoint.error());
  auto server = MetricsServer::Start(*endpoint, text);
  // The process that we took over from may need a moment to let go of the address.
  const Deadline deadline = Deadline::After(std::chrono::seconds(options.takeover.empty() ? 0 : 5));
  while (!server && !deadline.passed()) {
    Pause(std::chrono::milliseconds(50), deadline);
    server = MetricsServer::Start(*endpoint, text);
  }
  if (!server) return Sorry("--metrics " + server.error());
  Say("metrics at http://" + EndpointText(endpoint->host, (*server)->port()) + "/metrics");
  return server;
}

using OnEvent = std::function<void(const TargetEvent&)>;

// What this process serves. The control socket comes first: it is closed last.
struct Serving {
  Descriptor control{};
  std::unique_ptr<target::Target> target{};
  std::unique_ptr<target::Server> server{};
};

Outcome<Serving> Begin(const ServeOptions& options, OnEvent on_event) {
  target::TargetOptions settings = options.target;
  settings.on_event = std::move(on_event);
  Serving serving{.target = std::make_unique<target::Target>(settings)};
  if (Outcome<> added = AddAll(*serving.target, options); !added) return Sorry(added.error());
  serving.server = std::make_unique<target::Server>(*serving.target);
  if (!options.control.empty()) {
    auto control = ListenControl(options.control);
    if (!control) return Sorry(control.error());
    serving.control = std::move(*control);
  }
  // The socket takes connections as soon as it listens; they are served from Start on.
  if (Outcome<> all = ListenAll(*serving.server, options); !all) return Sorry(all.error());
  return serving;
}

std::string Because(const Error& error, const std::string& reason) {
  return error.Message() + (reason.empty() ? "" : " (" + reason + ")");
}

Outcome<Serving> TakeOver(const ServeOptions& options, OnEvent on_event) {
  auto peer = DialControl(options.takeover);
  if (!peer) return Sorry(peer.error());
  DescriptorChannel channel(std::move(*peer));
  std::string reason;
  auto taken = target::TakeTarget(channel, std::move(on_event), {}, reason);
  if (!taken)
    return Sorry("--takeover " + options.takeover + ": " + Because(taken.error(), reason));
  Say("took over " + std::to_string(taken->queues) + " queue pairs");
  return Serving{.control = std::move(taken->control),
                 .target = std::move(taken->target),
                 .server = std::move(taken->server)};
}

// True when a successor has everything.
bool GiveAway(Serving& serving) {
  auto peer = AcceptControl(serving.control);
  if (!peer) return false;
  DescriptorChannel channel(std::move(*peer));
  std::string reason;
  const auto given =
      target::GiveTarget(channel, *serving.server, serving.control.get(), {}, reason);
  if (!given) {
    Say("no takeover: " + Because(given.error(), reason));
    return false;
  }
  const double ms = std::chrono::duration<double, std::milli>(given->paused).count();
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f", ms);
  Say("gave " + std::to_string(given->queues) + " queue pairs, paused " + text.data() + " ms");
  return true;
}

// Serves until a signal or a successor comes. True: a successor has everything.
Outcome<bool> ServeOn(Serving& serving, const sigset_t& signals, bool quiet) {
  const Descriptor signal(signalfd(-1, &signals, SFD_CLOEXEC));
  if (!signal.valid()) return Sorry(std::string("signalfd: ") + std::strerror(errno));
  for (;;) {
    std::array<pollfd, 2> waiting{
        pollfd{.fd = signal.get(), .events = POLLIN, .revents = 0},
        pollfd{.fd = serving.control.get(), .events = POLLIN, .revents = 0}};
    if (poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return false;
    if (waiting[0].revents != 0) {
      signalfd_siginfo got{};
      if (read(signal.get(), &got, sizeof got) != sizeof got || got.ssi_signo != SIGHUP) {
        return false;
      }
      if (serving.target->Rescan() && !quiet) Say("namespaces have changed");
    }
    if (waiting[1].revents != 0 && GiveAway(serving)) return true;
  }
}

}  // namespace

Outcome<> RunServe(const ServeOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // For the threads to come as well.

  MemoryTrim trim;
  Metrics metrics;
  const OnEvent on_event = [&](const TargetEvent& event) {
    trim.Note(event);
    metrics.Note(event);
    if (!options.quiet) SayEvent(event);
  };
  const bool takes = !options.takeover.empty();
  auto serving = takes ? TakeOver(options, on_event) : Begin(options, on_event);
  if (!serving) return Sorry(serving.error());
  const Result<> started = serving->server->Start();
  if (!started) return Sorry("serve", started.error());
  const target::Target& target = *serving->target;
  const auto numbers = ServeMetrics(options, [&] { return metrics.Text(target); });
  if (!numbers && !takes) return Sorry(numbers.error());
  if (!numbers) Say(numbers.error());  // Hosts matter more than numbers.
  const Outcome<bool> given = ServeOn(*serving, signals, options.quiet);
  if (!given) return Sorry(given.error());
  if (*given) return {};
  serving->server->Stop();
  serving->target->Stop();
  const std::string& path = takes ? options.takeover : options.control;
  if (serving->control.valid()) unlink(path.c_str());
  if (!options.quiet) Say("stopped");
  return {};
}

}  // namespace nvmf::cmd
