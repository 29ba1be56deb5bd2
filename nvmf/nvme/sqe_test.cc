#include "nvmf/nvme/sqe.h"

#include <gtest/gtest.h>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

constexpr Golden<Sgl> kGoldenSgl[] = {
    {"in capsule", {.length = 1024, .type = Sgl::kInCapsule}, "@8 00040000 00000001"},
    {"transport",
     {.address = 0x0807060504030201, .length = 0x100, .type = Sgl::kTransport},
     "0102030405060708 00010000 0000005A"},
};

constexpr Golden<Sqe> kGoldenSqe[] = {
    {"every field",
     {.opc = 0x02,
      .flags = 0x41,
      .cid = 0x0304,
      .nsid = 0x05060708,
      .cdw2 = 0x12131415,
      .cdw3 = 0x16171819,
      .mptr = 0x2021222324252627,
      .sgl1 = {.address = 0, .length = 0x1000, .type = 0x5A},
      .cdw10 = 0xA0,
      .cdw11 = 0xA1,
      .cdw12 = 0xA2,
      .cdw13 = 0xA3,
      .cdw14 = 0xA4,
      .cdw15 = 0xA5000000},
     "02410403 08070605 15141312 19181716 2726252423222120 0000000000000000 00100000 0000005A"
     "A0000000 A1000000 A2000000 A3000000 A4000000 000000A5"},
};

constexpr Golden<Cqe> kGoldenCqe[] = {
    {"Connect refused",
     {.dw0 = 0x00010100, .sqhd = 1, .cid = 0x0203, .status_field = 0x8304},
     "00010100 00000000 0100 0000 0302 0483"},
    {"every field",
     {.dw0 = 0x01020304,
      .dw1 = 0x05060708,
      .sqhd = 0x090A,
      .sqid = 0x0B0C,
      .cid = 0x0D0E,
      .status_field = 0x0F10},
     "04030201 08070605 0A09 0C0B 0E0D 100F"},
};

TEST(Sgl, OctetsReadBothWays) { ExpectBothWays<Sgl>(kGoldenSgl); }
TEST(Sqe, OctetsReadBothWays) { ExpectBothWays<Sqe>(kGoldenSqe); }
TEST(Cqe, OctetsReadBothWays) { ExpectBothWays<Cqe>(kGoldenCqe); }

TEST(Sqe, FlagsHoldFuseAndPsdt) {
  const Sqe sqe{.flags = 0x82};
  EXPECT_EQ(sqe.fuse(), 2);
  EXPECT_EQ(sqe.psdt(), 2);
  EXPECT_EQ(Sqe{}.psdt(), 1) << "commands over fabrics use an SGL";
}

TEST(Sqe, DirectionIsInTheOpcodesLowBits) {
  EXPECT_EQ(DataDirection(Sqe{.opc = 0x00}), Direction::kNone);
  EXPECT_EQ(DataDirection(Sqe{.opc = 0x01}), Direction::kToController);
  EXPECT_EQ(DataDirection(Sqe{.opc = 0x06}), Direction::kToHost);
  EXPECT_EQ(DataDirection(Sqe{.opc = 0xFF}), Direction::kBoth);
}

TEST(Sqe, AFabricsCommandsDirectionIsInFctype) {
  EXPECT_EQ(DataDirection(Sqe{.opc = 0x7F, .nsid = 0x01}), Direction::kToController);
  EXPECT_EQ(DataDirection(Sqe{.opc = 0x7F, .nsid = 0x06}), Direction::kToHost);
  EXPECT_EQ(DataDirection(Sqe{.opc = 0x7F, .nsid = 0x04}), Direction::kNone);
  EXPECT_EQ(DataDirection(Sqe{.opc = 0x7F, .nsid = 0xFFFFFF00}), Direction::kNone)
      << "FCTYPE is one octet";
}

TEST(Cqe, ValueIsBothDwords) {
  EXPECT_EQ((Cqe{.dw0 = 0x89ABCDEF, .dw1 = 0x01234567}.value()), 0x0123456789ABCDEFu);
}

TEST(Cqe, StatusGoesInAndComesOut) {
  Cqe cqe;
  cqe.set_status({StatusCode::kSglTypeInvalid, true});
  EXPECT_EQ(cqe.status_field, 0x8022);
  EXPECT_EQ(cqe.status(), Status(StatusCode::kSglTypeInvalid, true));
}

}  // namespace
}  // namespace nvmf
