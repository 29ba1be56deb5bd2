#include "conformance/script/judge.h"

#include <algorithm>
#include <string>

#include "conformance/wire/pdu_text.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

class Judge {
 public:
  Judge(const Received& pdu, const Negotiated& negotiated) : pdu_(pdu), negotiated_(negotiated) {}

  void Demand(bool holds, std::string_view rule, std::string text, VerdictKind otherwise = kFail) {
    if (!holds) flaws_.push_back({rule, otherwise, std::move(text)});
  }

  // Field demands that a header field has one value.
  void Field(const char* name, std::uint64_t is, std::uint64_t should, std::string_view rule) {
    Demand(is == should, rule,
           std::string(tcp::PduTypeName(header().type)) + ' ' + name + " is " + std::to_string(is) +
               ", should be " + std::to_string(should));
  }

  void Reserved(std::size_t from, std::size_t to, std::string_view rule) {
    const ByteView bytes(pdu_.bytes);
    for (std::size_t i = from; i < std::min(to, bytes.size()); ++i) {
      if (bytes[i] == std::byte{0}) continue;
      Demand(false, rule, "reserved octet " + std::to_string(i) + " is not zero");
      return;
    }
  }

  // NoDigest: PDUs of a kind that never carries one.
  void Bare(std::uint64_t hlen, std::uint64_t least, std::uint64_t most, std::string_view rule) {
    Field("FLAGS", header().flags, 0, rule);
    Field("HLEN", header().hlen, hlen, rule);
    Field("PDO", header().pdo, 0, rule);
    Demand(header().plen >= least && header().plen <= most, rule,
           "PLEN " + std::to_string(header().plen) + " is out of range");
  }

  // HeaderDigest demands HDGSTF and a right digest if negotiated, and neither if not.
  void HeaderDigest(std::string_view on, std::string_view off) {
    const bool flag = (header().flags & tcp::kHdgstf) != 0;
    if (!negotiated_.header_digest) return Demand(!flag, off, "HDGSTF set, not negotiated");
    Demand(flag, on, "HDGSTF clear, negotiated");
    Demand(pdu_.hdgst && pdu_.hdgst->right(), on, "header digest wrong or missing");
  }

  void DataDigest(std::string_view on, std::string_view off) {
    const bool flag = (header().flags & tcp::kDdgstf) != 0;
    if (!negotiated_.data_digest) return Demand(!flag, off, "DDGSTF set, not negotiated");
    if (pdu_.payload().empty()) return Demand(!flag, on, "DDGSTF set on a PDU without data");
    Demand(flag, on, "DDGSTF clear, negotiated");
    Demand(pdu_.ddgst && pdu_.ddgst->right(), on, "data digest wrong or missing");
  }

  // PlainLength: PDUs without data.
  void PlainLength(std::size_t hlen, std::string_view rule) {
    Field("HLEN", header().hlen, hlen, rule);
    Field("PDO", header().pdo, 0, rule);
    Field("PLEN", header().plen, hlen + hdgst_bytes(), rule);
  }

  // DataPlace: PDUs with data begin it on the receiver's alignment, behind the header.
  void DataPlace(std::size_t hlen, std::uint8_t pda, std::string_view rule) {
    const std::size_t alignment = tcp::AlignmentBytes(pda);
    const std::size_t least = hlen + hdgst_bytes();
    const std::string pdo = "PDO " + std::to_string(header().pdo);
    Demand(header().pdo % alignment == 0, rule,
           pdo + " is not a multiple of " + std::to_string(alignment));
    Demand(header().pdo >= least, rule, pdo + " points into the header");
    Demand(header().pdo <= least + tcp::kMaxAlignment, rule, pdo + " leaves too much padding");
  }

  // DataLength: DATAL is a multiple of 4 and all that PLEN leaves.
  void DataLength(std::uint32_t datal, std::string_view rule) {
    Demand(datal % 4 == 0, rule, "DATAL " + std::to_string(datal) + " is not a multiple of 4");
    const std::uint64_t ddgst = negotiated_.data_digest && datal != 0 ? tcp::kDigestBytes : 0;
    Demand(header().plen == header().pdo + std::uint64_t{datal} + ddgst, rule,
           "PLEN " + std::to_string(header().plen) + " is not PDO + DATAL + digest");
  }

