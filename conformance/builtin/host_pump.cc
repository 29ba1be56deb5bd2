#include "conformance/builtin/host_pump.h"

#include <poll.h>

#include <utility>

#include "conformance/wire/frame.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;
using Where = HostFault::Where;

Deadline Soon() { return Deadline::In(std::chrono::seconds(10)); }

PduType TypeOf(ByteView pdu) { return static_cast<PduType>(pdu.front()); }

}  // namespace

HostPump::HostPump(const HostFault& fault, bool admin, Connection host, Connection trial,
                   std::shared_ptr<const Connection> stop)
    : fault_(fault),
      altered_(fault.where == Where::kEverywhere || (fault.where == Where::kAdmin) == admin),
      deaf_from_(admin ? fault.deaf_admin_from : fault.deaf_io_from),
      mute_from_(admin ? HostFault::kNever : fault.mute_io_from),
      alteration_(fault.says),
      host_(std::move(host)),
      trial_(std::move(trial)),
      stop_(std::move(stop)) {}

void HostPump::Step() {
  std::array<pollfd, 3> ends = {
      {{.fd = stop_->fd(), .events = POLLIN, .revents = 0},
       {.fd = host_ended_ ? -1 : host_.fd(), .events = POLLIN, .revents = 0},
       {.fd = trial_ended_ ? -1 : trial_.fd(), .events = POLLIN, .revents = 0}}};
  if (poll(ends.data(), ends.size(), -1) < 0) return;
  if (ends[1].revents != 0) FromHost();
  if (ends[2].revents != 0) FromTrial();
  open_ = open_ && ends[0].revents == 0 && !(host_ended_ && trial_ended_);
}

void HostPump::FromHost() {
  const auto got = host_.Receive(room_, Soon());
  if (!got) return AtHostsEnd();
  from_host_.Put(ByteView(room_).first(*got));
  while (auto pdu = from_host_.Next()) Pass(std::move(*pdu));
}

void HostPump::Pass(Bytes pdu) {
  ++said_;
  const PduType type = TypeOf(pdu);
  if (type == PduType::kCapsuleCmd) {
    alteration_.Note(Decode<tcp::CapsuleCmd>(ByteView(pdu).first<tcp::CapsuleCmd::kSize>()).sqe);
  }
  const Bytes answer = imagined_.Answer(pdu);
  alteration_.set_header_digest(imagined_.negotiated().header_digest);
  const bool kept = said_ >= mute_from_ || (fault_.keeps_open && type == PduType::kH2CTermReq);
  if (!kept) {
    (void)trial_.Send(altered_ ? alteration_.Pass(std::move(pdu)) : std::move(pdu), Soon());
  }
  if (deaf()) (void)host_.Send(answer, Soon());
}

void HostPump::FromTrial() {
  const auto got = trial_.Receive(room_, Soon());
  if (!got) {
    trial_ended_ = true;
    if (!deaf()) host_.CloseWrite();
    return;
  }
  if (deaf()) return;
  const ByteView said = ByteView(room_).first(*got);
  if (!welcomed_) {
    from_trial_.Put(said);
    if (const auto pdu = from_trial_.Next()) {
      welcomed_ = true;
      const bool is = TypeOf(*pdu) == PduType::kIcResp && pdu->size() >= tcp::IcResp::kSize;
      if (is) imagined_.Settle(Decode<tcp::IcResp>(ByteView(*pdu).first<tcp::IcResp::kSize>()));
    }
  }
  (void)host_.Send(said, Soon());
}

void HostPump::AtHostsEnd() {
  host_ended_ = true;
  if (fault_.keeps_open) return;
  if (fault_.says.term_req_at_end) {
    (void)trial_.Send(Compose(tcp::H2CTermReq{{.fes = 2}}, {}), Soon());
  }
  open_ = false;
}

}  // namespace nvmf::conformance
