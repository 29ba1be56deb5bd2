// A controller connection and the scripted host it talks to, for tests.
#ifndef NVMF_TCP_CONTROLLER_CONNECTION_FIXTURE_H_
#define NVMF_TCP_CONTROLLER_CONNECTION_FIXTURE_H_

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "nvmf/tcp/controller_connection.h"
#include "nvmf/testing/pattern.h"
#include "nvmf/testing/scripted_wire.h"

namespace nvmf::tcp {

using testing::Pattern;
using testing::ScriptedWire;

inline constexpr std::uint8_t kRead = 2, kWrite = 1, kFlush = 0;

class ControllerConnectionTest : public ::testing::Test {
 protected:
  void Connect(ControllerParams params = {}, IcReq icreq = {}) {
    controller_.emplace(params);
    wire_.emplace(*controller_);
    wire_->Say(icreq);
    const auto resp = wire_->Expect<IcResp>();
    wire_->framing = {.header_digest = (resp.dgst & kDgstHeader) != 0,
                      .data_digest = (resp.dgst & kDgstData) != 0,
                      .pda = resp.cpda};
  }
  static Sqe Command(std::uint8_t opc, std::uint16_t cid, std::uint32_t length,
                     std::uint8_t type = Sgl::kTransport) {
    return {.opc = opc, .cid = cid, .nsid = 1, .sgl1 = {.length = length, .type = type}};
  }
  // Arrive says a command and returns its tag.
  Tag Arrive(const Sqe& sqe, ByteView data = {}) {
    wire_->Say(CapsuleCmd{.sqe = sqe}, data);
    EXPECT_TRUE(controller_->HasEvent());
    if (!controller_->HasEvent()) return 0;
    const Event event = controller_->NextEvent();
    EXPECT_EQ(event.kind, Event::Kind::kCommand);
    EXPECT_EQ(controller_->sqe(event.tag).cid, sqe.cid);
    return event.tag;
  }
  // AskAll has the whole data of a write of `length` octets asked for; returns the first R2T.
  R2T AskAll(std::uint32_t length, std::uint16_t cid = 7) {
    buffer_.assign(length, std::byte{0});
    tag_ = Arrive(Command(kWrite, cid, length));
    EXPECT_TRUE(controller_->RequestData(tag_, 0, buffer_));
    return wire_->Expect<R2T>();
  }
  void SayData(const R2T& r2t, std::uint32_t datao, std::uint32_t datal, bool last) {
    wire_->Say(H2CData{.cccid = r2t.cccid, .ttag = r2t.ttag, .datao = datao, .datal = datal},
               ByteView(big_).subspan(datao, datal), last ? kLastPdu : 0);
  }
  void ExpectViolation(Fes fes, std::uint32_t fei) {
    wire_->ExpectTermReq(fes, fei);
    ASSERT_TRUE(controller_->failed());
    EXPECT_EQ(controller_->failure().code, Code::kPeerViolation);
  }
  void ExpectAnswer(std::uint16_t cid, StatusCode code) {
    const auto resp = wire_->Expect<CapsuleResp>();
    EXPECT_EQ(resp.cqe.cid, cid);
    EXPECT_EQ(resp.cqe.status().code(), code) << resp.cqe.status().Text();
    EXPECT_FALSE(controller_->HasEvent()) << "it must not surface";
    EXPECT_FALSE(controller_->failed());
  }

  std::optional<ControllerConnection> controller_;
  std::optional<ScriptedWire> wire_;
  std::vector<std::byte> big_ = Pattern(300000);
  std::vector<std::byte> buffer_;
  Tag tag_ = 0;
};

}  // namespace nvmf::tcp

#endif  // NVMF_TCP_CONTROLLER_CONNECTION_FIXTURE_H_
