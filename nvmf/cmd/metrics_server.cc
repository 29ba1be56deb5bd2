#include "nvmf/cmd/metrics_server.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

namespace nvmf::cmd {
namespace {

constexpr int kRequestSeconds = 5;

template <auto kFree>
struct Freed {
  void operator()(auto* what) const { kFree(what); }
};
using Base = std::unique_ptr<event_base, Freed<event_base_free>>;
using Http = std::unique_ptr<evhttp, Freed<evhttp_free>>;
using Watch = std::unique_ptr<event, Freed<event_free>>;

void Answer(evhttp_request* request, void* text) {
  const std::string body = (*static_cast<MetricsServer::Text*>(text))();
  evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
                    "text/plain; version=0.0.4; charset=utf-8");
  evbuffer_add(evhttp_request_get_output_buffer(request), body.data(), body.size());
  evhttp_send_reply(request, HTTP_OK, nullptr, nullptr);
}

void Leave(evutil_socket_t, short, void* base) {
  event_base_loopbreak(static_cast<event_base*>(base));
}

}  // namespace

class MetricsServer::Impl {
 public:
  explicit Impl(Text text) : text_(std::move(text)) {}
  ~Impl() {
    if (thread_.joinable()) {
      static_cast<void>(eventfd_write(wake_, 1));
      thread_.join();
    }
    if (wake_ >= 0) close(wake_);
  }

  // errno when that fails.
  bool Start(const Endpoint& endpoint) {
    wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_ < 0 || !base_ || !http_) return false;
    evhttp_set_allowed_methods(http_.get(), EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
    evhttp_set_timeout(http_.get(), kRequestSeconds);
    evhttp_set_cb(http_.get(), "/metrics", Answer, &text_);
    bound_ = evhttp_bind_socket_with_handle(http_.get(), endpoint.host.c_str(), endpoint.port);
    if (bound_ == nullptr) return false;
    leave_.reset(event_new(base_.get(), wake_, EV_READ, Leave, base_.get()));
    if (!leave_ || event_add(leave_.get(), nullptr) != 0) return false;
    thread_ = std::thread([this] { event_base_dispatch(base_.get()); });
    return true;
  }

  std::uint16_t port() const {
    sockaddr_storage at{};
    socklen_t size = sizeof at;
    if (getsockname(evhttp_bound_socket_get_fd(bound_), reinterpret_cast<sockaddr*>(&at), &size)) {
      return 0;
    }
    // The port lies at the same place in both families.
    return ntohs(reinterpret_cast<const sockaddr_in&>(at).sin_port);
  }

 private:
  Text text_;
  int wake_ = -1;
  Base base_{event_base_new()};
  Http http_{base_ ? evhttp_new(base_.get()) : nullptr};
  Watch leave_{};
  evhttp_bound_socket* bound_ = nullptr;
  std::thread thread_{};
};

MetricsServer::MetricsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

MetricsServer::~MetricsServer() = default;

Outcome<std::unique_ptr<MetricsServer>> MetricsServer::Start(const Endpoint& endpoint, Text text) {
  auto impl = std::make_unique<Impl>(std::move(text));
  errno = 0;
  if (!impl->Start(endpoint)) {
    return Sorry(EndpointText(endpoint.host, endpoint.port) + ": " +
                 (errno != 0 ? std::strerror(errno) : "not an address to listen at"));
  }
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(impl)));
}

std::uint16_t MetricsServer::port() const { return impl_->port(); }

}  // namespace nvmf::cmd
