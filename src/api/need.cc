#include "api/need.h"

#include <algorithm>
#include <array>

#include "base/permission_denied.h"

namespace strongroom::api {
namespace {

using enum Permission;
using enum Where;

constexpr Need in_project(Permission permission) { return {kInProject, permission}; }
constexpr Need named(Permission permission) { return {kInNamedProject, permission}; }
constexpr Need somewhere(Permission permission) { return {kSomewhere, permission}; }
constexpr Need everywhere(Permission permission) { return {kEverywhere, permission}; }
// Without the permission: one's own alone.
constexpr Need or_own(Permission permission) { return {kEverywhere, permission, {}, true}; }

// As `need`, by whoever showed just now who they are.
constexpr Need fresh(Need need) {
  need.step_up = true;
  return need;
}

constexpr std::array kNeeds = std::to_array<RouteNeed>({
    {"GET", "/api/v1/lookup/oauth-clients", {kRobot}},
    {"GET", "/api/v1/lookup/oauth-clients/{id}", {kRobot}},
    {"POST", "/api/v1/lookup/oauth-clients/{id}/authorization-header", {kRobot}},
    {"POST", "/api/v1/runner/launches", {kRobot}},
    {"GET", "/api/v1/lookup/secrets", {kRobot}},
    {"GET", "/api/v1/lookup/secrets/{id}", {kRobot}},

    {"GET", "/api/v1/projects", somewhere(kView)},
    {"POST", "/api/v1/projects", everywhere(kManageProjects)},
    {"GET", "/api/v1/projects/{id}", in_project(kView)},
    {"PATCH", "/api/v1/projects/{id}", in_project(kManageProjects)},
    {"DELETE", "/api/v1/projects/{id}", everywhere(kManageProjects)},
    {"POST", "/api/v1/projects/{id}/restore", everywhere(kManageProjects)},
    {"POST", "/api/v1/projects/{id}/export", fresh(in_project(kExport))},

    {"GET", "/api/v1/service-providers", somewhere(kView)},
    {"GET", "/api/v1/service-providers/{id}", somewhere(kView)},
    {"GET", "/api/v1/service-providers/{id}/file", somewhere(kView)},
    {"PUT", "/api/v1/service-providers/{id}", fresh(everywhere(kApproveDestination))},
    {"DELETE", "/api/v1/service-providers/{id}", fresh(everywhere(kApproveDestination))},

    {"POST", "/api/v1/resource-discoveries", somewhere(kConfigure)},
    {"GET", "/api/v1/target-systems", somewhere(kView)},
    {"POST", "/api/v1/target-systems", named(kConfigure)},
    {"GET", "/api/v1/target-systems/{id}", in_project(kView)},
    {"PATCH", "/api/v1/target-systems/{id}", in_project(kConfigure)},
    {"DELETE", "/api/v1/target-systems/{id}", in_project(kConfigure)},
    {"POST", "/api/v1/target-systems/{id}/restore", in_project(kConfigure)},
    {"POST", "/api/v1/target-systems/{id}/approve-destination",
     fresh(in_project(kApproveDestination))},
    {"POST", "/api/v1/target-systems/{id}/discover", in_project(kConfigure)},
    {"POST", "/api/v1/target-systems/{id}/test", in_project(kConfigure)},
    {"GET", "/api/v1/target-systems/{id}/registration", in_project(kView)},
    {"POST", "/api/v1/target-systems/{id}/registration", in_project(kConfigure)},
    {"DELETE", "/api/v1/target-systems/{id}/registration", in_project(kConfigure)},
    {"GET", "/api/v1/target-systems/{id}/jwks", in_project(kView)},
    {"GET", "/api/v1/target-systems/{id}/certificate-request", in_project(kConfigure)},
    {"GET", "/api/v1/target-systems/{id}/certificate", in_project(kView)},

    {"GET", "/api/v1/oauth-clients", somewhere(kView)},
    {"POST", "/api/v1/oauth-clients", named(kConfigure)},
    {"GET", "/api/v1/oauth-clients/{id}", in_project(kView)},
    {"PATCH", "/api/v1/oauth-clients/{id}", {kInProject, kConfigure, kDisable}},
    {"DELETE", "/api/v1/oauth-clients/{id}", in_project(kConfigure)},
    {"POST", "/api/v1/oauth-clients/{id}/restore", in_project(kConfigure)},
    {"POST", "/api/v1/oauth-clients/{id}/retrieve-tokens", in_project(kRetrieve)},
    {"POST", "/api/v1/oauth-clients/{id}/revoke-tokens", in_project(kConfigure)},
    {"GET", "/api/v1/oauth-clients/{id}/last-exchange", in_project(kView)},
    {"POST", "/api/v1/oauth-clients/{id}/verify", in_project(kRetrieve)},
    {"GET", "/api/v1/oauth-clients/{id}/verification", in_project(kView)},
    {"GET", "/api/v1/oauth-clients/{id}/exchanges", in_project(kView)},
    {"POST", "/api/v1/oauth-clients/{id}/dry-run", in_project(kView)},
    {"GET", "/api/v1/oauth-clients/{id}/clocks", in_project(kView)},
    {"POST", "/api/v1/oauth-clients/{id}/import-tokens", in_project(kConfigure)},
    {"POST", "/api/v1/oauth-clients/import", named(kConfigure)},
    {"POST", "/api/v1/oauth-clients/{id}/test-look-up", in_project(kView)},
    {"POST", "/api/v1/oauth-clients/{id}/extract", fresh(in_project(kExtract))},
    {"POST", "/api/v1/oauth-clients/lift-quarantine", fresh(somewhere(kConfigure))},
    {"POST", "/api/v1/oauth-clients/{id}/review-basic-engine", in_project(kConfigure)},

    {"POST", "/api/v1/oauth-clients/{id}/authorizations", in_project(kRetrieve)},
    {"POST", "/api/v1/oauth-clients/{id}/password-sign-in", in_project(kRetrieve)},
    {"GET", "/api/v1/authorizations", somewhere(kView)},
    {"GET", "/api/v1/authorizations/{id}", in_project(kView)},
    {"DELETE", "/api/v1/authorizations/{id}", in_project(kRetrieve)},
    {"POST", "/api/v1/authorizations/{id}/confirm", in_project(kRetrieve)},
    {"POST", "/api/v1/authorizations/{id}/verifier", in_project(kRetrieve)},

    {"GET", "/api/v1/robots", somewhere(kView)},
    {"POST", "/api/v1/robots", named(kConfigure)},
    {"GET", "/api/v1/robots/{id}", in_project(kView)},
    {"PATCH", "/api/v1/robots/{id}", in_project(kConfigure)},
    {"PUT", "/api/v1/robots/{id}", {kInProject, kConfigure, kRunRobots}},
    {"DELETE", "/api/v1/robots/{id}", in_project(kConfigure)},
    {"POST", "/api/v1/robots/{id}/restore", in_project(kConfigure)},
    {"GET", "/api/v1/robots/{id}/keys", in_project(kView)},
    {"POST", "/api/v1/robots/{id}/keys", in_project(kManageRobotKeys)},
    {"DELETE", "/api/v1/robots/{id}/keys/{key_id}", in_project(kManageRobotKeys)},
    {"GET", "/api/v1/robots/{id}/identities", in_project(kView)},
    {"POST", "/api/v1/robots/{id}/identities", in_project(kManageRobotKeys)},
    {"DELETE", "/api/v1/robots/{id}/identities/{identity_id}", in_project(kManageRobotKeys)},

    {"GET", "/api/v1/robots/{id}/inputs", in_project(kView)},
    {"PUT",
     "/api/v1/robots/{id}/inputs",
     {.where = kInProject, .permission = kConfigure, .also = kGrantAccess, .step_up = true}},

    {"GET", "/api/v1/server-settings", somewhere(kView)},
    {"PATCH", "/api/v1/server-settings", fresh(everywhere(kManageServer))},

    {"GET", "/api/v1/robot-access", somewhere(kView)},
    {"POST", "/api/v1/robot-access", named(kGrantAccess)},
    {"GET", "/api/v1/robot-access/{id}", in_project(kView)},
    {"DELETE", "/api/v1/robot-access/{id}", in_project(kGrantAccess)},
    {"DELETE", "/api/v1/robot-access", somewhere(kGrantAccess)},
    {"POST", "/api/v1/robot-access/update-to-latest", somewhere(kGrantAccess)},

    {"GET", "/api/v1/secrets", somewhere(kView)},
    {"POST", "/api/v1/secrets", named(kConfigure)},
    {"POST", "/api/v1/secrets/generate-password", somewhere(kConfigure)},
    {"GET", "/api/v1/secrets/{id}", in_project(kView)},
    {"PATCH", "/api/v1/secrets/{id}", in_project(kConfigure)},
    {"DELETE", "/api/v1/secrets/{id}", in_project(kConfigure)},
    {"POST", "/api/v1/secrets/{id}/restore", in_project(kConfigure)},
    {"POST", "/api/v1/secrets/{id}/values", in_project(kConfigure)},
    {"DELETE", "/api/v1/secrets/{id}/values/{value}", in_project(kConfigure)},
    {"POST", "/api/v1/secrets/{id}/values/{value}/make-current", in_project(kConfigure)},
    {"POST", "/api/v1/secrets/{id}/extract", fresh(in_project(kExtract))},

    {"GET", "/api/v1/secret-access", somewhere(kView)},
    {"POST", "/api/v1/secret-access", named(kGrantAccess)},
    {"GET", "/api/v1/secret-access/{id}", in_project(kView)},
    {"DELETE", "/api/v1/secret-access/{id}", in_project(kGrantAccess)},
    {"POST", "/api/v1/secret-access/update-to-latest", somewhere(kGrantAccess)},

    {"GET", "/api/v1/kills", somewhere(kView)},
    {"POST", "/api/v1/kills", fresh(named(kKill))},
    {"GET", "/api/v1/kills/{id}", in_project(kView)},
    {"DELETE", "/api/v1/kills/{id}", fresh(in_project(kLiftKill))},

    {"GET", "/api/v1/audit-events", somewhere(kReadAudit)},
    {"GET", "/api/v1/audit-events/export", fresh(somewhere(kReadAudit))},
    {"POST", "/api/v1/audit-events/trace-token", fresh(everywhere(kReadAudit))},
    {"GET", "/api/v1/audit-trail", somewhere(kReadAudit)},
    {"GET", "/api/v1/attention", {kSignedIn}},
    {"GET", "/api/v1/forecast", somewhere(kView)},
    {"GET", "/api/v1/expiries", somewhere(kView)},
    {"GET", "/api/v1/public-url", somewhere(kView)},
    {"POST", "/api/v1/public-url/check", everywhere(kConfigure)},

    {"GET", "/api/v1/backups", everywhere(kManageServer)},
    {"POST", "/api/v1/backups", fresh(everywhere(kManageServer))},
    {"GET", "/api/v1/backups/{name}/file", fresh(everywhere(kManageServer))},
    {"DELETE", "/api/v1/backups/{name}", fresh(everywhere(kManageServer))},

    {"GET", "/api/v1/notification-targets", everywhere(kManageServer)},
    {"POST", "/api/v1/notification-targets", fresh(everywhere(kManageServer))},
    {"GET", "/api/v1/notification-targets/{id}", everywhere(kManageServer)},
    {"PUT", "/api/v1/notification-targets/{id}", fresh(everywhere(kManageServer))},
    {"DELETE", "/api/v1/notification-targets/{id}", everywhere(kManageServer)},
    {"POST", "/api/v1/notification-targets/{id}/rotate-secret", fresh(everywhere(kManageServer))},
    {"POST", "/api/v1/notification-targets/{id}/test", fresh(everywhere(kManageServer))},
    {"POST", "/api/v1/notification-targets/{id}/resend", everywhere(kManageServer)},
    {"GET", "/api/v1/notification-deliveries", everywhere(kManageServer)},
    {"DELETE", "/api/v1/notification-deliveries/{id}", everywhere(kManageServer)},
    {"POST", "/api/v1/notification-deliveries/{id}/resend", everywhere(kManageServer)},
    {"GET", "/api/v1/restore-report", everywhere(kManageServer)},
    {"GET", "/api/v1/suspensions", everywhere(kManageServer)},
    {"POST", "/api/v1/suspensions/{id}/lift", fresh(everywhere(kManageServer))},
    {"POST", "/api/v1/suspensions/lift-all", fresh(everywhere(kManageServer))},

    {"GET", "/api/v1/api-keys", or_own(kManageApiKeys)},
    {"POST", "/api/v1/api-keys", fresh(or_own(kManageApiKeys))},
    {"GET", "/api/v1/api-keys/{id}", or_own(kManageApiKeys)},
    {"DELETE", "/api/v1/api-keys/{id}", or_own(kManageApiKeys)},
    {"GET", "/api/v1/whoami", {kSignedIn}},

    {"GET", "/api/v1/users", somewhere(kManageUsers)},
    {"POST", "/api/v1/users", fresh(everywhere(kManageUsers))},
    {"GET", "/api/v1/users/{id}", somewhere(kManageUsers)},
    {"PATCH", "/api/v1/users/{id}", fresh(everywhere(kManageUsers))},
    {"DELETE", "/api/v1/users/{id}", fresh(everywhere(kManageUsers))},
    {"DELETE", "/api/v1/users/{id}/second-factor", fresh(everywhere(kManageUsers))},
    {"POST", "/api/v1/users/{id}/reset-password", fresh(everywhere(kManageUsers))},
    {"GET", "/api/v1/users/{id}/sessions", somewhere(kManageUsers)},
    {"DELETE", "/api/v1/users/{id}/sessions", or_own(kManageUsers)},
    {"DELETE", "/api/v1/users/{id}/sessions/{session}", or_own(kManageUsers)},
    {"GET", "/api/v1/users/{id}/belongings", somewhere(kManageUsers)},
    {"POST",
     "/api/v1/users/{id}/belongings/reassign",
     {.where = kSomewhere, .permission = kManageUsers, .also = kConfigure}},
    {"GET", "/api/v1/users/{id}/single-sign-on-accounts", everywhere(kManageUsers)},
    {"POST", "/api/v1/users/{id}/single-sign-on-accounts", fresh(everywhere(kManageUsers))},
    {"DELETE", "/api/v1/users/{id}/single-sign-on-accounts/{account}",
     fresh(everywhere(kManageUsers))},
    {"GET", "/api/v1/sessions", {kSignedIn}},
    {"DELETE", "/api/v1/sessions/{id}", {kSignedIn}},

    {"GET", "/api/v1/groups", somewhere(kManageUsers)},
    {"POST", "/api/v1/groups", fresh(everywhere(kManageUsers))},
    {"GET", "/api/v1/groups/{id}", somewhere(kManageUsers)},
    {"PATCH", "/api/v1/groups/{id}", fresh(everywhere(kManageUsers))},
    {"DELETE", "/api/v1/groups/{id}", fresh(everywhere(kManageUsers))},
    {"GET", "/api/v1/groups/{id}/members", somewhere(kManageUsers)},
    {"PUT", "/api/v1/groups/{id}/members/{user}", fresh(everywhere(kManageUsers))},
    {"DELETE", "/api/v1/groups/{id}/members/{user}", fresh(everywhere(kManageUsers))},
    {"POST", "/api/v1/groups/{id}/roles", fresh(named(kManageUsers))},
    {"DELETE", "/api/v1/groups/{id}/roles/{role}", fresh(in_project(kManageUsers))},

    {"GET", "/api/v1/roles", {kSignedIn}},
    {"GET", "/api/v1/roles/{id}", {kSignedIn}},
    {"POST", "/api/v1/roles", fresh(everywhere(kManageRoles))},
    {"PATCH", "/api/v1/roles/{id}", fresh(everywhere(kManageRoles))},
    {"DELETE", "/api/v1/roles/{id}", fresh(everywhere(kManageRoles))},

    {"GET", "/api/v1/single-sign-on", everywhere(kManageUsers)},
    {"POST", "/api/v1/single-sign-on", fresh(everywhere(kManageUsers))},
    {"GET", "/api/v1/single-sign-on/{id}", everywhere(kManageUsers)},
    {"PUT", "/api/v1/single-sign-on/{id}", fresh(everywhere(kManageUsers))},
    {"DELETE", "/api/v1/single-sign-on/{id}", fresh(everywhere(kManageUsers))},
    {"POST", "/api/v1/single-sign-on/{id}/test", fresh(everywhere(kManageUsers))},
    {"GET", "/api/v1/sign-in-ways", {kNobody}},

    {"POST", "/api/v1/session", {kNobody}},
    {"GET", "/api/v1/session", {kSession}},
    {"DELETE", "/api/v1/session", {kSession}},
    {"POST", "/api/v1/session/password", {kSession}},
    {"PUT", "/api/v1/session/preferences", {kSession}},
    {"POST", "/api/v1/session/step-up", {kSession}},
    {"GET", "/api/v1/session/second-factor", {kSession}},
    {"POST", "/api/v1/session/second-factor", fresh({kSession})},
    {"DELETE", "/api/v1/session/second-factor", fresh({kSession})},
    {"POST", "/api/v1/session/second-factor/confirm", {kSession}},
    {"POST", "/api/v1/session/second-factor/recovery-codes", fresh({kSession})},

    {"GET", "/api/v1/calendar-feed", {kSession}},
    {"POST", "/api/v1/calendar-feed", fresh({kSession})},
    {"DELETE", "/api/v1/calendar-feed", {kSession}},

    {"POST", "/api/v1/terminal-sign-ins", {kNobody}},
    {"POST", "/api/v1/terminal-sign-ins/token", {kNobody}},
    {"GET", "/api/v1/terminal-sign-ins/{user_code}", {kSession}},
    {"POST", "/api/v1/terminal-sign-ins/{user_code}/approve", fresh({kSession})},
    {"POST", "/api/v1/terminal-sign-ins/{user_code}/deny", {kSession}},

    {"GET", "/api/v1/keys", everywhere(kManageServer)},
    {"POST", "/api/v1/keys/rotate-data", fresh(everywhere(kManageServer))},

    {"GET", "/api/v1/openapi.yaml", {kNobody}},
    {"GET", "/api/v1/ca-certificate", {kNobody}},
    {"GET", "/calendar/{file}", {kNobody}},
    {"GET", "/oauth-clients/{id}/client.json", {kNobody}},
    {"GET", "/connect/style.css", {kNobody}},
    {"GET", "/connect/result/{id}", {kNobody}},
    {"GET", "/connect/unknown", {kNobody}},
    {"GET", "/connect/{ticket}", {kNobody}},
    {"POST", "/connect/{ticket}", {kNobody}},
    {"POST", "/connect/{ticket}/verifier", {kNobody}},
    {"GET", "/sign-in/single-sign-on/callback", {kNobody}},
    {"GET", "/sign-in/single-sign-on/without-groups", {kNobody}},
    {"GET", "/sign-in/single-sign-on/refused/{cause}", {kNobody}},
    {"GET", "/sign-in/single-sign-on/{id}", {kNobody}},
    {"GET", "/OAuthCallback", {kNobody}},
    {"GET", "/OAuthCallback/{target_system}", {kNobody}},
});

constexpr std::array<std::string_view, 5> kRobotMethods = {
    "key", "restricted_key", "workload_token", "client_certificate", "runner_key"};

bool needs_permission(Where where) {
  return where == kSomewhere || where == kInProject || where == kInNamedProject ||
         where == kEverywhere;
}

}  // namespace

std::span<const RouteNeed> route_needs() { return kNeeds; }

std::span<const std::string_view> robot_methods() { return kRobotMethods; }

std::optional<Need> find_need(std::string_view method, std::string_view pattern) {
  const auto* const found = std::ranges::find_if(
      kNeeds, [&](const RouteNeed& one) { return one.method == method && one.pattern == pattern; });
  if (found == kNeeds.end()) return std::nullopt;
  return found->need;
}

Status may_ask(const Need& need, const Grants& grants) {
  if (!needs_permission(need.where) || need.own) return {};
  const bool everywhere = need.where == kEverywhere;
  const auto has = [&](Permission permission) {
    return everywhere ? grants.has(permission) : grants.has_anywhere(permission);
  };
  const bool has_first = has(need.permission) || (need.or_else && has(*need.or_else));
  if (!has_first) return permission_denied(need.permission);
  if (need.also && !has(*need.also)) return permission_denied(*need.also);
  return {};
}

std::string_view name_of(Where where) {
  switch (where) {
    case kNobody:
      return "nobody";
    case kRobot:
      return "robot";
    case kSession:
      return "session";
    case kSignedIn:
      return "signed_in";
    case kSomewhere:
      return "somewhere";
    case kInProject:
      return "in_project";
    case kInNamedProject:
      return "in_named_project";
    case kEverywhere:
      return "everywhere";
  }
  return "";
}

}  // namespace strongroom::api
