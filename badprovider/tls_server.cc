#include "badprovider/tls_server.h"

#include <cerrno>
#include <string_view>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include "http/request_reader.h"

namespace strongroom::badprovider {
namespace {

// Blocking, and each answer on its way at once.
void prepare(int socket) {
  const int flags = ::fcntl(socket, F_GETFL);
  ::fcntl(socket, F_SETFL, flags & ~O_NONBLOCK);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

// One client, on the thread that serves it.
class TlsServer::Connection {
 public:
  Connection(const TlsServer& server, http::Listener::Accepted accepted)
      : server_(server),
        socket_(std::move(accepted.socket)),
        reader_(server.limits_, server.proxies_, std::move(accepted.peer)),
        connected_at_(server.clock_.now()) {}

  void serve() {
    prepare(socket_.number());
    if (server_.tls_ && !shake_hands()) return;
    while (read_request()) {
      const Answer answer = server_.handler_(reader_.request(), connected_at_);
      const bool goes_on = deliver(answer) && reader_.request().keep_alive;
      if (!goes_on) break;
      reader_.next();
    }
  }

 private:
  bool shake_hands() {
    tls_ = server_.tls_->new_session();
    return tls_ && SSL_set_fd(tls_.get(), socket_.number()) == 1 && SSL_accept(tls_.get()) == 1;
  }

  bool read_request() {
    for (;;) {
      const auto progress = reader_.advance();
      if (progress == http::RequestReader::Progress::kComplete) return true;
      if (progress == http::RequestReader::Progress::kRefused) return false;
      const std::span<char> space = reader_.space();
      const auto got = tls_ ? SSL_read(tls_.get(), space.data(), static_cast<int>(space.size()))
                            : ::recv(socket_.number(), space.data(), space.size(), 0);
      if (got <= 0) return false;
      reader_.filled(static_cast<std::size_t>(got));
    }
  }

  // False: the connection is over.
  bool deliver(const Answer& answer) {
    if (answer.is_withheld) return wait_for_close();
    const std::string bytes = to_bytes(answer, server_.clock_.now());
    if (!answer.cut_after) return send(bytes);
    send(std::string_view(bytes).substr(0, *answer.cut_after));
    return false;
  }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  bool wait_for_close() {
    char unread[512];
    while (::recv(socket_.number(), unread, sizeof unread, 0) > 0) {
    }
    return false;
  }

  const TlsServer& server_;
  http::Descriptor socket_;
  http::TlsSession tls_ = nullptr;
  http::RequestReader reader_;
  const WallTime connected_at_;
};

Result<std::unique_ptr<TlsServer>> TlsServer::open(const std::string& address,
                                                   std::optional<http::TlsFiles> files,
                                                   const Clock& clock, Handler handler) {
  STRONGROOM_TRY(auto listener, http::Listener::open(address, /*shared=*/false));
  std::unique_ptr<TlsServer> server(new TlsServer(std::move(listener), clock, std::move(handler)));
  if (files) {
    server->tls_ = std::make_unique<http::TlsContext>(*std::move(files));
    STRONGROOM_CHECK(server->tls_->load());
  }
  return server;
}

TlsServer::TlsServer(http::Listener listener, const Clock& clock, Handler handler)
    : listener_(std::move(listener)), clock_(clock), handler_(std::move(handler)) {}

void TlsServer::start() {
  std::thread([this] { accept_all(); }).detach();
}

void TlsServer::accept_all() {
  for (;;) {
    pollfd ready{.fd = listener_.socket(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, -1) < 0 && errno != EINTR) return;
    while (auto accepted = listener_.accept()) {
      std::thread([this, one = std::make_shared<http::Listener::Accepted>(*std::move(accepted))] {
        Connection(*this, std::move(*one)).serve();
      }).detach();
    }
  }
}

}  // namespace strongroom::badprovider