  bool flag(std::uint8_t bit) const { return (header().flags & bit) != 0; }
  const tcp::PduHeader& header() const { return pdu_.header; }
  const Received& pdu() const { return pdu_; }
  const Negotiated& negotiated() const { return negotiated_; }
  std::vector<Observation> flaws() && { return std::move(flaws_); }

 private:
  std::size_t hdgst_bytes() const { return negotiated_.header_digest ? tcp::kDigestBytes : 0; }

  const Received& pdu_;
  const Negotiated& negotiated_;
  std::vector<Observation> flaws_;
};

void JudgeTermReq(Judge& judge, std::string_view form, std::string_view digests,
                  std::string_view codes) {
  const auto said = judge.pdu().As<tcp::C2HTermReq>();
  const bool digest_flags = judge.flag(tcp::kHdgstf) || judge.flag(tcp::kDdgstf);
  judge.Demand(!digest_flags, digests, "a TermReq with a digest flag");
  judge.Bare(tcp::C2HTermReq::kSize, 24, 152, form);
  judge.Reserved(14, 24, form);
  judge.Demand(said.fes >= 1 && said.fes <= 6, codes, "FES " + Hex(said.fes, 2) + " is reserved");
  const bool no_fei = said.fes == 2 || said.fes == 4 || said.fes == 5;
  judge.Demand(!no_fei || said.fei == 0, codes,
               "FES " + Hex(said.fes, 2) + " comes with FEI " + Hex(said.fei));
}

void JudgeIcResp(Judge& judge) {
  const auto said = judge.pdu().As<tcp::IcResp>();
  judge.Bare(tcp::IcResp::kSize, 128, 128, "TCP-IC-01");
  judge.Field("PFV", said.pfv, 0, "TCP-IC-01");
  judge.Demand(said.cpda <= 31, "TCP-IC-03", "CPDA " + std::to_string(said.cpda) + " is above 31");
  judge.Demand((said.dgst & 0xFC) == 0, "TCP-IC-03", "reserved bits of DGST are set");
  judge.Reserved(16, 128, "TCP-IC-03");
  const std::uint8_t unasked = said.dgst & ~judge.negotiated().asked_dgst & 3;
  judge.Demand(unasked == 0, "TCP-IC-04", "DGST grants a digest that was not asked for");
  judge.Demand(said.maxh2cdata != 0 && said.maxh2cdata % 4 == 0, "TCP-IC-05",
               "MAXH2CDATA " + std::to_string(said.maxh2cdata) + " is not a multiple of 4 above 0");
  judge.Demand(said.maxh2cdata >= 4096, "TCP-IC-06",
               "MAXH2CDATA " + std::to_string(said.maxh2cdata) + " is below 4096", kNonStrict);
}

void JudgeCapsuleResp(Judge& judge) {
  const Cqe cqe = judge.pdu().As<tcp::CapsuleResp>().cqe;
  judge.PlainLength(tcp::CapsuleResp::kSize, "TCP-RSP-01");
  judge.Demand((judge.header().flags & 0xFE) == 0, "TCP-RSP-01", "FLAGS bits above 0 are set");
  judge.Demand(cqe.sqid == 0, "TCP-RSP-03", "SQID is " + std::to_string(cqe.sqid), kNonStrict);
  judge.Demand((cqe.status_field & 1) == 0, "TCP-RSP-03", "the Phase bit is set");
  judge.HeaderDigest("DG-01", "DG-03");
}

void JudgeC2HData(Judge& judge) {
  const bool success = judge.flag(tcp::kSuccess);
  judge.Field("HLEN", judge.header().hlen, tcp::C2HData::kSize, "TCP-C2H-01");
  judge.Demand((judge.header().flags & 0xF0) == 0, "TCP-C2H-01", "reserved FLAGS bits are set");
  judge.Reserved(10, 12, "TCP-C2H-01");
  judge.Reserved(20, 24, "TCP-C2H-01");
  judge.DataLength(judge.pdu().As<tcp::C2HData>().datal, "TCP-C2H-03");
  judge.Demand(!success || judge.flag(tcp::kLastPdu), "TCP-C2H-05", "SUCCESS without LAST_PDU");
  judge.Demand(!success || !judge.negotiated().flow_control, "TCP-C2H-06",
               "SUCCESS on a queue with SQ flow control");
  judge.DataPlace(tcp::C2HData::kSize, judge.negotiated().hpda, "TCP-C2H-08");
  judge.HeaderDigest("DG-01", "DG-03");
  judge.DataDigest("DG-02", "DG-03");
}

