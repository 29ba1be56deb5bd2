#include "nvmf/base/result.h"

#include <cstdio>
#include <cstring>

namespace nvmf {

const char* FesName(Fes fes) {
  switch (fes) {
    case Fes::kInvalidPduHeaderField:
      return "Invalid PDU Header Field";
    case Fes::kPduSequenceError:
      return "PDU Sequence Error";
    case Fes::kHeaderDigestError:
      return "Header Digest Error";
    case Fes::kDataTransferOutOfRange:
      return "Data Transfer Out of Range";
    case Fes::kLimitExceeded:
      return "Data Transfer or R2T Limit Exceeded";
    case Fes::kUnsupportedParameter:
      return "Unsupported Parameter";
  }
  return "reserved";
}

const char* CodeName(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return "invalid argument";
    case Code::kBusy:
      return "busy";
    case Code::kTimeout:
      return "timed out";
    case Code::kPeerViolation:
      return "peer broke the transport's rules";
    case Code::kTerminatedByPeer:
      return "terminated by peer";
    case Code::kRefused:
      return "refused";
    case Code::kClosed:
      return "closed";
    case Code::kIo:
      return "I/O error";
    case Code::kDataDigest:
      return "data digest error";
    case Code::kUnsupported:
      return "not supported here";
  }
  return "unknown";
}

std::string Error::Message() const {
  std::string text = CodeName(code);
  if (what[0] != '\0') text += std::string(": ") + what;
  char more[80];
  if (violation) {
    std::snprintf(more, sizeof more, " (FES %02xh %s, FEI %xh)",
                  static_cast<unsigned>(violation->fes), FesName(violation->fes), violation->fei);
    text += more;
  }
  if (code == Code::kRefused) {
    const unsigned sct = status >> 9 & 7;
    const unsigned sc = status >> 1 & 0xff;
    std::snprintf(more, sizeof more, " (status %x/%02xh%s, DW0 %08xh)", sct, sc,
                  (status & 0x8000) != 0 ? " DNR" : "", dw0);
    text += more;
  }
  if (sys_errno != 0) text += std::string(" (") + std::strerror(sys_errno) + ")";
  return text;
}

}  // namespace nvmf
