// Mutation spoils a recorded exchange: octets, fields, order, lengths, ends.
//
//   std::mt19937_64 chance(seed);
//   ExchangeFile input = Mutate(sessions, chance);
//
// What is drawn depends on the numbers and on how many records of which lengths the sessions have,
// and on nothing else: the same seed spoils the same sessions in the same way.
//
// Threads   pure functions.
#ifndef CONFORMANCE_FUZZ_URL_MUTATION_H_
#define CONFORMANCE_FUZZ_URL_MUTATION_H_

#include <random>
#include <span>

#include "conformance/suite/exchange_file.h"

namespace nvmf::conformance {

using Chance = std::mt19937_64;

// Mutate returns one of `sessions`, of which there is at least one, spoilt in one to four places.
ExchangeFile Mutate(std::span<const ExchangeFile> sessions, Chance& chance);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_FUZZ_URL_MUTATION_H_
