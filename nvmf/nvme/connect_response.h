// DW0 of a Connect response: the controller made, or the parameter that was wrong.
//
//   cqe.dw0 = ConnectAccepted{.cntlid = 7}.ToDw0();
//   cqe.dw0 = InvalidConnectData("subnqn");           // 00010100h, with 1/82h
//   InvalidParameter wrong = InvalidParameter::FromDw0(cqe.dw0);
//   wrong.Name();                                     // "subnqn"
//
// Shapes    one dword each.
// Units     IPO is an octet offset, into the SQE or into the Connect data.
// Errors    none. A field name that does not exist does not compile.
// Threads   values.
// Source    NVM Express Base, "Connect Response".
#ifndef NVMF_NVME_CONNECT_RESPONSE_H_
#define NVMF_NVME_CONNECT_RESPONSE_H_

#include <cstdint>
#include <string_view>

#include "nvmf/nvme/fabrics.h"

namespace nvmf {

// ConnectAccepted is DW0 of a Connect that succeeded.
struct ConnectAccepted {
  static constexpr std::uint16_t kAtr = 0x0002;   // In-band authentication required.
  static constexpr std::uint16_t kAscr = 0x0004;  // Authentication and secure channel required.

  std::uint16_t cntlid = 0;
  std::uint16_t authreq = 0;  // Authentication and Security Requirements.

  constexpr bool needs_authentication() const { return (authreq & (kAtr | kAscr)) != 0; }
  constexpr std::uint32_t ToDw0() const { return std::uint32_t{authreq} << 16 | cntlid; }
  static constexpr ConnectAccepted FromDw0(std::uint32_t dw0) {
    return {.cntlid = static_cast<std::uint16_t>(dw0 & 0xFFFF),
            .authreq = static_cast<std::uint16_t>(dw0 >> 16)};
  }
  bool operator==(const ConnectAccepted&) const = default;
};

// InvalidParameter is DW0 of a Connect refused with Connect Invalid Parameters.
struct InvalidParameter {
  std::uint16_t ipo = 0;  // Octet offset of the bad parameter.
  bool in_data = false;   // IATTR: in the Connect data; otherwise in the SQE.

  // Name returns the field that IPO points into, "unknown" when no field lies there.
  const char* Name() const;

  constexpr std::uint32_t ToDw0() const { return std::uint32_t{in_data} << 16 | ipo; }
  static constexpr InvalidParameter FromDw0(std::uint32_t dw0) {
    return {.ipo = static_cast<std::uint16_t>(dw0 & 0xFFFF), .in_data = (dw0 >> 16 & 1) != 0};
  }
  bool operator==(const InvalidParameter&) const = default;
};

// ConnectInvalid returns DW0 for the bad parameter at octet `ipo`.
constexpr std::uint32_t ConnectInvalid(std::uint16_t ipo, bool in_data) {
  return InvalidParameter{.ipo = ipo, .in_data = in_data}.ToDw0();
}

// InvalidConnectCmd and InvalidConnectData return DW0 for the field of that name.
consteval std::uint32_t InvalidConnectCmd(std::string_view field) {
  return ConnectInvalid(static_cast<std::uint16_t>(OffsetOf<ConnectCmd>(field)), false);
}
consteval std::uint32_t InvalidConnectData(std::string_view field) {
  return ConnectInvalid(static_cast<std::uint16_t>(OffsetOf<ConnectData>(field)), true);
}

}  // namespace nvmf

#endif  // NVMF_NVME_CONNECT_RESPONSE_H_
