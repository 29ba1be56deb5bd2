// The admin command set of I/O controllers, as a host meets it.
#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

class AdminTest : public testing::Test {
 protected:
  StatusCode Code(const Sqe& sqe, const Data& data = kNoData) {
    return CodeOf(host_.Admin(sqe, data));
  }
  StatusCode Identify(Cns cns, std::uint32_t nsid = 0, Csi csi = Csi::kNvm) {
    page_.fill(std::byte{0xEE});
    return Code(MakeIdentify(cns, nsid, 0, csi), ReadInto(page_));
  }
  StatusCode GetLog(LogPage lid, std::uint64_t octets, std::uint64_t offset = 0) {
    page_.fill(std::byte{0xEE});
    GetLogPageCmd cmd = ViewAs<GetLogPageCmd>(MakeGetLogPage({.lid = lid, .octets = octets}));
    cmd.lpo = offset;
    return Code(ViewAs<Sqe>(cmd), ReadInto(MutableBytes(page_).first(octets)));
  }
  bool AllZeros() const {
    return std::ranges::all_of(page_, [](std::byte b) { return b == std::byte{0}; });
  }
  ByteView page() const { return page_; }

  Fixture fixture_;
  Host host_{fixture_};
  std::array<std::byte, 4096> page_{};
};

constexpr StatusCode kOk = StatusCode::kSuccess;
constexpr StatusCode kField = StatusCode::kInvalidField;
constexpr StatusCode kNoNamespace = StatusCode::kInvalidNamespace;
constexpr StatusCode kNoOpcode = StatusCode::kInvalidOpcode;

