#pragma once
// A client that sends exactly the bytes it is told to, over TCP or TLS, and blocks.

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace strongroom::http {

struct RawResponse {
  int status = 0;    // 0: the connection ended without one
  std::string head;  // with the status line and the empty line
  std::string body;
  bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
};

// What a test asks of the client's side of TLS.
struct RawTls {
  int max_version = 0;  // TLS1_1_VERSION…; 0: whatever the library can
  std::string alpn;     // as on the wire: "\x08http/1.1"
  SSL_SESSION* resume = nullptr;
};

// Waits at most ten seconds for anything, so that a server that hangs fails the test.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("connect");
    }
  }

  RawClient(std::uint16_t port, const RawTls& tls) : RawClient(port) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_security_level(context_.get(), 0);  // so that an old version is really offered
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT);
    if (tls.max_version != 0) {
      SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
      SSL_CTX_set_max_proto_version(context_.get(), tls.max_version);
    }
    session_.reset(SSL_new(context_.get()));
    if (!tls.alpn.empty()) {
      SSL_set_alpn_protos(session_.get(), reinterpret_cast<const unsigned char*>(tls.alpn.data()),
                          static_cast<unsigned>(tls.alpn.size()));
    }
    if (tls.resume != nullptr) SSL_set_session(session_.get(), tls.resume);
    SSL_set_fd(session_.get(), socket_);
    connected_ = SSL_connect(session_.get()) == 1;
  }

  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  SSL* tls() const { return session_.get(); }

  // False once the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent =
          session_ ? SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()))
                   : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The next response, its body as long as Content-Length says (none after HEAD).
  RawResponse receive(bool head_request = false) {
    RawResponse response;
    std::size_t end = 0;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_some()) return response;
    }
    response.head = input_.substr(0, end + 4);
    input_.erase(0, end + 4);
    response.status = std::stoi(response.head.substr(9, 3));
    std::size_t length = 0;
    if (const std::size_t at = response.head.find("Content-Length: "); at != std::string::npos) {
      length = std::stoul(response.head.substr(at + 16));
    }
    if (head_request) length = 0;
    while (input_.size() < length && read_some()) {
    }
    response.body = input_.substr(0, length);
    input_.erase(0, length);
    return response;
  }

  RawResponse exchange(std::string_view request) {
    send(request);
    return receive();
  }

  // Whether the server closes without another byte.
  bool is_closed_by_server() { return input_.empty() && !read_some() && !timed_out_; }

  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  void close() {
    session_.reset();
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

 private:
  bool read_some() {
    char bytes[16 * 1024];
    const auto got = session_ ? SSL_read(session_.get(), bytes, sizeof bytes)
                              : ::recv(socket_, bytes, sizeof bytes, 0);
    timed_out_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    if (got <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  struct Free {
    void operator()(SSL* session) const { SSL_free(session); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  int socket_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> session_;
  bool connected_ = true;
  bool timed_out_ = false;
  std::string input_;
};

}  // namespace strongroom::http
