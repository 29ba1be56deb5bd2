// Words that the cases share: FES values and FEI offsets in the order of the headers.
//
//   return host.ExpectFatal({{kField, kAtHlen}});
//
// Source    NVMe/TCP, "Transport Fatal Error Status"; the offsets are those of the PDUs' fields.
#ifndef CONFORMANCE_CASES_WORDS_H_
#define CONFORMANCE_CASES_WORDS_H_

#include <optional>
#include <string>
#include <utility>

#include "conformance/suite/case.h"
#include "conformance/wire/pdu_text.h"
#include "nvmf/base/result.h"

namespace nvmf::conformance {

inline constexpr Fes kField = Fes::kInvalidPduHeaderField;
inline constexpr Fes kSequence = Fes::kPduSequenceError;
inline constexpr Fes kHeaderDigest = Fes::kHeaderDigestError;
inline constexpr Fes kRange = Fes::kDataTransferOutOfRange;
inline constexpr Fes kLimit = Fes::kLimitExceeded;
inline constexpr Fes kUnsupported = Fes::kUnsupportedParameter;

inline constexpr std::uint32_t kAtType = 0;
inline constexpr std::uint32_t kAtFlags = 1;
inline constexpr std::uint32_t kAtHlen = 2;
inline constexpr std::uint32_t kAtPdo = 3;
inline constexpr std::uint32_t kAtPlen = 4;
inline constexpr std::uint32_t kAtPfv = 8;
inline constexpr std::uint32_t kAtPda = 10;  // HPDA, CPDA
inline constexpr std::uint32_t kAtDgst = 11;
inline constexpr std::uint32_t kAtCccid = 8;
inline constexpr std::uint32_t kAtTtag = 10;
inline constexpr std::uint32_t kAtDatao = 12;
inline constexpr std::uint32_t kAtDatal = 16;

// Bad returns `verdict` unless it is a pass: if (auto bad = Bad(step)) return *bad;
inline std::optional<Verdict> Bad(const Verdict& verdict) {
  if (verdict.kind == kPass) return std::nullopt;
  return verdict;
}

// Holds is a pass if `holds`, else a failure that says `otherwise`.
inline Verdict Holds(bool holds, std::string otherwise) {
  return holds ? Pass() : Verdict{kFail, std::move(otherwise)};
}

// Untried is a SKIP when the guard keeps the command back.
inline std::optional<Verdict> Untried(const HostPeer& host, const Sqe& sqe) {
  const auto forbidden = host.Forbidden(sqe);
  if (!forbidden) return std::nullopt;
  return Verdict{kSkip, "guard: " + *forbidden};
}

// Page decodes the front of what a command brought.
template <WireStruct T>
T Page(const Bytes& data) {
  return Decode<T>(ByteView(data).first<T::kSize>());
}

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_CASES_WORDS_H_
