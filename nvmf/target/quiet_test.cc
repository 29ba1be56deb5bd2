// A library that is refused, broken and lied to still prints nothing.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "gtest/gtest.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

// Captured puts a file in the place of standard output and error.
class Captured {
 public:
  Captured() : file_(std::tmpfile()) {
    std::fflush(nullptr);
    for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
      kept_[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
      dup2(fileno(file_), fd);
    }
  }
  ~Captured() { std::fclose(file_); }

  // End puts back what was there, and returns how many octets the file got.
  long End() {
    std::fflush(nullptr);
    for (int fd : {STDOUT_FILENO, STDERR_FILENO}) {
      dup2(kept_[fd], fd);
      close(kept_[fd]);
    }
    return lseek(fileno(file_), 0, SEEK_END);
  }

 private:
  std::FILE* file_;
  int kept_[3]{};
};

void MeetEveryKindOfTrouble() {
  Fixture fixture;
  Host host(fixture);
  HostQPair io = host.Io();
  EXPECT_FALSE(Do(io, MakeRead(9, 0, 1)).status().ok());
  Association stranger(HostParams("nqn.2026-11.org.example:nobody"));
  EXPECT_EQ(HostController::Connect(stranger, fixture.Dial()).error().code, Code::kRefused);
  const auto liar = fixture.Dial();
  std::array<std::byte, 128> nonsense;
  nonsense.fill(std::byte{0xEE});
  const std::array<ByteView, 1> spans{nonsense};
  EXPECT_TRUE(liar->Write(spans));
  fixture.events.Await(TargetEvent::Kind::kHandshake);
  fixture.target->Stop();
  EXPECT_FALSE(io.Execute(MakeFlush(1), kNoData, Soon()));
}

TEST(Quiet, NothingIsPrintedWhateverGoesWrong) {
  Captured captured;
  MeetEveryKindOfTrouble();
  const long printed = captured.End();
  EXPECT_EQ(printed, 0);
}

TEST(Quiet, WhatIsPrintedIsNoticed) {
  Captured captured;
  std::fputs("a word", stderr);
  std::fputs("a word", stdout);
  EXPECT_EQ(captured.End(), 12);
}

}  // namespace
}  // namespace nvmf::target
