// The command serve: a target on TCP ports, until a signal ends it.
#ifndef NVMF_CMD_SERVE_H_
#define NVMF_CMD_SERVE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "nvmf/cmd/outcome.h"
#include "nvmf/target/target_options.h"

namespace nvmf::cmd {

struct ServedNamespace {
  enum class Kind : std::uint8_t { kRam, kFile, kNull };
  Kind kind = Kind::kRam;
  std::uint64_t bytes = 0;  // RAM and null.
  std::string path{};       // File.
};

struct ServedSubsystem {
  std::string nqn{};
  std::vector<ServedNamespace> namespaces{};
  std::vector<std::string> hosts{};  // None: any.
};

struct ServeOptions {
  std::vector<std::string> listen{};
  std::vector<ServedSubsystem> subsystems{};
  std::vector<std::string> referrals{};
  std::string port_file{};
  std::string metrics{};   // ADDR:PORT; empty: none.
  std::string control{};   // Where a successor may ask for the target; empty: nowhere.
  std::string takeover{};  // Where to ask for another process's; empty: a target of our own.
  std::string serial = "1";
  std::string model = "nvmf reference target";
  std::uint32_t block_bytes = 512;
  bool read_only = false;
  bool direct = true;
  bool quiet = false;
  target::TargetOptions target{};
};

// RunServe returns when SIGTERM or SIGINT came and every connection has ended, or when a successor
// has taken the target over. On SIGHUP it looks
// how large its files are by now.
Outcome<> RunServe(const ServeOptions& options);

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_SERVE_H_
