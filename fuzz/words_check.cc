#include "fuzz/words_check.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "fuzz/model/nqn.h"
#include "fuzz/model/octets.h"
#include "nvmf/base/crc32c.h"
#include "nvmf/base/result.h"
#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/discovery.h"
#include "nvmf/nvme/feature.h"
#include "nvmf/nvme/log_page.h"
#include "nvmf/nvme/namespace_list.h"
#include "nvmf/nvme/nqn.h"
#include "nvmf/nvme/opcode.h"
#include "nvmf/nvme/property.h"
#include "nvmf/nvme/text.h"

namespace nvmf::fuzz {
namespace {

ByteView AsBytes(Octets octets) { return std::as_bytes(octets); }
std::string_view AsText(Octets octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

NqnField FieldOf(Octets octets) {
  NqnField field{};
  std::copy_n(AsText(octets).begin(), std::min(octets.size(), field.size()), field.begin());
  return field;
}

}  // namespace

// Every value has a word, and the same word each time.
void CheckNames(Octets input, bool admin) {
  const std::uint32_t word = Word(input, 0);
  const auto octet = static_cast<std::uint8_t>(word);
  const Sqe sqe{.opc = octet, .nsid = word >> 8};
  const char* names[] = {AdminOpcodeName(static_cast<AdminOpcode>(octet)),
                         NvmOpcodeName(static_cast<NvmOpcode>(octet)),
                         FabricsTypeName(static_cast<FabricsType>(octet)),
                         OpcodeName(sqe, admin),
                         FeatureName(static_cast<Feature>(octet)),
                         LogPageName(static_cast<LogPage>(octet)),
                         TrTypeName(static_cast<TrType>(octet)),
                         AdrFamName(static_cast<AdrFam>(octet)),
                         SubTypeName(static_cast<SubType>(octet)),
                         SecTypeName(static_cast<SecType>(octet)),
                         FesName(static_cast<Fes>(octet)),
                         CodeName(static_cast<Code>(octet)),
                         StatusCodeName(static_cast<StatusCode>(word & 0x7FF)),
                         PropertyName(octet),
                         InvalidParameter::FromDw0(word).Name()};
  for (const char* name : names) FUZZ_CHECK(name != nullptr && *name != '\0');
}

void CheckStatus(Octets input, bool describe) {
  const auto field = static_cast<std::uint16_t>(Word(input, 0));
  const Status status = Status::FromWire(field);
  FUZZ_CHECK(status.ToWire() == (field & 0xFFFE));  // The Phase Tag is no part of it.
  FUZZ_CHECK(status.sc == (field >> 1 & 0xFF) && status.sct == (field >> 9 & 7));
  FUZZ_CHECK(status.crd == (field >> 12 & 3) && status.more == ((field >> 14 & 1) != 0));
  FUZZ_CHECK(status.dnr == (field >> 15 != 0) && status.ok() == ((field >> 1 & 0x7FF) == 0));
  FUZZ_CHECK(Status(status.code(), status.dnr).ToWire() == (field & 0x8FFE));
  if (describe) FUZZ_CHECK(!status.Text().empty());
  const std::uint32_t dw0 = Word(input, 0);
  FUZZ_CHECK(ConnectAccepted::FromDw0(dw0).ToDw0() == dw0);
  FUZZ_CHECK(InvalidParameter::FromDw0(dw0).ToDw0() == (dw0 & 0x1FFFF));
  const auto counts = QueueCounts::FromDword(dw0);
  FUZZ_CHECK(counts.has_value() == ((dw0 & 0xFFFF) != 0xFFFF && dw0 >> 16 != 0xFFFF));
  if (counts) FUZZ_CHECK(counts->ToDword() == dw0);
}

void CheckNqn(Octets input, bool) {
  const std::string_view text = AsText(input);
  FUZZ_CHECK(IsValidNqn(text) == model::IsNqn(text));
  NqnField field = FieldOf(input);
  const auto name = NqnFromField(field);
  const std::string_view whole(field.data(), field.size());
  const std::size_t end = whole.find('\0');
  FUZZ_CHECK(name.has_value() == (end <= 223));
  if (name) FUZZ_CHECK(*name == whole.substr(0, end));
  const NqnField before = field;
  const bool fits = text.size() <= 223 && text.find('\0') == text.npos;
  FUZZ_CHECK(SetNqnField(field, text) == fits);
  if (fits) FUZZ_CHECK(NqnFromField(field) == text && field.back() == '\0');
  if (!fits) FUZZ_CHECK(field == before);
  const std::string_view shown = Text(before);
  FUZZ_CHECK(whole.size() == 256 && shown.size() <= 256 && !shown.ends_with(' '));
}

void CheckUuid(Octets input, bool) {
  const std::string_view text = AsText(input);
  const auto uuid = ParseUuid(text);
  FUZZ_CHECK(uuid.has_value() == model::IsUuid(text));
  if (!uuid) return;
  const std::string again = UuidText(*uuid);
  FUZZ_CHECK(again.size() == 36 && ParseUuid(again) == uuid);
  FUZZ_CHECK(
      std::ranges::equal(again, text, [](char a, char b) { return a == (b | 0x20) || a == b; }));
  FUZZ_CHECK(IsValidNqn(MakeHostNqn(*uuid)));
}

// What a reader hands out, a writer writes: the same octets as far as the reader came.
void CheckDescriptors(Octets input, bool) {
  const auto page = AsBytes(input.first(std::min<std::size_t>(input.size(), 1024)));
  std::array<std::byte, 1024> written;
  NamespaceDescriptorReader reader(page);
  NamespaceDescriptorWriter writer(written);
  std::size_t at = 0;
  while (const auto next = reader.Next()) {
    FUZZ_CHECK(next->nid.data() == page.data() + at + 4 && !next->nid.empty());
    const std::size_t wanted = NidSize(next->nidt);
    FUZZ_CHECK(wanted == 0 || wanted == next->nid.size());
    FUZZ_CHECK(writer.Add(next->nidt, next->nid));
    FUZZ_CHECK(written[at] == page[at] && written[at + 1] == page[at + 1]);
    FUZZ_CHECK(std::ranges::equal(next->nid, ByteView(written).subspan(at + 4, next->nid.size())));
    at += 4 + next->nid.size();
  }
  FUZZ_CHECK(at <= page.size() && !reader.Next());
  const bool ends = page.size() - at < 4 || page[at + 1] == std::byte{0};
  FUZZ_CHECK(reader.damaged() == !ends);
  FUZZ_CHECK(!writer.Add(Nidt::kEui64, ByteView(written).first(7)));
}

// All ways to compute a digest agree, wherever the octets lie and however they are cut.
void CheckDigest(Octets input, bool) {
  const std::size_t skip = input.empty() ? 0 : std::min<std::size_t>(input[0] & 15, input.size());
  const Octets octets = input.subspan(skip);
  const std::size_t cut = octets.empty() ? 0 : octets[0] % (octets.size() + 1);
  const std::uint32_t expected = model::DigestOf(octets);
  const ByteView bytes = AsBytes(octets);
  FUZZ_CHECK(Crc32c(bytes) == expected);
  FUZZ_CHECK(ExtendCrc32c(Crc32c(bytes.first(cut)), bytes.subspan(cut)) == expected);
  for (const Crc32cPath& path : Crc32cPaths()) {
    FUZZ_CHECK(path.extend(path.extend(0, bytes.first(cut)), bytes.subspan(cut)) == expected);
  }
}

// A host can use the entry only if each of its parts can be used.
void CheckEntry(Octets input, bool) {
  DiscoveryEntry entry =
      MakeTcpEntry(SubType::kNvm, "nqn.2026-11.org.example:d", "10.0.0.1", 4420).value();
  auto octets = Encode(entry);
  for (std::size_t i = 0; i + 2 < input.size(); i += 3) {
    octets[(input[i] | std::size_t{input[i + 1]} << 8) % octets.size()] = std::byte{input[i + 2]};
  }
  entry = Decode<DiscoveryEntry>(octets);
  const bool known = entry.trtype == TrType::kTcp &&
                     (octets[1] == std::byte{1} || octets[1] == std::byte{2}) &&
                     octets[2] >= std::byte{1} && octets[2] <= std::byte{3};
  const bool named = entry.cntlid < 0xFFF0 || entry.cntlid > 0xFFFD;
  const bool parts = known && named && entry.port().has_value() && entry.nqn().has_value();
  if (!parts) FUZZ_CHECK(!EntryIsUsable(entry));
  if (entry.nqn()) FUZZ_CHECK(model::IsNqn(*entry.nqn()));
  if (entry.port()) FUZZ_CHECK(*entry.port() != 0);
  const std::string_view text = AsText(input);
  const auto made = MakeTcpEntry(SubType::kNvm, "nqn.2026-11.org.example:d", text, 4420);
  if (made) FUZZ_CHECK(EntryIsUsable(*made) && text.starts_with(Text(made->traddr)));
  if (EntryIsUsable(entry) && octets[1] == std::byte{1})
    FUZZ_CHECK(Text(entry.traddr).contains('.'));
}

void CheckErrorText(Octets input, bool violated) {
  Error error{.code = static_cast<Code>(input.empty() ? 0 : input[0] % 10)};
  if (violated) error.violation = Violation{static_cast<Fes>(Word(input, 1)), Word(input, 3)};
  error.status = static_cast<std::uint16_t>(Word(input, 5));
  error.sys_errno = static_cast<int>(Word(input, 7) & 0xFF);
  FUZZ_CHECK(!error.Message().empty());
}

}  // namespace nvmf::fuzz
