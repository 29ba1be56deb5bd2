// TargetParts is what a target is made of, for those who serve its connections and who take it
// over.
#ifndef NVMF_TARGET_TARGET_PARTS_H_
#define NVMF_TARGET_TARGET_PARTS_H_

#include "nvmf/target/connection_set.h"
#include "nvmf/target/directory.h"
#include "nvmf/target/parking.h"
#include "nvmf/target/target_options.h"

namespace nvmf::target {

struct TargetParts {
  TargetParts(TargetOptions asked, bool taking)
      : options(std::move(asked)),
        directory(options),
        parking(taking),
        connections(options.max_connections, options.max_handshakes) {}

  const TargetOptions options;
  Directory directory;
  Parking parking;
  ConnectionSet connections;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_TARGET_PARTS_H_
