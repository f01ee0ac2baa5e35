#include "vault/data_key_rotation.h"

#include <algorithm>
#include <utility>

#include "crypto/uuid.h"
#include "storage/credential_rows.h"
#include "storage/project_rows.h"
#include "storage/secret_rows.h"
#include "storage/sqlite_store.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/journal.h"
#include "vault/lookup_index.h"
#include "vault/row_mac.h"
#include "vault/secret_changes.h"
#include "vault/secret_index.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::DataKeyRow;
using storage::KeyRotationRow;
using storage::SealedColumn;
using storage::SealedValueRow;
using storage::Snapshot;
using storage::Transaction;

constexpr std::int64_t kBatch = 100;  // values in one transaction
// What was sealed with the old key just before the new one came, and is not stored yet, is stored
// within this time, or nobody waits for it any more.
constexpr Milliseconds kInFlight = std::chrono::seconds(10);
constexpr Milliseconds kStuckPause = std::chrono::minutes(1);

std::optional<ProjectId> project_of(const Uuid& scope) {
  if (scope.is_nil()) return std::nullopt;
  return ProjectId{scope};
}

Actor server_itself() {
  Actor server;
  server.kind = audit::ActorKind::kServer;
  return server;
}

Result<std::vector<DataKeyRow>> keys_of(Snapshot& snapshot, const crypto::KeyScope& scope) {
  STRONGROOM_TRY(auto rows, storage::all_data_keys(snapshot));
  std::erase_if(rows, [&](const DataKeyRow& row) { return row.scope != scope; });
  std::ranges::sort(rows, {}, &DataKeyRow::id);
  return rows;
}

// Of the scope's name for people; empty: the server, or a project that is gone.
Result<std::string> name_of(Snapshot& snapshot, const crypto::KeyScope& scope) {
  if (scope.is_nil()) return std::string();
  STRONGROOM_TRY(const auto project, storage::find_project(snapshot, scope));
  return project ? project->name : std::string();
}

Result<Change> change_of(Snapshot& snapshot, audit::Action action, const crypto::KeyScope& scope) {
  STRONGROOM_TRY(std::string name, name_of(snapshot, scope));
  return Change{action, scope, scope, std::move(name)};
}

crypto::Place place_of(const SealedColumn& column, const SealedValueRow& row) {
  return {.table = column.table,
          .row = row.row,
          .column = row.place_column,
          .scope = row.scope,
          .generation = row.generation,
          .destination = row.destination};
}

// Newer than all that the scope has, also where the calendar went back: the greatest id seals.
Result<crypto::WrappedKey> make_newer(Context& context, const std::vector<DataKeyRow>& rows,
                                      const crypto::KeyScope& scope) {
  const DataKeyRow& newest = rows.back();
  const WallTime at = std::max(context.clock.now(), newest.created_at + Milliseconds(1));
  const auto id = crypto::make_id<crypto::KeyId>(at, context.random);
  if (id.uuid <= newest.id) return Error{Code::kInternal, "A new key would not be the newest."};
  return context.keys.make(id, scope);
}

// One of a secret's values was sealed anew. One that is not believed is in no index.
Status follow_secret(Context& context, SecretIndex& secrets, Transaction& tx, const Uuid& value) {
  STRONGROOM_TRY(const auto secret, storage::find_secret_of_value(tx, value));
  if (!secret || secret->stamps.deleted_at) return {};
  const Status put = put_secret_on_commit(context, secrets, tx, *secret);
  return put || put.error().code == Code::kCorrupt ? Status() : put;
}

// A credential that requests of robots are signed with is in the look-up index.
Status follow_credential(Context& context, Transaction& tx, const Uuid& credential) {
  STRONGROOM_TRY(const auto id, storage::target_system_of_credential(tx, credential));
  if (!id) return {};
  STRONGROOM_TRY(const auto row, storage::find_target_system(tx, *id));
  const bool may_sign =
      row && !row->stamps.deleted_at && row->grant_flow == to_text(GrantFlow::kOauth1);
  if (!may_sign || !check_mac(context.sealer, *row)) return {};
  STRONGROOM_TRY(auto entry, read_target_system_entry(context, tx, *row));
  tx.on_commit(
      [&context, entry = std::move(entry)] { context.index.put_target_system(entry->id, entry); });
  return {};
}

