// The kind of a command's data descriptor, controller on trial. (NVMe/TCP, "Data Transfer"; NVM
// Express Base, "PRP or SGL for Data Transfer (PSDT)")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

Verdict TransportDescriptor(HostPeer& host) {
  host.Enable();
  const Exchange identify = host.Run(HostPeer::IdentifyCommand());
  if (!identify.ok()) return {kFail, "Identify ends with " + identify.cqe.status().Text()};
  return Holds(identify.data.size() == kIdentifySize,
               "Identify brings " + std::to_string(identify.data.size()) + " octets");
}

// The command is refused, and the connection lives on.
Verdict Invalid(HostPeer& peer, Sqe sqe, std::uint8_t type) {
  sqe.sgl1.type = type;
  if (auto bad = Bad(peer.Try(sqe).Or(Says({kSglTypeInvalid}), kPass))) return *bad;
  return peer.ExpectAlive();
}
template <std::uint8_t kType>
Verdict IdentifyOfType(HostPeer& host) {
  host.Enable();
  return Invalid(host, HostPeer::IdentifyCommand(), kType);
}
template <std::uint8_t kType>
Verdict ReadOfType(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return Invalid(io, io.ReadCommand(io.claims().block), kType);
}

Verdict PsdtIsRefused(HostPeer& peer, Sqe sqe, std::uint8_t psdt) {
  sqe.flags = static_cast<std::uint8_t>(psdt << 6);
  const Exchange exchange = peer.Run(sqe);
  if (exchange.ok()) return {kNonStrict, "PSDT is not looked at"};
  return Holds(exchange.cqe.status().code() == kInvalidField,
               "refused with " + exchange.cqe.status().Text());
}
template <std::uint8_t kPsdt>
Verdict IdentifyOfPsdt(HostPeer& host) {
  host.Enable();
  return PsdtIsRefused(host, HostPeer::IdentifyCommand(), kPsdt);
}
template <std::uint8_t kPsdt>
Verdict ReadOfPsdt(HostPeer& admin) {
  HostPeer io = admin.OpenIo();
  return PsdtIsRefused(io, io.ReadCommand(io.claims().block), kPsdt);
}

Verdict PropertyGetAsHostsSendIt(HostPeer& host) {
  host.ConnectAdmin();
  return host.Try(MakePropertyGet(Vs::kOffset, Vs::kWidth))
      .Or(SaysWith(kSuccess, host.claims().vs), kPass);
}
Verdict PropertyGetAsTheTextHasIt(HostPeer& host) {
  host.ConnectAdmin();
  Sqe sqe = MakePropertyGet(Vs::kOffset, Vs::kWidth);
  sqe.flags = 0;
  return host.Try(sqe)
      .Or(SaysWith(kSuccess, host.claims().vs), kPass)
      .Or(Says({kInvalidField}), kPass);
}

// Good and bad commands take turns, all at once.
Verdict ErrorsStayTheirOwn(HostPeer& host) {
  constexpr int kPairs = 10;
  host.Enable();
  std::vector<std::uint16_t> good;
  std::vector<std::uint16_t> bad;
  Sqe wrong = HostPeer::IdentifyCommand();
  wrong.sgl1.type = 0x20;
  host.Hold();
  for (int i = 0; i < kPairs; ++i) {
    good.push_back(host.Start(HostPeer::IdentifyCommand()));
    bad.push_back(host.Start(wrong));
  }
  host.Release();
  for (const std::uint16_t cid : good) {
    const Exchange exchange = host.Finish(cid);
    if (!exchange.ok() || exchange.data.size() != kIdentifySize) {
      return {kFail, "a command without fault ends with " + exchange.cqe.status().Text()};
    }
  }
  for (const std::uint16_t cid : bad) host.Finish(cid);
  return host.ExpectAlive();
}

