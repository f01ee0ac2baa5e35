#include "http/response_text.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace strongroom::http {
namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
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
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 424:
      return "Failed Dependency";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";  // RFC 9112 section 4: it may be empty, and clients ignore it
  }
}

// What a refusal says; the texts and names are the contract's (api.yaml, Problem).
struct Refusal {
  int status;
  std::string_view problem;
  std::string_view code;
  std::string_view detail;
};

constexpr Refusal kRefusals[] = {
    {400, "malformed_request", "invalid_argument", "The request is not well-formed HTTP."},
    {408, "request_timeout", "invalid_argument", "The request took too long to arrive."},
    {413, "body_too_large", "invalid_argument", "The body of the request is too large."},
    {414, "target_too_long", "invalid_argument", "The address of the request is too long."},
    {417, "expectation_failed", "invalid_argument",
     "The only expectation that can be met is 100-continue."},
    {431, "headers_too_large", "invalid_argument",
     "The header fields of the request are too large."},
};
constexpr Refusal kNoAnswer{500, "internal", "internal",
                            "The server could not answer this request."};

const Refusal& refusal_for(int status) {
  const auto* found = std::ranges::find(kRefusals, status, &Refusal::status);
  return found == std::end(kRefusals) ? kNoAnswer : *found;
}

void append_number(std::uint64_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void append_field(std::string_view name, std::string_view value, std::string& out) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool is_safe(const Header& header) {
  const auto token = [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-';
  };
  const auto printable = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; };
  return !header.name.empty() && std::ranges::all_of(header.name, token) &&
         std::ranges::all_of(header.value, printable);
}

// RFC 9110 section 8.6: these have no body, and 204 no Content-Length either.
bool has_no_body(int status) { return status == 204 || status == 304; }

// What a browser shows or follows. A robot's look-up need not carry what only browsers keep.
bool is_for_browsers(const Response& response) {
  const bool redirect = response.status >= 301 && response.status <= 303;
  return redirect || response.content_type.starts_with("text/html");
}

std::string_view body_of(const Response& response) {
  return response.body.empty() ? response.standing_body : std::string_view(response.body);
}

}  // namespace

std::string_view DateText::now() {
  std::timespec time{};
  clock_gettime(CLOCK_REALTIME_COARSE, &time);  // a header of whole seconds needs no finer clock
  if (time.tv_sec != second_) {
    std::tm parts{};
    gmtime_r(&time.tv_sec, &parts);
    std::strftime(text_, sizeof text_, "%a, %d %b %Y %H:%M:%S GMT", &parts);  // C locale's names
    second_ = time.tv_sec;
  }
  return {text_, 29};
}

bool append_response(const Response& response, const ResponseFrame& frame, std::string& out) {
  if (!std::ranges::all_of(response.headers, is_safe)) return false;
  const bool no_body = has_no_body(response.status);
  const std::string_view body = body_of(response);
  out.append("HTTP/1.1 ");
  append_number(static_cast<std::uint64_t>(response.status), out);
  out.append(" ").append(reason_phrase(response.status)).append("\r\n");
  if (!no_body) {
    if (!response.content_type.empty()) append_field("Content-Type", response.content_type, out);
    out.append("Content-Length: ");
    append_number(body.size(), out);
    out.append("\r\n");
  }
  append_field("Date", frame.date, out);
  out.append("X-Content-Type-Options: nosniff\r\n");
  if (frame.strict_transport && is_for_browsers(response)) {
    append_field("Strict-Transport-Security", "max-age=31536000", out);
  }
  if (response.secret) out.append("Cache-Control: no-store\r\n");
  for (const Header& header : response.headers) append_field(header.name, header.value, out);
  if (!frame.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (frame.http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
  const bool apart = frame.body_apart && response.body.empty();
  if (!no_body && !frame.head_request && !apart) out.append(body);
  return true;
}

Response problem_for(int status) {
  const Refusal& refusal = refusal_for(status);
  std::string body;
  body.append(R"({"type":"/problems/)").append(refusal.problem);
  body.append(R"(","title":")").append(reason_phrase(refusal.status));
  body.append(R"(","status":)");
  append_number(static_cast<std::uint64_t>(refusal.status), body);
  body.append(R"(,"detail":")").append(refusal.detail);
  body.append(R"(","code":")").append(refusal.code).append(R"("})");
  return {.status = refusal.status,
          .content_type = "application/problem+json",
          .headers = {{"Cache-Control", "no-store"}},
          .body = std::move(body)};
}

}  // namespace strongroom::http
