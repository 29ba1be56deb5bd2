#include "fuzz/scene/scene.h"

#include <array>
#include <string>
#include <utility>

#include "fuzz/harness/check.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/target/ram_backend.h"

namespace nvmf::fuzz {
namespace {

using target::Subsystem;
using target::Target;

constexpr const char* kDisk = "nqn.2026-11.org.example:disk";
constexpr const char* kHosts[] = {"nqn.2026-11.org.example:host", "nqn.2026-11.org.example:other"};
constexpr std::uint64_t kBlocks[] = {0, 64, 16};
constexpr std::uint32_t kBlock[] = {0, 512, 4096};
constexpr std::uint32_t kAdminEntries = 32, kIoEntries = 16, kIoQueues = 3;
constexpr std::uint32_t kInCapsule = 2048;
constexpr std::size_t kHead = 5;  // Of a connection's record.

// The namespaces' octets outlive their subsystems: making them costs system calls.
const std::shared_ptr<target::Backend>& Backend(std::size_t nsid) {
  static const std::array<std::shared_ptr<target::Backend>, 3> backends{
      nullptr, target::MakeRamBackend(kBlocks[1] * kBlock[1]),
      target::MakeRamBackend(kBlocks[2] * kBlock[2])};
  return backends[nsid];
}

void Clear() {
  static const std::array<std::byte, kBlocks[2] * kBlock[2]> zeros{};
  for (std::size_t nsid = 1; nsid < std::size(kBlocks); ++nsid) {
    FUZZ_CHECK(Backend(nsid)->Write(0, ByteView(zeros).first(Backend(nsid)->size())).ok());
  }
}

}  // namespace

Scene::Scene(Octets input) : script_(input) {
  Guest::Forget();
  target_ = std::make_unique<Target>(Options());
  target::SubsystemOptions options{.nqn = kDisk};
  if ((script_.options[6] & 1) != 0) {
    options.allow_any_host = false;
    options.hosts = {kHosts[0]};
  }
  disk_ = std::make_shared<Subsystem>(std::move(options));
  MakeNamespaces();
  FUZZ_CHECK(target_->AddSubsystem(disk_));
}

target::TargetOptions Scene::Options() const {
  const auto& o = script_.options;
  return {.header_digest = (o[0] & 1) != 0,
          .data_digest = (o[0] & 2) != 0,
          .cpda = static_cast<std::uint8_t>(o[2] & 31),
          .maxh2cdata = 4096,
          .max_c2h_data = 128 + o[5] * 128U,
          .max_r2tl = 128 + o[4] * 128U,
          .success_flag = (o[0] & 32) == 0,
          .mdts_bytes = model::NvmModel::kMostTransfer,
          .in_capsule_bytes = (o[0] & 16) != 0 ? 0 : kInCapsule,
          .admin_entries = kAdminEntries,
          .io_entries = kIoEntries,
          .io_queues = kIoQueues,
          .static_controllers = static_cast<std::uint16_t>((o[0] & 64) != 0 ? 2 : 0),
          .io_loss_ends_association = (o[0] & 128) != 0,
          .write_buffer_bytes = model::NvmModel::kMostTransfer};
}

tcp::HostParams Scene::HostSide() const {
  const auto& o = script_.options;
  return {.header_digest = (o[0] & 1) != 0,
          .data_digest = (o[0] & 2) != 0,
          .hpda = static_cast<std::uint8_t>(o[3] & 31),
          .maxr2t = (o[2] >> 5) + 1U,
          .entries = 16,
          .receive_room = tcp::PduReceiver::kMinRoom};
}

void Scene::MakeNamespaces() {
  for (std::uint32_t nsid = 1; nsid < std::size(kBlocks); ++nsid) {
    const bool is_protected = nsid == 2 && (script_.options[6] & 2) != 0;
    const auto& backend = Backend(nsid);
    FUZZ_CHECK(disk_->AddNamespace(backend, {.nsid = nsid,
                                             .block_bytes = kBlock[nsid],
                                             .write_protected = is_protected}) == nsid);
    nvm_.namespaces[nsid] = {.present = true,
                             .is_protected = is_protected,
                             .blocks = kBlocks[nsid],
                             .block = kBlock[nsid]};
  }
}

void Scene::Play() {
  for (Record record; script_.Next(record);) Do(record, nullptr);
  FUZZ_CHECK(target_->connections() == 0 && target_->associations() == 0);
  target_->Stop();
  if (target_->counts()[target::Count::kWrite] != 0) Clear();
}

Director::Turn Scene::Continue(Guest& guest) {
  // Most scripts want a controller that runs, and do not say so.
  if ((script_.options[6] & 4) == 0 && !guest.muted()) guest.Enable();
  while (guest.Output().empty() && !guest.closed()) {
    Record record;
    if (!script_.Next(record)) {
      if (!guest.muted()) guest.Close();
      guest.Allow(Guest::kAnySize);
      continue;
    }
    if (Do(record, &guest) == Turn::kTick) return Turn::kTick;
  }
  return Turn::kReady;
}

Director::Turn Scene::Do(const Record& record, Guest* front) {
  switch (record.op) {
    case 1:
      if (front != nullptr) Chosen(record).Submit(record);
      break;
    case 2:
      Open(record);
      break;
    case 3:
      window_ = record.word(0);
      if (front != nullptr && record.octets.size() > 2) {
        front->Allow(record.at(2) == 0 ? Guest::kAnySize : (record.at(2) - 1U) * 8);
      }
      break;
    case 4:
      if (record.octets.empty()) return Turn::kTick;
      Change(record);
      break;
    case 5:
      if (front != nullptr) Chosen(record).Close();
      break;
    case 6:
      if (front != nullptr) Shorthand(record, *front);
      break;
    default:
      if (front != nullptr) front->SayRaw(record.octets);
  }
  return Turn::kReady;
}

Guest& Scene::Chosen(const Record& record) const {
  const std::size_t back = std::min<std::size_t>(record.at(0) & 3, served_.size() - 1);
  return *served_[served_.size() - 1 - back];
}

// Commands of the front guest that an engine would take long to spell.
void Scene::Shorthand(const Record& record, Guest& front) {
  static constexpr std::array<std::uint8_t, 16> kCommands[] = {
      {0, 0x01, 1, 0x80, 0, 1, 0},                          // Write one block,
      {0, 0x02, 1, 0x80, 0, 1, 0},                          // read it,
      {0, 0x05, 1, 0x80, 0, 1, 0},                          // compare it.
      {0, 0x01, 1, 0x00, 8, 2, 4, 0, 0, 0, 0, 0, 15},       // Write 16 blocks.
      {0, 0x02, 1, 0x00, 8, 2, 4, 0, 0, 0, 0, 0, 15},       // Read 16 blocks.
      {4, 0x05, 1, 0x80, 0, 1, 0},                          // Fused: compare
      {8, 0x01, 1, 0x80, 0, 3, 0},                          // and write.
      {0, 0x08, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3},           // Write Zeroes.
      {0, 0x09, 1, 0x04, 0, 9, 0, 0, 0, 0, 4},              // Dataset Management.
      {0, 0x06, 1, 0x00, 4, 0, 0},                          // Identify Namespace,
      {0, 0x06, 0, 0x00, 4, 0, 1},                          // Controller.
      {0, 0x0C},                                            // Asynchronous Event Request.
      {0, 0x09, 0, 0, 0, 0, 0x0B, 0, 0, 0, 0, 1},           // Events of namespaces, please.
      {0, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0},     // CC: reset.
      {0, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 1, 0x40},  // CC: shut down.
      {0, 0x7F, 8},                                         // Disconnect.
      {0, 0x7F, 4, 0, 0, 0, 0, 0, 0, 0, 0x1C},              // CSTS.
      {0, 0x02, 0, 0x00, 1, 0, 0x70, 0, 0xFF},              // The discovery log.
      {0, 0x02, 0, 0x00, 4, 0, 0x04, 0, 0xFF, 3},           // The changed namespaces.
      {0, 0x02, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 7},        // Read 8 blocks into the room of one.
      {0, 0x01, 1, 0x80, 0, 4, 0, 0, 0, 0, 0, 0, 7},        // Write 8 blocks, with the data of one.
      {0, 0x02, 1, 0x00, 12, 0, 0, 0, 0, 0, 0, 0, 23},      // Read more than MDTS.
      {0, 0x01, 1, 0x00, 12, 5, 0, 0, 0, 0, 0, 0, 23},      // Write more than MDTS.
  };
  std::array<std::uint8_t, 32> octets{};
  const auto& known = kCommands[record.at(0) % std::size(kCommands)];
  std::ranges::copy(known, octets.begin());
  const std::size_t extra = std::min<std::size_t>(record.octets.size(), 17);
  if (extra > 1) std::copy_n(record.octets.begin() + 1, extra - 1, octets.begin() + 16);
  front.Submit({.op = 1, .octets = Octets(octets).first(16 + (extra > 1 ? extra - 1 : 0))});
}

const Guest* Scene::Admin(std::size_t back) const {
  const Guest* found = nullptr;
  for (auto at = served_.rbegin(); at != served_.rend(); ++at) {
    if (!(*at)->admin() || !(*at)->connected()) continue;
    found = *at;
    if (back-- == 0) break;
  }
  return found;
}

// A connection's record: flags (0 I/O, 1 raw, 3:2 SUBNQN, 4 other HOSTNQN, 5 no flow control, 6 no
// KATO, 7 other HOSTID), QID, SQSIZE, CNTLID (0: the right one), which association; then pairs that
// are laid over the Connect data.
Guest::Greeting Scene::GreetingOf(const Record& record) const {
  const std::uint8_t flags = record.at(0);
  const bool io = (flags & 1) != 0;
  const Guest* admin = io ? Admin(record.at(4)) : nullptr;
  Guest::Greeting greeting;
  const auto qid = static_cast<std::uint16_t>(io ? 1 + record.at(1) % 5 : 0);
  const std::uint32_t entries = 2U + (record.at(2) == 0 ? 14 : record.at(2) % 40);
  greeting.sqe = MakeConnect(qid, entries, (flags & 64) != 0 ? 0 : 120'000, (flags & 32) != 0);
  greeting.entries = entries;
  greeting.in_capsule_bytes = !io ? 8192 : (script_.options[0] & 16) != 0 ? 0 : kInCapsule;
  greeting.data.hostid[0] = std::byte{1};
  if ((flags & 128) != 0) greeting.data.hostid[0] = std::byte{2};
  const bool chooses = (script_.options[0] & 64) != 0;
  const std::uint16_t any = chooses ? kCntlidStaticAny : kCntlidDynamic;
  greeting.data.cntlid = admin != nullptr ? admin->cntlid() : any;
  if (record.at(3) != 0) greeting.data.cntlid = record.at(3);
  static constexpr const char* kSubsystems[] = {kDisk, kDiscoveryNqn.data(),
                                                "nqn.2026-11.org.example:none", "disk"};
  const std::string subnqn(io && (flags & 12) == 0 && admin != nullptr && admin->discovery()
                               ? kSubsystems[1]
                               : kSubsystems[flags >> 2 & 3]);
  static_cast<void>(SetNqnField(greeting.data.subnqn, subnqn));
  if ((flags & 12) == 12) greeting.data.subnqn = {'d', 'i', 's', 'k'};
  static_cast<void>(SetNqnField(greeting.data.hostnqn, kHosts[flags >> 4 & 1]));
  greeting.terms = {.discovery = subnqn == kDiscoveryNqn,
                    .persistent = subnqn != kDiscoveryNqn || (flags & 64) == 0,
                    .io_queues = kIoQueues,
                    .io_entries = kIoEntries};
  FaultsOf(record, greeting);
  if (record.octets.size() <= kHead) return greeting;
  greeting.open = true;
  auto data = Encode(greeting.data);
  for (std::size_t at = kHead; at + 2 < record.octets.size(); at += 3) {
    data[record.word(at) % data.size()] = std::byte{record.octets[at + 2]};
  }
  greeting.data = Decode<ConnectData>(data);
  return greeting;
}

void Scene::FaultsOf(const Record& record, Guest::Greeting& greeting) const {
  using namespace model;
  const std::uint8_t flags = record.at(0);
  const bool io = (flags & 1) != 0;
  const bool unknown = (flags & 8) != 0 || (gone_ && !greeting.terms.discovery);
  Statuses& faults = greeting.faults;
  if ((script_.options[0] & 64) != 0) greeting.open = true;  // Static controllers may be taken.
  if (greeting.entries > (io ? kIoEntries : kAdminEntries) || unknown)
    faults.Add(kInvalidParameters);
  if (!io) {
    const bool named = (script_.options[6] & 1) != 0 && (flags & 16) != 0;
    if (named && !greeting.terms.discovery) faults.Add(kInvalidHost);
    if (record.at(3) != 0) faults.Add(kInvalidParameters);
    if ((flags & 64) != 0 && !greeting.terms.discovery) faults.Add(kKeepAliveInvalid);
    return;
  }
  const Guest* admin = Admin(record.at(4));
  if (admin == nullptr || admin->model() == nullptr || admin->greeting().open || admin->wild() ||
      admin->closed() || record.at(3) != 0 || gone_) {
    greeting.open = true;
    return;
  }
  const ConnectData& mine = admin->greeting().data;
  if (greeting.data.subnqn != mine.subnqn || greeting.data.hostnqn != mine.hostnqn ||
      greeting.data.hostid != mine.hostid) {
    faults.Add(kInvalidParameters);
  }
  const std::uint32_t qid = greeting.sqe.cdw10 >> 16;
  // Whether it is ready when this comes in depends on what lies before the admin queue.
  if (!admin->settled()) greeting.open = true;
  if (admin->discovery() || !admin->model()->ready() || qid > admin->model()->granted()) {
    faults.Add(kInvalidParameters);
  }
  for (const Guest* other : served_) {
    if (other->admin()) continue;
    if (other->wild()) greeting.open = true;
    if (!other->connected()) continue;
    if (other->controller() == admin && other->greeting().sqe.cdw10 >> 16 == qid) {
      faults.Add(kSequenceError);
    }
  }
}

void Scene::Open(const Record& record) {
  if (guests_.size() == kMostGuests || served_.size() == kMostDepth) return;
  const bool raw = (record.at(0) & 2) != 0;
  tcp::HostParams params = HostSide();
  Guest::Greeting greeting = GreetingOf(record);
  params.entries = static_cast<std::uint16_t>(greeting.entries);
  if (raw) nvm_.Distrust();
  const Guest* controller = (record.at(0) & 1) != 0 ? Admin(record.at(4)) : nullptr;
  guests_.push_back(std::make_unique<Guest>(params, std::move(greeting), nvm_, raw, controller));
  Guest& guest = *guests_.back();
  served_.push_back(&guest);
  const Error why =
      target_->ServeHere(std::make_unique<GuestStream>(*this, guest, script_.options[1], window_));
  served_.pop_back();
  guest.Ended(why);
  guest.Close();
}

void Scene::Change(const Record& record) {
  nvm_.Changed();
  const std::uint32_t nsid = 1 + (record.at(1) & 1U);
  model::NvmModel::Namespace& ns = nvm_.namespaces[nsid];
  switch (record.at(0) % 6) {
    case 0:
      FUZZ_CHECK(disk_->RemoveNamespace(nsid) == ns.present);
      ns.present = false;
      return;
    case 1: {
      const target::NamespaceOptions options{
          .nsid = nsid, .block_bytes = kBlock[nsid], .blocks = record.at(2) % (kBlocks[nsid] + 1)};
      FUZZ_CHECK((disk_->AddNamespace(Backend(nsid), options) == nsid) == !ns.present);
      if (ns.present) return;
      ns = {.present = true,
            .blocks = options.blocks == 0 ? kBlocks[nsid] : options.blocks,
            .block = kBlock[nsid]};
      return;
    }
    case 2: {
      const std::uint64_t blocks = record.at(2) % (kBlocks[nsid] + 2);
      const bool done = disk_->ResizeNamespace(nsid, blocks);
      FUZZ_CHECK(done == (ns.present && blocks <= kBlocks[nsid]));
      if (done) ns.blocks = blocks == 0 ? kBlocks[nsid] : blocks;
      return;
    }
    case 3:
      FUZZ_CHECK(disk_->ProtectNamespace(nsid, (record.at(2) & 1) != 0) == ns.present);
      if (ns.present) ns.is_protected = (record.at(2) & 1) != 0;
      return;
    case 4:
      if (ports_++ > 8) return;
      return (record.at(1) & 1) != 0 ? target_->AddPort({.trsvcid = record.at(2)})
                                     : target_->AddReferral({.trsvcid = record.at(2)});
    default:
      FUZZ_CHECK(target_->RemoveSubsystem(kDisk) == !gone_);
      gone_ = true;
  }
}

}  // namespace nvmf::fuzz
