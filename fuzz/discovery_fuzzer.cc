// Invariant: whatever a discovery controller says, ReadDiscoveryLog ends after a bounded number of
// commands. If it succeeds it returns exactly the records of one generation, octet by octet; if the
// log moves under every try it says kBusy; it never takes more records than it promised to.
//
// options: 0 bits 0, 1 digests, 2 the log changes between header reads, 3 NUMREC changes, too,
//            4 one header has an unknown record format, 5 the octets end short, 6 CAP is refused
//          1 records, 2 above 64: times 256 more, 3 the command that is refused (0: none)
//          4 cuts   5 stops changing after that many headers   6 the status it is refused with
// then     triples: offset in the entry (2 octets), value, laid over each entry.
#include <array>
#include <memory>

#include "fuzz/harness/check.h"
#include "fuzz/harness/script.h"
#include "fuzz/scripted_controller.h"
#include "nvmf/host/discovery_log.h"
#include "nvmf/nvme/connect_response.h"

namespace nvmf::fuzz {
namespace {

constexpr std::size_t kEntryBytes = DiscoveryEntry::kSize;

class Log {
 public:
  explicit Log(Octets input) : script_(input), o_(script_.options) {
    const auto entry = MakeTcpEntry(SubType::kNvm, "nqn.2026-11.org.example:d", "10.0.0.1", 4420);
    template_ = Encode(*entry);
    Octets rest = input.subspan(std::min(kPrelude, input.size()));
    for (; rest.size() >= 3; rest = rest.subspan(3)) {
      template_[(rest[0] | std::size_t{rest[1]} << 8) % kEntryBytes] = std::byte{rest[2]};
    }
  }

  std::uint64_t records() const {
    const unsigned many = o_[2] < 65 ? 0 : o_[2] * 256U;  // More than is read.
    return o_[1] % 12U + many + ((o_[0] & 8) != 0 ? headers_ % 3 : 0);
  }
  bool moving() const { return (o_[0] & 4) != 0 && headers_ < o_[5]; }
  int commands() const { return commands_; }
  unsigned headers() const { return headers_; }
  // steady tells whether the last two headers were of one generation.
  bool steady() const { return steady_; }

  void Answer(tcp::ControllerConnection& controller, Tag tag) {
    const Sqe& sqe = controller.sqe(tag);
    Cqe cqe;
    ++commands_;
    if (commands_ == o_[3]) {
      cqe.set_status(Status(static_cast<StatusCode>(o_[6] + 1)));
    } else if (sqe.opc == kFabricsOpcode) {
      cqe.dw0 = sqe.fctype() == 1 ? 1 : 0xFFFF;
    } else if (sqe.opc == 0x02) {
      return AnswerLog(controller, tag);
    }
    FUZZ_CHECK(controller.Respond(tag, cqe) || controller.failed());
  }

  std::array<std::byte, kEntryBytes> Entry(std::uint64_t i) const {
    auto entry = template_;
    entry[4] = static_cast<std::byte>(i);  // PORTID tells the records apart.
    return entry;
  }

 private:
  void AnswerLog(tcp::ControllerConnection& controller, Tag tag) {
    const auto cmd = ViewAs<GetLogPageCmd>(controller.sqe(tag));
    FUZZ_CHECK(cmd.lid == LogPage::kDiscovery && cmd.octets() == controller.data_length(tag));
    FUZZ_CHECK(cmd.octets() <= 4096 && cmd.lpo % 1024 == 0);
    page_.fill(std::byte{0});
    if (cmd.lpo == 0) {
      DiscoveryHeader header{.genctr = 7, .numrec = records()};
      if (moving()) header.genctr += headers_;
      if ((o_[0] & 16) != 0 && headers_ == o_[5]) header.recfmt = 1;
      steady_ = header.genctr == last_genctr_;
      last_genctr_ = header.genctr;
      ++headers_;
      StoreField(MutableBytes(page_), header);
    } else {
      for (std::size_t i = 0; i < cmd.octets() / kEntryBytes; ++i) {
        const auto entry = Entry(cmd.lpo / kEntryBytes - 1 + i);
        std::ranges::copy(entry, page_.begin() + static_cast<std::ptrdiff_t>(i * kEntryBytes));
      }
    }
    const bool shortened = (o_[0] & 32) != 0 && commands_ == o_[6];
    const ByteView data = ByteView(page_).first(cmd.octets() - (shortened ? 4 : 0));
    FUZZ_CHECK(controller.SendData(tag, data, Cqe{}) || controller.failed());
  }

  Script script_;
  const std::array<std::uint8_t, kPrelude>& o_;
  std::array<std::byte, kEntryBytes> template_;
  std::array<std::byte, 4096> page_;
  int commands_ = 0;
  unsigned headers_ = 0;
  std::uint64_t last_genctr_ = 0;
  bool steady_ = false;
};

void Run(Octets input) {
  Log log(input);
  const Script script(input);
  const auto& o = script.options;
  const bool digests[] = {(o[0] & 1) != 0, (o[0] & 2) != 0};
  Association association({.hostnqn = "nqn.2026-11.org.example:host",
                           .subnqn = std::string(kDiscoveryNqn),
                           .header_digest = digests[0],
                           .data_digest = digests[1]});
  const std::size_t cut = o[4] == 0 ? 1 << 20 : std::size_t{o[4]} * 16;
  auto stream = std::make_unique<ScriptedController>(
      tcp::ControllerParams{.receive_room = tcp::PduReceiver::kMinRoom}, cut,
      [&](tcp::ControllerConnection& controller, Tag tag) { log.Answer(controller, tag); });
  Result<HostController> host = HostController::Connect(association, std::move(stream));
  if (!host) return FUZZ_CHECK(o[3] != 0);
  const Result<DiscoveryLog> read = ReadDiscoveryLog(*host);
  FUZZ_CHECK(log.headers() <= 2 * kDiscoveryTries);
  if (!read) {
    const Code code = read.error().code;
    return FUZZ_CHECK(code == Code::kRefused || code == Code::kBusy);
  }
  FUZZ_CHECK(read->entries.size() <= kMaxDiscoveryEntries && log.headers() % 2 == 0);
  FUZZ_CHECK(log.steady());
  FUZZ_CHECK((o[0] & 8) != 0 || read->entries.size() == log.records());
  for (std::size_t i = 0; i < read->entries.size(); ++i) {
    FUZZ_CHECK(read->entries[i] == Decode<DiscoveryEntry>(log.Entry(i)));
    (void)EntryIsUsable(read->entries[i]);
  }
}

}  // namespace
}  // namespace nvmf::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  nvmf::fuzz::Run(nvmf::fuzz::Octets(data, size));
  return 0;
}
