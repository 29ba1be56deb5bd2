// Registers and command dwords against the specification's bit positions.
#include "fuzz/words_check.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/identify_namespace.h"
#include "nvmf/nvme/nvm.h"
#include "nvmf/nvme/property.h"

namespace nvmf::fuzz {

void CheckProperties(Octets input, bool) {
  const std::uint32_t low = Word(input, 0);
  const std::uint32_t high = Word(input, 4);
  const Cap cap{.raw = std::uint64_t{high} << 32 | low};
  FUZZ_CHECK(cap.max_entries() == (low & 0xFFFF) + 1 && cap.timeout_ms() == (low >> 24) * 500);
  FUZZ_CHECK(cap.cqr() == ((low >> 16 & 1) != 0) && cap.css() == (high >> 5 & 0xFF));
  FUZZ_CHECK(cap.mpsmin_bytes() == 4096ULL << (high >> 16 & 15) && cap.ams() == (low >> 17 & 3));
  FUZZ_CHECK(cap.mpsmax_bytes() == 4096ULL << (high >> 20 & 15) &&
             cap.nssrs() == ((high >> 4 & 1) != 0));
  FUZZ_CHECK(cap.nsss() == ((high >> 26 & 1) != 0) && cap.crwms() == ((high >> 27 & 1) != 0));
  FUZZ_CHECK(cap.crims() == ((high >> 28 & 1) != 0));
  const Cc cc{.raw = low};
  FUZZ_CHECK(cc.en() == (low % 2 == 1) && cc.css() == (low >> 4 & 7) &&
             cc.ams() == (low >> 11 & 7));
  FUZZ_CHECK(cc.mps_bytes() == 4096ULL << (low >> 7 & 15) && cc.crime() == ((low >> 24 & 1) != 0));
  FUZZ_CHECK(static_cast<unsigned>(cc.shn()) == (low >> 14 & 3));
  FUZZ_CHECK(cc.iosqes_bytes() == 1U << (low >> 16 & 15) &&
             cc.iocqes_bytes() == 1U << (low >> 20 & 15));
  FUZZ_CHECK(cc.with_en(true).raw == (low | 1) && cc.with_en(false).raw == (low & ~1U));
  FUZZ_CHECK(cc.with_shn(Shn::kNormal).raw == ((low & ~0xC000U) | 0x4000));
  FUZZ_CHECK(cc.with_css(high & 7).raw == ((low & ~0x70U) | (high & 7) << 4));
  const Csts csts{.raw = low};
  FUZZ_CHECK(csts.rdy() == (low % 2 == 1) && csts.cfs() == ((low >> 1 & 1) != 0));
  FUZZ_CHECK(static_cast<unsigned>(csts.shst()) == (low >> 2 & 3) &&
             csts.nssro() == ((low >> 4 & 1) != 0));
  FUZZ_CHECK(csts.pp() == ((low >> 5 & 1) != 0) && csts.st() == ((low >> 6 & 1) != 0));
  FUZZ_CHECK(csts.with_rdy(true).raw == (low | 1) && csts.with_cfs(true).raw == (low | 2));
  FUZZ_CHECK(csts.with_shst(Shst::kComplete).raw == ((low & ~0xCU) | 8));
  FUZZ_CHECK(csts.with_nssro(true).raw == (low | 16));
  const Vs vs{.raw = low};
  FUZZ_CHECK(Vs::Make(vs.major(), vs.minor(), vs.tertiary()) == vs && vs.major() == low >> 16);
  const Crto crto{.raw = low};
  FUZZ_CHECK(Crto::Make(crto.crwmt_ms(), crto.crimt_ms()) == crto);
  FUZZ_CHECK(crto.crwmt_ms() == (low & 0xFFFF) * 500);
  const std::uint32_t offset = low & 0x7F;
  const bool wide = offset == 0;
  const bool narrow = offset == 0x08 || offset == 0x14 || offset == 0x1C || offset == 0x20 ||
                      offset == 0x64 || offset == 0x68;
  FUZZ_CHECK(PropertyWidth(offset) == (wide ? 8U : narrow ? 4U : 0U));
}

void CheckCommands(Octets input, bool flag) {
  const std::uint32_t a = Word(input, 0);
  const std::uint32_t b = Word(input, 4);
  const std::uint32_t c = Word(input, 8);
  const NvmCmd nvm(Sqe{.cdw10 = a, .cdw11 = b, .cdw12 = c, .cdw13 = a});
  const std::uint64_t slba = std::uint64_t{b} << 32 | a;
  FUZZ_CHECK(nvm.slba() == slba && nvm.blocks() == (c & 0xFFFF) + 1);
  FUZZ_CHECK(nvm.fua() == ((c >> 30 & 1) != 0) && nvm.lr() == (c >> 31 != 0));
  FUZZ_CHECK(nvm.deac() == ((c >> 25 & 1) != 0) && nvm.prinfo() == (c >> 26 & 15));
  FUZZ_CHECK(nvm.dtype() == (c >> 20 & 15) && nvm.dsm() == (a & 0xFF) && nvm.dspec() == a >> 16);
  FUZZ_CHECK(nvm.ranges() == (a & 0xFF) + 1 && nvm.deallocates() == ((b >> 2 & 1) != 0));
  FUZZ_CHECK(nvm.bytes(512) == 512ULL * ((c & 0xFFFF) + 1));
  const std::uint64_t nsze = Word(input, 12);
  const bool inside = slba <= nsze && nvm.blocks() <= nsze - slba;
  FUZZ_CHECK(nvm.InRange(nsze) == inside);
  const NvmOptions options{.fua = flag, .lr = !flag, .prinfo = static_cast<std::uint8_t>(a & 15)};
  const NvmCmd made(MakeWriteZeroes(b, slba, nvm.blocks(), flag, options));
  FUZZ_CHECK(made.slba() == slba && made.blocks() == nvm.blocks() && made.fua() == flag);
  FUZZ_CHECK(made.deac() == flag && made.prinfo() == (a & 15) && made.sqe.nsid == b);
  const NvmCmd dsm(MakeDatasetManagement(b, (a & 0xFF) + 1));
  FUZZ_CHECK(dsm.ranges() == (a & 0xFF) + 1 && dsm.deallocates());
  const std::uint64_t octets = (std::uint64_t{a} + 1) * 4;
  const Sqe log = MakeGetLogPage({.lid = LogPage::kDiscovery,
                                  .octets = octets,
                                  .offset = slba & ~std::uint64_t{3},
                                  .rae = flag});
  FUZZ_CHECK(LogLength(log) == octets && log.cdw12 == (a & ~3U) && log.cdw13 == b);
  FUZZ_CHECK(log.cdw10 == (0x70U | (flag ? 0x8000U : 0U) | (a & 0xFFFF) << 16) &&
             log.cdw11 == a >> 16);
  const Sqe connect = MakeConnect(static_cast<std::uint16_t>(a), 2 + (b & 0xFFF), c, flag);
  FUZZ_CHECK((connect.cdw10 >> 16) == (a & 0xFFFF) && (connect.cdw11 & 0xFFFF) == 1 + (b & 0xFFF));
  FUZZ_CHECK((connect.cdw11 >> 16) == (flag ? 4U : 0U));
  FUZZ_CHECK(connect.cdw12 == ((a & 0xFFFF) == 0 ? c : 0));
  const Sqe set = MakePropertySet(a, flag ? 8 : 4, slba);
  FUZZ_CHECK(set.cdw10 == flag && set.cdw11 == a && set.cdw12 == a && set.cdw13 == (flag ? b : 0));
  const Sqe get = MakePropertyGet(a, flag ? 8 : 4);
  FUZZ_CHECK(get.cdw10 == flag && get.cdw11 == a && get.fctype() == 4 && set.fctype() == 0);
}

}  // namespace nvmf::fuzz
