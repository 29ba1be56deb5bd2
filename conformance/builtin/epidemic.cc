#include "conformance/builtin/epidemic.h"

#include "conformance/wire/socket_pair.h"

namespace nvmf::conformance {

Epidemic::Epidemic() {
  const auto ends = MakeSocketPair();
  if (!ends) return;  // Without a bell those end that notice by themselves.
  near_ = Connection(ends->first);
  far_ = Connection(ends->second);
}

}  // namespace nvmf::conformance
