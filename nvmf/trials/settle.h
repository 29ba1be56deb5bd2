// Settle waits until a target has let go of those that have left.
//
// Errors    a sentence that says what is left after half a minute.
#ifndef NVMF_TRIALS_SETTLE_H_
#define NVMF_TRIALS_SETTLE_H_

#include "nvmf/trials/process_stats.h"
#include "nvmf/trials/served_target.h"

namespace nvmf::trials {

// Settle returns once the target has no more descriptors and threads than at the `start`.
cmd::Outcome<> Settle(const ServedTarget& target, const ProcessStats& start);

}  // namespace nvmf::trials

#endif  // NVMF_TRIALS_SETTLE_H_
