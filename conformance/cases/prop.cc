// Properties as they are read and written, controller on trial. (NVM Express Base, "Property Get
// Command and Response", "Property Set Command and Response", "Controller Properties")
#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/property.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

Verdict CapIsSound(HostPeer& host) {
  host.ConnectAdmin();
  const Cap cap{.raw = host.PropertyGet(Cap::kOffset, Cap::kWidth)};
  if (cap.max_entries() < 2) return {kFail, "CAP.MQES is 0"};
  if (!cap.cqr()) return {kFail, "CAP.CQR is 0"};
  if (cap.timeout_ms() == 0) return {kFail, "CAP.TO is 0"};
  if (cap.css() == 0) return {kFail, "CAP.CSS is 0"};
  if (cap.mpsmin_bytes() > cap.mpsmax_bytes()) return {kFail, "CAP.MPSMIN is above CAP.MPSMAX"};
  if (cap.mpsmin_bytes() != 4096) return {kNonStrict, "CAP.MPSMIN is not 0"};
  return Pass();
}

Verdict VsIsSound(HostPeer& host) {
  host.ConnectAdmin();
  const std::uint64_t vs = host.PropertyGet(Vs::kOffset, Vs::kWidth);
  return Holds(vs >= Vs::Make(1, 0).raw && vs <= 0xFFFFFFFF, "VS is " + Hex(vs));
}
Verdict CcIsZero(HostPeer& host) {
  host.ConnectAdmin();
  return host.Try(MakePropertyGet(Cc::kOffset, Cc::kWidth)).Or(SaysWith(kSuccess, 0), kPass);
}
Verdict CstsIsNotReady(HostPeer& host) {
  host.ConnectAdmin();
  const std::uint64_t csts = host.PropertyGet(Csts::kOffset, Csts::kWidth);
  return Holds(csts <= 0xFFFFFFFF && (csts & 0xF) == 0, "CSTS is " + Hex(csts));
}

// Get answers a Property Get of any offset and ATTRIB.
Outcome Get(HostPeer& host, std::uint32_t ofst, std::uint8_t attrib) {
  host.ConnectAdmin();
  return host.Try(ViewAs<Sqe>(PropertyGetCmd{.attrib = attrib, .ofst = ofst}));
}

// Offsets that have a meaning elsewhere may read as 0.
template <std::uint32_t kOfst>
Verdict NoProperty(HostPeer& host) {
  return Get(host, kOfst, 0).Or(Says({kInvalidField}), kPass);
}
template <std::uint32_t kOfst>
Verdict ReservedProperty(HostPeer& host) {
  return Get(host, kOfst, 0)
      .Or(Says({kInvalidField}), kPass)
      .Or(SaysWith(kSuccess, 0), kNonStrict, "reads as 0");
}
Verdict VendorProperty(HostPeer& host) {
  return Get(host, 0x1300, 0)
      .Or(Says({kInvalidField}), kPass)
      .Or(SaysDone(), kInfo, "the vendor has a property there");
}

template <std::uint32_t kOfst>
Verdict WrongSize(HostPeer& host) {
  return Get(host, kOfst, 1).Or(Says({kInvalidField}), kPass);
}
Verdict HalfOfCap(HostPeer& host) {
  return Get(host, Cap::kOffset, 0)
      .Or(Says({kInvalidField}), kPass)
      .Or(SaysWith(kSuccess, host.claims().cap & 0xFFFFFFFF), kNonStrict, "halves are served");
}
Verdict UpperHalfOfCap(HostPeer& host) {
  return Get(host, Cap::kOffset + 4, 0)
      .Or(Says({kInvalidField}), kPass)
      .Or(SaysWith(kSuccess, host.claims().cap >> 32), kNonStrict, "halves are served");
}
template <std::uint8_t kAttrib>
Verdict ReservedSize(HostPeer& host) {
  return Get(host, (kAttrib & 1) != 0 ? Cap::kOffset : Vs::kOffset, kAttrib)
      .Or(Says({kInvalidField}), kPass)
      .Or(SaysDone(), kNonStrict, "of ATTRIB, bit 0 alone is looked at");
}

