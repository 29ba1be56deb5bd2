// HostScene: a host on trial in the middle of one I/O command, and its two connections.
//
//   Verdict UnknownCommandIsFatal(HostTrial& trial) {
//     HostScene scene = MeetRead(trial);
//     scene.io.SendData(scene.cid() ^ 0x4000, scene.Truth(), 0, true);
//     return scene.io.ExpectFatal({{Fes::kInvalidPduHeaderField, 8}});
//   }
//
// Units     octets.
// Threads   one at a time.
// Lifetime  borrows the trial.
#ifndef CONFORMANCE_SCRIPT_HOST_SCENE_H_
#define CONFORMANCE_SCRIPT_HOST_SCENE_H_

#include <cstdint>
#include <optional>

#include "conformance/script/controller_peer.h"

namespace nvmf::conformance {

struct HostScene {
  ControllerPeer admin;
  ControllerPeer io;
  Capsule command;  // Heard and not answered.

  std::uint16_t cid() const { return command.sqe.cid; }
  std::uint32_t length() const { return command.sqe.sgl1.length; }
  // Truth is what the command's blocks hold: what a read must return.
  Bytes Truth() const;
  // Next answers both connections honestly until another command satisfies `wanted`; that one it
  // returns unanswered.
  Capsule Next(bool (*wanted)(const Sqe&));
  // Finish serves both connections honestly until the errand is over. It returns nothing when the
  // host is not done after a step, or a case, but has given up the I/O connection: hosts that
  // reconnect may take their time.
  std::optional<HostOutcome> Finish();
};

// Reads and Writes are errands of `commands` commands of `octets` each.
HostErrand Reads(std::uint32_t octets, std::uint32_t commands = 2);
HostErrand Writes(std::uint32_t octets, std::uint32_t commands = 1);

// MeetRead answers everything until the host's first read. Of two reads the second shows, by its
// coming, that the host took the first for done.
HostScene MeetRead(HostTrial& trial, const HostErrand& errand = Reads(4096),
                   const tcp::IcResp& answer = ControllerPeer::kIcResp);
// MeetWrite answers everything until the host's first write; its data do not fit in a capsule.
HostScene MeetWrite(HostTrial& trial, const HostErrand& errand = Writes(16384),
                    const tcp::IcResp& answer = ControllerPeer::kIcResp);

// Require skips the case unless the host claims what it needs.
void Require(bool claimed, const char* otherwise);

// ExpectGoodEnd serves the host to the end of its errand, which must be a success.
Verdict ExpectGoodEnd(HostScene& scene);
// ExpectNoFalseData likewise, but the errand may fail: what counts is that the host's user is not
// handed anything but the truth as good data.
Verdict ExpectNoFalseData(HostScene& scene);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_HOST_SCENE_H_
