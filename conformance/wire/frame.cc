#include "conformance/wire/frame.h"

#include <algorithm>

#include "nvmf/base/crc32c.h"

namespace nvmf::conformance {
namespace {

void Append(Bytes& frame, std::uint32_t value) {
  const std::size_t at = frame.size();
  frame.resize(at + sizeof value);
  StoreLittle(MutableBytes(frame).subspan(at), value);
}

void TellLies(Bytes& frame, const Lies& lies) {
  const MutableBytes bytes(frame);
  auto header = Decode<tcp::PduHeader>(ByteView(frame).first<tcp::kHeaderBytes>());
  if (lies.type) header.type = static_cast<tcp::PduType>(*lies.type);
  header.flags = lies.flags.value_or(header.flags);
  header.hlen = lies.hlen.value_or(header.hlen);
  header.pdo = lies.pdo.value_or(header.pdo);
  header.plen = lies.plen.value_or(header.plen);
  EncodeInto(bytes.first<tcp::kHeaderBytes>(), header);
  for (const Poke& poke : lies.pokes) {
    std::ranges::fill(bytes.subspan(poke.at, poke.count), std::byte{poke.value});
  }
}

}  // namespace

Bytes ComposeFrame(ByteView header, const tcp::Framing& framing, ByteView data, const Lies& lies) {
  const auto honest = Decode<tcp::PduHeader>(header.first<tcp::kHeaderBytes>());
  Bytes frame(header.begin(), header.end());
  TellLies(frame, lies);
  if (framing.header_digest) Append(frame, Crc32c(frame) ^ lies.hdgst_xor);
  if (data.empty()) return frame;
  // TermReqs carry data right behind the header and have no PDO.
  const std::size_t honest_at = std::max<std::size_t>(honest.pdo, frame.size());
  frame.resize(std::max(frame.size(), lies.data_at.value_or(honest_at)), std::byte{lies.pad});
  frame.insert(frame.end(), data.begin(), data.end());
  if (framing.data_digest) Append(frame, Crc32c(data) ^ lies.ddgst_xor);
  return frame;
}

}  // namespace nvmf::conformance
