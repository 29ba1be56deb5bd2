// A takeover that comes to nothing leaves everything with the owner; records are not believed.
#include <unistd.h>

#include "nvmf/base/crc32c.h"
#include "nvmf/target/takeover_for_test.h"
#include "nvmf/target/takeover_message.h"
#include "nvmf/target/takeover_record.h"

namespace nvmf::target {
namespace {

struct Heard {
  MessageKind kind{};
  std::vector<std::byte> body{};
  Descriptor descriptor{};
};

// Script speaks for one of the processes.
class Script {
 public:
  explicit Script(DescriptorChannel& channel) : channel_(channel) {}

  bool Say(MessageKind kind, ByteView body = {}, int descriptor = -1) {
    return channel_.Send(EncodeMessage(kind, body), descriptor, Soon()).has_value();
  }
  // Hear returns the next message; kind 0 when there is none.
  Heard Hear() {
    auto got = channel_.Receive(1 << 25, Soon());
    if (!got) return {};
    const auto message = DecodeMessage(got->octets);
    EXPECT_TRUE(message);
    return {.kind = message->kind,
            .body = {message->body.begin(), message->body.end()},
            .descriptor = std::move(got->descriptor)};
  }
  // HearUntil returns all messages up to the first of `last`.
  std::vector<Heard> HearUntil(MessageKind last) {
    std::vector<Heard> heard;
    do {
      heard.push_back(Hear());
    } while (heard.back().kind != last && heard.back().kind != MessageKind{});
    EXPECT_EQ(heard.back().kind, last);
    return heard;
  }

 private:
  DescriptorChannel& channel_;
};

class TakeoverRefusalTest : public TakeoverTest {
 protected:
  // Owner has the owner give to whom `successor` speaks for; nothing may come of it.
  Error GiveTo(auto&& successor) {
    Channels channels;
    std::thread speaking([&] {
      successor(Script(*channels.successor));
      channels.successor.reset();
    });
    const auto given = GiveTarget(*channels.owner, server(), -1, limits_, reason_);
    speaking.join();
    EXPECT_FALSE(given);
    return given ? Error{.code = Code::kClosed} : given.error();
  }
  void ExpectServed() {
    WriteAndReadBack(io_, 0, 200, ++seed_);
    EXPECT_TRUE(host_.controller->KeepAlive());
    EXPECT_TRUE(server().running());
  }
  // Tape is what an owner says when all goes well.
  std::vector<Heard> Tape() {
    std::vector<Heard> tape;
    const Error end = GiveTo([&](Script script) {
      script.Say(MessageKind::kHello);
      tape = script.HearUntil(MessageKind::kControl);
      script.Say(MessageKind::kReady);
      for (Heard& heard : script.HearUntil(MessageKind::kEnd)) tape.push_back(std::move(heard));
      script.Say(MessageKind::kRefused, AsOctets("not today"));
    });
    EXPECT_EQ(end.code, Code::kRefused);
    EXPECT_EQ(reason_, "not today");
    return tape;
  }
  static ByteView AsOctets(std::string_view text) { return std::as_bytes(std::span(text)); }

  // Play says a tape to a successor, `octets(i)` for its message i, and returns the successor's
  // last word; it never says `yours`.
  MessageKind Play(const std::vector<Heard>& tape, auto&& octets) {
    Channels channels;
    std::string reason;
    std::thread taking([&] {
      EXPECT_FALSE(TakeTarget(*channels.successor, {}, limits_, reason));
      channels.successor.reset();
    });
    Script script(*channels.owner);
    EXPECT_EQ(script.Hear().kind, MessageKind::kHello);
    MessageKind word{};
    for (std::size_t i = 0; i < tape.size(); ++i) {
      const Result<> said = channels.owner->Send(octets(i), tape[i].descriptor.get(), Soon());
      const bool awaits =
          tape[i].kind == MessageKind::kControl || tape[i].kind == MessageKind::kEnd;
      if (said && !awaits) continue;
      word = script.Hear().kind;
      if (word == MessageKind::kRefused || word == MessageKind{}) break;
    }
    script.Say(MessageKind::kKept, AsOctets("never mind"));
    channels.owner.reset();
    taking.join();
    return word;
  }

