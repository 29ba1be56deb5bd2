// HostController is a controller as a host uses it: the admin queue pair, and the exchanges that
// bring a controller up, ask it what it is, and take it down.
//
//   Association association({.hostnqn = ..., .subnqn = ...});
//   auto controller = HostController::Connect(association, SocketStream::Adopt(fd), 32);
//   controller->Enable();
//   auto id = controller->IdentifyController();              // sets the I/O capsule size
//   controller->SetNumberOfQueues(2);
//   auto io = controller->ConnectIo(SocketStream::Adopt(fd2), {.qid = 1, .entries = 128});
//
// Shapes    pages as in nvmf/nvme.
// Units     octets, milliseconds, natural counts.
// Errors    kRefused, with the completion's status and DW0, when the controller says no to a
//           command; it stays usable. kTimeout when AssociationParams::command_timeout or CAP.TO
//           passes. Others as HostQPair.
// Threads   one at a time.
// Lifetime  the association must outlive it.
// Source    NVM Express Base, "Controller Initialization", "Controller Shutdown", "Identify
//           command", "Keep Alive", "Set Features: Number of Queues".
#ifndef NVMF_HOST_HOST_CONTROLLER_H_
#define NVMF_HOST_HOST_CONTROLLER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "nvmf/association.h"
#include "nvmf/base/result.h"
#include "nvmf/host_qpair.h"
#include "nvmf/nvme/admin.h"
#include "nvmf/nvme/identify.h"
#include "nvmf/nvme/identify_namespace.h"
#include "nvmf/nvme/namespace_list.h"
#include "nvmf/nvme/property.h"

namespace nvmf {

class HostController {
 public:
  // Connect makes the admin queue pair of `entries` entries and reads CAP.
  static Result<HostController> Connect(Association& association, std::unique_ptr<Stream> stream,
                                        std::uint16_t entries = 32);
  // Adopt takes an admin queue pair that was connected elsewhere, and reads CAP.
  static Result<HostController> Adopt(Association& association, HostQPair admin);

  Result<std::uint64_t> PropertyGet(std::uint32_t offset);
  Result<> PropertySet(std::uint32_t offset, std::uint64_t value);

  // Enable sets CC.EN and waits for CSTS.RDY, at most CAP.TO. kRefused if CSTS.CFS comes instead.
  Result<> Enable();
  // Disable clears CC.EN and waits for CSTS.RDY to clear: a controller reset.
  Result<> Disable();
  // Shutdown sets CC.SHN to normal and waits for CSTS.SHST to say that it is complete.
  Result<> Shutdown();

  // IdentifyController also tells the association how much data an I/O capsule holds.
  Result<nvmf::IdentifyController> IdentifyController();
  Result<nvmf::IdentifyNamespace> IdentifyNamespace(std::uint32_t nsid);
  // ActiveNamespaces returns the NSIDs of all active namespaces, ascending; at most kMaxNamespaces.
  Result<std::vector<std::uint32_t>> ActiveNamespaces();
  // NamespaceDescriptors fills `page` with the names of a namespace; read it with a
  // NamespaceDescriptorReader.
  Result<> NamespaceDescriptors(std::uint32_t nsid, std::span<std::byte, kIdentifySize> page);

  // SetNumberOfQueues asks for `queues` I/O queue pairs and returns how many there are.
  Result<std::uint32_t> SetNumberOfQueues(std::uint32_t queues);
  Result<> KeepAlive();
  // GetLogPage fills `page`, a multiple of 4, with the log from `request.offset` on;
  // request.octets is page.size().
  Result<> GetLogPage(LogRequest request, MutableBytes page);

  // ConnectIo makes an I/O queue pair. Identify the controller first: it tells the capsule size.
  Result<HostQPair> ConnectIo(std::unique_ptr<Stream> stream, const QueueOptions& options);

  // Execute sends any admin command; a status other than success is kRefused.
  Result<Completion> Execute(const Sqe& sqe, const Data& data);

  HostQPair& admin() { return admin_; }
  Cap cap() const { return cap_; }
  Association& association() { return *association_; }

  static constexpr std::size_t kMaxNamespaces = 65536;

 private:
  HostController(Association& association, HostQPair admin)
      : association_(&association), admin_(std::move(admin)) {}
  // Polls CSTS until `reached`, for as long as CAP.TO.
  template <class Reached>
  Result<> AwaitStatus(Reached reached, const char* what);

  Association* association_;
  HostQPair admin_;
  Cap cap_;
};

}  // namespace nvmf

#endif  // NVMF_HOST_HOST_CONTROLLER_H_
