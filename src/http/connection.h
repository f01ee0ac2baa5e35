#pragma once
// One client's connection: handshake, then request, handler, answer, and again.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "http/mailbox.h"
#include "http/request_reader.h"
#include "http/server.h"
#include "http/transport.h"

namespace strongroom::http {

class ServerLoop;

// Lives on one event loop's thread; request(), wanted() and answer() are for any thread. The loop
// holds it while its socket is open, a Responder as long as an answer is owed, so a request's bytes
// outlive the socket where they must.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  // Takes the socket. `loop` outlives the open socket.
  Connection(ServerLoop& loop, Descriptor socket, TlsSession session, std::string peer);

  // Goes on as far as it can without blocking.
  void advance();
  // Something happened to the socket (EPOLL… bits).
  void on_events(std::uint32_t events);
  // Since when its client has kept the server waiting, for a request or for an answer to be taken,
  // in the loop's milliseconds; nullopt where it is the server's turn.
  std::optional<std::int64_t> waiting_since() const;
  bool was_answered() const { return was_answered_; }
  // For the loop's sweep, twice a second: ends what has passed its deadline, and lets a client that
  // rests hold little memory.
  void on_sweep();
  // An answer that came through the mailbox; advance() sends it.
  void accept_answer(Response response);
  // Closes now if nothing is going on, otherwise after the answer.
  void stop_gently();
  // Closes now. The loop forgets the connection.
  void close();
  // The same, and the kernel too forgets what the client has not taken.
  void abandon();

  int socket() const { return transport_.socket(); }
  std::size_t place_in_loop = 0;  // the loop's own note

  // For Responder.
  const Request& request() const { return reader_.request(); }
  bool wanted() const { return !gone_.load(std::memory_order_relaxed); }
  void answer(Response response);
  void answer(ResponseMaker make);

 private:
  enum class State { kHandshake, kReading, kAnswering, kWriting, kLingering, kClosed };

  static constexpr int kWarm = 2;

  bool step();
  bool shake_hands();
  bool read_request();
  bool write_answer();
  bool linger();
  void hand_over();
  void note_certificate();
  void refuse(int status);
  void prepare(Response& response);
  bool finish_answer();
  void say_goodbye();
  void on_deadline();
  void expect_more(RequestReader::Progress progress);
  void set_deadline(std::chrono::milliseconds from_now);

  ServerLoop& loop_;
  const std::shared_ptr<Mailbox> mailbox_;  // the loop's; stays when the loop is gone
  Transport transport_;
  RequestReader reader_;
  std::string output_;
  std::string_view standing_;  // what is sent after output_: a large body that lasts
  std::size_t written_ = 0;
  std::int64_t deadline_ = 0;                 // in the loop's milliseconds
  std::uint64_t certificate_generation_ = 0;  // of TlsContext, when it was verified last
  std::int64_t verify_again_ = 0;             // in the loop's milliseconds
  std::int64_t since_;                        // when it came, was answered, or took that
  int warmth_ = kWarm;  // sweeps until a resting client's memory is given back
  State state_;
  RequestReader::Progress awaited_ = RequestReader::Progress::kComplete;  // what deadline_ is for
  bool was_answered_ = false;
  bool advancing_ = false;
  bool stopping_ = false;
  bool secret_output_ = false;
  bool interim_ = false;  // output_ is "100 Continue"
  bool close_after_ = false;
  bool linger_after_ = false;
  std::atomic<bool> gone_ = false;
};

}  // namespace strongroom::http
