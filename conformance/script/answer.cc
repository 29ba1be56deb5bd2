#include "conformance/script/answer.h"

#include <algorithm>
#include <vector>

#include "conformance/wire/pdu_text.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

bool IsTermReq(const Event& event) {
  return event.Is(PduType::kC2HTermReq) || event.Is(PduType::kH2CTermReq);
}

// Both TermReqs have one layout.
tcp::TermReq AsTermReq(const Event& event) { return event.pdu.As<tcp::C2HTermReq>(); }

Cqe CqeOf(const Event& event) { return event.pdu.As<tcp::CapsuleResp>().cqe; }

bool IsResponse(const Event& event, std::uint16_t cid) {
  return event.Is(PduType::kCapsuleResp) && CqeOf(event).cid == cid;
}

StatusCode CodeOf(const Event& event) { return CqeOf(event).status().code(); }

void Join(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

std::string FesText(Fes fes) { return "FES " + Hex(static_cast<std::uint16_t>(fes), 2); }

}  // namespace

Answer TermReq(std::initializer_list<Violation> any_of) {
  std::string text;
  for (const Violation& v : any_of) Join(text, FesText(v.fes) + " FEI " + Hex(v.fei));
  return {"TermReq (" + text + ")", [all = std::vector(any_of)](const Event& event) {
            if (!IsTermReq(event)) return false;
            const tcp::TermReq said = AsTermReq(event);
            return std::ranges::any_of(all, [&](const Violation& v) {
              return said.fes == static_cast<std::uint16_t>(v.fes) && said.fei == v.fei;
            });
          }};
}

Answer TermReqFes(std::initializer_list<Fes> any_of) {
  std::string text;
  for (const Fes fes : any_of) Join(text, FesText(fes));
  return {"TermReq (" + text + ")", [all = std::vector(any_of)](const Event& event) {
            return IsTermReq(event) && std::ranges::any_of(all, [&](Fes fes) {
                     return AsTermReq(event).fes == static_cast<std::uint16_t>(fes);
                   });
          }};
}

Answer AnyTermReq() { return {"TermReq", IsTermReq}; }

Answer Closed() {
  return {"close", [](const Event& event) { return event.ended() && event.pdu.bytes.empty(); }};
}

Answer Silence() {
  return {"nothing", [](const Event& event) {
            return event.kind == Event::Kind::kSilence && event.pdu.bytes.empty();
          }};
}

Answer OfType(PduType type) {
  return {tcp::PduTypeName(type), [type](const Event& event) { return event.Is(type); }};
}

Answer Completion(std::uint16_t cid, std::initializer_list<StatusCode> any_of) {
  Answer says = Says(any_of);
  return {says.text, [cid, fits = std::move(says.fits)](const Event& event) {
            return IsResponse(event, cid) && fits(event);
          }};
}

Answer Success(std::uint16_t cid) { return Completion(cid, {StatusCode::kSuccess}); }

Answer AnyError(std::uint16_t cid) {
  return {"CapsuleResp (any error)", [cid](const Event& event) {
            return IsResponse(event, cid) && CodeOf(event) != StatusCode::kSuccess;
          }};
}

Answer AnyCompletion(std::uint16_t cid) {
  return {"CapsuleResp", [cid](const Event& event) { return IsResponse(event, cid); }};
}

Answer Says(std::initializer_list<StatusCode> any_of) {
  std::string text;
  for (const StatusCode code : any_of) Join(text, Status(code).Text());
  return {"CapsuleResp (" + text + ")", [all = std::vector(any_of)](const Event& event) {
            return event.Is(PduType::kCapsuleResp) &&
                   std::ranges::find(all, CodeOf(event)) != all.end();
          }};
}

Answer SaysAnyError() {
  return {"CapsuleResp (any error)", [](const Event& event) {
            return event.Is(PduType::kCapsuleResp) && CodeOf(event) != StatusCode::kSuccess;
          }};
}

Answer SaysDone() { return Says({StatusCode::kSuccess}); }

Answer SaysWith(StatusCode code, std::uint64_t value) {
  return {"CapsuleResp (" + Status(code).Text() + ", DW1:DW0 " + Hex(value) + ")",
          [=](const Event& event) {
            return event.Is(PduType::kCapsuleResp) && CodeOf(event) == code &&
                   CqeOf(event).value() == value;
          }};
}

Outcome& Outcome::Or(const Answer& answer, VerdictKind kind, std::string_view why) {
  if (!wanted_.empty()) wanted_ += ", or ";
  wanted_ += answer.text;
  if (met_ || !answer.fits(event_)) return *this;
  met_ = true;
  verdict_ = {kind, std::string(why)};
  if (kind != kPass && why.empty()) verdict_.message = "answered with " + event_.Text();
  return *this;
}

Outcome::operator Verdict() const {
  if (met_) return verdict_;
  const bool silent = event_.kind == Event::Kind::kSilence;
  return {silent ? kHang : kFail, "expected " + wanted_ + "; came " + event_.Text()};
}

}  // namespace nvmf::conformance
