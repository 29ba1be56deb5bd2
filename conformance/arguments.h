// What the user wrote on the command line.
#ifndef CONFORMANCE_ARGUMENTS_H_
#define CONFORMANCE_ARGUMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nvmf::conformance {

struct Arguments {
  std::string command;             // run, host, list, ...
  std::vector<std::string> words;  // run: [URL] [SEL...]; list: [SEL...]
  std::vector<std::string> skip;
  std::string role = "both";
  std::string id;
  std::string json;
  std::string junit;
  std::string hostnqn;
  std::string name;
  std::string expectations;
  bool update_expectations = false;
  std::string only_failed;
  std::string evidence;
  std::string level;
  std::string shard;
  std::uint64_t seed = 0;
  unsigned repeat = 1;
  bool isolate = false;
  std::string on_down;
  std::uint64_t runs = 1000;
  std::uint64_t first = 0;
  double seconds = 600;
  std::string to;
  bool strict = false;
  std::string html;
  std::string markdown;
  std::string matrix;
  bool full = false;
  std::string listen = "127.0.0.1:0";
  std::string trigger;
  std::string after;  // The second argument of diff and replay; the first is `id`. Or a URL.
  bool disruptive = false;
  std::vector<std::string> destructive;
  double step_s = 5;
  double case_s = 30;
  double run_s = 3600;
  double quiet_s = 0.1;
  double fatal_s = 5;
  unsigned load = 1;
};

// ParseArguments fills in `arguments`. Returns the status to end with, if there is nothing more to
// do: help was asked for, or something is wrong, which was said.
std::optional<int> ParseArguments(int argc, const char* const* argv, Arguments& arguments);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_ARGUMENTS_H_
