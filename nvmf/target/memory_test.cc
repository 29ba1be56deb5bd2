// Where octets are kept: backends, the arena and the pool.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <random>

#include "gtest/gtest.h"
#include "nvmf/target/arena.h"
#include "nvmf/target/file_backend.h"
#include "nvmf/target/page_pool.h"
#include "nvmf/target/ram_backend.h"

namespace nvmf::target {
namespace {

constexpr std::uint64_t kBytes = 1 << 20;

struct Kind {
  const char* name;
  bool file;
  bool direct;
};

class BackendTest : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (!GetParam().file) {
      backend_ = MakeRamBackend(kBytes);
      return;
    }
    path_ = testing::TempDir() + "/backend";
    {
      std::ofstream(path_).seekp(kBytes - 1).put('\0');
    }
    auto file = OpenFileBackend(path_, {.direct = GetParam().direct});
    ASSERT_TRUE(file) << file.error().Message();
    backend_ = *file;
  }
  void TearDown() override {
    if (!path_.empty()) unlink(path_.c_str());
  }
  std::vector<std::byte> Read(std::uint64_t offset, std::size_t octets) {
    std::vector<std::byte> read(octets, std::byte{0xEE});
    EXPECT_TRUE(backend_->Read(offset, read).ok());
    return read;
  }

  std::string path_;
  std::shared_ptr<Backend> backend_;
};

TEST_P(BackendTest, KeepsWhatIsWrittenWhereItIsWritten) {
  EXPECT_EQ(backend_->size(), kBytes);
  std::mt19937 random(1);
  std::vector<std::byte> model(kBytes);
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t offset = random() % (kBytes / 512) * 512;
    const std::uint64_t most = std::min<std::uint64_t>(kBytes - offset, 200 * 1024) / 512;
    const std::uint64_t octets = (1 + random() % most) * 512;
    const auto at = model.begin() + static_cast<std::ptrdiff_t>(offset);
    if (i % 5 == 0) {
      ASSERT_TRUE(backend_->WriteZeroes(offset, octets).ok());
      std::fill_n(at, octets, std::byte{0});
    } else {
      std::vector<std::byte> data(octets, static_cast<std::byte>(i));
      ASSERT_TRUE(backend_->Write(offset, data).ok());
      std::ranges::copy(data, at);
    }
    if (i % 20 == 0) {
      EXPECT_TRUE(backend_->Flush().ok());
      EXPECT_EQ(Read(0, kBytes), model);
    }
  }
  EXPECT_EQ(Read(0, kBytes), model);
}

TEST_P(BackendTest, AnotherGoesOnWithItsHandle) {
  const std::vector<std::byte> data(4096, std::byte{9});
  ASSERT_TRUE(backend_->Write(8192, data).ok());
  const BackendHandle handle = backend_->handle();
  ASSERT_EQ(handle.size, kBytes);
  const auto adopt = [&](int fd, std::uint64_t octets) {
    return handle.kind == BackendHandle::Kind::kRam
               ? AdoptRamBackend(Descriptor(dup(fd)), octets)
               : AdoptFileBackend(Descriptor(dup(fd)), octets, handle.direct);
  };
  EXPECT_EQ(adopt(handle.descriptor, kBytes + 1), nullptr);
  EXPECT_EQ(adopt(-1, kBytes), nullptr);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const Descriptor out(ends[0]), in(ends[1]);
  EXPECT_EQ(adopt(in.get(), kBytes), nullptr) << "a pipe keeps nothing";
  auto other = adopt(handle.descriptor, kBytes);
  ASSERT_NE(other, nullptr);
  backend_ = std::move(other);
  EXPECT_EQ(backend_->handle().kind, handle.kind);
  EXPECT_EQ(Read(8192, 4096), data);
  EXPECT_EQ(Read(0, 4096), std::vector<std::byte>(4096));
}

TEST_P(BackendTest, DiscardLeavesTheRestAlone) {
  const std::vector<std::byte> data(kBytes, std::byte{7});
  ASSERT_TRUE(backend_->Write(0, data).ok());
  EXPECT_TRUE(backend_->Discard(8192, 4096).ok());
  EXPECT_TRUE(backend_->Discard(8192, 0).ok());
  EXPECT_EQ(Read(0, 8192), std::vector<std::byte>(8192, std::byte{7}));
  EXPECT_EQ(Read(12288, 4096), std::vector<std::byte>(4096, std::byte{7}));
}

