#include "badprovider/control.h"

#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/json.h"

namespace strongroom::badprovider {
namespace {

constexpr std::int64_t kMostMinted = 100'000;

std::string text_of(const boost::json::object& members, std::string_view name) {
  const boost::json::value* const value = members.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->as_string());
}

}  // namespace

Answer Control::answer(const http::Request& request) {
  boost::json::object members;
  if (!request.body.empty()) {
    auto parsed = parse_json(request.body);
    if (!parsed || !parsed->is_object()) return error_answer(400, "not_json");
    members = std::move(parsed->as_object());
  }
  const std::string call = std::string(request.method) + " " + std::string(request.path);
  if (call == "PATCH /switches") {
    const Status changed = change(*switches_.lock(), members);
    if (!changed) return error_answer(400, changed.error().detail);
  }
  if (call == "GET /switches" || call == "PATCH /switches") {
    return {.body = boost::json::serialize(to_json(*switches_.lock()))};
  }
  if (call == "POST /mint") return mint(members);
  if (call == "POST /revoke") {
    return grants_.revoke(text_of(members, "family"), "control") ? Answer{.body = "{}"}
                                                                 : error_answer(404, "no_family");
  }
  if (call == "GET /families") return {.body = boost::json::serialize(grants_.families())};
  if (call == "GET /truth") {
    return {.content_type = "application/x-ndjson", .body = truth_.lines()};
  }
  return error_answer(404, "not_found");
}

Answer Control::mint(const boost::json::object& wanted) {
  const boost::json::value* const count = wanted.if_contains("count");
  const std::int64_t number = count != nullptr && count->is_int64() ? count->as_int64() : 1;
  const std::string client = text_of(wanted, "client");
  if (client.empty() || number < 1 || number > kMostMinted) return error_answer(400, "client");
  boost::json::array tokens;
  for (std::int64_t i = 0; i < number; ++i) {
    const Issued issued = grants_.mint(client, text_of(wanted, "scope"));
    tokens.push_back(
        boost::json::object{{"family", issued.family}, {"refresh_token", issued.refresh_token}});
  }
  return {.body = boost::json::serialize(boost::json::object{{"tokens", std::move(tokens)}})};
}

}  // namespace strongroom::badprovider
