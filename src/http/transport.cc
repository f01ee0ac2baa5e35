#include "http/transport.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <new>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace strongroom::http {

// Lets OpenSSL read and write through a Transport, which knows when a read would find nothing, and
// whose writes to a closed socket raise no signal.
struct TransportBio {
  static int read(BIO* bio, char* into, int size) {
    auto& transport = *static_cast<Transport*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const Transport::Step step = transport.receive(into, static_cast<std::size_t>(size));
    if (step.outcome == Transport::Outcome::kBlocked) BIO_set_retry_read(bio);
    return step.outcome == Transport::Outcome::kDone ? static_cast<int>(step.bytes) : -1;
  }

  static int write(BIO* bio, const char* bytes, int size) {
    auto& transport = *static_cast<Transport*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const Transport::Step step = transport.transmit(bytes, static_cast<std::size_t>(size));
    if (step.outcome == Transport::Outcome::kBlocked) BIO_set_retry_write(bio);
    return step.outcome == Transport::Outcome::kDone ? static_cast<int>(step.bytes) : -1;
  }

  static long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_EOF) return static_cast<Transport*>(BIO_get_data(bio))->broken_ ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  // The table of the functions above. Made once and never freed, like the code it points to.
  static const BIO_METHOD* method() {
    static const BIO_METHOD* const table = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "connection");
      if (made == nullptr) throw std::bad_alloc();
      BIO_meth_set_read(made, read);
      BIO_meth_set_write(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return table;
  }
};

Transport::Transport(Descriptor socket, TlsSession session)
    : socket_(std::move(socket)), session_(std::move(session)) {
  if (!session_) return;
  BIO* bio = BIO_new(TransportBio::method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(session_.get(), bio, bio);
}

Transport::Step Transport::receive(char* into, std::size_t size) {
  blocked_ = drained_;
  if (drained_) return {Outcome::kBlocked};
  const ssize_t got = ::recv(socket(), into, size, 0);
  if (got > 0) {
    const auto bytes = static_cast<std::size_t>(got);
    drained_ = bytes < size && !peer_closed_;  // epoll(7), question 9
    return {Outcome::kDone, bytes};
  }
  if (got < 0 && errno == EINTR) return receive(into, size);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    drained_ = blocked_ = true;
    return {Outcome::kBlocked};
  }
  broken_ = true;
  return {Outcome::kEnded};
}

Transport::Step Transport::transmit(const char* bytes, std::size_t size) {
  blocked_ = false;
  const ssize_t sent = ::send(socket(), bytes, size, MSG_NOSIGNAL);
  if (sent >= 0) return {Outcome::kDone, static_cast<std::size_t>(sent)};
  if (errno == EINTR) return transmit(bytes, size);
  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    blocked_ = true;
    return {Outcome::kBlocked};
  }
  broken_ = true;
  return {Outcome::kEnded};
}

// Goes by what our own reads and writes met. SSL_get_error would ask the thread's error queue,
// which others on this thread use as well and which is slow to clear; SSL_want says "reading" after
// some fatal errors too.
Transport::Step Transport::after_tls(int result) {
  if (result > 0) return {Outcome::kDone, static_cast<std::size_t>(result)};
  if (blocked_ && !broken_) return {Outcome::kBlocked};
  if ((SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) == 0) broken_ = true;
  ERR_clear_error();
  return {Outcome::kEnded};
}

Transport::Step Transport::shake_hands() {
  if (!session_) return {Outcome::kDone};
  blocked_ = false;
  return after_tls(SSL_do_handshake(session_.get()));
}

Transport::Step Transport::read(std::span<char> into) {
  if (!session_) return receive(into.data(), into.size());
  blocked_ = false;
  const auto size = static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX));
  return after_tls(SSL_read(session_.get(), into.data(), size));
}

Transport::Step Transport::write(std::string_view bytes) {
  if (!session_) return transmit(bytes.data(), bytes.size());
  blocked_ = false;
  const auto size = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
  return after_tls(SSL_write(session_.get(), bytes.data(), size));
}

Transport::Step Transport::discard() {
  std::array<char, 16'384> dropped;  // NOLINT(cppcoreguidelines-pro-type-member-init): only written
  return receive(dropped.data(), dropped.size());
}

bool Transport::may_have_input() const {
  return !drained_ || (session_ && SSL_has_pending(session_.get()) != 0);
}

void Transport::release_memory() {
  if (session_) SSL_free_buffers(session_.get());
}

void Transport::end_writing() {
  if (!is_open()) return;
  if (session_ && !broken_ && SSL_is_init_finished(session_.get())) {
    SSL_shutdown(session_.get());  // as far as it gets at once
    ERR_clear_error();
  }
  ::shutdown(socket(), SHUT_WR);
}

void Transport::close() {
  session_.reset();
  socket_.close();
}

}  // namespace strongroom::http