INSTANTIATE_TEST_SUITE_P(Kinds, BackendTest,
                         testing::Values(Kind{"Ram", false, false}, Kind{"File", true, false},
                                         Kind{"DirectFile", true, true}),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST(FileBackendTest, SaysWhyItCannotOpen) {
  const auto file = OpenFileBackend("/nonexistent/file");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().sys_errno, ENOENT);
}

TEST(FileBackendTest, AFileCutShortIsAMediumError) {
  const std::string path = testing::TempDir() + "/short";
  {
    std::ofstream(path).seekp(8191).put('\0');
  }
  const auto file = OpenFileBackend(path);
  ASSERT_TRUE(file);
  ASSERT_EQ(truncate(path.c_str(), 4096), 0);
  std::vector<std::byte> room(4096);
  EXPECT_EQ((*file)->Read(4096, room).code(), StatusCode::kUnrecoveredReadError);
  unlink(path.c_str());
}

TEST(FileBackendTest, ReadOnlyFilesAreNotWritten) {
  const std::string path = testing::TempDir() + "/ro";
  {
    std::ofstream(path).seekp(8191).put('\0');
  }
  const auto file = OpenFileBackend(path, {.read_only = true});
  ASSERT_TRUE(file);
  EXPECT_EQ((*file)->Write(0, std::vector<std::byte>(512)).code(), StatusCode::kWriteFault);
  unlink(path.c_str());
}

TEST(NullBackendTest, ReadsAsZeros) {
  const auto null = MakeNullBackend(4096);
  std::vector<std::byte> data(512, std::byte{1});
  EXPECT_TRUE(null->Write(0, data).ok());
  EXPECT_TRUE(null->Read(0, data).ok());
  EXPECT_EQ(data, std::vector<std::byte>(512));
}

TEST(ArenaTest, LendsUntilItIsFullAndThenAnew) {
  Arena arena(4 * kPageBytes);
  const MutableBytes first = arena.Take(512);
  EXPECT_EQ(first.size(), 512u);
  const MutableBytes second = arena.Take(2 * kPageBytes + 4);
  EXPECT_EQ(second.data(), first.data() + kPageBytes);
  EXPECT_TRUE(arena.Take(4).empty());
  arena.Reset();
  EXPECT_EQ(arena.Take(4 * kPageBytes).data(), first.data());
  EXPECT_TRUE(arena.Take(4).empty());
}

TEST(PagePoolTest, WhatIsGivenBackFitsAgain) {
  PagePool pool(4 * kPageBytes);
  const MutableBytes a = pool.Take(kPageBytes);
  const MutableBytes b = pool.Take(kPageBytes + 1);
  const MutableBytes c = pool.Take(1);
  EXPECT_TRUE(pool.Take(1).empty());
  pool.Give(b);
  EXPECT_TRUE(pool.Take(3 * kPageBytes).empty());
  EXPECT_EQ(pool.Take(2 * kPageBytes).data(), b.data());
  pool.Give(a);
  pool.Give(c);
  EXPECT_TRUE(pool.Take(2 * kPageBytes).empty());  // The two are not side by side.
  EXPECT_EQ(pool.Take(kPageBytes).data(), a.data());
}

TEST(PagePoolTest, PartsNeverOverlap) {
  constexpr std::size_t kPages = 64;
  PagePool pool(kPages * kPageBytes);
  std::mt19937 random(2);
  std::vector<MutableBytes> lent;
  for (int i = 0; i < 5000; ++i) {
    if (random() % 2 == 0 || lent.empty()) {
      const MutableBytes part = pool.Take(1 + random() % (10 * kPageBytes));
      if (part.empty()) continue;
      for (const MutableBytes other : lent) {
        EXPECT_TRUE(part.data() + part.size() <= other.data() ||
                    other.data() + other.size() <= part.data());
      }
      lent.push_back(part);
    } else {
      const std::size_t which = random() % lent.size();
      pool.Give(lent[which]);
      lent.erase(lent.begin() + static_cast<std::ptrdiff_t>(which));
    }
  }
  for (const MutableBytes part : lent) pool.Give(part);
  EXPECT_EQ(pool.Take(kPages * kPageBytes).size(), kPages * kPageBytes);
}

}  // namespace
}  // namespace nvmf::target
