#include "api/error_response.h"

#include <string>
#include <utility>
#include <variant>

#include "api/json_writer.h"
#include "base/overloaded.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kMethodNotAllowed = "method_not_allowed";
constexpr std::string_view kUnsupportedMediaType = "unsupported_media_type";

int status_of(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return 400;
    case Code::kUnauthenticated:
      return 401;
    case Code::kPermissionDenied:
      return 403;
    case Code::kNotFound:
      return 404;
    case Code::kConflict:
      return 409;
    case Code::kPreconditionFailed:
      return 412;
    case Code::kPreconditionRequired:
      return 428;
    case Code::kNeedsConsent:
    case Code::kProviderRefused:
      return 424;
    case Code::kRateLimited:
      return 429;
    case Code::kUnavailable:
      return 503;
    case Code::kCorrupt:
    case Code::kInternal:
      break;
  }
  return 500;
}

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 415:
      return "Unsupported Media Type";
    case 424:
      return "Failed Dependency";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

void write_parameter(JsonWriter& json, const ErrorParameter& parameter) {
  std::visit(Overloaded{
                 [&](std::int64_t number) { json.member(parameter.name, number); },
                 [&](const Uuid& id) { json.member(parameter.name, id); },
                 [&](WallTime time) { json.member(parameter.name, time); },
                 [&](const VisibleName& name) { json.member(parameter.name, name.text); },
                 [&](const FieldPointer& field) { json.member(parameter.name, field.text); },
             },
             parameter.value);
}

std::string document(const Error& error, int status, const Uuid& request_id,
                     std::string_view collection) {
  const std::string_view problem =
      error.problem.view().empty() ? code_name(error.code) : error.problem.view();
  JsonWriter json;
  json.begin_object();
  json.member("type", "/problems/" + std::string(problem));
  json.member("title", title_of(status));
  json.member("status", std::int64_t{status});
  json.member("detail", error.message.view());
  json.member("code", code_name(error.code));
  json.member("request_id", request_id);
  for (const ErrorParameter& parameter : error.parameters) write_parameter(json, parameter);
  const ErrorValue* existing = error.find("existing_id");
  if (existing != nullptr && std::holds_alternative<Uuid>(*existing) && !collection.empty()) {
    json.member("existing", std::string(collection) + "/" + std::get<Uuid>(*existing).text());
  }
  json.end_object();
  return json.take();
}

}  // namespace

int http_status(const Error& error) {
  if (error.problem.view() == kMethodNotAllowed) return 405;
  if (error.problem.view() == kUnsupportedMediaType) return 415;
  return status_of(error.code);
}

std::string_view code_name(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return "invalid_argument";
    case Code::kUnauthenticated:
      return "unauthenticated";
    case Code::kPermissionDenied:
      return "permission_denied";
    case Code::kNotFound:
      return "not_found";
    case Code::kConflict:
      return "conflict";
    case Code::kPreconditionFailed:
      return "precondition_failed";
    case Code::kPreconditionRequired:
      return "precondition_required";
    case Code::kNeedsConsent:
      return "needs_consent";
    case Code::kProviderRefused:
      return "provider_refused";
    case Code::kRateLimited:
      return "rate_limited";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kCorrupt:
      return "corrupt";
    case Code::kInternal:
      return "internal";
  }
  return "internal";
}

http::Response error_response(const Error& error, const Uuid& request_id,
                              std::string_view collection) {
  http::Response response;
  response.status = http_status(error);
  response.content_type = "application/problem+json";
  response.body = document(error, response.status, request_id, collection);
  response.headers.push_back({"X-Request-Id", request_id.text()});
  response.headers.push_back({"Cache-Control", "no-store"});
  if (response.status == 401) response.headers.push_back({"WWW-Authenticate", "Bearer"});
  const ErrorValue* wait = error.find("retry_after");
  if (wait != nullptr && std::holds_alternative<std::int64_t>(*wait)) {
    response.headers.push_back({"Retry-After", std::to_string(std::get<std::int64_t>(*wait))});
  }
  return response;
}

Error method_not_allowed() {
  return Error{Code::kInvalidArgument,
               "This path does not know this method; Allow lists those "
               "that it knows.",
               {},
               "method_not_allowed"};
}

Error unsupported_media_type() {
  return Error{Code::kInvalidArgument,
               "The body must be JSON in UTF-8, and Content-Type must say "
               "so.",
               {},
               "unsupported_media_type"};
}

Error session_ended() {
  return Error{
      Code::kUnauthenticated, "The session has ended. Sign in again.", {}, "session_ended"};
}

}  // namespace strongroom::api
