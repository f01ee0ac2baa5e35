#include "oauth/success_members.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>

#include <boost/json.hpp>

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

bool holds(const json::object& answer, const catalogue::SuccessMember& condition) {
  const json::value* value = answer.if_contains(condition.member);
  if (value == nullptr) return false;
  if (const bool* flag = std::get_if<bool>(&condition.equals)) {
    return value->is_bool() && value->get_bool() == *flag;
  }
  if (const auto* number = std::get_if<std::int64_t>(&condition.equals)) {
    return value->is_int64() && value->get_int64() == *number;
  }
  return value->is_string() && value->get_string() == std::get<std::string>(condition.equals);
}

}  // namespace

bool hold(const std::vector<catalogue::SuccessMember>& conditions, const json::object& answer) {
  return std::ranges::all_of(conditions,
                             [&](const auto& condition) { return holds(answer, condition); });
}

}  // namespace strongroom::oauth