TEST_F(AdminTest, IdentifyControllerAgreesWithConnectAndProperties) {
  const auto id = host_.controller->IdentifyController();
  ASSERT_TRUE(id);
  EXPECT_EQ(id->cntlid, host_.association.cntlid());
  EXPECT_EQ(id->ver, *host_.controller->PropertyGet(Vs::kOffset));
  EXPECT_EQ(*NqnFromField(id->subnqn), kDiskNqn);
  EXPECT_EQ(id->cntrltype, Cntrltype::kIo);
  EXPECT_EQ(host_.association.io_in_capsule_bytes(), 8192u);
  EXPECT_EQ(host_.controller->cap().max_entries(), 1024u);
  EXPECT_EQ(host_.controller->cap().timeout_ms(), 15'000u);
  EXPECT_TRUE(host_.controller->PropertyGet(Crto::kOffset));
}

TEST_F(AdminTest, IdentifyTellsActiveInactiveAndInvalidNamespacesApart) {
  EXPECT_EQ(Identify(Cns::kNamespace, 1), kOk);
  EXPECT_EQ(Decode<IdentifyNamespace>(page().first<4096>()).bytes(), kDiskBytes);
  EXPECT_EQ(Identify(Cns::kNamespace, 2), kOk);
  EXPECT_TRUE(AllZeros());
  for (const std::uint32_t nsid : {0u, 1025u, 0xFFFFFFFEu, 0xFFFFFFFFu}) {
    EXPECT_EQ(Identify(Cns::kNamespace, nsid), kNoNamespace) << nsid;
  }
  EXPECT_EQ(Identify(Cns::kNamespaceDescriptors, 1), kOk);
  for (const std::uint32_t nsid : {0u, 2u, 1025u, 0xFFFFFFFFu}) {
    EXPECT_EQ(Identify(Cns::kNamespaceDescriptors, nsid), kNoNamespace) << nsid;
  }
}

TEST_F(AdminTest, ActiveNsidsComeAfterTheOneGiven) {
  EXPECT_EQ(fixture_.disk->AddNamespace(MakeNullBackend(1 << 20), {.nsid = 9}), 9u);
  EXPECT_EQ(*host_.controller->ActiveNamespaces(), (std::vector<std::uint32_t>{1, 9}));
  EXPECT_EQ(Identify(Cns::kActiveNsids, 1), kOk);
  EXPECT_EQ(Decode<NsidList>(page().first<4096>()).used().front(), 9u);
  EXPECT_EQ(Identify(Cns::kActiveNsids, 9), kOk);
  EXPECT_TRUE(AllZeros());
  EXPECT_EQ(Identify(Cns::kActiveNsids, 0xFFFFFFFE), kNoNamespace);
  EXPECT_EQ(Identify(Cns::kActiveNsids, 0xFFFFFFFF), kNoNamespace);
}

TEST_F(AdminTest, CommandSetVersionsAreThoseOfTheNvmCommandSet) {
  for (const Cns cns :
       {Cns::kCommandSetNamespace, Cns::kCommandSetController, Cns::kCommandSetActiveNsids}) {
    EXPECT_EQ(Identify(cns, 1), kOk);
    for (const int csi : {1, 2, 0x30, 0xFF}) {
      EXPECT_EQ(Identify(cns, 1, static_cast<Csi>(csi)), kField) << csi;
    }
  }
  EXPECT_EQ(Identify(Cns::kNamespaceIndependent, 1), kOk);
  EXPECT_EQ(page_[14], std::byte{1});
  EXPECT_EQ(Identify(Cns::kCommandSetCombinations), kOk);
  EXPECT_EQ(page_[0], std::byte{1});
}

TEST_F(AdminTest, OtherIdentifyPagesAreInvalidFields) {
  for (const int cns : {0x04, 0x09, 0x0F, 0x1E, 0xFF}) {
    EXPECT_EQ(Identify(static_cast<Cns>(cns), 1), kField) << cns;
  }
}

TEST_F(AdminTest, IdentifyNeedsRoomForAllOfThePage) {
  EXPECT_EQ(Code(MakeIdentify(Cns::kController), ReadInto(MutableBytes(page_).first(4092))),
            StatusCode::kSglDataLengthInvalid);
  // More room is not refused; that it was not filled is for the host to judge.
  std::vector<std::byte> more(8192);
  const Completion done = host_.Admin(MakeIdentify(Cns::kController), ReadInto(more));
  EXPECT_EQ(done.bytes, 4096u);
  EXPECT_EQ(Decode<IdentifyController>(ByteView(more).first<4096>()).cntrltype, Cntrltype::kIo);
}

TEST_F(AdminTest, OpcodesThatAreNotOfferedAreInvalid) {
  for (const int opc : {0x00, 0x01, 0x03, 0x04, 0x05, 0x07, 0x0B, 0x0D, 0x0E, 0x0F, 0x10,
                        0x11, 0x14, 0x15, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x22, 0x7B,
                        0x7C, 0x80, 0x81, 0x82, 0x83, 0x84, 0x87, 0xBF, 0xC0, 0xFF}) {
    const Sqe sqe{.opc = static_cast<std::uint8_t>(opc)};
    EXPECT_EQ(Code(sqe), kNoOpcode) << opc;
  }
}

TEST_F(AdminTest, UnknownFabricsTypesAreInvalidOpcodes) {
  for (const std::uint32_t fctype : {0x02u, 0x05u, 0x06u, 0x07u, 0x7Fu, 0xC0u, 0xFFu}) {
    EXPECT_EQ(Code(Sqe{.opc = kFabricsOpcode, .nsid = fctype}), kNoOpcode) << fctype;
  }
}

TEST_F(AdminTest, FusedAdminCommandsAreInvalidFields) {
  for (const std::uint8_t fuse : {kFuseFirst, kFuseSecond}) {
    Sqe sqe = MakeIdentify(Cns::kController);
    sqe.flags |= fuse;
    // The host's transport fills PSDT in and leaves FUSE.
    EXPECT_EQ(Code(sqe, ReadInto(page_)), kField);
  }
}

TEST_F(AdminTest, NumberOfQueuesIsSettledBeforeTheFirst) {
  const auto set = [&](std::uint32_t cdw11) {
    return host_.Admin(MakeSetFeatures(Feature::kNumberOfQueues, cdw11));
  };
  EXPECT_EQ(set(0x00030003).cqe.dw0, 0x00030003u);
  EXPECT_EQ(set(0x0FFE0FFE).cqe.dw0, 0x003F003Fu);
  for (const std::uint32_t bad : {0xFFFFFFFFu, 0x0000FFFFu, 0xFFFF0000u}) {
    EXPECT_EQ(CodeOf(set(bad)), kField);
  }
  EXPECT_EQ(host_.Admin(MakeGetFeatures(Feature::kNumberOfQueues)).cqe.dw0, 0x003F003Fu);
  HostQPair io = host_.Io();
  EXPECT_EQ(CodeOf(set(0x00030003)), StatusCode::kCommandSequenceError);
}

TEST_F(AdminTest, FeaturesKeepWhatWasSet) {
  for (const Feature fid : {Feature::kArbitration, Feature::kErrorRecovery,
                            Feature::kAsyncEventConfiguration, Feature::kTemperatureThreshold}) {
    EXPECT_EQ(Code(MakeSetFeatures(fid, 0x105)), kOk);
    EXPECT_EQ(host_.Admin(MakeGetFeatures(fid)).cqe.dw0, 0x105u);
  }
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kPowerManagement, 0)), kOk);
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kPowerManagement, 1)), kField);
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kVolatileWriteCache, 1)), kField);  // RAM has none.
}

