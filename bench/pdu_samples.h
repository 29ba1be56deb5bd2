// One PDU of each type, as they look on a busy connection.
#ifndef NVMF_BENCH_PDU_SAMPLES_H_
#define NVMF_BENCH_PDU_SAMPLES_H_

#include "nvmf/tcp/pdu.h"

namespace nvmf::bench {

// ForEachPdu calls `use(name, pdu, framing)` for each type of PDU.
void ForEachPdu(auto&& use) {
  using tcp::Framing;
  const Framing plain{}, data{.data = 4096};
  const Sqe sqe{.opc = 2, .cid = 7, .nsid = 1, .cdw10 = 0x1000, .cdw12 = 7};
  use("ICReq", tcp::IcReq{.dgst = 3}, plain);
  use("ICResp", tcp::IcResp{.dgst = 3, .maxh2cdata = 131072}, plain);
  use("H2CTermReq", tcp::H2CTermReq{{.fes = 1, .fei = 4}}, plain);
  use("C2HTermReq", tcp::C2HTermReq{{.fes = 1, .fei = 4}}, plain);
  use("CapsuleCmd", tcp::CapsuleCmd{sqe}, plain);
  use("CapsuleResp", tcp::CapsuleResp{{.sqhd = 3, .cid = 7}}, plain);
  use("H2CData", tcp::H2CData{.cccid = 7, .ttag = 3, .datao = 0, .datal = 4096}, data);
  use("C2HData", tcp::C2HData{.cccid = 7, .datao = 0, .datal = 4096}, data);
  use("R2T", tcp::R2T{.cccid = 7, .ttag = 3, .r2to = 0, .r2tl = 131072}, plain);
}

}  // namespace nvmf::bench

#endif  // NVMF_BENCH_PDU_SAMPLES_H_
