// crash: a file-backed target is killed over and over while hosts write, and nothing that it
// promised may be lost.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "nvmf/trials/busy_host.h"
#include "nvmf/trials/process_stats.h"
#include "nvmf/trials/table.h"

namespace nvmf::trials {
namespace {

using cmd::Outcome;
using cmd::Sorry;

constexpr std::chrono::seconds kPatience{60};

struct Options {
  std::string nvmf{};
  std::string folder{};
  bool direct = true;
  unsigned rounds = 200;
  std::uint64_t seed = 1;
  unsigned queues = 4;
  std::size_t depth = 16;
  std::uint32_t block = 512;
  std::uint32_t least_bytes = 4096;
  std::uint32_t most_bytes = 128 * 1024;
  std::uint64_t file_mib = 64;
  unsigned least_ms = 5;  // From the first write to the kill;
  unsigned most_ms = 250;
  bool lie = false;  // Forget a block behind the target's back, which must be seen.
};

// TemporaryFile is a file of zeros that goes with its owner.
class TemporaryFile {
 public:
  static Outcome<TemporaryFile> Make(const std::string& folder, std::uint64_t octets) {
    std::string path = folder + "/nvmf-crash.XXXXXX";
    TemporaryFile file{Descriptor(mkostemp(path.data(), O_CLOEXEC)), path};
    if (!file.descriptor_.valid()) return Sorry(path + ": " + std::strerror(errno));
    const int error = posix_fallocate(file.descriptor_.get(), 0, static_cast<off_t>(octets));
    if (error != 0) return Sorry(path + ": " + std::strerror(error));
    return file;
  }
  TemporaryFile(TemporaryFile&&) = default;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    if (descriptor_.valid()) unlink(path_.c_str());
  }
  const std::string& path() const { return path_; }
  // Forget zeroes octets.
  bool Forget(std::uint64_t at, std::size_t octets) const {
    const std::vector<char> zeros(octets);
    return pwrite(descriptor_.get(), zeros.data(), octets, static_cast<off_t>(at)) ==
           static_cast<ssize_t>(octets);
  }

 private:
  TemporaryFile(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}
  Descriptor descriptor_;
  std::string path_;
};

class Trial {
 public:
  Trial(const Options& options, const TemporaryFile& file)
      : options_(options), file_(file), random_(options.seed) {
    const std::uint64_t each = (options.file_mib << 20) / options.block / options.queues;
    for (unsigned i = 0; i < options.queues; ++i) {
      ledgers_.emplace_back(i * each, each, options.block, BlockLedger::Flushes::kTracked);
    }
  }

  Outcome<> Run();

 private:
  Outcome<> Round(bool kill);
  Outcome<> WriteUntilKilled(ServedTarget& target, BusyHost& host);
  void Report(unsigned round) const;
  BlockLedger::Counts Writes() const;

