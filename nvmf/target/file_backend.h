// A Backend in a file or on a block device.
//
//   Result<std::shared_ptr<Backend>> disk = OpenFileBackend("/srv/disk.img");
//   if (!disk) return Report(disk.error());
//
// Shapes    as large as the file was when it was opened, or at the last Rescan.
// Errors    kIo, with errno, when it cannot be opened. Later failures are a Status: Write Fault,
//           Unrecovered Read Error, Capacity Exceeded.
// Threads   any number at a time. Blocks stay whole as far as the kernel keeps them so.
#ifndef NVMF_TARGET_FILE_BACKEND_H_
#define NVMF_TARGET_FILE_BACKEND_H_

#include <memory>
#include <string>

#include "nvmf/base/result.h"
#include "nvmf/stream/descriptor.h"
#include "nvmf/target/backend.h"

namespace nvmf::target {

struct FileOptions {
  bool read_only = false;
  bool direct = true;  // Past the page cache, where the file system can.
};

Result<std::shared_ptr<Backend>> OpenFileBackend(const std::string& path, FileOptions options = {});
// AdoptFileBackend goes on with the file of another file backend's handle. nullptr: it is no file,
// or has less than `octets` octets.
std::shared_ptr<Backend> AdoptFileBackend(Descriptor file, std::uint64_t octets, bool direct);

}  // namespace nvmf::target

#endif  // NVMF_TARGET_FILE_BACKEND_H_
