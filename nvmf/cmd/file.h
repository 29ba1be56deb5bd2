// File is a descriptor that is read or written in order: a file, a pipe, standard input or output.
#ifndef NVMF_CMD_FILE_H_
#define NVMF_CMD_FILE_H_

#include <string>

#include "nvmf/base/bytes.h"
#include "nvmf/cmd/outcome.h"

namespace nvmf::cmd {

class File {
 public:
  // "-" is standard input or output.
  static Outcome<File> OpenForReading(const std::string& path);
  static Outcome<File> OpenForWriting(const std::string& path);
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&&) = delete;

  // Read fills `into`, or less at the end of the file, and returns how many octets came.
  Outcome<std::size_t> Read(MutableBytes into);
  Outcome<> Write(ByteView from);
  // Close says whether all that was written is safe with the kernel.
  Outcome<> Close();
  const std::string& path() const { return path_; }

 private:
  File(int fd, std::string path, bool owned) : fd_(fd), path_(std::move(path)), owned_(owned) {}
  static Outcome<File> Open(const std::string& path, int flags, int standard);

  int fd_;
  std::string path_;
  bool owned_;
};

}  // namespace nvmf::cmd

#endif  // NVMF_CMD_FILE_H_
