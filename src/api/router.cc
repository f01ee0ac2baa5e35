#include "api/router.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "api/error_response.h"
#include "api/path_match.h"
#include "api/session_cookie.h"

namespace strongroom::api {
namespace {

bool answers(std::string_view route_method, std::string_view method) {
  return route_method == method || (route_method == "GET" && method == "HEAD");
}

Error no_such_path() { return Error{Code::kNotFound, "There is nothing at this path."}; }

Error overloaded() {
  return Error{Code::kUnavailable, "Too much is going on right now.", {}, "overloaded"}.with(
      "retry_after", std::int64_t{1});
}

Error csrf_token_wrong() {
  return Error{Code::kPermissionDenied,
               "A request with the session's cookie that may change something must show the "
               "session's csrf_token in the header X-CSRF-Token.",
               {},
               "csrf_token_wrong"};
}

Error password_change_needed() {
  return Error{Code::kPermissionDenied, "Change the password first.", {}, "password_change_needed"};
}

Error step_up_required() {
  return Error{
      Code::kPermissionDenied, "Show again who you are, then ask again.", {}, "step_up_required"};
}

void add_method(std::string& list, std::string_view method) {
  if (!list.empty()) list += ", ";
  list += method;
}

}  // namespace

std::string_view bearer_credential(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size()) return {};
  if (!http::same_field_name(authorization.substr(0, kScheme.size()), kScheme)) return {};
  const std::string_view credential = authorization.substr(kScheme.size());
  return credential.find(' ') == std::string_view::npos ? credential : std::string_view();
}

Router::Router(Parts parts)
    : raw_routes_(std::move(parts.raw_routes)),
      routes_(std::move(parts.routes)),
      api_keys_(parts.api_keys),
      sessions_(parts.sessions),
      failed_attempts_(parts.failed_attempts),
      workers_(std::move(parts.workers)),
      new_request_id_(std::move(parts.new_request_id)),
      log_(parts.log),
      settle_(std::move(parts.settle)),
      record_denial_(std::move(parts.record_denial)),
      pages_(std::move(parts.pages)) {}

void Router::handle(const http::Request& request, http::Responder responder) {
  requests_.fetch_add(1, std::memory_order_relaxed);
  const Uuid request_id = new_request_id_();
  if (handle_raw(request, responder, request_id)) return;
  for (const Route& route : routes_) {
    if (!answers(route.method, request.method)) continue;
    if (!match_path(route.pattern, request.path)) continue;
    return dispatch(route, request, std::move(responder), request_id);
  }
  std::string allow = allowed_methods(request.path);
  if (allow.empty() && pages_) {
    if (auto page = pages_(request, request_id)) {
      return std::move(responder).send(finished(*std::move(page), request_id));
    }
  }
  Call call(std::move(responder), request_id, {}, log_);
  if (allow.empty()) return std::move(call).answer(no_such_path());
  refuse_method(std::move(allow), std::move(call));
}

bool Router::handle_raw(const http::Request& request, http::Responder& responder,
                        const Uuid& request_id) {
  for (const RawRoute& route : raw_routes_) {
    if (route.method != request.method) continue;
    const auto raw = match_path(route.pattern, request.path);
    if (!raw) continue;
    auto decoded = decode_parameters(*raw);
    if (!decoded) {
      Call(std::move(responder), request_id, {}, log_).answer(std::move(decoded).error());
    } else {
      route.handle(request, std::move(responder), decoded->values.front(), request_id);
    }
    return true;
  }
  return false;
}

void Router::dispatch(const Route& route, const http::Request& request, http::Responder responder,
                      const Uuid& request_id) {
  auto path = decode_parameters(*match_path(route.pattern, request.path));
  auto caller = sign_in(route, request);
  const auto opener =
      route.caller == Caller::kAnybody ? sessions_.find(session_cookie(request)) : std::nullopt;
  Call call(std::move(responder), request_id, route.collection, log_);
  if (!caller) return std::move(call).answer(std::move(caller).error());
  if (!path) return std::move(call).answer(std::move(path).error());
  call.set_path(*std::move(path));
  call.set_caller(*caller);
  if (!caller->session.uuid.is_nil()) call.set_session_user(caller->user);
  if (opener) call.set_session_user(opener->user);
  // Before anything is read: whoever may do it nowhere learns nothing. Where it may be done is for
  // whoever knows the thing.
  const bool needs_rights = route.need && route.caller == Caller::kPerson;
  Status may = needs_rights ? may_ask(*route.need, caller->grants) : Status();
  const bool by_session = !caller->session.uuid.is_nil();
  if (may && route.need && route.need->step_up && by_session && !caller->stepped_up) {
    return std::move(call).answer(step_up_required());  // who may do it is not written down for it
  }
  call.set_record_denial(record_denial_);
  if (!may) return std::move(call).answer(std::move(may).error());
  run(route, std::move(call));
}

