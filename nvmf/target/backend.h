// Backend is where a namespace's octets are kept: memory, a file, or nowhere.
//
//   std::shared_ptr<Backend> disk = MakeRamBackend(64 << 20);
//   Status status = disk->Write(0, block);
//
// Shapes    one range of octets, [0, size()). The caller keeps to it: offsets and lengths were
//           judged before (asserted).
// Units     octets; offsets and lengths are multiples of the namespace's block.
// Errors    a Status, as the command that wanted it will report it.
// Threads   any number at a time. Accesses that overlap see each block whole, before or after.
// Lifetime  memory is borrowed during a call only.
#ifndef NVMF_TARGET_BACKEND_H_
#define NVMF_TARGET_BACKEND_H_

#include <cstdint>

#include "nvmf/base/bytes.h"
#include "nvmf/nvme/status.h"
#include "nvmf/target/write_gate.h"

namespace nvmf::target {

// BackendHandle is how another process may come to the same octets.
struct BackendHandle {
  enum class Kind : std::uint8_t { kNone, kNull, kRam, kFile };
  Kind kind = Kind::kNone;  // kNone: they cannot be given away.
  bool direct = false;      // kFile: past the page cache.
  std::uint64_t size = 0;
  int descriptor = -1;  // kRam, kFile: stays the backend's.
};

class Backend {
 public:
  virtual ~Backend() = default;

  virtual std::uint64_t size() const = 0;
  // Rescan looks how large it is by now.
  virtual void Rescan() {}
  // caches tells whether what Write took may be lost with the power until Flush.
  virtual bool caches() const { return false; }

  virtual Status Read(std::uint64_t offset, MutableBytes into) = 0;
  virtual Status Write(std::uint64_t offset, ByteView from) = 0;
  virtual Status WriteZeroes(std::uint64_t offset, std::uint64_t octets) = 0;
  // Discard says that nobody needs these octets any more.
  virtual Status Discard(std::uint64_t offset, std::uint64_t octets) {
    static_cast<void>(offset), static_cast<void>(octets);
    return {};
  }
  virtual BackendHandle handle() const { return {}; }
  // Flush makes durable all that was written before.
  virtual Status Flush() { return {}; }

  // gate is passed by all who change what is kept: shared, or alone where a comparison and the
  // write that it allows are one. The calls above do not pass it themselves.
  WriteGate& gate() { return gate_; }

 private:
  WriteGate gate_;
};

}  // namespace nvmf::target

#endif  // NVMF_TARGET_BACKEND_H_
