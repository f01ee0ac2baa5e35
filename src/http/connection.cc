#include "http/connection.h"

#include <exception>
#include <limits>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/secret.h"
#include "http/response_text.h"
#include "http/server_loop.h"

namespace strongroom::http {
namespace {

constexpr std::chrono::milliseconds kLinger{2'000};
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr int kStepsATurn = 64;              // then others have their turn
constexpr std::size_t kKeptOutput = 32'768;  // capacity that an idle connection may hold
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// A body that is not copied for each connection: of many who do not read, each would hold a copy.
std::string_view large_standing_body(const Response& response) {
  const bool large = response.standing_body.size() > kKeptOutput;
  if (response.status != 200 || !response.body.empty() || !large) return {};
  return response.standing_body;
}

}  // namespace

Connection::Connection(ServerLoop& loop, Descriptor socket, TlsSession session, std::string peer)
    : loop_(loop),
      mailbox_(loop.mailbox()),
      transport_(std::move(socket), std::move(session)),
      reader_(loop.parts().limits, loop.parts().proxies, std::move(peer)),
      since_(loop.now()),
      state_(State::kHandshake) {
  set_deadline(loop.parts().limits.handshake_timeout);
}

void Connection::set_deadline(std::chrono::milliseconds from_now) {
  deadline_ = loop_.now() + from_now.count();
}

void Connection::on_events(std::uint32_t events) {
  if (state_ == State::kClosed) return;
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
    gone_.store(true, std::memory_order_relaxed);
    transport_.note_peer_closed();
    transport_.note_readable();
  }
  if ((events & (EPOLLHUP | EPOLLERR)) != 0 && state_ == State::kAnswering) return close();
  if ((events & EPOLLIN) != 0) transport_.note_readable();
  advance();
}

void Connection::advance() {
  if (advancing_) return;
  advancing_ = true;
  int steps = 0;
  while (steps < kStepsATurn && step()) ++steps;
  advancing_ = false;
  if (steps == kStepsATurn) loop_.resume_later(shared_from_this());
}

// One step; false when there is nothing more to do for now.
bool Connection::step() {
  switch (state_) {
    case State::kHandshake:
      return shake_hands();
    case State::kReading:
      return read_request();
    case State::kWriting:
      return write_answer();
    case State::kLingering:
      return linger();
    case State::kAnswering:
    case State::kClosed:
      return false;
  }
  return false;
}

bool Connection::shake_hands() {
  const Transport::Step step = transport_.shake_hands();
  if (step.outcome == Transport::Outcome::kBlocked) return false;
  if (step.outcome == Transport::Outcome::kEnded) {
    LoopCounters::count(loop_.counters().handshakes_failed);
    close();
    return false;
  }
  state_ = State::kReading;
  return true;
}

bool Connection::read_request() {
  const RequestReader::Progress progress = reader_.advance();
  if (progress == RequestReader::Progress::kComplete) {
    hand_over();
    return true;
  }
  if (progress == RequestReader::Progress::kRefused) {
    refuse(reader_.refusal());
    return true;
  }
  if (progress != awaited_) expect_more(progress);
  if (reader_.take_expectation()) {
    output_ = kContinue;
    interim_ = true;
    state_ = State::kWriting;
    return true;
  }
  if (!transport_.may_have_input()) return false;
  const Transport::Step step = transport_.read(reader_.space());
  if (step.outcome == Transport::Outcome::kBlocked) return false;
  if (step.outcome == Transport::Outcome::kEnded) {
    if (progress != RequestReader::Progress::kIdle) {
      LoopCounters::count(loop_.counters().rejected);
    }
    close();
    return false;
  }
  reader_.filled(step.bytes);
  return true;
}

// A new stretch of waiting has begun.
void Connection::expect_more(RequestReader::Progress progress) {
  const ServerLimits& limits = loop_.parts().limits;
  awaited_ = progress;
  if (progress == RequestReader::Progress::kIdle) {
    if (stopping_) return close();
    set_deadline(limits.idle_timeout);
  } else if (progress == RequestReader::Progress::kInHead) {
    set_deadline(limits.header_timeout);
  } else {
    set_deadline(limits.body_timeout);
  }
}

// Anew where the CAs or revocation lists are others since, and after a minute: a connection may
// last longer than the certificate that it began with.
void Connection::note_certificate() {
  constexpr std::int64_t kLasts = 60'000;
  const TlsContext* const tls = loop_.parts().tls;
  if (tls == nullptr || !tls->has_client_ca()) return;
  const std::uint64_t generation = tls->generation();
  if (generation == certificate_generation_ && loop_.now() < verify_again_) return;
  certificate_generation_ = generation;
  verify_again_ = loop_.now() + kLasts;
  reader_.set_certificate(tls->verify_client(transport_.session()));
}

void Connection::hand_over() {
  LoopCounters::count(loop_.counters().requests);
  state_ = State::kAnswering;
  deadline_ = kNever;
  warmth_ = kWarm;
  note_certificate();
  Responder responder(shared_from_this());
  try {
    loop_.parts().handler(reader_.request(), std::move(responder));
  } catch (const std::exception& error) {
    loop_.parts().log.error("a request handler failed",
                            {{"error", std::string_view(error.what())}});
  }
}

void Connection::answer(ResponseMaker make) {
  if (mailbox_->belongs_to_this_thread()) return answer(make());
  mailbox_->deliver({shared_from_this(), {}, std::move(make)});
}

void Connection::answer(Response response) {
  if (!mailbox_->belongs_to_this_thread()) {
    mailbox_->deliver({shared_from_this(), std::move(response), {}});
    return;
  }
  accept_answer(std::move(response));
  // Never from here: a handler that answers another connection must not run that one's next
  // request inside its own.
  if (!advancing_) loop_.resume_later(shared_from_this());
}

void Connection::accept_answer(Response response) {
  if (state_ == State::kAnswering) prepare(response);
  if (!response.secret) return;
  wipe(response.body);
  for (Header& header : response.headers) wipe(header.value);  // a session's cookie
}

void Connection::prepare(Response& response) {
  const Request& request = reader_.request();
  close_after_ = !request.keep_alive || stopping_ || !wanted();
  if (request.method != "HEAD") standing_ = large_standing_body(response);
  const ResponseFrame frame{.head_request = request.method == "HEAD",
                            .keep_alive = !close_after_,
                            .http_1_0 = reader_.http_1_0(),
                            .strict_transport = loop_.parts().strict_transport,
                            .body_apart = !standing_.empty(),
                            .date = loop_.date()};
  secret_output_ = response.secret;
  if (!append_response(response, frame, output_)) {
    loop_.parts().log.error("an answer had a header field that cannot be sent");
    standing_ = {};
    append_response(problem_for(500), frame, output_);
  }
  state_ = State::kWriting;
  since_ = loop_.now();
  set_deadline(loop_.parts().limits.write_timeout);
}

void Connection::refuse(int status) {
  LoopCounters::count(loop_.counters().rejected);
  const ResponseFrame frame{.keep_alive = false, .date = loop_.date()};
  append_response(problem_for(status), frame, output_);
  close_after_ = true;
  linger_after_ = true;
  state_ = State::kWriting;
  set_deadline(loop_.parts().limits.write_timeout);
}

bool Connection::write_answer() {
  while (written_ < output_.size() + standing_.size()) {
    const std::string_view rest = written_ < output_.size()
                                      ? std::string_view(output_).substr(written_)
                                      : standing_.substr(written_ - output_.size());
    const Transport::Step step = transport_.write(rest);
    if (step.outcome == Transport::Outcome::kBlocked) return false;
    if (step.outcome == Transport::Outcome::kEnded) {
      close();
      return false;
    }
    written_ += step.bytes;
  }
  return finish_answer();
}

bool Connection::finish_answer() {
  const bool too_large = output_.capacity() > kKeptOutput;
  if (std::exchange(secret_output_, false)) wipe(output_);
  output_.clear();
  if (too_large) output_.shrink_to_fit();
  written_ = 0;
  standing_ = {};
  if (std::exchange(interim_, false)) {
    state_ = State::kReading;
    return true;
  }
  if (close_after_ || stopping_) {
    say_goodbye();
    return true;
  }
  since_ = loop_.now();
  was_answered_ = true;
  reader_.next();
  awaited_ = RequestReader::Progress::kComplete;
  state_ = State::kReading;
  return true;
}

// Closing a socket that has unread input resets it, and the client might never see its answer. So
// what it still sends is read away for a while.
void Connection::say_goodbye() {
  transport_.end_writing();
  if (!linger_after_ && !reader_.has_leftover() && !transport_.may_have_input()) return close();
  state_ = State::kLingering;
  set_deadline(kLinger);
}

bool Connection::linger() {
  const Transport::Step step = transport_.discard();
  if (step.outcome == Transport::Outcome::kEnded) close();
  return step.outcome == Transport::Outcome::kDone;
}

std::optional<std::int64_t> Connection::waiting_since() const {
  if (state_ == State::kAnswering || state_ == State::kClosed) return std::nullopt;
  return since_;
}

void Connection::on_sweep() {
  if (deadline_ <= loop_.now()) return on_deadline();
  const bool resting =
      state_ == State::kReading && awaited_ == RequestReader::Progress::kIdle && warmth_ > 0;
  if (resting && --warmth_ == 0) transport_.release_memory();
}

void Connection::on_deadline() {
  switch (state_) {
    case State::kHandshake:
      LoopCounters::count(loop_.counters().handshakes_failed);
      break;
    case State::kReading:
      if (awaited_ == RequestReader::Progress::kIdle) {
        transport_.end_writing();
        break;
      }
      refuse(408);
      return advance();
    case State::kWriting:
      return abandon();
    default:
      break;
  }
  close();
}

void Connection::stop_gently() {
  stopping_ = true;
  const bool idle =
      state_ == State::kReading && reader_.advance() == RequestReader::Progress::kIdle;
  if (idle) transport_.end_writing();
  if (idle || state_ == State::kHandshake) close();
}

void Connection::abandon() {
  if (state_ == State::kClosed) return;
  const struct ::linger at_once { .l_onoff = 1, .l_linger = 0 };
  ::setsockopt(transport_.socket(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Connection::close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  gone_.store(true, std::memory_order_relaxed);
  if (secret_output_) wipe(output_);
  loop_.forget(*this);
  transport_.close();
}

}  // namespace strongroom::http
