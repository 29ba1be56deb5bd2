// Octets as hexadecimal text, for golden bytes and messages of tests.
#ifndef NVMF_TESTING_HEX_H_
#define NVMF_TESTING_HEX_H_

#include <string>
#include <string_view>
#include <vector>

#include "nvmf/base/bytes.h"

namespace nvmf::testing {

// FromHex reads "04004800 ff", blanks ignored; "*n" repeats the octet before it n times in all.
std::vector<std::byte> FromHex(std::string_view text);
// ToHex writes two digits an octet, a blank after every fourth.
std::string ToHex(ByteView octets);

}  // namespace nvmf::testing

#endif  // NVMF_TESTING_HEX_H_
