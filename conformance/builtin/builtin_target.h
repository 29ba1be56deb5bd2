// BuiltinTarget: the library's own controller as a device under test, at the other end of a socket
// pair in this process.
//
//   BuiltinTarget target({.name = "built-in"});
//
// Errors    Dial: kIo when there is no descriptor left.
// Threads   its methods are called from one; each connection is served on one of the target's.
// Lifetime  the destructor ends all connections.
#ifndef CONFORMANCE_BUILTIN_BUILTIN_TARGET_H_
#define CONFORMANCE_BUILTIN_BUILTIN_TARGET_H_

#include <cstdint>
#include <memory>
#include <string>

#include "conformance/script/device.h"
#include "nvmf/target/target.h"

namespace nvmf::conformance {

// StrictOptions is what a built-in target is like: it keeps to the letter of the text.
target::TargetOptions StrictOptions();

// BuiltinShape is in what one built-in controller differs from another.
struct BuiltinShape {
  std::string name = "built-in";
  target::TargetOptions options = StrictOptions();
};

class BuiltinTarget final : public ControllerDut {
 public:
  explicit BuiltinTarget(const BuiltinShape& shape);

  Result<int> Dial(Deadline deadline) override;
  std::string name() const override { return name_; }
  std::string subnqn() const override;
  Result<> Make(Change change) override;
  bool changeable() const override { return true; }

 private:
  std::string name_;
  std::shared_ptr<target::Backend> disk_;
  std::shared_ptr<target::Subsystem> subsystem_;
  target::Target target_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_BUILTIN_BUILTIN_TARGET_H_
