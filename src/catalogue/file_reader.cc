#include "catalogue/file_reader.h"

#include <algorithm>
#include <cmath>

#include <boost/json.hpp>

#include "base/ascii.h"
#include "base/clock.h"
#include "catalogue/asked_value.h"
#include "catalogue/hints.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

constexpr LiteralText kOtherForm = "This text is not of the form that is needed here.";
constexpr LiteralText kOtherValue = "This is not one of the values that are known here.";

std::string_view text_of(const json::value& value) {
  return value.is_string() ? std::string_view(value.get_string()) : std::string_view();
}

bool is_lower(char c) { return 'a' <= c && c <= 'z'; }
bool is_alphanumeric(char c) { return is_digit(c) || is_letter(c); }

// Code points, as JSON Schema's maxLength counts.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_plain(std::string_view text, std::size_t max) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return !text.empty() && length(text) <= max && std::ranges::none_of(text, is_control);
}

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '-' && text.back() != '-' &&
         text.find("--") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && is_lower(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || is_lower(c) || c == '_'; });
}

bool is_member(std::string_view text) {
  return !text.empty() && text.size() <= 64 && is_letter(text.front()) &&
         std::ranges::all_of(text,
                             [](char c) { return is_alphanumeric(c) || c == '_' || c == '-'; });
}

bool is_header(std::string_view text) {
  if (text == "Accept" || text == "Accept-Language" || text == "User-Agent") return true;
  if (!text.starts_with("X-") || text.size() < 3 || text.size() > 64) return false;
  return std::ranges::all_of(text.substr(2), [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_graphic(char c) { return '!' <= c && c <= '~'; }

bool is_https(std::string_view text) {
  return text.starts_with("https://") && text.size() > 8 && text.size() <= 1000 &&
         std::ranges::all_of(text, is_graphic);
}

bool is_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) return false;
  }
  return true;
}

bool is_scope(std::string_view text) {
  const auto allowed = [](char c) { return is_graphic(c) && c != '"' && c != '\\'; };
  return !text.empty() && text.size() <= 512 && std::ranges::all_of(text, allowed);
}

}  // namespace

bool satisfies(std::string_view text, TextRule rule) {
  switch (rule) {
    case TextRule::kPlain:
      return is_plain(text, 1000);
    case TextRule::kLabel:
      return is_plain(text, 80);
    case TextRule::kSlug:
      return is_slug(text);
    case TextRule::kName:
      return is_name(text);
    case TextRule::kMember:
      return is_member(text);
    case TextRule::kHeader:
      return is_header(text);
    case TextRule::kHttps:
      return is_https(text);
    case TextRule::kDate:
      return is_date(text);
    case TextRule::kDelimiter:
      return text.size() == 1 && std::string_view(" ,+;:|").find(text) != std::string_view::npos;
    case TextRule::kGrantType:
      return is_name(text) || has_format(text, ValueFormat::kAbsoluteUri);
    case TextRule::kScope:
      return is_scope(text);
  }
  return false;
}

