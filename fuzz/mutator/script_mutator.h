// MutateScript changes a script (fuzz/harness/script.h) by whole records and by fields, and mends
// lengths and digests of what the peer sends. The product checks every digest; the input is made
// so that the checks can be passed.
#ifndef FUZZ_MUTATOR_SCRIPT_MUTATOR_H_
#define FUZZ_MUTATOR_SCRIPT_MUTATOR_H_

#include <cstddef>
#include <cstdint>

#include "fuzz/mutator/random.h"
#include "fuzz/mutator/rules.h"

namespace nvmf::fuzz {

// An engine's own mutation of plain octets.
using ByteMutate = std::size_t (*)(std::uint8_t* data, std::size_t size, std::size_t most);

// MutateScript works in place and returns the new size, at most `most`.
std::size_t MutateScript(std::uint8_t* data, std::size_t size, std::size_t most,
                         const MutatorRules& rules, ByteMutate bytes, Random& random);

// CrossScripts makes a script of the front records of one and the back records of the other.
std::size_t CrossScripts(const std::uint8_t* a, std::size_t a_size, const std::uint8_t* b,
                         std::size_t b_size, std::uint8_t* out, std::size_t most, Random& random);

}  // namespace nvmf::fuzz

#endif  // FUZZ_MUTATOR_SCRIPT_MUTATOR_H_
