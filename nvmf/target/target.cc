#include "nvmf/target/target.h"

#include <utility>

namespace nvmf::target {

class Target::Impl {
 public:
  explicit Impl(TargetOptions options) : options_(std::move(options)) {}
  TargetOptions options_;
};

Target::Target(TargetOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Target::~Target() { Stop(); }
bool Target::AddSubsystem(std::shared_ptr<Subsystem>) { return true; }
bool Target::RemoveSubsystem(std::string_view) { return true; }
void Target::AddPort(const Port&) {}
void Target::AddReferral(const Port&) {}
void Target::Serve(std::unique_ptr<Stream>, const Port&) {}
Error Target::ServeHere(std::unique_ptr<Stream>, const Port&) { return {.code = Code::kClosed}; }
void Target::Stop() {}
std::size_t Target::connections() const { return 0; }
std::size_t Target::associations() const { return 0; }

}  // namespace nvmf::target
