#include "nvmf/controller/connect_check.h"

#include <string>

#include "gtest/gtest.h"

namespace nvmf::controller {
namespace {

constexpr std::string_view kSubnqn = "nqn.2026-11.org.example:disk";
constexpr std::string_view kHostnqn = "nqn.2026-11.org.example:host";
constexpr ConnectLimits kLimits{.admin_entries = 4096, .io_entries = 128};

struct Request {
  ConnectCmd cmd;
  ConnectData data;
};

Request Admin() {
  Request request;
  request.cmd.sqsize = 31;
  request.cmd.kato = 120'000;
  EXPECT_TRUE(SetNqnField(request.data.subnqn, kSubnqn));
  EXPECT_TRUE(SetNqnField(request.data.hostnqn, kHostnqn));
  request.data.hostid[0] = std::byte{1};
  return request;
}

Request Io() {
  Request request = Admin();
  request.cmd.qid = 1;
  request.cmd.kato = 0;
  request.data.cntlid = 7;
  return request;
}

ConnectRefusal Invalid(std::uint32_t dw0) {
  return {.status = Status(StatusCode::kConnectInvalidParameters, true), .dw0 = dw0};
}

ConnectRefusal No(StatusCode code) { return {.status = Status(code, true)}; }

IoConnectFacts Facts() {
  IoConnectFacts facts{.hostnqn = kHostnqn, .io_queues = 4};
  facts.hostid[0] = std::byte{1};
  return facts;
}

std::optional<ConnectRefusal> Form(const Request& request) {
  const auto names = CheckConnectForm(request.cmd, request.data, kLimits);
  return names ? std::nullopt : std::optional(names.error());
}

std::optional<ConnectRefusal> CheckIo(const Request& request, const IoConnectFacts& facts) {
  const auto names = CheckConnectForm(request.cmd, request.data, kLimits);
  EXPECT_TRUE(names);
  return CheckIoConnect(request.cmd, request.data, *names, facts);
}

TEST(ConnectForm, ReturnsBothNames) {
  const Request request = Admin();
  const auto names = CheckConnectForm(request.cmd, request.data, kLimits);
  ASSERT_TRUE(names);
  EXPECT_EQ(names->subnqn, kSubnqn);
  EXPECT_EQ(names->hostnqn, kHostnqn);
}

TEST(ConnectForm, RecordFormatIsZero) {
  Request request = Admin();
  request.cmd.recfmt = 1;
  EXPECT_EQ(Form(request), No(StatusCode::kIncompatibleFormat));
}

TEST(ConnectForm, SqsizeHasBothLimitsOnBothKindsOfQueue) {
  struct Row {
    std::uint16_t qid;
    std::uint16_t sqsize;
    bool good;
  };
  for (const Row& row : {Row{0, 0, false}, Row{0, 1, true}, Row{0, 4095, true}, Row{0, 4096, false},
                         Row{0, 0xFFFF, false}, Row{1, 0, false}, Row{1, 1, true},
                         Row{1, 127, true}, Row{1, 128, false}, Row{1, 0xFFFF, false}}) {
    Request request = Admin();
    request.cmd.qid = row.qid;
    request.cmd.sqsize = row.sqsize;
    const auto expected = row.good ? std::nullopt : std::optional(Invalid(0x0000002C));
    EXPECT_EQ(Form(request), expected) << row.qid << " " << row.sqsize;
  }
}

TEST(ConnectForm, NamesAreTerminatedAndWellFormed) {
  const auto with = [](NqnField ConnectData::* field, std::string_view name) {
    Request request = Admin();
    (request.data.*field).fill('\0');
    std::ranges::copy(name.substr(0, kNqnFieldSize), (request.data.*field).begin());
    return Form(request);
  };
  const std::string longest = "nqn.2026-11.org.example:" + std::string(223 - 24, 'x');
  for (const std::string& bad :
       {std::string(), longest + "x", std::string(256, 'n'),
        std::string("iqn.2026-11.org.example:d"), std::string("nqn.2026-13.org.example:d"),
        std::string("nqn.2026-11.org.example:\x01")}) {
    EXPECT_EQ(with(&ConnectData::subnqn, bad), Invalid(0x00010100)) << bad;
    EXPECT_EQ(with(&ConnectData::hostnqn, bad), Invalid(0x00010200)) << bad;
  }
  EXPECT_EQ(with(&ConnectData::subnqn, longest), std::nullopt);
  EXPECT_EQ(with(&ConnectData::hostnqn, longest), std::nullopt);
}

TEST(AdminConnect, TakesWhatIsRight) {
  const Request request = Admin();
  EXPECT_EQ(CheckAdminConnect(request.cmd, request.data, {}), std::nullopt);
}

TEST(AdminConnect, SaysWhatIsWrong) {
  const Request request = Admin();
  const auto check = [&](const AdminConnectFacts& facts) {
    return CheckAdminConnect(request.cmd, request.data, facts);
  };
  EXPECT_EQ(check({.subsystem_exists = false}), Invalid(0x00010100));
  EXPECT_EQ(check({.host_allowed = false}), No(StatusCode::kConnectInvalidHost));
  EXPECT_EQ(check({.has_room = false}), ConnectRefusal{.status = StatusCode::kControllerBusy});
}

TEST(AdminConnect, DynamicControllersAreMadeNotChosen) {
  for (const int cntlid : {0x0000, 0x0001, 0xFFEF, 0xFFF0, 0xFFFD, 0xFFFE}) {
    Request request = Admin();
    request.data.cntlid = static_cast<std::uint16_t>(cntlid);
    EXPECT_EQ(CheckAdminConnect(request.cmd, request.data, {}), Invalid(0x00010010)) << cntlid;
  }
}

TEST(AdminConnect, StaticControllersAreChosen) {
  const auto check = [](std::uint16_t cntlid, bool exists) {
    Request request = Admin();
    request.data.cntlid = cntlid;
    return CheckAdminConnect(request.cmd, request.data,
                             {.static_model = true, .cntlid_exists = exists});
  };
  EXPECT_EQ(check(0xFFFE, false), std::nullopt);
  EXPECT_EQ(check(5, true), std::nullopt);
  EXPECT_EQ(check(5, false), Invalid(0x00010010));
  EXPECT_EQ(check(0xFFFF, true), Invalid(0x00010010));
  EXPECT_EQ(check(0xFFF0, true), Invalid(0x00010010));
  EXPECT_EQ(check(0xFFFD, true), Invalid(0x00010010));
  EXPECT_EQ(check(0xFFEF, true), std::nullopt);
}

TEST(AdminConnect, KeepAliveMayBeRequired) {
  Request request = Admin();
  request.cmd.kato = 0;
  EXPECT_EQ(CheckAdminConnect(request.cmd, request.data, {}), No(StatusCode::kKeepAliveInvalid));
  EXPECT_EQ(CheckAdminConnect(request.cmd, request.data, {.keep_alive_required = false}),
            std::nullopt);
}

TEST(IoConnect, TakesWhatIsRightWhateverKatoSays) {
  Request request = Io();
  EXPECT_EQ(CheckIo(request, Facts()), std::nullopt);
  request.cmd.kato = 0xFFFFFFFF;
  EXPECT_EQ(CheckIo(request, Facts()), std::nullopt);
}

TEST(IoConnect, NamesALiveControllerOfThatSubsystem) {
  IoConnectFacts facts = Facts();
  facts.cntlid_exists = false;
  EXPECT_EQ(CheckIo(Io(), facts), Invalid(0x00010010));
  facts.subsystem_exists = false;
  EXPECT_EQ(CheckIo(Io(), facts), Invalid(0x00010100));
  for (const int cntlid : {0xFFF0, 0xFFFE, 0xFFFF}) {
    Request request = Io();
    request.data.cntlid = static_cast<std::uint16_t>(cntlid);
    EXPECT_EQ(CheckIo(request, Facts()), Invalid(0x00010010)) << cntlid;
  }
}

TEST(IoConnect, ComesFromTheSameHost) {
  IoConnectFacts facts = Facts();
  facts.hostnqn = "nqn.2026-11.org.example:other";
  EXPECT_EQ(CheckIo(Io(), facts), Invalid(0x00010200));
}

TEST(IoConnect, ZeroHostidIsNotCompared) {
  Request request = Io();
  request.data.hostid = {};
  EXPECT_EQ(CheckIo(request, Facts()), std::nullopt);
  request.data.hostid[15] = std::byte{1};
  EXPECT_EQ(CheckIo(request, Facts()), Invalid(0x00010000));
}

TEST(IoConnect, QidIsOneThatWasGrantedAndIsFree) {
  Request request = Io();
  request.cmd.qid = 4;
  EXPECT_EQ(CheckIo(request, Facts()), std::nullopt);
  request.cmd.qid = 5;
  EXPECT_EQ(CheckIo(request, Facts()), Invalid(0x0000002A));
  IoConnectFacts facts = Facts();
  facts.qid_in_use = true;
  EXPECT_EQ(CheckIo(Io(), facts), No(StatusCode::kCommandSequenceError));
  facts = Facts();
  facts.ready = false;
  EXPECT_EQ(CheckIo(Io(), facts), Invalid(0x0000002A));
}

}  // namespace
}  // namespace nvmf::controller
