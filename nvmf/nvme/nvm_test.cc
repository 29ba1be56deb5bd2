#include "nvmf/nvme/nvm.h"

#include <gtest/gtest.h>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

constexpr std::uint64_t kMost = 0xFFFFFFFFFFFFFFFF;

const Golden<Sqe> kGoldenCommands[] = {
    {"Flush", MakeFlush(1), "0040 0000 01"},
    {"Write", MakeWrite(1, 0x0102030405060708, 8), "0140 @4 01 @40 0807060504030201 0700"},
    {"Write, every option", MakeWrite(1, 0, 1, {.fua = true, .lr = true, .prinfo = 0xF}),
     "0140 @4 01 @51 FC"},
    {"Read of one block", MakeRead(2, 0, 1), "0240 @4 02"},
    {"Read of 65536 blocks", MakeRead(2, 0, 65536, {.fua = true}), "0240 @4 02 @48 FFFF0040"},
    {"Write Uncorrectable", MakeWriteUncorrectable(3, 9, 2), "0440 @4 03 @40 09 @48 01"},
    {"Compare", MakeCompare(3, 9, 2, {.lr = true}), "0540 @4 03 @40 09 @48 01000080"},
    {"Write Zeroes", MakeWriteZeroes(3, 9, 2), "0840 @4 03 @40 09 @48 01"},
    {"Write Zeroes, deallocating", MakeWriteZeroes(3, 9, 2, true, {.fua = true}),
     "0840 @4 03 @40 09 @48 01000042"},
    {"Dataset Management of one range", MakeDatasetManagement(4, 1), "0940 @4 04 @44 04"},
    {"Dataset Management of 256 ranges", MakeDatasetManagement(4, 256, kDsmIdr | kDsmIdw),
     "0940 @4 04 @40 FF @44 03"},
    {"Verify", MakeVerify(5, 1ull << 32, 4), "0C40 @4 05 @44 01 @48 03"},
};

constexpr Golden<DsmRange> kGoldenRanges[] = {
    {"every field",
     {.attributes = 0x01020304, .blocks = 0x05060708, .slba = 0x1112131415161718},
     "04030201 08070605 1817161514131211"},
};

TEST(NvmCommands, OctetsReadBothWays) { ExpectBothWays<Sqe>(kGoldenCommands); }
TEST(DsmRange, OctetsReadBothWays) { ExpectBothWays<DsmRange>(kGoldenRanges); }

TEST(NvmCmd, ReadsWhatABuilderWrote) {
  const NvmCmd cmd(MakeWrite(1, 0x0102030405060708, 65536, {.fua = true, .prinfo = 0xA}));
  EXPECT_EQ(cmd.slba(), 0x0102030405060708u);
  EXPECT_EQ(cmd.blocks(), 65536u);
  EXPECT_EQ(cmd.bytes(4096), 1ull << 28);
  EXPECT_TRUE(cmd.fua());
  EXPECT_FALSE(cmd.lr());
  EXPECT_EQ(cmd.prinfo(), 0xA);
  EXPECT_TRUE(NvmCmd(MakeWriteZeroes(1, 0, 1, true)).deac());
  EXPECT_FALSE(NvmCmd(MakeWriteZeroes(1, 0, 1)).deac());
}

TEST(NvmCmd, EachPartStandsInItsBits) {
  EXPECT_EQ(NvmCmd({.cdw12 = 0x0000FFFF}).blocks(), 65536u);
  EXPECT_EQ(NvmCmd({.cdw12 = 0xFFFF0000}).blocks(), 1u);
  EXPECT_EQ(NvmCmd({.cdw12 = 0x00F00000}).dtype(), 0xF);
  EXPECT_TRUE(NvmCmd({.cdw12 = 0x02000000}).deac());
  EXPECT_EQ(NvmCmd({.cdw12 = 0x3C000000}).prinfo(), 0xF);
  EXPECT_TRUE(NvmCmd({.cdw12 = 0x40000000}).fua());
  EXPECT_TRUE(NvmCmd({.cdw12 = 0x80000000}).lr());
  EXPECT_EQ(NvmCmd({.cdw13 = 0x123400AB}).dsm(), 0xAB);
  EXPECT_EQ(NvmCmd({.cdw13 = 0x123400AB}).dspec(), 0x1234);
}

TEST(NvmCmd, TheLastBlockIsInRangeAndTheNextIsNot) {
  EXPECT_TRUE(NvmCmd(MakeRead(1, 0, 8)).InRange(8));
  EXPECT_FALSE(NvmCmd(MakeRead(1, 0, 8)).InRange(7));
  EXPECT_FALSE(NvmCmd(MakeRead(1, 1, 8)).InRange(8));
  EXPECT_TRUE(NvmCmd(MakeRead(1, 7, 1)).InRange(8));
  EXPECT_FALSE(NvmCmd(MakeRead(1, 8, 1)).InRange(8));
  EXPECT_FALSE(NvmCmd(MakeRead(1, 0, 1)).InRange(0));
}

TEST(NvmCmd, ARangeThatWrapsIsOutOfRange) {
  EXPECT_FALSE(NvmCmd(MakeRead(1, kMost, 1)).InRange(8));
  EXPECT_FALSE(NvmCmd(MakeRead(1, kMost, 2)).InRange(kMost));
  EXPECT_FALSE(NvmCmd(MakeRead(1, kMost - 65534, 65536)).InRange(kMost));
  EXPECT_TRUE(NvmCmd(MakeRead(1, kMost - 65536, 65536)).InRange(kMost));
}

TEST(NvmCmd, DatasetManagementBringsNaturalCounts) {
  EXPECT_EQ(NvmCmd({.cdw10 = 0x00}).ranges(), 1u);
  EXPECT_EQ(NvmCmd({.cdw10 = 0xFFFFFFFF}).ranges(), 256u);
  EXPECT_TRUE(NvmCmd({.cdw11 = 0x4}).deallocates());
  EXPECT_FALSE(NvmCmd({.cdw11 = 0x3}).deallocates());
}

TEST(DsmRange, ARangeThatWrapsIsOutOfRange) {
  EXPECT_TRUE((DsmRange{.blocks = 8, .slba = 0}.InRange(8)));
  EXPECT_FALSE((DsmRange{.blocks = 9, .slba = 0}.InRange(8)));
  EXPECT_TRUE((DsmRange{.blocks = 0, .slba = 8}.InRange(8))) << "nothing, at the end";
  EXPECT_FALSE((DsmRange{.blocks = 0xFFFFFFFF, .slba = kMost}.InRange(kMost)));
}

}  // namespace
}  // namespace nvmf
