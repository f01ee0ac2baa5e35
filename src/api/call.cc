#include "api/call.h"

#include <utility>

#include "api/error_response.h"

namespace strongroom::api {
namespace {

void log_failure(Log& log, const Error& error, const Uuid& request_id) {
  const int status = http_status(error);
  if (status >= 500) log.failed("a request failed", error, {{"request_id", request_id}});
}

}  // namespace

Call::Call(http::Responder responder, Uuid request_id, std::string_view collection, Log& log)
    : responder_(std::move(responder)),
      request_id_(request_id),
      collection_(collection),
      log_(&log) {}

identity::Asker Call::asker() const {
  identity::Asker asker;
  asker.user = signed_in_.user.uuid;
  asker.key = signed_in_.key.uuid;
  asker.grants = signed_in_.grants;
  asker.request_id = actor_.request_id;
  asker.peer = actor_.peer;
  asker.again = again_;
  return asker;
}

void Call::set_caller(const identity::SignedIn& signed_in) {
  signed_in_ = signed_in;
  actor_.id = signed_in.user.uuid;
  actor_.key_id = signed_in.key.uuid;
  actor_.grants = signed_in.grants;
  actor_.request_id = request_id_.text();
  actor_.peer = request().peer;
}

void Call::answer_once_recorded(const Error& error) && {
  const RecordDenial& record = *std::exchange(record_denial_, nullptr);
  const vault::Actor actor = actor_;
  const Uuid subject = Uuid::parse(path(0)).value_or(Uuid{});
  record(actor, error, subject, [call = std::move(*this), answered = error]() mutable {
    std::move(call).answer(std::move(answered));
  });
}

void Call::answer(Result<http::Response> result) && {
  const bool is_denied = !result && result.error().code == Code::kPermissionDenied;
  if (is_denied && record_denial_ != nullptr && *record_denial_) {
    return std::move(*this).answer_once_recorded(result.error());
  }
  if (!result) {
    log_failure(*log_, result.error(), request_id_);
    result = error_response(result.error(), request_id_, collection_);
  } else if (settle_ != nullptr && *settle_) {
    (*settle_)();
  }
  std::move(responder_).send(finished(*std::move(result), request_id_));
}

void Call::answer_late(UniqueFunction<http::Response()> make) && {
  std::move(responder_).send([make = std::move(make), request_id = request_id_]() mutable {
    return finished(make(), request_id);
  });
}

Error Call::not_found() {
  return Error{Code::kNotFound, "There is no such thing, or none that you may know of."};
}

http::Response json_response(std::string body, int status) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

http::Response finished(http::Response response, const Uuid& request_id) {
  if (http::find_header(response.headers, "X-Request-Id") == nullptr) {
    response.headers.push_back({"X-Request-Id", request_id.text()});
  }
  // http::Server adds Cache-Control itself to what is marked secret.
  if (!response.secret && http::find_header(response.headers, "Cache-Control") == nullptr) {
    response.headers.push_back({"Cache-Control", "no-store"});
  }
  return response;
}

}  // namespace strongroom::api
