// HostFault: one way in which a host is wrong, in what it says, hears, or tells its user.
//
//   HostFault deaf{.name = "deaf on I/O queues", .deaf_io_from = 3};
//
// Units     PDUs of the host on one connection, counted from 1: ICReq, Connect, the first command.
// Threads   values; `says.alter` may be called by several connections at a time.
#ifndef CONFORMANCE_BUILTIN_HOST_FAULT_H_
#define CONFORMANCE_BUILTIN_HOST_FAULT_H_

#include <cstdint>
#include <string>

#include "conformance/builtin/fault.h"

namespace nvmf::conformance {

struct HostFault {
  // Tells is what the host's user hears of the errand.
  enum class Tells : std::uint8_t {
    kTheTruth,
    kSuccess,      // All went well, and here are as many octets as were asked for.
    kFailure,      // Nothing went well.
    kOtherOctets,  // Each octet that was read is another.
    kOtherNames,   // All went well, and a subsystem may be used that nobody spoke of.
  };
  // Where is on which connections it says what is wrong.
  enum class Where : std::uint8_t { kEverywhere, kAdmin, kIo };
  static constexpr unsigned kNever = ~0u;

  std::string name = "";
  Fault says = {};  // In the PDUs of the host.
  Where where = Where::kEverywhere;
  // Its n-th PDU and those after are answered by an honest controller that it imagines. What is
  // really said to it from there on it does not hear, nor that the connection ends.
  unsigned deaf_admin_from = kNever;
  unsigned deaf_io_from = kNever;
  unsigned mute_io_from = kNever;  // Its n-th PDU on an I/O queue, and those after, never come.
  bool keeps_open = false;         // Neither its H2CTermReq nor its close come.
  Tells tells = Tells::kTheTruth;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_HOST_FAULT_H_
