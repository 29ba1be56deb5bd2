#include "conformance/builtin/wrong_host.h"

#include <algorithm>

#include "conformance/builtin/host_pump.h"
#include "conformance/script/honest_controller.h"
#include "conformance/wire/socket_pair.h"

namespace nvmf::conformance {

Result<> WrongHost::Start(const HostErrand& errand) {
  Stop();
  const auto ends = MakeSocketPair();
  if (!ends) return std::unexpected(ends.error());
  stop_ = Connection(ends->first);
  stops_ = std::make_shared<const Connection>(ends->second);
  errand_ = errand;
  accepted_ = 0;
  return right_.Start(errand);
}

Result<int> WrongHost::Accept(Deadline deadline) {
  const Result<int> accepted = right_.Accept(deadline);
  if (!accepted) return accepted;
  Connection host(*accepted);
  const auto ends = MakeSocketPair();
  if (!ends) return std::unexpected(ends.error());
  const bool admin = accepted_++ == 0;
  threads_.emplace_back(
      [this, admin, right = std::move(host), trial = ends->second, stop = stops_]() mutable {
        HostPump(fault_, admin, std::move(right), Connection(trial), std::move(stop)).Run();
      });
  return ends->first;
}

Result<HostOutcome> WrongHost::Finish(Deadline deadline) {
  Result<HostOutcome> outcome = right_.Finish(deadline);
  if (!outcome) return outcome;
  switch (fault_.tells) {
    case HostFault::Tells::kTheTruth:
      break;
    case HostFault::Tells::kSuccess: {
      const bool reads = errand_.kind == HostErrand::Kind::kRead;
      const std::size_t blocks = reads ? std::size_t{errand_.commands} * errand_.blocks : 0;
      outcome->success = true;
      outcome->data.resize(std::max(outcome->data.size(), blocks * HonestController::kBlock));
      break;
    }
    case HostFault::Tells::kFailure:
      *outcome = {.text = "nothing went well"};
      break;
    case HostFault::Tells::kOtherOctets:
      for (std::byte& octet : outcome->data) octet ^= std::byte{0xFF};
      break;
    case HostFault::Tells::kOtherNames:
      outcome->success = true;
      outcome->subnqns = {"nqn.2014-08.org.example:nobody-spoke-of-it"};
      break;
  }
  return outcome;
}

void WrongHost::Stop() {
  stop_.Close();
  threads_.clear();
  right_.Stop();
}

}  // namespace nvmf::conformance
