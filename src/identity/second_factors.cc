#include "identity/second_factors.h"

#include <algorithm>
#include <utility>

#include "crypto/equal.h"
#include "identity/change.h"

namespace strongroom::identity {
namespace {

using audit::Action;
using storage::Snapshot;
using storage::Transaction;
using storage::UserRow;

Error wrong_code() {
  return Error{Code::kUnauthenticated,
               "This code is wrong, too old, or was used before.",
               {},
               "wrong_credentials"}
      .at("/code");
}

Error exists() {
  return Error{Code::kConflict,
               "There is a second factor already. End that one first.",
               {},
               "second_factor_exists"};
}

Error none_there() {
  return Error{Code::kConflict, "There is no second factor.", {}, "no_second_factor"};
}

bool is_app_code(std::string_view code) {
  return code.size() == kCodeDigits &&
         std::ranges::all_of(code, [](char c) { return '0' <= c && c <= '9'; });
}

}  // namespace

std::string typed_code(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c != ' ') code += c;
  }
  return is_app_code(code) ? code : std::string(typed);
}

std::optional<SecondFactorInfo> SecondFactors::info(UserId user) const {
  const auto record = second_factor_from(users_.second_factor_text(user));
  if (!record) return std::nullopt;
  return SecondFactorInfo{record->is_confirmed, record->recovery_codes.size()};
}

Result<SecondFactors::Held> SecondFactors::hold(Snapshot& snapshot, UserId user) const {
  STRONGROOM_TRY(UserRow row, users_.row_of(snapshot, user));
  if (row.second_factor.empty()) return none_there();
  STRONGROOM_TRY(SecondFactorRecord record, second_factor_from(row.second_factor));
  return Held{std::move(row), std::move(record)};
}

Status SecondFactors::put(Transaction& tx, Held held) {
  held.row.second_factor = to_text(held.record);
  STRONGROOM_CHECK(users_.update(tx, std::move(held.row)));
  return {};
}

Status SecondFactors::record(Transaction& tx, const Asker& asker, Action action,
                             const UserRow& row) {
  return context_.trail.record_change(tx, change_event(context_, asker, action, row.id, row.name));
}

Result<NewSecondFactor> SecondFactors::begin(const Asker& asker, std::string_view server) {
  STRONGROOM_CHECK(need_writable_audit(context_));
  const UserId id{asker.user};
  const CodeSecret secret = make_code_secret(context_.random);
  SecondFactorRecord fresh;
  fresh.made_at = context_.clock.now().time_since_epoch().count();
  STRONGROOM_TRY(fresh.sealed_secret, seal_code_secret(sealer_, id, fresh.made_at, secret));
  const Exclusive exclusive(context_, asker);
  STRONGROOM_TRY(
      const std::string name,
      storage::write<std::string>(context_.store, [&](Transaction& tx) -> Result<std::string> {
        STRONGROOM_TRY(UserRow row, users_.row_of(tx, id));
        if (is_confirmed_second_factor(row.second_factor)) return exists();
        if (row.password_hash.empty()) {
          return Error{Code::kConflict,
                       "Whoever signs in without a password here is asked for no code here either.",
                       {},
                       "no_password"};
        }
        std::string whose = row.name;
        STRONGROOM_CHECK(put(tx, {std::move(row), fresh}));
        return whose;
      }));
  return NewSecondFactor{shown(secret), otpauth_uri(secret, name, server)};
}

Result<RecoveryCodes> SecondFactors::make_recovery_codes(UserId user,
                                                         SecondFactorRecord& record) const {
  RecoveryCodes codes;
  record.recovery_codes.clear();
  while (codes.size() < kRecoveryCodes) {
    codes.push_back(make_recovery_code(context_.random));
    STRONGROOM_TRY(std::string mac, recovery_code_mac(sealer_, user, codes.back().reveal()));
    record.recovery_codes.push_back(std::move(mac));
  }
  return codes;
}

