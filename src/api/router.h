#pragma once
// One table of routes: which method and path leads where, who may call it, and on which thread.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "api/failed_attempts.h"
#include "api/need.h"
#include "base/clock.h"
#include "base/function.h"
#include "base/guarded.h"
#include "base/log.h"
#include "http/server.h"
#include "identity/api_keys.h"
#include "identity/sessions.h"

namespace strongroom::api {

enum class Caller : std::uint8_t {
  kAnybody,  // no key is looked at
  kPerson,   // a user API key, or a session whose password need not be changed
  kSession,  // a session alone
};

struct Route {
  std::string_view method;      // "GET" also answers HEAD
  std::string_view pattern;     // "/api/v1/robots/{id}/keys"; a literal
  std::string_view collection;  // for links to what is in the way; see error_response()
  Caller caller = Caller::kPerson;
  bool blocking = true;  // handed to the workers; false: runs on the event loop, must not block
  std::function<void(Call)> handle;
  // Declared in need.cc; nullopt: all_routes() found nothing there, and the server does not start.
  std::optional<Need> need = {};
};

// A route that writes its own answer on the event loop: the look-up. The path parameter is
// decoded, and empty where the pattern has none; it is valid during the call only. Such a route
// sees no HEAD, and authenticates by itself.
using RawHandler = std::function<void(const http::Request&, http::Responder,
                                      std::string_view parameter, const Uuid& request_id)>;
struct RawRoute {
  std::string_view method;
  std::string_view pattern;
  RawHandler handle;
};

// What answers at a path that no route has, on the event loop, whatever the method: the console.
// nullopt: nothing is there either. Must not block; safe to call from any thread.
using Pages =
    std::function<std::optional<http::Response>(const http::Request&, const Uuid& request_id)>;

struct RouterCounters {
  std::uint64_t requests = 0;
  std::uint64_t unauthenticated = 0;  // 401
  std::uint64_t forged = 0;           // 403: a session without its CSRF token, or from another site
  std::uint64_t throttled = 0;        // 429 after too many wrong keys, those of robots included
  std::uint64_t overloaded = 0;       // 503: the workers' queue was full
};

// Safe to use from any thread.
class Router {
 public:
  struct Parts {
    std::vector<RawRoute> raw_routes;  // looked at first
    std::vector<Route> routes;
    identity::ApiKeys& api_keys;
    identity::Sessions& sessions;
    FailedAttempts& failed_attempts;
    Executor workers;                      // bounded; false from it means 503
    std::function<Uuid()> new_request_id;  // called from any thread
    Log& log;
    // Called on a worker after each change that succeeded, before it is answered: returns when no
    // event loop still writes an answer that it decided on earlier (http::Server::settle).
    std::function<void()> settle = {};
    RecordDenial record_denial = {};  // of people whose key lacks a permission
    Pages pages = {};                 // asked before a path is said to lead nowhere
  };
  explicit Router(Parts parts);

  // An http::Handler. Unknown path: 404; known path, other method: 405 with Allow.
  void handle(const http::Request& request, http::Responder responder);

  RouterCounters counters() const;

 private:
  bool handle_raw(const http::Request& request, http::Responder& responder, const Uuid& request_id);
  void dispatch(const Route& route, const http::Request& request, http::Responder responder,
                const Uuid& request_id);
  void run(const Route& route, Call call);
  void refuse_method(std::string allow, Call call);
  Result<identity::SignedIn> sign_in(const Route& route, const http::Request& request);
  Result<identity::SignedIn> by_key(const http::Request& request);
  Result<identity::SignedIn> by_session(const Route& route, const http::Request& request,
                                        std::string_view cookie);
  Result<identity::SignedIn> sign_in_again(const identity::SignedIn& signed_in);
  std::string allowed_methods(std::string_view path) const;

  std::vector<RawRoute> raw_routes_;
  std::vector<Route> routes_;
  identity::ApiKeys& api_keys_;
  identity::Sessions& sessions_;
  FailedAttempts& failed_attempts_;
  const Executor workers_;
  std::function<Uuid()> new_request_id_;
  Log& log_;
  std::function<void()> settle_;
  RecordDenial record_denial_;
  Pages pages_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> unauthenticated_{0};
  std::atomic<std::uint64_t> forged_{0};
  std::atomic<std::uint64_t> overloaded_{0};
};

// The key in "Bearer <key>" (RFC 6750 section 2.1); the scheme in any case. Empty: anything else.
std::string_view bearer_credential(std::string_view authorization);

}  // namespace strongroom::api
