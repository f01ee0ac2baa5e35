#include "audit/event.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace strongroom::audit {
namespace {

struct ActionName {
  Action action;
  std::string_view text;
};

// People filter by these texts and exported trails hold them, so none is ever changed.
constexpr std::array kActions{
    ActionName{Action::kTokenHandedOut, "token.handed_out"},
    ActionName{Action::kLookupDenied, "lookup.denied"},
    ActionName{Action::kTokensRetrieved, "tokens.retrieved"},
    ActionName{Action::kRetrievalFailed, "retrieval.failed"},
    ActionName{Action::kProjectCreated, "project.created"},
    ActionName{Action::kProjectUpdated, "project.updated"},
    ActionName{Action::kProjectDeleted, "project.deleted"},
    ActionName{Action::kProjectRestored, "project.restored"},
    ActionName{Action::kTargetSystemCreated, "target_system.created"},
    ActionName{Action::kTargetSystemUpdated, "target_system.updated"},
    ActionName{Action::kTargetSystemDeleted, "target_system.deleted"},
    ActionName{Action::kTargetSystemRestored, "target_system.restored"},
    ActionName{Action::kTargetSystemSecretsReplaced, "target_system.secrets_replaced"},
    ActionName{Action::kTargetSystemDestinationApproved, "target_system.destination_approved"},
    ActionName{Action::kOAuthClientCreated, "oauth_client.created"},
    ActionName{Action::kOAuthClientUpdated, "oauth_client.updated"},
    ActionName{Action::kOAuthClientDeleted, "oauth_client.deleted"},
    ActionName{Action::kOAuthClientRestored, "oauth_client.restored"},
    ActionName{Action::kOAuthClientDisabled, "oauth_client.disabled"},
    ActionName{Action::kOAuthClientEnabled, "oauth_client.enabled"},
    ActionName{Action::kRobotCreated, "robot.created"},
    ActionName{Action::kRobotUpdated, "robot.updated"},
    ActionName{Action::kRobotDeleted, "robot.deleted"},
    ActionName{Action::kRobotRestored, "robot.restored"},
    ActionName{Action::kRobotKeyCreated, "robot_key.created"},
    ActionName{Action::kRobotKeyRevoked, "robot_key.revoked"},
    ActionName{Action::kRobotAccessGranted, "robot_access.granted"},
    ActionName{Action::kRobotAccessRevoked, "robot_access.revoked"},
    ActionName{Action::kApiKeyCreated, "api_key.created"},
    ActionName{Action::kApiKeyRevoked, "api_key.revoked"},
    ActionName{Action::kServerStarted, "server.started"},
    ActionName{Action::kPermissionDenied, "permission.denied"},
    ActionName{Action::kTargetSystemTested, "target_system.tested"},
    ActionName{Action::kTargetSystemSecretDropped, "target_system.secret_dropped"},
    ActionName{Action::kTargetSystemMetadataRead, "target_system.metadata_read"},
    ActionName{Action::kTargetSystemMetadataHeld, "target_system.metadata_held"},
    ActionName{Action::kAuthorizationStarted, "authorization.started"},
    ActionName{Action::kAuthorizationContinued, "authorization.continued"},
    ActionName{Action::kAuthorizationHeld, "authorization.held"},
    ActionName{Action::kAuthorizationCompleted, "authorization.completed"},
    ActionName{Action::kAuthorizationFailed, "authorization.failed"},
    ActionName{Action::kAuthorizationCancelled, "authorization.cancelled"},
    ActionName{Action::kUserCreated, "user.created"},
    ActionName{Action::kPasswordChanged, "user.password_changed"},
    ActionName{Action::kPasswordReset, "user.password_reset"},
    ActionName{Action::kSessionStarted, "session.started"},
    ActionName{Action::kSessionEnded, "session.ended"},
    ActionName{Action::kOAuthClientTokensImported, "oauth_client.tokens_imported"},
    ActionName{Action::kOAuthClientTokensRevoked, "oauth_client.tokens_revoked"},
    ActionName{Action::kRevocationConfirmed, "revocation.confirmed"},
    ActionName{Action::kRevocationGivenUp, "revocation.given_up"},
    ActionName{Action::kUserUpdated, "user.updated"},
    ActionName{Action::kUserDisabled, "user.disabled"},
    ActionName{Action::kUserEnabled, "user.enabled"},
    ActionName{Action::kUserDeleted, "user.deleted"},
    ActionName{Action::kGroupCreated, "group.created"},
    ActionName{Action::kGroupUpdated, "group.updated"},
    ActionName{Action::kGroupDeleted, "group.deleted"},
    ActionName{Action::kGroupMemberAdded, "group.member_added"},
    ActionName{Action::kGroupMemberRemoved, "group.member_removed"},
    ActionName{Action::kGroupRoleGranted, "group.role_granted"},
    ActionName{Action::kGroupRoleRevoked, "group.role_revoked"},
    ActionName{Action::kRoleCreated, "role.created"},
    ActionName{Action::kRoleUpdated, "role.updated"},
    ActionName{Action::kRoleDeleted, "role.deleted"},
    ActionName{Action::kKillSet, "kill.set"},
    ActionName{Action::kKillLifted, "kill.lifted"},
    ActionName{Action::kTokenExtracted, "token.extracted"},
    ActionName{Action::kRobotReported, "robot.reported"},
    ActionName{Action::kRobotAccessInvalidated, "robot_access.invalidated"},
    ActionName{Action::kRobotAccessUpdated, "robot_access.updated"},
    ActionName{Action::kSignOnProviderCreated, "single_sign_on.created"},
    ActionName{Action::kSignOnProviderUpdated, "single_sign_on.updated"},
    ActionName{Action::kSignOnProviderDeleted, "single_sign_on.deleted"},
    ActionName{Action::kSignOnProviderTested, "single_sign_on.tested"},
    ActionName{Action::kSignOnLinked, "user.sign_on_linked"},
    ActionName{Action::kSignOnUnlinked, "user.sign_on_unlinked"},
    ActionName{Action::kSignOnRefused, "single_sign_on.refused"},
    ActionName{Action::kTerminalSignInCompleted, "terminal_sign_in.completed"},
    ActionName{Action::kTerminalSignInDenied, "terminal_sign_in.denied"},
    ActionName{Action::kSecondFactorEnabled, "second_factor.enabled"},
    ActionName{Action::kSecondFactorDisabled, "second_factor.disabled"},
    ActionName{Action::kSecondFactorReset, "second_factor.reset"},
    ActionName{Action::kSecondFactorRefused, "second_factor.refused"},
    ActionName{Action::kRecoveryCodeUsed, "second_factor.recovery_code_used"},
    ActionName{Action::kRecoveryCodesRenewed, "second_factor.recovery_codes_renewed"},
    ActionName{Action::kSessionSteppedUp, "session.stepped_up"},
    ActionName{Action::kBasicEngineDelivered, "token.delivered_to_basic_engine_robot"},
    ActionName{Action::kLaunchDenied, "launch.denied"},
    ActionName{Action::kRobotInputsChanged, "robot.inputs_changed"},
    ActionName{Action::kServerSettingChanged, "server.setting_changed"},
    ActionName{Action::kSecretCreated, "secret.created"},
    ActionName{Action::kSecretUpdated, "secret.updated"},
    ActionName{Action::kSecretDeleted, "secret.deleted"},
    ActionName{Action::kSecretRestored, "secret.restored"},
    ActionName{Action::kSecretValueReplaced, "secret.value_replaced"},
    ActionName{Action::kSecretValueDropped, "secret.value_dropped"},
    ActionName{Action::kSecretHandedOut, "secret.handed_out"},
    ActionName{Action::kSecretExtracted, "secret.extracted"},
    ActionName{Action::kSecretAccessGranted, "secret_access.granted"},
    ActionName{Action::kSecretAccessRevoked, "secret_access.revoked"},
    ActionName{Action::kSecretAccessInvalidated, "secret_access.invalidated"},
    ActionName{Action::kSecretAccessUpdated, "secret_access.updated"},
    ActionName{Action::kCanaryTouched, "canary.touched"},
    ActionName{Action::kAuditExported, "audit.exported"},
    ActionName{Action::kAuditExpired, "audit.expired"},
    ActionName{Action::kAuditSegmentBegun, "audit.segment_begun"},
    ActionName{Action::kTokenTraced, "audit.token_traced"},
    ActionName{Action::kRootKeyRotated, "keys.root_rotated"},
    ActionName{Action::kDataKeyRotated, "keys.data_rotated"},
    ActionName{Action::kDataKeyDestroyed, "keys.data_destroyed"},
    ActionName{Action::kRecoveryFileExported, "keys.recovery_exported"},
    ActionName{Action::kBackupCreated, "backup.created"},
    ActionName{Action::kBackupRestored, "backup.restored"},
    ActionName{Action::kUserSuspended, "user.suspended"},
    ActionName{Action::kKeySuspended, "key.suspended"},
    ActionName{Action::kRobotAccessSuspended, "robot_access.suspended"},
    ActionName{Action::kSuspensionLifted, "suspension.lifted"},
    ActionName{Action::kOAuthClientQuarantined, "oauth_client.quarantined"},
    ActionName{Action::kQuarantineLifted, "oauth_client.quarantine_lifted"},
    ActionName{Action::kProjectExported, "project.exported"},
    ActionName{Action::kBackupDownloaded, "backup.downloaded"},
    ActionName{Action::kBackupDeleted, "backup.deleted"},
    ActionName{Action::kTargetSystemAtFault, "target_system.at_fault"},
    ActionName{Action::kTargetSystemAccepted, "target_system.accepted_again"},
    ActionName{Action::kScopesNarrowed, "oauth_client.scopes_narrowed"},
    ActionName{Action::kNotificationTargetCreated, "notification_target.created"},
    ActionName{Action::kNotificationTargetUpdated, "notification_target.updated"},
    ActionName{Action::kNotificationTargetDeleted, "notification_target.deleted"},
    ActionName{Action::kNotificationTargetSecretReplaced, "notification_target.secret_replaced"},
    ActionName{Action::kNotificationTargetTested, "notification_target.tested"},
    ActionName{Action::kNotificationGivenUp, "notification.given_up"},
    ActionName{Action::kNotificationResent, "notification.resent"},
    ActionName{Action::kNotificationDiscarded, "notification.discarded"},
    ActionName{Action::kCalendarFeedCreated, "calendar_feed.created"},
    ActionName{Action::kCalendarFeedRevoked, "calendar_feed.revoked"},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    if (kActions[i].action != static_cast<Action>(i)) return false;
  }
  return static_cast<std::size_t>(Action::kCalendarFeedRevoked) + 1 == kActions.size();
}
static_assert(is_in_order(), "one name for each action, in the order of the enumeration");

