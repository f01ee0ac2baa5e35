// ObjectReader: a body of the API that was taken is what the operation knows, and nothing more.
//
// The first line of an input is the Content-Type, the rest the body.
#include <algorithm>
#include <array>
#include <string>

#include <boost/json.hpp>

#include "api/object_reader.h"
#include "base/json.h"
#include "base/unicode.h"
#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

using api::BodyKind;
using api::ObjectReader;

// Takes what a made-up operation knows.
void take_members(ObjectReader& body) {
  if (const auto name = body.text("name", 64)) {
    require(name->size() <= 64 && is_utf8(*name), "a text is one, and not too long");
  }
  body.text_or_null("description");
  if (const auto tags = body.texts("tags")) {
    require(tags->size() <= ObjectReader::kMostItems, "a list is not too long");
  }
  if (const auto map = body.text_map("endpoint_parameters")) {
    require(map->size() <= ObjectReader::kMostItems, "a map is not too large");
  }
  body.flag("enabled");
  body.object("owner", [](ObjectReader& owner) {
    owner.text("name");
    owner.text("email");
  });
  body.objects("consumer_secrets", 2, [](ObjectReader& item) {
    if (const auto secret = item.secret("value")) {
      require(!secret->view().empty(), "a secret is not empty");
    }
    if (!item.take_null("expires_on")) item.text("expires_on");
    item.require("value");
  });
}

bool is_known(std::string_view name) {
  constexpr std::array<std::string_view, 7> kKnown = {
      "name", "description", "tags", "endpoint_parameters", "enabled", "owner", "consumer_secrets"};
  return std::ranges::find(kKnown, name) != kKnown.end();
}

void check_refusal(const Error& error) {
  require(error.code == Code::kInvalidArgument, "a bad body is an invalid argument");
  const ErrorValue* field = error.find("field");
  if (field == nullptr) return;
  const std::string& pointer = std::get<FieldPointer>(*field).text;
  require(std::ranges::all_of(pointer, [](char c) { return ' ' <= c && c <= '~'; }),
          "a place is printable");
}

void check_body(const http::Request& request, BodyKind kind) {
  auto body = ObjectReader::from_body(request, kind);
  if (!body) return check_refusal(body.error());
  take_members(*body);
  if (const Status finished = body->finish(); !finished) return check_refusal(finished.error());
  const auto value = parse_json(request.body);
  require(value.has_value() && value->is_object(), "a body is a JSON object");
  for (const auto& member : value->get_object()) {
    require(is_known(member.key()), "nothing unknown is let through");
  }
}

}  // namespace

void one_input(std::string_view input) {
  Input rest(input);
  http::Request request;
  request.content_type = rest.line();
  request.body = rest.rest();
  check_body(request, BodyKind::kJson);
  check_body(request, BodyKind::kMergePatch);
  const Status nothing = ObjectReader::expect_nothing(request);
  if (nothing && !request.body.empty()) {
    const auto value = parse_json(request.body);
    require(value.has_value() && value->is_object() && value->get_object().empty(),
            "nothing is an empty object");
  }
}

}  // namespace strongroom::fuzz
