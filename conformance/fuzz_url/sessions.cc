#include "conformance/fuzz_url/sessions.h"

#include "conformance/script/host_peer.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

constexpr std::uint8_t kBothDigests = tcp::kDgstHeader | tcp::kDgstData;

void SpeakAdmin(HostPeer& host) {
  host.Enable();
  host.PropertyGet(Cap::kOffset, Cap::kWidth);
  host.Run(HostPeer::IdentifyCommand());
  host.Run(HostPeer::LogCommand(LogPage::kErrorInformation, 64));
  host.Run(MakeGetFeatures(Feature::kNumberOfQueues));
  host.Submit(MakeAsyncEventRequest());
  host.Run(MakeAbort(0, 0x7777));
  host.Run(MakeKeepAlive());
}

void SpeakAdminWithDigests(HostPeer& host) {
  host.Enable({.dgst = kBothDigests});
  host.Run(HostPeer::IdentifyCommand());
  host.PropertyGet(Csts::kOffset, Csts::kWidth);
}

void SpeakDiscovery(HostPeer& host) {
  host.ConnectAdmin({}, {.subnqn = std::string(kDiscoveryNqn)});
  host.Enable();
  host.Run(HostPeer::LogCommand(LogPage::kDiscovery, 1024));
}

void SpeakShutdown(HostPeer& host) {
  host.Enable();
  host.Run(MakePropertySet(Cc::kOffset, Cc::kWidth, Cc::Enable().with_shn(Shn::kNormal).raw));
  host.Run(MakePropertySet(Cc::kOffset, Cc::kWidth, Cc::Enable().with_en(false).raw));
}

void Reads(HostPeer& admin, const tcp::IcReq& ic) {
  HostPeer io = admin.OpenIo(ic);
  const std::uint32_t block = io.claims().block;
  io.Read(block);
  io.Start(io.ReadCommand(4 * block));
  io.Finish(io.Start(io.ReadCommand(block, 1)));
  io.Run(MakeFlush(io.claims().nsid));
}
void SpeakReads(HostPeer& admin) { Reads(admin, {}); }
void SpeakReadsWithDigests(HostPeer& admin) { Reads(admin, {.dgst = kBothDigests}); }

void Writes(HostPeer& admin, const tcp::IcReq& ic) {
  HostPeer io = admin.OpenIo(ic);
  const OpenWrite write = io.OpenAWrite();
  const std::uint32_t half = write.r2t.r2tl / 2 / 4 * 4;
  io.SendData(write, 0, half);
  io.FinishWrite(write, half);
  const std::uint32_t block = io.claims().block;
  if (io.claims().in_capsule >= block) {
    io.Run(io.WriteCommand(block, 0, Sgl::kInCapsule), Pattern(block, 3));
  }
}
void SpeakWrites(HostPeer& admin) { Writes(admin, {}); }
void SpeakWritesWithDigests(HostPeer& admin) { Writes(admin, {.dgst = kBothDigests}); }

struct Session {
  const char* name;
  void (*speak)(HostPeer& host);
  NeedSet needs = {};
  bool writes = false;
};

constexpr NeedSet kDigests = Need::kHeaderDigest | Need::kDataDigest;

constexpr Session kSessions[] = {
    {"admin", SpeakAdmin},
    {"admin with digests", SpeakAdminWithDigests, kDigests},
    {"discovery", SpeakDiscovery},
    {"shutdown", SpeakShutdown},
    {"reads", SpeakReads, Need::kIoQueue},
    {"reads with digests", SpeakReadsWithDigests, kDigests | Need::kIoQueue},
    {"writes", SpeakWrites, Need::kIoQueue, true},
    {"writes with digests", SpeakWritesWithDigests, kDigests | Need::kIoQueue, true},
};

}  // namespace

std::vector<ExchangeFile> RecordSessions(const Bench& bench) {
  std::vector<ExchangeFile> all;
  for (const Session& session : kSessions) {
    if (bench.claims.Missing(session.needs)) continue;
    if (session.writes && !bench.grant.may_write()) continue;
    ControllerTrial trial(bench);
    try {
      HostPeer host = HostPeer::Dial(trial);
      session.speak(host);
    } catch (const Unmet&) {
      continue;
    }
    all.push_back({.id = session.name, .verdict = "", .records = trial.transcript().records()});
  }
  return all;
}

}  // namespace nvmf::conformance
