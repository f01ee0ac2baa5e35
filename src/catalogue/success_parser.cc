#include "catalogue/success_parser.h"

#include <string>
#include <utility>

#include <boost/json.hpp>

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxConditions = 5;

SuccessMember read_condition(ObjectReader& in) {
  SuccessMember condition;
  condition.member = in.text("member", TextRule::kName, Need::kRequired);
  const json::value* equals = in.value("equals", Need::kRequired);
  if (equals == nullptr) return condition;
  if (equals->is_bool()) {
    condition.equals = equals->get_bool();
  } else if (equals->is_int64()) {
    condition.equals = equals->get_int64();
  } else if (equals->is_string() && satisfies(equals->get_string(), TextRule::kLabel)) {
    condition.equals = std::string(equals->get_string());
  } else {
    in.problems().report(child(in.pointer(), "equals"),
                         "This must be true, false, a whole number or a short text.");
  }
  return condition;
}

}  // namespace

std::vector<SuccessMember> read_success(ObjectReader& in, std::string_view name) {
  std::vector<SuccessMember> conditions;
  in.each(name, Need::kOptional, kMaxConditions, [&](const json::value& element, std::string at) {
    ObjectReader condition(element, std::move(at), in.problems());
    conditions.push_back(read_condition(condition));
  });
  return conditions;
}

}  // namespace strongroom::catalogue
