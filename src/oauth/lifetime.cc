#include "oauth/lifetime.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include <boost/json.hpp>

#include "oauth/token_response.h"

namespace strongroom::oauth {
namespace {

constexpr auto kLowest = std::numeric_limits<std::int64_t>::min();
constexpr double kLargestExact = 1e15;  // doubles below this tell whole numbers apart

// Whatever is below zero is kLowest where it is no whole number that fits.
std::optional<std::int64_t> whole_number(const boost::json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_double()) {
    const double number = value.get_double();
    if (number < 0) return kLowest;
    if (std::trunc(number) != number || number > kLargestExact) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = value.get_string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range && text.starts_with('-')) return kLowest;
  if (error != std::errc()) return std::nullopt;
  return number;
}

// The moment that `value` names; nullopt: none.
std::optional<WallTime> moment(const boost::json::value& value, catalogue::EndForm form) {
  if (form == catalogue::EndForm::kIso8601) {
    return value.is_string() ? parse_rfc3339(std::string_view(value.get_string())) : std::nullopt;
  }
  const std::optional<std::int64_t> number = whole_number(value);
  if (!number) return std::nullopt;
  // Farther than this no calendar goes, and arithmetic would not, either.
  constexpr std::int64_t kFarthest = std::int64_t{1} << 52;
  const bool in_seconds = form == catalogue::EndForm::kEpochSeconds;
  if (*number > (in_seconds ? kFarthest / 1000 : kFarthest)) return std::nullopt;
  if (*number < 0) return WallTime{};
  return WallTime{Milliseconds(in_seconds ? *number * 1000 : *number)};
}

}  // namespace

std::optional<Seconds> read_end(const boost::json::value& expires_at,
                                const catalogue::ResponseRules& rules, WallTime sent_at) {
  const std::optional<WallTime> end = moment(expires_at, rules.expires_at_form);
  if (!end) return rules.default_lifetime;
  const auto left = std::chrono::floor<Seconds>(*end - sent_at);
  if (left > kMaxLifetime) return rules.default_lifetime;
  return std::max(left, Seconds(0));
}

std::optional<Seconds> read_lifetime(const boost::json::value* expires_in,
                                     const catalogue::ResponseRules& rules) {
  if (expires_in == nullptr) return rules.default_lifetime;
  const std::optional<std::int64_t> number = whole_number(*expires_in);
  if (!number) return rules.default_lifetime;
  if (*number <= 0) return Seconds(0);
  const std::int64_t seconds =
      rules.expires_in_unit == catalogue::LifetimeUnit::kMilliseconds ? *number / 1000 : *number;
  if (seconds > kMaxLifetime.count()) return rules.default_lifetime;
  return Seconds(seconds);
}

}  // namespace strongroom::oauth
