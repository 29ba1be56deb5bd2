// HandoffModel says which octets are a hand-off record: its head, and lengths that add up.
//
//   0 "NVMFGIVE"   8 version   12 length   16 CRC-32C of what is behind octet 24
//   24 side (1 host, 2 controller)   56 commands   60 unread octets   624 commands: octets of data,
//   4 reserved, an SQE, the data; then the unread octets
#ifndef FUZZ_MODEL_HANDOFF_MODEL_H_
#define FUZZ_MODEL_HANDOFF_MODEL_H_

#include "fuzz/model/octets.h"

namespace model {

inline constexpr std::size_t kRecordHead = 624, kChecked = 24;

inline bool LengthsAddUp(Octets octets) {
  std::uint64_t at = kRecordHead;
  const bool controller = octets[24] == 2;
  for (std::uint64_t n = controller ? U32(octets, 56) : 0; n > 0; --n) {
    if (octets.size() - at < 72) return false;
    const std::uint32_t data = U32(octets, at);
    at += 72;
    if (data > octets.size() - at) return false;
    at += data;
  }
  return octets.size() - at == U32(octets, 60);
}

inline bool IsHandoffRecord(Octets octets) {
  constexpr std::uint8_t kMagic[] = {'N', 'V', 'M', 'F', 'G', 'I', 'V', 'E'};
  if (octets.size() < kRecordHead) return false;
  for (std::size_t i = 0; i < sizeof kMagic; ++i) {
    if (octets[i] != kMagic[i]) return false;
  }
  if (U16(octets, 8) != 1 || U32(octets, 12) != octets.size()) return false;
  if (U32(octets, 16) != DigestOf(octets.subspan(kChecked))) return false;
  return (octets[24] == 1 || octets[24] == 2) && LengthsAddUp(octets);
}

}  // namespace model

#endif  // FUZZ_MODEL_HANDOFF_MODEL_H_