Result<RecoveryCodes> SecondFactors::confirm(const Asker& asking, std::string_view code) {
  STRONGROOM_CHECK(need_writable_audit(context_));
  const Exclusive exclusive(context_, asking);
  const UserId id{asking.user};
  return storage::write<RecoveryCodes>(
      context_.store, [&](Transaction& tx) -> Result<RecoveryCodes> {
        auto held = hold(tx, id);
        const WallTime now = context_.clock.now();
        const auto waits = [&] {
          const WallTime made{Milliseconds(held->record.made_at)};
          return now >= made && now - made <= kPending;
        };
        if (held && held->record.is_confirmed) return exists();
        if (!held && held.error().code != Code::kConflict) return held.error();
        if (!held || !waits()) {
          return Error{Code::kConflict,
                       "No second factor waits for its first code. Begin again.",
                       {},
                       "no_pending_second_factor"};
        }
        STRONGROOM_TRY(const auto step, step_of(id, held->record, typed_code(code)));
        if (!step) {
          return Error{Code::kInvalidArgument,
                       "This is not the code that the app shows now. Is the phone's clock right?"}
              .at("/code");
        }
        held->record.is_confirmed = true;
        held->record.last_step = *step;
        STRONGROOM_TRY(RecoveryCodes codes, make_recovery_codes(id, held->record));
        STRONGROOM_CHECK(record(tx, exclusive.asker(), Action::kSecondFactorEnabled, held->row));
        STRONGROOM_CHECK(put(tx, *std::move(held)));
        return codes;
      });
}

Result<RecoveryCodes> SecondFactors::renew_recovery_codes(const Asker& asking) {
  STRONGROOM_CHECK(need_writable_audit(context_));
  const Exclusive exclusive(context_, asking);
  const UserId id{asking.user};
  return storage::write<RecoveryCodes>(
      context_.store, [&](Transaction& tx) -> Result<RecoveryCodes> {
        STRONGROOM_TRY(Held held, hold(tx, id));
        if (!held.record.is_confirmed) return none_there();
        STRONGROOM_TRY(RecoveryCodes codes, make_recovery_codes(id, held.record));
        STRONGROOM_CHECK(record(tx, exclusive.asker(), Action::kRecoveryCodesRenewed, held.row));
        STRONGROOM_CHECK(put(tx, std::move(held)));
        return codes;
      });
}

Status SecondFactors::remove(Transaction& tx, const Asker& asker, UserId user, Action action) {
  STRONGROOM_TRY(UserRow row, users_.row_of(tx, user));
  if (row.second_factor.empty()) return {};
  if (is_confirmed_second_factor(row.second_factor)) {
    STRONGROOM_CHECK(record(tx, asker, action, row));
  }
  row.second_factor.clear();
  STRONGROOM_CHECK(users_.update(tx, std::move(row)));
  return {};
}

Status SecondFactors::end(const Asker& asking) {
  STRONGROOM_CHECK(need_writable_audit(context_));
  const Exclusive exclusive(context_, asking);
  return context_.store.write([&](Transaction& tx) {
    return remove(tx, exclusive.asker(), UserId{asking.user}, Action::kSecondFactorDisabled);
  });
}

Status SecondFactors::reset(const Asker& asking, UserId user) {
  STRONGROOM_CHECK(need(asking, Permission::kManageUsers));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const Exclusive exclusive(context_, asking);
  const Asker& asker = exclusive.asker();
  STRONGROOM_CHECK(need(asker, Permission::kManageUsers));
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(users_.row_of(tx, user));
    STRONGROOM_CHECK(need_all(asker, rights_.if_enabled(user)));
    return remove(tx, asker, user, Action::kSecondFactorReset);
  });
}

