// Pcapng writes a transcript as a capture that packet analysers open: what was said on a socket, or
// on no network at all, in packets that never were.
//
//   const Bytes file = MakePcapng(transcript, {.title = "TCP-IC-07/pfv-1", .verdict = "FAIL ..."});
//
// Shapes    raw IPv4. The host is 192.0.2.1, port 50000 + connection; the controller 192.0.2.2,
// port
//           4420, to which dissectors bind. Each connection begins with a handshake; PDUs longer
//           than a packet take several. Comments on packets say what the suite saw; the last one
//           says the verdict.
// Units     times are those of the exchange, counted from `began`.
// Threads   pure function.
// Source    PCAP Next Generation Capture File Format; RFC 791; RFC 9293.
#ifndef CONFORMANCE_SUITE_PCAPNG_H_
#define CONFORMANCE_SUITE_PCAPNG_H_

#include <chrono>
#include <string>

#include "conformance/script/transcript.h"

namespace nvmf::conformance {

struct CaptureText {
  std::string title;    // Of the whole file.
  std::string verdict;  // Behind the last packet.
};

// MakePcapng: `began` is the wall clock's time of the first record.
Bytes MakePcapng(const Transcript& transcript, const CaptureText& text,
                 std::chrono::system_clock::time_point began);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SUITE_PCAPNG_H_