void Router::run(const Route& route, Call call) {
  if (!route.blocking) return route.handle(std::move(call));
  if (route.method != "GET") call.set_settle(settle_);
  // The executor drops a task that it refuses, so the call stays here until it is known to run.
  auto waiting = std::make_shared<Call>(std::move(call));
  const bool accepted = workers_([this, &route, waiting] {
    // The key may have been revoked, or rights taken, while the call waited in the queue.
    if (route.caller != Caller::kAnybody) {
      const auto now = sign_in_again(waiting->signed_in());
      if (!now) return std::move(*waiting).answer(now.error());
      waiting->set_caller(*now);
      waiting->set_again([this, who = *now]() -> std::optional<Grants> {
        const auto still = sign_in_again(who);
        return still ? std::optional(still->grants) : std::nullopt;
      });
    }
    route.handle(std::move(*waiting));
  });
  if (accepted) return;
  overloaded_.fetch_add(1, std::memory_order_relaxed);
  std::move(*waiting).answer(overloaded());
}

void Router::refuse_method(std::string allow, Call call) {
  http::Response response = error_response(method_not_allowed(), call.request_id());
  response.headers.push_back({"Allow", std::move(allow)});
  std::move(call).answer(std::move(response));
}

Result<identity::SignedIn> Router::sign_in_again(const identity::SignedIn& signed_in) {
  const bool by_key = signed_in.session.uuid.is_nil();
  auto now = by_key ? api_keys_.again(signed_in) : sessions_.again(signed_in);
  if (now) return *std::move(now);
  unauthenticated_.fetch_add(1, std::memory_order_relaxed);
  if (!by_key) return session_ended();
  return Error{Code::kUnauthenticated, "This API key was revoked or has expired."};
}

Result<identity::SignedIn> Router::sign_in(const Route& route, const http::Request& request) {
  if (route.caller == Caller::kAnybody) return identity::SignedIn{};
  const std::string_view cookie = session_cookie(request);
  if (!cookie.empty()) return by_session(route, request, cookie);
  if (route.caller == Caller::kPerson) return by_key(request);
  unauthenticated_.fetch_add(1, std::memory_order_relaxed);
  return Error{Code::kUnauthenticated, "Nobody has signed in: there is no session's cookie."};
}

// Wrong cookies are not slowed down as wrong keys are: a browser whose session has ended is no
// guesser, and has to learn that it has.
Result<identity::SignedIn> Router::by_session(const Route& route, const http::Request& request,
                                              std::string_view cookie) {
  // Whoever lies here can only make their own session end sooner.
  const bool by_page = request.header("X-Unattended") == "1";
  const auto signed_in =
      sessions_.find(cookie, by_page ? identity::AskedBy::kPage : identity::AskedBy::kPerson);
  if (!signed_in) {
    unauthenticated_.fetch_add(1, std::memory_order_relaxed);
    return session_ended();
  }
  if (!is_safe_method(request.method)) {
    Status ours = refuse_cross_site(request);
    if (!identity::Sessions::csrf_token_fits(cookie, request.header("X-CSRF-Token")) && ours) {
      ours = csrf_token_wrong();
    }
    if (!ours) {
      forged_.fetch_add(1, std::memory_order_relaxed);
      return std::move(ours).error();
    }
  }
  if (signed_in->must_change_password && route.caller != Caller::kSession) {
    return password_change_needed();
  }
  return *signed_in;
}

Result<identity::SignedIn> Router::by_key(const http::Request& request) {
  const std::string_view credential = bearer_credential(request.authorization);
  if (const auto signed_in = api_keys_.authenticate(credential, request.peer)) return *signed_in;
  if (const auto wait = failed_attempts_.failed(request.peer)) {
    return too_many_wrong_keys(*wait);
  }
  unauthenticated_.fetch_add(1, std::memory_order_relaxed);
  if (credential.empty()) {
    return Error{Code::kUnauthenticated, "Send a user API key: Authorization: Bearer srk_user_..."};
  }
  return Error{Code::kUnauthenticated,
               "This is no user API key that works here. Robot keys work only under "
               "/api/v1/lookup/."};
}

std::string Router::allowed_methods(std::string_view path) const {
  std::string allow;
  for (const RawRoute& route : raw_routes_) {
    if (match_path(route.pattern, path)) add_method(allow, route.method);
  }
  for (const Route& route : routes_) {
    if (!match_path(route.pattern, path)) continue;
    add_method(allow, route.method);
    if (route.method == "GET") add_method(allow, "HEAD");
  }
  return allow;
}

RouterCounters Router::counters() const {
  return {requests_.load(std::memory_order_relaxed),
          unauthenticated_.load(std::memory_order_relaxed), forged_.load(std::memory_order_relaxed),
          failed_attempts_.throttled(), overloaded_.load(std::memory_order_relaxed)};
}

}  // namespace strongroom::api
