// POST /api/v1/projects/{id}/export: the settings of a project, for another server. What it says is
// what `strongroom apply` reads (cli/export_document.h).

#include <algorithm>
#include <string>
#include <vector>

#include "api/owner.h"
#include "api/resource.h"
#include "api/resources.h"
#include "base/base64.h"
#include "vault/project_export.h"

namespace strongroom::api {
namespace {

constexpr std::int64_t kFormatVersion = 1;

Result<std::vector<crypto::Recipient>> read_recipients(const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  const auto texts = body.texts("recipients").value_or(std::vector<std::string>());
  STRONGROOM_CHECK(body.finish());
  std::vector<crypto::Recipient> recipients;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto recipient = crypto::recipient_from_text(texts[i]);
    if (!recipient) return std::move(recipient).error().at("/recipients/" + std::to_string(i));
    recipients.push_back(*std::move(recipient));
  }
  return recipients;
}

void write_target_system(JsonWriter& json, const vault::TargetSystem& system) {
  json.begin_object();
  json.member("name", system.name);
  json.member("all_projects", !system.project.has_value());
  json.member("oauth_enabled", system.oauth_enabled);
  json.raw_member("destination", vault::destination_json(system));
  json.member("callback", to_text(system.callback));
  if (system.supported_accounts) {
    json.member("supported_accounts", to_text(*system.supported_accounts));
  } else {
    json.member("supported_accounts", nullptr);
  }
  json.member("scopes", system.scopes);
  json.member("resources", system.resources);
  json.member("keep_alive_days", system.keep_alive_days);
  json.member("verify_every_hours", system.verify_every_hours);
  json.member("dpop", system.dpop);
  json.member("protected_resource", system.protected_resource);
  json.member("signature_method", system.signature_method);
  write_owner(json, system.owner);
  json.member("description", system.description);
  json.member("tags", system.tags);
  // How many of each it proves with, so that what is missing elsewhere can be said.
  json.member("consumer_secrets", static_cast<std::int64_t>(system.consumer_secrets.size()));
  json.member("client_keys", static_cast<std::int64_t>(system.client_keys.size()));
  json.member("client_certificates", static_cast<std::int64_t>(system.client_certificates.size()));
  json.member("has_proxy_credentials", system.has_proxy_credentials);
  json.end_object();
}

// What others are called that are only known by their ids here.
class ExportNames {
 public:
  explicit ExportNames(const vault::ExportedProject& taken) : taken_(taken) {}

  std::string target_system(vault::TargetSystemId id) const {
    const auto found = std::ranges::find(taken_.target_systems, id, &vault::TargetSystem::id);
    return found == taken_.target_systems.end() ? std::string() : found->name;
  }
  const vault::OAuthClient* client(vault::OAuthClientId id) const {
    const auto found = std::ranges::find(taken_.oauth_clients, id, &vault::OAuthClient::id);
    return found == taken_.oauth_clients.end() ? nullptr : &*found;
  }
  const vault::StoredSecret* secret(vault::SecretId id) const {
    const auto found = std::ranges::find(taken_.secrets, id, &vault::StoredSecret::id);
    return found == taken_.secrets.end() ? nullptr : &*found;
  }
  const vault::Robot* robot(vault::RobotId id) const {
    const auto found = std::ranges::find(taken_.robots, id, &vault::Robot::id);
    return found == taken_.robots.end() ? nullptr : &*found;
  }

