// I/O commands that are refused, and the rest of the NVM command set.
#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

constexpr std::uint64_t kBlocks = kDiskBytes / kBlock;
constexpr StatusCode kOk = StatusCode::kSuccess;
constexpr StatusCode kRange = StatusCode::kLbaOutOfRange;
constexpr StatusCode kField = StatusCode::kInvalidField;
constexpr StatusCode kNoNamespace = StatusCode::kInvalidNamespace;

class IoErrors : public testing::Test {
 protected:
  StatusCode Code(const Sqe& sqe, const Data& data = kNoData) { return CodeOf(Do(io_, sqe, data)); }
  MutableBytes Room(std::size_t octets) { return MutableBytes(room_).first(octets); }
  std::vector<std::byte> ReadBack(std::uint64_t slba, std::uint32_t blocks) {
    std::vector<std::byte> read(blocks * kBlock);
    EXPECT_EQ(Code(MakeRead(1, slba, blocks), ReadInto(read)), kOk);
    return read;
  }

  Fixture fixture_{{.mdts_bytes = 128 * 1024}};
  Host host_{fixture_};
  HostQPair io_ = host_.Io();
  std::vector<std::byte> room_ = std::vector<std::byte>(256 * 1024);
};

TEST_F(IoErrors, RangesEndWithTheNamespaceAndDoNotWrap) {
  struct Row {
    std::uint64_t slba;
    std::uint32_t blocks;
    StatusCode code;
  };
  for (const Row& row :
       {Row{kBlocks - 1, 1, kOk}, Row{kBlocks - 8, 8, kOk}, Row{kBlocks, 1, kRange},
        Row{kBlocks - 1, 2, kRange}, Row{~std::uint64_t{0}, 1, kRange},
        Row{~std::uint64_t{0}, 65536, kRange}, Row{0, 65536, kRange}}) {
    const std::size_t octets = std::min<std::size_t>(row.blocks * kBlock, room_.size());
    EXPECT_EQ(Code(MakeRead(1, row.slba, row.blocks), ReadInto(Room(octets))), row.code);
    EXPECT_EQ(Code(MakeWrite(1, row.slba, row.blocks), WriteFrom(Room(octets))), row.code);
    EXPECT_EQ(Code(MakeCompare(1, row.slba, row.blocks), WriteFrom(Room(octets))), row.code);
    EXPECT_EQ(Code(MakeWriteZeroes(1, row.slba, row.blocks)), row.code);
    EXPECT_EQ(Code(MakeVerify(1, row.slba, row.blocks)), row.code);
  }
}

TEST_F(IoErrors, NamespacesAreActiveInactiveOrInvalid) {
  for (const auto& [nsid, code] : {std::pair{0u, kNoNamespace},
                                   {2u, kField},
                                   {1024u, kField},
                                   {1025u, kNoNamespace},
                                   {kNsidAll, kNoNamespace}}) {
    EXPECT_EQ(Code(MakeRead(nsid, 0, 1), ReadInto(Room(kBlock))), code) << nsid;
    EXPECT_EQ(Code(MakeWrite(nsid, 0, 1), WriteFrom(Room(kBlock))), code) << nsid;
    if (nsid == kNsidAll) continue;
    EXPECT_EQ(Code(MakeFlush(nsid)), code) << nsid;
  }
  EXPECT_EQ(Code(MakeFlush(1)), kOk);
  EXPECT_EQ(Code(MakeFlush(kNsidAll)), kOk);
}

TEST_F(IoErrors, OpcodesThatAreNotOfferedAreInvalidWhateverTheNsid) {
  for (const int opc :
       {0x04, 0x06, 0x0D, 0x0E, 0x11, 0x15, 0x18, 0x19, 0x79, 0x7A, 0x7D, 0x80, 0xFF}) {
    for (const std::uint32_t nsid : {0u, 1u}) {
      const Sqe sqe{.opc = static_cast<std::uint8_t>(opc), .nsid = nsid};
      EXPECT_EQ(Code(sqe), StatusCode::kInvalidOpcode) << opc;
    }
  }
}

TEST_F(IoErrors, FabricsCommandsOnAnIoQueue) {
  EXPECT_EQ(Code(MakePropertyGet(Cap::kOffset, 8)), kField);
  EXPECT_EQ(Code(MakePropertySet(Cc::kOffset, 4, 0)), kField);
  EXPECT_EQ(Code(Sqe{.opc = kFabricsOpcode, .nsid = 0xC0}), StatusCode::kInvalidOpcode);
  const std::array<std::byte, 1024> data{};
  EXPECT_EQ(Code(MakeConnect(2, 32, 0, false), WriteFrom(data)), StatusCode::kCommandSequenceError);
}

TEST_F(IoErrors, DataShorterThanTheBlocksAreRefusedAndLongerOnesTaken) {
  const StatusCode shorter = StatusCode::kSglDataLengthInvalid;
  EXPECT_EQ(Code(MakeRead(1, 0, 8), ReadInto(Room(kBlock))), shorter);
  EXPECT_EQ(Code(MakeWrite(1, 0, 8), WriteFrom(Room(kBlock))), shorter);
  EXPECT_EQ(Code(MakeCompare(1, 0, 8), WriteFrom(Room(kBlock))), shorter);
  EXPECT_EQ(Code(MakeRead(1, 0, 1)), shorter);
  // More room is not refused; that it was not filled is for the host to judge.
  EXPECT_EQ(Do(io_, MakeRead(1, 0, 1), ReadInto(Room(4096))).bytes, kBlock);
}

