// Admin opcodes, controller on trial. (NVM Express Base, "Admin Command Set", "Submission Queue
// Entry")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/admin.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

Verdict OpcodeIsInvalid(HostPeer& host, const Sqe& sqe, Bytes data = {}) {
  host.Enable();
  if (auto untried = Untried(host, sqe)) return *untried;
  return host.Try(sqe, std::move(data))
      .Or(Says({kInvalidOpcode}), kPass)
      .Or(Says({kInvalidField}), kNonStrict, "0/02h instead of 0/01h");
}
template <std::uint8_t kOpcode>
Verdict Unsupported(HostPeer& host) {
  return OpcodeIsInvalid(host, {.opc = kOpcode});
}
Verdict UnsupportedToHost(HostPeer& host) {
  return OpcodeIsInvalid(host, {.opc = 0x0E, .sgl1 = {.length = 4096, .type = Sgl::kTransport}});
}
Verdict UnsupportedToController(HostPeer& host) {
  const Sqe sqe{.opc = 0x89, .sgl1 = {.length = 512, .type = Sgl::kInCapsule}};
  return OpcodeIsInvalid(host, sqe, Bytes(512));
}

// Optional commands that OACS does not claim.
template <std::uint8_t kOpcode, std::uint16_t kOacs>
Verdict NotClaimed(HostPeer& host) {
  if ((host.claims().id.oacs & kOacs) != 0) return {kSkip, "OACS claims it"};
  return OpcodeIsInvalid(host, {.opc = kOpcode});
}

template <std::uint8_t kFuse>
Verdict FusedIdentify(HostPeer& host) {
  host.Enable();
  Sqe sqe = HostPeer::IdentifyCommand();
  sqe.flags |= kFuse;
  return host.Try(sqe).Or(Says({kInvalidField}), kPass);
}

Verdict SharedCid(HostPeer& host) {
  constexpr std::uint16_t kCid = 0x5005;
  host.Enable();
  Sqe wait = MakeAsyncEventRequest();
  Sqe identify = HostPeer::IdentifyCommand();
  wait.sgl1 = {.length = 0, .type = Sgl::kTransport};
  wait.cid = identify.cid = kCid;
  host.Send(tcp::CapsuleCmd{.sqe = wait});
  host.Send(tcp::CapsuleCmd{.sqe = identify});
  Event event = host.Next();
  while (event.Is(tcp::PduType::kC2HData)) event = host.Next();
  const Verdict once = Outcome(event)
                           .Or(Completion(kCid, {kCommandIdConflict}), kPass)
                           .Or(Success(kCid), kPass, "processed all the same");
  if (auto bad = Bad(once)) return *bad;
  return host.ExpectAlive();
}

constexpr Case kCases[] = {
    {"ADM-OP-01/03", "Admin opcode 03h is invalid where nobody defines it", Unsupported<0x03>},
    {"ADM-OP-01/07", "Admin opcode 07h is invalid where nobody defines it", Unsupported<0x07>},
    {"ADM-OP-01/0b", "Admin opcode 0Bh is invalid where nobody defines it", Unsupported<0x0B>},
    {"ADM-OP-01/0e", "Admin opcode 0Eh is invalid where nobody defines it", Unsupported<0x0E>},
    {"ADM-OP-01/0f", "Admin opcode 0Fh is invalid where nobody defines it", Unsupported<0x0F>},
    {"ADM-OP-01/1b", "Admin opcode 1Bh is invalid where nobody defines it", Unsupported<0x1B>},
    {"ADM-OP-01/22", "Admin opcode 22h is invalid where nobody defines it", Unsupported<0x22>},
    {"ADM-OP-01/7b", "Admin opcode 7Bh is invalid where nobody defines it", Unsupported<0x7B>},
    {"ADM-OP-01/83", "Admin opcode 83h is invalid where nobody defines it", Unsupported<0x83>},
    {"ADM-OP-01/87", "Admin opcode 87h is invalid where nobody defines it", Unsupported<0x87>},
    {"ADM-OP-01/bf", "Admin opcode BFh is invalid where nobody defines it", Unsupported<0xBF>},
    {"ADM-OP-01/c0", "Admin opcode C0h is invalid where nobody defines it", Unsupported<0xC0>},
    {"ADM-OP-01/ff", "Admin opcode FFh is invalid where nobody defines it", Unsupported<0xFF>},
    {"ADM-OP-01/data-to-host", "A reserved admin opcode with data to the host is invalid",
     UnsupportedToHost},
    {"ADM-OP-01/data-in-capsule", "A reserved admin opcode with data in its capsule is invalid",
     UnsupportedToController},
    {"ADM-OP-02/00", "Delete I/O Submission Queue does not exist over fabrics", Unsupported<0x00>},
    {"ADM-OP-02/01", "Create I/O Submission Queue does not exist over fabrics", Unsupported<0x01>},
    {"ADM-OP-02/04", "Delete I/O Completion Queue does not exist over fabrics", Unsupported<0x04>},
    {"ADM-OP-02/05", "Create I/O Completion Queue does not exist over fabrics", Unsupported<0x05>},
    {"ADM-OP-03/1c", "Virtualization Management does not exist over fabrics", Unsupported<0x1C>},
    {"ADM-OP-03/7c", "Doorbell Buffer Config does not exist over fabrics", Unsupported<0x7C>},
    {"ADM-OP-04/81", "Security Send is invalid where OACS does not claim it",
     NotClaimed<0x81, kOacsSecurity>},
    {"ADM-OP-04/82", "Security Receive is invalid where OACS does not claim it",
     NotClaimed<0x82, kOacsSecurity>},
    {"ADM-OP-04/80", "Format NVM is invalid where OACS does not claim it",
     NotClaimed<0x80, kOacsFormat>},
    {"ADM-OP-04/10", "Firmware Commit is invalid where OACS does not claim it",
     NotClaimed<0x10, kOacsFirmware>},
    {"ADM-OP-04/11", "Firmware Image Download is invalid where OACS does not claim it",
     NotClaimed<0x11, kOacsFirmware>},
    {"ADM-OP-04/0d", "Namespace Management is invalid where OACS does not claim it",
     NotClaimed<0x0D, kOacsNamespaceManagement>},
    {"ADM-OP-04/15", "Namespace Attachment is invalid where OACS does not claim it",
     NotClaimed<0x15, kOacsNamespaceManagement>},
    {"ADM-OP-04/14", "Device Self-test is invalid where OACS does not claim it",
     NotClaimed<0x14, kOacsSelfTest>},
    {"ADM-OP-04/19", "Directive Send is invalid where OACS does not claim it",
     NotClaimed<0x19, kOacsDirectives>},
    {"ADM-OP-04/1a", "Directive Receive is invalid where OACS does not claim it",
     NotClaimed<0x1A, kOacsDirectives>},
    {"ADM-OP-04/1d", "NVMe-MI Send is invalid where OACS does not claim it",
     NotClaimed<0x1D, kOacsMi>},
    {"ADM-OP-04/1e", "NVMe-MI Receive is invalid where OACS does not claim it",
     NotClaimed<0x1E, kOacsMi>},
    {"ADM-OP-05/fuse-01", "An admin command fused as the first of two is refused",
     FusedIdentify<1>},
    {"ADM-OP-05/fuse-10", "An admin command fused as the second of two is refused",
     FusedIdentify<2>},
    {"ADM-OP-06/event-request", "A CID that waits elsewhere is a conflict, or does no harm",
     SharedCid, kDisruptive, Need::kIoController},
};

}  // namespace

std::span<const Case> AdmCommandsCases() { return kCases; }

}  // namespace nvmf::conformance
