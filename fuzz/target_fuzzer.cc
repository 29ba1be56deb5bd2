// Invariant: a whole target, from Connect to I/O, does for hosts what the models say: each command
// completes once, with a status that fits it; a read brings only what was written, and no write is
// lost or spills; properties, features and namespaces are told as they are; where it has answered
// all it rests; and no octets that a host may send harm it or another host's association. When all
// have left nothing of them is left.
//
// One thread serves all connections: where the target would wait for a host, the script goes on,
// and a connection that begins there is served inside, until it ends.
//
// options: 0 bits 0, 1 digests, 2 set (the mutator's), 4 no in-capsule data, 5 no SUCCESS flag,
//            6 static controllers, 7 the loss of a queue ends its association
//          1 cuts   2 CPDA and bits 7:5 MAXR2T of hosts   3 HPDA   4 largest R2TL in 128 octets
//          5 largest C2HData in 128 octets   6 bit 0 hosts are named, 1 NSID 2 is protected,
//            2 controllers are not enabled by themselves
// ops:     0, 7 octets of the script's own   1 a command   2 another connection   3 a window for
// what
//          the target sends   4 time passes, or the subsystem changes   5 the host leaves
//          6 one of the commands that matter, by number

#include "fuzz/harness/script.h"
#include "fuzz/mutator/rules.h"
#include "fuzz/scene/scene.h"

namespace nvmf::fuzz {

const MutatorRules kMutatorRules{.role = MutatorRules::Role::kReceiver};

}  // namespace nvmf::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  nvmf::fuzz::Scene scene{nvmf::fuzz::Octets(data, size)};
  scene.Play();
  return 0;
}