TEST_F(AdminTest, FeaturesThatAreNotThereAreInvalidFields) {
  for (const int fid : {0x00, 0x0C, 0x7F, 0xBF}) {
    EXPECT_EQ(Code(MakeGetFeatures(static_cast<Feature>(fid))), kField) << fid;
    EXPECT_EQ(Code(MakeSetFeatures(static_cast<Feature>(fid), 0)), kField) << fid;
  }
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kArbitration, 0, 0, true)),
            StatusCode::kFeatureNotSaveable);
  for (const int sel : {1, 2, 3, 7}) {
    const auto select = static_cast<FeatureSelect>(sel);
    EXPECT_EQ(Code(MakeGetFeatures(Feature::kArbitration, 0, 0, select)), kField);
  }
}

TEST_F(AdminTest, HostBehaviorComesBackAsItWasSent) {
  std::vector<std::byte> sent = Pattern(512, 3);
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kHostBehaviorSupport, 0), WriteFrom(sent)), kOk);
  const MutableBytes got = MutableBytes(page_).first(512);
  EXPECT_EQ(Code(MakeGetFeatures(Feature::kHostBehaviorSupport), ReadInto(got)), kOk);
  EXPECT_TRUE(std::equal(sent.begin(), sent.begin() + 3, got.begin()));
  EXPECT_EQ(got[3], std::byte{0});
  sent.resize(508);
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kHostBehaviorSupport, 0), WriteFrom(sent)),
            StatusCode::kSglDataLengthInvalid);
}

TEST_F(AdminTest, HostIdentifierIsThatOfConnectAndReadOnly) {
  const MutableBytes got = MutableBytes(page_).first(16);
  EXPECT_EQ(Code(MakeGetFeatures(Feature::kHostIdentifier, kHostIdExhid), ReadInto(got)), kOk);
  EXPECT_TRUE(std::ranges::equal(got, host_.association.params().hostid));
  EXPECT_EQ(Code(MakeGetFeatures(Feature::kHostIdentifier, 0), ReadInto(got)), kField);
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kHostIdentifier, kHostIdExhid), WriteFrom(page_)),
            StatusCode::kCommandSequenceError);
}

TEST_F(AdminTest, KeepAliveTimeoutIsRoundedUpAndNeverZero) {
  EXPECT_EQ(host_.Admin(MakeGetFeatures(Feature::kKeepAliveTimer)).cqe.dw0, 120'000u);
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kKeepAliveTimer, 12'345)), kOk);
  EXPECT_EQ(host_.Admin(MakeGetFeatures(Feature::kKeepAliveTimer)).cqe.dw0, 13'000u);
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kKeepAliveTimer, 0)), StatusCode::kKeepAliveInvalid);
  EXPECT_EQ(host_.Admin(MakeGetFeatures(Feature::kKeepAliveTimer)).cqe.dw0, 13'000u);
  EXPECT_EQ(Code(MakeKeepAlive()), kOk);
}

TEST_F(AdminTest, LogPagesAreThoseThatTheFirstOneLists) {
  EXPECT_EQ(GetLog(LogPage::kSupportedLogPages, 1024), kOk);
  const auto supported = Decode<SupportedLogPages>(page().first<1024>());
  for (std::size_t lid = 0; lid < 256; ++lid) {
    const StatusCode code = GetLog(static_cast<LogPage>(lid), 64);
    EXPECT_EQ(code, supported.pages[lid] != 0 ? kOk : kField) << lid;
  }
}

TEST_F(AdminTest, LogOffsetsStayOnThePage) {
  EXPECT_EQ(GetLog(LogPage::kSmart, 512), kOk);
  const auto whole = page_;
  EXPECT_EQ(GetLog(LogPage::kSmart, 64, 4), kOk);
  EXPECT_TRUE(std::equal(page_.begin(), page_.begin() + 64, whole.begin() + 4));
  EXPECT_EQ(GetLog(LogPage::kSmart, 4, 2), kField);
  EXPECT_EQ(GetLog(LogPage::kSmart, 4, 0x1000), kField);
  EXPECT_EQ(GetLog(LogPage::kSmart, 4, 0xFFFFFFFFFFFFFFFC), kField);
  EXPECT_EQ(GetLog(LogPage::kSmart, 1024), kOk);  // Zeros past its end.
  EXPECT_EQ(page_[512], std::byte{0});
}

TEST_F(AdminTest, LogLengthsAreBounded) {
  GetLogPageCmd cmd{.lid = LogPage::kSmart, .numdl = 0xFFFF, .numdu = 0xFFFF};
  EXPECT_EQ(Code(ViewAs<Sqe>(cmd), ReadInto(page_)), kField);
  cmd = {.lid = LogPage::kSmart, .numdl = 255};
  EXPECT_EQ(Code(ViewAs<Sqe>(cmd), ReadInto(MutableBytes(page_).first(512))),
            StatusCode::kSglDataLengthInvalid);
}

