#include "nvmf/trials/soak_actors.h"

#include <algorithm>

#include "nvmf/host/discovery_log.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/trials/soak_target.h"

namespace nvmf::trials {
namespace {

using cmd::Outcome;
using cmd::Sorry;

constexpr std::chrono::milliseconds kTurn{500};
constexpr std::uint64_t kRegionBlocks = kRegionBytes / kSoakBlock;
constexpr std::uint32_t kGuestRead = 64 * 1024;

BlockLedger Region(std::uint64_t region, BlockLedger::Flushes flushes) {
  return BlockLedger(region * kRegionBlocks, kRegionBlocks, kSoakBlock, flushes);
}

// Tell adds what was done to the actor's count; anything but success is an error.
Outcome<> Tell(const IoTally& done, Actor* self) {
  if (self != nullptr) self->Count(done.ops() - done.failed);
  if (done.wrong() != 0) return Sorry(std::to_string(done.wrong()) + " blocks are wrong");
  if (done.failed != 0) return Sorry(std::to_string(done.failed) + " commands failed");
  return {};
}

}  // namespace

Steady::Steady(std::uint64_t region)
    : ledgers_{Region(region, BlockLedger::Flushes::kTracked),
               Region(region + 1, BlockLedger::Flushes::kTracked)} {}

Outcome<std::unique_ptr<Steady>> Steady::Begin(const TrialHostOptions& host, std::uint64_t region,
                                               std::uint32_t most_bytes) {
  std::unique_ptr<Steady> steady(new Steady(region));
  const std::uint32_t most = most_bytes / kSoakBlock;
  auto busy = BusyHost::Connect(host, steady->ledgers_,
                                {.least_blocks = 1,
                                 .most_blocks = most,
                                 .depth = std::min<std::size_t>(16, kRegionBlocks / most - 1),
                                 .fua_percent = 2,
                                 .flush_every = 100,
                                 .seed = region + 1});
  if (!busy) return Sorry(busy.error());
  steady->host_ = std::move(*busy);
  if (Outcome<> written = steady->host_->WriteAll(); !written) return Sorry(written.error());
  return steady;
}

Outcome<> Steady::Turn(Actor& self) {
  host_->Run();
  self.Rest(kTurn);
  if (Outcome<> ended = host_->Stop(); !ended) return ended;
  if (const Result<> alive = host_->host().controller().KeepAlive(); !alive) {
    return Sorry("Keep Alive", alive.error());
  }
  return Judge(&self);
}

Outcome<> Steady::Judge(Actor* self) { return Tell(host_->Take(), self); }

Outcome<> Steady::End() {
  if (Outcome<> back = host_->ReadBack(); !back) return back;
  if (Outcome<> good = Judge(nullptr); !good) return good;
  return host_->host().Close();
}

Visitor::Visitor(std::uint16_t port, std::uint64_t region)
    : port_(port),
      ledgers_{Region(region, BlockLedger::Flushes::kIgnored),
               Region(region + 1, BlockLedger::Flushes::kIgnored)},
      random_(region) {}

Outcome<> Visitor::Turn(Actor& self) {
  const std::uint64_t mood = random_();
  const std::size_t queues = 1 + (mood & 1);
  auto host = BusyHost::Connect(
      {.port = port_,
       .header_digest = (mood & 2) != 0,
       .data_digest = (mood & 4) != 0,
       .kato_ms = 10'000},
      std::span(ledgers_).first(queues),
      {.least_blocks = 1, .most_blocks = 128, .depth = 1 + mood / 8 % 32, .seed = mood});
  if (!host) return Sorry(host.error());
  (*host)->Run();
  self.Rest(std::chrono::milliseconds(1 + mood / 256 % 100));
  if (Outcome<> ended = (*host)->Stop(); !ended) return ended;
  if (Outcome<> good = Tell((*host)->Take(), &self); !good) return good;
  return mood / 65536 % 2 != 0 ? (*host)->host().Close() : Outcome<>();
}

Outcome<> ReadDiscovery(Actor& self, std::uint16_t port) {
  auto host = TrialHost::Connect({.port = port, .subnqn = std::string(kDiscoveryNqn)});
  if (!host) return Sorry(host.error());
  const Result<DiscoveryLog> log = ReadDiscoveryLog((*host)->controller());
  if (!log) return Sorry("discovery log", log.error());
  if (log->entries.empty()) return Sorry("the discovery log is empty");
  self.Count(1);
  self.Rest(std::chrono::milliseconds(50));
  return (*host)->Close();
}

Outcome<> UseGuests::Turn(Actor& self) {
  if (!host_) {
    auto host = TrialHost::Connect({.port = port_});
    if (!host) return Sorry(host.error());
    auto queue = (*host)->ConnectIo(1, 32);
    if (!queue) return Sorry(queue.error());
    host_ = std::move(*host);
    queue_.emplace(std::move(*queue));
  }
  const auto all = host_->controller().ActiveNamespaces();
  if (!all) return Sorry("active namespaces", all.error());
  if (std::ranges::count(*all, 1u) != 1) return Sorry("namespace 1 is not listed");
  std::vector<std::byte> data(kGuestRead);
  for (std::uint32_t nsid = kFirstGuest; nsid <= kLastGuest; ++nsid) {
    for (const bool write : {true, false}) {
      const std::uint32_t blocks = kGuestRead / kSoakBlock;
      const auto done = queue_->Execute(
          write ? MakeWrite(nsid, 0, blocks) : MakeRead(nsid, 0, blocks),
          write ? WriteFrom(data) : ReadInto(data), Deadline::After(std::chrono::seconds(30)));
      if (!done) return Sorry("guest", done.error());
      const StatusCode code = done->status().code();
      if (code != StatusCode::kSuccess && code != StatusCode::kInvalidField) {
        return Sorry("guest: " + done->status().Text());
      }
      self.Count(1);
    }
  }
  self.Rest(std::chrono::milliseconds(20));
  return {};
}

Outcome<> Idler::Turn(Actor& self) {
  if (!host_) {
    auto host = TrialHost::Connect({.port = port_, .kato_ms = 10'000});
    if (!host) return Sorry(host.error());
    host_ = std::move(*host);
  }
  if (const Result<> alive = host_->controller().KeepAlive(); !alive) {
    return Sorry("Keep Alive", alive.error());
  }
  self.Count(1);
  self.Rest(std::chrono::seconds(2));
  return {};
}

}  // namespace nvmf::trials