  const Options& options_;
  const TemporaryFile& file_;
  std::mt19937_64 random_;
  std::vector<BlockLedger> ledgers_{};
  IoTally all_{};
  const Table table_{{{"rounds", 6},
                      {"writes", 9},
                      {"acknowledged", 12},
                      {"durable", 9},
                      {"of them FUA", 11},
                      {"flushes", 7},
                      {"blocks read", 12},
                      {"lost", 5},
                      {"lost durable", 12},
                      {"torn", 5},
                      {"misplaced", 9}}};
};

Outcome<> Trial::Run() {
  for (unsigned round = 1; round <= options_.rounds; ++round) {
    if (Outcome<> done = Round(true); !done) {
      return Sorry("round " + std::to_string(round) + ": " + done.error());
    }
    if (round % 20 == 0 && round != options_.rounds) Report(round);
  }
  if (options_.lie && !file_.Forget(0, options_.file_mib << 20)) return Sorry("could not forget");
  if (Outcome<> last = Round(false); !last) return last;
  Report(options_.rounds);
  if (all_.wrong() != 0) return Sorry(std::to_string(all_.wrong()) + " blocks are wrong");
  if (all_.failed != 0) return Sorry(std::to_string(all_.failed) + " commands failed");
  if (Writes().durable == 0 || all_.fua == 0 || all_.flushes == 0) {
    return Sorry("no write was ever durable: nothing was shown");
  }
  return {};
}

// A round reads everything back, then writes until the kill; the last one only reads.
Outcome<> Trial::Round(bool kill) {
  std::vector<std::string> serve{
      "--block", std::to_string(options_.block), "--subsystem", kTrialNqn, "--file", file_.path()};
  if (!options_.direct) serve.emplace_back("--no-direct");
  auto target = ServedTarget::Start(options_.nvmf, serve);
  if (!target) return Sorry(target.error());
  auto host = BusyHost::Connect({.port = target->port()}, ledgers_,
                                {.least_blocks = options_.least_bytes / options_.block,
                                 .most_blocks = options_.most_bytes / options_.block,
                                 .depth = options_.depth,
                                 .read_percent = 10,
                                 .fua_percent = 10,
                                 .flush_every = 16,
                                 .seed = random_()});
  if (!host) return Sorry(host.error());
  if (Outcome<> back = (*host)->ReadBack(); !back) return back;
  if (kill) {
    if (Outcome<> killed = WriteUntilKilled(*target, **host); !killed) return killed;
  }
  all_.Merge((*host)->Take());
  return {};
}

Outcome<> Trial::WriteUntilKilled(ServedTarget& target, BusyHost& host) {
  all_.Merge(host.Take());
  const auto span = options_.most_ms - options_.least_ms + 1;
  const std::chrono::milliseconds wait(options_.least_ms + random_() % span);
  host.Run();
  const Deadline moment = Deadline::After(wait);
  const Deadline patience = Deadline::After(kPatience);
  // A slow machine gets the time for one Flush, so that every round has something to keep.
  for (std::uint64_t flushes = 0; !moment.passed() || flushes == 0;) {
    if (patience.passed()) return Sorry("nothing was flushed");
    Pause(std::chrono::milliseconds(1), patience);
    const IoTally now = host.Take();
    flushes += now.flushes;
    all_.Merge(now);
  }
  target.process().Signal(SIGKILL);
  const Outcome<int> status = target.process().Wait(Deadline::After(kPatience));
  if (!status) return Sorry(status.error());
  if (!WIFSIGNALED(*status)) return Sorry("the target had ended before it was killed");
  if (host.Stop()) return Sorry("the hosts did not notice the kill");
  return {};
}

BlockLedger::Counts Trial::Writes() const {
  BlockLedger::Counts sum;
  for (const BlockLedger& ledger : ledgers_) {
    sum.issued += ledger.counts().issued;
    sum.acknowledged += ledger.counts().acknowledged;
    sum.durable += ledger.counts().durable;
  }
  return sum;
}

void Trial::Report(unsigned round) const {
  const BlockLedger::Counts writes = Writes();
  std::uint64_t judged = 0;
  for (const std::uint64_t count : all_.blocks) judged += count;
  const auto text = [](std::uint64_t count) { return std::to_string(count); };
  table_.Row({text(round), text(writes.issued), text(writes.acknowledged), text(writes.durable),
              text(all_.fua), text(all_.flushes), text(judged), text(all_.judged(Verdict::kLost)),
              text(all_.judged(Verdict::kLostDurable)), text(all_.judged(Verdict::kTorn)),
              text(all_.judged(Verdict::kMisplaced))});
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("A target killed while hosts write", "crash");
  app.add_option("--nvmf", options.nvmf, "the nvmf tool")->required();
  app.add_option("--folder", options.folder, "where to make the file");
  app.add_flag("!--no-direct", options.direct, "the file through the page cache");
  app.add_option("--rounds", options.rounds, "kills");
  app.add_option("--seed", options.seed, "of the load and the moments");
  app.add_option("--queues", options.queues, "queue pairs that write")->check(CLI::Range(1, 64));
  app.add_option("--depth", options.depth, "commands outstanding on each")
      ->check(CLI::Range(1, 512));
  app.add_option("--block", options.block, "bytes of a logical block")
      ->check(CLI::IsMember({512, 4096}));
  app.add_option("--file-mib", options.file_mib,
                 "size of the file; --depth extents a queue at least")
      ->check(CLI::Range(1, 1 << 20));
  app.add_option("--most-bytes", options.most_bytes, "largest write")
      ->check(CLI::Range(4096, 1 << 20));
  app.add_option("--most-ms", options.most_ms, "longest time to a kill")
      ->check(CLI::Range(5, 60'000));
  app.add_flag("--lie", options.lie, "zero the file at the end: the trial must fail");
  CLI11_PARSE(app, argc, argv);
  if (options.folder.empty()) {
    const char* folder = std::getenv("TEST_TMPDIR");
    options.folder = folder != nullptr ? folder : "/tmp";
  }

  std::printf("%s\n", MachineLine().c_str());
  const auto begun = Deadline::Clock::now();
  Outcome<> done;
  if (auto file = TemporaryFile::Make(options.folder, options.file_mib << 20)) {
    done = Trial(options, *file).Run();
  } else {
    done = Sorry(file.error());
  }
  const std::chrono::duration<double> took = Deadline::Clock::now() - begun;
  std::printf("%s, %.0f s\n", done ? "PASS" : ("FAIL: " + done.error()).c_str(), took.count());
  return done ? 0 : 1;
}

}  // namespace
}  // namespace nvmf::trials

int main(int argc, char** argv) { return nvmf::trials::Main(argc, argv); }
