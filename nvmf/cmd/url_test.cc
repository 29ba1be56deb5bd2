#include "nvmf/cmd/url.h"

#include <vector>

#include "gtest/gtest.h"
#include "nvmf/nvme/nqn.h"

namespace nvmf::cmd {
namespace {

constexpr const char* kNqn = "nqn.2026-11.org.example:disk";

TEST(Url, NamesHostPortAndSubsystem) {
  const std::string nqn(kNqn);
  EXPECT_EQ(ParseUrl("nvme+tcp://host:1234/" + nqn), (Url{"host", 1234, nqn}));
  EXPECT_EQ(ParseUrl("nvme+tcp://[::1]:1234/" + nqn), (Url{"::1", 1234, nqn}));
  EXPECT_EQ(ParseUrl("nvme+tcp://host/" + nqn), (Url{"host", 4420, nqn}));
  EXPECT_EQ(ParseUrl("nvme+tcp://[fe80::1]/" + nqn), (Url{"fe80::1", 4420, nqn}));
}

TEST(Url, DiscoveryNeedsNoNameAndHasItsOwnPort) {
  EXPECT_EQ(ParseDiscoveryUrl("nvme+tcp://host"), (Url{"host", 8009, std::string(kDiscoveryNqn)}));
  EXPECT_EQ(ParseDiscoveryUrl("nvme+tcp://[::1]:1/"), (Url{"::1", 1, std::string(kDiscoveryNqn)}));
  EXPECT_EQ(ParseDiscoveryUrl("nvme+tcp://host/" + std::string(kNqn)), (Url{"host", 8009, kNqn}));
}

TEST(Url, SaysWhatIsWrong) {
  const auto wrong = [](const std::string& text) {
    const auto url = ParseUrl(text);
    return url ? "nothing" : url.error();
  };
  const std::string nqn(kNqn);
  EXPECT_EQ(wrong("http://host/" + nqn),
            "a URL begins with nvme+tcp://: 'http://host/" + nqn + "'");
  EXPECT_EQ(wrong("nvme+tcp://host"), "the URL names no subsystem: 'nvme+tcp://host'");
  EXPECT_EQ(wrong("nvme+tcp://host/iqn.2026"), "not an NVMe qualified name: 'iqn.2026'");
  EXPECT_EQ(wrong("nvme+tcp:///" + nqn), "there is no address: ''");
  EXPECT_EQ(wrong("nvme+tcp://:1/" + nqn), "there is no address: ':1'");
  EXPECT_EQ(wrong("nvme+tcp://::1/" + nqn), "an IPv6 address stands in brackets: '::1'");
  EXPECT_EQ(wrong("nvme+tcp://[[]:1/" + nqn), "a bracket within the address: '[[]:1'");
  EXPECT_EQ(wrong("nvme+tcp://[::1/" + nqn), "the bracket of the address is not closed: '[::1'");
  for (const std::string& port : std::vector<std::string>{"", "x", "65536", "-1", "1x", "1 "}) {
    const std::string url = std::string("nvme+tcp://host:").append(port).append("/").append(nqn);
    EXPECT_EQ(wrong(url), "not a port, 0 to 65535: '" + port + "'");
  }
}

TEST(Endpoint, HasAPortUnlessThereIsADefault) {
  EXPECT_EQ(ParseEndpoint("0.0.0.0:0"), (Endpoint{"0.0.0.0", 0}));
  EXPECT_EQ(ParseEndpoint("[::]:65535"), (Endpoint{"::", 65535}));
  EXPECT_EQ(ParseEndpoint("10.0.0.1", 8009), (Endpoint{"10.0.0.1", 8009}));
  EXPECT_FALSE(ParseEndpoint("10.0.0.1"));
  EXPECT_FALSE(ParseEndpoint("[::1]x"));
}

TEST(Endpoint, TextReadsBack) {
  for (const std::string host : {"host", "10.0.0.1", "::1"}) {
    EXPECT_EQ(ParseEndpoint(EndpointText(host, 4420)), (Endpoint{host, 4420}));
  }
}

}  // namespace
}  // namespace nvmf::cmd
