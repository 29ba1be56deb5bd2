#include "conformance/cases/blocks.h"

namespace nvmf::conformance {
namespace {

bool Changes(NvmOpcode opcode) {
  return opcode == NvmOpcode::kWrite || opcode == NvmOpcode::kWriteZeroes ||
         opcode == NvmOpcode::kWriteUncorrectable;
}

}  // namespace

Sqe Described(const HostPeer& io, Sqe sqe, std::uint64_t octets) {
  const Direction direction = DataDirection(sqe);
  if (direction == Direction::kNone) octets = 0;
  const bool to_controller = direction == Direction::kToController;
  sqe.sgl1 = {.length = static_cast<std::uint32_t>(octets),
              .type = to_controller ? WayOf(io, octets) : std::uint8_t{Sgl::kTransport}};
  return sqe;
}

Sqe Anywhere(const HostPeer& io, NvmOpcode opcode, std::uint64_t slba, std::uint32_t blocks,
             NvmOptions options) {
  return Described(io, MakeBlockCommand(opcode, io.claims().nsid, slba, blocks, options),
                   Octets(io, blocks));
}

Sqe OnBlocks(const HostPeer& io, NvmOpcode opcode, std::uint32_t blocks, std::uint64_t at,
             NvmOptions options) {
  if (Changes(opcode) && !Contains(0, io.claims().scratch_blocks, at, blocks)) {
    throw Unmet{{kSkip, "guard: the blocks granted are too few"}};
  }
  return Anywhere(io, opcode, io.claims().scratch_first + at, blocks, options);
}

void Store(HostPeer& io, const Bytes& data, std::uint64_t at) {
  const auto blocks = static_cast<std::uint32_t>(data.size() / io.claims().block);
  io.RunWell(OnBlocks(io, NvmOpcode::kWrite, blocks, at), data);
}

}  // namespace nvmf::conformance
