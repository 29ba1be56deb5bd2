// Outcome is what a command of the tool comes to: nothing, or a sentence for the user.
#ifndef NVMF_CMD_OUTCOME_H_
#define NVMF_CMD_OUTCOME_H_

#include <expected>
#include <string>

#include "nvmf/base/result.h"

namespace nvmf::cmd {

template <class T = void>
using Outcome = std::expected<T, std::string>;

inline std::unexpected<std::string> Sorry(std::string what) {
  return std::unexpected(std::move(what));
}

// Explain returns "what: why", with a completion's status, and the field that a Connect was refused
// for, in words.
std::string Explain(const std::string& what, const Error& error);

inline std::unexpected<std::string> Sorry(const std::string& what, const Error& error) {
  return std::unexpected(Explain(what, error));
}

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_OUTCOME_H_
