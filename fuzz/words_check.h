// The parsers and the bit fields of the NVMe words, each held to a second writing of its rules.
#ifndef FUZZ_WORDS_CHECK_H_
#define FUZZ_WORDS_CHECK_H_

#include "fuzz/harness/check.h"
#include "fuzz/harness/script.h"
#include "nvmf/tcp/pdu.h"

namespace nvmf::fuzz {

void CheckNames(Octets input, bool describe);
void CheckStatus(Octets input, bool describe);
void CheckNqn(Octets input, bool describe);
void CheckUuid(Octets input, bool describe);
void CheckDescriptors(Octets input, bool describe);
void CheckDigest(Octets input, bool describe);
void CheckProperties(Octets input, bool describe);
void CheckCommands(Octets input, bool describe);
void CheckBuilders(Octets input, bool flag);
void CheckIdentify(Octets input, bool describe);
void CheckEntry(Octets input, bool describe);
void CheckErrorText(Octets input, bool describe);

// Word reads up to four octets of `input`, zeros past its end.
inline std::uint32_t Word(Octets input, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = 4; i-- > 0;) word = word << 8 | (at + i < input.size() ? input[at + i] : 0U);
  return word;
}

// CheckFraming lays out a PDU as a connection would, and measures it.
template <tcp::Pdu P>
void CheckFraming(Octets input) {
  const std::uint32_t bits = Word(input, 0);
  const tcp::Framing framing{.header_digest = (bits & 1) != 0,
                             .data_digest = (bits & 2) != 0,
                             .pda = static_cast<std::uint8_t>(bits >> 2 & 31),
                             .data = Word(input, 4) & 0xFFFFFC};
  const tcp::PduHeader header = framing.Header<P>();
  const unsigned type = static_cast<unsigned>(P::kType);
  const bool digests = type >= 4;
  const std::uint32_t begin = P::kSize + (digests && framing.header_digest ? 4U : 0U);
  const std::uint32_t unit = 4U * (framing.pda + 1U);
  const bool padded = digests && framing.data != 0;
  const std::uint32_t place = padded ? (begin + unit - 1) / unit * unit : begin;
  const std::uint32_t trailer = padded && framing.data_digest ? 4 : 0;
  FUZZ_CHECK(header.hlen == P::kSize && header.type == P::kType);
  FUZZ_CHECK(header.pdo == (padded ? place : 0) && header.plen == place + framing.data + trailer);
  FUZZ_CHECK(header.flags == ((begin != P::kSize ? 1 : 0) | (trailer != 0 ? 2 : 0)));
}

}  // namespace nvmf::fuzz

#endif  // FUZZ_WORDS_CHECK_H_
