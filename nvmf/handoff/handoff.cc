#include "nvmf/handoff/handoff.h"

#include <string_view>
#include <utility>

#include "nvmf/stream/socket_stream.h"
#include "nvmf/tcp_transport/tcp_controller_queue.h"
#include "nvmf/tcp_transport/tcp_host_queue.h"

namespace nvmf {
namespace {

constexpr std::string_view kTaken = "taken";
constexpr std::string_view kRefused = "refused";
constexpr std::size_t kLongestWord = 16;
constexpr const char* kOnlyTcp = "only queue pairs over TCP are handed off";

ByteView AsOctets(std::string_view word) { return std::as_bytes(std::span(word)); }

// Sends the record and the socket, and believes only the word that they were taken.
Result<> Give(DescriptorChannel& channel, const HandoffRecord& record, int socket,
              Deadline deadline) {
  if (Result<> sent = channel.Send(EncodeRecord(record), socket, deadline); !sent) return sent;
  const auto reply = channel.Receive(kLongestWord, deadline);
  if (!reply) return std::unexpected(reply.error());
  if (std::ranges::equal(ByteView(reply->octets), AsOctets(kTaken))) return {};
  return Fail(Code::kRefused, "the other process did not take the queue pair");
}

Result<TakenQPair> Resume(DescriptorChannel::Received received, const tcp::ControllerParams& params,
                          Deadline deadline) {
  Result<HandoffRecord> record = DecodeRecord(received.octets);
  if (!record) return std::unexpected(record.error());
  if (!received.descriptor.valid()) {
    return Fail(Code::kInvalidArgument, "hand-off: a record without a socket");
  }
  auto stream = SocketStream::Adopt(received.descriptor.Release());
  if (const auto* host = std::get_if<tcp::HostState>(&record->state)) {
    auto queue = TcpHostQueue::Resume(std::move(stream), *host);
    if (!queue) return std::unexpected(queue.error());
    return TakenQPair{.identity = record->identity,
                      .qpair = HostQPair::Adopt(std::move(*queue), record->identity.qid)};
  }
  auto queue = TcpControllerQueue::Resume(std::move(stream), params,
                                          std::get<tcp::ControllerState>(record->state));
  if (!queue) return std::unexpected(queue.error());
  auto qpair = ControllerQPair::Accept(std::move(*queue), deadline);
  if (!qpair) return std::unexpected(qpair.error());
  return TakenQPair{.identity = record->identity, .qpair = std::move(*qpair)};
}

}  // namespace

Result<> GiveQPair(DescriptorChannel& channel, HostQPair& qpair, const HandoffIdentity& identity,
                   Deadline deadline) {
  auto* queue = dynamic_cast<TcpHostQueue*>(&qpair.transport());
  if (queue == nullptr) return Fail(Code::kUnsupported, kOnlyTcp);
  Result<tcp::HostState> state = queue->Export();
  if (!state) return std::unexpected(state.error());
  const HandoffRecord record{.identity = identity, .state = std::move(*state)};
  Result<> given = Give(channel, record, queue->descriptor(), deadline);
  if (given) queue->Leave();
  return given;
}

Result<> GiveQPair(DescriptorChannel& channel, ControllerQPair& qpair,
                   const HandoffIdentity& identity, Deadline deadline) {
  auto* queue = dynamic_cast<TcpControllerQueue*>(&qpair.transport());
  if (queue == nullptr) return Fail(Code::kUnsupported, kOnlyTcp);
  // Connect data that came by R2T are in no capsule any more: they go with the record.
  const auto data = Encode(qpair.connect_data());
  const tcp::ControllerConnection::Fetched fetched{.tag = qpair.connect_tag(), .data = data};
  const bool by_r2t = qpair.sqe(fetched.tag).sgl1.type == Sgl::kTransport;
  Result<tcp::ControllerState> state = queue->Export(std::span(&fetched, by_r2t ? 1 : 0));
  if (!state) return std::unexpected(state.error());
  const HandoffRecord record{.identity = identity, .state = std::move(*state)};
  Result<> given = Give(channel, record, queue->descriptor(), deadline);
  if (given) queue->Leave();
  return given;
}

Result<TakenQPair> TakeQPair(DescriptorChannel& channel, const tcp::ControllerParams& params,
                             Deadline deadline) {
  auto received = channel.Receive(kMaxRecord, deadline);
  if (!received) return std::unexpected(received.error());
  Result<TakenQPair> taken = Resume(std::move(*received), params, deadline);
  const std::string_view word = taken ? kTaken : kRefused;
  if (Result<> told = channel.Send(AsOctets(word), -1, deadline); !told) {
    return std::unexpected(told.error());
  }
  return taken;
}

Result<HandoffRecord> ExportQPair(ControllerQPair& qpair, const HandoffIdentity& identity) {
  auto* queue = dynamic_cast<TcpControllerQueue*>(&qpair.transport());
  if (queue == nullptr) return Fail(Code::kUnsupported, kOnlyTcp);
  Result<tcp::ControllerState> state = queue->Export();
  if (!state) return std::unexpected(state.error());
  return HandoffRecord{.identity = identity, .state = std::move(*state)};
}

Result<> SettleQPair(ControllerQPair& qpair, Deadline deadline) {
  auto* queue = dynamic_cast<TcpControllerQueue*>(&qpair.transport());
  if (queue == nullptr) return Fail(Code::kUnsupported, kOnlyTcp);
  return queue->Settle(deadline);
}

Result<ControllerQPair> ResumeQPair(std::unique_ptr<Stream> stream,
                                    const tcp::ControllerParams& params,
                                    const HandoffRecord& record) {
  const auto* state = std::get_if<tcp::ControllerState>(&record.state);
  if (state == nullptr) return Fail(Code::kInvalidArgument, "hand-off: not a controller's");
  auto queue = TcpControllerQueue::Resume(std::move(stream), params, *state);
  if (!queue) return std::unexpected(queue.error());
  const HandoffIdentity& identity = record.identity;
  return ControllerQPair::Adopt(std::move(*queue),
                                {.qid = identity.qid,
                                 .sqsize = static_cast<std::uint16_t>(state->entries - 1),
                                 .kato = identity.kato_ms},
                                {.hostid = identity.hostid,
                                 .cntlid = identity.cntlid,
                                 .subnqn = identity.subnqn,
                                 .hostnqn = identity.hostnqn});
}

Result<> GiveToKernel(HostQPair&, const HandoffIdentity&) {
  return Fail(Code::kUnsupported, "this platform's kernel takes no connected queue pair");
}

}  // namespace nvmf
