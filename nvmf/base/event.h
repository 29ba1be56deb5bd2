// Event is what a controller's end of a queue pair reports: a command, or data it asked for.
#ifndef NVMF_BASE_EVENT_H_
#define NVMF_BASE_EVENT_H_

#include <cstdint>

namespace nvmf {

// Tag names a command while the controller works on it: small, reused, never from the wire.
using Tag = std::uint16_t;

struct Event {
  enum class Kind : std::uint8_t {
    kCommand,  // A command has come.
    kData,     // All that RequestData asked for is in place.
  };
  Kind kind = Kind::kCommand;
  Tag tag = 0;
  bool data_error = false;  // kData: came damaged; answer Transient Transport Error.
};

}  // namespace nvmf

#endif  // NVMF_BASE_EVENT_H_
