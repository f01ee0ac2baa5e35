// Backups that the server keeps, and what a restore left to be reviewed.

#include "backup/backups.h"

#include "api/read_id.h"
#include "api/resource.h"
#include "api/resources.h"
#include "backup/suspensions.h"
#include "vault/restored_clients.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kBackups = "/api/v1/backups";
constexpr std::string_view kBackup = "/api/v1/backups/{name}";
constexpr std::string_view kSuspensions = "/api/v1/suspensions";

Status expect_nothing(const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  return query.finish();
}

Result<http::Response> list_backups(const Services& services, const Call& call) {
  STRONGROOM_CHECK(expect_nothing(call));
  STRONGROOM_TRY(const auto files, services.backups.list(call.asker()));
  const backup::BackupSchedule schedule = services.backups.schedule();
  JsonWriter json;
  json.begin_object();
  std::string items = "[";
  for (const backup::BackupFile& file : files) {
    if (items.back() != '[') items.push_back(',');
    items.append(to_json(file));
  }
  json.raw_member("items", items.append("]"));
  json.begin_object("schedule");
  json.member("every_hours", schedule.every_hours);
  json.member("keep", schedule.keep);
  json.member("next_at", schedule.next_at);
  json.member("last_failure", schedule.failing_since);
  json.end_object();
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> make_backup(const Services& services, const Call& call) {
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto file, services.backups.make(call.asker()));
  return json_response(to_json(file), 201);
}

Result<http::Response> download_backup(const Services& services, const Call& call) {
  STRONGROOM_CHECK(expect_nothing(call));
  STRONGROOM_TRY(std::string bytes, services.backups.read(call.asker(), call.path(0)));
  http::Response response;
  response.body = std::move(bytes);
  response.content_type = "application/octet-stream";
  response.headers.push_back(
      {"Content-Disposition", "attachment; filename=\"" + call.path(0) + "\""});
  return response;
}

Result<http::Response> remove_backup(const Services& services, const Call& call) {
  STRONGROOM_CHECK(services.backups.remove(call.asker(), call.path(0)));
  return json_response("", 204);
}

Result<http::Response> restore_report(const Services& services, const Call& call) {
  STRONGROOM_CHECK(expect_nothing(call));
  STRONGROOM_TRY(std::string json, services.suspensions.report(call.asker()));
  return json_response(std::move(json));
}

Result<http::Response> list_suspensions(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  const PageRequest page = read_page(query);
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto all, services.suspensions.list(call.asker()));
  const auto total = static_cast<std::int64_t>(all.size());
  const std::int64_t begin = std::min(page.offset(), total);
  const std::int64_t end = begin + std::min(page.page_size, total - begin);
  JsonWriter json;
  begin_page(json);
  for (auto one = all.begin() + begin; one != all.begin() + end; ++one) {
    json.begin_object();
    json.member("id", one->id);
    json.member("kind", one->kind);
    json.member("subject", one->subject);
    json.member("name", one->name);
    json.member("project", one->project.is_nil() ? std::nullopt : std::optional(one->project));
    json.member("suspended_at", one->at);
    json.end_object();
  }
  end_page(json, total, page);
  return json_response(json.take());
}

Result<http::Response> lifted_response(std::int64_t lifted) {
  JsonWriter json;
  json.begin_object();
  json.member("lifted", lifted);
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> lift_suspension(const Services& services, const Call& call) {
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto id, call.id<Id<struct SuspensionKind>>(0));
  STRONGROOM_CHECK(services.suspensions.lift(call.asker(), id.uuid));
  return lifted_response(1);
}

Result<http::Response> lift_all_suspensions(const Services& services, const Call& call) {
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto lifted, services.suspensions.lift_all(call.asker()));
  return lifted_response(lifted);
}

Result<http::Response> lift_quarantine(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  vault::QuarantineSelection which;
  which.client = read_id<vault::OAuthClientId>(body, "oauth_client");
  which.target_system = read_id<vault::TargetSystemId>(body, "target_system");
  which.all = body.flag("all").value_or(false);
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto lifted, services.restored_clients.lift_quarantine(call.actor(), which));
  return lifted_response(lifted);
}

Result<http::Response> review_basic_engine(const Services& services, const Call& call) {
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto id, call.id<vault::OAuthClientId>(0));
  STRONGROOM_CHECK(services.restored_clients.review_basic_engine(call.actor(), id));
  return json_response("", 204);
}

}  // namespace

void add_backup_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes);
  add("GET", kBackups, &list_backups);
  add("POST", kBackups, &make_backup);
  add("GET", "/api/v1/backups/{name}/file", &download_backup);
  add("DELETE", kBackup, &remove_backup);
  add("GET", "/api/v1/restore-report", &restore_report);
  add("GET", kSuspensions, &list_suspensions);
  add("POST", "/api/v1/suspensions/{id}/lift", &lift_suspension);
  add("POST", "/api/v1/suspensions/lift-all", &lift_all_suspensions);
  add("POST", "/api/v1/oauth-clients/lift-quarantine", &lift_quarantine);
  add("POST", "/api/v1/oauth-clients/{id}/review-basic-engine", &review_basic_engine);
}

}  // namespace strongroom::api
