#pragma once
// A provider for tests that says exactly the bytes it was told to, over TLS or plainly. Real
// servers are too polite to show what a client does with a bad one.

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

#include "http/testing/test_ca.h"

namespace strongroom::http {

// Whether a server asks clients for a certificate.
enum class CertificateQuestion { kNone, kOptional, kRequired };

// A TLS handshake that was finished.
struct ScriptedHandshake {
  std::string client;    // the subject of the client's certificate, "CN=robot"; empty: none
  bool resumed = false;  // an earlier session's
};

// One connection, seen from the server. Used on the thread that serves it.
class ScriptedConnection {
 public:
  ScriptedConnection(int socket, SSL* tls, SSL* later_tls = nullptr)
      : socket_(socket), tls_(tls), later_tls_(later_tls) {}

  // False when the peer is gone.
  bool send(std::string_view bytes);
  // One request: its head, and the body that Content-Length announces. What came, if the peer left.
  std::string read_request();
  // What comes next, whatever it is; empty when the peer is gone.
  std::string read_some();
  // Reads and drops until the peer is gone or the server ends.
  void wait_for_close();
  // TLS from here on, of a server that has `tls_later`; false when the handshake fails.
  bool start_tls();
  // Carries bytes between the peer and 127.0.0.1:`port` until one of them ends, as a proxy does
  // after CONNECT.
  void tunnel_to(int port);

 private:
  std::size_t read(char* out, std::size_t size);

  int socket_;
  SSL* tls_;  // nullptr: plain
  SSL* later_tls_;
};

// Listens on a free port of 127.0.0.1 or ::1, or on a Unix socket; a thread serves each connection.
// A connection is closed when its script returns. Throws std::runtime_error where it cannot start.
class ScriptedServer {
 public:
  using Script = std::function<void(ScriptedConnection&, const std::string& request)>;

  struct Options {
    std::optional<TestIdentity> identity = {};  // nullopt: no TLS
    int max_tls_version = 0;                    // TLS1_1_VERSION; 0: the newest
    bool closes_at_once = false;                // accepts, and closes before the handshake
    bool never_shakes_hands = false;            // accepts, and says nothing more
    std::string unix_socket = {};               // a path, in place of a port
    bool ipv6 = false;                          // ::1 in place of 127.0.0.1
    CertificateQuestion question = CertificateQuestion::kNone;
    std::string client_ca_pem = {};  // whose certificates are taken; empty: any
    bool speaks_http2 = false;       // agrees to it in the handshake (ALPN)
    bool speaks_first = false;       // the script begins at once, with an empty request
    bool tls_later = false;          // plain until the script says start_tls()
  };

  // `script` answers one request; it is called on several threads at once.
  ScriptedServer(Options options, Script script);
  ScriptedServer(TestIdentity identity, Script script)
      : ScriptedServer(Options{.identity = std::move(identity)}, std::move(script)) {}
  // Says `bytes` to every request.
  ScriptedServer(TestIdentity identity, std::string bytes);
  ~ScriptedServer();

  int port() const { return port_; }
  // How many connections were accepted so far, and the requests read so far.
  std::size_t connections() const;
  std::vector<std::string> requests() const;
  std::vector<ScriptedHandshake> handshakes() const;
  // Waits until `count` requests were read; false when not within ten seconds.
  bool wait_for_requests(std::size_t count);
  bool wait_for_connections(std::size_t count);

 private:
  void listen_on_loopback();
  void listen_on_unix_socket();
  void accept_all();
  void serve(int socket);
  void note_handshake(SSL* tls);
  void converse(ScriptedConnection& connection);

  const Options options_;
  const Script script_;
  std::shared_ptr<SSL_CTX> tls_;
  int listener_ = -1;
  int port_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::size_t accepted_ = 0;
  std::vector<int> open_;
  std::vector<std::string> requests_;
  std::vector<ScriptedHandshake> handshakes_;
  std::vector<std::thread> serving_;
  std::thread accepting_;
};

}  // namespace strongroom::http
