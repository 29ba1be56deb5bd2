#include <string>
#include <utility>

#include "conformance/builtin/alter.h"
#include "conformance/builtin/faults.h"

namespace nvmf::conformance {

using tcp::PduType;

std::vector<Fault> AnswerFaults(unsigned from) {
  std::vector<Fault> faults;
  const auto add = [&](const char* name, PduType type, Alter alter, bool mend = true) {
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

}  // namespace nvmf::conformance
