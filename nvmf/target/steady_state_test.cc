// Steady state allocates nothing, on either side.
#include "nvmf/testing/steady_state.h"

#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

class SteadyStateTest : public ::testing::TestWithParam<testing::Framing> {};

TEST_P(SteadyStateTest, AllocatesNothing) {
  Fixture fixture({.maxh2cdata = testing::kTransferMaxH2CData,
                   .max_c2h_data = testing::kTransferMaxC2HData,
                   .max_r2tl = testing::kTransferMaxR2tl,
                   .max_r2t = testing::kTransferMaxR2t,
                   .write_buffer_bytes = 1 << 20});
  AssociationParams params = HostParams();
  params.header_digest = GetParam().header_digest;
  params.data_digest = GetParam().data_digest;
  params.disable_flow_control = !GetParam().flow_control;
  params.maxr2t = testing::kTransferMaxR2t;
  Host host(fixture, params);
  HostQPair io = host.Io(1, 64);
  testing::ExpectSteadyState(io, Soon);
}

INSTANTIATE_TEST_SUITE_P(Framings, SteadyStateTest, ::testing::ValuesIn(testing::kFramings));

}  // namespace
}  // namespace nvmf::target
