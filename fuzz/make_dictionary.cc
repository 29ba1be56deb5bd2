// Prints nvmf.dict: bazel run //fuzz:make_dictionary > fuzz/nvmf.dict
#include <cstdio>

#include "fuzz/dictionary.h"

int main() { std::fputs(nvmf::fuzz::Dictionary().c_str(), stdout); }
