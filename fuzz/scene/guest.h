// Guest is the host's end of one connection to a target under test: the library's own host, which
// judges each octet it is sent, and what the models expect of the commands it has out.
//
// A guest that was made to send octets of the script's own is wild from then on: nothing is
// expected of its commands any more, and its host may object.
#ifndef FUZZ_SCENE_GUEST_H_
#define FUZZ_SCENE_GUEST_H_

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "fuzz/harness/script.h"
#include "fuzz/model/admin_model.h"
#include "fuzz/model/nvm_model.h"
#include "nvmf/nvme/fabrics.h"
#include "nvmf/tcp/host_connection.h"

namespace nvmf::fuzz {

class Guest {
 public:
  static constexpr std::size_t kAnySize = ~std::size_t{0};

  // Greeting is the Connect that it sends first, and what must come of it.
  struct Greeting {
    Sqe sqe{};
    ConnectData data{};
    bool open = false;          // Any answer will do.
    model::Statuses faults{};   // One of these; none: success.
    std::uint32_t entries = 2;  // Of the queue.
    std::uint32_t in_capsule_bytes = 0;
    model::AdminModel::Terms terms{};  // Of the controller that an admin queue makes.
  };

  // `controller` is the admin queue's guest that an I/O queue's belongs to.
  Guest(const tcp::HostParams& params, Greeting greeting, model::NvmModel& nvm, bool wild,
        const Guest* controller);
  // Forget says that no guest of another input is there any more: their memory is free.
  static void Forget() { used_ = 0; }

  // Output returns octets for the target, none when it has nothing to say.
  OutputSpans Output();
  void Left(std::size_t n);
  // Hear takes octets of the target.
  void Hear(ByteView octets);

  void Submit(const Record& record);
  // Enable has the controller begin to work, once.
  void Enable();
  // SayRaw sends octets as they are, behind what is on its way.
  void SayRaw(Octets octets);
  void Close() { closed_ = true; }
  // Allow has it say so many octets more, and then nothing until it may speak again.
  void Allow(std::size_t octets) { allowed_ = octets; }
  bool muted() const { return allowed_ == 0; }
  bool closed() const { return closed_; }
  bool wild() const { return wild_; }
  // Rested checks that nothing is owed, where the target waits for more and has all there was.
  void Rested() const;
  // Ended checks how the target left the connection.
  void Ended(const Error& why);

  bool connected() const { return connected_; }
  bool admin() const { return greeting_.sqe.cdw10 >> 16 == 0; }
  bool discovery() const { return greeting_.terms.discovery; }
  std::uint16_t cntlid() const { return cntlid_; }
  const model::AdminModel* model() const { return model_ ? &*model_ : nullptr; }
  const Greeting& greeting() const { return greeting_; }
  const Guest* controller() const { return controller_; }
  // settled tells whether every command was answered that can be.
  bool settled() const;

 private:
  struct Pending {
    std::uint16_t cid = 0;
    std::size_t number = 0;  // Counted from 1.
    MutableBytes into{};
    std::optional<model::AdminCommand> admin{};
    std::optional<model::NvmCommand> nvm{};
  };
  static constexpr std::size_t kMostCommands = 80;
  static constexpr std::size_t kMostHeld = 4;           // Asynchronous Event Requests.
  static constexpr std::size_t kMostData = 128 * 1024;  // Of all guests of an input.

  bool MayBeHeld(const Pending& pending) const;
  void Send(const Sqe& sqe, std::uint8_t seed, std::size_t octets);
  void Greet();
  void Greeted(const Completion& done);
  void TakeAll();
  void Take(const Pending& pending, const Completion& done);
  void NoteEvent();
  static MutableBytes Room(std::size_t octets);

  Greeting greeting_;
  model::NvmModel& nvm_;
  std::unique_ptr<tcp::HostConnection> host_;
  std::optional<model::AdminModel> model_{};
  std::vector<Pending> pending_{};
  std::vector<std::byte> raw_{};
  static inline std::array<std::byte, kMostData> memory_;
  static inline std::size_t used_ = 0;
  std::size_t submitted_ = 0;
  std::optional<std::uint16_t> greeting_cid_{};
  std::uint16_t cntlid_ = 0;
  std::size_t allowed_ = kAnySize;
  std::uint32_t seen_ = 0;  // Of the namespaces' epochs, by the events that were told.
  std::optional<model::NvmCommand> last_{};
  bool greeted_ = false;
  bool connected_ = false;
  bool closed_ = false;
  bool enabled_ = false;
  bool leaving_ = false;  // Disconnect was said.
  bool wild_;
  const Guest* controller_;
};

}  // namespace nvmf::fuzz

#endif  // FUZZ_SCENE_GUEST_H_
