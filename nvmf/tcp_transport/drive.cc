#include "nvmf/tcp_transport/drive.h"

#include <array>

namespace nvmf {
namespace {

// A broken stream fails the connection; then there is nothing more to send.
void NoteBroken(tcp::Connection& connection, const Error& error) {
  connection.Fail(error);
  connection.AbandonOutput();
}

void Push(tcp::Connection& connection, Stream& stream, OutputSpans output) {
  const Result<std::size_t> moved = stream.Write(output);
  if (!moved) return NoteBroken(connection, moved.error());
  connection.CommitOutput(*moved);
}

bool OwesTermReq(const tcp::Connection& connection) {
  return connection.failed() && connection.failure().code == Code::kPeerViolation;
}

Result<> Failure(tcp::Connection& connection, Stream& stream) {
  if (OwesTermReq(connection)) stream.EndOutput();
  return std::unexpected(connection.failure());
}

}  // namespace

Result<> Step(tcp::Connection& connection, Stream& stream, Deadline deadline) {
  const OutputSpans output = connection.PendingOutput();
  const bool writing = !output.empty();
  if (writing) Push(connection, stream, output);
  const bool more = connection.wants_output();
  if (connection.failed()) {
    if (!more) return Failure(connection, stream);
    if (Result<> ready = stream.Wait({.write = true}, deadline); !ready) {
      connection.AbandonOutput();
      return Failure(connection, stream);
    }
    return {};
  }
  const Result<std::size_t> got = more      ? stream.Read(connection.InputSpace())
                                  : writing ? Result<std::size_t>(0)
                                            : stream.Receive(connection.InputSpace(), deadline);
  if (!got) {
    if (got.error().code == Code::kTimeout) return std::unexpected(got.error());
    NoteBroken(connection, got.error());
    return std::unexpected(connection.failure());
  }
  if (*got != 0) {
    connection.CommitInput(*got);
    // A violation is told at once, also when what was waited for came along with it.
    if (connection.failed() && connection.wants_output()) {
      Push(connection, stream, connection.PendingOutput());
    }
  } else if (more) {
    return stream.Wait({.read = true, .write = true}, deadline);
  }
  return {};
}

void Finish(tcp::Connection& connection, Stream& stream) {
  if (!OwesTermReq(connection)) return;
  const Deadline deadline = Deadline::After(kTermDrain);
  while (connection.wants_output()) {
    Push(connection, stream, connection.PendingOutput());
    if (connection.wants_output() && !stream.Wait({.write = true}, deadline)) break;
  }
  connection.AbandonOutput();
  stream.EndOutput();
  std::array<std::byte, 4096> forgotten;
  while (!deadline.passed() && stream.Receive({forgotten, {}}, deadline)) {
  }
}

}  // namespace nvmf
