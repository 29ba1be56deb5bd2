#include <string>
#include <utility>

#include "conformance/builtin/alter.h"
#include "conformance/builtin/faults.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

// Kind is a sort of commands that a fault may single out.
struct Kind {
  const char* name;
  Whose of;
};

const Kind kKinds[] = {
    {"Connect", OfFabrics(FabricsType::kConnect)},
    {"Property Get", OfFabrics(FabricsType::kPropertyGet)},
    {"Property Set", OfFabrics(FabricsType::kPropertySet)},
    {"Disconnect", OfFabrics(FabricsType::kDisconnect)},
    {"Get Log Page, Read", OfOpcode(0x02)},  // One opcode, on two kinds of queues.
    {"Identify", OfOpcode(0x06)},
    {"Abort", OfOpcode(0x08)},
    {"Set Features", OfOpcode(0x09)},
    {"Get Features", OfOpcode(0x0A)},
    {"Asynchronous Event Request", OfOpcode(0x0C)},
    {"Keep Alive", OfOpcode(0x18)},
    {"Flush", OfOpcode(0x00)},
    {"Write", OfOpcode(0x01)},
};

void Add(std::vector<Fault>& faults, const Kind& kind) {
  const auto add = [&](const char* name, PduType type, Alter alter) {
    faults.push_back({.name = std::string(kind.name) + ": " + name,
                      .type = type,
                      .of = kind.of,
                      .alter = std::move(alter)});
  };
  add("error", PduType::kCapsuleResp, SetStatus(StatusCode::kInternalError));
  add("success", PduType::kCapsuleResp, SetStatus(StatusCode::kSuccess));
  add("other error", PduType::kCapsuleResp, FailAs(StatusCode::kInvalidField));
  add("DW0 all zeros", PduType::kCapsuleResp, SetDword(0, 0));
  add("DW0 all ones", PduType::kCapsuleResp, SetDword(0, 0xFFFFFFFF));
  add("DW1 all ones", PduType::kCapsuleResp, SetDword(4, 0xFFFFFFFF));
  add("twice", PduType::kCapsuleResp, Twice);
  add("data: zeros", PduType::kC2HData, Zeros);
  add("data: ones", PduType::kC2HData, Ones);
  add("data: all octets", PduType::kC2HData, OtherOctets);
}

}  // namespace

std::vector<Fault> CommandFaults() {
  std::vector<Fault> faults;
  for (const Kind& kind : kKinds) Add(faults, kind);
  return faults;
}

}  // namespace nvmf::conformance
