// Invariant: of all octets only hand-off records are taken, and what is taken says the same when it
// is packed again; cut or altered it is refused. A connection that goes on from a record is in the
// state that the record tells, or the record is refused as impossible; its commands come as events.
// Messages and records of a takeover decode, or are refused, without memory that they only promise.
//
// octet 0: bits 1:0 0, 1 a hand-off record, 2 a takeover's target, 3 a queue of it; bit 7 the head
// is
//          left as it is, and not made good
// octet 1: where to cut and to alter
#include <algorithm>
#include <vector>

#include "fuzz/harness/check.h"
#include "fuzz/harness/output_tap.h"
#include "fuzz/harness/script.h"
#include "fuzz/model/handoff_model.h"
#include "nvmf/handoff/record.h"
#include "nvmf/target/takeover_message.h"
#include "nvmf/target/takeover_record.h"

namespace nvmf::fuzz {
namespace {

using Vector = std::vector<std::byte>;

Octets Of(const Vector& octets) { return AsOctets(octets); }

void Put(Vector& octets, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) octets[at + i] = static_cast<std::byte>(value >> 8 * i);
}

// Seal makes a head good: magic, version, length and checksum.
void Seal(Vector& octets) {
  if (octets.size() < model::kRecordHead) octets.resize(model::kRecordHead);
  constexpr char kMagic[] = "NVMFGIVE";
  std::ranges::copy(std::as_bytes(std::span(kMagic)).first(8), octets.begin());
  octets[8] = std::byte{1}, octets[9] = std::byte{0};
  Put(octets, 12, static_cast<std::uint32_t>(octets.size()));
  Put(octets, 16, model::DigestOf(Of(octets).subspan(model::kChecked)));
}

// A record that is taken is refused without its end, and with one bit changed.
void CheckRefusals(const Vector& octets, std::uint8_t place) {
  const std::size_t cut = (place * 2654435761U >> 8) % octets.size();
  FUZZ_CHECK(!DecodeRecord(ByteView(octets).first(cut)));
  Vector bent = octets;
  const std::size_t at = cut < model::kChecked ? cut % 8 : cut;
  bent[at] ^= static_cast<std::byte>(1U << place % 8);
  FUZZ_CHECK(!DecodeRecord(bent));
}

// Sent answers all commands of a resumed controller, and returns how many there were.
std::size_t AnswerAll(tcp::ControllerConnection& controller) {
  std::size_t answered = 0;
  for (; controller.HasEvent(); ++answered) {
    const Event event = controller.NextEvent();
    FUZZ_CHECK(event.kind == Event::Kind::kCommand);
    FUZZ_CHECK(controller.in_capsule(event.tag).size() <= controller.data_length(event.tag));
    FUZZ_CHECK(controller.SendData(event.tag, {}, Cqe{}) || controller.failed());
  }
  while (controller.wants_output()) {
    std::size_t n = 0;
    for (const ByteView span : controller.PendingOutput()) n += span.size();
    controller.CommitOutput(n);
  }
  return answered;
}

void GoOn(const tcp::ControllerState& state) {
  auto controller = tcp::ControllerConnection::Resume({.in_capsule_bytes = 256}, state);
  if (!controller) return FUZZ_CHECK(controller.error().code == Code::kInvalidArgument);
  FUZZ_CHECK((*controller)->live() || !state.unread.empty());
  for (std::size_t i = 1; i < state.commands.size(); ++i) {
    FUZZ_CHECK(state.commands[i].sqe.cid != state.commands[i - 1].sqe.cid);
  }
  if (state.unread.empty()) {
    const auto again = (*controller)->Export();
    FUZZ_CHECK(again && again->negotiated == state.negotiated && again->unread.empty());
    FUZZ_CHECK(again->sq_head == state.sq_head && again->entries == state.entries);
    FUZZ_CHECK(again->commands.size() == state.commands.size());
    for (std::size_t i = 0; i < state.commands.size(); ++i) {
      FUZZ_CHECK(again->commands[i].data == state.commands[i].data);
      FUZZ_CHECK(again->commands[i].sqe.cid == state.commands[i].sqe.cid);
    }
  }
  const std::size_t answered = AnswerAll(**controller);
  FUZZ_CHECK(answered >= state.commands.size() || (*controller)->failed());
}

void GoOn(const tcp::HostState& state) {
  auto host = tcp::HostConnection::Resume(state);
  if (!host) return FUZZ_CHECK(host.error().code == Code::kInvalidArgument);
  if (!state.unread.empty()) return;
  const auto again = (*host)->Export();
  FUZZ_CHECK(again && again->negotiated == state.negotiated && again->sq_head == state.sq_head);
  const auto cid = (*host)->Submit({.opc = 0}, kNoData);
  FUZZ_CHECK(cid || (*host)->full());
  FUZZ_CHECK(!cid || !(*host)->Export());  // A command is out: nothing to give away.
}

void CheckRecord(Vector octets, bool as_is, std::uint8_t place) {
  if (!as_is) Seal(octets);
  const auto record = DecodeRecord(octets);
  FUZZ_CHECK(record.has_value() == model::IsHandoffRecord(Of(octets)));
  if (!record) return FUZZ_CHECK(record.error().code == Code::kInvalidArgument);
  const Vector packed = EncodeRecord(*record);
  FUZZ_CHECK(packed.size() == octets.size());
  const auto same = DecodeRecord(packed);
  FUZZ_CHECK(same && *same == *record && EncodeRecord(*same) == packed);
  CheckRefusals(octets, place);
  std::visit([](const auto& state) { GoOn(state); }, record->state);
}

void CheckTarget(ByteView body) {
  const auto record = target::DecodeTarget(body);
  if (!record) return;
  const Vector packed = target::EncodeTarget(*record);
  FUZZ_CHECK(packed.size() == body.size());
  const auto same = target::DecodeTarget(packed);
  FUZZ_CHECK(same && target::EncodeTarget(*same) == packed);
  FUZZ_CHECK(same->ports == record->ports && same->generation == record->generation);
  FUZZ_CHECK(same->subsystems.size() == record->subsystems.size());
  FUZZ_CHECK(!target::DecodeTarget(body.first(body.size() - 1)));
}

void CheckQueue(Vector body, bool as_is) {
  // A head, the association if there is one, a hand-off record.
  const bool association = !body.empty() && body[0] != std::byte{0};
  const std::size_t front = 8 + (association ? target::AssociationState::kSize : 0);
  if (!as_is) {
    body.resize(std::max(body.size(), front));
    Vector record(body.begin() + static_cast<std::ptrdiff_t>(front), body.end());
    Seal(record);
    body.resize(front);
    body.insert(body.end(), record.begin(), record.end());
  }
  const auto record = target::DecodeQueue(body);
  const bool good = body.size() >= front && model::IsHandoffRecord(Of(body).subspan(front));
  FUZZ_CHECK(record.has_value() == good);
  if (!record) return;
  FUZZ_CHECK(record->association.has_value() == association);
  const Vector packed = target::EncodeQueue(*record);
  const auto same = target::DecodeQueue(packed);
  FUZZ_CHECK(same && same->queue == record->queue && same->association == record->association);
}

// What is packed in a message comes out, unless it is cut or altered; other octets do not.
void CheckMessage(ByteView body, std::uint8_t place) {
  FUZZ_CHECK(!target::DecodeMessage(body) || body.size() >= 24);
  const auto kind = static_cast<target::MessageKind>(place);
  Vector message = target::EncodeMessage(kind, body);
  const auto same = target::DecodeMessage(message);
  FUZZ_CHECK(same && same->kind == kind && std::ranges::equal(same->body, body));
  const std::size_t cut = (place * 2654435761U >> 8) % message.size();
  FUZZ_CHECK(!target::DecodeMessage(ByteView(message).first(cut)));
  message[cut] ^= static_cast<std::byte>(1U << place % 8);
  FUZZ_CHECK(!target::DecodeMessage(message));
}

}  // namespace
}  // namespace nvmf::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nvmf::fuzz;
  if (size < 2) return 0;
  const auto* octets = reinterpret_cast<const std::byte*>(data);
  const Vector body(octets + 2, octets + size);
  const bool as_is = (data[0] & 128) != 0;
  switch (data[0] & 3) {
    case 2:
      CheckTarget(body);
      CheckMessage(body, data[1]);
      break;
    case 3:
      CheckQueue(body, as_is);
      break;
    default:
      CheckRecord(body, as_is, data[1]);
  }
  return 0;
}