template <std::uint32_t kOfst, std::uint32_t kWidth>
Verdict ReadOnly(HostPeer& host) {
  host.ConnectAdmin();
  const std::uint64_t before = host.PropertyGet(kOfst, kWidth);
  const Sqe set = MakePropertySet(kOfst, kWidth, before ^ 0xFF);
  if (auto bad = Bad(host.Try(set).Or(Says({kInvalidField}), kPass))) return *bad;
  return Holds(host.PropertyGet(kOfst, kWidth) == before, "the value has changed");
}

Verdict CcReadsBack(HostPeer& host) {
  host.ConnectAdmin();
  for (const std::uint32_t cc : {0x00460000u, 0x00460001u}) {
    host.PropertySet(Cc::kOffset, Cc::kWidth, cc);
    const Verdict same =
        host.Try(MakePropertyGet(Cc::kOffset, Cc::kWidth)).Or(SaysWith(kSuccess, cc), kPass);
    if (auto bad = Bad(same)) return *bad;
  }
  return Pass();
}
Verdict CcOfEightOctets(HostPeer& host) {
  host.ConnectAdmin();
  const Sqe set = MakePropertySet(Cc::kOffset, 8, Cc::Enable().raw);
  if (auto bad = Bad(host.Try(set).Or(Says({kInvalidField}), kPass))) return *bad;
  return host.Try(MakePropertyGet(Cc::kOffset, Cc::kWidth)).Or(SaysWith(kSuccess, 0), kPass);
}

// Optional properties, read and written. Nothing that is written does anything.
template <std::uint32_t kOfst>
Verdict OptionalProperty(HostPeer& host) {
  return Get(host, kOfst, 0).Or(Says({kInvalidField}), kPass).Or(SaysDone(), kPass);
}
template <std::uint32_t kOfst>
Verdict OptionalPropertySet(HostPeer& host) {
  host.ConnectAdmin();
  return host.Try(MakePropertySet(kOfst, 4, 0))
      .Or(Says({kInvalidField}), kPass)
      .Or(SaysDone(), kPass);
}
Verdict CrtoIsThere(HostPeer& host) {
  const ControllerClaims& claims = host.claims();
  const bool must = claims.io_controller() && claims.vs >= Vs::Make(2, 0).raw;
  Outcome outcome = Get(host, Crto::kOffset, 0).Or(SaysDone(), kPass);
  return must ? outcome : outcome.Or(Says({kInvalidField}), kPass);
}
Verdict CrtoIsReadOnly(HostPeer& host) {
  host.ConnectAdmin();
  return host.Try(MakePropertySet(Crto::kOffset, Crto::kWidth, 0)).Or(Says({kInvalidField}), kPass);
}
Verdict ResetOfTheSubsystem(HostPeer& host) {
  if (Cap{.raw = host.claims().cap}.nssrs()) return {kSkip, "CAP.NSSRS: it would reset them all"};
  host.ConnectAdmin();
  const Sqe set = MakePropertySet(kNssrOffset, 4, kNssrMagic);
  if (auto bad = Bad(host.Try(set).Or(Says({kInvalidField}), kPass))) return *bad;
  return host.ExpectAlive();
}

