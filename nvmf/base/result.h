// How the library says that something went wrong. Three planes, never mixed:
//
//   1. our caller's mistake            Code::kInvalidArgument; the object is unharmed
//   2. the transport broke             any other Code; the connection is dead, and stays so
//   3. a command failed                a Status in a completion (nvmf/nvme/status.h), not an Error
//
// Shapes    Error is a small copyable value; copying it allocates nothing.
// Errors    kBusy, kTimeout and kInvalidArgument leave an object usable.
// Threads   values.
#ifndef NVMF_BASE_RESULT_H_
#define NVMF_BASE_RESULT_H_

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace nvmf {

// Fes is the Fatal Error Status of a TermReq PDU. (NVMe/TCP, "H2CTermReq PDU")
enum class Fes : std::uint16_t {
  kInvalidPduHeaderField = 1,
  kPduSequenceError = 2,
  kHeaderDigestError = 3,
  kDataTransferOutOfRange = 4,
  kLimitExceeded = 5,  // C2HTermReq: Data Transfer Limit; H2CTermReq: R2T Limit.
  kUnsupportedParameter = 6,
};

// FesName returns the specification's words for `fes`, "reserved" for other values.
const char* FesName(Fes fes);

// Violation says how a peer broke the transport's rules, in the words of a TermReq.
struct Violation {
  Fes fes;
  std::uint32_t fei = 0;  // Octet offset of the bad field, or the digest received, or 0.
  bool operator==(const Violation&) const = default;
};

enum class Code : std::uint8_t {
  kInvalidArgument,   // The caller broke a precondition; nothing happened.
  kBusy,              // No room now (submission queue full); try again after a completion.
  kTimeout,           // The deadline passed; what was begun goes on.
  kPeerViolation,     // The peer broke the transport's rules; `violation` is what we answer.
  kTerminatedByPeer,  // The peer sent a TermReq; `violation` is what it said, if it was well
                      // formed.
  kRefused,           // The peer said no to a compound operation; `status` is its completion's.
  kClosed,            // The stream ended.
  kIo,                // The stream broke; `sys_errno` says how.
  kDataDigest,        // Data arrived damaged (reported where there is no completion to carry it).
  kUnsupported,       // This build or platform has no such door.
};

const char* CodeName(Code code);

struct [[nodiscard]] Error {
  Code code;
  std::optional<Violation> violation = std::nullopt;
  std::uint16_t status = 0;  // kRefused: the status field of the completion that said no.
  std::uint32_t dw0 = 0;     // kRefused: DW0 of that completion (Connect: IPO and IATTR).
  int sys_errno = 0;         // kIo.
  const char* what = "";     // Static text.

  // Message returns all of it as one line for people. It allocates.
  std::string Message() const;
};

template <class T = void>
using Result = std::expected<T, Error>;

// Fail makes the unexpected value of an Error.
inline std::unexpected<Error> Fail(Code code, const char* what) {
  return std::unexpected(Error{.code = code, .what = what});
}

}  // namespace nvmf

#endif  // NVMF_BASE_RESULT_H_
