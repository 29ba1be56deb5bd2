// Serves one page of text over HTTP, on a thread of its own.
//
//   auto server = MetricsServer::Start(endpoint, [] { return text; });    // GET /metrics
//   if (!server) return Sorry(server.error());
//
// Errors    an address that cannot be listened at. Requests for anything else get 404.
// Threads   `text` is called on the server's thread.
// Lifetime  until it is destroyed.
#ifndef NVMF_CMD_METRICS_SERVER_H_
#define NVMF_CMD_METRICS_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "nvmf/cmd/outcome.h"
#include "nvmf/cmd/url.h"

namespace nvmf::cmd {

class MetricsServer {
 public:
  using Text = std::function<std::string()>;

  static Outcome<std::unique_ptr<MetricsServer>> Start(const Endpoint& endpoint, Text text);
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  std::uint16_t port() const;

 private:
  class Impl;
  explicit MetricsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_METRICS_SERVER_H_
