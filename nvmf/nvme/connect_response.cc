#include "nvmf/nvme/connect_response.h"

namespace nvmf {
namespace {

// NameAt returns the name of the field of T that `offset` lies in.
template <WireStruct T>
const char* NameAt(std::size_t offset) {
  const char* found = "unknown";
  T value;
  T::Fields(value, [&](std::size_t at, const char* name, auto& field) {
    if (Contains(at, WireSize<std::remove_cvref_t<decltype(field)>>(), offset, 1)) found = name;
  });
  return found;
}

}  // namespace

const char* InvalidParameter::Name() const {
  return in_data ? NameAt<ConnectData>(ipo) : NameAt<ConnectCmd>(ipo);
}

}  // namespace nvmf
