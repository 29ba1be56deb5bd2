#include "nvmf/nvme/status.h"

#include <gtest/gtest.h>

namespace nvmf {
namespace {

TEST(Status, TheWorkedFieldIsDoNotRetryConnectInvalidParameters) {
  EXPECT_EQ(Status(StatusCode::kConnectInvalidParameters, true).ToWire(), 0x8304);
  EXPECT_EQ(Status::FromWire(0x8304), Status(StatusCode::kConnectInvalidParameters, true));
}

TEST(Status, EachPartStandsInItsBits) {
  Status status;
  status.sc = 0xFF;
  EXPECT_EQ(status.ToWire(), 0x01FE);
  status = {};
  status.sct = 7;
  EXPECT_EQ(status.ToWire(), 0x0E00);
  status = {};
  status.crd = 3;
  EXPECT_EQ(status.ToWire(), 0x3000);
  status = {};
  status.more = true;
  EXPECT_EQ(status.ToWire(), 0x4000);
  status = {};
  status.dnr = true;
  EXPECT_EQ(status.ToWire(), 0x8000);
}

TEST(Status, EveryFieldSurvivesButForThePhaseTag) {
  for (unsigned field = 0; field <= 0xFFFF; ++field) {
    const auto wire = static_cast<std::uint16_t>(field);
    ASSERT_EQ(Status::FromWire(wire).ToWire(), wire & 0xFFFE);
  }
}

TEST(Status, OnlySuccessIsOk) {
  EXPECT_TRUE(Status().ok());
  EXPECT_TRUE(Status::FromWire(0x0001).ok()) << "the Phase Tag says nothing";
  EXPECT_FALSE(Status(StatusCode::kInvalidOpcode).ok());
  EXPECT_FALSE(Status(StatusCode::kInvalidCompletionQueue).ok()) << "1/00h is not success";
}

TEST(Status, TextSaysCodeNameAndFlags) {
  EXPECT_EQ(Status(StatusCode::kConnectInvalidParameters, true).Text(),
            "1/82h Connect Invalid Parameters DNR");
  EXPECT_EQ(Status::FromWire(0x7004).Text(), "0/02h Invalid Field in Command CRD3 M");
  EXPECT_EQ(Status(static_cast<StatusCode>(0x7FE)).Text(), "7/feh unknown");
}

}  // namespace
}  // namespace nvmf
