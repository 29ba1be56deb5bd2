#include "conformance/suite/exchange_file.h"

#include <gtest/gtest.h>

namespace nvmf::conformance {
namespace {

TEST(ExchangeFile, IsReadAsItWasWritten) {
  const Clock::time_point began{std::chrono::hours(5)};
  const ExchangeFile exchange{
      .id = "TCP-IC-07/x",
      .verdict = "FAIL because \"it\" does",
      .records = {
          {Record::What::kSent, 1, Side::kHost, began, "ICReq", {std::byte{0}, std::byte{0xAB}}},
          {Record::What::kReceived,
           2,
           Side::kController,
           began + std::chrono::microseconds(120),
           "ICResp",
           {std::byte{1}}},
          {Record::What::kRemark, 2, Side::kController, began, "closed", {}}}};
  const auto again = ReadExchange(WriteExchange(exchange));
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->id, exchange.id);
  EXPECT_EQ(again->verdict, exchange.verdict);
  ASSERT_EQ(again->records.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(again->records[i].what, exchange.records[i].what);
    EXPECT_EQ(again->records[i].connection, exchange.records[i].connection);
    EXPECT_EQ(again->records[i].speaker, exchange.records[i].speaker);
    EXPECT_EQ(again->records[i].text, exchange.records[i].text);
    EXPECT_EQ(again->records[i].octets, exchange.records[i].octets);
  }
  EXPECT_EQ(again->records[1].at - again->records[0].at, std::chrono::microseconds(120));
}

TEST(ExchangeFile, SaysWhatIsWrong) {
  const auto error = [](const std::string& record) {
    const auto exchange = ReadExchange(R"({"exchange": 1, "records": [)" + record + "]}");
    return exchange ? std::string() : exchange.error();
  };
  EXPECT_EQ(error("1"), "record 1 is no object");
  EXPECT_EQ(error("{}"), "record 1 has no connection from 1 to 65535");
  EXPECT_EQ(error(R"({"connection": 0})"), "record 1 has no connection from 1 to 65535");
  EXPECT_EQ(error(R"({"connection": 1})"), "record 1 has no speaker");
  EXPECT_EQ(error(R"({"connection": 1, "speaker": "host"})"),
            "record 1 was neither sent, nor received, nor a remark");
  EXPECT_EQ(error(R"({"connection": 1, "speaker": "host", "what": "sent", "octets": "0g"})"),
            "record 1 has octets that are no hexadecimal digits in pairs");
  EXPECT_EQ(ReadExchange("x").error(), "not a JSON object");
  EXPECT_EQ(ReadExchange("{}").error(), "not an exchange of format 1");
  EXPECT_EQ(ReadExchange(R"({"exchange": 1})").error(), "it has no records");
}

}  // namespace
}  // namespace nvmf::conformance
