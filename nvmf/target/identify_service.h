// Answers Identify commands of one controller.
//
// Shapes    CNS 00h..03h, 05h..08h and 1Ch of the NVM command set; a discovery controller has 01h
//           alone.
// Threads   any; it reads what is shared.
// Lifetime  the answer's data are in `page`.
#ifndef NVMF_TARGET_IDENTIFY_SERVICE_H_
#define NVMF_TARGET_IDENTIFY_SERVICE_H_

#include <cstddef>
#include <span>

#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/property.h"
#include "nvmf/target/answer.h"
#include "nvmf/target/controller_state.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

using IdentifyPage = std::span<std::byte, kIdentifySize>;

// Number of Asynchronous Event Requests that a controller keeps.
inline constexpr std::uint32_t kAsyncEventRequests = 4;

// Version is what VS and Identify Controller say.
inline constexpr Vs kVersion = Vs::Make(2, 0);

// HasVolatileCache tells whether any namespace may lose what was written, until Flush.
bool HasVolatileCache(const Subsystem& subsystem);

Answer AnswerIdentify(const IdentifyCmd& cmd, const ControllerState& controller,
                      const TargetOptions& options, IdentifyPage page);

}  // namespace nvmf::target

#endif  // NVMF_TARGET_IDENTIFY_SERVICE_H_
