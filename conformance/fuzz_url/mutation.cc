#include "conformance/fuzz_url/mutation.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "conformance/wire/digests.h"
#include "conformance/wire/field_places.h"

namespace nvmf::conformance {
namespace {

using Records = std::vector<Record>;
using Place = std::ptrdiff_t;  // Of a record.

std::size_t Draw(Chance& chance, std::size_t below) { return chance() % below; }

bool IsSaid(const Record& record) {
  return record.what == Record::What::kSent && !record.octets.empty();
}

// DrawSaid returns the place of a record that the host sent. There is always one.
std::size_t DrawSaid(const Records& records, Chance& chance) {
  std::vector<std::size_t> said;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (IsSaid(records[i])) said.push_back(i);
  }
  return said[Draw(chance, said.size())];
}

// Every other time digests that were right are made so again.
void PerhapsMend(Bytes& octets, const Bytes& before, Chance& chance) {
  if (Draw(chance, 2) == 0) MendDigests(octets, before);
}

void FlipOctets(Records& records, Chance& chance) {
  Bytes& octets = records[DrawSaid(records, chance)].octets;
  const Bytes before = octets;
  // Headers are small and matter most: every other time it is one of the first octets.
  const std::size_t most =
      Draw(chance, 2) == 0 ? octets.size() : std::min<std::size_t>(octets.size(), 128);
  for (std::size_t n = 1 + Draw(chance, 4); n > 0; --n) {
    octets[Draw(chance, most)] ^= static_cast<std::byte>(1 + Draw(chance, 255));
  }
  PerhapsMend(octets, before, chance);
}

void SetField(Records& records, Chance& chance) {
  Bytes& octets = records[DrawSaid(records, chance)].octets;
  const auto places = FieldPlaces(static_cast<tcp::PduType>(octets.front()));
  const FieldPlace& place = places[Draw(chance, places.size())];
  const std::vector<Bytes> values = Extremes(place.size);
  const Bytes& value = values[Draw(chance, values.size())];
  if (place.at + place.size > octets.size()) return;
  const Bytes before = octets;
  std::ranges::copy(value, octets.begin() + static_cast<Place>(place.at));
  PerhapsMend(octets, before, chance);
}

void Drop(Records& records, Chance& chance) {
  const std::size_t at = DrawSaid(records, chance);
  const auto said = std::ranges::count_if(records, IsSaid);
  if (said > 1) records.erase(records.begin() + static_cast<Place>(at));
}

void Repeat(Records& records, Chance& chance) {
  const std::size_t at = DrawSaid(records, chance);
  const Record again = records[at];
  records.insert(records.begin() + static_cast<Place>(at), 1 + Draw(chance, 3), again);
}

void Swap(Records& records, Chance& chance) {
  const std::size_t one = DrawSaid(records, chance);
  const std::size_t other = DrawSaid(records, chance);
  std::swap(records[one].octets, records[other].octets);
}

// Hurry says a record right behind the one before it: nothing is waited for.
void Hurry(Records& records, Chance& chance) {
  const std::size_t at = DrawSaid(records, chance);
  std::size_t from = at;
  while (from > 0 && records[from - 1].what != Record::What::kSent) --from;
  records.erase(records.begin() + static_cast<Place>(from),
                records.begin() + static_cast<Place>(at));
}

Record EndOf(unsigned connection, Chance& chance) {
  constexpr std::array<const char*, 3> kEnds = {"close of the sending side (FIN)", "close",
                                                "reset (RST)"};
  return {.connection = connection, .speaker = Side::kHost, .text = kEnds[Draw(chance, 3)]};
}

// Leave ends a connection in the middle of a record, or behind it.
void Leave(Records& records, Chance& chance) {
  const std::size_t at = DrawSaid(records, chance);
  Bytes& octets = records[at].octets;
  octets.resize(1 + Draw(chance, octets.size()));
  const Record end = EndOf(records[at].connection, chance);
  records.insert(records.begin() + static_cast<Place>(at) + 1, end);
}

// Shorten cuts a record and goes on: what follows is taken for the rest of it.
void Shorten(Records& records, Chance& chance) {
  Bytes& octets = records[DrawSaid(records, chance)].octets;
  octets.resize(1 + Draw(chance, octets.size()));
}

using Spoil = void (*)(Records& records, Chance& chance);
constexpr Spoil kSpoils[] = {FlipOctets, SetField, SetField, Drop,   Repeat,
                             Swap,       Hurry,    Leave,    Shorten};

// Borrow puts a record of another session between those of this one.
void Borrow(Records& records, std::span<const ExchangeFile> sessions, Chance& chance) {
  const Records& others = sessions[Draw(chance, sessions.size())].records;
  Record borrowed = others[DrawSaid(others, chance)];
  const std::size_t at = DrawSaid(records, chance);
  borrowed.connection = records[at].connection;
  records.insert(records.begin() + static_cast<Place>(at), std::move(borrowed));
}

}  // namespace

ExchangeFile Mutate(std::span<const ExchangeFile> sessions, Chance& chance) {
  ExchangeFile input = sessions[Draw(chance, sessions.size())];
  for (std::size_t n = 1 + Draw(chance, 4); n > 0; --n) {
    const std::size_t which = Draw(chance, std::size(kSpoils) + 1);
    if (which == std::size(kSpoils)) {
      Borrow(input.records, sessions, chance);
    } else {
      kSpoils[which](input.records, chance);
    }
  }
  return input;
}

}  // namespace nvmf::conformance