std::string child(std::string_view pointer, std::string_view name) {
  std::string out(pointer);
  out.push_back('/');
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string child(std::string_view pointer, std::size_t index) {
  return child(pointer, std::to_string(index));
}

ObjectReader::ObjectReader(const json::value& value, std::string pointer, Problems& problems)
    : object_(value.if_object()), pointer_(std::move(pointer)), problems_(problems) {
  if (object_ == nullptr) problems_.report(pointer_, "This must be an object.");
}

ObjectReader::~ObjectReader() {
  if (object_ == nullptr) return;
  const std::vector<std::string_view> known(asked_.begin(), asked_.end());
  for (const auto& member : *object_) {
    const std::string_view name = member.key();
    if (asked_.contains(name)) continue;
    problems_.report_beside(child(pointer_, name), "This is not known here.",
                            known_here(name, known));
  }
}

bool ObjectReader::has(std::string_view name) const {
  return object_ != nullptr && object_->contains(name);
}

const json::value* ObjectReader::value(std::string_view name, Need need) {
  asked_.emplace(name);
  const json::value* found = object_ == nullptr ? nullptr : object_->if_contains(name);
  if (found == nullptr && object_ != nullptr && need == Need::kRequired) {
    problems_.report(child(pointer_, name), "This is missing.");
  }
  return found;
}

std::string ObjectReader::text(std::string_view name, TextRule rule, Need need) {
  const json::value* found = value(name, need);
  if (found == nullptr) return "";
  if (!found->is_string()) {
    problems_.report(child(pointer_, name), "This must be a text.");
    return "";
  }
  const std::string_view text = found->get_string();
  if (!satisfies(text, rule)) {
    problems_.report(child(pointer_, name), kOtherForm, form_of(rule));
  }
  return std::string(text);
}

bool ObjectReader::flag(std::string_view name) {
  const json::value* found = value(name, Need::kOptional);
  if (found == nullptr) return false;
  if (!found->is_bool()) {
    problems_.report(child(pointer_, name), "This must be true or false.");
    return false;
  }
  return found->get_bool();
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, std::int64_t min,
                                                  std::int64_t max) {
  const json::value* found = value(name, Need::kOptional);
  if (found == nullptr) return std::nullopt;
  std::optional<std::int64_t> number;
  if (found->is_int64()) number = found->get_int64();
  // 60.0 and 6e1 are integers too (JSON Schema, section 6.1.1 of its validation part).
  if (found->is_double() && std::trunc(found->get_double()) == found->get_double() &&
      std::abs(found->get_double()) < 1e15) {
    number = static_cast<std::int64_t>(found->get_double());
  }
  if (!number || *number < min || *number > max) {
    problems_.report(child(pointer_, name), "This must be a whole number within its bounds.",
                     "Needed: " + std::to_string(min) + " to " + std::to_string(max) + ".");
    return std::nullopt;
  }
  return number;
}

void ObjectReader::each(std::string_view name, Need need, std::size_t max,
                        const ReadElement& read) {
  const json::value* found = value(name, need);
  if (found == nullptr) return;
  const std::string at = child(pointer_, name);
  const json::array* array = found->if_array();
  if (array == nullptr || array->empty() || array->size() > max) {
    problems_.report(at, "This must be a list that is neither empty nor too long.",
                     "Needed: 1 to " + std::to_string(max) + " items in [ ].");
    return;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (std::find(array->begin(), array->begin() + static_cast<std::ptrdiff_t>(i), (*array)[i]) !=
        array->begin() + static_cast<std::ptrdiff_t>(i)) {
      problems_.report(child(at, i), "This is in the list twice.");
    }
    read((*array)[i], child(at, i));
  }
}

std::vector<std::string> ObjectReader::texts(std::string_view name, TextRule rule,
                                             std::size_t max) {
  std::vector<std::string> texts;
  each(name, Need::kOptional, max, [&](const json::value& element, std::string at) {
    if (!element.is_string() || !satisfies(element.get_string(), rule)) {
      problems_.report(std::move(at), kOtherForm, form_of(rule));
      return;
    }
    texts.emplace_back(element.get_string());
  });
  return texts;
}

std::optional<std::size_t> ObjectReader::choose(std::string_view name,
                                                const std::vector<std::string_view>& names,
                                                Need need) {
  const json::value* found = value(name, need);
  if (found == nullptr) return std::nullopt;
  if (found->is_string()) {
    const auto at = std::ranges::find(names, std::string_view(found->get_string()));
    if (at != names.end()) return static_cast<std::size_t>(at - names.begin());
  }
  problems_.report(child(pointer_, name), kOtherValue, known_here(text_of(*found), names));
  return std::nullopt;
}

std::vector<std::size_t> ObjectReader::choose_many(std::string_view name,
                                                   const std::vector<std::string_view>& names,
                                                   Need need) {
  std::vector<std::size_t> chosen;
  each(name, need, names.size(), [&](const json::value& element, std::string at) {
    const auto found = element.is_string()
                           ? std::ranges::find(names, std::string_view(element.get_string()))
                           : names.end();
    if (found == names.end()) {
      problems_.report(std::move(at), kOtherValue, known_here(text_of(element), names));
      return;
    }
    chosen.push_back(static_cast<std::size_t>(found - names.begin()));
  });
  return chosen;
}

std::vector<std::string> ObjectReader::names() const {
  std::vector<std::string> names;
  if (object_ == nullptr) return names;
  for (const auto& member : *object_) names.emplace_back(std::string_view(member.key()));
  return names;
}

}  // namespace strongroom::catalogue
