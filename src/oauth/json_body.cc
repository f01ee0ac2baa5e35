#include "oauth/json_body.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/json.h"
#include "http/message.h"

namespace strongroom::oauth {
namespace {

using catalogue::BodyFormat;

// A byte becomes six at most (\u001b), and each pair gets quotes, a colon and a comma.
constexpr std::size_t kLongestEscape = 6;
constexpr std::size_t kRoomForOnePair = 16;

// What a form says is well-formed: it was written here.
void append_decoded(std::string_view encoded, std::string& out) {
  std::string text;
  text.reserve(encoded.size());  // decoding makes nothing longer, so nothing is left behind
  http::percent_decode(encoded, true, text);
  append_json_string(out, text);
  wipe(text);
}

http::RequestBody json_of(std::string_view form) {
  std::string json;
  const auto pairs = static_cast<std::size_t>(std::ranges::count(form, '&')) + 1;
  json.reserve(kLongestEscape * form.size() + kRoomForOnePair * pairs);
  json += '{';
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (json.size() > 1) json += ',';
    append_decoded(pair.substr(0, equals), json);
    json += ':';
    append_decoded(pair.substr(std::min(equals + 1, pair.size())), json);
  }
  json += '}';
  http::RequestBody body(json);
  wipe(json);
  return body;
}

}  // namespace

http::RequestBody body_of(const TokenForm& form, BodyFormat format) {
  http::RequestBody body = form.body();
  return format == BodyFormat::kForm ? std::move(body) : json_of(body.reveal());
}

std::string_view media_type_of(BodyFormat format) {
  return format == BodyFormat::kForm ? "application/x-www-form-urlencoded" : "application/json";
}

}  // namespace strongroom::oauth