TEST_F(IoErrors, LongerDataWriteTheirBlocksOnly) {
  for (const std::size_t octets : {4096u, 65536u}) {  // In capsule, and by R2T.
    const auto data = Pattern(octets, 5);
    EXPECT_EQ(Code(MakeWrite(1, 10, 1), WriteFrom(data)), kOk);
    const auto read = ReadBack(10, 2);
    EXPECT_TRUE(std::equal(read.begin(), read.begin() + kBlock, data.begin()));
    EXPECT_EQ(std::vector(read.begin() + kBlock, read.end()), std::vector<std::byte>(kBlock));
  }
}

TEST_F(IoErrors, TransfersStayBelowMdts) {
  EXPECT_EQ(Code(MakeRead(1, 0, 256), ReadInto(Room(256 * kBlock))), kOk);
  EXPECT_EQ(Code(MakeRead(1, 0, 257), ReadInto(Room(257 * kBlock))), kField);
  EXPECT_EQ(Code(MakeWrite(1, 0, 257), WriteFrom(Room(257 * kBlock))), kField);
  EXPECT_EQ(Code(MakeWriteZeroes(1, 0, 4096)), kOk);  // Moves no data.
}

TEST_F(IoErrors, CompareTellsEqualFromDifferent) {
  const auto data = Pattern(200 * kBlock, 1);
  EXPECT_EQ(Code(MakeWrite(1, 0, 200), WriteFrom(data)), kOk);
  EXPECT_EQ(Code(MakeCompare(1, 0, 200), WriteFrom(data)), kOk);
  auto other = data;
  other.back() ^= std::byte{1};
  EXPECT_EQ(Code(MakeCompare(1, 0, 200), WriteFrom(other)), StatusCode::kCompareFailure);
  EXPECT_EQ(Code(MakeCompare(1, 0, 1), WriteFrom(ByteView(other).first(kBlock))), kOk);
}

TEST_F(IoErrors, WriteZeroesWritesZerosAndNothingElse) {
  const auto data = Pattern(16 * kBlock, 1);
  EXPECT_EQ(Code(MakeWrite(1, 0, 16), WriteFrom(data)), kOk);
  EXPECT_EQ(Code(MakeWriteZeroes(1, 4, 8, true)), kOk);
  auto expected = data;
  std::fill(expected.begin() + 4 * kBlock, expected.begin() + 12 * kBlock, std::byte{0});
  EXPECT_EQ(ReadBack(0, 16), expected);
}

TEST_F(IoErrors, DatasetManagementJudgesAllItsRanges) {
  const auto send = [&](std::uint32_t ranges, std::size_t octets, DsmRange last) {
    std::vector<std::byte> data(octets);
    const auto encoded = Encode(last);
    std::ranges::copy(encoded, data.end() - 16);
    return Code(MakeDatasetManagement(1, ranges), WriteFrom(data));
  };
  EXPECT_EQ(send(1, 16, {.blocks = 8}), kOk);
  EXPECT_EQ(send(256, 4096, {.blocks = 8, .slba = kBlocks - 8}), kOk);
  EXPECT_EQ(send(256, 4096, {.blocks = 9, .slba = kBlocks - 8}), kRange);
  EXPECT_EQ(send(1, 16, {.blocks = 1, .slba = ~std::uint64_t{0}}), kRange);
  EXPECT_EQ(send(256, 16, {}), StatusCode::kSglDataLengthInvalid);
}

TEST_F(IoErrors, WriteProtectedNamespacesAreReadOnly) {
  const NamespaceOptions options{.nsid = 3, .write_protected = true};
  EXPECT_EQ(fixture_.disk->AddNamespace(MakeRamBackend(1 << 20), options), 3u);
  const StatusCode no = StatusCode::kNamespaceWriteProtected;
  EXPECT_EQ(Code(MakeRead(3, 0, 1), ReadInto(Room(kBlock))), kOk);
  EXPECT_EQ(Code(MakeWrite(3, 0, 1), WriteFrom(Room(kBlock))), no);
  EXPECT_EQ(Code(MakeWrite(3, 0, 128), WriteFrom(Room(128 * kBlock))), no);
  EXPECT_EQ(Code(MakeWriteZeroes(3, 0, 1)), no);
  EXPECT_EQ(Code(MakeDatasetManagement(3, 1), WriteFrom(Room(16))), no);
  EXPECT_TRUE(host_.controller->IdentifyNamespace(3)->write_protected());
}

TEST_F(IoErrors, LargerBlocksAreBlocks) {
  const NamespaceOptions options{.nsid = 4, .block_bytes = 4096};
  EXPECT_EQ(fixture_.disk->AddNamespace(MakeRamBackend((1 << 20) + 1), options), 4u);
  const auto data = Pattern(4096, 9);
  EXPECT_EQ(Code(MakeWrite(4, 255, 1), WriteFrom(data)), kOk);
  EXPECT_EQ(Code(MakeWrite(4, 256, 1), WriteFrom(data)), kRange);
  EXPECT_EQ(Code(MakeRead(4, 255, 1), ReadInto(Room(4096))), kOk);
  EXPECT_TRUE(std::ranges::equal(Room(4096), data));
}

TEST_F(IoErrors, NamespacesThatWentAwayAreInactive) {
  EXPECT_EQ(Code(MakeRead(1, 0, 1), ReadInto(Room(kBlock))), kOk);
  EXPECT_TRUE(fixture_.disk->RemoveNamespace(1));
  EXPECT_EQ(Code(MakeRead(1, 0, 1), ReadInto(Room(kBlock))), kField);
}

}  // namespace
}  // namespace nvmf::target
