#include "nvmf/host_qpair.h"

#include <utility>

#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/tcp_transport/tcp_host_queue.h"

namespace nvmf {
namespace {

Result<ConnectData> MakeConnectData(const Association& association, std::uint16_t qid) {
  const AssociationParams& params = association.params();
  ConnectData data{.hostid = params.hostid,
                   .cntlid = qid == 0 ? params.cntlid : association.cntlid()};
  if (!SetNqnField(data.subnqn, params.subnqn)) {
    return Fail(Code::kInvalidArgument, "SUBNQN is longer than 223 octets");
  }
  if (!SetNqnField(data.hostnqn, params.hostnqn)) {
    return Fail(Code::kInvalidArgument, "HOSTNQN is longer than 223 octets");
  }
  return data;
}

}  // namespace

Result<HostQPair> HostQPair::Connect(Association& association, std::unique_ptr<Stream> stream,
                                     const QueueOptions& options) {
  if (options.entries < 2) return Fail(Code::kInvalidArgument, "a queue has at least 2 entries");
  const AssociationParams& params = association.params();
  tcp::HostParams tcp{.header_digest = params.header_digest,
                      .data_digest = params.data_digest,
                      .digests_optional = params.digests_optional,
                      .hpda = params.hpda,
                      .maxr2t = params.maxr2t,
                      .entries = options.entries};
  const Deadline deadline = Deadline::After(params.connect_timeout);
  Result<std::unique_ptr<TcpHostQueue>> queue =
      TcpHostQueue::Open(std::move(stream), tcp, deadline);
  if (!queue) return std::unexpected(queue.error());
  return Connect(association, std::move(*queue), options);
}

Result<HostQPair> HostQPair::Connect(Association& association, std::unique_ptr<HostQueue> queue,
                                     const QueueOptions& options) {
  const AssociationParams& params = association.params();
  const Result<ConnectData> data = MakeConnectData(association, options.qid);
  if (!data) return std::unexpected(data.error());
  const auto octets = Encode(*data);
  const Sqe connect =
      MakeConnect(options.qid, options.entries, params.kato_ms, params.disable_flow_control);
  HostQPair qpair(std::move(queue), options.qid);
  const Result<Completion> done =
      qpair.Execute(connect, WriteFrom(octets), Deadline::After(params.connect_timeout));
  if (!done) return std::unexpected(done.error());
  if (!done->status().ok()) {
    return std::unexpected(Error{.code = Code::kRefused,
                                 .status = done->cqe.status_field,
                                 .dw0 = done->cqe.dw0,
                                 .what = "Connect"});
  }
  const ConnectAccepted accepted = ConnectAccepted::FromDw0(done->cqe.dw0);
  qpair.needs_authentication_ = accepted.needs_authentication();
  if (params.disable_flow_control && done->cqe.sqhd == Cqe::kNoFlowControl) {
    qpair.queue_->DisableFlowControl();
  }
  if (options.qid == 0) {
    association.set_cntlid(accepted.cntlid);
  } else {
    qpair.queue_->SetInCapsuleBytes(association.io_in_capsule_bytes());
  }
  return qpair;
}

Result<Completion> HostQPair::Execute(const Sqe& sqe, const Data& data, Deadline deadline) {
  const Result<std::uint16_t> cid = Submit(sqe, data);
  if (!cid) return std::unexpected(cid.error());
  return Wait(*cid, deadline);
}

}  // namespace nvmf
