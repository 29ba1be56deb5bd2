// The discovery subsystem, as a host meets it.
#include "gtest/gtest.h"
#include "nvmf/host/discovery_log.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

AssociationParams DiscoveryParams(std::uint32_t kato_ms = 0) {
  AssociationParams params = HostParams(std::string(kDiscoveryNqn));
  params.kato_ms = kato_ms;
  return params;
}

nvmf::DiscoveryLog Read(Host& host) {
  auto log = ReadDiscoveryLog(*host.controller);
  EXPECT_TRUE(log) << log.error().Message();
  return log.value_or(nvmf::DiscoveryLog{});
}

TEST(Discovery, TellsOfItselfTheSubsystemsAndReferrals) {
  Fixture fixture;
  fixture.target->AddPort({.traddr = "192.0.2.1", .trsvcid = 4420});
  fixture.target->AddPort({.adrfam = AdrFam::kIpv6, .traddr = "2001:db8::1", .trsvcid = 8009});
  fixture.target->AddReferral({.traddr = "192.0.2.9", .trsvcid = 8009});
  Host host(fixture, DiscoveryParams());
  const auto log = Read(host);
  ASSERT_EQ(log.entries.size(), 5u);
  const auto expect = [&](std::size_t i, SubType subtype, std::string_view nqn,
                          std::string_view traddr, std::uint16_t portid) {
    const DiscoveryEntry& entry = log.entries[i];
    EXPECT_EQ(EntryFault(entry), nullptr) << i;
    EXPECT_EQ(entry.subtype, subtype) << i;
    EXPECT_EQ(*entry.nqn(), nqn) << i;
    EXPECT_EQ(Text(entry.traddr), traddr) << i;
    EXPECT_EQ(entry.portid, portid) << i;
    EXPECT_EQ(entry.cntlid, kCntlidDynamic) << i;
    EXPECT_GE(entry.asqsz, 32u) << i;
    EXPECT_EQ(entry.sectype, SecType::kNone) << i;
  };
  expect(0, SubType::kDiscovery, kDiscoveryNqn, "192.0.2.1", 1);
  expect(1, SubType::kNvm, kDiskNqn, "192.0.2.1", 1);
  expect(2, SubType::kDiscovery, kDiscoveryNqn, "2001:db8::1", 2);
  expect(3, SubType::kNvm, kDiskNqn, "2001:db8::1", 2);
  expect(4, SubType::kReferral, kDiscoveryNqn, "192.0.2.9", 0);
}

TEST(Discovery, ShowsAHostWhatItMayUse) {
  Fixture fixture({}, {.nqn = kDiskNqn, .allow_any_host = false, .hosts = {kHostNqn}});
  Host listed(fixture, DiscoveryParams());
  EXPECT_EQ(Read(listed).entries.size(), 2u);
  AssociationParams params = DiscoveryParams();
  params.hostnqn = "nqn.2026-11.org.example:stranger";
  Host stranger(fixture, params);
  EXPECT_EQ(Read(stranger).entries.size(), 1u);
}

TEST(Discovery, GenerationGrowsWithEachChange) {
  Fixture fixture;
  Host host(fixture, DiscoveryParams());
  std::uint64_t last = Read(host).genctr;
  const auto grown = [&] {
    const std::uint64_t before = std::exchange(last, Read(host).genctr);
    return last > before;
  };
  EXPECT_FALSE(grown());
  fixture.target->AddPort({.traddr = "192.0.2.1"});
  EXPECT_TRUE(grown());
  fixture.target->AddReferral({.traddr = "192.0.2.2"});
  EXPECT_TRUE(grown());
  EXPECT_TRUE(fixture.target->RemoveSubsystem(kDiskNqn));
  EXPECT_TRUE(grown());
  EXPECT_TRUE(fixture.target->AddSubsystem(fixture.disk));
  EXPECT_TRUE(grown());
  EXPECT_FALSE(fixture.target->AddSubsystem(fixture.disk));
  EXPECT_FALSE(grown());
}

