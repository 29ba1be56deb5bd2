// Wrong hosts: the library's own behind a wire that alters what it says and hears.
#include <vector>

#include "conformance/builtin/builtin.h"
#include "conformance/builtin/host_faults.h"
#include "conformance/builtin/opponents.h"
#include "conformance/builtin/wrong_host.h"

namespace nvmf::conformance {
namespace {

class HostOpponents final : public Opponents {
 public:
  Role role() const override { return Role::kHost; }
  std::size_t count() const override { return faults_.size(); }
  std::string name(std::size_t wrong) const override { return faults_[wrong].name; }

  CaseResult TryRight(const Case& test) override { return RunHostCase({}, *right_, test); }
  bool Strikes(const CaseResult&, std::size_t) const override { return true; }

  CaseResult TryWrong(const Case& test, std::size_t wrong) override {
    WrongHost host(*right_, faults_[wrong]);
    const Limits limits{.step = kWrongStep, .quiet = Duration(20), .fatal = Duration(20)};
    return TryHost(limits, host, test);
  }

 private:
  const std::unique_ptr<HostDut> right_ = MakeBuiltinHost();
  const std::vector<HostFault> faults_ = HostFaults();
};

}  // namespace

std::unique_ptr<Opponents> MakeHostOpponents() { return std::make_unique<HostOpponents>(); }

}  // namespace nvmf::conformance
