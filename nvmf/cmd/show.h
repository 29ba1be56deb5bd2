// Shows what controllers say about themselves: the commands discover and identify.
#ifndef NVMF_CMD_SHOW_H_
#define NVMF_CMD_SHOW_H_

#include <cstdint>

#include "nvmf/cmd/host.h"
#include "nvmf/cmd/outcome.h"

namespace nvmf::cmd {

struct ShowOptions {
  std::uint32_t nsid = 0;  // 0: the controller and a list of its namespaces.
  bool json = false;
};

Outcome<> RunDiscover(const HostOptions& host, const ShowOptions& options);
Outcome<> RunIdentify(const HostOptions& host, const ShowOptions& options);

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_SHOW_H_
