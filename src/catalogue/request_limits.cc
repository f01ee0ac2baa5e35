#include "catalogue/request_limits.h"

#include <cstdint>
#include <vector>

#include <boost/json.hpp>

#include "base/json.h"
#include "catalogue/embedded_files.h"
#include "catalogue/provider_files.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

void add(RequestLimitsById& all, std::string_view text) {
  const auto entry = parse_json(text);
  const json::object* const object = entry ? entry->if_object() : nullptr;
  if (object == nullptr) return;
  const json::value* const id = object->if_contains("id");
  const json::value* const limit = object->if_contains("requests_per_minute");
  if (id == nullptr || !id->is_string() || limit == nullptr || !limit->is_int64()) return;
  const std::int64_t number = limit->get_int64();
  if (number > 0) all.emplace(std::string_view(id->get_string()), static_cast<std::size_t>(number));
}

}  // namespace

Result<RequestLimitsById> read_request_limits(std::string_view directory) {
  RequestLimitsById all;
  for (const EmbeddedFile& file : embedded_files()) add(all, file.text);
  if (directory.empty()) return all;
  STRONGROOM_TRY(const std::vector<ProviderFile> own, own_provider_files(directory));
  for (const ProviderFile& file : own) add(all, file.text);
  return all;
}

}  // namespace strongroom::catalogue
