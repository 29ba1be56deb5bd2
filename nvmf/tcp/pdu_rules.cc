#include "nvmf/tcp/pdu_rules.h"

namespace nvmf::tcp {
namespace {

constexpr std::uint32_t kTypeAt = OffsetOf<PduHeader>("type");
constexpr std::uint32_t kFlagsAt = OffsetOf<PduHeader>("flags");
constexpr std::uint32_t kHlenAt = OffsetOf<PduHeader>("hlen");
constexpr std::uint32_t kPdoAt = OffsetOf<PduHeader>("pdo");
constexpr std::uint32_t kPlenAt = OffsetOf<PduHeader>("plen");
constexpr std::uint32_t kDigest = kDigestBytes;

using Judgement = std::expected<Judged, Violation>;

std::unexpected<Violation> BadField(std::uint32_t at) {
  return std::unexpected(Violation{Fes::kInvalidPduHeaderField, at});
}

// A TermReq is obeyed whatever the connection's phase; a malformed one ends it just the same,
// unread and unanswered.
Judged JudgeTermReq(const PduHeader& header, const PduRule& rule) {
  Judged judged{.header = header};
  judged.close_at_once =
      header.hlen != rule.hlen || header.plen < rule.hlen || header.plen - rule.hlen > kMaxTermData;
  judged.front = judged.close_at_once ? kHeaderBytes : header.plen;
  return judged;
}

// The octets after a header and its digest: their place, their end, and how many are data.
Judgement JudgePayload(Judged judged, std::uint32_t fixed, const PduRule& rule,
                       const Expectations& expect) {
  const PduHeader& header = judged.header;
  const std::uint32_t trailer = judged.ddgst ? kDigest : 0;
  if (header.pdo < fixed || header.pdo % AlignmentBytes(expect.pda) != 0 ||
      header.pdo > header.plen || trailer > header.plen - header.pdo) {
    return BadField(kPdoAt);
  }
  judged.front = header.pdo;
  judged.data = header.plen - header.pdo - trailer;
  if (rule.type == PduType::kCapsuleCmd && judged.data > expect.max_in_capsule) {
    return BadField(kPlenAt);
  }
  if (rule.type == PduType::kH2CData && judged.data > expect.max_h2c_data) {
    return std::unexpected(Violation{Fes::kLimitExceeded});
  }
  return judged;
}

}  // namespace

const PduRule* FindRule(PduType type) {
  for (const PduRule& rule : kPduRules) {
    if (rule.type == type) return &rule;
  }
  return nullptr;
}

Judgement JudgeHeader(const PduHeader& header, const Expectations& expect) {
  const PduRule* rule = FindRule(header.type);
  if (rule == nullptr || rule->sender == expect.self) return BadField(kTypeAt);
  if (rule->payload == Payload::kTerm) return JudgeTermReq(header, *rule);
  if (rule->phase != expect.phase) return std::unexpected(Violation{Fes::kPduSequenceError});

  Judged judged{.header = header, .hdgst = rule->digests && expect.header_digest};
  if (rule->digests && ((header.flags & kHdgstf) != 0) != judged.hdgst) return BadField(kFlagsAt);
  const std::uint32_t fixed = rule->hlen + (judged.hdgst ? kDigest : 0);
  const bool has_data = rule->payload != Payload::kNever && header.plen > fixed;
  judged.ddgst = has_data && expect.data_digest;
  // A PLEN that cannot be right says nothing about data: it is the field to report.
  if (rule->digests && header.plen >= fixed && ((header.flags & kDdgstf) != 0) != judged.ddgst) {
    return BadField(kFlagsAt);
  }
  if (header.hlen != rule->hlen) return BadField(kHlenAt);
  if (header.plen < fixed || (!has_data && header.plen != fixed)) return BadField(kPlenAt);
  if (has_data) return JudgePayload(judged, fixed, *rule, expect);
  judged.front = fixed;
  return judged;
}

}  // namespace nvmf::tcp
