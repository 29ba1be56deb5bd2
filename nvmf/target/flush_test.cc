// What a host may count on: when a Flush, or a write with FUA, completes well, fdatasync has
// returned well before.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>

#include "nvmf/nvme/admin.h"
#include "nvmf/target/file_backend.h"
#include "nvmf/target/host_for_test.h"

namespace {

std::atomic<int> syncs{0};
std::atomic<bool> broken{false};

}  // namespace

// In place of the C library's.
extern "C" int fdatasync(int fd) {
  ++syncs;
  if (broken) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

namespace nvmf::target {
namespace {

class FlushTest : public ::testing::Test {
 protected:
  FlushTest() {
    std::string path = ::testing::TempDir() + "/flush.XXXXXX";
    const int fd = mkostemp(path.data(), O_CLOEXEC);
    EXPECT_GE(fd, 0);
    EXPECT_EQ(ftruncate(fd, kDiskBytes), 0);
    auto file = OpenFileBackend(path);
    EXPECT_TRUE(file) << file.error().Message();
    EXPECT_EQ(fixture_.disk->AddNamespace(*file), 2u);
    unlink(path.c_str());
    close(fd);
    host_.emplace(fixture_);
    io_.emplace(host_->Io());
    syncs = 0;
    broken = false;
  }

  StatusCode Write(NvmOptions options = {}) {
    return CodeOf(Do(*io_, MakeWrite(2, 0, 1, options), WriteFrom(block_)));
  }
  StatusCode Flush(std::uint32_t nsid) { return CodeOf(Do(*io_, MakeFlush(nsid))); }

  Fixture fixture_{};
  std::optional<Host> host_{};
  std::optional<HostQPair> io_{};
  std::vector<std::byte> block_ = std::vector<std::byte>(kBlock);
};

TEST_F(FlushTest, SyncsOnceForEachFlushAndEachWriteWithFua) {
  EXPECT_EQ(Write(), StatusCode::kSuccess);
  EXPECT_EQ(syncs, 0);
  EXPECT_EQ(Flush(2), StatusCode::kSuccess);
  EXPECT_EQ(syncs, 1);
  EXPECT_EQ(Write({.fua = true}), StatusCode::kSuccess);
  EXPECT_EQ(syncs, 2);
  EXPECT_EQ(Flush(kNsidAll), StatusCode::kSuccess);
  EXPECT_EQ(syncs, 3);
}

// The completion holds what fdatasync returned: it cannot have left before.
TEST_F(FlushTest, CompletesWithWhatTheSyncCameTo) {
  EXPECT_EQ(Write(), StatusCode::kSuccess);
  broken = true;
  EXPECT_EQ(Flush(2), StatusCode::kWriteFault);
  EXPECT_EQ(Flush(kNsidAll), StatusCode::kWriteFault);
  EXPECT_EQ(Write({.fua = true}), StatusCode::kWriteFault);
  EXPECT_EQ(Write(), StatusCode::kSuccess);
  EXPECT_EQ(CodeOf(Do(*io_, MakeWriteZeroes(2, 0, 1, false, {.fua = true}))),
            StatusCode::kWriteFault);
}

TEST_F(FlushTest, SyncsEachWriteWhileTheWriteCacheIsOff) {
  const Sqe off = MakeSetFeatures(Feature::kVolatileWriteCache, 0);
  EXPECT_EQ(CodeOf(host_->Admin(off)), StatusCode::kSuccess);
  EXPECT_EQ(Write(), StatusCode::kSuccess);
  EXPECT_EQ(syncs, 1);
  broken = true;
  EXPECT_EQ(Write(), StatusCode::kWriteFault);
}

}  // namespace
}  // namespace nvmf::target
