// Dictionary returns nvmf.dict: the octets that a mutator should know, taken from the constants.
#ifndef FUZZ_DICTIONARY_H_
#define FUZZ_DICTIONARY_H_

#include <string>

namespace nvmf::fuzz {

std::string Dictionary();

}  // namespace nvmf::fuzz

#endif  // FUZZ_DICTIONARY_H_
