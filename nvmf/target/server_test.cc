#include "nvmf/target/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gtest/gtest.h"
#include "nvmf/host/discovery_log.h"
#include "nvmf/target/host_for_test.h"

namespace nvmf::target {
namespace {

std::unique_ptr<Stream> DialTcp(const Port& port) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port.trsvcid);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port.trsvcid);
  const bool is6 = port.adrfam == AdrFam::kIpv6;
  inet_pton(AF_INET6, "::1", &v6.sin6_addr);
  inet_pton(AF_INET, "127.0.0.1", &v4.sin_addr);
  const int fd = socket(is6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  EXPECT_GE(fd, 0);
  if (fd < 0) return nullptr;
  const auto* address =
      is6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  EXPECT_EQ(connect(fd, address, is6 ? sizeof v6 : sizeof v4), 0);
  return SocketStream::Adopt(fd);
}

TEST(Server, IsFoundWhereItListens) {
  Fixture fixture;
  Server server(*fixture.target);
  std::vector<Port> ports;
  for (const char* address : {"127.0.0.1", "0.0.0.0", "::1"}) {
    const Result<Port> port = server.Listen(address, 0);
    ASSERT_TRUE(port) << address << " " << port.error().Message();
    EXPECT_NE(port->trsvcid, 0);
    ports.push_back(*port);
  }
  ASSERT_TRUE(server.Start());
  for (const Port& port : ports) {
    AssociationParams params = HostParams(std::string(kDiscoveryNqn));
    Association association(params);
    auto controller = HostController::Connect(association, DialTcp(port));
    ASSERT_TRUE(controller) << controller.error().Message();
    ASSERT_TRUE(controller->Enable());
    const auto log = ReadDiscoveryLog(*controller);
    ASSERT_TRUE(log);
    // The address that stands for all is told to those of its family, as the one they used.
    EXPECT_EQ(log->entries.size(), port.adrfam == AdrFam::kIpv4 ? 6u : 4u);
    for (const DiscoveryEntry& entry : log->entries) {
      EXPECT_EQ(EntryFault(entry), nullptr);
      EXPECT_NE(Text(entry.traddr), "0.0.0.0");
    }
  }
  server.Stop();
  server.Stop();
}

TEST(Server, SaysWhereItCannotListen) {
  Fixture fixture;
  Server server(*fixture.target);
  const Result<Port> name = server.Listen("localhost", 0);
  ASSERT_FALSE(name);
  EXPECT_EQ(name.error().code, Code::kInvalidArgument);
  const Result<Port> port = server.Listen("127.0.0.1", 0);
  ASSERT_TRUE(port);
  const Result<Port> taken = server.Listen("127.0.0.1", port->trsvcid);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().sys_errno, EADDRINUSE);
}

}  // namespace
}  // namespace nvmf::target
