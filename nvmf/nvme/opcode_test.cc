#include "nvmf/nvme/opcode.h"

#include <gtest/gtest.h>

namespace nvmf {
namespace {

TEST(Opcode, TheSameOctetHasTwoMeanings) {
  const Sqe sqe{.opc = 0x02};
  EXPECT_STREQ(OpcodeName(sqe, true), "Get Log Page");
  EXPECT_STREQ(OpcodeName(sqe, false), "Read");
}

TEST(Opcode, AFabricsCommandIsNamedByFctypeOnAnyQueue) {
  const Sqe sqe{.opc = 0x7F, .nsid = 0x01};
  EXPECT_STREQ(OpcodeName(sqe, true), "Connect");
  EXPECT_STREQ(OpcodeName(sqe, false), "Connect");
  EXPECT_STREQ(OpcodeName(Sqe{.opc = 0x7F, .nsid = 0xFFFFFF08}, true), "Disconnect")
      << "FCTYPE is one octet";
}

TEST(Opcode, VendorsBeginAtTheirOwnBoundaries) {
  EXPECT_STREQ(AdminOpcodeName(static_cast<AdminOpcode>(0xBF)), "unknown");
  EXPECT_STREQ(AdminOpcodeName(static_cast<AdminOpcode>(0xC0)), "vendor specific");
  EXPECT_STREQ(NvmOpcodeName(static_cast<NvmOpcode>(0x7E)), "unknown");
  EXPECT_STREQ(NvmOpcodeName(static_cast<NvmOpcode>(0x80)), "vendor specific");
  EXPECT_STREQ(FabricsTypeName(static_cast<FabricsType>(0xBF)), "unknown");
  EXPECT_STREQ(FabricsTypeName(static_cast<FabricsType>(0xC0)), "vendor specific");
}

TEST(Opcode, AdminOpcodesAreNamed) {
  EXPECT_STREQ(AdminOpcodeName(AdminOpcode::kIdentify), "Identify");
  EXPECT_STREQ(AdminOpcodeName(AdminOpcode::kAsyncEventRequest), "Asynchronous Event Request");
  EXPECT_STREQ(AdminOpcodeName(static_cast<AdminOpcode>(0x18)), "Keep Alive");
  EXPECT_STREQ(AdminOpcodeName(static_cast<AdminOpcode>(0x7F)), "Fabrics");
}

TEST(Opcode, ACommandIsMadeWithAnSgl) {
  constexpr Sqe kSqe = MakeCommand(NvmOpcode::kFlush, 7);
  EXPECT_EQ(kSqe, (Sqe{.opc = 0x00, .flags = 0x40, .nsid = 7}));
}

}  // namespace
}  // namespace nvmf