// What is held in memory follows.
Status follow(Context& context, SecretIndex* secrets, Transaction& tx, const SealedColumn& column,
              const SealedValueRow& before, const std::string& after) {
  if (column.table == "secret_values" && secrets != nullptr) {
    return follow_secret(context, *secrets, tx, before.row);
  }
  if (column.table == "consumer_secrets") return follow_credential(context, tx, before.row);
  const bool in_index = column.table == "oauth_clients" || column.table == "resource_tokens";
  if (!in_index) return {};
  tx.on_commit([&context, before, after] {
    context.index.put_resealed(OAuthClientId{before.row}, before.second, before.sealed, after);
  });
  return {};
}

}  // namespace

Status DataKeyRotations::start(const Actor& actor, std::optional<ProjectId> project) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kManageServer));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return begin(actor, project ? project->uuid : crypto::KeyScope{});
}

Status DataKeyRotations::start_all(const Actor& actor) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kManageServer));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(const auto rows,
                 storage::read<std::vector<DataKeyRow>>(context_.store, storage::all_data_keys));
  std::vector<Uuid> scopes;
  for (const DataKeyRow& row : rows) {
    const bool known = std::ranges::find(scopes, row.scope) != scopes.end();
    if (row.scope != crypto::kMacScope && !known) scopes.push_back(row.scope);
  }
  for (const Uuid& scope : scopes) {
    Status begun = begin(actor, scope);
    if (!begun && begun.error().code != Code::kConflict) return begun;
  }
  return {};
}

Status DataKeyRotations::begin(const Actor& actor, const crypto::KeyScope& scope) {
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto rows, keys_of(tx, scope));
    if (rows.empty() || scope == crypto::kMacScope) return no_such_project();
    KeyRotationRow rotation{.scope = scope, .started_at = context_.clock.now()};
    for (const DataKeyRow& row : rows) {
      STRONGROOM_TRY(const std::int64_t values, count(tx, crypto::KeyId{row.id}));
      rotation.total += values;
    }
    const Status inserted = storage::insert_key_rotation(tx, rotation);
    if (!inserted && inserted.error().code == Code::kConflict) {
      return Error{Code::kConflict,
                   "A rotation of this key is under way already.",
                   {},
                   "rotation_under_way"};
    }
    STRONGROOM_CHECK(inserted);
    STRONGROOM_TRY(const crypto::WrappedKey made, make_newer(context_, rows, scope));
    STRONGROOM_CHECK(storage::insert_data_key(tx, {.id = made.id.uuid,
                                                   .scope = made.scope,
                                                   .wrapped = made.wrapped,
                                                   .seals_reserved = made.seals_reserved,
                                                   .created_at = context_.clock.now(),
                                                   .wrapped_before = made.wrapped_before}));
    tx.on_commit([this, made] {
      if (const Status installed = context_.keys.install(made); !installed) {
        context_.log.failed("A new encryption key cannot be used.", installed.error());
      }
      const std::lock_guard lock(mutex_);
      started_[made.scope] = context_.clock.boot_now();
    });
    STRONGROOM_TRY(Change change, change_of(tx, audit::Action::kDataKeyRotated, scope));
    return record(context_, tx, actor, std::move(change));
  });
  STRONGROOM_CHECK(written);
  return context_.keys.reserve_ahead();
}

Status DataKeyRotations::go_on(Milliseconds budget) {
  const std::lock_guard working(working_);
  using Rows = std::vector<KeyRotationRow>;
  STRONGROOM_TRY(const Rows rotations,
                 storage::read<Rows>(context_.store, storage::all_key_rotations));
  const BootTime until = context_.clock.boot_now() + budget;
  for (const KeyRotationRow& rotation : rotations) {
    STRONGROOM_CHECK(replace(rotation, until));
  }
  return {};
}

