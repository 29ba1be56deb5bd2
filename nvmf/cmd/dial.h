// Dial makes TCP connections.
#ifndef NVMF_CMD_DIAL_H_
#define NVMF_CMD_DIAL_H_

#include <cstdint>
#include <memory>
#include <string>

#include "nvmf/cmd/outcome.h"
#include "nvmf/stream/deadline.h"
#include "nvmf/stream/stream.h"

namespace nvmf::cmd {

// Dial connects to the first address of `host` that answers before the deadline.
Outcome<std::unique_ptr<Stream>> Dial(const std::string& host, std::uint16_t port,
                                      Deadline deadline);

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_DIAL_H_
