// Scene is a target, its guests and the script of what happens to them.
#ifndef FUZZ_SCENE_SCENE_H_
#define FUZZ_SCENE_SCENE_H_

#include <memory>
#include <vector>

#include "fuzz/harness/script.h"
#include "fuzz/model/nvm_model.h"
#include "fuzz/scene/guest.h"
#include "fuzz/scene/guest_stream.h"
#include "nvmf/target/target.h"

namespace nvmf::fuzz {

class Scene final : public Director {
 public:
  explicit Scene(Octets input);
  void Play();

  Turn Continue(Guest& guest) override;

 private:
  static constexpr std::size_t kMostGuests = 6;
  static constexpr std::size_t kMostDepth = 4;

  target::TargetOptions Options() const;
  tcp::HostParams HostSide() const;
  void MakeNamespaces();
  Turn Do(const Record& record, Guest* front);
  void Open(const Record& record);
  Guest::Greeting GreetingOf(const Record& record) const;
  void FaultsOf(const Record& record, Guest::Greeting& greeting) const;
  void Change(const Record& record);
  void Shorthand(const Record& record, Guest& front);
  Guest& Chosen(const Record& record) const;
  const Guest* Admin(std::size_t back) const;

  Script script_;
  model::NvmModel nvm_{};
  std::unique_ptr<target::Target> target_;
  std::shared_ptr<target::Subsystem> disk_;
  std::vector<std::unique_ptr<Guest>> guests_{};
  std::vector<Guest*> served_{};  // Each inside the one before.
  std::size_t window_ = Guest::kAnySize;
  std::uint32_t ports_ = 0;
  bool gone_ = false;  // The subsystem.
};

}  // namespace nvmf::fuzz

#endif  // FUZZ_SCENE_SCENE_H_