TEST(Discovery, IdentifiesItselfAndNothingElse) {
  Fixture fixture;
  Host host(fixture, DiscoveryParams());
  const auto id = host.controller->IdentifyController();
  ASSERT_TRUE(id);
  EXPECT_EQ(id->cntrltype, Cntrltype::kDiscovery);
  EXPECT_EQ(*NqnFromField(id->subnqn), kDiscoveryNqn);
  EXPECT_TRUE((id->lpa & kLpaExtendedData) != 0);
  EXPECT_TRUE((id->oaes & kOaesDiscovery) != 0);
  EXPECT_FALSE(host.controller->PropertyGet(Crto::kOffset));
  EXPECT_FALSE(host.controller->cap().crwms());
  std::array<std::byte, 4096> page;
  for (const Cns cns : {Cns::kNamespace, Cns::kActiveNsids, Cns::kNamespaceDescriptors}) {
    EXPECT_EQ(CodeOf(host.Admin(MakeIdentify(cns, 1), ReadInto(page))), StatusCode::kInvalidField);
  }
}

TEST(Discovery, HasNoIoQueues) {
  Fixture fixture;
  Host host(fixture, DiscoveryParams(60'000));
  const auto io = host.TryIo(1);
  ASSERT_FALSE(io);
  EXPECT_EQ(io.error().dw0, 0x2Au);
}

TEST(Discovery, WithoutKeepAliveItHasNeitherThatNorEvents) {
  Fixture fixture;
  Host host(fixture, DiscoveryParams());
  for (const Sqe& sqe : {MakeKeepAlive(), MakeAsyncEventRequest(), MakeAbort(0, 1),
                         MakeSetFeatures(Feature::kAsyncEventConfiguration, 0),
                         MakeGetFeatures(Feature::kKeepAliveTimer)}) {
    EXPECT_EQ(CodeOf(host.Admin(sqe)), StatusCode::kInvalidOpcode);
  }
}

TEST(Discovery, OtherPagesAndFeaturesAreInvalidFields) {
  Fixture fixture;
  Host host(fixture, DiscoveryParams(60'000));
  std::array<std::byte, 4096> page;
  for (const int lid : {0x01, 0x02, 0x03, 0x04, 0x0C, 0x71, 0xFF}) {
    const Sqe sqe = MakeGetLogPage({.lid = static_cast<LogPage>(lid), .octets = 64});
    EXPECT_EQ(CodeOf(host.Admin(sqe, ReadInto(page))), StatusCode::kInvalidField) << lid;
  }
  for (const int fid : {0x01, 0x02, 0x07, 0x81}) {
    const auto feature = static_cast<Feature>(fid);
    EXPECT_EQ(CodeOf(host.Admin(MakeGetFeatures(feature, 1), ReadInto(page))),
              StatusCode::kInvalidField);
    EXPECT_EQ(CodeOf(host.Admin(MakeSetFeatures(feature, 0))), StatusCode::kInvalidField);
  }
  EXPECT_EQ(host.Admin(MakeGetFeatures(Feature::kKeepAliveTimer)).cqe.dw0, 60'000u);
  EXPECT_EQ(host.Admin(MakeGetFeatures(Feature::kAsyncEventConfiguration)).cqe.dw0,
            kAsyncEventDiscovery);
}

TEST(Discovery, ChangesAreToldOnceUntilTheLogIsRead) {
  Fixture fixture;
  Host host(fixture, DiscoveryParams(60'000));
  HostQPair& admin = host.controller->admin();
  const auto first = *admin.Submit(MakeAsyncEventRequest(), kNoData);
  const auto second = *admin.Submit(MakeAsyncEventRequest(), kNoData);
  ASSERT_TRUE(admin.Flush(Soon()));
  ASSERT_TRUE(host.controller->KeepAlive());
  fixture.target->AddPort({.traddr = "192.0.2.1"});
  EXPECT_EQ(admin.Wait(first, Soon())->cqe.dw0, 0x0070F002u);
  fixture.target->AddPort({.traddr = "192.0.2.2"});
  EXPECT_FALSE(admin.Wait(second, Deadline::After(std::chrono::milliseconds(30))));
  Read(host);
  EXPECT_EQ(admin.Wait(second, Soon())->cqe.dw0, 0x0070F002u);
}

TEST(Discovery, WithoutKeepAliveItLivesForTheIdleTime) {
  Fixture fixture({.idle_timeout = std::chrono::milliseconds(40)});
  Host host(fixture, DiscoveryParams());
  EXPECT_EQ(fixture.events.Await(TargetEvent::Kind::kEnded).code, Code::kTimeout);
}

}  // namespace
}  // namespace nvmf::target
