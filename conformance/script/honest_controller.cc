#include "conformance/script/honest_controller.h"

#include <algorithm>
#include <array>

#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/identify_namespace.h"
#include "nvmf/nvme/namespace_list.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/nvme/text.h"

namespace nvmf::conformance {
namespace {

using Reply = HonestController::Reply;

Reply Done(std::uint32_t dw0 = 0, std::uint32_t dw1 = 0) {
  return {.cqe = {.dw0 = dw0, .dw1 = dw1}};
}

Reply No(StatusCode code) {
  Reply reply;
  reply.cqe.set_status(Status(code, true));
  return reply;
}

template <WireStruct T>
Bytes Page(const T& value) {
  const auto octets = Encode(value);
  return {octets.begin(), octets.end()};
}

}  // namespace

Reply HonestController::Answer(const Sqe& sqe, ByteView data, bool admin) {
  Reply reply;
  if (sqe.opc == kFabricsOpcode) {
    reply = Fabrics(sqe, data);
  } else {
    reply = admin ? Admin(sqe) : Io(sqe, data);
  }
  reply.cqe.cid = sqe.cid;
  reply.data.resize(std::min<std::size_t>(reply.data.size(), sqe.sgl1.length));
  return reply;
}

Reply HonestController::Fabrics(const Sqe& sqe, ByteView data) {
  switch (static_cast<FabricsType>(sqe.fctype())) {
    case FabricsType::kConnect:
      if (data.size() != ConnectData::kSize) return No(StatusCode::kSglDataLengthInvalid);
      subnqn_ = Decode<ConnectData>(data.first<ConnectData::kSize>()).subnqn;
      return Done(ConnectAccepted{.cntlid = cntlid}.ToDw0());
    case FabricsType::kPropertyGet: {
      const std::uint32_t ofst = ViewAs<PropertyGetCmd>(sqe).ofst;
      const std::uint64_t cap = Cap::Make({.max_entries = max_entries}).raw;
      if (ofst == Cap::kOffset) {
        return Done(static_cast<std::uint32_t>(cap), static_cast<std::uint32_t>(cap >> 32));
      }
      if (ofst == Vs::kOffset) return Done(Vs::Make(1, 4).raw);
      if (ofst == Cc::kOffset) return Done(cc_);
      if (ofst != Csts::kOffset) return No(StatusCode::kInvalidField);
      return Done((cc_ & 1) | (Cc{.raw = cc_}.shn() == Shn::kNone ? 0u : 2u << 2));
    }
    case FabricsType::kPropertySet: {
      const auto set = ViewAs<PropertySetCmd>(sqe);
      if (set.ofst != Cc::kOffset) return No(StatusCode::kInvalidField);
      cc_ = static_cast<std::uint32_t>(set.value);
      return Done();
    }
    default:
      return No(StatusCode::kInvalidOpcode);
  }
}

Reply HonestController::Admin(const Sqe& sqe) {
  switch (static_cast<AdminOpcode>(sqe.opc)) {
    case AdminOpcode::kIdentify: {
      Reply reply = Done();
      reply.data = IdentifyPage(sqe);
      return reply.data.empty() ? No(StatusCode::kInvalidField) : reply;
    }
    case AdminOpcode::kSetFeatures:
      return Done(static_cast<Feature>(sqe.cdw10 & 0xFF) == Feature::kNumberOfQueues ? sqe.cdw11
                                                                                     : 0);
    case AdminOpcode::kGetLogPage: {
      Reply reply = Done();
      reply.data = LogPart(sqe);
      return reply;
    }
    case AdminOpcode::kAsyncEventRequest: {
      Reply reply = Done();
      reply.keep_quiet = true;
      return reply;
    }
    case AdminOpcode::kKeepAlive:
      return Done();
    case AdminOpcode::kGetFeatures:
      return Done();
    default:
      return No(StatusCode::kInvalidOpcode);
  }
}

// LogPart is zeros where there is no log, or no more of it.
Bytes HonestController::LogPart(const Sqe& sqe) const {
  Bytes part(sqe.sgl1.length);
  const auto cmd = ViewAs<GetLogPageCmd>(sqe);
  if (cmd.lid != LogPage::kDiscovery || cmd.lpo >= discovery_log.size()) return part;
  const ByteView rest = ByteView(discovery_log).subspan(cmd.lpo);
  std::ranges::copy(rest.first(std::min(rest.size(), part.size())), part.begin());
  return part;
}

Bytes HonestController::IdentifyPage(const Sqe& sqe) const {
  switch (ViewAs<IdentifyCmd>(sqe).cns) {
    case Cns::kController: {
      IdentifyController id{.mdts = mdts, .cntlid = cntlid, .ver = Vs::Make(1, 4).raw};
      (void)(SetText(id.sn, "SCRIPTED") && SetText(id.mn, "Scripted controller") &&
             SetText(id.fr, "1"));
      id.cntrltype = discovery ? Cntrltype::kDiscovery : Cntrltype::kIo;
      id.lpa = kLpaExtendedData;
      id.ctratt = ctratt;
      id.subnqn = subnqn_;
      id.kas = kas, id.sqes = kSqes64, id.cqes = kCqes16, id.maxcmd = max_entries, id.nn = 1;
      id.sgls = kSglsSupported | kSglsOffset | kSglsTransport;
      id.set_in_capsule_bytes(in_capsule);
      id.iorcsz = 1, id.msdbd = 1;
      return Page(id);
    }
    case Cns::kNamespace: {
      IdentifyNamespace ns{.nsze = kBlocks, .ncap = kBlocks, .nuse = kBlocks};
      ns.lbaf[0].lbads = 9;
      return sqe.nsid == 1 ? Page(ns) : Bytes();
    }
    case Cns::kActiveNsids: {
      NsidList list;
      if (sqe.nsid == 0) list.nsids[0] = 1;
      return Page(list);
    }
    case Cns::kNamespaceDescriptors: {
      Bytes page(kIdentifySize);
      NamespaceDescriptorWriter writer{MutableBytes(page)};
      const std::array<std::byte, 16> nguid = {std::byte{1}};
      return writer.Add(Nidt::kNguid, nguid) ? page : Bytes();
    }
    default:
      return {};
  }
}

Reply HonestController::Io(const Sqe& sqe, ByteView data) {
  const auto opcode = static_cast<NvmOpcode>(sqe.opc);
  if (sqe.nsid != 1) return No(StatusCode::kInvalidNamespace);
  if (opcode == NvmOpcode::kFlush) return Done();
  const bool compare = opcode == NvmOpcode::kCompare;
  if (opcode != NvmOpcode::kRead && opcode != NvmOpcode::kWrite && !compare) {
    return No(StatusCode::kInvalidOpcode);
  }
  const NvmCmd command(sqe);
  if (!command.InRange(kBlocks)) return No(StatusCode::kLbaOutOfRange);
  if (command.bytes(kBlock) != sqe.sgl1.length) return No(StatusCode::kSglDataLengthInvalid);
  const auto where = media().subspan(command.slba() * kBlock, sqe.sgl1.length);
  if (compare) return std::ranges::equal(data, where) ? Done() : No(StatusCode::kCompareFailure);
  Reply reply = Done();
  if (opcode == NvmOpcode::kRead) reply.data.assign(where.begin(), where.end());
  if (opcode == NvmOpcode::kWrite) {
    std::ranges::copy(data.first(std::min(data.size(), where.size())), where.begin());
  }
  return reply;
}

}  // namespace nvmf::conformance
