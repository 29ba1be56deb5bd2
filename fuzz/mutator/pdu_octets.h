// PDUs as octets, for the mutator and the seeds: made from templates, and mended where a mutation
// broke what a receiver checks before it looks any deeper.
#ifndef FUZZ_MUTATOR_PDU_OCTETS_H_
#define FUZZ_MUTATOR_PDU_OCTETS_H_

#include <array>
#include <cstdint>
#include <span>

#include "fuzz/mutator/random.h"

namespace nvmf::fuzz {

// Layer is what a connection has settled about the direction that the input speaks in.
struct Layer {
  bool live = true;
  bool hdgst = false;
  bool ddgst = false;
  std::uint32_t alignment = 4;
};

// PduBuffer is the octets of one record, with room to grow.
class PduBuffer {
 public:
  static constexpr std::size_t kRoom = 1536;
  std::span<std::uint8_t> octets() { return std::span(room_).first(size_); }
  std::size_t size() const { return size_; }
  void Assign(std::span<const std::uint8_t> from);
  void Resize(std::size_t size);  // New octets are zero.
  std::uint8_t type() const { return size_ == 0 ? 0xFF : room_[0]; }
  std::uint32_t Get(std::size_t at, std::size_t size) const;
  void Put(std::size_t at, std::size_t size, std::uint32_t value);

 private:
  std::array<std::uint8_t, kRoom> room_;
  std::size_t size_ = 0;
};

// HlenOf returns HLEN by type, 0 where the type is unassigned.
std::uint8_t HlenOf(std::uint8_t type);
bool MayCarryData(std::uint8_t type);

// Care says what Mend puts right.
struct Care {
  bool lengths = true;    // HLEN, PDO, PLEN, padding, digest flags.
  bool announced = true;  // DATAL, SGL1 length of data in capsule, whole dwords.
  bool digests = true;
  std::uint8_t padding = 0;            // Octets between header and data, beyond what is needed.
  static Care Rolled(Random& random);  // Now and then something stays broken.
};

// Mend makes `pdu` what `layer` asks of it. Octets too short to be a header are left alone.
void Mend(PduBuffer& pdu, const Layer& layer, const Care& care);

// Make writes a PDU of `type` with plausible fields and `data` octets of payload, not yet mended.
void Make(PduBuffer& pdu, std::uint8_t type, std::uint32_t data, Random& random);

// Bend puts a boundary value into a field of the PDU.
void Bend(PduBuffer& pdu, Random& random);

}  // namespace nvmf::fuzz

#endif  // FUZZ_MUTATOR_PDU_OCTETS_H_
