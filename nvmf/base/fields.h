// Wire structures as plain structs of host integers with ONE list of fields.
//
// A structure says where each field lies, once; encode, decode, describe and the layout check walk
// that list, so they cannot disagree:
//
//   struct Range {
//     static constexpr std::size_t kSize = 16;
//     std::uint32_t attributes = 0;
//     std::uint32_t blocks = 0;
//     std::uint64_t slba = 0;
//     static constexpr void Fields(auto& range, auto&& at) {
//       at(0, "attributes", range.attributes), at(4, "blocks", range.blocks);
//       at(8, "slba", range.slba);
//     }
//   };
//   static_assert(LayoutIsSound<Range>());
//
// Shapes    a field is an unsigned integer, a std::array of bytes, chars or integers, an enum over
//           an unsigned integer, or another wire structure. kSize is the size on the wire, bytes.
// Errors    none: decoding bytes of the right extent cannot fail; judging the values is the
//           caller's. Octets that no field names are zero when encoded and ignored when decoded.
// Threads   pure functions.
#ifndef NVMF_BASE_FIELDS_H_
#define NVMF_BASE_FIELDS_H_

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "nvmf/base/bytes.h"

namespace nvmf {

struct IgnoreFields {
  constexpr void operator()(std::size_t, const char*, auto&) const {}
};

// WireStruct is a struct with a size on the wire and a list of fields.
template <class T>
concept WireStruct = requires(T& value) {
  { T::kSize } -> std::convertible_to<std::size_t>;
  T::Fields(value, IgnoreFields{});
};

template <class T>
struct IsFieldArray : std::false_type {};
template <class E, std::size_t N>
struct IsFieldArray<std::array<E, N>> : std::true_type {};

// WireSize returns the octets that a field of type T takes.
template <class T>
constexpr std::size_t WireSize() {
  if constexpr (WireStruct<T>) {
    return T::kSize;
  } else if constexpr (IsFieldArray<T>::value) {
    return WireSize<typename T::value_type>() * std::tuple_size_v<T>;
  } else {
    return sizeof(T);
  }
}

template <class T>
constexpr void LoadField(ByteView from, T& field) {
  if constexpr (WireStruct<T>) {
    T::Fields(field, [&](std::size_t at, const char*, auto& inner) {
      LoadField(from.subspan(at, WireSize<std::remove_cvref_t<decltype(inner)>>()), inner);
    });
  } else if constexpr (IsFieldArray<T>::value) {
    constexpr std::size_t kStep = WireSize<typename T::value_type>();
    for (std::size_t i = 0; i < field.size(); ++i) LoadField(from.subspan(i * kStep), field[i]);
  } else if constexpr (std::is_enum_v<T>) {
    field = static_cast<T>(LoadLittle<std::underlying_type_t<T>>(from));
  } else if constexpr (std::is_same_v<T, char>) {
    field = static_cast<char>(from[0]);
  } else if constexpr (std::is_same_v<T, std::byte>) {
    field = from[0];
  } else {
    field = LoadLittle<T>(from);
  }
}

template <class T>
constexpr void StoreField(MutableBytes into, const T& field) {
  if constexpr (WireStruct<T>) {
    T::Fields(field, [&](std::size_t at, const char*, const auto& inner) {
      StoreField(into.subspan(at, WireSize<std::remove_cvref_t<decltype(inner)>>()), inner);
    });
  } else if constexpr (IsFieldArray<T>::value) {
    constexpr std::size_t kStep = WireSize<typename T::value_type>();
    for (std::size_t i = 0; i < field.size(); ++i) StoreField(into.subspan(i * kStep), field[i]);
  } else if constexpr (std::is_enum_v<T>) {
    StoreLittle(into, std::to_underlying(field));
  } else if constexpr (std::is_same_v<T, char> || std::is_same_v<T, std::byte>) {
    into[0] = static_cast<std::byte>(field);
  } else {
    StoreLittle(into, field);
  }
}

// Decode reads a structure from exactly as many octets as it takes.
template <WireStruct T>
constexpr T Decode(std::span<const std::byte, T::kSize> from) {
  T value;
  LoadField(from, value);
  return value;
}

// EncodeInto writes `value` over all of `into`; octets that no field names become zero.
template <WireStruct T>
constexpr void EncodeInto(std::span<std::byte, T::kSize> into, const T& value) {
  for (std::byte& octet : into) octet = std::byte{0};
  StoreField(into, value);
}

// Encode returns the octets of `value`.
template <WireStruct T>
constexpr std::array<std::byte, T::kSize> Encode(const T& value) {
  std::array<std::byte, T::kSize> bytes{};
  StoreField(MutableBytes(bytes), value);
  return bytes;
}

// ViewAs reads the octets of one structure as another of the same size: a Connect command is a
// submission queue entry seen with other names.
template <WireStruct To, WireStruct From>
  requires(To::kSize == From::kSize)
constexpr To ViewAs(const From& from) {
  return Decode<To>(Encode(from));
}

// OffsetOf returns the wire offset of the field called `name`. A name that is not there does not
// compile.
template <WireStruct T>
consteval std::size_t OffsetOf(std::string_view name) {
  std::size_t found = T::kSize;
  T value;
  T::Fields(value, [&](std::size_t at, const char* field, auto&) {
    if (name == field) found = at;
  });
  if (found == T::kSize) throw "no such field";
  return found;
}

// LayoutIsSound tells whether all fields lie inside [begin, kSize) and none overlap.
template <WireStruct T>
consteval bool LayoutIsSound(std::size_t begin = 0) {
  std::array<bool, T::kSize> taken{};
  bool sound = true;
  T value;
  T::Fields(value, [&](std::size_t at, const char*, auto& field) {
    const std::size_t size = WireSize<std::remove_cvref_t<decltype(field)>>();
    if (at < begin || size == 0 || at > T::kSize || size > T::kSize - at) {
      sound = false;
      return;
    }
    for (std::size_t i = at; i < at + size; ++i) {
      if (taken[i]) sound = false;
      taken[i] = true;
    }
  });
  return sound;
}

// Describe returns `value` as text: "name=hex name=hex ...", nested structures in braces, text
// arrays in quotes, byte arrays in hex with trailing zeros cut. For traces and reports; it
// allocates.
template <class T>
std::string Describe(const T& value) {
  const auto hex = [](std::uint64_t number) {
    char text[20];
    std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(number));
    return std::string(text);
  };
  std::string text;
  if constexpr (WireStruct<T>) {
    T::Fields(value, [&](std::size_t, const char* name, const auto& field) {
      if (!text.empty()) text += ' ';
      text += name;
      text += '=';
      if constexpr (WireStruct<std::remove_cvref_t<decltype(field)>>) {
        text += '{' + Describe(field) + '}';
      } else {
        text += Describe(field);
      }
    });
  } else if constexpr (IsFieldArray<T>::value) {
    using E = typename T::value_type;
    std::size_t used = value.size();
    while (used > 0 && value[used - 1] == E{}) --used;
    if constexpr (std::is_same_v<E, char>) {
      text = '"';
      for (std::size_t i = 0; i < used; ++i) {
        const bool plain = value[i] >= ' ' && value[i] <= '~';
        text += plain ? value[i] : '?';
      }
      text += '"';
    } else {
      for (std::size_t i = 0; i < used; ++i) {
        if (i != 0) text += '.';
        text += Describe(value[i]);
      }
      if (used == 0) text = "0";
    }
  } else if constexpr (std::is_enum_v<T>) {
    text = hex(static_cast<std::uint64_t>(std::to_underlying(value)));
  } else {
    text = hex(static_cast<std::uint64_t>(value));
  }
  return text;
}

}  // namespace nvmf

#endif  // NVMF_BASE_FIELDS_H_
