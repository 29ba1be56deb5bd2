// Nanoseconds to encode and to decode the header of each PDU.
#include <benchmark/benchmark.h>

#include "bench/pdu_samples.h"

namespace nvmf::bench {
namespace {

template <class P>
void EncodeOne(benchmark::State& state, P pdu, tcp::Framing framing) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(pdu);
    auto octets = tcp::EncodePdu(pdu, framing);
    benchmark::DoNotOptimize(octets);
  }
}

template <class P>
void DecodeOne(benchmark::State& state, P pdu, tcp::Framing framing) {
  auto octets = tcp::EncodePdu(pdu, framing);
  for (auto _ : state) {
    benchmark::DoNotOptimize(octets);
    P same = Decode<P>(octets);
    benchmark::DoNotOptimize(same);
  }
}

const int kRegistered = [] {
  ForEachPdu([](const char* name, const auto& pdu, const tcp::Framing& framing) {
    using P = std::remove_cvref_t<decltype(pdu)>;
    const std::string pdu_name = name;
    benchmark::RegisterBenchmark(("codec/encode/" + pdu_name).c_str(), EncodeOne<P>, pdu, framing);
    benchmark::RegisterBenchmark(("codec/decode/" + pdu_name).c_str(), DecodeOne<P>, pdu, framing);
  });
  return 0;
}();

}  // namespace
}  // namespace nvmf::bench