constexpr Case kCases[] = {
    {"PROP-01/cap", "CAP is read as 8 octets and makes sense", CapIsSound, kSafe},
    {"PROP-02/vs", "VS is read as 4 octets and has the form of a version", VsIsSound, kSafe},
    {"PROP-02/cc", "CC is read as 4 octets and is 0 after Connect", CcIsZero, kSafe},
    {"PROP-02/csts", "CSTS is read as 4 octets and is not ready after Connect", CstsIsNotReady,
     kSafe},
    {"PROP-03/04", "At offset 04h there is no property", UpperHalfOfCap, kSafe},
    {"PROP-03/0c", "At offset 0Ch there is no property over fabrics", ReservedProperty<0x0C>,
     kSafe},
    {"PROP-03/24", "At offset 24h there is no property over fabrics", ReservedProperty<0x24>,
     kSafe},
    {"PROP-03/28", "At offset 28h there is no property over fabrics", ReservedProperty<0x28>,
     kSafe},
    {"PROP-03/30", "At offset 30h there is no property over fabrics", ReservedProperty<0x30>,
     kSafe},
    {"PROP-03/3c", "At offset 3Ch there is no property over fabrics", ReservedProperty<0x3C>,
     kSafe},
    {"PROP-03/58", "At offset 58h there is no property over fabrics", ReservedProperty<0x58>,
     kSafe},
    {"PROP-03/1000", "At offset 1000h there is no property over fabrics", ReservedProperty<0x1000>,
     kSafe},
    {"PROP-03/12fc", "At offset 12FCh there is no property over fabrics", ReservedProperty<0x12FC>,
     kSafe},
    {"PROP-03/7ffffffc", "At offset 7FFFFFFCh there is no property", NoProperty<0x7FFFFFFC>, kSafe},
    {"PROP-03/ffffffff", "At offset FFFFFFFFh there is no property", NoProperty<0xFFFFFFFF>, kSafe},
    {"PROP-03/1300", "Offset 1300h is the vendor's, and refused where he has none", VendorProperty,
     kSafe},
    {"PROP-04/cap-4", "CAP is not read as 4 octets", HalfOfCap, kSafe},
    {"PROP-04/vs-8", "VS is not read as 8 octets", WrongSize<Vs::kOffset>, kSafe},
    {"PROP-04/cc-8", "CC is not read as 8 octets", WrongSize<Cc::kOffset>, kSafe},
    {"PROP-04/csts-8", "CSTS is not read as 8 octets", WrongSize<Csts::kOffset>, kSafe},
    {"PROP-05/01", "Offset 01h is not that of a dword", NoProperty<0x01>, kSafe},
    {"PROP-05/02", "Offset 02h is not that of a dword", NoProperty<0x02>, kSafe},
    {"PROP-05/15", "Offset 15h is not that of a dword", NoProperty<0x15>, kSafe},
    {"PROP-05/1e", "Offset 1Eh is not that of a dword", NoProperty<0x1E>, kSafe},
    {"PROP-06/attrib-2", "ATTRIB 2 is reserved", ReservedSize<2>, kSafe},
    {"PROP-06/attrib-7", "ATTRIB 7 is reserved", ReservedSize<7>, kSafe},
    {"PROP-07/cap", "CAP cannot be written", ReadOnly<Cap::kOffset, Cap::kWidth>},
    {"PROP-07/vs", "VS cannot be written", ReadOnly<Vs::kOffset, Vs::kWidth>},
    {"PROP-08/cc", "CC is written as 4 octets and reads back", CcReadsBack, kSafe},
    {"PROP-09/cc-8", "CC is not written as 8 octets", CcOfEightOctets},
    {"PROP-10/nssr", "NSSR is read, or refused where it is not supported",
     OptionalProperty<kNssrOffset>, kSafe},
    {"PROP-10/nssd", "NSSD is read, or refused where it is not supported",
     OptionalProperty<kNssdOffset>, kSafe},
    {"PROP-10/crto", "CRTO is there on I/O controllers of version 2.0 and later", CrtoIsThere,
     kSafe},
    {"PROP-10/set-nssr", "Writing 0 to NSSR does nothing, or is refused",
     OptionalPropertySet<kNssrOffset>},
    {"PROP-10/set-nssd", "Writing 0 to NSSD does nothing, or is refused",
     OptionalPropertySet<kNssdOffset>},
    {"PROP-10/set-crto", "CRTO cannot be written", CrtoIsReadOnly},
    {"PROP-23/nssr", "NSSR is refused where CAP.NSSRS does not claim it", ResetOfTheSubsystem},
};

}  // namespace

std::span<const Case> PropCases() { return kCases; }

}  // namespace nvmf::conformance
