#include "identity/sign_on_accounts.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/change.h"
#include "identity/sign_on_provider.h"
#include "storage/sign_on_rows.h"

namespace strongroom::identity {
namespace {

using audit::Action;
using storage::SignOnAccountRow;
using storage::Transaction;

constexpr std::size_t kLongestSubject = 255;  // OpenID Connect Core section 2

Error no_such_user() { return Error{Code::kNotFound, "There is no such user."}; }
Error no_such_account() { return Error{Code::kNotFound, "The user has no such account."}; }

SignOnAccount to_account(SignOnAccountRow row) {
  return {.id = SignOnAccountId{row.id},
          .user = UserId{row.user_id},
          .issuer = std::move(row.issuer),
          .subject = std::move(row.subject),
          .created_at = row.created_at};
}

// It is compared letter by letter, so nothing is made of it.
Status check_subject(std::string_view subject) {
  const bool is_one = !subject.empty() && subject.size() <= kLongestSubject && is_utf8(subject) &&
                      !has_control_character(subject);
  if (is_one) return {};
  return Error{Code::kInvalidArgument,
               "This must be the subject that the provider tells, of up to 255 bytes."}
      .at("/subject");
}

}  // namespace

Result<std::vector<SignOnAccount>> SignOnAccounts::list(const Asker& asker, UserId user) {
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  if (!parts_.users.find(user)) return no_such_user();
  using Rows = std::vector<SignOnAccountRow>;
  STRONGROOM_TRY(Rows rows, storage::read<Rows>(context_.store, [&](storage::Snapshot& snapshot) {
                   return storage::sign_on_accounts_of(snapshot, user.uuid);
                 }));
  std::vector<SignOnAccount> accounts;
  for (SignOnAccountRow& row : rows) {
    STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, row));
    if (genuine) accounts.push_back(to_account(std::move(row)));
  }
  return accounts;
}

Result<SignOnAccount> SignOnAccounts::link(const Asker& asking, UserId user,
                                           SignOnProviderId provider, const std::string& subject) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_CHECK(check_subject(subject));
  const auto at = parts_.providers.find(provider);
  if (!at) {
    return Error{Code::kInvalidArgument, "There is no such provider."}.at("/provider");
  }
  const auto known = parts_.users.find(user);
  if (!known) return no_such_user();
  STRONGROOM_CHECK(need_all(asker, parts_.rights.if_enabled(user)));
  const WallTime now = context_.clock.now();
  SignOnAccountRow row{.id = crypto::make_uuid(now, context_.random),
                       .user_id = user.uuid,
                       .issuer = at->settings.issuer,
                       .subject = subject,
                       .mac = {},
                       .created_at = now};
  STRONGROOM_TRY(row.mac, sign_on_mac(context_.sealer, row));
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto there, storage::find_sign_on_account(tx, row.issuer, row.subject));
    if (there) {
      return Error{Code::kConflict, "This account is a user's already.", {}, "duplicate"}.at(
          "/subject");
    }
    STRONGROOM_CHECK(storage::insert_sign_on_account(tx, row));
    return context_.trail.record_change(
        tx, change_event(context_, asker, Action::kSignOnLinked, user.uuid, known->name));
  });
  STRONGROOM_CHECK(written);
  return to_account(std::move(row));
}

Status SignOnAccounts::unlink(const Asker& asking, UserId user, SignOnAccountId account) {
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  const auto known = parts_.users.find(user);
  if (!known) return no_such_user();
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto rows, storage::sign_on_accounts_of(tx, user.uuid));
    if (std::ranges::find(rows, account.uuid, &SignOnAccountRow::id) == rows.end()) {
      return no_such_account();
    }
    STRONGROOM_CHECK(storage::delete_sign_on_account(tx, account.uuid));
    STRONGROOM_CHECK(
        parts_.sessions.end_of_account(tx, asker, user, account, kAccountUnlinkedReason));
    return context_.trail.record_change(
        tx, change_event(context_, asker, Action::kSignOnUnlinked, user.uuid, known->name));
  });
}

}  // namespace strongroom::identity
