#include "badprovider/answer.h"

#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace strongroom::badprovider {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 429:
      return "Too Many Requests";
    default:
      return "As asked";
  }
}

// expires_in as careless providers tell it (field.md, "expires_in").
void tell_lifetime(boost::json::object& members, const Switches& switches, WallTime now) {
  const std::int64_t seconds = switches.expires_in_s;
  const std::string& how = switches.expires;
  if (how == "missing") return;
  boost::json::value& told = members["expires_in"];
  told = seconds;
  if (how == "string") told = std::to_string(seconds);
  if (how == "milliseconds") told = seconds * 1000;
  if (how == "absolute") {
    told = std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count() + seconds;
  }
  if (how == "zero") told = 0;
  if (how == "negative") told = -1;
  if (how == "words") told = "an hour";
}

}  // namespace

std::string to_bytes(const Answer& answer, WallTime now) {
  const auto date =
      std::chrono::duration_cast<Seconds>((now + answer.clock_offset).time_since_epoch());
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + " ";
  out.append(reason(answer.status)).append("\r\nDate: ").append(http::http_date(date.count()));
  out.append("\r\nContent-Type: ").append(answer.content_type);
  out.append("\r\nCache-Control: no-store\r\nContent-Length: ");
  out.append(std::to_string(answer.body.size())).append("\r\n");
  for (const http::Header& header : answer.headers) {
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  return out.append("\r\n").append(answer.body);
}

Answer error_answer(int status, std::string_view error) {
  const boost::json::object members{{"error", error},
                                    {"error_description", "as strongroom-badprovider was told"}};
  return {.status = status, .body = boost::json::serialize(members)};
}

Answer token_answer(const Issued& issued, const Switches& switches, WallTime now) {
  boost::json::object members{{"access_token", issued.access_token}, {"token_type", "Bearer"}};
  tell_lifetime(members, switches, now);
  if (!issued.refresh_token.empty()) members["refresh_token"] = issued.refresh_token;
  std::string scope = issued.scope;
  if (switches.scopes == "narrower") scope = scope.substr(0, scope.find(' '));
  if (switches.scopes != "missing" && !scope.empty()) members["scope"] = scope;
  if (switches.padding_bytes > 0) {
    members["padding"] = std::string(static_cast<std::size_t>(switches.padding_bytes), 'a');
  }
  return {.content_type = switches.content_type, .body = boost::json::serialize(members)};
}

}  // namespace strongroom::badprovider
