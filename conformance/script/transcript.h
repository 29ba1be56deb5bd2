// Transcript: what was said on the wire in one case, in order. The evidence of a verdict.
//
//   for (const std::string& line : transcript.Ladder()) ...     "#1 host > ICReq pfv=0 ..."
//
// Shapes    octets beyond kMaxKept are counted but not kept.
// Threads   one at a time.
#ifndef CONFORMANCE_SCRIPT_TRANSCRIPT_H_
#define CONFORMANCE_SCRIPT_TRANSCRIPT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "conformance/wire/deadline.h"
#include "conformance/wire/negotiated.h"
#include "conformance/wire/octets.h"

namespace nvmf::conformance {

struct Record {
  enum class What : std::uint8_t { kSent, kReceived, kRemark };
  What what = What::kRemark;
  unsigned connection = 0;  // Counted from 1 within the case.
  Side speaker = Side::kHost;
  Clock::time_point at = {};  // Filled in by Add.
  std::string text = {};      // The PDU or the event, for people.
  Bytes octets = {};
};

class Transcript {
 public:
  static constexpr std::size_t kMaxKept = 4u << 20;

  Transcript() = default;
  // The transcript of somebody else, as it was made.
  explicit Transcript(std::vector<Record> records) : records_(std::move(records)) {}

  // OpenConnection returns the number of a new connection.
  unsigned OpenConnection() { return ++connections_; }
  void Add(Record record);
  const std::vector<Record>& records() const { return records_; }
  std::vector<std::string> Ladder() const;
  // Teardown says how the device under test ended its connections: "C2HTermReq fes=..., close
  // (FIN)".
  std::string Teardown() const;

 private:
  std::vector<Record> records_;
  std::size_t kept_ = 0;
  unsigned connections_ = 0;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_TRANSCRIPT_H_
