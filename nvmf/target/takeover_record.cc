#include "nvmf/target/takeover_record.h"

#include <algorithm>

#include "nvmf/handoff/record_reader.h"
#include "nvmf/target/options_field.h"

namespace nvmf::target {
namespace {

struct TargetHead {
  static constexpr std::size_t kSize = 32 + OptionsField::kSize;
  std::uint64_t generation = 0;
  std::uint32_t ports = 0;
  std::uint32_t referrals = 0;
  std::uint32_t backends = 0;
  std::uint32_t subsystems = 0;
  std::uint32_t listeners = 0;
  OptionsField options{};
  static constexpr void Fields(auto& head, auto&& at) {
    at(0, "generation", head.generation), at(8, "ports", head.ports);
    at(12, "referrals", head.referrals), at(16, "backends", head.backends);
    at(20, "subsystems", head.subsystems), at(24, "listeners", head.listeners);
    at(32, "options", head.options);
  }
};
static_assert(LayoutIsSound<TargetHead>());

struct SubsystemHead {
  static constexpr std::size_t kSize = 336;
  NqnField nqn{};
  std::array<char, 20> serial{};
  std::array<char, 40> model{};
  std::array<char, 8> firmware{};
  std::uint8_t allow_any_host = 0;
  std::uint32_t hosts = 0;
  std::uint32_t namespaces = 0;
  static constexpr void Fields(auto& head, auto&& at) {
    at(0, "nqn", head.nqn), at(256, "serial", head.serial), at(276, "model", head.model);
    at(316, "firmware", head.firmware), at(324, "allow_any_host", head.allow_any_host);
    at(328, "hosts", head.hosts), at(332, "namespaces", head.namespaces);
  }
};
static_assert(LayoutIsSound<SubsystemHead>());

struct HostField {
  static constexpr std::size_t kSize = kNqnFieldSize;
  NqnField nqn{};
  static constexpr void Fields(auto& host, auto&& at) { at(0, "nqn", host.nqn); }
};

// What hosts are shown is cut to the field's size anyway.
void SetCut(std::span<char> field, std::string_view text) {
  static_cast<void>(SetText(field, text.substr(0, field.size()), '\0'));
}

void AppendSubsystem(const SubsystemRecord& subsystem, std::vector<std::byte>& body) {
  const SubsystemOptions& options = subsystem.options;
  SubsystemHead head{.allow_any_host = options.allow_any_host,
                     .hosts = static_cast<std::uint32_t>(options.hosts.size()),
                     .namespaces = static_cast<std::uint32_t>(subsystem.namespaces.size())};
  SetCut(head.nqn, options.nqn);
  SetCut(head.serial, options.serial);
  SetCut(head.model, options.model);
  SetCut(head.firmware, options.firmware);
  Append(body, Encode(head));
  for (const std::string& host : options.hosts) {
    HostField field;
    SetCut(field.nqn, host);
    Append(body, Encode(field));
  }
  for (const NamespaceField& ns : subsystem.namespaces) Append(body, Encode(ns));
}

SubsystemRecord TakeSubsystem(RecordReader& reader) {
  const auto head = reader.Take<SubsystemHead>();
  SubsystemRecord subsystem{.options = {.nqn = std::string(Text(head.nqn)),
                                        .serial = std::string(Text(head.serial)),
                                        .model = std::string(Text(head.model)),
                                        .firmware = std::string(Text(head.firmware)),
                                        .allow_any_host = head.allow_any_host != 0}};
  for (std::uint32_t i = 0; i < head.hosts && !reader.failed(); ++i) {
    subsystem.options.hosts.emplace_back(Text(reader.Take<HostField>().nqn));
  }
  for (std::uint32_t i = 0; i < head.namespaces && !reader.failed(); ++i) {
    subsystem.namespaces.push_back(reader.Take<NamespaceField>());
  }
  return subsystem;
}

std::vector<Port> TakePorts(RecordReader& reader, std::uint32_t count) {
  std::vector<Port> ports;
  for (std::uint32_t i = 0; i < count && !reader.failed(); ++i) {
    ports.push_back(FromField(reader.Take<PortField>()));
  }
  return ports;
}

struct QueueHead {
  static constexpr std::size_t kSize = 8;
  std::uint8_t has_association = 0;
  static constexpr void Fields(auto& head, auto&& at) {
    at(0, "has_association", head.has_association);
  }
};

}  // namespace

std::vector<std::byte> EncodeTarget(const TargetRecord& record) {
  const TargetHead head{.generation = record.generation,
                        .ports = static_cast<std::uint32_t>(record.ports.size()),
                        .referrals = static_cast<std::uint32_t>(record.referrals.size()),
                        .backends = static_cast<std::uint32_t>(record.backends.size()),
                        .subsystems = static_cast<std::uint32_t>(record.subsystems.size()),
                        .listeners = record.listeners,
                        .options = ToField(record.options)};
  std::vector<std::byte> body;
  Append(body, Encode(head));
  for (const Port& port : record.ports) Append(body, Encode(ToField(port)));
  for (const Port& port : record.referrals) Append(body, Encode(ToField(port)));
  for (const BackendField& backend : record.backends) Append(body, Encode(backend));
  for (const SubsystemRecord& subsystem : record.subsystems) AppendSubsystem(subsystem, body);
  return body;
}

Result<TargetRecord> DecodeTarget(ByteView body) {
  RecordReader reader(body);
  const auto head = reader.Take<TargetHead>();
  auto options = FromField(head.options);
  if (!options) return Fail(Code::kInvalidArgument, "takeover: options that no target has");
  TargetRecord record{.options = std::move(*options),
                      .generation = head.generation,
                      .ports = TakePorts(reader, head.ports),
                      .referrals = TakePorts(reader, head.referrals),
                      .listeners = head.listeners};
  for (std::uint32_t i = 0; i < head.backends && !reader.failed(); ++i) {
    record.backends.push_back(reader.Take<BackendField>());
  }
  for (std::uint32_t i = 0; i < head.subsystems && !reader.failed(); ++i) {
    record.subsystems.push_back(TakeSubsystem(reader));
  }
  if (!reader.done()) return Fail(Code::kInvalidArgument, "takeover: lengths that do not add up");
  return record;
}

std::vector<std::byte> EncodeQueue(const QueueRecord& record) {
  std::vector<std::byte> body;
  Append(body, Encode(QueueHead{.has_association = record.association.has_value()}));
  if (record.association) Append(body, Encode(*record.association));
  Append(body, EncodeRecord(record.queue));
  return body;
}

Result<QueueRecord> DecodeQueue(ByteView body) {
  RecordReader reader(body);
  QueueRecord record;
  if (reader.Take<QueueHead>().has_association != 0) {
    record.association = reader.Take<AssociationState>();
  }
  Result<HandoffRecord> queue = DecodeRecord(reader.TakeRest());
  if (!queue) return std::unexpected(queue.error());
  record.queue = std::move(*queue);
  return record;
}

}  // namespace nvmf::target
