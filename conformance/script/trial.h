// Trial: one case under way. It holds what outlives a single connection of the case: the time
// limits, what has been observed, and the transcript.
//
//   Trial trial(limits);
//   trial.Observe({"TCP-RSP-03", kNonStrict, "SQID is 1"});     // beside the point, yet not lost
//
// Units     milliseconds.
// Threads   one at a time.
#ifndef CONFORMANCE_SCRIPT_TRIAL_H_
#define CONFORMANCE_SCRIPT_TRIAL_H_

#include <string>
#include <string_view>
#include <vector>

#include "conformance/script/transcript.h"
#include "conformance/script/verdict.h"
#include "conformance/wire/deadline.h"

namespace nvmf::conformance {

struct Limits {
  Duration step{5'000};  // One wait for one answer.
  Duration whole_case{30'000};
  Duration quiet{100};    // How long "nothing comes" is watched where no barrier can show it.
  Duration fatal{5'000};  // How long a device may take to give up on a peer that does not close.
  Duration fatal_most{60'000};  // What the text allows it: no case condemns it sooner.
  unsigned load = 1;            // How many times as much cases do that try what a device bears.
};

// Observation is a departure from a rule that a peer noticed in a PDU, whatever the case asked.
struct Observation {
  std::string_view rule;
  VerdictKind kind = kFail;
  std::string text;
};

class Trial {
 public:
  explicit Trial(const Limits& limits)
      : limits_(limits), case_deadline_(Deadline::In(limits.whole_case)) {}

  const Limits& limits() const { return limits_; }
  Deadline Within(Duration wait) const { return Sooner(Deadline::In(wait), case_deadline_); }
  Deadline Step() const { return Within(limits_.step); }
  bool out_of_time() const { return case_deadline_.passed(); }

  // What goes wrong while a script sets the scene blocks the case; what goes wrong later fails it.
  // Where the setting up is itself the point (digests, say) the case puts all of it on trial.
  bool on_trial() const { return setting_up_ == 0 || set_up_on_trial_; }
  void set_set_up_on_trial(bool on) { set_up_on_trial_ = on; }

  // SetUp is held by the verbs that set the scene.
  class SetUp {
   public:
    explicit SetUp(Trial& trial) : trial_(trial) { ++trial_.setting_up_; }
    ~SetUp() { --trial_.setting_up_; }
    SetUp(const SetUp&) = delete;
    SetUp& operator=(const SetUp&) = delete;

   private:
    Trial& trial_;
  };

  // Observe records each departure once per case.
  void Observe(const Observation& observation) {
    for (const Observation& known : observations_) {
      if (known.rule == observation.rule && known.text == observation.text) return;
    }
    observations_.push_back(observation);
  }
  const std::vector<Observation>& observations() const { return observations_; }

  Transcript& transcript() { return transcript_; }
  const Transcript& transcript() const { return transcript_; }

 private:
  Limits limits_;
  Deadline case_deadline_;
  int setting_up_ = 0;
  bool set_up_on_trial_ = false;
  std::vector<Observation> observations_;
  Transcript transcript_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_SCRIPT_TRIAL_H_
