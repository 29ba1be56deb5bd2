// ExpectSteadyState runs transfers of every shape, one and 32 at a time, and expects that none of
// them allocates once the queue is warm.
//
//   INSTANTIATE_TEST_SUITE_P(Framings, MyTest, ::testing::ValuesIn(kFramings));
//   ExpectSteadyState(io, Soon);    // its controller is as nvmf/testing/transfers.h says
//
// Shapes    a queue of at least 33 entries.
// Threads   counts what all threads allocate: nothing else may run.
#ifndef NVMF_TESTING_STEADY_STATE_H_
#define NVMF_TESTING_STEADY_STATE_H_

#include <gtest/gtest.h>

#include <vector>

#include "nvmf/testing/allocations.h"
#include "nvmf/testing/transfers.h"

namespace nvmf::testing {

// Framing is what a connection is to be told for its commands to look different on the wire.
struct Framing {
  bool header_digest;
  bool data_digest;
  bool flow_control;  // Without it a C2HData may stand for its completion.
};

inline constexpr Framing kFramings[] = {
    {false, false, true},  {true, false, true},  {false, true, true},  {true, true, true},
    {false, false, false}, {true, false, false}, {false, true, false}, {true, true, false},
};

// ExpectSteadyState is of any queue pair of a host. `soon` returns a deadline for a command.
void ExpectSteadyState(auto& host, auto soon) {
  std::vector<std::byte> data(kTransferMost);
  const auto batch = [&](const Sqe& sqe, const Data& of, std::size_t depth) {
    for (std::size_t i = 0; i < depth; ++i) ASSERT_TRUE(host.Submit(sqe, of));
    for (std::size_t i = 0; i < depth; ++i) {
      const auto done = host.WaitAny(soon());
      ASSERT_TRUE(done && done->status().ok());
    }
  };
  // Each of a controller's slots makes its room for data in capsules when first it needs it.
  batch(MakeTinyWrite(), WriteFrom(ByteView(data).first(kTinyBytes)), 32);
  for (const Transfer& transfer : kTransfers) batch(transfer.sqe(), transfer.Of(data), 32);
  for (const Transfer& transfer : kTransfers) {
    for (const std::size_t depth : {1U, 32U}) {
      const std::uint64_t before = Allocations();
      for (int i = 0; i < 10; ++i) batch(transfer.sqe(), transfer.Of(data), depth);
      EXPECT_EQ(Allocations() - before, 0U) << transfer.name << ", depth " << depth;
    }
  }
}

}  // namespace nvmf::testing

#endif  // NVMF_TESTING_STEADY_STATE_H_