 private:
  const vault::ExportedProject& taken_;
};

void write_client(JsonWriter& json, const vault::OAuthClient& client, const ExportNames& names) {
  json.begin_object();
  json.member("target_system", names.target_system(client.target_system));
  json.member("label", client.label);
  json.member("tenant", client.tenant);
  json.member("subject", client.subject);
  const vault::OAuthClient* const subject =
      client.subject_client ? names.client(*client.subject_client) : nullptr;
  if (subject == nullptr) {
    json.member("subject_client", nullptr);
  } else {
    json.begin_object("subject_client");
    json.member("target_system", names.target_system(subject->target_system));
    json.member("label", subject->label);
    json.end_object();
  }
  json.member("allow_basic_engine_robots", client.allow_basic_engine_robots);
  json.member("expected_account", client.expected_account);
  write_owner(json, client.owner);
  json.member("disabled", client.state == vault::OAuthClientState::kDisabled);
  json.end_object();
}

void write_robot(JsonWriter& json, const vault::Robot& robot) {
  json.begin_object();
  json.member("path", robot.path);
  json.member("name", robot.name);
  json.member("kind", to_text(robot.kind));
  json.member("serves", robot.serves);
  json.end_object();
}

void write_secret(JsonWriter& json, const vault::StoredSecret& secret, const ExportNames& names) {
  json.begin_object();
  json.member("target_system", names.target_system(secret.target_system));
  json.member("label", secret.label);
  json.member("kind", to_text(secret.kind));
  json.member("user_name", secret.user_name);
  json.member("notes", secret.notes);
  write_owner(json, secret.owner);
  json.end_object();
}

// A rule whose client, secret or robot was deleted meanwhile goes with it.
template <class Rule, class Readable>
void write_rule(JsonWriter& json, const Rule& rule, const Readable* readable,
                const ExportNames& names) {
  const vault::Robot* const robot = rule.robot ? names.robot(*rule.robot) : nullptr;
  if (readable == nullptr || (rule.robot && robot == nullptr)) return;
  json.begin_object();
  json.member("target_system", names.target_system(readable->target_system));
  json.member("label", readable->label);
  if (robot != nullptr) {
    json.begin_object("robot");
    json.member("path", robot->path);
    json.member("name", robot->name);
    json.end_object();
  } else {
    json.member("robot", nullptr);
  }
  json.member("path_pattern", rule.path_pattern);
  json.end_object();
}

std::string export_json(const vault::ExportedProject& taken) {
  const ExportNames names(taken);
  JsonWriter json;
  json.begin_object();
  json.member("format", "strongroom project export");
  json.member("version", kFormatVersion);
  json.member("exported_at", taken.taken_at);
  json.begin_object("project");
  json.member("name", taken.project.name);
  json.member("description", taken.project.description);
  json.member("robot_access", taken.project.strict_robot_access ? "strict" : "default");
  json.end_object();
  json.begin_array("target_systems");
  for (const auto& system : taken.target_systems) write_target_system(json, system);
  json.end_array();
  json.begin_array("oauth_clients");
  for (const auto& client : taken.oauth_clients) {
    if (client.state != vault::OAuthClientState::kDraft) write_client(json, client, names);
  }
  json.end_array();
  json.begin_array("robots");
  for (const auto& robot : taken.robots) write_robot(json, robot);
  json.end_array();
  json.begin_array("robot_access");
  for (const auto& rule : taken.robot_access) {
    write_rule(json, rule, names.client(rule.oauth_client), names);
  }
  json.end_array();
  json.begin_array("secrets");
  for (const auto& secret : taken.secrets) write_secret(json, secret, names);
  json.end_array();
  json.begin_array("secret_access");
  for (const auto& rule : taken.secret_access) {
    write_rule(json, rule, names.secret(rule.secret), names);
  }
  json.end_array();
  if (taken.sealed_secrets.empty()) {
    json.member("sealed_secrets", nullptr);
  } else {
    json.member("sealed_secrets", base64(taken.sealed_secrets));
  }
  json.end_object();
  return json.take();
}

Result<http::Response> take_export(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto project, call.id<vault::ProjectId>(0));
  STRONGROOM_TRY(const auto recipients, read_recipients(call));
  STRONGROOM_TRY(const vault::ExportedProject taken,
                 services.project_exports.take(call.actor(), project, recipients));
  return json_response(export_json(taken));
}

}  // namespace

void add_project_export_route(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes, "/api/v1/projects");
  add("POST", "/api/v1/projects/{id}/export", &take_export);
}

}  // namespace strongroom::api