constexpr Case kCases[] = {
    {"TCP-SGL-01/identify", "A transport data block descriptor describes the data of a command",
     TransportDescriptor, kSafe},
    {"TCP-SGL-02/identify-00", "A data block by address (00h) for Identify is invalid",
     IdentifyOfType<0x00>},
    {"TCP-SGL-02/identify-10", "A bit bucket (10h) for Identify is invalid", IdentifyOfType<0x10>},
    {"TCP-SGL-02/identify-20", "A segment (20h) for Identify is invalid", IdentifyOfType<0x20>},
    {"TCP-SGL-02/identify-30", "A last segment (30h) for Identify is invalid",
     IdentifyOfType<0x30>},
    {"TCP-SGL-02/identify-40", "A keyed data block (40h) for Identify is invalid",
     IdentifyOfType<0x40>},
    {"TCP-SGL-02/identify-4f", "A keyed data block of the transport (4Fh) for Identify is invalid",
     IdentifyOfType<0x4F>},
    {"TCP-SGL-02/identify-50", "A transport data block of subtype 0 (50h) for Identify is invalid",
     IdentifyOfType<0x50>},
    {"TCP-SGL-02/identify-51", "A transport data block of subtype 1 (51h) for Identify is invalid",
     IdentifyOfType<0x51>},
    {"TCP-SGL-02/identify-60", "An unassigned descriptor (60h) for Identify is invalid",
     IdentifyOfType<0x60>},
    {"TCP-SGL-02/identify-f0", "A vendor descriptor (F0h) for Identify is invalid",
     IdentifyOfType<0xF0>},
    {"TCP-SGL-02/identify-ff", "A vendor descriptor of subtype Fh (FFh) for Identify is invalid",
     IdentifyOfType<0xFF>},
    {"TCP-SGL-02/read-00", "A data block by address (00h) for a Read is invalid", ReadOfType<0x00>,
     kDisruptive, Need::kIoQueue},
    {"TCP-SGL-02/read-10", "A bit bucket (10h) for a Read is invalid", ReadOfType<0x10>,
     kDisruptive, Need::kIoQueue},
    {"TCP-SGL-02/read-20", "A segment (20h) for a Read is invalid", ReadOfType<0x20>, kDisruptive,
     Need::kIoQueue},
    {"TCP-SGL-02/read-30", "A last segment (30h) for a Read is invalid", ReadOfType<0x30>,
     kDisruptive, Need::kIoQueue},
    {"TCP-SGL-02/read-40", "A keyed data block (40h) for a Read is invalid", ReadOfType<0x40>,
     kDisruptive, Need::kIoQueue},
    {"TCP-SGL-02/read-4f", "A keyed data block of the transport (4Fh) for a Read is invalid",
     ReadOfType<0x4F>, kDisruptive, Need::kIoQueue},
    {"TCP-SGL-02/read-50", "A transport data block of subtype 0 (50h) for a Read is invalid",
     ReadOfType<0x50>, kDisruptive, Need::kIoQueue},
    {"TCP-SGL-02/read-51", "A transport data block of subtype 1 (51h) for a Read is invalid",
     ReadOfType<0x51>, kDisruptive, Need::kIoQueue},
    {"TCP-SGL-02/read-60", "An unassigned descriptor (60h) for a Read is invalid", ReadOfType<0x60>,
     kDisruptive, Need::kIoQueue},
    {"TCP-SGL-02/read-f0", "A vendor descriptor (F0h) for a Read is invalid", ReadOfType<0xF0>,
     kDisruptive, Need::kIoQueue},
    {"TCP-SGL-02/read-ff", "A vendor descriptor of subtype Fh (FFh) for a Read is invalid",
     ReadOfType<0xFF>, kDisruptive, Need::kIoQueue},
    {"TCP-SGL-03/identify-00", "Identify with PSDT 00b is refused", IdentifyOfPsdt<0>},
    {"TCP-SGL-03/identify-10", "Identify with PSDT 10b is refused", IdentifyOfPsdt<2>},
    {"TCP-SGL-03/identify-11", "Identify with PSDT 11b is refused", IdentifyOfPsdt<3>},
    {"TCP-SGL-03/read-00", "A Read with PSDT 00b is refused", ReadOfPsdt<0>, kDisruptive,
     Need::kIoQueue},
    {"TCP-SGL-03/read-10", "A Read with PSDT 10b is refused", ReadOfPsdt<2>, kDisruptive,
     Need::kIoQueue},
    {"TCP-SGL-03/read-11", "A Read with PSDT 11b is refused", ReadOfPsdt<3>, kDisruptive,
     Need::kIoQueue},
    {"TCP-SGL-04/psdt-01", "Property Get with PSDT 01b, as hosts send it, is taken",
     PropertyGetAsHostsSendIt, kSafe},
    {"TCP-SGL-04/psdt-00", "Property Get with PSDT 00b is taken, or refused as a command",
     PropertyGetAsTheTextHasIt, kSafe},
    {"TCP-SGL-09/interleaved", "Bad descriptors leave the commands beside them alone",
     ErrorsStayTheirOwn},
};

}  // namespace

std::span<const Case> TcpSglCases() { return kCases; }

}  // namespace nvmf::conformance