  Host host_{fixture_};
  HostQPair io_ = host_.Io();
  unsigned seed_ = 0;
};

TEST_F(TakeoverRefusalTest, ASuccessorMayEndAtAnyWord) {
  EXPECT_EQ(GiveTo([](Script) {}).code, Code::kClosed);
  ExpectServed();
  const Error after_hello = GiveTo([](Script script) { script.Say(MessageKind::kHello); });
  EXPECT_NE(after_hello.code, Code::kRefused);
  ExpectServed();
  const Error refused = GiveTo([](Script script) {
    script.Say(MessageKind::kHello);
    script.HearUntil(MessageKind::kControl);
    script.Say(MessageKind::kRefused);
  });
  EXPECT_EQ(refused.code, Code::kRefused);
  ExpectServed();
  const Error after_ready = GiveTo([](Script script) {
    script.Say(MessageKind::kHello);
    script.HearUntil(MessageKind::kControl);
    script.Say(MessageKind::kReady);
  });
  EXPECT_NE(after_ready.code, Code::kRefused);
  ExpectServed();
  const Error before_taken = GiveTo([](Script script) {
    script.Say(MessageKind::kHello);
    script.HearUntil(MessageKind::kControl);
    script.Say(MessageKind::kReady);
    script.HearUntil(MessageKind::kEnd);
  });
  EXPECT_EQ(before_taken.code, Code::kClosed);
  ExpectServed();
}

TEST_F(TakeoverRefusalTest, ASuccessorThatSaysNothingIsNotWaitedForWithoutEnd) {
  limits_.answer = std::chrono::milliseconds(50);
  const Error late = GiveTo([](Script script) {
    script.Say(MessageKind::kHello);
    script.HearUntil(MessageKind::kControl);
    script.Say(MessageKind::kReady);
    script.HearUntil(MessageKind::kEnd);
    EXPECT_EQ(script.Hear().kind, MessageKind::kKept);
  });
  EXPECT_EQ(late.code, Code::kTimeout);
  ExpectServed();
}

TEST_F(TakeoverRefusalTest, ATargetThatChangesMeanwhileIsNotGiven) {
  const Error end = GiveTo([&](Script script) {
    script.Say(MessageKind::kHello);
    script.HearUntil(MessageKind::kControl);
    EXPECT_EQ(fixture_.disk->AddNamespace(MakeRamBackend(kDiskBytes)), 2U);
    script.Say(MessageKind::kReady);
    EXPECT_EQ(script.Hear().kind, MessageKind::kKept);
  });
  EXPECT_EQ(end.code, Code::kBusy);
  ExpectServed();
}

class OwnBackend final : public Backend {
 public:
  std::uint64_t size() const override { return 4096; }
  Status Read(std::uint64_t, MutableBytes) override { return {}; }
  Status Write(std::uint64_t, ByteView) override { return {}; }
  Status WriteZeroes(std::uint64_t, std::uint64_t) override { return {}; }
};

TEST_F(TakeoverRefusalTest, ABackendThatNobodyElseCanReachIsNotGiven) {
  EXPECT_EQ(fixture_.disk->AddNamespace(std::make_shared<OwnBackend>()), 2U);
  const Error end = GiveTo([&](Script script) {
    script.Say(MessageKind::kHello);
    EXPECT_EQ(script.Hear().kind, MessageKind::kKept);
  });
  EXPECT_EQ(end.code, Code::kUnsupported);
  ExpectServed();
}

TEST_F(TakeoverRefusalTest, RecordsThatAreCutOrAlteredAreRefused) {
  const std::vector<Heard> tape = Tape();
  const auto as_it_is = [&](std::size_t i) { return EncodeMessage(tape[i].kind, tape[i].body); };
  EXPECT_EQ(Play(tape, as_it_is), MessageKind::kTaken) << "as it is, it is good";
  for (std::size_t which = 0; which < tape.size(); ++which) {
    const std::vector<std::byte> good = as_it_is(which);
    for (std::size_t i = 0; i < good.size(); i += which % 7 + 3) {
      std::vector<std::byte> altered = good, cut = good;
      altered[i] ^= std::byte{0x10};
      cut.resize(i);
      for (const auto& bad : {altered, cut}) {
        ASSERT_FALSE(DecodeMessage(bad)) << "message " << which << ", octet " << i;
      }
    }
    const auto altered = [&](std::size_t i) {
      auto octets = as_it_is(i);
      if (i == which) octets.back() ^= std::byte{1};
      return octets;
    };
    const auto newer = [&](std::size_t i) {
      auto octets = as_it_is(i);
      if (i == which) octets[8] = std::byte{kTakeoverVersion + 1};
      return octets;
    };
    EXPECT_EQ(Play(tape, altered), MessageKind::kRefused) << which;
    EXPECT_EQ(Play(tape, newer), MessageKind::kRefused) << which;
  }
  ExpectServed();
}

// Whatever a record says, with a CRC that fits: it is taken or refused, and no more.
TEST_F(TakeoverRefusalTest, RecordsThatLieDoNoHarm) {
  EXPECT_TRUE(host_.controller->admin().Submit(MakeAsyncEventRequest(), kNoData));
  EXPECT_TRUE(host_.controller->KeepAlive());
  const std::vector<Heard> tape = Tape();
  std::size_t refused = 0;
  for (std::size_t which = 0; which < tape.size(); ++which) {
    if (tape[which].body.empty()) continue;
    const bool queue = tape[which].kind == MessageKind::kQueue;
    for (std::size_t i = 0; i < tape[which].body.size(); ++i) {
      std::vector<std::byte> body = tape[which].body;
      body[i] = ~body[i];
      std::size_t record = 8;  // Where the hand-off record begins in a queue's message.
      if (queue && body[0] != std::byte{0}) record += AssociationState::kSize;
      if (queue && i > 0 && record + 24 <= body.size()) {
        StoreLittle(MutableBytes(body).subspan(record + 16),
                    Crc32c(ByteView(body).subspan(record + 24)));
      }
      const MessageKind word = Play(tape, [&](std::size_t m) {
        return EncodeMessage(tape[m].kind, m == which ? ByteView(body) : tape[m].body);
      });
      EXPECT_TRUE(word == MessageKind::kRefused || word == MessageKind::kTaken);
      if (word == MessageKind::kRefused) ++refused;
    }
  }
  EXPECT_GT(refused, 100U);
  ExpectServed();
}

TEST_F(TakeoverRefusalTest, RecordsOfAnyLengthDecodeOrDoNot) {
  for (const Heard& heard : Tape()) {
    for (std::size_t size = 0; size < heard.body.size(); ++size) {
      const ByteView cut = ByteView(heard.body).first(size);
      if (heard.kind == MessageKind::kTarget) {
        EXPECT_FALSE(DecodeTarget(cut)) << size;
      }
      if (heard.kind == MessageKind::kQueue) {
        EXPECT_FALSE(DecodeQueue(cut)) << size;
      }
    }
  }
}

}  // namespace
}  // namespace nvmf::target
