// Printable makes text from a peer safe to show: whatever is not plain ASCII becomes a question
// mark.
#ifndef NVMF_CMD_PRINTABLE_H_
#define NVMF_CMD_PRINTABLE_H_

#include <string>
#include <string_view>

namespace nvmf::cmd {

inline std::string Printable(std::string_view text) {
  std::string shown(text);
  for (char& c : shown) c = c >= ' ' && c <= '~' ? c : '?';
  return shown;
}

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_PRINTABLE_H_
