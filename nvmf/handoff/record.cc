#include "nvmf/handoff/record.h"

#include "nvmf/base/crc32c.h"
#include "nvmf/handoff/record_reader.h"

namespace nvmf {
namespace {

enum class Side : std::uint8_t { kHost = 1, kController = 2 };

// What both ends have of a connection's state.
struct WireState {
  static constexpr std::size_t kSize = 48;
  Side side = Side::kHost;
  std::uint8_t digests = 0;  // Bit 0 header, bit 1 data: as DGST.
  std::uint8_t hpda = 0;
  std::uint8_t cpda = 0;
  std::uint64_t maxr2t = 0;
  std::uint32_t maxh2cdata = 0;
  std::uint16_t entries = 0;
  std::uint16_t sq_head = 0;
  std::uint16_t generation = 0;  // Of a host's CIDs.
  std::uint8_t flow_control = 0;
  std::uint32_t in_capsule_bytes = 0;
  std::uint32_t commands = 0;
  std::uint32_t unread = 0;  // Octets.
  static constexpr void Fields(auto& state, auto&& at) {
    at(0, "side", state.side), at(1, "digests", state.digests), at(2, "hpda", state.hpda);
    at(3, "cpda", state.cpda), at(8, "maxr2t", state.maxr2t);
    at(16, "maxh2cdata", state.maxh2cdata), at(20, "entries", state.entries);
    at(22, "sq_head", state.sq_head), at(24, "generation", state.generation);
    at(26, "flow_control", state.flow_control);
    at(28, "in_capsule_bytes", state.in_capsule_bytes), at(32, "commands", state.commands);
    at(36, "unread", state.unread);
  }
};
static_assert(LayoutIsSound<WireState>());

struct Head {
  static constexpr std::size_t kSize = 24 + WireState::kSize + HandoffIdentity::kSize;
  static constexpr std::size_t kChecked = 24;  // The CRC covers all from here on.
  static constexpr std::array<char, 8> kMagic{'N', 'V', 'M', 'F', 'G', 'I', 'V', 'E'};
  std::array<char, 8> magic = kMagic;
  std::uint16_t version = kHandoffVersion;
  std::uint32_t length = 0;  // Of the whole record, octets.
  std::uint32_t crc = 0;     // CRC-32C.
  WireState state{};
  HandoffIdentity identity{};
  static constexpr void Fields(auto& head, auto&& at) {
    at(0, "magic", head.magic), at(8, "version", head.version), at(12, "length", head.length);
    at(16, "crc", head.crc), at(24, "state", head.state);
    at(24 + WireState::kSize, "identity", head.identity);
  }
};
static_assert(LayoutIsSound<Head>());

struct CommandHead {
  static constexpr std::size_t kSize = 72;
  std::uint32_t data = 0;  // Octets that follow.
  Sqe sqe{};
  static constexpr void Fields(auto& command, auto&& at) {
    at(0, "data", command.data), at(8, "sqe", command.sqe);
  }
};
static_assert(LayoutIsSound<CommandHead>());

template <class State>
WireState Common(const State& state) {
  const tcp::Negotiated& negotiated = state.negotiated;
  const int digests = (negotiated.header_digest ? 1 : 0) | (negotiated.data_digest ? 2 : 0);
  return {.digests = static_cast<std::uint8_t>(digests),
          .hpda = negotiated.hpda,
          .cpda = negotiated.cpda,
          .maxr2t = negotiated.maxr2t,
          .maxh2cdata = negotiated.maxh2cdata,
          .entries = state.entries,
          .sq_head = state.sq_head,
          .flow_control = state.flow_control,
          .in_capsule_bytes = state.in_capsule_bytes,
          .unread = static_cast<std::uint32_t>(state.unread.size())};
}

template <class State>
State FromCommon(const WireState& wire) {
  State state;
  state.negotiated = {.header_digest = (wire.digests & 1) != 0,
                      .data_digest = (wire.digests & 2) != 0,
                      .hpda = wire.hpda,
                      .cpda = wire.cpda,
                      .maxr2t = wire.maxr2t,
                      .maxh2cdata = wire.maxh2cdata};
  state.entries = wire.entries;
  state.sq_head = wire.sq_head;
  state.flow_control = wire.flow_control != 0;
  state.in_capsule_bytes = wire.in_capsule_bytes;
  return state;
}

std::vector<std::byte> ToVector(ByteView octets) { return {octets.begin(), octets.end()}; }

bool ReadCommands(RecordReader& reader, std::uint32_t count, tcp::ControllerState& state) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto head = reader.Take<CommandHead>();
    const ByteView data = reader.Take(head.data);
    if (reader.failed()) return false;
    state.commands.push_back({.sqe = head.sqe, .data = ToVector(data)});
  }
  return true;
}

}  // namespace

