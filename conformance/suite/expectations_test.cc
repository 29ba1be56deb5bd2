#include "conformance/suite/expectations.h"

#include <gtest/gtest.h>

namespace nvmf::conformance {
namespace {

constexpr const char* kFile =
    "# Known departures.\n"
    "target: Linux 6.12\n"
    "\n"
    "TCP-IC-07/pfv-1 FAIL \"closed without\" # no C2HTermReq\n"
    "TCP-CH-05/plen HANG\n"
    "TCP-CH-06/pdo NONSTRICT \"says \\\"no\\\"\"\n";

Expectations Known(std::string_view text = kFile) {
  auto known = ParseExpectations(text);
  EXPECT_TRUE(known) << known.error();
  return known.value_or(Expectations());
}

TEST(Expectations, AreReadLineByLine) {
  const Expectations known = Known();
  EXPECT_EQ(known.target(), "Linux 6.12");
  ASSERT_EQ(known.lines().size(), 3u);
  EXPECT_EQ(known.lines().at("TCP-IC-07/pfv-1"),
            (Expectations::Line{kFail, "closed without", "no C2HTermReq"}));
  EXPECT_EQ(known.lines().at("TCP-CH-05/plen"), (Expectations::Line{kHang, "", ""}));
  EXPECT_EQ(known.lines().at("TCP-CH-06/pdo").message, "says \"no\"");
}

TEST(Expectations, SayWhatIsWrongAndWhere) {
  const auto error = [](std::string_view text) {
    const auto known = ParseExpectations(text);
    return known ? std::string() : known.error();
  };
  EXPECT_EQ(error("\nA/b FALI"), "line 2: no verdict that can be expected: 'FALI'");
  EXPECT_EQ(error("A/b SKIP"), "line 1: no verdict that can be expected: 'SKIP'");
  EXPECT_EQ(error("A/b"), "line 1: no verdict that can be expected: ''");
  EXPECT_EQ(error("A/b FAIL \"x"), "line 1: the message has no closing quote");
  EXPECT_EQ(error("A/b FAIL x"), "line 1: neither a message in quotes nor a comment: 'x'");
  EXPECT_EQ(error("A/b FAIL\nA/b HANG"), "line 2: A/b is listed twice");
}

TEST(Expectations, TellExpectedFromNews) {
  const Expectations known = Known();
  EXPECT_EQ(known.Judge("TCP-IC-07/pfv-1", {kFail, "closed without C2HTermReq"}), Against::kXFail);
  EXPECT_EQ(known.Judge("TCP-IC-07/pfv-1", {kFail, "answered"}), Against::kChanged);
  EXPECT_EQ(known.Judge("TCP-IC-07/pfv-1", {kHang, "closed without"}), Against::kChanged);
  EXPECT_EQ(known.Judge("TCP-IC-07/pfv-1", {kPass, ""}), Against::kXPass);
  EXPECT_EQ(known.Judge("TCP-IC-07/pfv-1", {kNonStrict, "late"}), Against::kXPass);
  EXPECT_EQ(known.Judge("TCP-IC-07/pfv-1", {kSkip, "guard"}), Against::kNothing);
  EXPECT_EQ(known.Judge("TCP-IC-08/other", {kFail, ""}), Against::kNothing);
  EXPECT_EQ(known.Judge("TCP-CH-05/plen", {kHang, "whatever"}), Against::kXFail);
  EXPECT_EQ(known.Judge("TCP-CH-06/pdo", {kNonStrict, "says yes"}), Against::kChanged);
  EXPECT_EQ(known.Judge("TCP-CH-06/pdo", {kPass, ""}), Against::kXPass);
}

TEST(Expectations, WhatWaversIsNeverNews) {
  const Expectations known = Known("A/b WAVERS # a race\nA/c WAVERS\n");
  EXPECT_EQ(known.Judge("A/b", {kHang, "nothing came"}), Against::kXFail);
  EXPECT_EQ(known.Judge("A/b", {kFail, "nonsense came"}), Against::kXFail);
  EXPECT_EQ(known.Judge("A/b", {kPass, ""}), Against::kNothing);
  EXPECT_EQ(known.Judge("A/b", {kError, "our defect"}), Against::kNothing);
  EXPECT_EQ(known.Judge("A/b", {kNonStrict, "late"}), Against::kNothing);
  EXPECT_EQ(known.Updated({{"A/b", {kPass, ""}}}), "A/b WAVERS # a race\n");
  EXPECT_EQ(known.Updated({{"A/b", {kDown, "gone"}}}), "A/b WAVERS # a race\n");
}

TEST(Expectations, AnUpdateKeepsCommentsAndReasons) {
  const std::vector<Expectations::Seen> results = {
      {"TCP-IC-07/pfv-1", {kFail, "answered \"ICResp\""}},  {"TCP-CH-05/plen", {kPass, ""}},
      {"TCP-CH-06/pdo", {kNonStrict, "says \"no\" twice"}}, {"TCP-CH-07/new", {kFail, "because"}},
      {"TCP-CH-08/tolerated", {kNonStrict, "nearly"}},      {"TCP-CH-09/down", {kDown, "gone"}},
  };
  const std::string updated = Known().Updated(results);
  EXPECT_EQ(updated,
            "# Known departures.\n"
            "target: Linux 6.12\n"
            "\n"
            "TCP-IC-07/pfv-1 FAIL \"answered \\\"ICResp\\\"\" # no C2HTermReq\n"
            "TCP-CH-06/pdo NONSTRICT \"says \\\"no\\\"\"\n"
            "TCP-CH-07/new FAIL \"because\"\n"
            "TCP-CH-09/down DOWN \"gone\"\n");
  // What was written holds for what it was written of.
  const Expectations again = Known(updated);
  for (const auto& result : results)
    EXPECT_NE(again.Judge(result.id, result.verdict), Against::kChanged);
  EXPECT_EQ(again.Updated(results), updated);
}

}  // namespace
}  // namespace nvmf::conformance
