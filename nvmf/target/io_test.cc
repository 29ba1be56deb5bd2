// The NVM command set, as a host meets it.
#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

struct Transport {
  bool header_digest = false;
  bool data_digest = false;
  bool no_flow_control = false;
};

class RoundTrip : public testing::TestWithParam<Transport> {};

// In capsule, by one R2T, by several; what was written is read, and nothing beside it is touched.
TEST_P(RoundTrip, WhatIsWrittenIsReadBack) {
  Fixture fixture({.max_r2tl = 64 * 1024});
  AssociationParams params = HostParams();
  params.header_digest = GetParam().header_digest;
  params.data_digest = GetParam().data_digest;
  params.disable_flow_control = GetParam().no_flow_control;
  params.maxr2t = 4;
  Host host(fixture, params);
  HostQPair io = host.Io();
  for (const std::uint32_t blocks : {1u, 8u, 16u, 17u, 256u, 2048u}) {
    const auto written = Pattern(blocks * kBlock, blocks);
    EXPECT_TRUE(Do(io, MakeWrite(1, 3, blocks), WriteFrom(written)).status().ok()) << blocks;
    std::vector<std::byte> read(written.size() + 2 * kBlock);
    const MutableBytes all(read);
    for (std::size_t at = 0; at < read.size(); at += kBlock) {
      const Sqe sqe = MakeRead(1, 2 + at / kBlock, 1);
      EXPECT_TRUE(Do(io, sqe, ReadInto(all.subspan(at, kBlock))).status().ok());
    }
    EXPECT_TRUE(std::equal(written.begin(), written.end(), read.begin() + kBlock)) << blocks;
    const std::vector<std::byte> zeros(kBlock);
    EXPECT_TRUE(std::equal(zeros.begin(), zeros.end(), read.begin())) << blocks;
    EXPECT_TRUE(std::equal(zeros.begin(), zeros.end(), read.end() - kBlock)) << blocks;
    std::vector<std::byte> whole(written.size());
    const Completion done = Do(io, MakeRead(1, 3, blocks), ReadInto(whole));
    EXPECT_TRUE(done.status().ok());
    EXPECT_EQ(done.bytes, whole.size());
    EXPECT_EQ(whole, written) << blocks;
  }
}

INSTANTIATE_TEST_SUITE_P(Digests, RoundTrip,
                         testing::Values(Transport{}, Transport{.header_digest = true},
                                         Transport{.data_digest = true},
                                         Transport{true, true, false},
                                         Transport{true, true, true}));

}  // namespace
}  // namespace nvmf::target
