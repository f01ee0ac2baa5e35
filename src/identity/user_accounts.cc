#include "identity/user_accounts.h"

#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/change.h"
#include "storage/restore_rows.h"

namespace strongroom::identity {
namespace {

using audit::Action;
using storage::Transaction;
using storage::UserRow;

constexpr std::size_t kLongestEmail = 254;  // RFC 5321 section 4.5.3.1.3, without the brackets

Error no_such_session() { return Error{Code::kNotFound, "There is no such session."}; }

}  // namespace

Result<UserRow> UserAccounts::set_fields(UserRow row, const UserFields& fields) const {
  if (fields.name) {
    STRONGROOM_TRY(row.name, clean_name(*fields.name, "/name"));
    row.name_key = name_key(row.name);
  }
  if (fields.full_name) {
    STRONGROOM_TRY(row.full_name, clean_text(*fields.full_name, "/full_name", 128));
  }
  if (fields.email) {
    STRONGROOM_TRY(row.email, clean_text(*fields.email, "/email", kLongestEmail));
    const bool is_one = row.email.find('@') != std::string::npos &&
                        row.email.find_first_of(" ,;<>\"") == std::string::npos;
    if (!row.email.empty() && !is_one) {
      return Error{Code::kInvalidArgument, "This is no e-mail address."}.at("/email");
    }
  }
  return row;
}

Result<NewUser> UserAccounts::create(const Asker& asking, const UserFields& fields,
                                     bool with_password) {
  STRONGROOM_CHECK(need(asking, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const WallTime now = context_.clock.now();
  UserFields given = fields;
  given.name = fields.name.value_or("");
  UserRow empty;
  empty.id = crypto::make_uuid(now, context_.random);
  empty.created_at = now;
  STRONGROOM_TRY(UserRow row, set_fields(std::move(empty), given));
  if (fields.disabled.value_or(false)) row.disabled_at = now;
  std::optional<crypto::Password> password;
  if (with_password) {
    password = crypto::make_password(context_.random);
    STRONGROOM_TRY(row.password_hash, parts_.users.hash(*password));
    row.must_change_password = true;
  }
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  const auto event = change_event(context_, asker, Action::kUserCreated, row.id, row.name);
  STRONGROOM_TRY(User made,
                 storage::write<User>(context_.store, [&](Transaction& tx) -> Result<User> {
                   STRONGROOM_TRY(User user, parts_.users.insert(tx, row));
                   STRONGROOM_CHECK(context_.trail.record_change(tx, event));
                   return user;
                 }));
  return NewUser{std::move(made), std::move(password)};
}

Status UserAccounts::shut_out(Transaction& tx, const Asker& asker, UserId id,
                              std::string_view reason) {
  STRONGROOM_CHECK(parts_.sessions.end_all(tx, asker, id, reason));
  STRONGROOM_CHECK(parts_.calendar_feeds.revoke_of(tx, asker, id));
  return parts_.api_keys.revoke_all(tx, asker, id);
}

Result<User> UserAccounts::update(const Asker& asking, UserId id, const UserFields& fields) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  const bool only_disables =
      fields.disabled.value_or(false) && !fields.name && !fields.full_name && !fields.email;
  if (!only_disables) STRONGROOM_CHECK(need_writable_audit(context_));
  return storage::write<User>(context_.store, [&](Transaction& tx) -> Result<User> {
    STRONGROOM_TRY(const bool had_one, has_administrator(tx));
    STRONGROOM_TRY(const UserRow before, parts_.users.row_of(tx, id));
    STRONGROOM_TRY(UserRow row, set_fields(before, fields));
    auto event = change_event(context_, asker, Action::kUserUpdated, row.id, row.name);
    if (before.name != row.name) event.fields.emplace_back("name");
    if (before.full_name != row.full_name) event.fields.emplace_back("full_name");
    if (before.email != row.email) event.fields.emplace_back("email");
    // Single sign-on may find users by these: to change them is to say who can be the user.
    if (before.name != row.name || before.email != row.email) {
      STRONGROOM_CHECK(need_all(asker, parts_.rights.if_enabled(id)));
    }
    if (!event.fields.empty()) STRONGROOM_CHECK(context_.trail.record_change(tx, event));
    const bool is_disabled = fields.disabled.value_or(before.disabled_at.has_value());
    // Who says it of somebody whom a restore suspended says it for good: nothing lifts that.
    STRONGROOM_TRY(
        const bool was_suspended,
        fields.disabled ? storage::delete_suspension_of(tx, "user", id.uuid) : Result<bool>(false));
    if (is_disabled != before.disabled_at.has_value() || (is_disabled && was_suspended)) {
      row.disabled_at = is_disabled ? std::optional(event.at) : std::nullopt;
      STRONGROOM_CHECK(context_.trail.record_change(
          tx,
          change_event(context_, asker, is_disabled ? Action::kUserDisabled : Action::kUserEnabled,
                       row.id, row.name)));
      if (is_disabled) STRONGROOM_CHECK(shut_out(tx, asker, id, kUserDisabledReason));
    }
    STRONGROOM_TRY(User user, parts_.users.update(tx, std::move(row)));
    STRONGROOM_CHECK(need_administrator_left(tx, asker, had_one));
    // Whoever is enabled again has what they had.
    if (before.disabled_at && !is_disabled) {
      STRONGROOM_CHECK(need_all(asker, parts_.rights.if_enabled(id)));
    }
    return user;
  });
}

Status UserAccounts::remove(const Asker& asking, UserId id) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool had_one, has_administrator(tx));
    STRONGROOM_TRY(const UserRow row, parts_.users.row_of(tx, id));
    STRONGROOM_CHECK(shut_out(tx, asker, id, kUserDeletedReason));
    STRONGROOM_CHECK(parts_.users.remove(tx, id));
    STRONGROOM_CHECK(need_administrator_left(tx, asker, had_one));
    parts_.groups.forget_on_commit(tx, id);
    return context_.trail.record_change(
        tx, change_event(context_, asker, Action::kUserDeleted, row.id, row.name));
  });
}

Result<crypto::Password> UserAccounts::reset_password(const Asker& asking, UserId id) {
  STRONGROOM_CHECK(need(asking, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  crypto::Password password = crypto::make_password(context_.random);
  STRONGROOM_TRY(const std::string hash, parts_.users.hash(password));
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const UserRow row, parts_.users.row_of(tx, id));
    STRONGROOM_CHECK(need_all(asker, parts_.rights.if_enabled(id)));
    STRONGROOM_CHECK(parts_.users.set_password(tx, id, {hash, true}));
    STRONGROOM_CHECK(context_.trail.record_change(
        tx, change_event(context_, asker, Action::kPasswordReset, row.id, row.name)));
    return parts_.sessions.end_all(tx, asker, id, kPasswordResetReason);
  });
  STRONGROOM_CHECK(written);
  return password;
}

Status UserAccounts::end_session(const Asker& asking, UserId id, SessionId session) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  if (id.uuid != asker.user) STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  const auto known = parts_.sessions.info(session);
  if (!known || known->user.id != id) return no_such_session();
  return context_.store.write(
      [&](Transaction& tx) { return parts_.sessions.end(tx, asker, session, kEndedByPerson); });
}

Status UserAccounts::end_sessions(const Asker& asking, UserId id) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  if (id.uuid != asker.user) STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(parts_.users.row_of(tx, id));
    return parts_.sessions.end_all(tx, asker, id, kEndedByPerson);
  });
}

}  // namespace strongroom::identity
