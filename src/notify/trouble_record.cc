#include "notify/trouble_record.h"

#include <utility>

#include "audit/event.h"
#include "notify/announcer.h"
#include "storage/notification_rows.h"
#include "storage/project_rows.h"
#include "storage/target_system_rows.h"
#include "vault/types.h"

namespace strongroom::notify {
namespace {

using audit::Action;
using storage::NotificationTroubleRow;
using storage::OAuthClientRow;

bool is_told_of(const OAuthClientRow& client) {
  return !client.stamps.deleted_at && !client.hidden &&
         client.state != vault::to_text(vault::OAuthClientState::kDisabled);
}

bool needs_sign_in(const OAuthClientRow& client) {
  return client.state == vault::to_text(vault::OAuthClientState::kNeedsSignIn);
}

}  // namespace

Status TroubleRecord::take(const audit::RecordedEvent& event) {
  const auto action = audit::action_from_text(event.action);
  const auto subject = Uuid::parse(event.subject_id);
  if (!action || !subject) return {};
  if (*action == Action::kTargetSystemAtFault || *action == Action::kTargetSystemAccepted) {
    return take_system(*subject, event);
  }
  STRONGROOM_TRY(const auto client, storage::find_oauth_client(tx_, *subject));
  if (!client || !is_told_of(*client)) return {};
  // One resource that fails, or comes, says nothing of the client's other tokens; unless the grant
  // ended with it.
  const bool ended = *action == Action::kRetrievalFailed && needs_sign_in(*client);
  if (!event.resource.empty() && !ended) return {};
  if (*action == Action::kScopesNarrowed) return tell(EventKind::kScopesNarrowed, *client, {});
  if (*action == Action::kRetrievalFailed) return failed(*client, event);
  return recovered(*client);
}

Status TroubleRecord::failed(const OAuthClientRow& client, const audit::RecordedEvent& event) {
  STRONGROOM_TRY(auto trouble, storage::find_notification_trouble(tx_, client.id));
  if (!trouble) {
    trouble.emplace(
        NotificationTroubleRow{.oauth_client_id = client.id, .failures = 0, .announced = {}});
  }
  trouble->failures += event.count;
  const bool ended = needs_sign_in(client);
  const std::string_view told_of_end = to_text(EventKind::kNeedsSignIn);
  if (ended && trouble->announced != told_of_end) {
    trouble->announced = told_of_end;
    STRONGROOM_CHECK(tell(EventKind::kNeedsSignIn, client, event.reason));
  } else if (!ended && trouble->announced.empty() &&
             trouble->failures >= Announcer::kFailuresToTell) {
    trouble->announced = to_text(EventKind::kFailing);
    STRONGROOM_CHECK(tell(EventKind::kFailing, client, event.reason));
  }
  changes_[client.id] = true;
  return storage::put_notification_trouble(tx_, *trouble);
}

Status TroubleRecord::recovered(const OAuthClientRow& client) {
  STRONGROOM_TRY(const auto trouble, storage::find_notification_trouble(tx_, client.id));
  changes_[client.id] = false;
  if (!trouble) return {};
  if (!trouble->announced.empty()) STRONGROOM_CHECK(tell(EventKind::kRecovered, client, {}));
  return storage::delete_notification_trouble(tx_, client.id);
}

Status TroubleRecord::take_system(const Uuid& id, const audit::RecordedEvent& event) {
  STRONGROOM_TRY(const auto system, storage::find_target_system(tx_, id));
  if (!system || system->stamps.deleted_at || system->hidden) return {};
  Belonging of{.project = system->project_id.value_or(Uuid{}),
               .owner_name = system->owner_name,
               .owner_email = system->owner_email};
  STRONGROOM_TRY(of.project_name, project_name(of.project));
  const bool at_fault = event.action == to_text(Action::kTargetSystemAtFault);
  groups_.add(at_fault ? EventKind::kFailing : EventKind::kRecovered, of,
              {.target_system = id,
               .target_system_name = system->name,
               .cause = at_fault ? event.reason : std::string()});
  return {};
}

Status TroubleRecord::tell(EventKind kind, const OAuthClientRow& client, std::string cause) {
  Belonging of{.project = client.project_id,
               .owner_name = client.owner_name,
               .owner_email = client.owner_email};
  STRONGROOM_TRY(of.project_name, project_name(client.project_id));
  STRONGROOM_TRY(std::string system, system_name(client.target_system_id));
  groups_.add(kind, of,
              {.client = client.id,
               .label = client.label,
               .target_system = client.target_system_id,
               .target_system_name = std::move(system),
               .cause = std::move(cause)});
  return {};
}

Result<std::string> TroubleRecord::project_name(const Uuid& id) {
  if (id.is_nil()) return std::string();
  if (const auto known = project_names_.find(id); known != project_names_.end()) {
    return known->second;
  }
  STRONGROOM_TRY(const auto project, storage::find_project(tx_, id));
  return project_names_[id] = project ? project->name : std::string();
}

Result<std::string> TroubleRecord::system_name(const Uuid& id) {
  if (const auto known = system_names_.find(id); known != system_names_.end()) {
    return known->second;
  }
  STRONGROOM_TRY(const auto system, storage::find_target_system(tx_, id));
  return system_names_[id] = system ? system->name : std::string();
}

}  // namespace strongroom::notify
