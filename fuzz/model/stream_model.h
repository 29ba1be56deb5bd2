// StreamModel reads one direction of an NVMe/TCP connection as the specification describes it, and
// tells its owner of PDUs and payload; or of the first thing that is wrong.
//
// Where several fields are wrong the lowest octet is reported, and what cannot be told yet (the
// digest flag of data that a wrong PLEN does not announce) is not judged.
#ifndef FUZZ_MODEL_STREAM_MODEL_H_
#define FUZZ_MODEL_STREAM_MODEL_H_

#include <array>
#include <optional>

#include "fuzz/model/octets.h"

namespace model {

// Verdict is a fatal transport error: the FES and FEI that the receiver answers with.
struct Verdict {
  std::uint16_t fes = 0;
  std::uint32_t fei = 0;
  bool operator==(const Verdict&) const = default;
};
using Judgement = std::optional<Verdict>;

constexpr Verdict BadField(std::uint32_t at) { return {1, at}; }
inline constexpr Verdict kSequence{2, 0};
inline constexpr Verdict kOutOfRange{4, 0};
inline constexpr Verdict kTooMuch{5, 0};

enum class Reader : std::uint8_t { kHost, kController };

// Terms is what holds for this direction of the connection.
struct Terms {
  bool live = false;  // ICReq and ICResp are behind us.
  bool hdgst = false;
  bool ddgst = false;
  std::uint32_t alignment = 4;  // Octets.
  std::uint32_t most_in_capsule = 0;
  std::uint32_t most_h2c_data = 0;
};

struct Pdu {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint8_t hlen = 0;
  std::uint8_t pdo = 0;
  std::uint32_t plen = 0;
  std::uint32_t data = 0;   // Octets of payload.
  bool unreadable = false;  // A TermReq of impossible length.
  Octets front{};           // Header, digest, padding; all of a TermReq.
};

class StreamModel {
 public:
  struct Owner {
    virtual ~Owner() = default;
    virtual Judgement OnPdu(const Pdu& pdu) = 0;
    virtual void OnPayload(Octets part) = 0;  // In order; `OnPayloadEnd` after the last.
    virtual void OnPayloadEnd(bool digest_good) = 0;
  };

  StreamModel(Reader reader, Owner& owner) : reader_(reader), owner_(&owner) {}

  // Feed takes octets until something is wrong or Stop() was called.
  void Feed(Octets octets);
  void Stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  const Judgement& verdict() const { return verdict_; }
  Octets front() const { return Octets(front_).first(have_); }  // Of the PDU being read.

  Terms terms;

 private:
  enum class Part : std::uint8_t { kFront, kPayload, kDigest };
  Judgement JudgeCommon();
  Judgement JudgePlace(std::uint32_t least);
  void Step();
  void Begin();
  std::size_t Wanted() const;
  void Refuse(const Judgement& verdict);

  Reader reader_;
  Owner* owner_;
  Part part_ = Part::kFront;
  std::array<std::uint8_t, 256> front_{};
  std::size_t have_ = 0;        // Octets of this part so far.
  std::size_t front_size_ = 8;  // Known once the common header is judged.
  bool judged_ = false;
  bool digest_judged_ = false;
  bool hdgst_ = false;
  bool ddgst_ = false;
  Pdu pdu_;
  std::uint32_t payload_left_ = 0;
  Digest digest_;
  std::array<std::uint8_t, 4> trailer_{};
  bool stopped_ = false;
  Judgement verdict_;
};

}  // namespace model

#endif  // FUZZ_MODEL_STREAM_MODEL_H_
