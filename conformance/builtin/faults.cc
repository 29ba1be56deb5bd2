#include "conformance/builtin/faults.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "conformance/wire/frame.h"
#include "nvmf/nvme/opcode.h"

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
// What a C2HData carries, without digests, all 0, all ones, or each octet another.
void Zeros(Bytes& pdu) { std::fill(pdu.begin() + tcp::C2HData::kSize, pdu.end(), std::byte{0}); }
void Ones(Bytes& pdu) { std::fill(pdu.begin() + tcp::C2HData::kSize, pdu.end(), std::byte{0xFF}); }
void OtherOctets(Bytes& pdu) {
  for (std::size_t i = tcp::C2HData::kSize; i < pdu.size(); ++i) pdu[i] ^= std::byte{0xFF};
}

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

// SetDword overwrites a dword of a completion's entry.
Fault::Alter SetDword(std::size_t at, std::uint32_t value) {
  return [=](Bytes& pdu) { StoreLittle(MutableBytes(pdu).subspan(8 + at), value); };
}

// FailAs gives every completion that is an error another code.
Fault::Alter FailAs(StatusCode code) {
  return [=](Bytes& pdu) {
    const auto field = LoadLittle<std::uint16_t>(ByteView(pdu).subspan(22));
    if (!Status::FromWire(field).ok()) SetStatus(code)(pdu);
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

std::function<bool(const Sqe&)> Fabrics(FabricsType type) {
  return [=](const Sqe& sqe) {
    return sqe.opc == kFabricsOpcode && sqe.fctype() == std::to_underlying(type);
  };
}
std::function<bool(const Sqe&)> Opcode(std::uint8_t opc) {
  return [=](const Sqe& sqe) { return sqe.opc == opc; };
}

// Faults of a controller, in what it says and in how it ends.
std::vector<Fault> FaultsOfAll() {
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
      {.name = "Connect: DW0 0", .of = Fabrics(FabricsType::kConnect), .alter = SetDword(0, 0)},
      {.name = "R2T: R2TL 0",
       .type = PduType::kR2T,
       .alter = [](Bytes& pdu) { StoreLittle(MutableBytes(pdu).subspan(16), 0u); }},
      {.name = "R2T: R2TL of a GiB", .type = PduType::kR2T, .alter = Xor(19, 0x40)},
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

// Kind is a sort of commands that a fault may single out.
struct Kind {
  const char* name;
  std::function<bool(const Sqe&)> of;
};

const Kind kKinds[] = {
    {"Connect", Fabrics(FabricsType::kConnect)},
    {"Property Get", Fabrics(FabricsType::kPropertyGet)},
    {"Property Set", Fabrics(FabricsType::kPropertySet)},
    {"Disconnect", Fabrics(FabricsType::kDisconnect)},
    {"Get Log Page, Read", Opcode(0x02)},  // One opcode, on two kinds of queues.
    {"Identify", Opcode(0x06)},
    {"Abort", Opcode(0x08)},
    {"Set Features", Opcode(0x09)},
    {"Get Features", Opcode(0x0A)},
    {"Asynchronous Event Request", Opcode(0x0C)},
    {"Keep Alive", Opcode(0x18)},
    {"Flush", Opcode(0x00)},
    {"Write", Opcode(0x01)},
};

// Faults in the answers to one kind of command.
std::vector<Fault> FaultsOf(const Kind& kind) {
  std::vector<Fault> faults;
  const auto add = [&](const char* name, PduType type, Fault::Alter alter) {
    faults.push_back({.name = std::string(kind.name) + ": " + name,
                      .type = type,
                      .of = kind.of,
                      .alter = std::move(alter)});
  };
  add("error", PduType::kCapsuleResp, SetStatus(StatusCode::kInternalError));
  add("success", PduType::kCapsuleResp, SetStatus(StatusCode::kSuccess));
  add("other error", PduType::kCapsuleResp, FailAs(StatusCode::kInvalidField));
  add("DW0 all ones", PduType::kCapsuleResp, SetDword(0, 0xFFFFFFFF));
  add("DW1 all ones", PduType::kCapsuleResp, SetDword(4, 0xFFFFFFFF));
  add("twice", PduType::kCapsuleResp, Twice);
  add("data: zeros", PduType::kC2HData, Zeros);
  add("data: ones", PduType::kC2HData, Ones);
  add("data: all octets", PduType::kC2HData, OtherOctets);
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

}  // namespace

std::vector<Fault> ControllerFaults() {
  std::vector<Fault> all;
  const auto add = [&](std::vector<Fault> more) {
    all.insert(all.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
  };
  for (const unsigned from : {1u, 5u, 2u}) add(FaultsFrom(from));
  add(FaultsOfAll());
  for (const Kind& kind : kKinds) add(FaultsOf(kind));
  add(LastFaults());
  return all;
}

}  // namespace nvmf::conformance
