// The hooks by which libFuzzer calls the mutator. A translation unit of its own: no other engine,
// and no replay, links it.
#include "fuzz/mutator/script_mutator.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned int seed) {
  nvmf::fuzz::Random random(seed);
  return nvmf::fuzz::MutateScript(data, size, most, nvmf::fuzz::kMutatorRules, LLVMFuzzerMutate,
                                  random);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* a, std::size_t a_size,
                                                 const std::uint8_t* b, std::size_t b_size,
                                                 std::uint8_t* out, std::size_t most,
                                                 unsigned int seed) {
  nvmf::fuzz::Random random(seed);
  return nvmf::fuzz::CrossScripts(a, a_size, b, b_size, out, most, random);
}
