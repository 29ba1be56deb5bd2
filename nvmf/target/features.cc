#include "nvmf/target/features.h"

#include <algorithm>

namespace nvmf::target {
namespace {

constexpr std::uint32_t kPowerState = 0x1F;  // PS of Power Management: there is only state 0.
constexpr std::uint32_t kDulbe = 1u << 16;   // Of Error Recovery: not supported.
constexpr std::uint32_t kHotKelvins = 343;   // 70 degrees Celsius.
constexpr std::uint16_t kTemperatureMask = 0xFFFF;

// TemperatureSlot returns 0 for over, 1 for under; 2 for a sensor or a kind that there is not.
std::size_t TemperatureSlot(std::uint32_t cdw11) {
  const std::uint32_t sensor = Bits(cdw11, 16, 4);  // TMPSEL: 0 composite, Fh all (Set).
  const std::uint32_t kind = Bits(cdw11, 20, 2);    // THSEL
  return (sensor == 0 || sensor == 0xF) && kind < 2 ? kind : 2;
}

}  // namespace

Features::Features(ControllerState& controller, std::uint16_t most_io_queues, bool caches)
    : controller_(controller), most_io_queues_(most_io_queues), caches_(caches) {
  Reset();
}

void Features::Reset() {
  values_ = {};
  values_.temperature[0] = kHotKelvins;
  // Hosts of discovery controllers want to hear of changes without asking.
  if (controller_.identity().discovery()) values_.async_events = kAsyncEventDiscovery;
  controller_.SetWriteCache(true);
  controller_.Grant(most_io_queues_);
}

void Features::Restore(const FeatureValues& values) {
  values_ = values;
  controller_.SetWriteCache((values.write_cache & 1) != 0);
}

std::uint32_t Features::DataFromHost(Feature fid) {
  return fid == Feature::kHostBehaviorSupport ? HostBehavior::kSize : 0;
}

auto Features::Word(auto& values, Feature fid) const -> decltype(&values.arbitration) {
  if (fid == Feature::kAsyncEventConfiguration) return &values.async_events;
  if (controller_.identity().discovery()) return nullptr;
  switch (fid) {
    case Feature::kArbitration:
      return &values.arbitration;
    case Feature::kPowerManagement:
      return &values.power;
    case Feature::kErrorRecovery:
      return &values.error_recovery;
    case Feature::kVolatileWriteCache:
      return caches_ ? &values.write_cache : nullptr;
    default:
      return nullptr;
  }
}

Answer Features::Set(const FeaturesCmd& cmd, ByteView data) {
  if ((cmd.sv & FeaturesCmd::kSv) != 0) return Refused(StatusCode::kFeatureNotSaveable);
  if (std::uint32_t* word = Word(values_, cmd.fid)) {
    if (cmd.fid == Feature::kPowerManagement && (cmd.cdw11 & kPowerState) != 0) {
      return Refused(StatusCode::kInvalidField);
    }
    if (cmd.fid == Feature::kErrorRecovery && (cmd.cdw11 & kDulbe) != 0) {
      return Refused(StatusCode::kInvalidField);
    }
    *word = cmd.cdw11;
    if (word == &values_.write_cache) controller_.SetWriteCache((cmd.cdw11 & 1) != 0);
    return {};
  }
  if (controller_.identity().discovery()) return Refused(StatusCode::kInvalidField);
  switch (cmd.fid) {
    case Feature::kTemperatureThreshold:
      return SetTemperature(cmd.cdw11);
    case Feature::kNumberOfQueues:
      return SetNumberOfQueues(cmd.cdw11);
    case Feature::kHostBehaviorSupport:
      values_.host_behavior = Decode<HostBehavior>(data.first<HostBehavior::kSize>());
      return {};
    case Feature::kHostIdentifier:
      return Refused(StatusCode::kCommandSequenceError);
    default:
      return Refused(StatusCode::kInvalidField);
  }
}

Answer Features::Get(const FeaturesCmd& cmd, std::span<std::byte, 4096> page) const {
  if ((std::to_underlying(cmd.sel) & 7) != 0) return Refused(StatusCode::kInvalidField);
  if (const std::uint32_t* word = Word(values_, cmd.fid)) return {.dw0 = *word};
  if (controller_.identity().discovery()) return Refused(StatusCode::kInvalidField);
  switch (cmd.fid) {
    case Feature::kTemperatureThreshold: {
      const std::size_t slot = TemperatureSlot(cmd.cdw11);
      if (slot == 2) return Refused(StatusCode::kInvalidField);
      return {.dw0 = values_.temperature[slot]};
    }
    case Feature::kNumberOfQueues: {
      const std::uint32_t granted = controller_.granted();
      return {.dw0 = QueueCounts{.submission = granted, .completion = granted}.ToDword()};
    }
    case Feature::kHostBehaviorSupport:
      EncodeInto<HostBehavior>(page.first<HostBehavior::kSize>(), values_.host_behavior);
      return {.data = page.first<HostBehavior::kSize>()};
    case Feature::kHostIdentifier: {
      if ((cmd.cdw11 & kHostIdExhid) == 0) return Refused(StatusCode::kInvalidField);
      const HostId& hostid = controller_.identity().hostid;
      std::ranges::copy(hostid, page.begin());
      return {.data = page.first(hostid.size())};
    }
    default:
      return Refused(StatusCode::kInvalidField);
  }
}

Answer Features::SetNumberOfQueues(std::uint32_t cdw11) {
  const auto asked = QueueCounts::FromDword(cdw11);
  if (!asked) return Refused(StatusCode::kInvalidField);
  if (controller_.has_io_queues()) return Refused(StatusCode::kCommandSequenceError);
  const std::uint32_t granted =
      std::min({asked->submission, asked->completion, std::uint32_t{most_io_queues_}});
  controller_.Grant(static_cast<std::uint16_t>(granted));
  return {.dw0 = QueueCounts{.submission = granted, .completion = granted}.ToDword()};
}

Answer Features::SetTemperature(std::uint32_t cdw11) {
  const std::size_t slot = TemperatureSlot(cdw11);
  if (slot == 2) return Refused(StatusCode::kInvalidField);
  values_.temperature[slot] = cdw11 & kTemperatureMask;
  return {};
}

}  // namespace nvmf::target
