// Answers Get Log Page of one controller.
//
// Shapes    00h..05h on an I/O controller; 00h, 05h and 70h on a discovery controller. No errors
//           are logged and no health is measured: those pages hold what a device at rest says.
// Threads   one at a time.
// Lifetime  the answer's data are in `buffer`, as long as the command asks, at most its size.
#ifndef NVMF_TARGET_LOG_SERVICE_H_
#define NVMF_TARGET_LOG_SERVICE_H_

#include <cstdint>

#include "nvmf/nvme/admin.h"
#include "nvmf/target/answer.h"
#include "nvmf/target/controller_state.h"
#include "nvmf/target/directory.h"
#include "nvmf/target/event_watch.h"

namespace nvmf::target {

// `room`: the octets that the command's SGL has room for.
Answer AnswerGetLogPage(const GetLogPageCmd& cmd, std::uint64_t room,
                        const ControllerState& controller, const Directory& directory,
                        EventWatch& watch, MutableBytes buffer);

}  // namespace nvmf::target

#endif  // NVMF_TARGET_LOG_SERVICE_H_
