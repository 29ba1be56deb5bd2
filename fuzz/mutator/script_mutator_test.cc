// The mutator keeps its word: most of what it makes passes framing and digests in each digest
// mode, and some of it does not. A mutator that keeps a wrong invariant is worse than none.
#include "fuzz/mutator/script_mutator.h"

#include <gtest/gtest.h>

#include <array>
#include <tuple>

#include "fuzz/harness/script.h"
#include "fuzz/model/stream_model.h"
#include "fuzz/mutator/pdu_octets.h"

namespace nvmf::fuzz {
namespace {

using Role = MutatorRules::Role;
using Input = std::array<std::uint8_t, 2048>;

Random dice(7);

// What an engine does to plain octets, in small.
std::size_t ChangeOctets(std::uint8_t* data, std::size_t size, std::size_t) {
  if (size != 0) data[dice.Below(size)] ^= static_cast<std::uint8_t>(1U << dice.Below(8));
  return size;
}

struct Counts {
  int pdus = 0;
  int framed = 0;    // The common header is acceptable.
  int digested = 0;  // And so are the digests.
};

// Judge reads each PDU by itself, as a receiver that has negotiated `terms`.
class Judge final : public model::StreamModel::Owner {
 public:
  Judge(model::Reader reader, const model::Terms& terms) : stream_(reader, *this) {
    stream_.terms = terms;
  }
  void Count(Octets pdu, Counts& counts) {
    stream_.Feed(pdu);
    ++counts.pdus;
    const auto& bad = stream_.verdict();
    counts.framed += !bad || bad->fes == 3;
    counts.digested += !bad && good_;
  }
  model::Judgement OnPdu(const model::Pdu&) override { return std::nullopt; }
  void OnPayload(Octets) override {}
  void OnPayloadEnd(bool good) override { good_ = good; }

 private:
  model::StreamModel stream_;
  bool good_ = true;
};

// Mutate changes a session of one role 10,000 times, beginning anew now and then.
Counts Mutate(Role role, unsigned digests) {
  Counts counts;
  Input input{};
  std::size_t size = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (i % 20 == 0) {
      input = {};
      input[0] = static_cast<std::uint8_t>(digests | (role == Role::kController ? 4 : 0));
      size = kPrelude;
    }
    const std::array<std::uint8_t, 2> options{input[0], input[1]};
    size = MutateScript(input.data(), size, input.size(), {.role = Role::kReceiver}, ChangeOctets,
                        dice);
    if (input[0] != options[0] || input[1] != options[1]) {
      i += 19 - i % 20;  // Another mode: not what is counted here.
      continue;
    }
    const model::Terms terms{.live = true,
                             .hdgst = (digests & 1) != 0,
                             .ddgst = (digests & 2) != 0,
                             .alignment = 4U * ((input[1] & 31U) + 1),
                             .most_in_capsule = 8192,
                             .most_h2c_data = 8192};
    Script script(Octets(input).first(size));
    for (Record record; script.Next(record);) {
      if (record.op != kOpSend || record.octets.empty() || HlenOf(record.octets[0]) == 0) continue;
      model::Terms now = terms;
      now.live = record.octets[0] > 1;
      const bool host_speaks = record.octets[0] % 2 == 0;
      Judge judge(host_speaks ? model::Reader::kController : model::Reader::kHost, now);
      judge.Count(record.octets, counts);
    }
  }
  return counts;
}

class MutatorTest : public ::testing::TestWithParam<std::tuple<Role, unsigned>> {};

TEST_P(MutatorTest, MostMutantsPassFramingAndDigestsAndSomeDoNot) {
  const auto [role, digests] = GetParam();
  const Counts counts = Mutate(role, digests);
  ASSERT_GT(counts.pdus, 5'000);
  const double framed = 100.0 * counts.framed / counts.pdus;
  const double digested = 100.0 * counts.digested / counts.pdus;
  RecordProperty("framed_percent", static_cast<int>(framed));
  RecordProperty("digested_percent", static_cast<int>(digested));
  EXPECT_GE(framed, 75.0);
  EXPECT_GE(digested, 65.0);
  // Where there are digests some are wrong; where there are none only framing can be.
  if (digests == 0) {
    EXPECT_LT(counts.digested, counts.pdus);
  } else {
    EXPECT_LE(digested, 99.0);
  }
}

INSTANTIATE_TEST_SUITE_P(EachDigestMode, MutatorTest,
                         ::testing::Combine(::testing::Values(Role::kHost, Role::kController),
                                            ::testing::Values(0U, 1U, 2U, 3U)));

TEST(CrossScripts, ASessionOfTwoHalvesHasWholeRecords) {
  const std::uint8_t a[] = {1, 2, 3, 4, 5, 6, 7, 8, 0, 2, 0, 'a', 'b', 1, 1, 0, 'c'};
  const std::uint8_t b[] = {0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 'd', 3, 0, 0};
  for (int i = 0; i < 1000; ++i) {
    Input out;
    const std::size_t size = CrossScripts(a, sizeof a, b, sizeof b, out.data(), out.size(), dice);
    ASSERT_GE(size, kPrelude);
    EXPECT_EQ(out[0], 1);
    std::size_t used = kPrelude;
    Script script(Octets(out).first(size));
    for (Record record; script.Next(record);) used += kRecordHead + record.octets.size();
    EXPECT_EQ(used, size);
  }
}

TEST(MutateScript, NeverExceedsTheRoomItHas) {
  for (std::size_t most = 0; most < 300; ++most) {
    Input input{};
    std::size_t size = std::min<std::size_t>(most, 20);
    for (int i = 0; i < 50; ++i) {
      size = MutateScript(input.data(), size, most, {.role = Role::kHost}, ChangeOctets, dice);
      ASSERT_LE(size, most);
    }
  }
}

}  // namespace
}  // namespace nvmf::fuzz
