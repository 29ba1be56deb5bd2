// Registers and command dwords against the specification's bit positions.
#include "fuzz/words_check.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/discovery.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/nvme/identify.h"
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

// The commands that builders make carry what they were asked for, and nothing else.
void CheckBuilders(Octets input, bool flag) {
  const std::uint32_t a = Word(input, 0);
  const std::uint32_t b = Word(input, 4);
  const std::uint32_t blocks = (b & 0xFFFF) + 1;
  const Sqe made[] = {MakeRead(b, a, blocks), MakeWrite(b, a, blocks), MakeCompare(b, a, blocks),
                      MakeVerify(b, a, blocks), MakeWriteUncorrectable(b, a, blocks)};
  const std::uint8_t opcodes[] = {0x02, 0x01, 0x05, 0x0C, 0x04};
  for (std::size_t i = 0; i < std::size(made); ++i) {
    FUZZ_CHECK(made[i].opc == opcodes[i] && made[i].nsid == b && made[i].cdw10 == a);
    FUZZ_CHECK(made[i].cdw11 == 0 && made[i].cdw12 == blocks - 1 && made[i].psdt() == 1);
  }
  FUZZ_CHECK(MakeFlush(b).nsid == b && MakeFlush(b).opc == 0 && MakeFlush(b).fuse() == 0);
  const Sqe identify =
      MakeIdentify(static_cast<Cns>(a & 0xFF), b, static_cast<std::uint16_t>(a >> 8));
  FUZZ_CHECK(identify.opc == 0x06 && identify.nsid == b);
  FUZZ_CHECK(identify.cdw10 == ((a & 0xFF) | (a >> 8 & 0xFFFF) << 16));
  const Sqe set = MakeSetFeatures(Feature::kNumberOfQueues, a, b, flag);
  FUZZ_CHECK(set.opc == 0x09 && set.cdw10 == (7U | (flag ? 0x80000000U : 0)) && set.cdw11 == a);
  const Sqe get = MakeGetFeatures(Feature::kKeepAliveTimer, a, b, FeatureSelect::kSaved);
  FUZZ_CHECK(get.opc == 0x0A && get.cdw10 == 0x20F && get.cdw11 == a && get.nsid == b);
  FUZZ_CHECK(MakeAbort(static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b)).cdw10 ==
             ((a & 0xFFFF) | b << 16));
  FUZZ_CHECK(MakeKeepAlive().opc == 0x18 && MakeAsyncEventRequest().opc == 0x0C);
  FUZZ_CHECK(MakeDisconnect().fctype() == 0x08 && MakeDisconnect().opc == 0x7F);
  const Sqe auth = MakeAuthentication(
      flag ? FabricsType::kAuthenticationSend : FabricsType::kAuthenticationReceive, a);
  FUZZ_CHECK(auth.cdw10 == 0xE9010100 && auth.cdw11 == a && auth.fctype() == (flag ? 5 : 6));
  const AsyncEvent event = AsyncEvent::FromDw0(a);
  FUZZ_CHECK(event.ToDw0() == (a & 0xFFFF07));
  const auto width = [](std::uint32_t attrib) { return attrib == 0 ? 4U : attrib == 1 ? 8U : 0U; };
  FUZZ_CHECK(PropertyGetCmd{.attrib = static_cast<std::uint8_t>(a)}.width() == width(a & 7));
  FUZZ_CHECK(PropertySetCmd{.attrib = static_cast<std::uint8_t>(a)}.width() == width(a & 7));
}

// Sizes that identify data announce are told in octets, and never wrap.
void CheckIdentify(Octets input, bool) {
  const std::uint32_t a = Word(input, 0);
  const std::uint32_t b = Word(input, 4);
  IdentifyController id{.mdts = static_cast<std::uint8_t>(b), .acl = static_cast<std::uint8_t>(a)};
  id.ioccsz = a;
  FUZZ_CHECK(id.in_capsule_bytes() == (a <= 4 ? 0 : std::uint64_t{a} * 16 - 64));
  id.set_in_capsule_bytes(std::uint64_t{b} * 16);
  FUZZ_CHECK(id.in_capsule_bytes() ==
             (b > 0xFFFFFFFB ? id.in_capsule_bytes() : std::uint64_t{b} * 16));
  const unsigned shift = b & 0xFF;
  const std::uint64_t most = shift == 0 ? 0 : shift > 51 ? UINT64_MAX : 4096ULL << shift;
  FUZZ_CHECK(id.mdts_bytes(4096) == most && id.mdts_bytes(0) == 0);
  FUZZ_CHECK(id.aborts() == (a & 0xFF) + 1 && id.async_events() == 1 &&
             id.error_log_entries() == 1);
  id.kas = static_cast<std::uint16_t>(b);
  FUZZ_CHECK(id.kas_ms() == (b & 0xFFFF) * 100);
  IdentifyNamespace ns{.nsze = std::uint64_t{a} << 24 | b};
  ns.nlbaf = static_cast<std::uint8_t>(a >> 8);
  ns.flbas = static_cast<std::uint8_t>(a >> 16);
  ns.nsattr = static_cast<std::uint8_t>(b);
  const std::size_t index = (ns.flbas & 15U) + (ns.flbas / 32U % 4) * 16;
  ns.lbaf[index] = {.ms = 8, .lbads = static_cast<std::uint8_t>(a & 63)};
  const bool named = index <= ns.nlbaf;
  const std::uint64_t block = named && (a & 63) >= 9 && (a & 63) <= 31 ? 1ULL << (a & 63) : 0;
  FUZZ_CHECK(ns.format_index() == index && ns.block_bytes() == block);
  FUZZ_CHECK(ns.metadata_bytes() == (named ? 8U : 0U) && ns.active() == (ns.nsze != 0));
  FUZZ_CHECK(ns.write_protected() == (b % 2 == 1));
  const unsigned __int128 bytes = static_cast<unsigned __int128>(ns.nsze) * block;
  FUZZ_CHECK(ns.bytes() == (bytes > UINT64_MAX ? UINT64_MAX : static_cast<std::uint64_t>(bytes)));
  const DiscoveryHeader header{.numrec = std::uint64_t{a} << 32 | b};
  const unsigned __int128 log = (static_cast<unsigned __int128>(header.numrec) + 1) * 1024;
  FUZZ_CHECK(header.log_bytes() ==
             (log > UINT64_MAX ? UINT64_MAX : static_cast<std::uint64_t>(log)));
  const DsmRange range{.blocks = b, .slba = a};
  FUZZ_CHECK(range.InRange(std::uint64_t{a} + b) &&
             (b == 0 || !range.InRange(std::uint64_t{a} + b - 1)));
}

}  // namespace nvmf::fuzz
