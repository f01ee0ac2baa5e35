#pragma once
// The HTTPS server: one event loop a core, each with a listener of its own on the same port.
//
// It reads requests under limits, hands them to one handler, and writes what the handler's
// Responder is given. It knows nothing of routes. A handler runs on the connection's event loop and
// must not block; it may keep the Responder and answer later, from any thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/function.h"
#include "base/log.h"
#include "base/result.h"
#include "http/forwarded.h"
#include "http/message.h"
#include "http/shown_certificate.h"

namespace strongroom::http {

// One request as it was read. Views stay valid as long as the Responder that came with it.
struct Request {
  std::string_view method;         // "GET"; case as sent
  std::string_view target;         // as sent, origin-form: "/api/v1/projects?page=2"
  std::string_view path;           // the target before '?'; still percent-encoded
  std::string_view query;          // the target after '?', or empty
  std::string_view authorization;  // the Authorization header's value, or empty
  std::string_view if_match;       // the If-Match header's value, or empty
  std::string_view content_type;
  std::string_view body;
  // Who asks, without port: "127.0.0.1", "::1". The other end of the connection or, where that is a
  // proxy of ServerOptions, the address that it names.
  std::string peer;
  bool keep_alive = true;
  // What the client showed that a configured CA vouches for; nullptr: nothing. Never what a proxy
  // says: it is the other end of the connection that showed it.
  std::shared_ptr<const ShownCertificate> certificate = nullptr;

  // The value of any other header, or empty. `name` in any case.
  std::string_view header(std::string_view name) const;
  std::string_view fields;  // as they were sent; for header()
};

struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  // a literal
  std::vector<Header> headers;  // beyond Content-Type, Content-Length, Date, Connection
  std::string body;
  std::string_view standing_body = {};  // sent where `body` is empty; its bytes stand for ever
  bool secret = false;  // body holds a token: Cache-Control: no-store, and wiped once sent
};

// Makes a response; must not block.
using ResponseMaker = UniqueFunction<Response()>;

class Connection;  // private to the server

// The right, and the duty, to answer one request. Move-only. Dropped without send(): the client
// gets a 500 problem, so a bug never leaves it hanging.
class Responder {
 public:
  Responder() = default;
  explicit Responder(std::shared_ptr<Connection> connection);
  Responder(Responder&&) noexcept;
  Responder& operator=(Responder&&) noexcept;
  ~Responder();

  // The request that this answers. Safe to read from one thread at a time.
  const Request& request() const;

  // Answers. From any thread; the bytes are written on the connection's event loop. Answers that
  // other threads send in a burst reach the loop with one wake-up.
  void send(Response response) &&;

  // Answers with what `make` returns. It is called on the connection's event loop, right before its
  // bytes are written: what it checks still holds when they leave, but for what Server::settle()
  // waits for.
  void send(ResponseMaker make) &&;

  // False once the client is known to have gone away: the work may be given up.
  bool wanted() const;

 private:
  std::shared_ptr<Connection> connection_;
};

using Handler = std::function<void(const Request&, Responder)>;

struct ServerLimits {
  std::size_t max_header_bytes = std::size_t{16} * 1024;
  std::size_t max_body_bytes = std::size_t{256} * 1024;  // no resource takes more as JSON
  std::size_t max_connections = 10'000;  // over all loops; further ones wait in the backlog
  std::chrono::seconds handshake_timeout{10};
  std::chrono::seconds header_timeout{10};  // from the first byte to the empty line
  std::chrono::seconds body_timeout{30};
  std::chrono::seconds write_timeout{30};
  std::chrono::seconds idle_timeout{75};  // between requests
  // When all connections are taken, those that have kept the server waiting for longer than this,
  // since they came or got their last answer, make room: a sixteenth of them at a time, first those
  // that were never answered anything.
  std::chrono::seconds crowded_patience{5};
};

struct TlsFiles {
  std::string certificate_chain;  // a PEM file
  std::string private_key;        // a PEM file
  // PEM files, or empty. With CAs, clients are asked for a certificate, and need none; what counts
  // of those that they show is verified_certificate() in http/shown_certificate.h. With revocation
  // lists, there must be a current one of each CA that issues.
  std::string client_ca = {};
  std::string client_crl = {};
};

struct ServerOptions {
  std::string address = "127.0.0.1:0";  // "host:port", "[::1]:port"; port 0: the system chooses
  std::size_t loops = 1;                // event loops, each a thread
  bool plain = false;                   // no TLS: for the management listener on loopback only
  // Pages tell browsers to come by HTTPS alone (RFC 6797). Not where the certificate is of a CA
  // that browsers need not know: they would be kept from looking past that on the whole host.
  bool strict_transport = false;
  TlsFiles tls;
  ServerLimits limits;
  TrustedProxies proxies;  // whose word counts for whom a request is from
  // Runs each turn of an event loop, on that loop: everything that arrived at once. It must call
  // what it is given, once.
  std::function<void(const std::function<void()>& turn)> around_turn;
};

// What the server counted since it started, for metrics. Plain values, read at one moment.
struct ServerCounters {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_open = 0;
  std::uint64_t handshakes_failed = 0;
  std::uint64_t requests = 0;
  std::uint64_t rejected_requests = 0;  // malformed, too large, too slow: never reached a handler
};

// Owns its threads. start() once; stop() once; both from the thread that made it.
class Server {
 public:
  // `log` must outlive the server.
  Server(ServerOptions options, Handler handler, Log& log);
  ~Server();  // as stop() with no patience
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds, loads the certificate, starts the loops.
  //
  // Errors:
  //   kUnavailable      the address is taken or not ours
  //   kInvalidArgument  the certificate or key cannot be read, or they do not belong together;
  //                     the clients' CAs or revocation lists cannot be read
  Status start();

  // The port that was bound, once started.
  std::uint16_t port() const;

  // Reads the certificate files again; connections that are open keep the old one. On an error
  // what cannot be read stays as it was. Safe to call from any thread.
  Status reload_certificate();

  // When the certificate in use ends to be valid. Safe to call from any thread.
  //
  // Errors:
  //   kUnavailable  the server has none: it is plain, or not started
  Result<WallTime> certificate_expiry() const;

  // Stops accepting at once, lets requests that are being answered finish for up to `patience`,
  // closes the rest and joins the threads.
  void stop(std::chrono::milliseconds patience);

  // Returns when every event loop has finished what it was doing when this was called: answers that
  // were made before are on their way then. Never on an event loop. Safe to call from any thread.
  void settle();

  ServerCounters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::http
