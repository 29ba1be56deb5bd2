// CheckStructure holds one wire structure to its invariant: any octets decode, the value encodes to
// the same octets with the reserved ones zero, and each field stands where the specification says.
#ifndef FUZZ_HARNESS_WIRE_CHECK_H_
#define FUZZ_HARNESS_WIRE_CHECK_H_

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <type_traits>

#include "fuzz/harness/check.h"
#include "fuzz/harness/script.h"
#include "fuzz/model/layouts.h"
#include "nvmf/base/fields.h"

namespace nvmf::fuzz {

// ForEachLeaf calls `visit(offset, name, field)` for each field that is not itself a structure.
template <class T>
constexpr void ForEachLeaf(T& value, std::size_t base, auto&& visit) {
  std::remove_const_t<T>::Fields(value, [&](std::size_t at, const char* name, auto& field) {
    if constexpr (WireStruct<std::remove_cvref_t<decltype(field)>>) {
      ForEachLeaf(field, base + at, visit);
    } else {
      visit(base + at, name, field);
    }
  });
}

// Named tells which octets belong to a field.
template <WireStruct T>
consteval std::array<bool, T::kSize> Named() {
  std::array<bool, T::kSize> named{};
  T value;
  ForEachLeaf(value, 0, [&](std::size_t at, const char*, auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    if constexpr (IsFieldArray<Field>::value) {
      for (std::size_t i = 0; i < WireSize<Field>(); ++i) named[at + i] = true;
      if constexpr (WireStruct<typename Field::value_type>) {
        constexpr auto kInner = Named<typename Field::value_type>();
        for (std::size_t i = 0; i < WireSize<Field>(); ++i) {
          named[at + i] = kInner[i % kInner.size()];
        }
      }
    } else {
      for (std::size_t i = 0; i < sizeof(Field); ++i) named[at + i] = true;
    }
  });
  return named;
}

// PlaceOf gives, for each leaf in its turn, its row in the layout, or the number of rows.
template <WireStruct T, const auto& kLayout>
consteval auto PlaceOf() {
  std::array<std::size_t, 256> rows{};
  T value;
  std::size_t leaf = 0;
  ForEachLeaf(value, 0, [&](std::size_t, const char* name, auto&) {
    std::size_t row = 0;
    while (row < std::size(kLayout) && std::string_view(kLayout[row].field) != name) ++row;
    rows[leaf++] = row;
  });
  return rows;
}

template <WireStruct T, const auto& kLayout>
void CheckPlaces(const T& value, Octets octets) {
  [[maybe_unused]] static constexpr auto kRows = PlaceOf<T, kLayout>();
  std::size_t leaf = 0;
  ForEachLeaf(value, 0, [&](std::size_t, const char*, const auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    [[maybe_unused]] const std::size_t row = kRows[leaf++];
    if constexpr (std::is_integral_v<Field> || std::is_enum_v<Field>) {
      if (row >= std::size(kLayout)) return;
      const model::Place& place = kLayout[row];
      std::uint64_t expected = 0;
      for (std::size_t i = place.size; i-- > 0;) expected = expected << 8 | octets[place.at + i];
      FUZZ_CHECK(static_cast<std::uint64_t>(field) == expected);
    }
  });
}

// CheckStructure returns the value decoded from the front of `input`, zero filled.
template <WireStruct T, const auto& kLayout>
T CheckStructure(Octets input) {
  constexpr std::array<bool, T::kSize> kNamed = Named<T>();
  // Of exactly its size, so that one octet more is one too many.
  const auto heap = std::make_unique<std::uint8_t[]>(T::kSize);
  std::copy_n(input.begin(), std::min(input.size(), T::kSize), heap.get());
  const auto* bytes = reinterpret_cast<const std::byte*>(heap.get());
  const T value = Decode<T>(std::span<const std::byte, T::kSize>(bytes, T::kSize));
  CheckPlaces<T, kLayout>(value, Octets(heap.get(), T::kSize));
  const auto encoded = Encode(value);
  bool canonical = true;
  for (std::size_t i = 0; i < T::kSize; ++i) {
    canonical &= encoded[i] == (kNamed[i] ? bytes[i] : std::byte{0});
  }
  FUZZ_CHECK(canonical);
  FUZZ_CHECK(Decode<T>(encoded) == value);
  std::array<std::byte, T::kSize> again;
  again.fill(std::byte{0xFF});
  EncodeInto(std::span<std::byte, T::kSize>(again), value);
  FUZZ_CHECK(again == encoded);
  return value;
}

}  // namespace nvmf::fuzz

#endif  // FUZZ_HARNESS_WIRE_CHECK_H_
