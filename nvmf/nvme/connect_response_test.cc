#include "nvmf/nvme/connect_response.h"

#include <gtest/gtest.h>

namespace nvmf {
namespace {

TEST(ConnectAccepted, CntlidIsLowAndAuthreqHigh) {
  const ConnectAccepted accepted{.cntlid = 0x1234, .authreq = ConnectAccepted::kAtr};
  EXPECT_EQ(accepted.ToDw0(), 0x00021234u);
  EXPECT_EQ(ConnectAccepted::FromDw0(0x00021234), accepted);
}

TEST(ConnectAccepted, EitherRequirementAsksForAuthentication) {
  EXPECT_FALSE(ConnectAccepted::FromDw0(0x0000FFEF).needs_authentication());
  EXPECT_TRUE(ConnectAccepted::FromDw0(1u << 17).needs_authentication());
  EXPECT_TRUE(ConnectAccepted::FromDw0(1u << 18).needs_authentication());
  EXPECT_FALSE(ConnectAccepted::FromDw0(1u << 16).needs_authentication()) << "reserved";
}

TEST(ConnectInvalid, IattrTellsDataFromSqe) {
  EXPECT_EQ(ConnectInvalid(16, true), 0x00010010u);
  EXPECT_EQ(ConnectInvalid(44, false), 0x0000002Cu);
}

TEST(ConnectInvalid, FieldsAreNamedByTheirOffsets) {
  EXPECT_EQ(InvalidConnectData("hostid"), 0x00010000u);
  EXPECT_EQ(InvalidConnectData("cntlid"), 0x00010010u);
  EXPECT_EQ(InvalidConnectData("subnqn"), 0x00010100u);
  EXPECT_EQ(InvalidConnectData("hostnqn"), 0x00010200u);
  EXPECT_EQ(InvalidConnectCmd("qid"), 42u);
  EXPECT_EQ(InvalidConnectCmd("sqsize"), 44u);
  EXPECT_EQ(InvalidConnectCmd("cattr"), 46u);
}

TEST(InvalidParameter, Dw0ReadsBothWays) {
  const InvalidParameter wrong{.ipo = 256, .in_data = true};
  EXPECT_EQ(wrong.ToDw0(), 0x00010100u);
  EXPECT_EQ(InvalidParameter::FromDw0(0x00010100), wrong);
  EXPECT_EQ(InvalidParameter::FromDw0(0xFFFE002C), (InvalidParameter{.ipo = 44}))
      << "reserved bits";
}

TEST(InvalidParameter, NameIsTheFieldThatHoldsTheOctet) {
  EXPECT_STREQ((InvalidParameter{.ipo = 256, .in_data = true}.Name()), "subnqn");
  EXPECT_STREQ((InvalidParameter{.ipo = 511, .in_data = true}.Name()), "subnqn");
  EXPECT_STREQ((InvalidParameter{.ipo = 512, .in_data = true}.Name()), "hostnqn");
  EXPECT_STREQ((InvalidParameter{.ipo = 45}.Name()), "sqsize");
}

TEST(InvalidParameter, AnOctetOfNoFieldIsUnknown) {
  EXPECT_STREQ((InvalidParameter{.ipo = 5}.Name()), "unknown");
  EXPECT_STREQ((InvalidParameter{.ipo = 0xFFFF, .in_data = true}.Name()), "unknown");
}

}  // namespace
}  // namespace nvmf