// One scope: its old keys, then the rotation itself.
Status DataKeyRotations::replace(const KeyRotationRow& rotation, BootTime until) {
  STRONGROOM_TRY(const auto old, old_keys(rotation.scope));
  for (const DataKeyRow& key : old) STRONGROOM_CHECK(walk(key, until));
  STRONGROOM_TRY(const auto left, old_keys(rotation.scope));
  if (!left.empty()) return {};
  STRONGROOM_CHECK(context_.store.write(
      [&](Transaction& tx) { return storage::delete_key_rotation(tx, rotation.scope); }));
  // The old key's bytes are overwritten in the database (secure_delete); not so in its log.
  STRONGROOM_CHECK(storage::empty_log(context_.store));
  context_.log.info("A rotation is finished: nothing is left of the old encryption key.",
                    {{"scope", rotation.scope}});
  return {};
}

Status DataKeyRotations::walk(const DataKeyRow& old, BootTime until) {
  Walk walk;
  {
    const std::lock_guard lock(mutex_);
    walk = walks_[old.id];
  }
  const auto columns = storage::sealed_columns();
  const auto keep = [&] {
    const std::lock_guard lock(mutex_);
    walks_[old.id] = walk;
  };
  if (context_.clock.boot_now() < walk.not_before) return {};
  while (walk.column < columns.size()) {
    const Status some = reseal_some(columns[walk.column], old, walk);
    keep();
    STRONGROOM_CHECK(some);
    if (context_.clock.boot_now() >= until) return {};
  }
  for (const Beside& beside : beside_) STRONGROOM_CHECK(beside.reseal(crypto::KeyId{old.id}));
  const bool found = walk.found;
  const bool is_stuck = walk.is_stuck;
  walk = Walk{.was_stuck = is_stuck};
  if (is_stuck) walk.not_before = context_.clock.boot_now() + kStuckPause;
  keep();
  return found || !is_settled(old.scope) ? Status() : destroy(old);
}

Status DataKeyRotations::reseal_some(const SealedColumn& column, const DataKeyRow& old,
                                     Walk& walk) {
  using Rows = std::vector<SealedValueRow>;
  STRONGROOM_TRY(const Rows rows, storage::read<Rows>(context_.store, [&](Snapshot& snapshot) {
                   return storage::values_sealed_with(snapshot, column, old.id, walk.behind,
                                                      kBatch);
                 }));
  Rows before;
  std::vector<std::string> after;
  for (const SealedValueRow& row : rows) {
    auto resealed = context_.sealer.reseal(place_of(column, row), row.sealed);
    if (!resealed && resealed.error().code != Code::kCorrupt) return resealed.error();
    if (!resealed) {
      walk.is_stuck = true;
      context_.log.failed("A value does not open; its encryption key is kept.", resealed.error(),
                          {{"row", row.row}});
      continue;
    }
    before.push_back(row);
    after.push_back(*std::move(resealed));
  }
  if (!before.empty()) STRONGROOM_CHECK(store(column, before, after));
  walk.found = walk.found || !rows.empty();
  if (std::cmp_less(rows.size(), kBatch)) {
    ++walk.column;
    walk.behind = {};
  } else {
    walk.behind = {.key = rows.back().key, .second = rows.back().second};
  }
  return {};
}

Status DataKeyRotations::store(const SealedColumn& column,
                               const std::vector<SealedValueRow>& before,
                               const std::vector<std::string>& after) {
  return context_.store.write([&](Transaction& tx) -> Status {
    for (std::size_t i = 0; i < before.size(); ++i) {
      STRONGROOM_TRY(const bool put, storage::put_resealed(tx, column, before[i], after[i]));
      if (put) STRONGROOM_CHECK(follow(context_, secrets_, tx, column, before[i], after[i]));
    }
    return {};
  });
}

// Nothing that was sealed with the old key can still be on its way into the database.
bool DataKeyRotations::is_settled(const crypto::KeyScope& scope) {
  const std::lock_guard lock(mutex_);
  const auto started = started_.find(scope);
  return started == started_.end() || started->second + kInFlight <= context_.clock.boot_now();
}

