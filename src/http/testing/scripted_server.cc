#include "http/testing/scripted_server.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

#include <netinet/in.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace strongroom::http {
namespace {

constexpr std::string_view kLengthField = "\r\ncontent-length: ";

// What Content-Length says in a request head of libcurl's; 0 without one.
std::size_t announced_length(std::string head) {
  std::ranges::transform(head, head.begin(), [](char c) {
    return 'A' <= c && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
  const std::size_t at = head.find(kLengthField);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + kLengthField.size()));
}

// A client that leaves early would end the test's process.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int choose_http2(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                 unsigned offered_size, void*) {
  static constexpr unsigned char kHttp2[] = "\x02h2";
  return SSL_select_next_proto(const_cast<unsigned char**>(out), size, kHttp2, 3, offered,
                               offered_size) == OPENSSL_NPN_NEGOTIATED
             ? SSL_TLSEXT_ERR_OK
             : SSL_TLSEXT_ERR_NOACK;
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), 0);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

int take_any(int, X509_STORE_CTX*) { return 1; }

void ask_for_certificates(SSL_CTX* context, const ScriptedServer::Options& options) {
  if (options.question == CertificateQuestion::kNone) return;
  const bool required = options.question == CertificateQuestion::kRequired;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     options.client_ca_pem.empty() ? &take_any : nullptr);
  constexpr unsigned char kName[] = "scripted";  // sessions are taken back, as servers do
  SSL_CTX_set_session_id_context(context, kName, sizeof kName);
  if (options.client_ca_pem.empty()) return;
  const std::unique_ptr<BIO, int (*)(BIO*)> in(BIO_new_mem_buf(options.client_ca_pem.data(), -1),
                                               &BIO_free);
  const std::unique_ptr<X509, void (*)(X509*)> ca(
      PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
  if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get()) != 1) {
    throw std::runtime_error("client_ca_pem");
  }
}

std::shared_ptr<SSL_CTX> server_context(const ScriptedServer::Options& options) {
  if (!options.identity) return nullptr;
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (SSL_CTX_use_certificate(context.get(), options.identity->certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), options.identity->key.get()) != 1) {
    throw std::runtime_error("SSL_CTX_use_certificate");
  }
  if (options.max_tls_version != 0) {
    SSL_CTX_set_security_level(context.get(), 0);  // TLS 1.1 needs SHA-1
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), options.max_tls_version);
  }
  ask_for_certificates(context.get(), options);
  if (options.speaks_http2) SSL_CTX_set_alpn_select_cb(context.get(), &choose_http2, nullptr);
  return context;
}

}  // namespace

