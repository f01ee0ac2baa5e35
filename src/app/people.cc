#include "app/people.h"

#include <utility>

#include "crypto/uuid.h"

namespace strongroom::app {

Result<std::optional<identity::BreachedPasswords>> read_breached_passwords(const Config& config) {
  std::optional<identity::BreachedPasswords> list;
  const std::string& file = config.text("console.breached_passwords");
  if (file.empty()) return list;
  STRONGROOM_TRY(list, identity::BreachedPasswords::open(file));
  return list;
}

People::People(const identity::Context& context, crypto::Sealer& sealer,
               identity::SessionLimits limits, identity::ApiKeyPolicy api_key_policy,
               InitialPassword initial_password,
               std::optional<identity::BreachedPasswords> breached)
    : context_(context),
      log_(context.log),
      initial_password_(std::move(initial_password)),
      users_(context),
      roles_(context),
      groups_(context, users_, roles_),
      rights_(users_, groups_),
      api_keys_(context, users_, rights_, api_key_policy),
      calendar_feeds_(context, users_),
      sessions_(context, users_, rights_, limits),
      user_accounts_(context, {users_, groups_, rights_, sessions_, api_keys_, calendar_feeds_}),
      second_factors_(context, sealer, users_, rights_),
      breached_(std::move(breached)),
      sign_in_(context, {users_, sessions_, second_factors_, breached_ ? &*breached_ : nullptr},
               [this](const identity::User& user) {
                 if (user.name == identity::kFirstAdministrator) forget_initial_password();
               }),
      terminal_sign_ins_(context, api_keys_) {}

Status People::load(bool make_first) {
  STRONGROOM_CHECK(users_.load());
  if (make_first) {
    STRONGROOM_TRY(const bool made,
                   users_.ensure_first_administrator([this](const crypto::Password& password) {
                     return initial_password_.write(password);
                   }));
    if (made) log_.info("The first administrator was made.");
  }
  // Where the program ended between the change and this.
  const auto first = users_.find(identity::kFirstAdministrator);
  if (first && !first->must_change_password) forget_initial_password();
  STRONGROOM_CHECK(roles_.load());
  STRONGROOM_CHECK(groups_.load());
  STRONGROOM_CHECK(api_keys_.load());
  STRONGROOM_CHECK(calendar_feeds_.load());
  return sessions_.load();
}

Status People::note_backup(const std::string& name) {
  const WallTime now = context_.clock.now();
  const audit::Event event{.id = crypto::make_uuid(now, context_.random),
                           .at = now,
                           .action = audit::Action::kBackupCreated,
                           .subject_name = name};
  return context_.store.write(
      [&](storage::Transaction& tx) { return context_.trail.record_change(tx, event); });
}

void People::forget_initial_password() {
  const Status removed = initial_password_.remove();
  if (!removed) {
    log_.failed("The first administrator's password was changed, but its file is still there.",
                removed.error());
  }
}

}  // namespace strongroom::app
