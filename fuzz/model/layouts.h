// Where the specification puts the fields of each structure: offsets and sizes copied from its
// figures, and not from the library.
#ifndef FUZZ_MODEL_LAYOUTS_H_
#define FUZZ_MODEL_LAYOUTS_H_

#include <array>
#include <cstdint>

namespace model {

struct Place {
  const char* field;  // The library's name of it.
  std::uint16_t at;
  std::uint8_t size;  // Octets, 1..8.
};
inline constexpr std::array<Place, 0> kNoPlaces{};

inline constexpr Place kHeader[] = {
    {"type", 0, 1}, {"flags", 1, 1}, {"hlen", 2, 1}, {"pdo", 3, 1}, {"plen", 4, 4}};
inline constexpr Place kIcReq[] = {
    {"pfv", 8, 2}, {"hpda", 10, 1}, {"dgst", 11, 1}, {"maxr2t", 12, 4}};
inline constexpr Place kIcResp[] = {
    {"pfv", 8, 2}, {"cpda", 10, 1}, {"dgst", 11, 1}, {"maxh2cdata", 12, 4}};
inline constexpr Place kTermReq[] = {{"fes", 8, 2}, {"fei", 10, 4}};
inline constexpr Place kCapsuleResp[] = {{"dw0", 8, 4},   {"dw1", 12, 4}, {"sqhd", 16, 2},
                                         {"sqid", 18, 2}, {"cid", 20, 2}, {"status", 22, 2}};
inline constexpr Place kH2CData[] = {
    {"cccid", 8, 2}, {"ttag", 10, 2}, {"datao", 12, 4}, {"datal", 16, 4}};
inline constexpr Place kC2HData[] = {{"cccid", 8, 2}, {"datao", 12, 4}, {"datal", 16, 4}};
inline constexpr Place kR2T[] = {
    {"cccid", 8, 2}, {"ttag", 10, 2}, {"r2to", 12, 4}, {"r2tl", 16, 4}};
inline constexpr Place kCapsuleCmd[] = {
    {"opc", 8, 1},      {"flags", 9, 1},   {"cid", 10, 2},   {"nsid", 12, 4},  {"mptr", 24, 8},
    {"address", 32, 8}, {"length", 40, 4}, {"type", 47, 1},  {"cdw10", 48, 4}, {"cdw11", 52, 4},
    {"cdw12", 56, 4},   {"cdw13", 60, 4},  {"cdw14", 64, 4}, {"cdw15", 68, 4}};
inline constexpr Place kConnect[] = {{"fctype", 4, 1},  {"recfmt", 40, 2}, {"qid", 42, 2},
                                     {"sqsize", 44, 2}, {"cattr", 46, 1},  {"kato", 48, 4}};
inline constexpr Place kConnectData[] = {{"cntlid", 16, 2}};
inline constexpr Place kPropertyGet[] = {{"fctype", 4, 1}, {"attrib", 40, 1}, {"ofst", 44, 4}};
inline constexpr Place kPropertySet[] = {
    {"fctype", 4, 1}, {"attrib", 40, 1}, {"ofst", 44, 4}, {"value", 48, 8}};
inline constexpr Place kAuthentication[] = {
    {"spsp0", 41, 1}, {"spsp1", 42, 1}, {"secp", 43, 1}, {"tl", 44, 4}};
inline constexpr Place kGetLogPage[] = {
    {"lid", 40, 1}, {"numdl", 42, 2}, {"numdu", 44, 2}, {"lsi", 46, 2}, {"lpo", 48, 8}};
inline constexpr Place kIdentify[] = {{"cns", 40, 1}, {"cntid", 42, 2}, {"cnssid", 44, 2}};
inline constexpr Place kFeatures[] = {{"fid", 40, 1}, {"cdw11", 44, 4}};
inline constexpr Place kAbort[] = {{"sqid", 40, 2}};
inline constexpr Place kDiscoveryHeader[] = {
    {"genctr", 0, 8}, {"numrec", 8, 8}, {"recfmt", 16, 2}, {"dlpf", 18, 1}, {"tdlpl", 20, 4}};
inline constexpr Place kDiscoveryEntry[] = {
    {"trtype", 0, 1}, {"adrfam", 1, 1}, {"subtype", 2, 1}, {"treq", 3, 1},     {"portid", 4, 2},
    {"cntlid", 6, 2}, {"asqsz", 8, 2},  {"eflags", 10, 2}, {"sectype", 768, 1}};
inline constexpr Place kIdentifyController[] = {
    {"vid", 0, 2},       {"ssvid", 2, 2},     {"cmic", 76, 1},       {"mdts", 77, 1},
    {"cntlid", 78, 2},   {"ver", 80, 4},      {"rtd3r", 84, 4},      {"rtd3e", 88, 4},
    {"oaes", 92, 4},     {"ctratt", 96, 4},   {"cntrltype", 111, 1}, {"oacs", 256, 2},
    {"acl", 258, 1},     {"aerl", 259, 1},    {"frmw", 260, 1},      {"lpa", 261, 1},
    {"elpe", 262, 1},    {"npss", 263, 1},    {"kas", 320, 2},       {"cqt", 386, 2},
    {"sqes", 512, 1},    {"cqes", 513, 1},    {"maxcmd", 514, 2},    {"nn", 516, 4},
    {"oncs", 520, 2},    {"fuses", 522, 2},   {"fna", 524, 1},       {"vwc", 525, 1},
    {"nwpc", 531, 1},    {"acwu", 532, 2},    {"sgls", 536, 4},      {"mnan", 540, 4},
    {"ioccsz", 1792, 4}, {"iorcsz", 1796, 4}, {"icdoff", 1800, 2},   {"fcatt", 1802, 1},
    {"msdbd", 1803, 1},  {"ofcs", 1804, 2}};
inline constexpr Place kIdentifyNamespace[] = {
    {"nsze", 0, 8},    {"ncap", 8, 8},      {"nuse", 16, 8},  {"nsfeat", 24, 1}, {"nlbaf", 25, 1},
    {"flbas", 26, 1},  {"mc", 27, 1},       {"dpc", 28, 1},   {"dps", 29, 1},    {"nmic", 30, 1},
    {"rescap", 31, 1}, {"anagrpid", 92, 4}, {"nsattr", 99, 1}};
inline constexpr Place kDsmRange[] = {{"attributes", 0, 4}, {"blocks", 4, 4}, {"slba", 8, 8}};
inline constexpr Place kLbaFormat[] = {{"ms", 0, 2}, {"lbads", 2, 1}};

}  // namespace model

#endif  // FUZZ_MODEL_LAYOUTS_H_
