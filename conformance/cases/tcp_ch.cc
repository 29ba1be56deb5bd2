// The common header: type, HLEN, PLEN; controller on trial. (NVMe/TCP, "PDU Common Header (CH)")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"

namespace nvmf::conformance {
namespace {

template <std::uint8_t kType>
Verdict UnassignedTypeIsFatal(HostPeer& host) {
  host.ConnectAdmin();
  host.Send(tcp::H2CData{}, {}, {.type = kType});
  return host.ExpectFatal({{kField, kAtType}});
}

// PDUs that only a controller may send.
template <tcp::Pdu P>
Verdict ControllersPduIsFatal(HostPeer& host) {
  host.ConnectAdmin();
  if constexpr (P::kType == tcp::PduType::kC2HData) {
    host.Send(tcp::C2HData{.datal = 512}, Bytes(512), {}, tcp::kLastPdu);
  } else {
    host.Send(P{});
  }
  return host.ExpectFatal({{kField, kAtType}, {kSequence, 0}});
}

template <std::uint8_t kHlen>
Verdict CapsuleHlenIsFatal(HostPeer& host) {
  host.ConnectAdmin();
  host.Submit(host.BarrierCommand(), {}, {.hlen = kHlen});
  return host.ExpectFatal({{kField, kAtHlen}});
}

template <std::uint8_t kHlen>
Verdict H2CDataHlenIsFatal(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 512, {.pdu = {.hlen = kHlen}});
  return io.ExpectFatal({{kField, kAtHlen}});
}

template <std::uint32_t kPlen>
Verdict CapsulePlenTooShort(HostPeer& host) {
  host.ConnectAdmin();
  host.Submit(host.BarrierCommand(), {}, {.plen = kPlen});
  return host.ExpectFatal({{kField, kAtPlen}});
}

template <std::uint32_t kPlen>
Verdict CapsulePlenWithoutDigest(HostPeer& host) {
  host.ConnectAdmin({.dgst = 1});
  host.Submit(host.BarrierCommand(), {}, {.plen = kPlen});
  return host.ExpectFatal({{kField, kAtPlen}});
}

template <std::uint32_t kPlen>
Verdict H2CDataPlenTooShort(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 512, {.pdu = {.plen = kPlen}});
  return io.ExpectFatal({{kField, kAtPlen}});
}

// PDO is as it should be where there are data, so that PLEN alone is wrong.
template <std::uint32_t kPlen>
Verdict CapsulePlenTooLong(HostPeer& host) {
  host.ConnectAdmin();
  const std::size_t alignment = tcp::AlignmentBytes(host.negotiated().cpda);
  const std::size_t pdo = (tcp::CapsuleCmd::kSize + alignment - 1) / alignment * alignment;
  host.Submit(host.BarrierCommand(), {}, {.pdo = static_cast<std::uint8_t>(pdo), .plen = kPlen});
  return host.ExpectFatal({{kField, kAtPlen}, {kLimit, 0}});
}

template <std::uint32_t kPlen>
Verdict H2CDataPlenTooLong(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  const OpenWrite write = io.OpenAWrite();
  io.SendData(write, 0, 512, {.pdu = {.plen = kPlen}});
  return io.ExpectFatal({{kField, kAtPlen}, {kLimit, 0}, {kField, kAtDatal}});
}

