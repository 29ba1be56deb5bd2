#include "conformance/suite/url.h"

#include <gtest/gtest.h>

namespace nvmf::conformance {
namespace {

TEST(Url, HostPortAndName) {
  EXPECT_EQ(ParseUrl("nvme+tcp://target.example:4421/nqn.x"),
            (Url{.host = "target.example", .port = "4421", .subnqn = "nqn.x"}));
}

TEST(Url, ThePortMayBeLeftOut) {
  EXPECT_EQ(ParseUrl("nvme+tcp://192.0.2.7/nqn.x")->port, "4420");
  EXPECT_EQ(ParseUrl("nvme+tcp://[2001:db8::7]/nqn.x")->port, "4420");
}

TEST(Url, Ipv6StandsInBrackets) { EXPECT_EQ(ParseUrl("nvme+tcp://[::1]:4420/nqn.x")->host, "::1"); }

TEST(Url, OtherTextIsRefused) {
  for (const char* bad :
       {"", "nqn.x", "tcp://h:1/n", "nvme+tcp://h:1", "nvme+tcp://h:1/", "nvme+tcp://:1/n",
        "nvme+tcp://h:0/n", "nvme+tcp://h:65536/n", "nvme+tcp://h:x/n", "nvme+tcp://[::1/n",
        "nvme+tcp://[::1]x/n", "nvme+tcp://::1:4420/n"}) {
    EXPECT_FALSE(ParseUrl(bad)) << bad;
  }
  EXPECT_FALSE(ParseUrl("nvme+tcp://h/" + std::string(224, 'n')));
}

}  // namespace
}  // namespace nvmf::conformance
