// ConnectionSet runs connections, each on a thread, within bounds, and ends them all.
//
//   connections.Start(std::move(stream), [this](Connection& each) { return Serve(each); });
//   ...
//   connections.Stop();
//
// Shapes    up to `max_connections`, of which up to `max_handshakes` have not been admitted. Past
//           the first bound a stream is closed; past the second the oldest handshake makes room, so
//           that silent peers keep nobody out.
// Threads   any. Stop() not from within a connection.
// Lifetime  a stream is open until its connection's body has returned.
#ifndef NVMF_TARGET_CONNECTION_SET_H_
#define NVMF_TARGET_CONNECTION_SET_H_

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "nvmf/base/result.h"
#include "nvmf/stream/stream.h"

namespace nvmf::target {

class ConnectionSet;

// Connection is one stream being served.
class Connection {
 public:
  // OwnStream returns the stream as its server is to own it.
  std::unique_ptr<Stream> OwnStream() const;
  // stream returns it as those keep it who may have to end it.
  const std::shared_ptr<Stream>& stream() const { return stream_; }
  // Admit says that the handshake is over.
  void Admit();

 private:
  friend class ConnectionSet;
  Connection(ConnectionSet& set, std::shared_ptr<Stream> stream)
      : set_(set), stream_(std::move(stream)) {}

  ConnectionSet& set_;
  std::shared_ptr<Stream> stream_;
  bool admitted_ = false;
  bool evicted_ = false;
  std::thread thread_{};
};

class ConnectionSet {
 public:
  // Body serves a connection and returns how it ended.
  using Body = std::function<Error(Connection&)>;

  ConnectionSet(std::size_t max_connections, std::size_t max_handshakes)
      : max_connections_(max_connections), max_handshakes_(max_handshakes) {}
  ~ConnectionSet() { Stop(); }
  ConnectionSet(const ConnectionSet&) = delete;
  ConnectionSet& operator=(const ConnectionSet&) = delete;

  // Start runs `body` on a new thread. False, and the stream is closed, when there is no room. One
  // that is `admitted` has had its handshake.
  bool Start(std::shared_ptr<Stream> stream, Body body, bool admitted = false);
  // RunHere runs it on the caller's. kBusy when there is no room.
  Error RunHere(std::unique_ptr<Stream> stream, const Body& body);
  // Stop ends every stream and returns when all bodies have. Nothing starts from then on.
  void Stop();

  // AwaitHandshakes returns when every connection has been admitted, or at `deadline`.
  void AwaitHandshakes(Deadline deadline);

  std::size_t size() const;

 private:
  friend class Connection;
  using Place = std::list<Connection>::iterator;

  bool Enter(std::shared_ptr<Stream> stream, bool admitted, Place& place);
  void MakeRoomForHandshake();
  void Leave(Place place);
  void JoinFinished();

  const std::size_t max_connections_;
  const std::size_t max_handshakes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
  std::list<Connection> running_;   // In order of arrival.
  std::list<Connection> finished_;  // Their threads are to be joined.
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_CONNECTION_SET_H_
