#include "api/audit_query.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

Result<http::Response> list_events(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader reader, QueryReader::parse(call.request().query));
  STRONGROOM_TRY(const auto query, read_audit_query(services, call, reader, vault::kMaxPageSize));
  STRONGROOM_TRY(const auto page, services.audit_log.list(call.actor(), query));
  JsonWriter json;
  begin_page(json);
  for (const audit::Trail::Entry& entry : page.entries) {
    json.begin_object();
    json.member("sequence", entry.sequence);
    json.member("hash", entry.hash);
    json.raw_member("event", entry.json);
    json.end_object();
  }
  json.end_array();
  json.member("total", page.total);
  json.member("page_size", static_cast<std::int64_t>(query.limit));
  json.member("next_before",
              page.more ? std::optional(page.entries.back().sequence) : std::nullopt);
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_audit_event_routes(const Services& services, std::vector<Route>& routes) {
  routes.push_back(
      {"GET",
       "/api/v1/audit-events",
       {},
       Caller::kPerson,
       true,
       answering([&services](const Call& call) { return list_events(services, call); })});
}

}  // namespace strongroom::api
