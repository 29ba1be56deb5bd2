// nvmf.dict is what the constants make of it today.
#include "fuzz/dictionary.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace nvmf::fuzz {
namespace {

TEST(Dictionary, IsFresh) {
  std::ifstream file("fuzz/nvmf.dict");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), Dictionary()) << "bazel run //fuzz:make_dictionary > fuzz/nvmf.dict";
}

}  // namespace
}  // namespace nvmf::fuzz