std::vector<std::byte> EncodeRecord(const HandoffRecord& record) {
  std::vector<std::byte> octets(Head::kSize);
  Head head{.identity = record.identity};
  if (const auto* host = std::get_if<tcp::HostState>(&record.state)) {
    head.state = Common(*host);
    head.state.generation = host->generation;
    Append(octets, host->unread);
  } else {
    const auto& controller = std::get<tcp::ControllerState>(record.state);
    head.state = Common(controller);
    head.state.side = Side::kController;
    head.state.commands = static_cast<std::uint32_t>(controller.commands.size());
    for (const auto& command : controller.commands) {
      const CommandHead front{.data = static_cast<std::uint32_t>(command.data.size()),
                              .sqe = command.sqe};
      Append(octets, Encode(front));
      Append(octets, command.data);
    }
    Append(octets, controller.unread);
  }
  head.length = static_cast<std::uint32_t>(octets.size());
  const auto store = [&] {
    EncodeInto(std::span<std::byte, Head::kSize>(octets.data(), Head::kSize), head);
  };
  store();
  head.crc = Crc32c(ByteView(octets).subspan(Head::kChecked));
  store();
  return octets;
}

Result<HandoffRecord> DecodeRecord(ByteView octets) {
  if (octets.size() < Head::kSize) return Fail(Code::kInvalidArgument, "hand-off: cut record");
  const auto head = Decode<Head>(octets.first<Head::kSize>());
  if (head.magic != Head::kMagic) return Fail(Code::kInvalidArgument, "hand-off: not a record");
  if (head.version != kHandoffVersion) {
    return Fail(Code::kInvalidArgument, "hand-off: a record of another version");
  }
  if (head.length != octets.size() || octets.size() > kMaxRecord) {
    return Fail(Code::kInvalidArgument, "hand-off: cut record");
  }
  if (head.crc != Crc32c(octets.subspan(Head::kChecked))) {
    return Fail(Code::kInvalidArgument, "hand-off: altered record");
  }
  HandoffRecord record{.identity = head.identity};
  RecordReader reader(octets.subspan(Head::kSize));
  if (head.state.side == Side::kHost) {
    auto state = FromCommon<tcp::HostState>(head.state);
    state.generation = head.state.generation;
    state.unread = ToVector(reader.Take(head.state.unread));
    record.state = std::move(state);
  } else if (head.state.side == Side::kController) {
    auto state = FromCommon<tcp::ControllerState>(head.state);
    if (!ReadCommands(reader, head.state.commands, state)) {
      return Fail(Code::kInvalidArgument, "hand-off: commands that are not there");
    }
    state.unread = ToVector(reader.Take(head.state.unread));
    record.state = std::move(state);
  } else {
    return Fail(Code::kInvalidArgument, "hand-off: neither host nor controller");
  }
  if (!reader.done()) return Fail(Code::kInvalidArgument, "hand-off: lengths that do not add up");
  return record;
}

}  // namespace nvmf
