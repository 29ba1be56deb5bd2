// NVMe Qualified Names and UUIDs, by their rules once more.
#ifndef FUZZ_MODEL_NQN_H_
#define FUZZ_MODEL_NQN_H_

#include <string_view>

namespace model {

// 8-4-4-4-12 hexadecimal digits.
bool IsUuid(std::string_view text);
// "nqn." year "-" month "." reversed domain [":" UTF-8 text], or the UUID form; at most 223 octets.
bool IsNqn(std::string_view text);

}  // namespace model

#endif  // FUZZ_MODEL_NQN_H_
