// Data in the command capsule, controller on trial. (NVMe/TCP, "In-Capsule Data")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/connects.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

// No revision defines this admin opcode; by its bits it sends data to the controller.
constexpr std::uint8_t kUnassigned = 0x89;

Verdict ConnectInCapsule(HostPeer& host) {
  host.IcExchange();
  if (auto bad = Bad(ConnectTry(host, {}).Send().Or(SaysDone(), kPass))) return *bad;
  return host.ExpectAlive();
}

// Whatever becomes of the command, its data are no fault of the transport.
template <std::uint32_t kOctets>
Verdict AdminDataAreTaken(HostPeer& host) {
  host.Enable();
  const Sqe sqe{.opc = kUnassigned, .sgl1 = {.length = kOctets, .type = Sgl::kInCapsule}};
  if (auto untried = Untried(host, sqe)) return *untried;
  if (auto bad = Bad(host.Try(sqe, Bytes(kOctets)).Or(SaysAnyError(), kPass))) return *bad;
  return host.ExpectAlive();
}

// WriteInCapsule writes without being asked for the data, and reads them back.
Verdict WriteInCapsule(HostPeer& io, std::uint32_t octets) {
  const Bytes data = Pattern(octets, octets);
  const Exchange write = io.Run(io.WriteCommand(octets, 0, Sgl::kInCapsule), data);
  if (!write.ok()) return {kFail, "the write ends with " + write.cqe.status().Text()};
  if (!write.r2ts.empty()) return {kFail, "the controller asks for data that it has"};
  return Holds(io.Read(octets) == data, "other data were read than were written");
}
Verdict OneBlock(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return WriteInCapsule(io, io.claims().block);
}
Verdict AsManyAsFit(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const std::uint32_t block = io.claims().block;
  return WriteInCapsule(io, io.claims().in_capsule / block * block);
}

Verdict TooMuchOnAdmin(HostPeer& host) {
  host.IcExchange();
  constexpr std::uint32_t kTooMuch = 8196;
  ConnectTry connect(host, {});
  connect.cmd.sgl1.length = kTooMuch;
  connect.page.resize(kTooMuch);
  return connect.Send()
      .Or(Says({kSglOffsetInvalid, kSglDataLengthInvalid, kConnectInvalidParameters}), kPass)
      .Or(TermReq({{kField, kAtPlen}, {kLimit, 0}}), kPass)
      .Or(Closed(), kNonStrict, "closed without C2HTermReq");
}
Verdict TooMuchOnIo(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const ControllerClaims& claims = io.claims();
  const std::uint32_t octets = (claims.in_capsule / claims.block + 1) * claims.block;
  const Sqe write = io.WriteCommand(octets, 0, Sgl::kInCapsule);
  return io.Try(write, Bytes(octets))
      .Or(Says({kSglOffsetInvalid, kSglDataLengthInvalid, kInvalidField}), kPass)
      .Or(TermReq({{kField, kAtPlen}, {kLimit, 0}}), kPass)
      .Or(Closed(), kNonStrict, "closed without C2HTermReq");
}

template <std::uint64_t kOffset>
Verdict OffsetIsInvalid(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  Sqe write = io.WriteCommand(io.claims().block, 0, Sgl::kInCapsule);
  write.sgl1.address = kOffset;
  return io.Try(write, Bytes(io.claims().block))
      .Or(Says({kSglOffsetInvalid}), kPass)
      .Or(TermReq({{kUnsupported, 32}}), kNonStrict, "fatal instead of a command error");
}

// Disagree: the descriptor says other than the capsule carries, in blocks.
Verdict Disagree(HostPeer& admin, std::uint32_t says, std::uint32_t carries) {
  HostPeer io = admin.OpenIo();
  const std::uint32_t block = io.claims().block;
  if (io.claims().in_capsule < std::max(says, carries) * block) {
    return {kSkip, "IOCCSZ leaves too little room"};
  }
  const Sqe write = io.WriteCommand(says * block, 0, Sgl::kInCapsule);
  const std::uint16_t cid = io.Submit(write, Bytes(std::size_t{carries} * block));
  // Who believes the descriptor takes what follows for the rest of the data.
  for (std::uint32_t sent = carries; sent < says; ++sent) {
    for (std::uint32_t octets = 0; octets < block; octets += tcp::CapsuleCmd::kSize) {
      io.Submit(io.BarrierCommand());
    }
  }
  Outcome outcome =
      io.ExpectFatal({{kField, kAtPlen}, {kLimit, 0}})
          .Or(Completion(cid, {kSglDataLengthInvalid, kSglOffsetInvalid, kInvalidField}), kPass);
  if (!Success(cid).fits(outcome.event())) return outcome;
  return io.Expect(Closed(), kNonStrict, "the descriptor is believed, and the stream is lost");
}
Verdict SaysLess(HostPeer& admin) { return Disagree(admin, 1, 2); }
Verdict SaysMore(HostPeer& admin) { return Disagree(admin, 2, 1); }
Verdict CarriesNothing(HostPeer& admin) { return Disagree(admin, 1, 0); }

