// Invariant: the files that a user of the suite keeps are read or refused with a reason.
// Expectations that all hold are written as they were read, and those that no longer hold are gone,
// but for what wavers; what is written reads again. An exchange that was read is the same when it
// is written and read again.
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/exchange_file.h"
#include "conformance/suite/expectations.h"
#include "fuzz/harness/check.h"

namespace nvmf::conformance {
namespace {

std::string WithEnd(std::string_view text) {
  return std::string(text) + (text.empty() || text.ends_with('\n') ? "" : "\n");
}

void CheckExpectations(std::string_view text) {
  const auto known = ParseExpectations(text);
  if (!known) return FUZZ_CHECK(known.error().starts_with("line "));
  std::vector<Expectations::Seen> all, none, changed;
  std::size_t wavering = 0;
  for (const auto& [id, line] : known->lines()) {
    FUZZ_CHECK(line.verdict != kPass && line.verdict != kSkip && line.verdict != kError);
    const bool wavers = !line.verdict;
    wavering += wavers ? 1 : 0;
    all.push_back({id, {line.verdict.value_or(kFail), line.message + " and more"}});
    none.push_back({id, Pass()});
    changed.push_back(
        {id, {line.verdict == kFail ? kHang : kFail, "an \"other\" \\ one\nof two lines"}});
    FUZZ_CHECK(known->Judge(id, all.back().verdict) == Against::kXFail);
    FUZZ_CHECK(known->Judge(id, none.back().verdict) ==
               (wavers ? Against::kNothing : Against::kXPass));
    FUZZ_CHECK(known->Judge(id, changed.back().verdict) ==
               (wavers ? Against::kXFail : Against::kChanged));
  }
  FUZZ_CHECK(known->Updated(all) == WithEnd(text));
  const auto dropped = ParseExpectations(known->Updated(none));
  FUZZ_CHECK(dropped && dropped->lines().size() == wavering &&
             dropped->target() == known->target());
  const auto renewed = ParseExpectations(known->Updated(changed));
  FUZZ_CHECK(renewed && renewed->lines().size() == known->lines().size());
  for (const auto& seen : changed) {
    FUZZ_CHECK(renewed->Judge(seen.id, seen.verdict) == Against::kXFail);
    FUZZ_CHECK(renewed->lines().find(seen.id)->second.why ==
               known->lines().find(seen.id)->second.why);
  }
}

bool Same(const Record& a, const Record& b) {
  return a.connection == b.connection && a.speaker == b.speaker && a.what == b.what &&
         a.octets == b.octets;
}

void CheckExchange(std::string_view text) {
  const auto read = ReadExchange(text);
  if (!read) return FUZZ_CHECK(!read.error().empty());
  const std::string written = WriteExchange(*read);
  const auto again = ReadExchange(written);
  FUZZ_CHECK(again && again->id == read->id && again->records.size() == read->records.size());
  for (std::size_t i = 0; i < read->records.size(); ++i) {
    FUZZ_CHECK(Same(again->records[i], read->records[i]));
  }
  if (const std::size_t at = written.rfind("octets\": \""); at != std::string::npos) {
    std::string odd = written;  // Half an octet more is none.
    FUZZ_CHECK(!ReadExchange(odd.insert(at + 10, "0")));
  }
  // Times that ran backwards were set right by now.
  const std::string settled = WriteExchange(*again);
  FUZZ_CHECK(WriteExchange(*ReadExchange(settled)) == settled);
}

}  // namespace
}  // namespace nvmf::conformance

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  nvmf::conformance::CheckExpectations(text);
  nvmf::conformance::CheckExchange(text);
  return 0;
}