// `name` is the member with its quotes and colon: ,"key_id":
void append_id_member(std::string& out, std::string_view name, const Uuid& id) {
  if (id.is_nil()) return;
  out.append(name).push_back('"');
  id.append_text(out);
  out.push_back('"');
}

void append_text_member(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  append_json_string(out.append(name), text);
}

void append_fields(std::string& out, const std::vector<std::string>& fields) {
  if (fields.empty()) return;
  out.append(",\"fields\":[");
  for (const std::string& field : fields) {
    if (&field != fields.data()) out.push_back(',');
    append_json_string(out, field);
  }
  out.push_back(']');
}

}  // namespace

std::string_view to_text(Action action) { return kActions[static_cast<std::size_t>(action)].text; }

std::optional<Action> action_from_text(std::string_view text) {
  const auto* found = std::ranges::find(kActions, text, &ActionName::text);
  if (found == kActions.end()) return std::nullopt;
  return found->action;
}

std::string_view to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSuccess:
      return "success";
    case Outcome::kDenied:
      return "denied";
    case Outcome::kFailure:
      return "failure";
  }
  return "failure";
}

std::string_view to_text(ActorKind kind) {
  switch (kind) {
    case ActorKind::kRobot:
      return "robot";
    case ActorKind::kUser:
      return "user";
    case ActorKind::kServer:
      return "server";
    case ActorKind::kUnknown:
      return "unknown";
  }
  return "unknown";
}

