#include "api/query_reader.h"

#include <algorithm>
#include <charconv>

#include "base/json_pointer.h"
#include "base/unicode.h"
#include "http/message.h"

namespace strongroom::api {
namespace {

constexpr std::size_t kMostParameters = 32;

// A control character has no meaning in any parameter; NUL would end a text early elsewhere.
bool is_text(std::string_view text) {
  return is_utf8(text) && std::ranges::none_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < 0x20 || byte == 0x7f;
         });
}

std::string shown(std::string_view name) {
  return can_be_shown(name) ? std::string(name) : std::string();
}

}  // namespace

Result<QueryReader> QueryReader::parse(std::string_view query) {
  QueryReader reader;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    Parameter found;
    if (!http::percent_decode(part.substr(0, equals), true, found.name) ||
        !http::percent_decode(part.substr(std::min(equals + 1, part.size())), true, found.value) ||
        !is_text(found.name) || !is_text(found.value)) {
      return Error{Code::kInvalidArgument,
                   "The query is not percent-encoded UTF-8 without control characters."};
    }
    if (std::ranges::find(reader.parameters_, found.name, &Parameter::name) !=
        reader.parameters_.end()) {
      return Error{Code::kInvalidArgument, "This parameter is there more than once."}.at(
          shown(found.name));
    }
    reader.parameters_.push_back(std::move(found));
    if (reader.parameters_.size() > kMostParameters) {
      return Error{Code::kInvalidArgument, "There are too many parameters."};
    }
  }
  return reader;
}

std::optional<std::string> QueryReader::text(LiteralText name) {
  const auto found = std::ranges::find(parameters_, name.view(), &Parameter::name);
  if (found != parameters_.end() && found->value.empty()) {
    refuse(name, "This parameter is empty; leave it out.");
  }
  return text_or_nothing(name);
}

std::optional<std::string> QueryReader::text_or_nothing(LiteralText name) {
  const auto found = std::ranges::find(parameters_, name.view(), &Parameter::name);
  if (found == parameters_.end()) return std::nullopt;
  found->taken = true;
  if (error_ || found->value.empty()) return std::nullopt;
  return found->value;
}

std::optional<bool> QueryReader::flag(LiteralText name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  if (*value == "true") return true;
  if (*value == "false") return false;
  refuse(name, "This must be true or false.");
  return std::nullopt;
}

std::optional<std::int64_t> QueryReader::number(LiteralText name, std::int64_t least,
                                                std::int64_t most) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::int64_t number = 0;
  const char* end = value->data() + value->size();
  const auto [stop, trouble] = std::from_chars(value->data(), end, number);
  if (trouble == std::errc{} && stop == end && least <= number && number <= most) return number;
  if (!error_) {
    error_ = Error{Code::kInvalidArgument, "This must be a whole number within its limits."}
                 .at(std::string(name.view()))
                 .with("minimum", least)
                 .with("maximum", most);
  }
  return std::nullopt;
}

void QueryReader::refuse(LiteralText name, LiteralText message) {
  if (!error_) error_ = Error{Code::kInvalidArgument, message}.at(std::string(name.view()));
}

Status QueryReader::finish() {
  if (error_) return *error_;
  const auto unknown = std::ranges::find(parameters_, false, &Parameter::taken);
  if (unknown == parameters_.end()) return {};
  return Error{Code::kInvalidArgument, "This parameter is not known here."}.at(
      shown(unknown->name));
}

}  // namespace strongroom::api