// Later than all that were taken, whether that could be written down or not.
Result<std::optional<std::int64_t>> SecondFactors::step_of(UserId user,
                                                           const SecondFactorRecord& record,
                                                           std::string_view code) const {
  std::int64_t after = record.last_step;
  {
    const auto unwritten = unwritten_.lock();
    const auto found = unwritten->find(user);
    if (found != unwritten->end()) after = std::max(after, found->second);
  }
  STRONGROOM_TRY(const CodeSecret secret, open_code_secret(sealer_, user, record));
  return matching_step(secret, code, context_.clock.now(), after);
}

Result<bool> SecondFactors::take_recovery_code(UserId user, std::string_view code,
                                               SecondFactorRecord& record) const {
  STRONGROOM_TRY(const std::string mac, recovery_code_mac(sealer_, user, code));
  const auto before = record.recovery_codes.size();
  std::erase_if(record.recovery_codes,
                [&](const std::string& kept) { return crypto::constant_time_equal(kept, mac); });
  return record.recovery_codes.size() < before;
}

Result<bool> SecondFactors::accept(Transaction& tx, const Asker& asker, UserId user,
                                   std::string_view code) {
  STRONGROOM_TRY(Held held, hold(tx, user));
  const std::string typed = typed_code(code);
  const bool is_recovery = !is_app_code(typed);
  if (is_recovery) {
    STRONGROOM_TRY(const bool taken, take_recovery_code(user, typed, held.record));
    if (!taken) return wrong_code();
    STRONGROOM_CHECK(record(tx, asker, Action::kRecoveryCodeUsed, held.row));
  } else {
    STRONGROOM_TRY(const auto step, step_of(user, held.record, typed));
    if (!step) return wrong_code();
    held.record.last_step = *step;
  }
  STRONGROOM_CHECK(put(tx, std::move(held)));
  return is_recovery;
}

Status SecondFactors::accept_unwritten(UserId user, std::string_view code) {
  STRONGROOM_TRY(const SecondFactorRecord record,
                 second_factor_from(users_.second_factor_text(user)));
  STRONGROOM_TRY(const auto step, step_of(user, record, typed_code(code)));
  if (!step) return wrong_code();
  const auto unwritten = unwritten_.lock();
  std::int64_t& latest = (*unwritten)[user];
  if (latest >= *step) return wrong_code();  // somebody else came with it at the same moment
  latest = *step;
  return {};
}

Status SecondFactors::reseal(const crypto::KeyId& old) {
  Asker server;
  server.kind = audit::ActorKind::kServer;
  const Exclusive exclusive(context_, server);
  for (const User& user : users_.all()) {
    if (users_.second_factor_text(user.id).empty()) continue;
    const Status written = context_.store.write([&](Transaction& tx) -> Status {
      auto held = hold(tx, user.id);
      if (!held || crypto::Sealer::key_of(held->record.sealed_secret) != old) return {};
      STRONGROOM_CHECK(reseal_code_secret(sealer_, user.id, held->record));
      return put(tx, *std::move(held));
    });
    STRONGROOM_CHECK(written);
  }
  return {};
}

Result<std::int64_t> SecondFactors::count_sealed_with(Snapshot& snapshot,
                                                      const crypto::KeyId& old) {
  STRONGROOM_TRY(const auto rows, storage::all_users(snapshot));
  return std::ranges::count_if(rows, [&](const UserRow& row) {
    const auto record = second_factor_from(row.second_factor);
    return record && crypto::Sealer::key_of(record->sealed_secret) == old;
  });
}

void SecondFactors::record_refusal(const Asker& asker, const User& user) {
  auto event = change_event(context_, asker, Action::kSecondFactorRefused, user.id.uuid, user.name);
  event.actor_kind = audit::ActorKind::kUnknown;  // the password may be stolen
  event.actor_id = {};
  event.outcome = audit::Outcome::kDenied;
  const Status written = context_.store.write(
      [&](Transaction& tx) { return context_.trail.record_change(tx, event); });
  if (!written) context_.log.failed("A refused code was not written down.", written.error());
}

}  // namespace strongroom::identity
