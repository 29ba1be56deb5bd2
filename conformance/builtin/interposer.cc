#include "conformance/builtin/interposer.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "conformance/wire/connection.h"
#include "conformance/wire/frame.h"
#include "conformance/wire/socket_pair.h"
#include "nvmf/base/crc32c.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

constexpr std::uint32_t kMaxHostPdu = 32u << 20;
constexpr std::size_t kCidAt = 20;   // Of CapsuleResp.
constexpr std::size_t kCccidAt = 8;  // Of C2HData and R2T.

bool CarriesDigest(PduType type) {
  return type != PduType::kIcReq && type != PduType::kIcResp && type != PduType::kH2CTermReq &&
         type != PduType::kC2HTermReq;
}

// Pump moves the octets of one connection both ways until either end closes.
class Pump {
 public:
  Pump(const Fault& fault, Connection host, Connection controller)
      : fault_(fault), host_(std::move(host)), controller_(std::move(controller)) {}

  void Run() {
    if (fault_.speaks_first) Say(Compose(tcp::IcResp{.maxh2cdata = 4096}, {}));
    while (open_) Step();
  }

 private:
  void Step() {
    // Behind its FIN the host is only watched for going away altogether.
    const short wanted = half_closed_ ? 0 : POLLIN;
    const int controller = heard_end_ ? -1 : controller_.fd();
    std::array<pollfd, 2> ends = {{{.fd = host_.fd(), .events = wanted, .revents = 0},
                                   {.fd = controller, .events = POLLIN, .revents = 0}}};
    if (poll(ends.data(), ends.size(), -1) < 0) return;
    if (ends[0].revents != 0) FromHost();
    if (ends[1].revents != 0) FromController();
  }

  void FromHost() {
    const auto got = host_.Receive(room_, Soon());
    if (!got) {
      open_ = got.error().code == Code::kClosed && !half_closed_;
      half_closed_ = true;
      controller_.CloseWrite();
      return;
    }
    Note(ByteView(room_).first(*got));
    (void)controller_.Send(ByteView(room_).first(*got), Soon());
  }

  // Note remembers the commands that go by, until the host says something that cannot be framed.
  void Note(ByteView said) {
    if (!fault_.of || garbled_) return;
    from_host_.insert(from_host_.end(), said.begin(), said.end());
    while (from_host_.size() >= tcp::kHeaderBytes) {
      const auto header = Decode<tcp::PduHeader>(ByteView(from_host_).first<tcp::kHeaderBytes>());
      garbled_ = header.plen < tcp::kHeaderBytes || header.plen > kMaxHostPdu;
      if (garbled_ || from_host_.size() < header.plen) return;
      if (header.type == PduType::kCapsuleCmd && header.plen >= tcp::CapsuleCmd::kSize) {
        const auto front = ByteView(from_host_).first<tcp::CapsuleCmd::kSize>();
        const Sqe sqe = Decode<tcp::CapsuleCmd>(front).sqe;
        commands_[sqe.cid] = sqe;
      }
      from_host_.erase(from_host_.begin(), from_host_.begin() + header.plen);
    }
  }

  // Concerns tells whether a PDU belongs to a command that the fault is about.
  bool Concerns(PduType type, const Bytes& pdu) const {
    if (!fault_.of) return true;
    const std::size_t at = type == PduType::kCapsuleResp ? kCidAt : kCccidAt;
    if (pdu.size() < at + 2) return false;
    const auto found = commands_.find(LoadLittle<std::uint16_t>(ByteView(pdu).subspan(at)));
    return found != commands_.end() && fault_.of(found->second);
  }

  void FromController() {
    const auto got = controller_.Receive(room_, Soon());
    if (!got) return AtEnd();
    so_far_.insert(so_far_.end(), room_.begin(), room_.begin() + static_cast<long>(*got));
    while (so_far_.size() >= tcp::kHeaderBytes) {
      const auto header = Decode<tcp::PduHeader>(ByteView(so_far_).first<tcp::kHeaderBytes>());
      if (so_far_.size() < header.plen) return;
      Bytes pdu(so_far_.begin(), so_far_.begin() + header.plen);
      so_far_.erase(so_far_.begin(), so_far_.begin() + header.plen);
      Pass(header, std::move(pdu));
    }
  }

  void Pass(const tcp::PduHeader& header, Bytes pdu) {
    if (header.type == PduType::kIcResp) {
      header_digest_ = (std::to_integer<int>(pdu[11]) & tcp::kDgstHeader) != 0;
    }
    const bool struck = fault_.alter && header.type == fault_.type && Concerns(header.type, pdu) &&
                        ++seen_ >= fault_.from;
    if (struck) fault_.alter(pdu);
    if (struck && fault_.mend_digest) MendDigest(header, pdu);
    Say(pdu);
  }

  void MendDigest(const tcp::PduHeader& header, Bytes& pdu) const {
    const std::size_t hlen = header.hlen;
    if (!header_digest_ || !CarriesDigest(header.type) || pdu.size() < hlen + 4) return;
    StoreLittle(MutableBytes(pdu).subspan(hlen), Crc32c(ByteView(pdu).first(hlen)));
  }

  void AtEnd() {
    heard_end_ = true;
    if (fault_.swallows_end) return;
    if (fault_.term_req_at_end) Say(Compose(tcp::C2HTermReq{{.fes = 2}}, {}));
    host_.CloseWrite();
    open_ = false;
  }

  void Say(const Bytes& bytes) { (void)host_.Send(bytes, Soon()); }
  static Deadline Soon() { return Deadline::In(std::chrono::seconds(10)); }

  const Fault& fault_;
  Connection host_;
  Connection controller_;
  bool open_ = true;
  bool heard_end_ = false;
  bool half_closed_ = false;
  bool header_digest_ = false;
  unsigned seen_ = 0;
  Bytes so_far_;
  bool garbled_ = false;
  Bytes from_host_;
  std::map<std::uint16_t, Sqe> commands_;  // By CID.
  std::array<std::byte, 65536> room_{};
};

}  // namespace

Result<int> Interposer::Dial(Deadline deadline) {
  const Result<int> dialled = right_.Dial(deadline);
  if (!dialled) return dialled;
  Connection controller(*dialled);
  const auto ends = MakeSocketPair();
  if (!ends) return std::unexpected(ends.error());
  threads_.emplace_back(
      [fault = fault_, far = ends->second, right = std::move(controller)]() mutable {
        Pump(fault, Connection(far), std::move(right)).Run();
      });
  return ends->first;
}

}  // namespace nvmf::conformance
