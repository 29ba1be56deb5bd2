#include "nvmf/cmd/outcome.h"

#include "nvmf/nvme/connect_response.h"
#include "nvmf/nvme/status.h"

namespace nvmf::cmd {

std::string Explain(const std::string& what, const Error& error) {
  if (error.code != Code::kRefused || error.status == 0) return what + ": " + error.Message();
  const Status status = Status::FromWire(error.status);
  std::string text = what + ": the controller refused";
  if (error.what[0] != '\0') text += std::string(" (") + error.what + ")";
  text += " with " + status.Text();
  if (status.code() == StatusCode::kConnectInvalidParameters) {
    const InvalidParameter parameter = InvalidParameter::FromDw0(error.dw0);
    text += std::string(", for its ") + parameter.Name();
  }
  return text;
}

}  // namespace nvmf::cmd
