// Answer: one thing that a peer may legally do next. Outcome: what it did, held against answers.
//
//   return host.Expect(TermReq({{Fes::kInvalidPduHeaderField, 2}}), kPass)
//       .Or(Closed(), kNonStrict, "closed without C2HTermReq");
//
// The first answer that fits gives the verdict; if none does the verdict is kFail, or kHang when
// nothing came at all.
//
// Threads   values.
#ifndef CONFORMANCE_SCRIPT_ANSWER_H_
#define CONFORMANCE_SCRIPT_ANSWER_H_

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "conformance/script/verdict.h"
#include "conformance/wire/received.h"
#include "nvmf/base/result.h"
#include "nvmf/nvme/status.h"

namespace nvmf::conformance {

struct Answer {
  std::string text;
  std::function<bool(const Event&)> fits;
};

// TermReq fits a TermReq that says any of these; AnyTermReq one that says anything.
Answer TermReq(std::initializer_list<Violation> any_of);
Answer AnyTermReq();
// TermReqFes fits by FES alone, for causes whose FEI is open.
Answer TermReqFes(std::initializer_list<Fes> any_of);

Answer Closed();   // FIN or RST, and no PDU before it.
Answer Silence();  // Nothing within the step's time.
Answer OfType(tcp::PduType type);

// Completion fits the CapsuleResp of command `cid` with one of these codes (CRD, M, DNR free).
Answer Completion(std::uint16_t cid, std::initializer_list<StatusCode> any_of);
Answer Success(std::uint16_t cid);
Answer AnyError(std::uint16_t cid);       // Any status but success.
Answer AnyCompletion(std::uint16_t cid);  // Any status.

// These fit the completion of whatever command HostPeer::Try has sent: it has looked at the CID.
Answer Says(std::initializer_list<StatusCode> any_of);
Answer SaysAnyError();
Answer SaysDone();
// SaysWith fits that code with this value in DW1:DW0.
Answer SaysWith(StatusCode code, std::uint64_t value);

class [[nodiscard]] Outcome {
 public:
  explicit Outcome(Event event) : event_(std::move(event)) {}

  Outcome& Or(const Answer& answer, VerdictKind kind, std::string_view why = "");
  operator Verdict() const;  // NOLINT: a chain of answers is a verdict.

  const Event& event() const { return event_; }

 private:
  Event event_;
  bool met_ = false;
  Verdict verdict_;
  std::string wanted_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_ANSWER_H_
