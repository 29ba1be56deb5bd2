#include "conformance/builtin/interposer.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "conformance/builtin/alteration.h"
#include "conformance/wire/connection.h"
#include "conformance/wire/frame.h"
#include "conformance/wire/pdu_cutter.h"
#include "conformance/wire/socket_pair.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

// Pump moves the octets of one connection both ways until either end closes.
class Pump {
 public:
  Pump(const Fault& fault, Epidemic& epidemic, Connection host, Connection controller)
      : fault_(fault),
        epidemic_(epidemic),
        alteration_(fault),
        host_(std::move(host)),
        controller_(std::move(controller)) {}

  void Run() {
    if (fault_.speaks_first) Say(Compose(tcp::IcResp{.maxh2cdata = 4096}, {}));
    while (open_ && !epidemic_.over()) Step();
  }

 private:
  void Step() {
    // Behind its FIN the host is only watched for going away altogether.
    const short wanted = half_closed_ ? 0 : POLLIN;
    const int controller = heard_end_ ? -1 : controller_.fd();
    std::array<pollfd, 3> ends = {{{.fd = host_.fd(), .events = wanted, .revents = 0},
                                   {.fd = controller, .events = POLLIN, .revents = 0},
                                   {.fd = epidemic_.bell_fd(), .events = POLLIN, .revents = 0}}};
    if (poll(ends.data(), ends.size(), -1) < 0) return;
    if (ends[0].revents != 0) FromHost();
    if (ends[1].revents != 0) FromController();
  }

  void FromHost() {
    const auto got = host_.Receive(room_, Soon());
    if (!got) {
      open_ = got.error().code == Code::kClosed && !half_closed_;
      if (!half_closed_ && !heard_end_) HostLeft();
      half_closed_ = true;
      controller_.CloseWrite();
      return;
    }
    Note(ByteView(room_).first(*got));
    (void)controller_.Send(ByteView(room_).first(*got), Soon());
  }

  void HostLeft() {
    if (!answered_) epidemic_.Leak();
    if (fault_.ends_all == Fault::Cause::kHostLeft) epidemic_.Strike();
  }

  // Spread strikes all connections if this PDU is what does so.
  void Spread(ByteView pdu) {
    const auto type = static_cast<PduType>(pdu.front());
    const bool term_req = type == PduType::kC2HTermReq;
    const bool resp = type == PduType::kCapsuleResp && pdu.size() >= tcp::CapsuleResp::kSize;
    answered_ = answered_ || resp;
    const bool error =
        resp && !Decode<tcp::CapsuleResp>(pdu.first<tcp::CapsuleResp::kSize>()).cqe.status().ok();
    const bool struck = (term_req && fault_.ends_all == Fault::Cause::kTermReq) ||
                        (error && fault_.ends_all == Fault::Cause::kError);
    if (struck) epidemic_.Strike();
  }

  // Note remembers the commands that go by.
  void Note(ByteView said) {
    from_host_.Put(said);
    while (const auto pdu = from_host_.Next()) {
      const auto type = static_cast<PduType>(pdu->front());
      if (type != PduType::kCapsuleCmd || pdu->size() < tcp::CapsuleCmd::kSize) continue;
      alteration_.Note(Decode<tcp::CapsuleCmd>(ByteView(*pdu).first<tcp::CapsuleCmd::kSize>()).sqe);
    }
  }

  void FromController() {
    const auto got = controller_.Receive(room_, Soon());
    if (!got) return AtEnd();
    from_controller_.Put(ByteView(room_).first(*got));
    while (auto pdu = from_controller_.Next()) {
      if (static_cast<PduType>(pdu->front()) == PduType::kIcResp) {
        alteration_.set_header_digest((std::to_integer<int>((*pdu)[11]) & tcp::kDgstHeader) != 0);
      }
      const Bytes said = *pdu;
      Say(alteration_.Pass(std::move(*pdu)));
      Spread(said);
    }
  }

  void AtEnd() {
    if (fault_.term_req_at_end) Say(Compose(tcp::C2HTermReq{{.fes = 2}}, {}));
    heard_end_ = true;
    if (fault_.swallows_end) return;
    host_.CloseWrite();
    open_ = false;
  }

  // Say does not outwait the controller: what the host does not take when that has gone is lost.
  void Say(ByteView bytes) {
    const Deadline deadline = Soon();
    while (!bytes.empty() && !heard_end_) {
      const ssize_t n = send(host_.fd(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (n > 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        continue;
      }
      std::array<pollfd, 2> ends = {{{.fd = host_.fd(), .events = POLLOUT, .revents = 0},
                                     {.fd = controller_.fd(), .events = 0, .revents = 0}}};
      if (errno != EAGAIN || poll(ends.data(), ends.size(), deadline.poll_timeout()) <= 0) return;
      if (ends[0].revents == 0) return AtEnd();
    }
  }
  static Deadline Soon() { return Deadline::In(std::chrono::seconds(10)); }

  const Fault& fault_;
  Epidemic& epidemic_;
  Alteration alteration_;
  Connection host_;
  Connection controller_;
  bool open_ = true;
  bool heard_end_ = false;
  bool half_closed_ = false;
  bool answered_ = false;  // A command was, be it the Connect.
  PduCutter from_host_;
  PduCutter from_controller_;
  std::array<std::byte, 65536> room_{};
};

}  // namespace

Result<int> Interposer::Dial(Deadline deadline) {
  if (fault_.most_lost != 0 && epidemic_.leaked() >= fault_.most_lost) {
    return Fail(Code::kRefused, "no connection is left");
  }
  const Result<int> dialled = right_.Dial(deadline);
  if (!dialled) return dialled;
  Connection controller(*dialled);
  const auto ends = MakeSocketPair();
  if (!ends) return std::unexpected(ends.error());
  threads_.emplace_back([this, far = ends->second, right = std::move(controller)]() mutable {
    Pump(fault_, epidemic_, Connection(far), std::move(right)).Run();
  });
  return ends->first;
}

}  // namespace nvmf::conformance
