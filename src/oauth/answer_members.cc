#include "oauth/answer_members.h"

#include <boost/json.hpp>

namespace strongroom::oauth {

namespace json = boost::json;

const json::object* within(const json::object& answer, const std::vector<std::string>& envelope) {
  const json::object* object = &answer;
  for (const std::string& name : envelope) {
    const json::value* inner = object->if_contains(name);
    object = inner == nullptr ? nullptr : inner->if_object();
    if (object == nullptr) return nullptr;
  }
  return object;
}

const json::value* member(const json::object& answer, std::string_view name) {
  const json::value* value = answer.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

const json::value* member(const json::object& answer, std::string_view own,
                          std::string_view standard) {
  return member(answer, own.empty() ? standard : own);
}

}  // namespace strongroom::oauth
