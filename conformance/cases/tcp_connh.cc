// The admin connection's end is the association's, host on trial. (NVM Express Base,
// "Associations")
#include "conformance/cases/cases.h"
#include "conformance/script/host_scene.h"

namespace nvmf::conformance {
namespace {

// IoFollows: with the admin connection gone the I/O connection is given up, unheard.
Verdict IoFollows(HostScene& scene) { return scene.io.Expect(Closed(), kPass); }

Verdict AdminClosed(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.admin.Close();
  return IoFollows(scene);
}

Verdict AdminReset(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.admin.Reset();
  return IoFollows(scene);
}

Verdict AdminTerminated(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.admin.Send(tcp::C2HTermReq{{.fes = 2}}, Fill(24, 0));
  return IoFollows(scene);
}

// A fatal error that the host finds on the admin connection ends the association as well.
Verdict AdminBroken(HostTrial& trial) {
  HostScene scene = MeetRead(trial);
  scene.admin.Complete(0, {}, 0, {.type = 0x0A});
  return IoFollows(scene);
}

constexpr Case kCases[] = {
    {.id = "TCP-CONNH-01/admin-closed",
     .title = "A host whose admin connection is closed gives up its I/O connections",
     .script = AdminClosed},
    {.id = "TCP-CONNH-01/admin-reset",
     .title = "A host whose admin connection is reset gives up its I/O connections",
     .script = AdminReset},
    {.id = "TCP-CONNH-01/admin-terminated",
     .title = "A host that gets C2HTermReq on the admin connection gives up its I/O connections",
     .script = AdminTerminated},
    {.id = "TCP-CONNH-01/admin-broken",
     .title = "A host that ends its admin connection for a fatal error ends its I/O connections",
     .script = AdminBroken},
};

}  // namespace

std::span<const Case> TcpConnhCases() { return kCases; }

}  // namespace nvmf::conformance
