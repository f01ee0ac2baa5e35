#include "oauth/oauth1_form.h"

#include <algorithm>

#include "base/secret.h"
#include "http/message.h"

namespace strongroom::oauth {
namespace {

Error refused(LiteralText message) { return Error{Code::kInvalidArgument, message}; }

}  // namespace

Oauth1Form::~Oauth1Form() {
  for (Field& field : fields_) wipe(field.second);
}

Result<Oauth1Form> Oauth1Form::read(std::string_view form) {
  Oauth1Form read;
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view field = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (!field.empty()) STRONGROOM_CHECK(read.add(field));
  }
  return read;
}

Status Oauth1Form::add(std::string_view field) {
  const std::size_t equals = std::min(field.find('='), field.size());
  if (fields_.size() == kMaxParameters) {
    return refused("The answer of the service provider has too many parameters.");
  }
  Field& read = fields_.emplace_back();
  if (!http::percent_decode(field.substr(0, equals), true, read.first) ||
      !http::percent_decode(field.substr(std::min(equals + 1, field.size())), true, read.second)) {
    return refused("The answer of the service provider is not a form.");
  }
  if (std::ranges::count(fields_, read.first, &Field::first) > 1) {
    return refused("The answer of the service provider says a parameter twice.");
  }
  return {};
}

const std::string* Oauth1Form::find(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &Field::first);
  return found == fields_.end() ? nullptr : &found->second;
}

const std::string* Oauth1Form::find_said(std::string_view name) const {
  const std::string* const found = find(name);
  return found == nullptr || found->empty() ? nullptr : found;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace strongroom::oauth
