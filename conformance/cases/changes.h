// Changes on the device's own side, for as long as a case needs them.
//
//   const ChangedFor taken(host, Change::kTakeNamespace, Change::kGiveNamespace);
//
// Errors    a change that cannot be made blocks the case.
// Lifetime  borrows the host; the destructor makes things as they were.
#ifndef CONFORMANCE_CASES_CHANGES_H_
#define CONFORMANCE_CASES_CHANGES_H_

#include "conformance/script/host_peer.h"

namespace nvmf::conformance {

class ChangedFor {
 public:
  ChangedFor(const HostPeer& host, Change change, Change back)
      : device_(host.device()), back_(back) {
    const Result<> made = device_.Make(change);
    if (!made) throw Unmet{{kBlocked, "the device cannot be changed: " + made.error().Message()}};
  }
  ~ChangedFor() { (void)device_.Make(back_); }
  ChangedFor(const ChangedFor&) = delete;
  ChangedFor& operator=(const ChangedFor&) = delete;

 private:
  ControllerDut& device_;
  Change back_;
};

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_CASES_CHANGES_H_
