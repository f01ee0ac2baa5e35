#include "catalogue/problems.h"

#include <utility>

namespace strongroom::catalogue {

Error Problem::as_error() && {
  std::string detail = "at " + pointer;
  return Error{Code::kInvalidArgument, message, std::move(detail)}.at(std::move(pointer));
}

void Problems::report(std::string pointer, LiteralText message, std::string hint) {
  spoils_values_ = true;
  add({std::move(pointer), message, std::move(hint)});
}

void Problems::report_beside(std::string pointer, LiteralText message, std::string hint) {
  add({std::move(pointer), message, std::move(hint), true});
}

void Problems::add(Problem problem) {
  if (all_.size() < kMost) all_.push_back(std::move(problem));
}

}  // namespace strongroom::catalogue
