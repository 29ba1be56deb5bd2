#include "nvmf/cmd/metrics.h"

namespace nvmf::cmd {
namespace {

using target::Count;
using target::TargetEvent;

struct Opcode {
  Count count;
  const char* name;
};
constexpr Opcode kOpcodes[] = {
    {Count::kRead, "read"},     {Count::kWrite, "write"},
    {Count::kFlush, "flush"},   {Count::kCompare, "compare"},
    {Count::kVerify, "verify"}, {Count::kWriteZeroes, "write_zeroes"},
    {Count::kOther, "other"},   {Count::kDatasetManagement, "dataset_management"},
};

void Describe(std::string& text, const std::string& name, const char* type, const char* help) {
  text += "# HELP " + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
}

void Tell(std::string& text, const std::string& name, const char* type, const char* help,
          std::uint64_t value) {
  Describe(text, name, type, help);
  text += name + ' ' + std::to_string(value) + '\n';
}

}  // namespace

void Metrics::Note(const TargetEvent& event) {
  switch (event.kind) {
    case TargetEvent::Kind::kAssociation:
      ++associations_;
      break;
    case TargetEvent::Kind::kQueue:
      ++queues_;
      break;
    case TargetEvent::Kind::kRefused:
      ++refused_;
      break;
    case TargetEvent::Kind::kHandshake:
      ++handshakes_failed_;
      break;
    case TargetEvent::Kind::kEnded:
      if (event.error.code != Code::kClosed) ++lost_;
      break;
    case TargetEvent::Kind::kQueueEnded:
      break;
  }
}

std::string Metrics::Text(const target::Target& target) const {
  const target::Counts counts = target.counts();
  std::string text;
  Tell(text, "nvmf_associations", "gauge", "Associations there are.", target.associations());
  Tell(text, "nvmf_connections", "gauge", "Connections there are, handshakes among them.",
       target.connections());
  Tell(text, "nvmf_associations_total", "counter", "Associations made.", associations_);
  Tell(text, "nvmf_associations_lost_total", "counter",
       "Associations that ended by an error or a timeout.", lost_);
  Tell(text, "nvmf_io_queues_total", "counter", "I/O queues connected.", queues_);
  Tell(text, "nvmf_connects_refused_total", "counter", "Connect commands refused.", refused_);
  Tell(text, "nvmf_handshakes_failed_total", "counter",
       "Connections that ended before their Connect was accepted.", handshakes_failed_);
  Tell(text, "nvmf_admin_commands_total", "counter", "Commands of admin queues.",
       counts[Count::kAdmin]);
  Describe(text, "nvmf_io_commands_total", "counter", "Commands of I/O queues.");
  for (const Opcode& opcode : kOpcodes) {
    text += std::string("nvmf_io_commands_total{opcode=\"") + opcode.name + "\"} " +
            std::to_string(counts[opcode.count]) + '\n';
  }
  Tell(text, "nvmf_commands_failed_total", "counter",
       "Commands answered with another status than success.", counts[Count::kFailed]);
  Tell(text, "nvmf_read_bytes_total", "counter", "Bytes that hosts have read.",
       counts[Count::kReadBytes]);
  Tell(text, "nvmf_written_bytes_total", "counter", "Bytes that hosts have written.",
       counts[Count::kWrittenBytes]);
  return text;
}

}  // namespace nvmf::cmd
