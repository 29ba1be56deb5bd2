// No case is toothless: each controller case fails against at least one wrong controller. The wrong
// ones are the library's own behind a wire that alters what it says.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/builtin/builtin.h"
#include "conformance/cases/cases.h"
#include "conformance/suite/probe.h"
#include "conformance/suite/runner.h"
#include "conformance/testing/interposer.h"
#include "conformance/wire/frame.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

Fault::Alter Set(std::size_t at, std::uint8_t value) {
  return [=](Bytes& pdu) {
    if (at < pdu.size()) pdu[at] = std::byte{value};
  };
}

Fault::Alter Xor(std::size_t at, std::uint8_t bits) {
  return [=](Bytes& pdu) {
    if (at < pdu.size()) pdu[at] ^= std::byte{bits};
  };
}

Fault::Alter XorFromEnd(std::size_t back, std::uint8_t bits) {
  return [=](Bytes& pdu) {
    if (back <= pdu.size()) pdu[pdu.size() - back] ^= std::byte{bits};
  };
}

void Twice(Bytes& pdu) { pdu = Join(pdu, pdu); }
void Never(Bytes& pdu) { pdu.clear(); }

// SetStatus makes any completion say `code`.
Fault::Alter SetStatus(StatusCode code) {
  return [=](Bytes& pdu) { StoreLittle(MutableBytes(pdu).subspan(22), Status(code).ToWire()); };
}

// NeverTheSame alters an octet of the data otherwise each time.
Fault::Alter NeverTheSame() {
  return [times = std::make_shared<std::atomic<unsigned>>(0)](Bytes& pdu) {
    XorFromEnd(5, static_cast<std::uint8_t>(++*times))(pdu);
  };
}

// Before puts a PDU for the same command before a completion.
template <tcp::Pdu P>
Fault::Alter Before(P extra, std::size_t data) {
  return [=](Bytes& pdu) {
    P mine = extra;
    mine.cccid = LoadLittle<std::uint16_t>(ByteView(pdu).subspan(20));
    const std::uint8_t flags = data == 0 ? 0 : tcp::kLastPdu;
    pdu = Join(Compose(mine, {.flags = flags}, Bytes(data)), pdu);
  };
}

// Toothless by nature: they tell what they saw, and condemn only what takes longer than a test.
constexpr std::string_view kExempt[] = {
    "TCP-TERM-12/window-closed",  // The text allows 60 s.
};

// Faults of a controller, in what it says and in how it ends.
std::vector<Fault> Faults() {
  return {
      {.name = "TermReq: other code", .type = PduType::kC2HTermReq, .alter = Set(8, 0x04)},
      {.name = "TermReq: other FEI", .type = PduType::kC2HTermReq, .alter = Xor(11, 0x77)},
      {.name = "TermReq: reserved octet", .type = PduType::kC2HTermReq, .alter = Set(20, 1)},
      {.name = "TermReq: digest flag", .type = PduType::kC2HTermReq, .alter = Set(1, 1)},
      {.name = "TermReq: other error data",
       .type = PduType::kC2HTermReq,
       .alter = XorFromEnd(1, 1)},
      {.name = "TermReq before every close", .term_req_at_end = true},
      {.name = "ICResp: FLAGS", .type = PduType::kIcResp, .alter = Set(1, 0x80)},
      {.name = "ICResp: reserved octet", .type = PduType::kIcResp, .alter = Set(100, 1)},
      {.name = "ICResp: CPDA 32", .type = PduType::kIcResp, .alter = Set(10, 32)},
      {.name = "ICResp: both digests", .type = PduType::kIcResp, .alter = Set(11, 3)},
      {.name = "ICResp: reserved bits", .type = PduType::kIcResp, .alter = Xor(11, 4)},
      {.name = "ICResp: MAXH2CDATA odd", .type = PduType::kIcResp, .alter = Set(12, 1)},
      {.name = "data: never the same", .type = PduType::kC2HData, .alter = NeverTheSame()},
      {.name = "R2T: R2TO", .type = PduType::kR2T, .alter = Xor(12, 4)},
      {.name = "R2T: R2TL 0",
       .type = PduType::kR2T,
       .alter = [](Bytes& pdu) { StoreLittle(MutableBytes(pdu).subspan(16), 0u); }},
      {.name = "R2T: one TTAG for all", .type = PduType::kR2T, .alter = Set(10, 0)},
      {.name = "R2T twice", .type = PduType::kR2T, .alter = Twice},
      {.name = "R2T: header digest",
       .type = PduType::kR2T,
       .alter = XorFromEnd(1, 1),
       .mend_digest = false},
  };
}

