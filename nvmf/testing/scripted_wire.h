// ScriptedWire is the other end of a tcp::Connection, played by a test: it says PDUs, lies when
// told to, and looks at what the connection sends.
//
//   ScriptedWire wire(host);
//   wire.Expect<IcReq>();
//   wire.Say(IcResp{.maxh2cdata = 4096});
//   wire.ExpectTermReq(Fes::kPduSequenceError, 0);
//
// Shapes    what is said is framed by `framing` and fed in pieces of `cut` octets (0: at once).
#ifndef NVMF_TESTING_SCRIPTED_WIRE_H_
#define NVMF_TESTING_SCRIPTED_WIRE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "nvmf/base/crc32c.h"
#include "nvmf/tcp/connection.h"
#include "nvmf/testing/hex.h"

namespace nvmf::testing {

class ScriptedWire {
 public:
  explicit ScriptedWire(tcp::Connection& connection) : connection_(&connection) {}

  tcp::Framing framing{};  // What this end puts on its PDUs.
  std::size_t cut = 0;

  // Say sends `pdu`, with `data` and FLAGS `flags`, correct in every respect.
  template <tcp::Pdu P>
  void Say(const P& pdu, ByteView data = {}, std::uint8_t flags = 0) {
    SayAs(Header<P>(data.size(), flags), pdu, data);
  }

  // Header returns the header that Say would use, for tests that bend it.
  template <tcp::Pdu P>
  tcp::PduHeader Header(std::size_t data = 0, std::uint8_t flags = 0) const {
    tcp::Framing out = framing;
    out.data = static_cast<std::uint32_t>(data);
    out.flags = flags;
    return out.Header<P>();
  }

  // SayAs sends `pdu` under any header; digests follow the header's flags, xored with the lies.
  template <tcp::Pdu P>
  void SayAs(const tcp::PduHeader& header, const P& pdu, ByteView data = {},
             std::uint32_t hdgst_lie = 0, std::uint32_t ddgst_lie = 0) {
    std::vector<std::byte> octets(P::kSize);
    tcp::EncodePduInto(std::span<std::byte, P::kSize>(octets), header, pdu);
    if ((header.flags & tcp::kHdgstf) != 0) Append(octets, Crc32c(octets) ^ hdgst_lie);
    if (!data.empty()) {
      if (octets.size() < header.pdo) octets.resize(header.pdo);
      octets.insert(octets.end(), data.begin(), data.end());
      if ((header.flags & tcp::kDdgstf) != 0) Append(octets, Crc32c(data) ^ ddgst_lie);
    }
    Feed(octets);
  }

  // Feed gives the connection octets as they are.
  void Feed(ByteView octets) {
    while (!octets.empty() && !connection_->failed()) {
      const InputSpans space = connection_->InputSpace();
      std::size_t n = std::min(octets.size(), space.size());
      if (cut != 0) n = std::min(n, cut);
      const std::size_t first = std::min(n, space.first.size());
      if (first != 0) std::memcpy(space.first.data(), octets.data(), first);
      if (n != first) std::memcpy(space.second.data(), octets.data() + first, n - first);
      connection_->CommitInput(n);
      octets = octets.subspan(n);
    }
  }

  struct Heard {
    tcp::PduHeader header{};
    std::vector<std::byte> octets{};  // All of the PDU.
    std::vector<std::byte> data{};
    bool digests_good = true;
  };

  // Expect takes the next PDU that the connection sent; it must be a P, well formed.
  template <tcp::Pdu P>
  P Expect(Heard* heard = nullptr) {
    Heard mine;
    Heard& pdu = heard == nullptr ? mine : *heard;
    if (!Hear(pdu)) {
      ADD_FAILURE() << "nothing was sent; expected " << tcp::PduTypeName(P::kType);
      return {};
    }
    EXPECT_EQ(tcp::PduTypeName(pdu.header.type), tcp::PduTypeName(P::kType)) << ToHex(pdu.octets);
    EXPECT_EQ(pdu.header.hlen, P::kSize);
    EXPECT_TRUE(pdu.digests_good);
    if (pdu.octets.size() < P::kSize) return {};
    return Decode<P>(std::span<const std::byte, P::kSize>(pdu.octets.data(), P::kSize));
  }

  // ExpectTermReq takes a TermReq of either direction with this FES and FEI, and nothing after it.
  void ExpectTermReq(Fes fes, std::uint32_t fei, Heard* heard = nullptr) {
    Heard mine;
    Heard& pdu = heard == nullptr ? mine : *heard;
    ASSERT_TRUE(Hear(pdu)) << "no TermReq was sent";
    ASSERT_TRUE(pdu.header.type == tcp::PduType::kH2CTermReq ||
                pdu.header.type == tcp::PduType::kC2HTermReq)
        << tcp::PduTypeName(pdu.header.type);
    const auto term =
        Decode<tcp::H2CTermReq>(std::span<const std::byte, 24>(pdu.octets.data(), 24));
    EXPECT_EQ(term.fes, static_cast<std::uint16_t>(fes)) << FesName(static_cast<Fes>(term.fes));
    EXPECT_EQ(term.fei, fei);
    EXPECT_EQ(pdu.header.flags, 0);
    EXPECT_TRUE(connection_->failed());
    ExpectSilence();
  }

  void ExpectSilence() {
    Collect();
    EXPECT_TRUE(sent_.empty()) << ToHex(sent_);
  }

 private:
  static void Append(std::vector<std::byte>& octets, std::uint32_t digest) {
    octets.resize(octets.size() + tcp::kDigestBytes);
    StoreLittle(MutableBytes(octets).last(tcp::kDigestBytes), digest);
  }

  void Collect() {
    for (OutputSpans out = connection_->PendingOutput(); !out.empty();
         out = connection_->PendingOutput()) {
      std::size_t n = 0;
      for (const ByteView span : out) {
        sent_.insert(sent_.end(), span.begin(), span.end());
        n += span.size();
      }
      connection_->CommitOutput(n);
    }
  }

  bool Hear(Heard& pdu) {
    Collect();
    if (sent_.size() < tcp::kHeaderBytes) return false;
    pdu.header = Decode<tcp::PduHeader>(std::span<const std::byte, 8>(sent_.data(), 8));
    if (sent_.size() < pdu.header.plen) return false;
    const auto end = sent_.begin() + static_cast<std::ptrdiff_t>(pdu.header.plen);
    pdu.octets.assign(sent_.begin(), end);
    sent_.erase(sent_.begin(), end);
    Dissect(pdu);
    return true;
  }

  static void Dissect(Heard& pdu) {
    const ByteView octets(pdu.octets);
    const tcp::PduHeader& header = pdu.header;
    pdu.digests_good = true;
    if ((header.flags & tcp::kHdgstf) != 0) {
      const auto sent = LoadLittle<std::uint32_t>(octets.subspan(header.hlen));
      pdu.digests_good = sent == Crc32c(octets.first(header.hlen));
    }
    if (header.pdo == 0) return;
    ByteView data = octets.subspan(header.pdo);
    if ((header.flags & tcp::kDdgstf) != 0) {
      data = data.first(data.size() - tcp::kDigestBytes);
      const auto sent = LoadLittle<std::uint32_t>(octets.last(tcp::kDigestBytes));
      pdu.digests_good = pdu.digests_good && sent == Crc32c(data);
    }
    pdu.data.assign(data.begin(), data.end());
  }

  tcp::Connection* connection_;
  std::vector<std::byte> sent_;
};

}  // namespace nvmf::testing

#endif  // NVMF_TESTING_SCRIPTED_WIRE_H_