Status DataKeyRotations::destroy(const DataKeyRow& old) {
  if (context_.journal != nullptr) {
    STRONGROOM_TRY(const bool waits, context_.journal->has_sealed_with(crypto::KeyId{old.id}));
    if (waits) return {};
  }
  bool destroyed = false;
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const std::int64_t left, count(tx, crypto::KeyId{old.id}));
    if (left > 0) return {};  // the next walk finds it
    STRONGROOM_CHECK(storage::delete_data_key(tx, old.id));
    tx.on_commit([this, id = crypto::KeyId{old.id}] { context_.keys.forget_key(id); });
    STRONGROOM_TRY(Change change, change_of(tx, audit::Action::kDataKeyDestroyed, old.scope));
    STRONGROOM_CHECK(record(context_, tx, server_itself(), std::move(change)));
    destroyed = true;
    return {};
  });
  STRONGROOM_CHECK(written);
  const std::lock_guard lock(mutex_);
  if (destroyed) {
    walks_.erase(old.id);
  } else {  // something that no walk comes to, or that came just now
    walks_[old.id] = {.was_stuck = true, .not_before = context_.clock.boot_now() + kStuckPause};
  }
  return {};
}

Result<std::int64_t> DataKeyRotations::count(Snapshot& snapshot, const crypto::KeyId& id) {
  std::int64_t all = 0;
  for (const SealedColumn& column : storage::sealed_columns()) {
    STRONGROOM_TRY(const std::int64_t some, storage::count_sealed_with(snapshot, column, id.uuid));
    all += some;
  }
  for (const Beside& beside : beside_) {
    if (!beside.count) continue;
    STRONGROOM_TRY(const std::int64_t some, beside.count(snapshot, id));
    all += some;
  }
  return all;
}

Result<std::vector<DataKeyRow>> DataKeyRotations::old_keys(const crypto::KeyScope& scope) {
  using Rows = std::vector<DataKeyRow>;
  STRONGROOM_TRY(Rows rows, storage::read<Rows>(context_.store, [&](Snapshot& snapshot) {
                   return keys_of(snapshot, scope);
                 }));
  if (!rows.empty()) rows.pop_back();
  return rows;
}

Result<std::vector<DataKeyState>> DataKeyRotations::keys(const Actor& actor) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kManageServer));
  using States = std::vector<DataKeyState>;
  return storage::read<States>(context_.store, [&](Snapshot& snapshot) -> Result<States> {
    States states;
    STRONGROOM_TRY(const auto rows, storage::all_data_keys(snapshot));
    for (const DataKeyRow& row : rows) {
      if (row.scope == crypto::kMacScope) continue;
      DataKeyState state{.id = crypto::KeyId{row.id},
                         .project = project_of(row.scope),
                         .created_at = row.created_at,
                         .seals_reserved = row.seals_reserved};
      STRONGROOM_TRY(state.project_name, name_of(snapshot, row.scope));
      state.is_current = std::ranges::none_of(rows, [&](const DataKeyRow& other) {
        return other.scope == row.scope && row.id < other.id;
      });
      if (!state.is_current) {
        STRONGROOM_TRY(state.values_left, count(snapshot, state.id));
      }
      states.push_back(state);
    }
    return states;
  });
}

Result<std::vector<DataKeyRotationState>> DataKeyRotations::under_way(const Actor& actor) {
  STRONGROOM_CHECK(actor.need_everywhere(Permission::kManageServer));
  using States = std::vector<DataKeyRotationState>;
  return storage::read<States>(context_.store, [&](Snapshot& snapshot) -> Result<States> {
    States states;
    STRONGROOM_TRY(const auto rotations, storage::all_key_rotations(snapshot));
    for (const KeyRotationRow& rotation : rotations) {
      DataKeyRotationState state{.project = project_of(rotation.scope),
                                 .started_at = rotation.started_at,
                                 .total = rotation.total};
      STRONGROOM_TRY(auto rows, keys_of(snapshot, rotation.scope));
      std::int64_t left = 0;
      for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
        STRONGROOM_TRY(const std::int64_t some, count(snapshot, crypto::KeyId{rows[i].id}));
        left += some;
        const std::lock_guard lock(mutex_);
        const auto walk = walks_.find(rows[i].id);
        const bool stuck =
            walk != walks_.end() && (walk->second.is_stuck || walk->second.was_stuck);
        state.is_stuck = state.is_stuck || stuck;
      }
      state.done = std::clamp<std::int64_t>(state.total - left, 0, state.total);
      states.push_back(state);
    }
    return states;
  });
}

}  // namespace strongroom::vault
