// The numbers of a running target, as Prometheus text over HTTP: GET /metrics.
//
//   Metrics metrics;
//   ... metrics.Note(event) for each event of the target ...
//   auto server = MetricsServer::Start("127.0.0.1:9100", [&] { return metrics.Text(target); });
//
// Threads   any. The server has one of its own, on which it asks for the text.
// Source    Prometheus, "Exposition formats: text-based format".
#ifndef NVMF_CMD_METRICS_H_
#define NVMF_CMD_METRICS_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "nvmf/target/target.h"

namespace nvmf::cmd {

class Metrics {
 public:
  void Note(const target::TargetEvent& event);
  std::string Text(const target::Target& target) const;

 private:
  std::atomic<std::uint64_t> associations_{0};
  std::atomic<std::uint64_t> queues_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> handshakes_failed_{0};
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_METRICS_H_
