// AdminModel says how a controller must answer on its admin queue: the properties and what they
// allow, features that are remembered, namespaces that are listed. What it does not know it leaves
// open.
#ifndef FUZZ_MODEL_ADMIN_MODEL_H_
#define FUZZ_MODEL_ADMIN_MODEL_H_

#include <array>
#include <cstdint>
#include <optional>

#include "fuzz/model/nvm_model.h"

namespace model {

struct AdminCommand {
  std::array<std::uint8_t, 64> sqe{};
  std::uint32_t room = 0;
  // What must come of it.
  bool open = false;                     // Any status, any DW0.
  bool holds = false;                    // It may stay unanswered: an Asynchronous Event Request.
  Statuses faults{};                     // One of these; none: success.
  std::optional<std::uint64_t> value{};  // DW1:DW0.
  std::uint32_t octets = 0;              // Of data, with success.
};

class AdminModel {
 public:
  struct Terms {
    bool discovery = false;
    bool persistent = true;  // Keep Alive runs.
    std::uint32_t io_queues = 1;
    std::uint32_t io_entries = 2;
    std::uint16_t cntlid = 0;
  };
  explicit AdminModel(const Terms& terms) : terms_(terms), granted_(terms.io_queues) { Reset(); }

  // Submitted judges the command; the queue's commands are done one after the other.
  void Submitted(AdminCommand& command);
  const char* Completed(const AdminCommand& command, std::uint16_t status, std::uint64_t value,
                        Octets data, const NvmModel& nvm) const;
  bool ready() const { return ready_; }
  std::uint32_t granted() const { return granted_; }

 private:
  void Fabrics(AdminCommand& command);
  void PropertyGet(AdminCommand& command) const;
  void PropertySet(AdminCommand& command);
  void Enable(std::uint32_t cc);
  void Reset();
  void Identify(AdminCommand& command) const;
  void SetFeatures(AdminCommand& command);
  void GetFeatures(AdminCommand& command) const;
  std::uint32_t* Word(std::uint8_t fid);
  const char* CheckIdentify(const AdminCommand& command, Octets page, const NvmModel& nvm) const;

  Terms terms_;
  std::uint32_t cc_ = 0;
  bool rdy_ = false;    // CSTS.RDY.
  bool ready_ = false;  // Commands are taken: RDY, and not shut down.
  bool fatal_ = false;
  bool shut_ = false;
  std::uint32_t granted_;
  std::array<std::uint32_t, 4> words_{};  // Features 01h, 02h, 05h, 0Bh.
};

}  // namespace model

#endif  // FUZZ_MODEL_ADMIN_MODEL_H_
