#include "http/response_text.h"

#include <algorithm>
#include <charconv>

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

// The whole document is a literal, so a refusal costs next to nothing.
std::string_view problem_body(int status) {
  switch (status) {
    case 400:
      return R"({"type":"/problems/malformed_request","title":"The request is not well-formed HTTP.","status":400})";
    case 408:
      return R"({"type":"/problems/request_timeout","title":"The request took too long to arrive.","status":408})";
    case 413:
      return R"({"type":"/problems/body_too_large","title":"The body of the request is too large.","status":413})";
    case 414:
      return R"({"type":"/problems/target_too_long","title":"The address of the request is too long.","status":414})";
    case 417:
      return R"({"type":"/problems/expectation_failed","title":"The only expectation that can be met is 100-continue.","status":417})";
    case 431:
      return R"({"type":"/problems/headers_too_large","title":"The header fields of the request are too large.","status":431})";
    default:
      return R"({"type":"/problems/internal","title":"The server could not answer this request.","status":500})";
  }
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
  out.append("HTTP/1.1 ");
  append_number(static_cast<std::uint64_t>(response.status), out);
  out.append(" ").append(reason_phrase(response.status)).append("\r\n");
  if (!no_body) {
    if (!response.content_type.empty()) append_field("Content-Type", response.content_type, out);
    out.append("Content-Length: ");
    append_number(response.body.size(), out);
    out.append("\r\n");
  }
  append_field("Date", frame.date, out);
  out.append("X-Content-Type-Options: nosniff\r\n");
  if (response.secret) out.append("Cache-Control: no-store\r\n");
  for (const Header& header : response.headers) append_field(header.name, header.value, out);
  if (!frame.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (frame.http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
  if (!no_body && !frame.head_request) out.append(response.body);
  return true;
}

Response problem_for(int status) {
  const std::string_view body = problem_body(status);
  return {.status = status,
          .content_type = "application/problem+json",
          .headers = {},
          .body = std::string(body)};
}

}  // namespace strongroom::http