std::size_t ScriptedConnection::read(char* out, std::size_t size) {
  const auto got = tls_ != nullptr
                       ? static_cast<ssize_t>(SSL_read(tls_, out, static_cast<int>(size)))
                       : ::recv(socket_, out, size, 0);
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

bool ScriptedConnection::send(std::string_view bytes) {
  if (bytes.empty()) return true;
  if (tls_ != nullptr) return SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  return send_all(socket_, bytes);
}

bool ScriptedConnection::start_tls() {
  if (later_tls_ == nullptr || SSL_accept(later_tls_) != 1) return false;
  tls_ = later_tls_;
  return true;
}

std::string ScriptedConnection::read_some() {
  char buffer[4'096];
  return {buffer, read(buffer, sizeof buffer)};
}

void ScriptedConnection::tunnel_to(int port) {
  const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  bool open = ::connect(other, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  while (open) {
    pollfd ends[2] = {{socket_, POLLIN, 0}, {other, POLLIN, 0}};
    const bool pending = tls_ != nullptr && SSL_pending(tls_) > 0;
    if (!pending && ::poll(ends, 2, -1) < 0) break;
    if (pending || ends[0].revents != 0) {
      const std::string bytes = read_some();
      open = !bytes.empty() && send_all(other, bytes);
    }
    if (open && ends[1].revents != 0) {
      char buffer[4'096];
      const ssize_t got = ::recv(other, buffer, sizeof buffer, 0);
      open = got > 0 && send({buffer, static_cast<std::size_t>(got)});
    }
  }
  ::close(other);
}

std::string ScriptedConnection::read_request() {
  std::string request;
  std::size_t wanted = std::string::npos;
  char buffer[4'096];
  while (request.size() < wanted) {
    const std::size_t got = read(buffer, sizeof buffer);
    if (got == 0) break;
    request.append(buffer, got);
    const std::size_t end = request.find("\r\n\r\n");
    if (end != std::string::npos) wanted = end + 4 + announced_length(request.substr(0, end + 2));
  }
  return request;
}

void ScriptedConnection::wait_for_close() {
  char buffer[4'096];
  while (read(buffer, sizeof buffer) != 0) {
  }
}

ScriptedServer::ScriptedServer(Options options, Script script)
    : options_(std::move(options)), script_(std::move(script)), tls_(server_context(options_)) {
  if (options_.unix_socket.empty()) {
    listen_on_loopback();
  } else {
    listen_on_unix_socket();
  }
  accepting_ = std::thread([this] { accept_all(); });
}

ScriptedServer::ScriptedServer(TestIdentity identity, std::string bytes)
    : ScriptedServer(std::move(identity),
                     [bytes = std::move(bytes)](ScriptedConnection& connection,
                                                const std::string&) { connection.send(bytes); }) {}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  accepting_.join();
  for (std::thread& thread : serving_) thread.join();
  ::close(listener_);
  if (!options_.unix_socket.empty()) ::unlink(options_.unix_socket.c_str());
}

void ScriptedServer::listen_on_loopback() {
  sockaddr_storage address{};
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (options_.ipv6) {
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address);
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_addr = in6addr_loopback;
  } else {
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(address);
    ipv4.sin_family = AF_INET;
    ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  listener_ = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  socklen_t size = options_.ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 512) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("bind");
  }
  // The port stands at the same place in both.
  port_ = ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
}

void ScriptedServer::listen_on_unix_socket() {
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (options_.unix_socket.size() >= sizeof address.sun_path) throw std::runtime_error("path");
  std::memcpy(address.sun_path, options_.unix_socket.c_str(), options_.unix_socket.size() + 1);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 16) != 0) {
    throw std::runtime_error("bind");
  }
}

void ScriptedServer::accept_all() {
  block_sigpipe();
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (stopping_ || socket < 0) {
      if (socket >= 0) ::close(socket);
      return;
    }
    ++accepted_;
    open_.push_back(socket);
    serving_.emplace_back([this, socket] { serve(socket); });
    changed_.notify_all();
  }
}

void ScriptedServer::serve(int socket) {
  if (options_.never_shakes_hands) {
    ScriptedConnection(socket, nullptr).wait_for_close();
  } else if (!options_.closes_at_once && tls_ != nullptr) {
    const std::unique_ptr<SSL, void (*)(SSL*)> tls(SSL_new(tls_.get()), &SSL_free);
    SSL_set_fd(tls.get(), socket);
    if (options_.tls_later) {
      ScriptedConnection connection(socket, nullptr, tls.get());
      converse(connection);
    } else if (SSL_accept(tls.get()) == 1) {
      note_handshake(tls.get());
      ScriptedConnection connection(socket, tls.get());
      converse(connection);
      SSL_shutdown(tls.get());
    }
  } else if (!options_.closes_at_once) {
    ScriptedConnection connection(socket, nullptr);
    converse(connection);
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, socket);
  ::close(socket);
}

void ScriptedServer::note_handshake(SSL* tls) {
  ScriptedHandshake handshake{.client = {}, .resumed = SSL_session_reused(tls) == 1};
  if (const X509* const shown = SSL_get0_peer_certificate(tls)) {
    const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), &BIO_free);
    X509_NAME_print_ex(out.get(), X509_get_subject_name(shown), 0, XN_FLAG_RFC2253);
    char* letters = nullptr;
    const long size = BIO_get_mem_data(out.get(), &letters);
    handshake.client.assign(letters, static_cast<std::size_t>(size));
  }
  const std::lock_guard lock(mutex_);
  handshakes_.push_back(std::move(handshake));
}

void ScriptedServer::converse(ScriptedConnection& connection) {
  if (options_.speaks_first) return script_(connection, "");
  const std::string request = connection.read_request();
  if (request.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  changed_.notify_all();
  script_(connection, request);
}

std::size_t ScriptedServer::connections() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<ScriptedHandshake> ScriptedServer::handshakes() const {
  const std::lock_guard lock(mutex_);
  return handshakes_;
}

bool ScriptedServer::wait_for_requests(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(10),
                           [&] { return requests_.size() >= count; });
}

bool ScriptedServer::wait_for_connections(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return accepted_ >= count; });
}

}  // namespace strongroom::http
