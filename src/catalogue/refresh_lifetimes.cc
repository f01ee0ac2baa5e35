#include "catalogue/refresh_lifetimes.h"

#include <cstdint>
#include <vector>

#include <boost/json.hpp>

#include "base/json.h"
#include "catalogue/embedded_files.h"
#include "catalogue/provider_files.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

const json::value* find(const json::value& from, std::string_view object, std::string_view name) {
  const json::object* const entry = from.if_object();
  const json::value* const outer = entry == nullptr ? nullptr : entry->if_contains(object);
  const json::object* const inner = outer == nullptr ? nullptr : outer->if_object();
  return inner == nullptr ? nullptr : inner->if_contains(name);
}

std::optional<Seconds> seconds_of(const json::value& entry, std::string_view name) {
  const json::value* const found = find(entry, "authorization", name);
  const std::int64_t* const number = found == nullptr ? nullptr : found->if_int64();
  if (number == nullptr) return std::nullopt;
  return Seconds(*number);
}

void add(RefreshLifetimesById& all, std::string_view text) {
  const auto entry = parse_json(text);
  const json::object* const object = entry ? entry->if_object() : nullptr;
  const json::value* const id = object == nullptr ? nullptr : object->if_contains("id");
  if (id == nullptr || !id->is_string()) return;
  all.emplace(std::string_view(id->get_string()), parse_refresh_lifetimes(text));
}

}  // namespace

RefreshLifetimes parse_refresh_lifetimes(std::string_view text) {
  const auto entry = parse_json(text);
  if (!entry) return {};
  const json::value* const is = find(*entry, "response", "refresh_lifetime_is");
  return {.idle = seconds_of(*entry, "refresh_idle_lifetime_s"),
          .absolute = seconds_of(*entry, "refresh_absolute_lifetime_s"),
          .stated_is_absolute = is != nullptr && is->is_string() && is->get_string() == "absolute"};
}

Result<RefreshLifetimesById> read_refresh_lifetimes(std::string_view directory) {
  RefreshLifetimesById all;
  for (const EmbeddedFile& file : embedded_files()) add(all, file.text);
  if (directory.empty()) return all;
  STRONGROOM_TRY(const std::vector<ProviderFile> own, own_provider_files(directory));
  for (const ProviderFile& file : own) add(all, file.text);
  return all;
}

}  // namespace strongroom::catalogue
