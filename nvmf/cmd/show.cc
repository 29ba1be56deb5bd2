#include "nvmf/cmd/show.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "nvmf/cmd/printable.h"
#include "nvmf/host/discovery_log.h"
#include "nvmf/nvme/text.h"

namespace nvmf::cmd {
namespace {

using Json = nlohmann::ordered_json;

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// Text of a flat object, one "key : value" a line.
std::string Lines(const Json& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    if (value.is_structured()) continue;
    std::string name = key;
    name.resize(std::max<std::size_t>(name.size(), 16), ' ');
    text += name + ": " + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
  }
  return text;
}

Json EntryJson(const DiscoveryEntry& entry) {
  const auto port = entry.port();
  Json json{{"trtype", TrTypeName(entry.trtype)},
            {"adrfam", AdrFamName(entry.adrfam)},
            {"subtype", SubTypeName(entry.subtype)},
            {"traddr", Printable(Text(entry.traddr))},
            {"trsvcid", Printable(Text(entry.trsvcid))},
            {"subnqn", Printable(Text(entry.subnqn))},
            {"portid", entry.portid},
            {"cntlid", entry.cntlid},
            {"asqsz", entry.asqsz},
            {"eflags", entry.eflags},
            {"treq", entry.treq},
            {"sectype", SecTypeName(entry.sectype)}};
  if (const char* fault = EntryFault(entry)) json["fault"] = fault;
  if (port && entry.trtype == TrType::kTcp) {
    json["url"] = "nvme+tcp://" + EndpointText(Printable(Text(entry.traddr)), *port) + "/" +
                  Printable(Text(entry.subnqn));
  }
  return json;
}

Json ControllerJson(const IdentifyController& id, std::uint64_t mpsmin) {
  const Vs version{.raw = id.ver};
  return {{"subnqn", Printable(Text(id.subnqn))},
          {"model", Printable(Text(id.mn))},
          {"serial", Printable(Text(id.sn))},
          {"firmware", Printable(Text(id.fr))},
          {"cntlid", id.cntlid},
          {"version", std::to_string(version.major()) + "." + std::to_string(version.minor()) +
                          "." + std::to_string(version.tertiary())},
          {"cntrltype", std::to_underlying(id.cntrltype)},
          {"mdts_bytes", id.mdts_bytes(mpsmin)},
          {"in_capsule_bytes", id.in_capsule_bytes()},
          {"maxcmd", id.maxcmd},
          {"nn", id.nn},
          {"oncs", id.oncs},
          {"vwc", id.vwc},
          {"sgls", id.sgls},
          {"kas_ms", id.kas_ms()},
          {"async_events", id.async_events()},
          {"ofcs", id.ofcs}};
}

std::string Hex(ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::byte octet : bytes) {
    text += kDigits[std::to_integer<unsigned>(octet) >> 4];
    text += kDigits[std::to_integer<unsigned>(octet) & 0xF];
  }
  return text;
}

Outcome<Json> NamespaceJson(HostController& controller, std::uint32_t nsid) {
  const std::string where = "namespace " + std::to_string(nsid);
  const auto ns = controller.IdentifyNamespace(nsid);
  if (!ns) return Sorry(where, ns.error());
  if (!ns->active()) return Sorry(where + " is not active");
  Json json{{"nsid", nsid},
            {"blocks", ns->nsze},
            {"block_bytes", ns->block_bytes()},
            {"bytes", ns->bytes()},
            {"write_protected", ns->write_protected()},
            {"shared", (ns->nmic & kNmicShared) != 0}};
  std::array<std::byte, kIdentifySize> page;
  if (!controller.NamespaceDescriptors(nsid, page)) return json;
  NamespaceDescriptorReader names(page);
  while (const auto name = names.Next()) {
    if (name->nidt == Nidt::kEui64) json["eui64"] = Hex(name->nid);
    if (name->nidt == Nidt::kNguid) json["nguid"] = Hex(name->nid);
    if (name->nidt == Nidt::kUuid && name->nid.size() == sizeof(Uuid)) {
      Uuid uuid;
      std::ranges::copy(name->nid, uuid.begin());
      json["uuid"] = UuidText(uuid);
    }
  }
  return json;
}

}  // namespace

Outcome<> RunDiscover(const HostOptions& options, const ShowOptions& show) {
  const auto url = ParseDiscoveryUrl(options.url);
  if (!url) return Sorry(url.error());
  auto host = Host::Open(options, *url);
  if (!host) return Sorry(host.error());
  const Result<DiscoveryLog> log = ReadDiscoveryLog((*host)->controller());
  if (!log) return Sorry("discovery log", log.error());
  Json json{{"genctr", log->genctr}, {"entries", Json::array()}};
  for (const DiscoveryEntry& entry : log->entries) json["entries"].push_back(EntryJson(entry));
  if (show.json) {
    Print(json.dump(2) + "\n");
  } else {
    Print("generation " + std::to_string(log->genctr) + ", " + std::to_string(log->entries.size()) +
          " entries\n");
    for (const Json& entry : json["entries"]) Print("\n" + Lines(entry));
  }
  (*host)->Close();
  return {};
}

Outcome<> RunIdentify(const HostOptions& options, const ShowOptions& show) {
  const auto url = ParseUrl(options.url);
  if (!url) return Sorry(url.error());
  auto host = Host::Open(options, *url);
  if (!host) return Sorry(host.error());
  HostController& controller = (*host)->controller();
  Json json;
  std::vector<std::uint32_t> nsids{show.nsid};
  if (show.nsid == 0) {
    json = ControllerJson((*host)->id(), controller.cap().mpsmin_bytes());
    json["max_entries"] = controller.cap().max_entries();
    nsids.clear();
    if ((*host)->id().cntrltype != Cntrltype::kDiscovery) {
      auto active = controller.ActiveNamespaces();
      if (!active) return Sorry("active namespaces", active.error());
      nsids = std::move(*active);
    }
    if (!show.json) Print(Lines(json));
    json["namespaces"] = Json::array();
  }
  for (const std::uint32_t nsid : nsids) {
    Outcome<Json> ns = NamespaceJson(controller, nsid);
    if (!ns) return Sorry(ns.error());
    if (!show.json) Print((show.nsid == 0 ? "\n" : "") + Lines(*ns));
    if (show.nsid == 0) {
      json["namespaces"].push_back(std::move(*ns));
    } else {
      json = std::move(*ns);
    }
  }
  if (show.json) Print(json.dump(2) + "\n");
  (*host)->Close();
  return {};
}

}  // namespace nvmf::cmd
