#include "conformance/suite/diff.h"

#include <gtest/gtest.h>

namespace nvmf::conformance {
namespace {

SavedRun Parsed(std::string_view text) {
  auto run = ParseRun(text);
  EXPECT_TRUE(run) << run.error();
  return run.value_or(SavedRun());
}

TEST(SavedRun, IsReadFromAReport) {
  const SavedRun run = Parsed(R"({"target": "us", "complete": true, "results": [
      {"id": "A/a", "verdict": "FAIL", "message": "no"}, {"id": "B/b", "verdict": "PASS"}]})");
  EXPECT_EQ(run.target, "us");
  EXPECT_TRUE(run.complete);
  ASSERT_EQ(run.results.size(), 2u);
  EXPECT_EQ(run.results.at("A/a").kind, kFail);
  EXPECT_EQ(run.results.at("A/a").message, "no");
  EXPECT_FALSE(Parsed(R"({"results": []})").complete);
}

TEST(SavedRun, SaysWhatIsWrong) {
  const auto error = [](std::string_view text) {
    const auto run = ParseRun(text);
    return run ? std::string() : run.error();
  };
  EXPECT_EQ(error("{"), "not a JSON object");
  EXPECT_EQ(error("[]"), "not a JSON object");
  EXPECT_EQ(error("{}"), "no report of a run: it has no list of results");
  EXPECT_EQ(error(R"({"results": [1]})"), "a result is no object");
  EXPECT_EQ(error(R"({"results": [{"id": 7}]})"), "a result has no id or no verdict");
  EXPECT_EQ(error(R"({"results": [{"id": "A", "verdict": "GOOD"}]})"), "A: no verdict 'GOOD'");
  EXPECT_EQ(ReadRun("/there/is/none").error(), "cannot read /there/is/none");
}

TEST(Diff, NamesWhatIsNewFixedAndChanged) {
  const SavedRun before = {.target = "",
                           .results = {{"a", {kPass, ""}},
                                       {"b", {kFail, "x"}},
                                       {"c", {kFail, "x"}},
                                       {"d", {kPass, ""}},
                                       {"e", {kPass, ""}},
                                       {"f", {kFail, "x"}}}};
  const SavedRun after = {.target = "",
                          .results = {{"a", {kFail, "y"}},
                                      {"b", {kPass, ""}},
                                      {"c", {kFail, "y"}},
                                      {"d", {kNonStrict, "z"}},
                                      {"f", {kFail, "x"}},
                                      {"g", {kHang, ""}},
                                      {"h", {kPass, ""}}}};
  const RunDiff diff = Compare(before, after);
  EXPECT_EQ(diff.Text(),
            "NEW      a  PASS -> FAIL \"y\"\n"
            "NEW      g  HANG\n"
            "FIXED    b  FAIL \"x\" -> PASS\n"
            "CHANGED  c  FAIL \"x\" -> FAIL \"y\"\n"
            "CHANGED  d  PASS -> NONSTRICT \"z\"\n"
            "ADDED    h  PASS\n"
            "GONE     e  PASS\n"
            "2 new, 1 fixed, 2 changed, 1 added, 1 gone\n");
  EXPECT_TRUE(diff.worse());
  EXPECT_FALSE(diff.same());
  EXPECT_TRUE(Compare(after, after).same());
  EXPECT_FALSE(Compare(after, before).fixed.empty());
}

}  // namespace
}  // namespace nvmf::conformance