// A command whose data go to the host has none in its capsule.
Verdict WrongDirection(HostPeer& peer, Sqe sqe) {
  sqe.sgl1.type = Sgl::kInCapsule;
  return peer.Try(sqe)
      .Or(Says({kInvalidField, kSglTypeInvalid, kSglOffsetInvalid}), kPass)
      .Or(SaysAnyError(), kNonStrict)
      .Or(AnyTermReq(), kNonStrict, "fatal instead of a command error");
}
Verdict IdentifyInCapsule(HostPeer& host) {
  host.Enable();
  return WrongDirection(host, HostPeer::IdentifyCommand());
}
Verdict ReadInCapsule(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return WrongDirection(io, io.ReadCommand(io.claims().block));
}

// Connect and a write, with whatever comes between the header and the data.
Verdict BehindPaddingAndDigests(HostPeer& admin, const tcp::IcReq& ic) {
  HostPeer io = admin.OpenIo(ic);
  return WriteInCapsule(io, io.claims().block);
}
Verdict BehindAHeaderDigest(HostPeer& admin) {
  return BehindPaddingAndDigests(admin, {.dgst = tcp::kDgstHeader});
}
Verdict BetweenDigests(HostPeer& admin) {
  return BehindPaddingAndDigests(admin, {.dgst = tcp::kDgstHeader | tcp::kDgstData});
}
Verdict BehindPadding(HostPeer& admin) {
  return BehindPaddingAndDigests(admin, {.hpda = admin.claims().cpda_hpda});
}
Verdict BehindPaddingAndADigest(HostPeer& admin) {
  return BehindPaddingAndDigests(admin,
                                 {.hpda = admin.claims().cpda_hpda, .dgst = tcp::kDgstHeader});
}

constexpr NeedSet kCapsule = Need::kIoQueue | Need::kInCapsule;

constexpr Case kCases[] = {
    {"TCP-ICD-01/connect", "Connect data are taken in the capsule", ConnectInCapsule, kSafe},
    {"TCP-ICD-01/admin-4096", "4096 octets in an admin capsule are no transport error",
     AdminDataAreTaken<4096>},
    {"TCP-ICD-01/admin-8192", "8192 octets in an admin capsule are no transport error",
     AdminDataAreTaken<8192>},
    {"TCP-ICD-02/one-block", "A write of one block is taken in the capsule", OneBlock, kDestructive,
     kCapsule},
    {"TCP-ICD-02/largest", "A write as large as IOCCSZ allows is taken in the capsule", AsManyAsFit,
     kDestructive, kCapsule},
    {"TCP-ICD-03/admin-8196", "8196 octets in an admin capsule are refused", TooMuchOnAdmin},
    {"TCP-ICD-03/io", "A block more in the capsule than IOCCSZ allows is refused", TooMuchOnIo,
     kDestructive, Need::kIoQueue},
    {"TCP-ICD-04/4", "An offset of 4 into the capsule's data is invalid", OffsetIsInvalid<4>,
     kDestructive, kCapsule},
    {"TCP-ICD-04/512", "An offset of 512 into the capsule's data is invalid", OffsetIsInvalid<512>,
     kDestructive, kCapsule},
    {"TCP-ICD-04/minus-8", "An offset of -8 into the capsule's data is invalid",
     OffsetIsInvalid<0xFFFFFFFFFFFFFFF8>, kDestructive, kCapsule},
    {"TCP-ICD-05/says-less", "A capsule with more data than its SGL says is refused", SaysLess,
     kDestructive, kCapsule},
    {"TCP-ICD-05/says-more", "A capsule with less data than its SGL says is refused", SaysMore,
     kDestructive, kCapsule},
    {"TCP-ICD-05/carries-nothing", "A capsule without the data that its SGL speaks of is refused",
     CarriesNothing, kDestructive, kCapsule},
    {"TCP-ICD-06/identify", "Identify into its own capsule is refused", IdentifyInCapsule, kSafe},
    {"TCP-ICD-06/read", "A Read into its own capsule is refused", ReadInCapsule, kSafe,
     Need::kIoQueue},
    {"TCP-ICD-07/header-digest", "Data in the capsule are found behind a header digest",
     BehindAHeaderDigest, kDestructive, kCapsule | Need::kHeaderDigest, kSetUpOnTrial},
    {"TCP-ICD-07/both-digests", "Data in the capsule are found between two digests", BetweenDigests,
     kDestructive, kCapsule | Need::kHeaderDigest | Need::kDataDigest, kSetUpOnTrial},
    {"TCP-ICD-07/padding", "Data in the capsule are found where CPDA places them", BehindPadding,
     kDestructive, kCapsule | Need::kCpda, kSetUpOnTrial},
    {"TCP-ICD-07/padding-and-digest", "Data in the capsule are found behind a digest and padding",
     BehindPaddingAndADigest, kDestructive, kCapsule | Need::kCpda | Need::kHeaderDigest,
     kSetUpOnTrial},
};

}  // namespace

std::span<const Case> TcpIcdCases() { return kCases; }

}  // namespace nvmf::conformance
