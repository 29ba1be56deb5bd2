#include "fuzz/mutator/script_mutator.h"

#include "fuzz/mutator/editable_script.h"
#include "fuzz/mutator/pdu_octets.h"

namespace nvmf::fuzz {
namespace {

using Role = MutatorRules::Role;

constexpr std::uint8_t kFromController[] = {1, 3, 5, 5, 7, 7, 7, 9, 9, 9};
constexpr std::uint8_t kFromHost[] = {0, 2, 4, 4, 4, 4, 6, 6, 6};
constexpr std::uint32_t kDataSizes[] = {0, 4, 8, 12, 64, 128, 512};

bool PeerIsHost(const EditableScript& script, const MutatorRules& rules) {
  if (rules.role == Role::kReceiver) return (script.options[0] & 4) != 0;
  return rules.role == Role::kController;
}

// FirstLayer is what holds before any PDU; digests that were not negotiated yet are off.
Layer FirstLayer(const EditableScript& script, const MutatorRules& rules) {
  Layer layer{.live = false, .alignment = 4U * ((script.options[1] & 31U) + 1)};
  if (rules.role != Role::kReceiver) return layer;
  layer.live = (script.options[0] & 8) == 0;
  layer.hdgst = (script.options[0] & 1) != 0;
  layer.ddgst = (script.options[0] & 2) != 0;
  return layer;
}

// The first ICReq or ICResp settles the digests: those that both ends want.
void Settle(Layer& layer, const EditableScript& script, const MutatorRules& rules, PduBuffer& pdu) {
  if (rules.role == Role::kReceiver || layer.live || pdu.type() > 1 || pdu.size() < 128) return;
  const std::uint32_t both = pdu.Get(11, 1) & script.options[0];
  layer.live = true;
  layer.hdgst = (both & 1) != 0;
  layer.ddgst = (both & 2) != 0;
}

void MendAll(EditableScript& script, const MutatorRules& rules, Random& random) {
  Layer layer = FirstLayer(script, rules);
  PduBuffer pdu;
  for (std::size_t i = 0; i < script.size(); ++i) {
    const Record& record = script.records()[i];
    if (record.op != kOpSend) continue;
    pdu.Assign(record.octets);
    Mend(pdu, layer, Care::Rolled(random));
    Settle(layer, script, rules, pdu);
    script.Replace(i, pdu.octets());
  }
}

void InsertPdu(EditableScript& script, const MutatorRules& rules, Random& random) {
  const bool host = PeerIsHost(script, rules);
  const std::uint8_t type = host ? random.Pick(kFromHost) : random.Pick(kFromController);
  PduBuffer pdu;
  Make(pdu, type, MayCarryData(type) ? random.Pick(kDataSizes) : 0, random);
  script.Insert(random.Below(script.size() + 1), {.op = kOpSend, .octets = pdu.octets()});
}

void InsertAction(EditableScript& script, Random& random) {
  std::uint8_t octets[6];
  for (std::uint8_t& octet : octets) octet = random.OneIn(2) ? random.Octet() : 0;
  const auto op = static_cast<std::uint8_t>(1 + random.Below(6));
  script.Insert(random.Below(script.size() + 1),
                {.op = op, .octets = Octets(octets).first(random.Below(sizeof octets + 1))});
}

// Says a data PDU or R2T again, for the octets that come after it.
void Continue(EditableScript& script, std::size_t i, Random& random) {
  PduBuffer pdu;
  pdu.Assign(script.records()[i].octets);
  if (pdu.type() != 6 && pdu.type() != 7 && pdu.type() != 9) return Bend(pdu, random);
  pdu.Put(12, 4, pdu.Get(12, 4) + pdu.Get(16, 4));
  script.Insert(i + 1, {.op = kOpSend, .octets = pdu.octets()});
}

void BendRecord(EditableScript& script, std::size_t i, Random& random) {
  PduBuffer pdu;
  pdu.Assign(script.records()[i].octets);
  Bend(pdu, random);
  script.Replace(i, pdu.octets());
}

void MutateOctets(EditableScript& script, std::size_t i, ByteMutate bytes, Random& random) {
  PduBuffer pdu;
  pdu.Assign(script.records()[i].octets);
  const std::size_t hlen = HlenOf(pdu.type());
  if (hlen != 0 && pdu.size() >= hlen && !random.OneIn(4)) {
    bytes(pdu.octets().data(), hlen, hlen);  // The header keeps its size.
  } else {
    const std::size_t size = pdu.size();
    pdu.Resize(PduBuffer::kRoom);
    pdu.Resize(bytes(pdu.octets().data(), size, PduBuffer::kRoom));
  }
  script.Replace(i, pdu.octets());
}

void MutateOnce(EditableScript& script, const MutatorRules& rules, ByteMutate bytes,
                Random& random) {
  const std::size_t n = script.size();
  const std::size_t i = random.Below(n);
  if (n == 0) return InsertPdu(script, rules, random);
  switch (random.Below(12)) {
    case 0:
    case 1:
      return InsertPdu(script, rules, random);
    case 2:
      return InsertAction(script, random);
    case 3:
      return script.Erase(i);
    case 4:
      return script.Insert(random.Below(n + 1), script.records()[i]);
    case 5:
      return std::swap(script.records()[i], script.records()[random.Below(n)]);
    case 6:
    case 7:
      return BendRecord(script, i, random);
    case 8:
      return Continue(script, i, random);
    case 9:
      script.options[random.Below(kPrelude)] = random.OneIn(2) ? random.Octet() : 0;
      return;
    case 10:
      script.options[random.Below(kPrelude)] ^= static_cast<std::uint8_t>(1U << random.Below(8));
      return;
    default:
      return MutateOctets(script, i, bytes, random);
  }
}

}  // namespace

std::size_t MutateScript(std::uint8_t* data, std::size_t size, std::size_t most,
                         const MutatorRules& rules, ByteMutate bytes, Random& random) {
  if (random.OneIn(10) || most < kPrelude) return bytes(data, size, most);
  static EditableScript script;  // Large; engines call a mutator from one thread.
  script.Read(Octets(data, size));
  for (std::uint32_t n = 1 + random.Below(3); n > 0; --n) MutateOnce(script, rules, bytes, random);
  MendAll(script, rules, random);
  return script.Write(data, most);
}

std::size_t CrossScripts(const std::uint8_t* a, std::size_t a_size, const std::uint8_t* b,
                         std::size_t b_size, std::uint8_t* out, std::size_t most, Random& random) {
  static EditableScript front, back;
  front.Read(Octets(a, a_size));
  back.Read(Octets(b, b_size));
  front.Truncate(random.Below(front.size() + 1));
  for (std::size_t i = random.Below(back.size() + 1); i < back.size(); ++i) {
    front.Insert(front.size(), back.records()[i]);
  }
  return front.Write(out, most);
}

}  // namespace nvmf::fuzz
