// The control socket of a serving process: an AF_UNIX path at which a successor asks for its
// target.
//
//   Outcome<Descriptor> listener = ListenControl("/run/nvmf.sock");
//   Outcome<Descriptor> peer = AcceptControl(*listener);          // in the process that serves
//   Outcome<Descriptor> peer = DialControl("/run/nvmf.sock");     // in its successor
//
// Shapes    a stream socket, mode 0600. A path that a dead process left is used again.
// Errors    a sentence for people.
#ifndef NVMF_CMD_CONTROL_H_
#define NVMF_CMD_CONTROL_H_

#include <string>

#include "nvmf/cmd/outcome.h"
#include "nvmf/stream/descriptor.h"

namespace nvmf::cmd {

Outcome<Descriptor> ListenControl(const std::string& path);
Outcome<Descriptor> AcceptControl(const Descriptor& listener);
Outcome<Descriptor> DialControl(const std::string& path);

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_CONTROL_H_
