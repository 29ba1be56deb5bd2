// The two scripted peers against one another: the honest controller behind a fake device.
#include <gtest/gtest.h>

#include "conformance/script/host_peer.h"
#include "conformance/testing/fake_controller.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

class PeersTest : public testing::Test {
 protected:
  PeersTest() {
    bench_.claims = {
        .in_capsule = 8192, .nsid = 1, .block = 512, .blocks = 4096, .scratch_blocks = 4096};
  }

  FakeController fake_;
  Bench bench_{.dut = fake_, .grant = {.everything = true}};
};

TEST_F(PeersTest, TheHostEnablesTheController) {
  ControllerTrial trial(bench_);
  HostPeer host = HostPeer::Dial(trial);
  host.Enable();
  EXPECT_EQ(host.PropertyGet(Csts::kOffset, Csts::kWidth), 1u);
  EXPECT_EQ(host.cntlid(), 1);
  EXPECT_TRUE(trial.observations().empty());
}

TEST_F(PeersTest, WhatIsWrittenByR2TIsRead) {
  for (std::uint8_t dgst = 0; dgst < 4; ++dgst) {
    ControllerTrial trial(bench_);
    HostPeer admin = HostPeer::Dial(trial);
    HostPeer io = admin.OpenIo({.hpda = 7, .dgst = dgst});
    const Bytes data = Pattern(16384, dgst);
    const Exchange write = io.RunWell(io.WriteCommand(16384, 0, Sgl::kTransport), data);
    EXPECT_EQ(write.r2ts.size(), 1u);
    EXPECT_EQ(io.Read(16384), data);
    EXPECT_TRUE(io.ExpectAlive().kind == kPass);
    for (const Observation& seen : trial.observations()) ADD_FAILURE() << seen.text;
  }
}

TEST_F(PeersTest, WhatIsWrittenInCapsuleNeedsNoR2T) {
  ControllerTrial trial(bench_);
  HostPeer admin = HostPeer::Dial(trial);
  HostPeer io = admin.OpenIo();
  const Exchange write = io.RunWell(io.WriteCommand(512, 0, Sgl::kInCapsule), Pattern(512, 1));
  EXPECT_TRUE(write.r2ts.empty());
}

}  // namespace
}  // namespace nvmf::conformance