constexpr Case kCases[] = {
    {"TCP-CH-01/type-08", "A PDU of the unassigned type 08h is a fatal header error",
     UnassignedTypeIsFatal<0x08>},
    {"TCP-CH-01/type-0a", "A PDU of the unassigned type 0Ah is a fatal header error",
     UnassignedTypeIsFatal<0x0A>},
    {"TCP-CH-01/type-0b", "A PDU of the unassigned type 0Bh is a fatal header error",
     UnassignedTypeIsFatal<0x0B>},
    {"TCP-CH-01/type-7f", "A PDU of the unassigned type 7Fh is a fatal header error",
     UnassignedTypeIsFatal<0x7F>},
    {"TCP-CH-01/type-ff", "A PDU of the unassigned type FFh is a fatal header error",
     UnassignedTypeIsFatal<0xFF>},
    {"TCP-CH-02/icresp", "An ICResp from the host is a fatal error",
     ControllersPduIsFatal<tcp::IcResp>},
    {"TCP-CH-02/c2htermreq", "A C2HTermReq from the host is a fatal error",
     ControllersPduIsFatal<tcp::C2HTermReq>},
    {"TCP-CH-02/capsuleresp", "A CapsuleResp from the host is a fatal error",
     ControllersPduIsFatal<tcp::CapsuleResp>},
    {"TCP-CH-02/c2hdata", "C2HData from the host is a fatal error",
     ControllersPduIsFatal<tcp::C2HData>},
    {"TCP-CH-02/r2t", "An R2T from the host is a fatal error", ControllersPduIsFatal<tcp::R2T>},
    {"TCP-CH-03/hlen-0", "A CapsuleCmd of HLEN 0 is a fatal header error", CapsuleHlenIsFatal<0>},
    {"TCP-CH-03/hlen-8", "A CapsuleCmd of HLEN 8 is a fatal header error", CapsuleHlenIsFatal<8>},
    {"TCP-CH-03/hlen-64", "A CapsuleCmd of HLEN 64 is a fatal header error",
     CapsuleHlenIsFatal<64>},
    {"TCP-CH-03/hlen-71", "A CapsuleCmd of HLEN 71 is a fatal header error",
     CapsuleHlenIsFatal<71>},
    {"TCP-CH-03/hlen-73", "A CapsuleCmd of HLEN 73 is a fatal header error",
     CapsuleHlenIsFatal<73>},
    {"TCP-CH-03/hlen-128", "A CapsuleCmd of HLEN 128 is a fatal header error",
     CapsuleHlenIsFatal<128>},
    {"TCP-CH-03/hlen-255", "A CapsuleCmd of HLEN 255 is a fatal header error",
     CapsuleHlenIsFatal<255>},
    {"TCP-CH-04/hlen-8", "H2CData of HLEN 8 are a fatal header error", H2CDataHlenIsFatal<8>,
     kDestructive, Need::kIoQueue},
    {"TCP-CH-04/hlen-23", "H2CData of HLEN 23 are a fatal header error", H2CDataHlenIsFatal<23>,
     kDestructive, Need::kIoQueue},
    {"TCP-CH-04/hlen-25", "H2CData of HLEN 25 are a fatal header error", H2CDataHlenIsFatal<25>,
     kDestructive, Need::kIoQueue},
    {"TCP-CH-04/hlen-72", "H2CData of HLEN 72 are a fatal header error", H2CDataHlenIsFatal<72>,
     kDestructive, Need::kIoQueue},
    {"TCP-CH-04/hlen-255", "H2CData of HLEN 255 are a fatal header error", H2CDataHlenIsFatal<255>,
     kDestructive, Need::kIoQueue},
    {"TCP-CH-05/capsule-plen-0", "A CapsuleCmd of PLEN 0 is fatal", CapsulePlenTooShort<0>},
    {"TCP-CH-05/capsule-plen-7", "A CapsuleCmd of PLEN 7 is fatal", CapsulePlenTooShort<7>},
    {"TCP-CH-05/capsule-plen-8", "A CapsuleCmd of PLEN 8 is fatal", CapsulePlenTooShort<8>},
    {"TCP-CH-05/capsule-plen-71", "A CapsuleCmd of PLEN 71 is fatal", CapsulePlenTooShort<71>},
    {"TCP-CH-05/digest-plen-72", "With header digests a CapsuleCmd of PLEN 72 is fatal",
     CapsulePlenWithoutDigest<72>, kDisruptive, Need::kHeaderDigest},
    {"TCP-CH-05/digest-plen-75", "With header digests a CapsuleCmd of PLEN 75 is fatal",
     CapsulePlenWithoutDigest<75>, kDisruptive, Need::kHeaderDigest},
    {"TCP-CH-05/h2cdata-plen-8", "H2CData of PLEN 8 are fatal", H2CDataPlenTooShort<8>,
     kDestructive, Need::kIoQueue},
    {"TCP-CH-05/h2cdata-plen-23", "H2CData of PLEN 23 are fatal", H2CDataPlenTooShort<23>,
     kDestructive, Need::kIoQueue},
    {"TCP-CH-06/capsule-plen-ffffffff", "A CapsuleCmd of PLEN FFFFFFFFh is refused at once",
     CapsulePlenTooLong<0xFFFFFFFF>},
    {"TCP-CH-06/capsule-plen-7fffffff", "A CapsuleCmd of PLEN 7FFFFFFFh is refused at once",
     CapsulePlenTooLong<0x7FFFFFFF>},
    {"TCP-CH-06/capsule-plen-100000", "A CapsuleCmd of PLEN 1 MiB is refused at once",
     CapsulePlenTooLong<0x100000>},
    {"TCP-CH-06/h2cdata-plen-ffffffff", "H2CData of PLEN FFFFFFFFh are refused at once",
     H2CDataPlenTooLong<0xFFFFFFFF>, kDestructive, Need::kIoQueue},
    {"TCP-CH-06/h2cdata-plen-7fffffff", "H2CData of PLEN 7FFFFFFFh are refused at once",
     H2CDataPlenTooLong<0x7FFFFFFF>, kDestructive, Need::kIoQueue},
    {"TCP-CH-19/plen-swapped", "PLEN is little-endian: 48000000h is not 72",
     CapsulePlenTooLong<0x48000000>},
};

}  // namespace

std::span<const Case> TcpChCases() { return kCases; }

}  // namespace nvmf::conformance
