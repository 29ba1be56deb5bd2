#include "conformance/suite/replay.h"

#include <algorithm>
#include <map>

#include "conformance/script/host_peer.h"
#include "conformance/suite/live_names.h"
#include "conformance/wire/pdu_text.h"

namespace nvmf::conformance {
namespace {

template <tcp::Pdu P>
bool IsA(ByteView octets) {
  return octets.size() >= P::kSize && static_cast<tcp::PduType>(octets.front()) == P::kType;
}

template <tcp::Pdu P>
P As(ByteView octets) {
  return Decode<P>(octets.first<P::kSize>());
}

// Alike compares what says how the device took it: not the names and counters in a PDU.
bool Alike(ByteView recorded, ByteView live) {
  if (recorded.empty() || live.empty() || recorded.front() != live.front()) return false;
  if (IsA<tcp::C2HTermReq>(recorded) && IsA<tcp::C2HTermReq>(live)) {
    const auto was = As<tcp::C2HTermReq>(recorded);
    const auto is = As<tcp::C2HTermReq>(live);
    return was.fes == is.fes && was.fei == is.fei;
  }
  if (IsA<tcp::CapsuleResp>(recorded) && IsA<tcp::CapsuleResp>(live)) {
    return As<tcp::CapsuleResp>(recorded).cqe.status().code() ==
           As<tcp::CapsuleResp>(live).cqe.status().code();
  }
  return true;
}

class Player {
 public:
  Player(const Bench& bench, std::optional<Duration> patience, ReplayResult& result)
      : trial_(bench), patience_(patience), result_(result) {}

  void Play(const Record& record) {
    const bool ours = record.speaker == Side::kHost;
    if (record.what == Record::What::kSent) return Say(record);
    if (ours) return Close(record);
    if (record.what == Record::What::kReceived || !record.text.empty()) Hear(record);
  }

  // SeeToEnds waits until the device has read all that was said: its end answers ours.
  void SeeToEnds() {
    for (auto& [connection, peer] : peers_) {
      if (!peer.connection().open()) continue;
      peer.CloseWrite();
      for (bool over = false; !over;) {
        const Event event = WaitOn(connection, peer, trial_.limits().step);
        over = event.ended() || event.kind != Event::Kind::kPdu;
      }
    }
  }

  const std::vector<Record>& records() const { return trial_.transcript().records(); }

  void Stop(const std::string& why) {
    result_.lines.push_back("stopped: " + why);
    result_.stopped = true;
  }

 private:
  HostPeer& On(unsigned connection) {
    const auto found = peers_.find(connection);
    if (found != peers_.end()) return found->second;
    HostPeer& peer = peers_.emplace(connection, HostPeer::Dial(trial_)).first->second;
    peer.set_sees_to_end(false);
    return peer;
  }

  void Tell(const Record& record, const std::string& text, bool same = true) {
    const char* who = record.speaker == Side::kHost ? " host       " : " controller ";
    result_.lines.push_back((same ? "  #" : "! #") + std::to_string(record.connection) + who +
                            text);
    if (!same) ++result_.differences;
  }

  void Say(const Record& record) {
    const Bytes octets = names_.Rename(record.connection, record.octets);
    if (IsA<tcp::IcReq>(octets)) asked_[record.connection] = As<tcp::IcReq>(octets);
    On(record.connection).SendRaw(octets);
    Tell(record, "> " + PduText(octets));
  }

  // What our side did to a connection.
  void Close(const Record& record) {
    if (record.text.starts_with("close of")) {
      On(record.connection).CloseWrite();
    } else if (record.text == "close") {
      On(record.connection).Close();
    } else if (record.text.starts_with("reset")) {
      On(record.connection).Reset();
    } else {
      return;  // A note.
    }
    Tell(record, "- " + record.text);
  }

  // WaitOn counts the time in which nothing came, if patience has an end.
  Event WaitOn(unsigned connection, HostPeer& peer, Duration most) {
    if (!patience_) return peer.NextWithin(most);
    Duration& left = left_.try_emplace(connection, *patience_).first->second;
    const auto began = Clock::now();
    Event event = peer.NextWithin(std::min(most, left));
    const bool silent = event.kind == Event::Kind::kSilence;
    if (silent) left -= std::min(left, std::chrono::ceil<Duration>(Clock::now() - began));
    return event;
  }

  void Hear(const Record& record) {
    HostPeer& peer = On(record.connection);
    const bool silence = record.text.starts_with("nothing");
    const Event event =
        WaitOn(record.connection, peer, silence ? trial_.limits().quiet : trial_.limits().step);
    const bool pdu = event.kind == Event::Kind::kPdu;
    if (event.Is(tcp::PduType::kIcResp)) {
      peer.Settle(asked_[record.connection], event.pdu.As<tcp::IcResp>());
    }
    const std::string came = event.Text();
    const bool same = pdu ? Alike(record.octets, event.pdu.bytes)
                          : came.substr(0, 11) == record.text.substr(0, 11);
    if (pdu) names_.Learn(record.connection, record.octets, event.pdu.bytes);
    Tell(record, (pdu ? "> " : "- ") + came, same);
    if (!same) result_.lines.push_back("    recorded: " + record.text);
  }

  ControllerTrial trial_;
  const std::optional<Duration> patience_;
  ReplayResult& result_;
  std::map<unsigned, Duration> left_;  // Of the patience, by connection.
  LiveNames names_;
  std::map<unsigned, HostPeer> peers_;
  std::map<unsigned, tcp::IcReq> asked_;
};

}  // namespace

ReplayResult Replay(const ExchangeFile& exchange, const Bench& bench,
                    std::optional<Duration> patience) {
  ReplayResult result;
  Player player(bench, patience, result);
  try {
    for (const Record& record : exchange.records) player.Play(record);
    if (patience) player.SeeToEnds();
  } catch (const Unmet& unmet) {
    player.Stop(unmet.verdict.message);
  }
  result.records = player.records();
  return result;
}

}  // namespace nvmf::conformance
