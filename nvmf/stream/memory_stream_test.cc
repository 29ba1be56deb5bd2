#include "nvmf/stream/memory_stream.h"

#include <gtest/gtest.h>

#include <array>

namespace nvmf {
namespace {

std::size_t Put(Stream& stream, std::size_t n) {
  const std::vector<std::byte> octets(n, std::byte{1});
  const std::array<ByteView, 1> spans{octets};
  return stream.Write(spans).value();
}

std::size_t Get(Stream& stream, std::size_t n) {
  std::vector<std::byte> octets(n);
  return stream.Read({octets, {}}).value();
}

TEST(MemoryStream, WhatOneEndWritesTheOtherReads) {
  auto [a, b] = MemoryStream::Pair();
  EXPECT_EQ(Put(*a, 100), 100U);
  EXPECT_EQ(Get(*b, 60), 60U);
  EXPECT_EQ(Get(*b, 60), 40U);
  EXPECT_EQ(Get(*b, 60), 0U);
}

TEST(MemoryStream, AFullPipeTakesNoMoreUntilItIsRead) {
  auto [a, b] = MemoryStream::Pair(64);
  EXPECT_EQ(Put(*a, 100), 64U);
  EXPECT_EQ(Put(*a, 1), 0U);
  EXPECT_FALSE(a->Wait({.write = true}, Deadline::Never()));
  EXPECT_EQ(Get(*b, 10), 10U);
  EXPECT_TRUE(a->Wait({.write = true}, Deadline::Never()));
  EXPECT_EQ(Put(*a, 100), 10U);
}

TEST(MemoryStream, AnEndedPipeIsReadToItsEnd) {
  auto [a, b] = MemoryStream::Pair();
  Put(*a, 3);
  a.reset();
  EXPECT_TRUE(b->Wait({.read = true}, Deadline::Never()));
  EXPECT_EQ(Get(*b, 10), 3U);
  std::array<std::byte, 1> one{};
  EXPECT_EQ(b->Read({one, {}}).error().code, Code::kClosed);
  const std::array<ByteView, 1> spans{ByteView(one)};
  EXPECT_EQ(b->Write(spans).error().code, Code::kClosed);
}

TEST(MemoryStream, WaitingForNobodyReturnsAtOnce) {
  auto [a, b] = MemoryStream::Pair();
  EXPECT_EQ(a->Wait({.read = true}, Deadline::Never()).error().code, Code::kTimeout);
}

}  // namespace
}  // namespace nvmf
