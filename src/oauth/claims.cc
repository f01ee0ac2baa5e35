#include "oauth/claims.h"

#include <cstdint>

#include <boost/json.hpp>

#include "base/json.h"
#include "crypto/jws_verify.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

constexpr JsonLimits kLimits{.max_bytes = crypto::kMaxJwsBytes, .max_depth = 16};

// nullopt: it is not there.
std::optional<json::value> find(std::string_view claims, std::string_view name) {
  const auto parsed = parse_json(claims, kLimits);
  const json::object* const object = parsed ? parsed->if_object() : nullptr;
  const json::value* const value = object == nullptr ? nullptr : object->if_contains(name);
  if (value == nullptr) return std::nullopt;
  return *value;
}

}  // namespace

std::string claim_text(std::string_view claims, std::string_view name) {
  const auto value = find(claims, name);
  if (!value || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}

std::optional<bool> claim_flag(std::string_view claims, std::string_view name) {
  const auto value = find(claims, name);
  if (!value) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  if (!value->is_string()) return std::nullopt;
  const std::string_view text(value->get_string());
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<WallTime> claim_time(std::string_view claims, std::string_view name) {
  constexpr std::int64_t kLatest = 253'402'300'799;  // the end of the year 9999
  const auto value = find(claims, name);
  if (!value || !value->is_int64()) return std::nullopt;
  const std::int64_t seconds = value->get_int64();
  if (seconds < 0 || seconds > kLatest) return std::nullopt;
  return WallTime(Seconds(seconds));
}

std::optional<std::vector<std::string>> claim_texts(std::string_view claims,
                                                    std::string_view name) {
  const auto value = find(claims, name);
  if (!value) return std::nullopt;
  if (value->is_string()) return std::vector{std::string(std::string_view(value->get_string()))};
  const json::array* const list = value->if_array();
  if (list == nullptr || list->size() > kMaxClaimValues) return std::nullopt;
  std::vector<std::string> texts;
  for (const json::value& item : *list) {
    if (!item.is_string()) return std::nullopt;
    texts.emplace_back(std::string_view(item.get_string()));
  }
  return texts;
}

}  // namespace strongroom::oauth
