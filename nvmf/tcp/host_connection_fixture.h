// A host connection and the scripted controller it talks to, for tests.
#ifndef NVMF_TCP_HOST_CONNECTION_FIXTURE_H_
#define NVMF_TCP_HOST_CONNECTION_FIXTURE_H_

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "nvmf/tcp/host_connection.h"
#include "nvmf/testing/pattern.h"
#include "nvmf/testing/scripted_wire.h"

namespace nvmf::tcp {

using testing::Pattern;
using testing::ScriptedWire;

inline constexpr std::uint32_t kMaxH2CData = 4096;

class HostConnectionTest : public ::testing::Test {
 protected:
  void Connect(HostParams params = {}) {
    host_.emplace(params);
    wire_.emplace(*host_);
    const auto icreq = wire_->Expect<IcReq>();
    wire_->Say(IcResp{.dgst = icreq.dgst, .maxh2cdata = kMaxH2CData});
    wire_->framing = {.header_digest = params.header_digest,
                      .data_digest = params.data_digest,
                      .pda = params.hpda};
    ASSERT_TRUE(host_->live());
  }

  std::uint16_t Submit(const Data& data, std::uint8_t opc = 2) {
    const auto cid = host_->Submit(Sqe{.opc = opc, .nsid = 1}, data);
    EXPECT_TRUE(cid) << cid.error().Message();
    return cid.value_or(0);
  }
  // SubmitWrite is a write too large for a capsule, its capsule already heard.
  std::uint16_t SubmitWrite(ByteView data) {
    const std::uint16_t cid = Submit(WriteFrom(data), 1);
    wire_->Expect<CapsuleCmd>();
    return cid;
  }
  std::uint16_t SubmitRead(MutableBytes into) {
    const std::uint16_t cid = Submit(ReadInto(into));
    wire_->Expect<CapsuleCmd>();
    return cid;
  }
  void ExpectViolation(Fes fes, std::uint32_t fei) {
    wire_->ExpectTermReq(fes, fei);
    ASSERT_TRUE(host_->failed());
    EXPECT_EQ(host_->failure().code, Code::kPeerViolation);
  }
  Completion Take(std::uint16_t cid) {
    const auto done = host_->Take(cid);
    EXPECT_TRUE(done.has_value());
    return done.value_or(Completion{});
  }
  ByteView FourOctets() const { return ByteView(big_).first(4); }
  static CapsuleResp Success(std::uint16_t cid, std::uint16_t sqhd = 1) {
    return {.cqe = {.sqhd = sqhd, .cid = cid}};
  }

  std::optional<HostConnection> host_;
  std::optional<ScriptedWire> wire_;
  std::vector<std::byte> big_ = Pattern(65536);
  std::vector<std::byte> page_ = std::vector<std::byte>(4096);
};

}  // namespace nvmf::tcp

#endif  // NVMF_TCP_HOST_CONNECTION_FIXTURE_H_
