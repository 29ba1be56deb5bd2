// What CRC-32C and the codec cost.
#include <algorithm>
#include <vector>

#include "bench/memory_pair.h"
#include "bench/pdu_samples.h"
#include "bench/speed.h"
#include "nvmf/base/crc32c.h"

namespace nvmf::bench {
namespace {

constexpr SliceOptions kSlices{.rounds = 201, .seconds = 0.0003};

// Hides from the optimizer what a value is, and that nobody looks at it.
void Touch(auto& value) { asm volatile("" : "+m"(value) : : "memory"); }

// The least of many slices: what the CPU does undisturbed.
double Least(auto&& op) {
  const int times = TimesFor(op, kSlices);
  double least = 1;
  for (int i = 0; i < kSlices.rounds; ++i) least = std::min(least, TimeOf(op, times));
  return least;
}

void AddCrc(Table& table) {
  double worst = 10;
  std::string at;
  for (const std::size_t bytes : {24u, 72u, 256u, 512u, 4096u, 16384u, 131072u, 1u << 20}) {
    const std::vector<std::byte> data(bytes);
    const auto time = [&](auto extend) {
      return Least([&] {
        std::uint32_t crc = extend(0, data);
        Touch(crc);
      });
    };
    double fastest = 1;
    for (const Crc32cPath& path : Crc32cPaths()) fastest = std::min(fastest, time(path.extend));
    const double speed = fastest / time(ExtendCrc32c);
    if (speed < worst) at = SizeName(bytes);
    worst = std::min(worst, speed);
  }
  table.Add("CRC-32C, 24 B to 1 MiB", ">= 0.90 x the fastest path at each size",
            Text("%.2f at %s", worst, at.c_str()), "", worst >= 0.9);
}

void AddCodec(Table& table) {
  double worst = 0;
  std::string at;
  const auto note = [&](double seconds, const std::string& what) {
    if (seconds > worst) at = what;
    worst = std::max(worst, seconds);
  };
  ForEachPdu([&](const char* name, const auto& pdu, const tcp::Framing& framing) {
    using P = std::remove_cvref_t<decltype(pdu)>;
    P value = pdu;
    auto octets = tcp::EncodePdu(value, framing);
    note(Least([&] {
           Touch(value);
           octets = tcp::EncodePdu(value, framing);
           Touch(octets);
         }),
         std::string("encode ") + name);
    note(Least([&] {
           Touch(octets);
           value = Decode<P>(octets);
           Touch(value);
         }),
         std::string("decode ") + name);
  });
  table.Add("codec, any PDU header", "<= 15 ns", Text("%.1f ns: %s", worst * 1e9, at.c_str()), "",
            worst <= 15e-9);
}

}  // namespace

void AddWordRows(Table& table) {
  AddCrc(table);
  AddCodec(table);
}

}  // namespace nvmf::bench
