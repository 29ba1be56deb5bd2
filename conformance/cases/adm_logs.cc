// Log pages, controller on trial. (NVM Express Base, "Get Log Page command")
#include <algorithm>

#include "conformance/cases/cases.h"
#include "conformance/cases/words.h"
#include "nvmf/nvme/admin.h"

namespace nvmf::conformance {
namespace {

using enum StatusCode;

template <LogPage kLid, std::uint32_t kOctets>
Verdict LogIsThere(HostPeer& host) {
  host.Enable();
  host.Log(kLid, kOctets);
  return Pass();
}
Verdict SmartOfNsidZero(HostPeer& host) {
  host.Enable();
  Sqe sqe = HostPeer::LogCommand(LogPage::kSmart, SmartLog::kSize);
  sqe.nsid = 0;
  return Holds(host.RunWell(sqe).data.size() == SmartLog::kSize, "not 512 octets");
}
template <std::uint8_t kLid>
Verdict UnknownLog(HostPeer& host) {
  constexpr bool kVendor = kLid >= 0xC0;
  host.Enable();
  const Exchange log = host.Run(HostPeer::LogCommand(static_cast<LogPage>(kLid), 512));
  if (log.ok() && kVendor) return {kInfo, "the vendor has a log page there"};
  const StatusCode code = log.cqe.status().code();
  return Holds(code == kInvalidField || code == kInvalidLogPage,
               "it ends with " + log.cqe.status().Text());
}

// SmartFrom asks for as much as the whole page has, so that the offset alone is out of the
// ordinary.
Outcome SmartFrom(HostPeer& host, std::uint64_t offset) {
  host.Enable();
  Sqe sqe = HostPeer::LogCommand(LogPage::kSmart, SmartLog::kSize);
  auto cmd = ViewAs<GetLogPageCmd>(sqe);
  cmd.lpo = offset;
  return host.Try(ViewAs<Sqe>(cmd));
}
template <std::uint64_t kOffset>
Verdict WrongOffset(HostPeer& host) {
  return SmartFrom(host, kOffset).Or(Says({kInvalidField}), kPass);
}
// Behind the last octet, yet not beyond the page: the text leaves it open.
Verdict OffsetOfTheEnd(HostPeer& host) {
  return SmartFrom(host, SmartLog::kSize).Or(Says({kInvalidField, kSuccess}), kPass);
}
// The first octets of SMART tell nothing that changes.
Verdict OffsetOfADword(HostPeer& host) {
  host.Enable();
  const Bytes whole = host.Log(LogPage::kSmart, 32);
  const Bytes part = host.Log(LogPage::kSmart, 28, 4);
  return Holds(std::ranges::equal(ByteView(whole).subspan(4), part),
               "other octets than stand there");
}

constexpr Case kCases[] = {
    {"ADM-LOG-01/error", "There is an Error Information log page",
     LogIsThere<LogPage::kErrorInformation, 64>, kSafe, Need::kIoController},
    {"ADM-LOG-01/smart", "There is a SMART log page", LogIsThere<LogPage::kSmart, 512>, kSafe,
     Need::kIoController},
    {"ADM-LOG-01/smart-nsid-0", "The SMART log page is to be had with NSID 0", SmartOfNsidZero,
     kSafe, Need::kIoController},
    {"ADM-LOG-01/firmware", "There is a Firmware Slot Information log page",
     LogIsThere<LogPage::kFirmwareSlot, 512>, kSafe, Need::kIoController},
    {"ADM-LOG-02/0f", "Log page 0Fh is refused where it is not supported", UnknownLog<0x0F>, kSafe,
     Need::kIoController},
    {"ADM-LOG-02/7e", "Log page 7Eh is refused", UnknownLog<0x7E>, kSafe, Need::kIoController},
    {"ADM-LOG-02/bf", "Log page BFh is refused", UnknownLog<0xBF>, kSafe, Need::kIoController},
    {"ADM-LOG-02/ff", "Log page FFh is the vendor's, and refused where he has none",
     UnknownLog<0xFF>, kSafe, Need::kIoController},
    {"ADM-LOG-03/2", "An offset of 2 into a log page is refused", WrongOffset<2>, kSafe,
     Need::kIoController | Need::kLogOffset},
    {"ADM-LOG-03/4", "An offset of 4 into a log page brings what stands there", OffsetOfADword,
     kSafe, Need::kIoController | Need::kLogOffset},
    {"ADM-LOG-03/512", "An offset of a log page's whole length does no harm", OffsetOfTheEnd, kSafe,
     Need::kIoController | Need::kLogOffset},
    {"ADM-LOG-03/1000", "An offset behind a log page is refused", WrongOffset<0x1000>, kSafe,
     Need::kIoController | Need::kLogOffset},
};

}  // namespace

std::span<const Case> AdmLogsCases() { return kCases; }

}  // namespace nvmf::conformance
