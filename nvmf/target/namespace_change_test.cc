// Namespaces that come, go, grow, shrink and are protected while hosts use them.
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "gtest/gtest.h"
#include "nvmf/target/file_backend.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

constexpr std::uint64_t kBlocks = kDiskBytes / kBlock;

class NamespaceChange : public testing::Test {
 protected:
  StatusCode WriteAt(std::uint64_t slba) {
    const std::vector<std::byte> block(kBlock, std::byte{1});
    return CodeOf(Do(io_, MakeWrite(1, slba, 1), WriteFrom(block)));
  }
  StatusCode ReadAt(std::uint64_t slba) {
    std::vector<std::byte> block(kBlock);
    return CodeOf(Do(io_, MakeRead(1, slba, 1), ReadInto(block)));
  }

  Fixture fixture_;
  Host host_{fixture_};
  HostQPair io_ = host_.Io(1);
};

TEST_F(NamespaceChange, HostsSeeTheNewSizeAtOnce) {
  EXPECT_EQ(WriteAt(kBlocks - 1), StatusCode::kSuccess);
  EXPECT_TRUE(fixture_.disk->ResizeNamespace(1, 100));
  EXPECT_EQ(host_.controller->IdentifyNamespace(1)->nsze, 100u);
  EXPECT_EQ(WriteAt(99), StatusCode::kSuccess);
  EXPECT_EQ(WriteAt(100), StatusCode::kLbaOutOfRange);
  EXPECT_EQ(ReadAt(kBlocks - 1), StatusCode::kLbaOutOfRange);
  EXPECT_TRUE(fixture_.disk->ResizeNamespace(1, 0));
  EXPECT_EQ(ReadAt(kBlocks - 1), StatusCode::kSuccess);
}

TEST_F(NamespaceChange, MoreThanTheBackendHoldsIsRefused) {
  EXPECT_FALSE(fixture_.disk->ResizeNamespace(1, kBlocks + 1));
  EXPECT_FALSE(fixture_.disk->ResizeNamespace(2, 1));
  EXPECT_FALSE(fixture_.disk->ProtectNamespace(2, true));
  EXPECT_TRUE(fixture_.disk->ResizeNamespace(1, kBlocks));
}

TEST_F(NamespaceChange, NamesStayWhenTheSizeChanges) {
  const Uuid uuid = fixture_.disk->namespaces()->front()->uuid();
  EXPECT_TRUE(fixture_.disk->ResizeNamespace(1, 8));
  EXPECT_EQ(fixture_.disk->namespaces()->front()->uuid(), uuid);
}

TEST_F(NamespaceChange, ProtectionIsSwitchedWhileInUse) {
  EXPECT_EQ(WriteAt(0), StatusCode::kSuccess);
  EXPECT_TRUE(fixture_.disk->ProtectNamespace(1, true));
  EXPECT_EQ(WriteAt(0), StatusCode::kNamespaceWriteProtected);
  EXPECT_EQ(ReadAt(0), StatusCode::kSuccess);
  EXPECT_TRUE(host_.controller->IdentifyNamespace(1)->write_protected());
  EXPECT_TRUE(fixture_.disk->ProtectNamespace(1, false));
  EXPECT_EQ(WriteAt(0), StatusCode::kSuccess);
}

TEST_F(NamespaceChange, HostsAreToldOfANewSize) {
  Sqe configure = MakeSetFeatures(Feature::kAsyncEventConfiguration, kAsyncEventNamespaceAttribute);
  EXPECT_TRUE(host_.Admin(configure).status().ok());
  HostQPair& admin = host_.controller->admin();
  const auto event = admin.Submit(MakeAsyncEventRequest(), kNoData);
  ASSERT_TRUE(event);
  ASSERT_TRUE(admin.Flush(Soon()));
  EXPECT_TRUE(fixture_.disk->ResizeNamespace(1, 50));
  const auto told = admin.Wait(*event, Soon());
  ASSERT_TRUE(told);
  EXPECT_EQ(AsyncEvent::FromDw0(told->cqe.dw0).info, AsyncEvent::kNamespaceAttributeChanged);
}

// Commands in a deep queue see the size before or after; data never land past the end.
TEST_F(NamespaceChange, ResizedAgainAndAgainUnderLoad) {
  std::atomic<bool> done = false;
  std::thread resizer([&] {
    for (std::uint64_t blocks = 1; !done; blocks = blocks % kBlocks + 97) {
      static_cast<void>(fixture_.disk->ResizeNamespace(1, blocks));
      static_cast<void>(fixture_.disk->ProtectNamespace(1, blocks % 2 == 0));
    }
  });
  const auto data = Pattern(64 * kBlock, 1);
  int refused = 0;
  for (unsigned i = 0; i < 2000; ++i) {
    ASSERT_TRUE(io_.Submit(MakeWrite(1, i * 4, i % 2 == 0 ? 64 : 4),
                           WriteFrom(ByteView(data).first((i % 2 == 0 ? 64 : 4) * kBlock))));
    if (i % 32 != 31) continue;
    for (int each = 0; each < 32; ++each) {
      const auto completion = io_.WaitAny(Soon());
      ASSERT_TRUE(completion);
      const StatusCode code = CodeOf(*completion);
      EXPECT_TRUE(code == StatusCode::kSuccess || code == StatusCode::kLbaOutOfRange ||
                  code == StatusCode::kNamespaceWriteProtected)
          << completion->status().Text();
      refused += completion->status().ok() ? 0 : 1;
    }
  }
  done = true;
  resizer.join();
  EXPECT_GT(refused, 0);
}

TEST(NamespaceRescan, AFileThatGrewIsALargerNamespace) {
  std::string path = testing::TempDir() + "/growing-XXXXXX";
  const int fd = mkstemp(path.data());
  ASSERT_GE(fd, 0);
  ASSERT_EQ(ftruncate(fd, 1 << 20), 0);
  auto backend = OpenFileBackend(path);
  ASSERT_TRUE(backend);
  Subsystem subsystem({.nqn = kDiskNqn});
  ASSERT_EQ(subsystem.AddNamespace(*backend), 1u);
  EXPECT_FALSE(subsystem.Rescan());
  ASSERT_EQ(ftruncate(fd, 3 << 20), 0);
  EXPECT_TRUE(subsystem.Rescan());
  EXPECT_EQ(subsystem.namespaces()->front()->nsze(), (3u << 20) / kBlock);
  close(fd);
  unlink(path.c_str());
}

}  // namespace
}  // namespace nvmf::target