void JudgeR2T(Judge& judge) {
  const auto said = judge.pdu().As<tcp::R2T>();
  judge.PlainLength(tcp::R2T::kSize, "TCP-R2T-01");
  judge.Demand((judge.header().flags & 0xFE) == 0, "TCP-R2T-01", "FLAGS bits above 0 are set");
  judge.Reserved(20, 24, "TCP-R2T-01");
  judge.Demand(said.r2to % 4 == 0 && said.r2tl % 4 == 0, "TCP-R2T-04",
               "R2TO or R2TL is not a multiple of 4");
  judge.Demand(said.r2tl != 0, "TCP-R2T-04", "R2TL is 0");
  judge.HeaderDigest("DG-01", "DG-03");
}

void JudgeIcReq(Judge& judge) {
  const auto said = judge.pdu().As<tcp::IcReq>();
  judge.Bare(tcp::IcReq::kSize, 128, 128, "TCP-ICH-01");
  judge.Field("PFV", said.pfv, 0, "TCP-ICH-01");
  judge.Demand(said.hpda <= 31, "TCP-ICH-01", "HPDA is above 31");
  judge.Demand((said.dgst & 0xFC) == 0, "TCP-ICH-01", "reserved bits of DGST are set");
  judge.Reserved(16, 128, "TCP-ICH-01");
}

void JudgeCapsuleCmd(Judge& judge) {
  const bool data = judge.header().pdo != 0;
  judge.Field("HLEN", judge.header().hlen, tcp::CapsuleCmd::kSize, "TCP-ICH-02");
  if (data) judge.DataPlace(tcp::CapsuleCmd::kSize, judge.negotiated().cpda, "TCP-ICH-06");
  if (!data) judge.PlainLength(tcp::CapsuleCmd::kSize, "TCP-ICH-02");
  judge.HeaderDigest("DGH-01", "DGH-01");
  judge.DataDigest("DGH-01", "DGH-01");
}

void JudgeH2CData(Judge& judge) {
  const auto said = judge.pdu().As<tcp::H2CData>();
  judge.Field("HLEN", judge.header().hlen, tcp::H2CData::kSize, "TCP-R2TH-02");
  judge.Reserved(20, 24, "TCP-R2TH-02");
  judge.DataLength(said.datal, "TCP-R2TH-02");
  judge.Demand(said.datal <= judge.negotiated().maxh2cdata, "TCP-R2TH-02",
               "DATAL is above MAXH2CDATA");
  judge.Demand(said.datao % 4 == 0, "TCP-R2TH-02", "DATAO is not a multiple of 4");
  judge.DataPlace(tcp::H2CData::kSize, judge.negotiated().cpda, "TCP-R2TH-02");
  judge.HeaderDigest("DGH-01", "DGH-01");
  judge.DataDigest("DGH-01", "DGH-01");
}

}  // namespace

std::vector<Observation> JudgePdu(const Received& pdu, Side sender, const Negotiated& negotiated) {
  Judge judge(pdu, negotiated);
  const bool host = sender == Side::kHost;
  switch (pdu.header.type) {
    case PduType::kIcReq:
      if (host) JudgeIcReq(judge);
      break;
    case PduType::kIcResp:
      if (!host) JudgeIcResp(judge);
      break;
    case PduType::kH2CTermReq:
      if (host) JudgeTermReq(judge, "TCP-TERMH-01", "TCP-TERMH-01", "TCP-TERMH-01");
      break;
    case PduType::kC2HTermReq:
      if (!host) JudgeTermReq(judge, "TCP-TERM-01", "TCP-TERM-04", "TCP-TERM-03");
      break;
    case PduType::kCapsuleCmd:
      if (host) JudgeCapsuleCmd(judge);
      break;
    case PduType::kCapsuleResp:
      if (!host) JudgeCapsuleResp(judge);
      break;
    case PduType::kH2CData:
      if (host) JudgeH2CData(judge);
      break;
    case PduType::kC2HData:
      if (!host) JudgeC2HData(judge);
      break;
    case PduType::kR2T:
      if (!host) JudgeR2T(judge);
      break;
  }
  return std::move(judge).flaws();
}

}  // namespace nvmf::conformance
