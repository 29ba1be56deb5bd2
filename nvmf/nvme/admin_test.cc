#include "nvmf/nvme/admin.h"

#include <gtest/gtest.h>

#include "nvmf/nvme/golden.h"

namespace nvmf {
namespace {

constexpr Golden<IdentifyCmd> kGoldenIdentify[] = {
    {"controller",
     {.sgl1 = {.length = 4096, .type = Sgl::kTransport}, .cns = Cns::kController},
     "0640 @32 00100000 0000005A 01"},
    {"every field",
     {.cid = 0x0102,
      .nsid = 0x03040506,
      .cns = Cns::kCommandSetNamespace,
      .cntid = 0x0708,
      .cnssid = 0x090A,
      .csi = Csi::kZoned},
     "0640 0201 06050403 @40 05 00 0807 0A09 00 02"},
};

constexpr Golden<GetLogPageCmd> kGoldenGetLogPage[] = {
    {"discovery header", {.lid = LogPage::kDiscovery, .numdl = 255}, "0240 @40 70 00 FF00"},
    {"every field",
     {.cid = 0x0102,
      .nsid = 0xFFFFFFFF,
      .lid = LogPage::kSmart,
      .lsp_rae = 0x85,
      .numdl = 0x0304,
      .numdu = 0x0506,
      .lsi = 0x0708,
      .lpo = 0x1112131415161718,
      .uuid_index = 9,
      .ot = 0x80,
      .csi = Csi::kKeyValue},
     "0240 0201 FFFFFFFF @40 02 85 0403 0605 0807 1817161514131211 09 00 80 01"},
};

constexpr Golden<FeaturesCmd> kGoldenFeatures[] = {
    {"Number of Queues",
     {.fid = Feature::kNumberOfQueues, .cdw11 = 0x00030003},
     "0940 @40 07000000 03000300"},
    {"every field",
     {.opc = 0x0A,
      .cid = 1,
      .nsid = 2,
      .fid = Feature::kHostIdentifier,
      .sel = FeatureSelect::kSupported,
      .sv = FeaturesCmd::kSv,
      .cdw11 = 1},
     "0A40 0100 02000000 @40 81 03 00 80 01"},
};

constexpr Golden<AbortCmd> kGoldenAbort[] = {
    {"command 0304h of queue 0102h",
     {.cid = 5, .sqid = 0x0102, .abort_cid = 0x0304},
     "0840 0500 @40 0201 0403"},
};

TEST(IdentifyCmd, OctetsReadBothWays) { ExpectBothWays<IdentifyCmd>(kGoldenIdentify); }
TEST(GetLogPageCmd, OctetsReadBothWays) { ExpectBothWays<GetLogPageCmd>(kGoldenGetLogPage); }
TEST(FeaturesCmd, OctetsReadBothWays) { ExpectBothWays<FeaturesCmd>(kGoldenFeatures); }
TEST(AbortCmd, OctetsReadBothWays) { ExpectBothWays<AbortCmd>(kGoldenAbort); }

TEST(MakeIdentify, FillsCdw10And11) {
  EXPECT_EQ(MakeIdentify(Cns::kController), (Sqe{.opc = 0x06, .cdw10 = 0x01}));
  EXPECT_EQ(MakeIdentify(Cns::kCommandSetNamespace, 7, 0x0102, Csi::kZoned),
            (Sqe{.opc = 0x06, .nsid = 7, .cdw10 = 0x01020005, .cdw11 = 0x02000000}));
}

TEST(MakeGetLogPage, NumdIsSplitAnd0sBased) {
  const Sqe one = MakeGetLogPage({.lid = LogPage::kDiscovery, .octets = 4});
  EXPECT_EQ(one, (Sqe{.opc = 0x02, .cdw10 = 0x00000070}));
  const Sqe low = MakeGetLogPage({.lid = LogPage::kDiscovery, .octets = 0x40000});
  EXPECT_EQ(low.cdw10, 0xFFFF0070u);
  EXPECT_EQ(low.cdw11, 0u);
  const Sqe high = MakeGetLogPage({.lid = LogPage::kDiscovery, .octets = 0x40004});
  EXPECT_EQ(high.cdw10, 0x00000070u);
  EXPECT_EQ(high.cdw11, 1u);
  const Sqe most = MakeGetLogPage({.lid = LogPage::kDiscovery, .octets = 1ull << 34});
  EXPECT_EQ(most.cdw10, 0xFFFF0070u);
  EXPECT_EQ(most.cdw11, 0x0000FFFFu);
}

TEST(MakeGetLogPage, OffsetLspAndRaeStandInTheirBits) {
  const Sqe sqe = MakeGetLogPage({.lid = LogPage::kSmart,
                                  .octets = 512,
                                  .offset = 0x0000000100000004,
                                  .nsid = kNsidAll,
                                  .lsp = 0x7F,
                                  .rae = true,
                                  .csi = Csi::kZoned});
  EXPECT_EQ(sqe.nsid, 0xFFFFFFFFu);
  EXPECT_EQ(sqe.cdw10, 0x007FFF02u);
  EXPECT_EQ(sqe.cdw12, 4u);
  EXPECT_EQ(sqe.cdw13, 1u);
  EXPECT_EQ(sqe.cdw14, 0x02000000u);
  const auto cmd = ViewAs<GetLogPageCmd>(sqe);
  EXPECT_EQ(cmd.lsp(), 0x7F);
  EXPECT_TRUE(cmd.rae());
}

TEST(LogLength, IsNaturalOctetsIn64Bits) {
  EXPECT_EQ(LogLength(Sqe{.cdw10 = 0x00FF0070}), 1024u);
  EXPECT_EQ(LogLength(Sqe{.cdw10 = 0xFFFF0070, .cdw11 = 0x0000FFFF}), 1ull << 34);
  EXPECT_EQ(LogLength(Sqe{.cdw10 = 0x00000070, .cdw11 = 0xFFFF0000}), 4u) << "LSI is no length";
}

TEST(MakeSetFeatures, FillsCdw10And11) {
  EXPECT_EQ(MakeSetFeatures(Feature::kKeepAliveTimer, 5000),
            (Sqe{.opc = 0x09, .cdw10 = 0x0F, .cdw11 = 5000}));
  EXPECT_EQ(MakeSetFeatures(Feature::kVolatileWriteCache, 1, 2, true),
            (Sqe{.opc = 0x09, .nsid = 2, .cdw10 = 0x80000006, .cdw11 = 1}));
}

TEST(MakeGetFeatures, FillsCdw10) {
  EXPECT_EQ(MakeGetFeatures(Feature::kNumberOfQueues), (Sqe{.opc = 0x0A, .cdw10 = 0x07}));
  EXPECT_EQ(MakeGetFeatures(Feature::kHostIdentifier, kHostIdExhid, 0, FeatureSelect::kDefault),
            (Sqe{.opc = 0x0A, .cdw10 = 0x00000181, .cdw11 = 1}));
}

TEST(MakeAbort, NamesQueueAndCommand) {
  EXPECT_EQ(MakeAbort(1, 0xABCD), (Sqe{.opc = 0x08, .cdw10 = 0xABCD0001}));
}

TEST(Admin, AsyncEventRequestAndKeepAliveSayNothingMore) {
  EXPECT_EQ(MakeAsyncEventRequest(), (Sqe{.opc = 0x0C}));
  EXPECT_EQ(MakeKeepAlive(), (Sqe{.opc = 0x18}));
}

TEST(AsyncEvent, ADiscoveryChangeIs0070F002) {
  const AsyncEvent event{.type = AsyncEvent::Type::kNotice,
                         .info = AsyncEvent::kDiscoveryChange,
                         .lid = LogPage::kDiscovery};
  EXPECT_EQ(event.ToDw0(), 0x0070F002u);
  EXPECT_EQ(AsyncEvent::FromDw0(0x0070F002), event);
}

TEST(AsyncEvent, ANamespaceChangeIs00040002) {
  const AsyncEvent event{.info = AsyncEvent::kNamespaceAttributeChanged,
                         .lid = LogPage::kChangedNamespaces};
  EXPECT_EQ(event.ToDw0(), 0x00040002u);
  EXPECT_EQ(AsyncEvent::FromDw0(0x00040002), event);
}

TEST(AsyncEvent, ReservedBitsAreNotRead) {
  EXPECT_EQ(AsyncEvent::FromDw0(0xFF0400FA), AsyncEvent::FromDw0(0x00040002));
}

}  // namespace
}  // namespace nvmf
