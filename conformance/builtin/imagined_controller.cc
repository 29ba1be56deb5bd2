#include "conformance/builtin/imagined_controller.h"

#include "conformance/script/controller_peer.h"
#include "conformance/wire/frame.h"
#include "nvmf/nvme/fabrics.h"

namespace nvmf::conformance {
namespace {

using tcp::PduType;

// A tag that no case uses.
constexpr std::uint16_t kTtag = 0x7A7A;

template <tcp::Pdu P>
P As(ByteView pdu) {
  return Decode<P>(pdu.first<P::kSize>());
}

template <tcp::Pdu P>
Bytes Say(const Negotiated& negotiated, const P& pdu, ByteView data = {}, std::uint8_t flags = 0) {
  return Compose(pdu, negotiated.FramingFrom(Side::kController, data.size(), flags), data);
}

}  // namespace

Bytes ImaginedController::Answer(ByteView pdu) {
  const auto header = Decode<tcp::PduHeader>(pdu.first<tcp::kHeaderBytes>());
  const std::size_t digest = (header.flags & tcp::kDdgstf) != 0 ? tcp::kDigestBytes : 0;
  ByteView data;
  if (header.pdo != 0) data = pdu.subspan(header.pdo, pdu.size() - header.pdo - digest);
  switch (header.type) {
    case PduType::kIcReq:
      return Welcome(As<tcp::IcReq>(pdu));
    case PduType::kCapsuleCmd:
      return Take(As<tcp::CapsuleCmd>(pdu).sqe, data);
    case PduType::kH2CData:
      return TakeData(data);
    default:
      return {};
  }
}

Bytes ImaginedController::Welcome(const tcp::IcReq& asked) {
  asked_ = asked;
  const tcp::IcResp granted{.dgst = asked.dgst, .maxh2cdata = 131'072};
  Settle(granted);
  return Compose(granted, {});
}

Bytes ImaginedController::Take(const Sqe& sqe, ByteView data) {
  if (slots_ != 0) sqhd_ = static_cast<std::uint16_t>((sqhd_ + 1) % slots_);
  const bool asks = sqe.sgl1.type == Sgl::kTransport && sqe.sgl1.length != 0 &&
                    DataDirection(sqe) == Direction::kToController;
  if (!asks) return CarryOut(sqe, data);
  asking_ = sqe;
  got_.clear();
  return Say(negotiated_, tcp::R2T{.cccid = sqe.cid, .ttag = kTtag, .r2tl = sqe.sgl1.length});
}

Bytes ImaginedController::TakeData(ByteView data) {
  got_.insert(got_.end(), data.begin(), data.end());
  return got_.size() == asking_.sgl1.length ? CarryOut(asking_, got_) : Bytes();
}

void ImaginedController::Admit(const Sqe& sqe) {
  const auto connect = ViewAs<ConnectCmd>(sqe);
  admin_ = connect.qid == 0;
  slots_ = connect.entries();
  sqhd_ = static_cast<std::uint16_t>(1 % slots_);
  negotiated_.flow_control = !connect.disables_flow_control();
}

Bytes ImaginedController::CarryOut(const Sqe& sqe, ByteView data) {
  if (IsConnect(sqe)) Admit(sqe);
  HonestController::Reply reply = honest_.Answer(sqe, data, admin_);
  if (reply.keep_quiet) return {};
  reply.cqe.sqhd = sqhd_;
  if (!negotiated_.flow_control) reply.cqe.sqhd = IsConnect(sqe) ? Cqe::kNoFlowControl : 0;
  const Bytes completion = Say(negotiated_, tcp::CapsuleResp{.cqe = reply.cqe});
  if (reply.data.empty()) return completion;
  const tcp::C2HData pdu{.cccid = sqe.cid, .datal = static_cast<std::uint32_t>(reply.data.size())};
  return Join(Say(negotiated_, pdu, reply.data, tcp::kLastPdu), completion);
}

}  // namespace nvmf::conformance
