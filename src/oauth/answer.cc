#include "oauth/answer.h"

#include <string>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/secret.h"

namespace strongroom::oauth {
namespace {

using catalogue::ResponseFormat;

bool is_json(std::string_view type) {
  return type == "application/json" ||
         (type.starts_with("application/") && type.ends_with("+json"));
}

// The fields of a form as the text of a JSON object, so that one parser judges both. Empty: not a
// form. The caller wipes it.
std::string json_of_form(std::string_view body) {
  std::string json = "{";
  json.reserve(8 * body.size() + 16);  // never grows, so no piece of a token is left behind
  while (!body.empty()) {
    const std::size_t end = body.find('&');
    const std::string_view field = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    const std::size_t equals = field.find('=');
    std::string name;
    std::string value;
    const bool good = equals != std::string_view::npos &&
                      http::percent_decode(field.substr(0, equals), true, name) &&
                      http::percent_decode(field.substr(equals + 1), true, value);
    if (good) {
      if (json.size() > 1) json += ',';
      append_json_string(json, name);
      json += ':';
      append_json_string(json, value);
    }
    wipe(value);
    if (!good) {
      wipe(json);
      return "";
    }
  }
  return json += '}';
}

Result<boost::json::value> parse(std::string_view body, ResponseFormat format) {
  if (format == ResponseFormat::kJson) return parse_json(body);
  std::string json = json_of_form(body);
  auto parsed = parse_json(json, {.max_bytes = json.size() + 1});
  wipe(json);
  return parsed;
}

}  // namespace

std::string media_type(const std::vector<http::Header>& headers) {
  const std::string* value = http::find_header(headers, "Content-Type");
  if (value == nullptr) return "";
  std::string type = value->substr(0, value->find(';'));
  const std::size_t first = type.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  type = type.substr(first, type.find_last_not_of(" \t") - first + 1);
  for (char& c : type) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return type;
}

bool says_json(const std::vector<http::Header>& headers) { return is_json(media_type(headers)); }

bool has_no_document(int status, const std::vector<http::Header>& headers) {
  constexpr int kOk = 200;
  constexpr int kRequestTimeout = 408;
  constexpr int kTooManyRequests = 429;
  if (status == kOk) return !says_json(headers);
  return 400 <= status && status < 500 && status != kRequestTimeout && status != kTooManyRequests;
}

Result<boost::json::value> read_answer(const std::vector<http::Header>& headers,
                                       std::string_view body, ResponseFormat format) {
  const std::string type = media_type(headers);
  const bool fits =
      format == ResponseFormat::kJson ? is_json(type) : type == "application/x-www-form-urlencoded";
  if (!fits) return Error{Code::kInvalidArgument, "The answer has another media type."};
  STRONGROOM_TRY(boost::json::value value, parse(body, format));
  if (!value.is_object()) return Error{Code::kInvalidArgument, "The answer is not an object."};
  return value;
}

}  // namespace strongroom::oauth
