// Connection is what both ends of an NVMe/TCP connection share: octets in, octets out, and how it
// ends. It is a state machine over memory; it does no I/O and reads no clock.
//
//   n = read(connection.InputSpace());    connection.CommitInput(n);
//   n = write(connection.PendingOutput()); connection.CommitOutput(n);
//
// Shapes    any cut of the octet stream gives the same result.
// Errors    the first failure is kept, and is the answer to everything later. A peer that breaks
//           the rules is answered with a TermReq, which is then the last of the output.
// Threads   one at a time.
// Lifetime  memory lent to it is borrowed as the derived class says, at most until failed() and
//           AbandonOutput().
// Source    NVMe/TCP, "Transport Operation", "Transport Specific Error Handling".
#ifndef NVMF_TCP_CONNECTION_H_
#define NVMF_TCP_CONNECTION_H_

#include <optional>

#include "nvmf/base/bytes.h"
#include "nvmf/base/result.h"
#include "nvmf/tcp/pdu_receiver.h"
#include "nvmf/tcp/pdu_sender.h"

namespace nvmf::tcp {

// Negotiated is what ICReq and ICResp settled. Units: octets and natural counts.
struct Negotiated {
  bool header_digest = false;
  bool data_digest = false;
  std::uint8_t hpda = 0;         // As on the wire: the alignment of C2HData payload.
  std::uint8_t cpda = 0;         // As on the wire: the alignment of payload to the controller.
  std::uint64_t maxr2t = 1;      // R2Ts outstanding per command, natural.
  std::uint32_t maxh2cdata = 0;  // Most payload in one H2CData.
  bool operator==(const Negotiated&) const = default;
};

class Connection {
 public:
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  InputSpans InputSpace() { return receiver_.InputSpace(); }
  void CommitInput(std::size_t n);

  // PendingOutput returns what is to be sent now; empty when there is nothing.
  OutputSpans PendingOutput();
  void CommitOutput(std::size_t n);
  bool wants_output() { return !PendingOutput().empty(); }
  // AbandonOutput forgets what a broken or silent peer will not take.
  void AbandonOutput() { sender_.Clear(); }

  // settled tells whether nothing is half done on the wire: no payload on its way in, nothing to
  // send.
  bool settled() { return live() && receiver_.between_pdus() && !wants_output(); }

  // Fail ends the connection because its stream did (kClosed, kIo) or its owner gave up.
  void Fail(const Error& error);
  bool failed() const { return failure_.has_value(); }
  const Error& failure() const { return *failure_; }

  bool live() const { return expect_.phase == Phase::kLive && !failed(); }
  const Negotiated& negotiated() const { return negotiated_; }  // Valid once live().

 protected:
  Connection(Side self, std::size_t receive_room);

  virtual void OnHeader() = 0;    // receiver_.pdu() is a header found good; not a TermReq.
  virtual void OnDataDone() = 0;  // The payload of that PDU has come.
  virtual bool PushNext() = 0;    // Queues the next PDU that waits, if any.
  virtual void OnSent() {}        // sender_.sent() has moved.
  virtual void OnFailed() {}      // failure() is set; drop what will not happen now.

  // Violate ends the connection with a TermReq that says `violation`.
  void Violate(Violation violation, const char* what) {
    Violate(violation, what, receiver_.offending());
  }
  void Violate(Violation violation, const char* what, ByteView offending);
  void GoLive(const Negotiated& negotiated);
  // Resume goes on where another owner left off. kInvalidArgument: no connection can be in this
  // state.
  Result<> Resume(const Negotiated& negotiated, ByteView unread);
  Framing FramingOut() const;
  void Receive();  // Takes what the receiver holds.

  Expectations expect_;
  PduReceiver receiver_;
  PduSender sender_;

 private:
  void OnTermReq();

  Negotiated negotiated_;
  std::optional<Error> failure_;
};

}  // namespace nvmf::tcp

#endif  // NVMF_TCP_CONNECTION_H_
