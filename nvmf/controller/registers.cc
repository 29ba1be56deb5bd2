#include "nvmf/controller/registers.h"

namespace nvmf::controller {
namespace {

constexpr Status kInvalid(StatusCode::kInvalidField, true);
// EN, CSS, MPS, AMS, SHN, IOSQES, IOCQES and CRIME; the rest of CC is reserved.
constexpr std::uint32_t kCcBits = 0x01FFFFF1;

}  // namespace

// NSSR and NSSD are optional, and not here.
std::uint32_t Registers::WidthOf(std::uint32_t offset) const {
  if (offset == kNssrOffset || offset == kNssdOffset) return 0;
  if (offset == Crto::kOffset && !settings_.crto) return 0;
  return PropertyWidth(offset);
}

Registers::GetAnswer Registers::Get(const PropertyGetCmd& cmd) const {
  const std::uint32_t width = WidthOf(cmd.ofst);
  if (width == 0 || width != cmd.width()) return {.status = kInvalid};
  switch (cmd.ofst) {
    case Cap::kOffset:
      return {.value = settings_.cap.raw};
    case Vs::kOffset:
      return {.value = settings_.vs.raw};
    case Cc::kOffset:
      return {.value = cc_.raw};
    case Csts::kOffset:
      return {.value = csts_.raw};
    case Crto::kOffset:
      return {.value = settings_.crto->raw};
    default:
      return {.status = kInvalid};
  }
}

Registers::SetAnswer Registers::Set(const PropertySetCmd& cmd) {
  if (cmd.ofst != Cc::kOffset || cmd.width() != Cc::kWidth) return {.status = kInvalid};
  const Cc cc{.raw = static_cast<std::uint32_t>(cmd.value) & kCcBits};
  if (cc.shn() == Shn::kReserved) return {.status = kInvalid};
  return {.change = SetCc(cc)};
}

Registers::Change Registers::SetCc(Cc cc) {
  const Cc before = cc_;
  cc_ = cc;
  if (before.en() && !cc.en()) {
    csts_ = {};
    return Change::kReset;
  }
  Change change = Change::kNone;
  if (!before.en() && cc.en()) {
    csts_ = csts_.with_shst(Shst::kNormal);
    if (CanRunWith(cc)) {
      csts_ = csts_.with_rdy(true);
      change = Change::kEnabled;
    } else {
      SetFatal();
    }
  }
  if (cc.shn() != Shn::kNone && csts_.shst() == Shst::kNormal) {
    csts_ = csts_.with_shst(Shst::kInProgress);
    change = Change::kShutdown;
  }
  return change;
}

bool Registers::Restore(Cc cc, Csts csts) {
  const Csts known = Csts{}.with_rdy(csts.rdy()).with_cfs(csts.cfs()).with_shst(csts.shst());
  if ((cc.raw & ~kCcBits) != 0 || csts.raw != known.raw) return false;
  if (csts.shst() != Shst::kNormal && csts.shst() != Shst::kComplete) return false;
  if (csts.rdy() && (!cc.en() || csts.cfs())) return false;
  cc_ = cc;
  csts_ = csts;
  return true;
}

bool Registers::CanRunWith(Cc cc) const {
  const Cap& cap = settings_.cap;
  if (cc.mps_bytes() < cap.mpsmin_bytes() || cc.mps_bytes() > cap.mpsmax_bytes()) return false;
  if (cc.ams() != 0 || (cc.crime() && !cap.crims())) return false;
  const bool css_known = (cc.css() == Cc::kCssNvm && (cap.css() & Cap::kCssNvm) != 0) ||
                         (cc.css() == Cc::kCssAll && (cap.css() & Cap::kCssSeveral) != 0) ||
                         (cc.css() == Cc::kCssAdminOnly && (cap.css() & Cap::kCssAdminOnly) != 0);
  if (!css_known) return false;
  return !settings_.has_io_queues || (cc.iosqes_bytes() == 64 && cc.iocqes_bytes() == 16);
}

}  // namespace nvmf::controller
