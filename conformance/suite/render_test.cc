#include "conformance/suite/render.h"

#include <gtest/gtest.h>

namespace nvmf::conformance {
namespace {

constexpr const char* kRun = R"({"target": "a|b", "complete": false, "results": [
    {"id": "A/a", "verdict": "FAIL", "message": "says </script> | no"},
    {"id": "B/b", "verdict": "PASS"}]})";

TEST(RenderHtml, HoldsTheRunAndCannotBeEndedByIt) {
  const auto page = RenderHtml(kRun);
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->starts_with("<!DOCTYPE html>"));
  EXPECT_TRUE(page->ends_with("</html>\n"));
  EXPECT_NE(page->find("says \\u003c/script> | no"), std::string::npos);
  EXPECT_EQ(page->find("@RUN@"), std::string::npos);
  // Nothing is fetched from elsewhere.
  EXPECT_EQ(page->find("http"), std::string::npos);
}

TEST(RenderMarkdown, CountsAndListsWhatDidNotPass) {
  const auto text = RenderMarkdown(kRun);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "# a\\|b\n\nThis run did not come to its end.\n\n* 1 PASS\n* 1 FAIL\n\n"
            "| case | verdict | message |\n|---|---|---|\n"
            "| A/a | FAIL | says \\</script> \\| no |\n");
}

TEST(Render, RefusesWhatIsNoRun) {
  EXPECT_EQ(RenderHtml("[]").error(), "not a JSON object");
  EXPECT_EQ(RenderMarkdown("{}").error(), "no report of a run: it has no list of results");
}

}  // namespace
}  // namespace nvmf::conformance
