// Connects that the cases bend before they send them.
//
//   ConnectTry connect(host, {});
//   connect.cmd.recfmt = 1;
//   return connect.Send().Or(Says({StatusCode::kIncompatibleFormat}), kPass);
//
// Lifetime  borrows the host.
// Source    NVM Express Base, "Connect Command and Response".
#ifndef CONFORMANCE_CASES_CONNECTS_H_
#define CONFORMANCE_CASES_CONNECTS_H_

#include <string_view>

#include "conformance/cases/words.h"
#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/fabrics.h"

namespace nvmf::conformance {

class ConnectTry {
 public:
  ConnectTry(HostPeer& host, const ConnectOptions& options)
      : cmd(ViewAs<ConnectCmd>(host.ConnectCommand(options))),
        page(host.ConnectPage(options)),
        host_(host) {}

  // Put overwrites octets of the data.
  void Put(std::size_t at, std::string_view text) {
    std::ranges::transform(text, page.begin() + static_cast<std::ptrdiff_t>(at),
                           [](char c) { return static_cast<std::byte>(c); });
  }
  void Blank(std::size_t at, std::size_t count, std::uint8_t value) {
    std::fill_n(page.begin() + static_cast<std::ptrdiff_t>(at), count, std::byte{value});
  }

  // Send tells what came, and judges the form of the answer whatever it is.
  Outcome Send() const { return SendAs(ViewAs<Sqe>(cmd)); }
  Outcome SendAs(const Sqe& sqe) const;

  ConnectCmd cmd;
  Bytes page;

 private:
  HostPeer& host_;
};

inline constexpr std::size_t kSubnqnAt = OffsetOf<ConnectData>("subnqn");
inline constexpr std::size_t kHostnqnAt = OffsetOf<ConnectData>("hostnqn");

// Answers that name the parameter.
inline Answer InvalidParameterAt(std::uint32_t dw0) {
  return SaysWith(StatusCode::kConnectInvalidParameters, dw0);
}
inline Answer InvalidSubnqn() { return InvalidParameterAt(InvalidConnectData("subnqn")); }
inline Answer InvalidHostnqn() { return InvalidParameterAt(InvalidConnectData("hostnqn")); }
inline Answer InvalidCntlid() { return InvalidParameterAt(InvalidConnectData("cntlid")); }
inline Answer InvalidHostid() { return InvalidParameterAt(InvalidConnectData("hostid")); }
inline Answer InvalidSqsize() { return InvalidParameterAt(InvalidConnectCmd("sqsize")); }
inline Answer InvalidQid() { return InvalidParameterAt(InvalidConnectCmd("qid")); }

// EndOf closes a connection and waits until the controller has closed it too.
Verdict EndOf(HostPeer& host);

}  // namespace nvmf::conformance

#endif  // CONFORMANCE_CASES_CONNECTS_H_
