#include "nvmf/base/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <type_traits>

namespace nvmf {
namespace {

static_assert(std::is_trivially_copyable_v<Error>, "copying an Error allocates nothing");

TEST(Error, MessageSaysWhatTheTermReqSays) {
  const Error error{.code = Code::kPeerViolation,
                    .violation = Violation{Fes::kPduSequenceError, 0},
                    .what = "second ICReq"};
  EXPECT_EQ(error.Message(),
            "peer broke the transport's rules: second ICReq (FES 02h PDU Sequence Error, FEI 0h)");
}

TEST(Error, MessageOfARefusalShowsTheStatus) {
  const Error error{.code = Code::kRefused, .status = 0x8304, .dw0 = 0x10100, .what = "Connect"};
  EXPECT_EQ(error.Message(), "refused: Connect (status 1/82h DNR, DW0 00010100h)");
}

TEST(Error, MessageOfAnIoErrorNamesTheCause) {
  const Error error{.code = Code::kIo, .sys_errno = ECONNRESET};
  EXPECT_NE(error.Message().find("reset"), std::string::npos);
}

TEST(FesName, ValuesOffTheWireNeverIndexAnything) {
  EXPECT_STREQ(FesName(static_cast<Fes>(0)), "reserved");
  EXPECT_STREQ(FesName(static_cast<Fes>(0xFFFF)), "reserved");
}

}  // namespace
}  // namespace nvmf
