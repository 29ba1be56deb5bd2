#include "conformance/wire/field_places.h"

#include <type_traits>

namespace nvmf::conformance {
namespace {

template <WireStruct T>
void AddPlaces(std::vector<FieldPlace>& places, std::size_t base) {
  T value;
  T::Fields(value, [&](std::size_t at, const char* name, auto& field) {
    using F = std::remove_cvref_t<decltype(field)>;
    if constexpr (WireStruct<F>) {
      AddPlaces<F>(places, base + at);
    } else {
      places.push_back({.at = base + at, .size = WireSize<F>(), .name = name});
    }
  });
}

template <WireStruct P>
std::span<const FieldPlace> PlacesOf() {
  static const std::vector<FieldPlace> kPlaces = [] {
    std::vector<FieldPlace> places;
    AddPlaces<tcp::PduHeader>(places, 0);
    if constexpr (!std::is_same_v<P, tcp::PduHeader>) AddPlaces<P>(places, 0);
    return places;
  }();
  return kPlaces;
}

}  // namespace

std::span<const FieldPlace> FieldPlaces(tcp::PduType type) {
  switch (type) {
    case tcp::PduType::kIcReq:
      return PlacesOf<tcp::IcReq>();
    case tcp::PduType::kH2CTermReq:
      return PlacesOf<tcp::H2CTermReq>();
    case tcp::PduType::kCapsuleCmd:
      return PlacesOf<tcp::CapsuleCmd>();
    case tcp::PduType::kH2CData:
      return PlacesOf<tcp::H2CData>();
    default:
      return PlacesOf<tcp::PduHeader>();
  }
}

std::vector<Bytes> Extremes(std::size_t size) {
  std::vector<Bytes> values(5, Bytes(size));
  values[1].front() = std::byte{1};
  values[2] = Fill(size, 0xFF);
  values[3] = Fill(size, 0xFF);
  values[3].front() = std::byte{0xFE};
  values[4].back() = std::byte{0x80};
  return values;
}

}  // namespace nvmf::conformance
