#include "catalogue/refresh_lifetimes.h"

#include <cstdint>

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

const json::value* find(const json::object& entry, std::string_view object, std::string_view name) {
  const json::value* const outer = entry.if_contains(object);
  const json::object* const inner = outer == nullptr ? nullptr : outer->if_object();
  return inner == nullptr ? nullptr : inner->if_contains(name);
}

std::optional<Seconds> seconds_of(const json::object& entry, std::string_view name) {
  const json::value* const found = find(entry, "authorization", name);
  const std::int64_t* const number = found == nullptr ? nullptr : found->if_int64();
  if (number == nullptr) return std::nullopt;
  return Seconds(*number);
}

RefreshLifetimes lifetimes_of(const json::object& entry) {
  const json::value* const is = find(entry, "response", "refresh_lifetime_is");
  return {.idle = seconds_of(entry, "refresh_idle_lifetime_s"),
          .absolute = seconds_of(entry, "refresh_absolute_lifetime_s"),
          .stated_is_absolute = is != nullptr && is->is_string() && is->get_string() == "absolute"};
}

}  // namespace

RefreshLifetimes parse_refresh_lifetimes(std::string_view text) {
  const auto entry = parse_json(text);
  const json::object* const object = entry ? entry->if_object() : nullptr;
  return object == nullptr ? RefreshLifetimes{} : lifetimes_of(*object);
}

RefreshLifetimesById refresh_lifetimes_of(const OwnEntries& own) {
  RefreshLifetimesById all;
  for_each_entry(own, [&all](std::string_view id, const json::object& entry) {
    all.emplace(id, lifetimes_of(entry));
  });
  return all;
}

}  // namespace strongroom::catalogue
