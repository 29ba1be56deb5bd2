// Registers is a controller's properties: what Property Get reads and Property Set does.
//
//   Registers registers({.cap = Cap::Make({.max_entries = 128})});
//   Registers::SetAnswer set = registers.Set(ViewAs<PropertySetCmd>(sqe));
//   if (set.change == Registers::Change::kReset) ...          // CC.EN went from 1 to 0
//   Registers::GetAnswer get = registers.Get(ViewAs<PropertyGetCmd>(sqe));
//
// Shapes    CAP, VS, CC and CSTS; CRTO where the settings have it. No NSSR and no NSSD.
// Errors    a Status in the answer.
// Threads   one at a time.
// Source    NVM Express Base, "Controller Properties", "Controller Initialization", "Shutdown".
#ifndef NVMF_CONTROLLER_REGISTERS_H_
#define NVMF_CONTROLLER_REGISTERS_H_

#include <cstdint>
#include <optional>

#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/property.h"
#include "nvmf/nvme/status.h"

namespace nvmf::controller {

struct RegisterSettings {
  Cap cap = Cap::Make({});
  Vs vs = Vs::Make(2, 0);
  std::optional<Crto> crto{};  // I/O controllers of version 2.0 and later have it.
  bool has_io_queues = true;   // Then IOSQES and IOCQES matter.
};

class Registers {
 public:
  // What a Property Set made happen.
  enum class Change : std::uint8_t {
    kNone,
    kEnabled,   // CSTS.RDY is 1 now.
    kReset,     // CC.EN went from 1 to 0.
    kShutdown,  // CSTS.SHST is 01b; CompleteShutdown() is due when all is safe.
  };
  struct GetAnswer {
    Status status{};
    std::uint64_t value = 0;
  };
  struct SetAnswer {
    Status status{};
    Change change = Change::kNone;
  };

  explicit Registers(const RegisterSettings& settings) : settings_(settings) {}

  GetAnswer Get(const PropertyGetCmd& cmd) const;
  SetAnswer Set(const PropertySetCmd& cmd);

  // Restore goes on with the values that another owner left. False: they never stand like this.
  [[nodiscard]] bool Restore(Cc cc, Csts csts);

  void CompleteShutdown() { csts_ = csts_.with_shst(Shst::kComplete); }
  // SetFatal sets CSTS.CFS; only a reset clears it.
  void SetFatal() { csts_ = csts_.with_cfs(true).with_rdy(false); }

  // ready tells whether commands other than fabrics commands are taken.
  bool ready() const { return cc_.en() && csts_.rdy() && csts_.shst() == Shst::kNormal; }
  Cc cc() const { return cc_; }
  Csts csts() const { return csts_; }
  const RegisterSettings& settings() const { return settings_; }

 private:
  std::uint32_t WidthOf(std::uint32_t offset) const;
  Change SetCc(Cc cc);
  bool CanRunWith(Cc cc) const;

  const RegisterSettings settings_;
  Cc cc_;
  Csts csts_;
};

}  // namespace nvmf::controller

#endif  // NVMF_CONTROLLER_REGISTERS_H_
