// What a target tells the mutator: which end is under test, and so who speaks in its input.
#ifndef FUZZ_MUTATOR_RULES_H_
#define FUZZ_MUTATOR_RULES_H_

#include <cstdint>

namespace nvmf::fuzz {

struct MutatorRules {
  enum class Role : std::uint8_t {
    kReceiver,    // Options bit 2: 1 when the controller receives.
    kHost,        // Our host is under test: the input speaks as a controller.
    kController,  // Our controller is under test: the input speaks as a host.
  };
  Role role;
};

// Defined by each target that links the mutator.
extern const MutatorRules kMutatorRules;

}  // namespace nvmf::fuzz

#endif  // FUZZ_MUTATOR_RULES_H_
