#include "conformance/script/host_scene.h"

#include <algorithm>
#include <utility>

#include "nvmf/nvme/nvm.h"

namespace nvmf::conformance {
namespace {

constexpr Duration kGlance{5};
constexpr std::size_t kTold = 64u << 10;  // So much of what errands read is not zeros.

// From returns up to `octets` of `media` from `at` on.
ByteView From(ByteView media, std::uint64_t at, std::size_t octets) {
  const ByteView rest = media.subspan(std::min<std::uint64_t>(at, media.size()));
  return rest.first(std::min(octets, rest.size()));
}

// Told returns what the host's user must have been handed if it was so many octets.
ByteView Told(const HostScene& scene, std::size_t octets) {
  return From(scene.io.host_trial().honest().media_of_errand(), 0, octets);
}

HostScene MeetCommand(HostTrial& trial, const HostErrand& errand, const tcp::IcResp& answer,
                      bool (*wanted)(const Sqe&)) {
  ControllerPeer admin = ControllerPeer::Meet(trial, errand);
  ControllerPeer io = admin.ServeUntilIoQueue(answer);
  Capsule command = io.ServeUntil(wanted, &admin);
  return {.admin = std::move(admin), .io = std::move(io), .command = std::move(command)};
}

// Serve answers one command if there is one; `open` tells whether the host still has the
// connection.
void Serve(ControllerPeer& peer, bool& open) {
  if (open && peer.ServeOne(kGlance).ended()) open = false;
}

}  // namespace

Bytes HostScene::Truth() const {
  const std::uint64_t at = NvmCmd(command.sqe).slba() * HonestController::kBlock;
  const ByteView truth = From(io.host_trial().honest().media(), at, length());
  return {truth.begin(), truth.end()};
}

Capsule HostScene::Next(bool (*wanted)(const Sqe&)) {
  while (true) {
    io.AwaitBeside(admin);
    Capsule capsule = io.TakeCapsule();
    if (wanted(capsule.sqe)) return capsule;
    io.Answer(capsule);
  }
}

std::optional<HostOutcome> HostScene::Finish() {
  HostDut& dut = io.host_trial().dut();
  const Deadline deadline = io.trial().Step();
  bool io_open = true;
  bool admin_open = true;
  while (true) {
    const Duration wait = io_open || admin_open ? Duration(0) : kGlance;
    Result<HostOutcome> outcome = dut.Finish(Deadline::In(wait));
    if (outcome) return std::move(*outcome);
    SkipIfUnable(outcome.error());
    if (deadline.passed()) break;
    Serve(io, io_open);
    Serve(admin, admin_open);
  }
  if (io_open) throw Unmet{{kHang, "the host does not finish its errand"}};
  return std::nullopt;
}

HostErrand Reads(std::uint32_t octets, std::uint32_t commands) {
  return {.kind = HostErrand::Kind::kRead,
          .commands = commands,
          .blocks = octets / HonestController::kBlock};
}

HostErrand Writes(std::uint32_t octets, std::uint32_t commands) {
  return {.kind = HostErrand::Kind::kWrite,
          .commands = commands,
          .data = Pattern(std::size_t{octets} * commands, 11)};
}

HostScene MeetRead(HostTrial& trial, const HostErrand& errand, const tcp::IcResp& answer) {
  std::ranges::copy(Pattern(kTold, 3), trial.honest().media_of_errand().begin());
  return MeetCommand(trial, errand, answer, IsRead);
}

HostScene MeetWrite(HostTrial& trial, const HostErrand& errand, const tcp::IcResp& answer) {
  trial.honest().in_capsule = 0;
  return MeetCommand(trial, errand, answer, IsWrite);
}

void Require(bool claimed, const char* otherwise) {
  if (!claimed) throw Unmet{{kSkip, otherwise}};
}

Verdict ExpectGoodEnd(HostScene& scene) {
  const std::optional<HostOutcome> outcome = scene.Finish();
  if (!outcome) return {kFail, "the host gave up the connection"};
  if (!outcome->success) return {kFail, "the host's user was told: " + outcome->text};
  if (!IsRead(scene.command.sqe)) return Pass();
  const ByteView truth = Told(scene, outcome->data.size());
  if (!std::ranges::equal(outcome->data, truth)) return {kFail, "the user got other octets"};
  return Pass();
}

Verdict ExpectNoFalseData(HostScene& scene) {
  const std::optional<HostOutcome> outcome = scene.Finish();
  if (!outcome) return Pass();
  const ByteView truth = Told(scene, outcome->data.size());
  if (outcome->success && !std::ranges::equal(outcome->data, truth)) {
    return {kFail, "the host's user was handed octets as good that nobody sent for this command"};
  }
  return Pass();
}

}  // namespace nvmf::conformance