// Members in a fixed order, no white space, what is empty left out. Filters search for members in
// this text, so their form is part of the format.
std::string to_json(const Event& event) {
  std::string out;
  out.reserve(512);
  out.append("{\"id\":\"");
  event.id.append_text(out);
  append_rfc3339_millis(out.append("\",\"at\":\""), event.at);
  out.append("\",\"action\":\"").append(to_text(event.action));
  out.append("\",\"outcome\":\"").append(to_text(event.outcome));
  out.append("\",\"actor_kind\":\"").append(to_text(event.actor_kind)).push_back('"');
  append_id_member(out, ",\"actor_id\":", event.actor_id);
  append_id_member(out, ",\"runner_id\":", event.runner_id);
  append_id_member(out, ",\"key_id\":", event.key_id);
  append_id_member(out, ",\"subject_id\":", event.subject_id);
  append_text_member(out, ",\"subject_name\":", event.subject_name);
  append_id_member(out, ",\"project_id\":", event.project_id);
  append_text_member(out, ",\"reason\":", event.reason);
  append_text_member(out, ",\"resource\":", event.resource);
  append_text_member(out, ",\"fingerprint\":", event.fingerprint);
  append_text_member(out, ",\"request_id\":", event.request_id);
  append_text_member(out, ",\"peer\":", event.peer);
  append_fields(out, event.fields);
  append_text_member(out, ",\"account_issuer\":", event.account.issuer);
  append_text_member(out, ",\"account_subject\":", event.account.subject);
  append_text_member(out, ",\"account_tenant\":", event.account.tenant);
  append_text_member(out, ",\"asked_project\":", event.asked.project);
  append_text_member(out, ",\"asked_target_system\":", event.asked.target_system);
  append_text_member(out, ",\"asked_label\":", event.asked.label);
  out.push_back('}');
  return out;
}

}  // namespace strongroom::audit
