// Glob tells whether `text` matches `pattern`, in which * stands for any octets and ? for any one.
//
//   Glob("TCP-IC-*", "TCP-IC-07/pfv-1")    // true
//
// Threads   pure function.
#ifndef CONFORMANCE_SUITE_GLOB_H_
#define CONFORMANCE_SUITE_GLOB_H_

#include <string_view>

namespace nvmf::conformance {

constexpr bool Glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // The last * seen, and where its share ends.
  std::size_t share = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      share = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++share;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_GLOB_H_
