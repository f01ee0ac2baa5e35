#include "cli/rest.h"

#include <utility>

namespace strongroom::cli {
namespace {

constexpr bool is_unreserved(char c) {
  return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') ||  //
         c == '-' || c == '.' || c == '_' || c == '~';
}

std::string url_of(const std::string& base, std::string_view path, const QueryParameters& query) {
  std::string url = base;
  while (url.ends_with('/')) url.pop_back();
  url.append("/api/v1").append(path);
  char separator = '?';
  for (const auto& [name, value] : query) {
    url.push_back(separator);
    url.append(name).append("=").append(percent_encode(value));
    separator = '&';
  }
  return url;
}

// The person at the command line chose the server: any address will do, its certificate decides.
http::AddressPolicy any_address() {
  http::AddressPolicy policy;
  for (const char* const range : {"0.0.0.0/0", "::/0"}) {
    policy.allowed.push_back(*http::AddressRange::parse(range));
  }
  return policy;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 15U]);
  }
  return out;
}

Rest::Rest(http::Client& client, Connection connection)
    : client_(client), connection_(std::move(connection)) {}

bool Rest::asks_as_robot() const { return connection_.key.reveal().starts_with("srk_robot_"); }

Result<Answer> Rest::call(std::string_view method, std::string_view path,
                          const QueryParameters& query, const http::RequestBody* body,
                          std::string_view if_match) {
  http::OutgoingRequest request;
  request.method = method;
  request.url = url_of(connection_.url, path, query);
  request.trusted_ca_pem = connection_.ca_pem;
  request.policy = any_address();
  request.limits.max_response_bytes = std::size_t{64} << 20;
  request.limits.total_timeout = std::chrono::seconds{60};
  request.limits.idle_timeout = std::chrono::seconds{60};
  if (!connection_.key.reveal().empty()) {
    std::string line = "Authorization: Bearer ";
    line.append(connection_.key.reveal());
    request.secret_header.emplace(line);
    wipe(line);
  }
  if (body != nullptr) {
    request.headers.push_back(
        {"Content-Type", method == "PATCH" ? "application/merge-patch+json" : "application/json"});
    request.body = body->clone();
  }
  if (!if_match.empty()) request.headers.push_back({"If-Match", std::string(if_match)});
  http::ExchangeResult result = http::send_and_wait(client_, std::move(request));
  if (!result) {
    std::string detail = result.error().detail;
    if (result.error().hop == http::Hop::kTls && connection_.ca_pem.empty()) {
      detail += "; --ca-file or STRONGROOM_CA_FILE names a CA to trust";
    }
    return Error{Code::kUnavailable, result.error().message, std::move(detail)};
  }
  const std::string* const etag = http::find_header(result->headers, "ETag");
  const std::string* const next = http::find_header(result->headers, "X-Next-After");
  return Answer{result->status, etag == nullptr ? "" : *etag, next == nullptr ? "" : *next,
                std::move(result->body)};
}

}  // namespace strongroom::cli
