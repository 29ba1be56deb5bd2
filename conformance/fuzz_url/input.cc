#include "conformance/fuzz_url/input.h"

#include <algorithm>
#include <map>
#include <set>

#include "conformance/script/guard.h"
#include "conformance/suite/replay.h"
#include "conformance/wire/frame.h"
#include "nvmf/nvme/fabrics.h"

namespace nvmf::conformance {
namespace {

// HidesACommand looks behind the first octet for what the guard would not let out, be it taken for
// a command of an admin queue or of an I/O queue.
bool HidesACommand(ByteView octets, const Grant& grant) {
  for (std::size_t at = 1; at + tcp::CapsuleCmd::kSize <= octets.size(); ++at) {
    const bool looks = octets[at] == std::byte{0x04} && octets[at + 2] == std::byte{0x48};
    if (!looks) continue;
    const ByteView capsule = octets.subspan(at, tcp::CapsuleCmd::kSize);
    for (const std::uint16_t qid : {std::uint16_t{0}, std::uint16_t{1}}) {
      Guard guard(grant);
      (void)guard.Inspect(Compose(tcp::CapsuleCmd{.sqe = MakeConnect(qid, 32, 0, false)}, {}));
      if (guard.Inspect(capsule)) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::string> Withheld(const ExchangeFile& input, const Grant& grant) {
  if (grant.everything) return std::nullopt;
  std::map<unsigned, Guard> guards;
  for (const Record& record : input.records) {
    if (record.what != Record::What::kSent) continue;
    Guard& guard = guards.try_emplace(record.connection, grant).first->second;
    if (auto refused = guard.Inspect(record.octets)) return refused;
    if (HidesACommand(record.octets, grant)) return "its data may be taken for a command";
  }
  return std::nullopt;
}

Played Play(const ExchangeFile& input, const Bench& bench, Duration patience) {
  ReplayResult result = Replay(input, bench, patience);
  Played played{.records = std::move(result.records)};
  std::set<unsigned> connections;
  for (const Record& record : played.records) {
    if (record.what == Record::What::kSent) ++played.pdus;
    connections.insert(record.connection);
  }
  played.connections = connections.size();
  return played;
}

}  // namespace nvmf::conformance
