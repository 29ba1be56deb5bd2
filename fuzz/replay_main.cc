// Runs a fuzz target without an engine: the empty input, then every file named on the command line
// (or directly below a folder named there), whole and cut to each of its first 64 lengths.
// C library I/O only: libstdc++.so carries no MemorySanitizer instrumentation.
#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kPrefixes = 64;
std::size_t files = 0;

// Exactly sized, so that AddressSanitizer sees any read past the end.
void RunExact(const std::uint8_t* data, std::size_t size) {
  auto* copy = static_cast<std::uint8_t*>(std::malloc(std::max<std::size_t>(size, 1)));
  if (copy == nullptr) std::abort();
  if (size != 0) std::memcpy(copy, data, size);
  LLVMFuzzerTestOneInput(copy, size);
  std::free(copy);
}

bool RunFile(const char* path) {
  std::FILE* in = std::fopen(path, "rb");
  if (in == nullptr) {
    std::perror(path);
    return false;
  }
  static std::uint8_t data[1 << 20];
  const std::size_t size = std::fread(data, 1, sizeof data, in);
  std::fclose(in);
  std::fprintf(stderr, "%s\n", path);
  RunExact(data, size);
  for (std::size_t cut = 1; cut <= std::min(kPrefixes, size); ++cut) RunExact(data, cut);
  ++files;
  return true;
}

bool Run(const char* path) {
  struct stat status{};
  if (stat(path, &status) != 0) {
    std::perror(path);
    return false;
  }
  if (!S_ISDIR(status.st_mode)) return RunFile(path);
  DIR* dir = opendir(path);
  if (dir == nullptr) return false;
  bool ok = true;
  while (const dirent* entry = readdir(dir)) {
    if (entry->d_name[0] == '.') continue;
    char child[4096];
    std::snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
    ok = RunFile(child) && ok;
  }
  closedir(dir);
  return ok;
}

}  // namespace

int main(int argc, char** argv) {
  RunExact(nullptr, 0);
  bool ok = true;
  for (int i = 1; i < argc; ++i) {
    if (argv[i][0] != '-') ok = Run(argv[i]) && ok;  // An engine's flags mean nothing here.
  }
  std::fprintf(stderr, "%zu files ran\n", files);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
