#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

using Query = audit::Trail::Query;

// An id in its one text form, so that it is found in the trail whatever its case was.
std::string read_id(QueryReader& query, LiteralText name) {
  const auto text = query.text(name);
  if (!text) return {};
  const auto id = Uuid::parse(*text);
  if (!id) query.refuse(name, "This must be an id.");
  return id ? id->text() : std::string();
}

std::optional<WallTime> read_time(QueryReader& query, LiteralText name) {
  const auto text = query.text(name);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time) query.refuse(name, "This must be a date or a time.");
  return time;
}

Result<Query> read_query(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader reader, QueryReader::parse(call.request().query));
  Query query;
  query.action = reader.text("action").value_or("");
  query.outcome = reader.text("outcome").value_or("");
  query.subject_id = read_id(reader, "subject_id");
  query.actor_id = read_id(reader, "actor_id");
  query.since = read_time(reader, "since");
  query.until = read_time(reader, "until");
  query.before_sequence = reader.number("before", 1, INT64_MAX).value_or(0);
  query.limit = static_cast<std::size_t>(
      reader.number("page_size", 1, vault::kMaxPageSize).value_or(vault::ListQuery{}.page_size));
  const auto project = reader.text("project");
  STRONGROOM_CHECK(reader.finish());
  if (project) {
    STRONGROOM_TRY(const auto id, find_project(services, call.actor(), *project, "project"));
    query.project_id = id.text();
  }
  return query;
}

Result<http::Response> list_events(const Services& services, const Call& call) {
  STRONGROOM_TRY(const Query query, read_query(services, call));
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