TEST_F(AdminTest, AsyncEventRequestsAreKeptUpToTheLimit) {
  HostQPair& admin = host_.controller->admin();
  std::vector<std::uint16_t> cids;
  cids.reserve(4);
  for (int i = 0; i < 4; ++i) cids.push_back(*admin.Submit(MakeAsyncEventRequest(), kNoData));
  EXPECT_EQ(Code(MakeAsyncEventRequest()), StatusCode::kAerLimitExceeded);
  const Completion aborted = host_.Admin(MakeAbort(0, cids[2]));
  EXPECT_EQ(aborted.cqe.dw0, 0u);
  EXPECT_EQ(CodeOf(*admin.Wait(cids[2], Soon())), StatusCode::kAbortRequested);
  EXPECT_TRUE(admin.Submit(MakeAsyncEventRequest(), kNoData));
  EXPECT_EQ(Code(MakeKeepAlive()), kOk);
}

TEST_F(AdminTest, WhatIsNotThereIsNotAborted) {
  for (const std::uint16_t sqid : {std::uint16_t{0}, std::uint16_t{1}, std::uint16_t{0xFFFF}}) {
    const Completion done = host_.Admin(MakeAbort(sqid, 0xFFFE));
    EXPECT_TRUE(done.status().ok());
    EXPECT_EQ(done.cqe.dw0, AbortCmd::kNotAborted);
  }
}

TEST_F(AdminTest, NamespacesThatComeAndGoAreToldOnceUntilTheLogIsRead) {
  HostQPair& admin = host_.controller->admin();
  const auto cid = *admin.Submit(MakeAsyncEventRequest(), kNoData);
  const auto next = *admin.Submit(MakeAsyncEventRequest(), kNoData);
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kAsyncEventConfiguration, kAsyncEventNamespaceAttribute)),
            kOk);
  EXPECT_EQ(fixture_.disk->AddNamespace(MakeNullBackend(1 << 20)), 2u);
  EXPECT_EQ(admin.Wait(cid, Soon())->cqe.dw0, 0x00040002u);
  EXPECT_TRUE(fixture_.disk->RemoveNamespace(2));
  EXPECT_EQ(fixture_.disk->AddNamespace(MakeNullBackend(1 << 20), {.nsid = 7}), 7u);
  EXPECT_EQ(GetLog(LogPage::kChangedNamespaces, 4096), kOk);
  const auto changed = Decode<NsidList>(page().first<4096>());
  EXPECT_EQ(std::vector(changed.used().begin(), changed.used().end()),
            (std::vector<std::uint32_t>{2, 7}));
  EXPECT_EQ(GetLog(LogPage::kChangedNamespaces, 4096), kOk);
  EXPECT_TRUE(AllZeros());
  EXPECT_TRUE(fixture_.disk->RemoveNamespace(7));
  EXPECT_EQ(admin.Wait(next, Soon())->cqe.dw0, 0x00040002u);
}

TEST_F(AdminTest, EventsThatTheHostDoesNotWantAreNotTold) {
  HostQPair& admin = host_.controller->admin();
  const auto cid = *admin.Submit(MakeAsyncEventRequest(), kNoData);
  EXPECT_EQ(Code(MakeSetFeatures(Feature::kAsyncEventConfiguration, 0)), kOk);
  EXPECT_EQ(fixture_.disk->AddNamespace(MakeNullBackend(1 << 20)), 2u);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Code(MakeKeepAlive()), kOk);
  EXPECT_FALSE(admin.Wait(cid, Deadline::After(std::chrono::milliseconds(20))));
}

TEST(AdminBeforeEnable, OnlyFabricsCommandsAreTaken) {
  Fixture fixture;
  Association association(HostParams());
  auto controller = HostController::Connect(association, fixture.Dial());
  ASSERT_TRUE(controller);
  std::array<std::byte, 4096> page;
  for (const Sqe& sqe : {MakeIdentify(Cns::kController), MakeKeepAlive(), MakeAsyncEventRequest(),
                         MakeGetLogPage({.lid = LogPage::kSmart, .octets = 512}),
                         MakeSetFeatures(Feature::kNumberOfQueues, 0)}) {
    const Data data = DataDirection(sqe) == Direction::kToHost ? ReadInto(page) : kNoData;
    const auto done = controller->admin().Execute(sqe, data, Soon());
    ASSERT_TRUE(done);
    EXPECT_EQ(CodeOf(*done), StatusCode::kCommandSequenceError);
  }
  EXPECT_TRUE(controller->PropertyGet(Csts::kOffset));
  EXPECT_TRUE(controller->Enable());
}

}  // namespace
}  // namespace nvmf::target
