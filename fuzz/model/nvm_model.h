// NvmModel says what the commands of the NVM command set do to small namespaces: which statuses a
// command may end with, and which octets a read may bring while writes are under way.
//
// A block is told apart by a seed: it holds what Fill makes of the seed, its namespace and its
// address. Seed 0 is a block of zeros, as all are at first. A read may bring any version that was
// current at some moment between its submission and its completion.
#ifndef FUZZ_MODEL_NVM_MODEL_H_
#define FUZZ_MODEL_NVM_MODEL_H_

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "fuzz/model/octets.h"
#include "fuzz/model/statuses.h"

namespace model {

struct NvmCommand {
  std::array<std::uint8_t, 64> sqe{};
  std::uint32_t room = 0;  // Octets that its data descriptor offers.
  std::uint8_t seed = 0;   // Of the data that its host sends.
  bool open = false;       // Any status will do.
  bool apart = false;      // A second half whose first is of other blocks.
  std::uint32_t begun = 0;
  std::uint32_t epoch = 0;
  std::size_t version = 0;  // Its own, plus 1.

  std::uint8_t opc() const { return sqe[0]; }
  bool fused() const { return (sqe[1] & 3) != 0; }
  std::uint32_t nsid() const { return U32(sqe, 4); }
  std::uint64_t slba() const { return U32(sqe, 40) | std::uint64_t{U32(sqe, 44)} << 32; }
  std::uint32_t blocks() const { return (U32(sqe, 48) & 0xFFFF) + 1; }
  std::uint32_t ranges() const { return sqe[40] + 1U; }
  bool deallocates() const { return (sqe[44] & 4) != 0; }
  // IsApartFrom tells whether it is a first half that `second` cannot be joined to.
  bool IsApartFrom(const NvmCommand& second) const {
    if ((sqe[1] & 3) != 1 || opc() != 0x05 || (second.sqe[1] & 3) != 2) return false;
    return nsid() != second.nsid() || slba() != second.slba() || blocks() != second.blocks();
  }
  bool disconnects() const { return sqe[0] == 0x7F && sqe[4] == 0x08 && U16(sqe, 40) == 0; }
};

class NvmModel {
 public:
  static constexpr std::uint8_t kFlush = 0x00, kWrite = 0x01, kRead = 0x02, kCompare = 0x05,
                                kWriteZeroes = 0x08, kDatasetManagement = 0x09, kVerify = 0x0C,
                                kFabrics = 0x7F;
  static constexpr std::uint32_t kMostTransfer = 8192;  // MDTS.
  static constexpr std::uint32_t kNn = 1024;
  struct Namespace {
    bool present = false;
    bool is_protected = false;
    std::uint64_t blocks = 0;
    std::uint32_t block = 512;
  };
  std::array<Namespace, 4> namespaces{};  // By NSID; 0 is none.

  // Changed: commands under way may have met the namespaces before or after.
  void Changed() { ++epoch_; }
  std::uint32_t epoch() const { return epoch_; }
  // Distrust: somebody may have written what he liked.
  void Distrust() { trusted_ = false; }

  // Fill makes the data that the host of `command` sends.
  void Fill(const NvmCommand& command, std::span<std::uint8_t> out) const;

  void Submitted(NvmCommand& command);
  // Completed says what is wrong with how it ended; nullptr for nothing.
  const char* Completed(NvmCommand& command, std::uint16_t status, Octets data);

 private:
  static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
  struct Version {
    std::uint32_t nsid = 0;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint8_t seed = 0;
    bool replaces = true;  // What was there before; deallocation need not.
    bool failed = false;
    std::uint32_t begun = 0;
    std::uint32_t ended = kNever;
    bool Holds(std::uint32_t ns, std::uint64_t lba) const {
      return ns == nsid && lba >= first && lba - first < count && !failed;
    }
  };

  const Namespace* Find(std::uint32_t nsid) const;
  std::uint32_t BlockOf(const NvmCommand& command) const;
  Statuses Faults(const NvmCommand& command) const;
  static Statuses FabricsFaults(const NvmCommand& command);
  void JudgeRanges(const NvmCommand& command, const Namespace& ns, Statuses& faults) const;
  const char* Succeeded(NvmCommand& command, Octets data);
  const char* CheckRead(const NvmCommand& command, Octets data) const;
  bool AllMayEqual(const NvmCommand& command) const;
  bool SomeMayDiffer(const NvmCommand& command) const;
  // EachVersion calls `visit(seed)` for all that the block may hold, until that says true.
  bool EachVersion(const NvmCommand& command, std::uint64_t lba, auto&& visit) const;

  std::vector<Version> versions_{};
  std::uint32_t now_ = 0;
  std::uint32_t epoch_ = 0;
  bool trusted_ = true;
};

}  // namespace model

#endif  // FUZZ_MODEL_NVM_MODEL_H_