// Faults in completions and data. `from` lets the set-up of a case pass.
std::vector<Fault> FaultsFrom(unsigned from) {
  std::vector<Fault> faults;
  const auto add = [&](const char* name, PduType type, Fault::Alter alter, bool mend = true) {
    faults.push_back({.name = std::string(name) + " from " + std::to_string(from),
                      .type = type,
                      .from = from,
                      .alter = std::move(alter),
                      .mend_digest = mend});
  };
  add("completion: error", PduType::kCapsuleResp, SetStatus(StatusCode::kInternalError));
  add("completion: success", PduType::kCapsuleResp, SetStatus(StatusCode::kSuccess));
  add("completion: CID", PduType::kCapsuleResp, Xor(21, 0x40));
  add("completion: PDO", PduType::kCapsuleResp, Set(3, 24));
  add("completion: Phase", PduType::kCapsuleResp, Xor(22, 1));
  add("completion: DW0", PduType::kCapsuleResp, Xor(8, 2));
  add("completion: twice", PduType::kCapsuleResp, Twice);
  add("completion: header digest", PduType::kCapsuleResp, XorFromEnd(1, 1), false);
  add("completion: HDGSTF", PduType::kCapsuleResp, Xor(1, 1));
  add("data: another octet", PduType::kC2HData, XorFromEnd(5, 1));
  add("data: header digest", PduType::kC2HData, Xor(24, 1), false);
  add("data: no LAST_PDU", PduType::kC2HData, [](Bytes& pdu) { pdu[1] &= std::byte{0xF3}; });
  add("data: DATAO", PduType::kC2HData, Xor(12, 4));
  add("data: DATAL", PduType::kC2HData, Xor(16, 4));
  add("data: PDO", PduType::kC2HData, Xor(3, 1));
  add("data: PDO by dword", PduType::kC2HData, Xor(3, 4));
  add("data: reserved octet", PduType::kC2HData, Set(10, 1));
  add("data: SUCCESS", PduType::kC2HData, [](Bytes& pdu) { pdu[1] |= std::byte{0x08}; });
  add("data: twice", PduType::kC2HData, Twice);
  return faults;
}

// Last resorts: they end in silence, which costs a step each, or strike every case alike.
std::vector<Fault> LastFaults() {
  return {
      {.name = "never closes, and sends no TermReq",
       .type = PduType::kC2HTermReq,
       .alter = Never,
       .swallows_end = true},
      {.name = "R2T before each completion", .from = 2, .alter = Before(tcp::R2T{.r2tl = 4}, 0)},
      {.name = "data before each completion",
       .from = 2,
       .alter = Before(tcp::C2HData{.datal = 8192}, 8192)},
      {.name = "speaks first", .speaks_first = true},
      {.name = "ICResp twice", .type = PduType::kIcResp, .alter = Twice},
      {.name = "no ICResp", .type = PduType::kIcResp, .alter = Never},
      {.name = "no completion from 2", .type = PduType::kCapsuleResp, .from = 2, .alter = Never},
      {.name = "no completion from 5", .type = PduType::kCapsuleResp, .from = 5, .alter = Never},
  };
}

bool Kills(const Verdict& verdict) { return verdict.kind == kFail || verdict.kind == kHang; }

class TeethTest : public testing::Test {
 protected:
  TeethTest() : targets_(MakeBuiltinTargets()) {
    for (const auto& target : targets_) {
      Bench bench{.dut = *target, .grant = {.everything = true}};
      bench.claims = Probe(bench).value();
      claims_.push_back(bench.claims);
    }
    for (const Case& test : AllCases()) {
      if (test.role() == Role::kController) alive_.push_back(&test);
    }
  }

  // Strike tries every case that is still alive on controllers with this fault.
  void Strike(const Fault& fault, Duration step) {
    std::erase_if(alive_, [&](const Case* test) {
      const std::size_t which = claims_[0].Missing(test->needs) ? 1 : 0;
      Interposer wrong(*targets_[which], fault);
      const Bench bench{.dut = wrong,
                        .grant = {.everything = true},
                        .claims = claims_[which],
                        .limits = {.step = step, .quiet = Duration(20), .fatal = Duration(20)}};
      if (!Kills(TryController(bench, *test).verdict)) return false;
      ++killed_by_[fault.name];
      return true;
    });
  }

  std::vector<std::unique_ptr<ControllerDut>> targets_;
  std::vector<ControllerClaims> claims_;
  std::vector<const Case*> alive_;
  std::map<std::string, std::size_t> killed_by_;
};

TEST_F(TeethTest, EveryCaseFailsSomeWrongController) {
  for (const Fault& fault : Faults()) Strike(fault, std::chrono::milliseconds(500));
  for (const unsigned from : {1u, 2u, 5u}) {
    for (const Fault& fault : FaultsFrom(from)) Strike(fault, std::chrono::milliseconds(500));
  }
  for (const Fault& fault : LastFaults()) Strike(fault, std::chrono::milliseconds(500));
  for (const auto& [fault, cases] : killed_by_) std::cout << cases << " by " << fault << '\n';
  for (const Case* test : alive_) {
    if (std::ranges::find(kExempt, test->id) != std::end(kExempt)) continue;
    ADD_FAILURE() << "toothless: " << test->id;
  }
}

}  // namespace
}  // namespace nvmf::conformance
