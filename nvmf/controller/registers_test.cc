#include "nvmf/controller/registers.h"

#include "gtest/gtest.h"

namespace nvmf::controller {
namespace {

using Change = Registers::Change;

constexpr std::uint32_t kDisabled = 0x00460000;
constexpr std::uint32_t kEnabled = 0x00460001;

RegisterSettings Settings() {
  return {.cap = Cap::Make({.max_entries = 128, .css = Cap::kCssNvm | Cap::kCssSeveral}),
          .crto = Crto::Make(15'000, 0)};
}

class RegistersTest : public testing::Test {
 protected:
  Registers::GetAnswer Get(std::uint32_t offset, std::uint32_t width) {
    return registers_.Get(ViewAs<PropertyGetCmd>(MakePropertyGet(offset, width)));
  }
  Registers::SetAnswer Set(std::uint32_t offset, std::uint32_t width, std::uint64_t value) {
    return registers_.Set(ViewAs<PropertySetCmd>(MakePropertySet(offset, width, value)));
  }
  Change SetCc(std::uint32_t value) {
    const Registers::SetAnswer set = Set(Cc::kOffset, 4, value);
    EXPECT_TRUE(set.status.ok());
    return set.change;
  }
  Registers registers_{Settings()};
};

TEST_F(RegistersTest, ReadsEachPropertyAtItsWidth) {
  EXPECT_EQ(Get(0x00, 8).value, Settings().cap.raw);
  EXPECT_EQ(Get(0x08, 4).value, 0x00020000u);
  EXPECT_EQ(Get(0x14, 4).value, 0u);
  EXPECT_EQ(Get(0x1C, 4).value, 0u);
  EXPECT_EQ(Get(0x68, 4).value, 30u);
}

TEST_F(RegistersTest, OtherOffsetsAndWidthsAreInvalidFields) {
  const Status invalid(StatusCode::kInvalidField, true);
  for (const std::uint32_t offset :
       {0x01u, 0x02u, 0x04u, 0x0Cu, 0x10u, 0x15u, 0x1Eu, 0x20u, 0x24u, 0x28u, 0x30u, 0x3Cu, 0x58u,
        0x64u, 0x1000u, 0x1300u, 0x7FFFFFFCu, 0xFFFFFFFFu}) {
    EXPECT_EQ(Get(offset, 4).status, invalid) << offset;
    EXPECT_EQ(Set(offset, 4, 0).status, invalid) << offset;
  }
  EXPECT_EQ(Get(0x00, 4).status, invalid);
  for (const std::uint32_t offset : {0x08u, 0x14u, 0x1Cu, 0x68u}) {
    EXPECT_EQ(Get(offset, 8).status, invalid) << offset;
  }
  EXPECT_EQ(registers_.Get({.attrib = 2, .ofst = 0x14}).status, invalid);
  EXPECT_EQ(registers_.Get({.attrib = 7, .ofst = 0x14}).status, invalid);
  EXPECT_EQ(Set(0x14, 8, kEnabled).status, invalid);
  EXPECT_FALSE(registers_.cc().en());
}

TEST_F(RegistersTest, ReadOnlyPropertiesStayAsTheyAre) {
  const std::uint64_t cap = Get(0x00, 8).value;
  EXPECT_FALSE(Set(0x00, 8, 0).status.ok());
  EXPECT_FALSE(Set(0x08, 4, 0).status.ok());
  EXPECT_FALSE(Set(0x1C, 4, 1).status.ok());
  EXPECT_EQ(Get(0x00, 8).value, cap);
  EXPECT_EQ(Get(0x1C, 4).value, 0u);
}

TEST_F(RegistersTest, DiscoveryControllersHaveNoCrto) {
  Registers discovery({.has_io_queues = false});
  EXPECT_FALSE(discovery.Get({.attrib = 0, .ofst = 0x68}).status.ok());
}

TEST_F(RegistersTest, EnableMakesReadyAndResetUndoesIt) {
  EXPECT_EQ(SetCc(kDisabled), Change::kNone);
  EXPECT_EQ(Get(0x14, 4).value, kDisabled);
  EXPECT_EQ(SetCc(kEnabled), Change::kEnabled);
  EXPECT_TRUE(registers_.ready());
  EXPECT_EQ(Get(0x1C, 4).value, 1u);
  EXPECT_EQ(SetCc(kEnabled), Change::kNone);
  EXPECT_EQ(SetCc(kDisabled), Change::kReset);
  EXPECT_FALSE(registers_.ready());
  EXPECT_EQ(Get(0x1C, 4).value, 0u);
  EXPECT_EQ(SetCc(kEnabled), Change::kEnabled);
}

TEST_F(RegistersTest, ConfigurationsThatItCannotRunAreFatal) {
  for (const std::uint32_t cc :
       {0x00000001u, 0x00470001u, 0x00560001u, 0x00460001u | 15 << 7, 0x00460001u | 7 << 11,
        0x00460001u | 5 << 4, 0x00460001u | 7 << 4, 0x01460001u}) {
    Registers registers(Settings());
    const auto cmd = ViewAs<PropertySetCmd>(MakePropertySet(Cc::kOffset, 4, cc));
    EXPECT_EQ(registers.Set(cmd).change, Change::kNone) << std::hex << cc;
    EXPECT_TRUE(registers.csts().cfs()) << std::hex << cc;
    EXPECT_FALSE(registers.csts().rdy()) << std::hex << cc;
    EXPECT_FALSE(registers.ready());
    const auto off = ViewAs<PropertySetCmd>(MakePropertySet(Cc::kOffset, 4, 0));
    EXPECT_EQ(registers.Set(off).change, Change::kReset);
    EXPECT_FALSE(registers.csts().cfs());
  }
}

TEST_F(RegistersTest, EitherWayToNameTheNvmCommandSetWillDo) {
  EXPECT_EQ(SetCc(kEnabled | 6 << 4), Change::kEnabled);
}

TEST_F(RegistersTest, DiscoveryControllersMindNoEntrySizes) {
  Registers discovery({.has_io_queues = false});
  const auto cmd = ViewAs<PropertySetCmd>(MakePropertySet(Cc::kOffset, 4, 1));
  EXPECT_EQ(discovery.Set(cmd).change, Change::kEnabled);
}

TEST_F(RegistersTest, ShutdownIsInProgressUntilItIsComplete) {
  for (const std::uint32_t shn : {1u << 14, 2u << 14}) {
    Registers registers(Settings());
    const auto set = [&](std::uint32_t cc) {
      return registers.Set(ViewAs<PropertySetCmd>(MakePropertySet(Cc::kOffset, 4, cc))).change;
    };
    EXPECT_EQ(set(kEnabled), Change::kEnabled);
    EXPECT_EQ(set(kEnabled | shn), Change::kShutdown);
    EXPECT_EQ(registers.csts().shst(), Shst::kInProgress);
    EXPECT_FALSE(registers.ready());
    registers.CompleteShutdown();
    EXPECT_EQ(registers.csts().shst(), Shst::kComplete);
    EXPECT_EQ(set(kEnabled | shn), Change::kNone);
    EXPECT_EQ(set(kDisabled), Change::kReset);
    EXPECT_EQ(set(kEnabled), Change::kEnabled);
    EXPECT_TRUE(registers.ready());
  }
}

TEST_F(RegistersTest, ReservedShutdownNotificationIsRefused) {
  SetCc(kEnabled);
  EXPECT_FALSE(Set(0x14, 4, kEnabled | 3 << 14).status.ok());
  EXPECT_TRUE(registers_.ready());
  EXPECT_EQ(Get(0x14, 4).value, kEnabled);
}

TEST_F(RegistersTest, GoesOnWithWhatAnotherOwnerLeft) {
  EXPECT_TRUE(registers_.Restore({.raw = kEnabled}, {.raw = 1}));
  EXPECT_TRUE(registers_.ready());
  EXPECT_EQ(SetCc(kDisabled), Change::kReset);
  EXPECT_FALSE(registers_.Restore({.raw = kDisabled}, {.raw = 1})) << "ready, not enabled";
  EXPECT_FALSE(registers_.Restore({.raw = kEnabled}, {.raw = 3})) << "ready and fatal";
  EXPECT_FALSE(registers_.Restore({.raw = kEnabled}, {.raw = 5})) << "still shutting down";
  EXPECT_FALSE(registers_.Restore({.raw = kEnabled}, {.raw = 0x41}));
  EXPECT_FALSE(registers_.Restore({.raw = kEnabled | 2}, {.raw = 1}));
  EXPECT_FALSE(registers_.ready()) << "and nothing changed";
}

TEST_F(RegistersTest, FatalStatusIsSeenUntilReset) {
  SetCc(kEnabled);
  registers_.SetFatal();
  EXPECT_EQ(Get(0x1C, 4).value, 2u);
  EXPECT_FALSE(registers_.ready());
}

}  // namespace
}  // namespace nvmf::controller
