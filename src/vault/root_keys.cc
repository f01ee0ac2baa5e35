#include "vault/root_keys.h"

#include <algorithm>
#include <utility>

#include "crypto/uuid.h"
#include "storage/data_key_rows.h"
#include "storage/sqlite_store.h"

namespace strongroom::vault {
namespace {

using storage::DataKeyRow;
using storage::RootKeyRow;
using storage::Snapshot;
using storage::Transaction;
using DataKeyRows = std::vector<DataKeyRow>;

crypto::WrappedKey wrapped_key(const DataKeyRow& row) {
  return {crypto::KeyId{row.id}, row.scope, row.wrapped, row.seals_reserved};
}

// As they are wrapped now, and not as they were before.
Status install_strictly(crypto::KeyRing& keys, const DataKeyRows& rows) {
  for (const DataKeyRow& row : rows) STRONGROOM_CHECK(keys.install(wrapped_key(row)));
  return {};
}

// Whether the root key of `keys` opens each as it is wrapped now: wrapping it anew, for nobody, is
// how that is asked.
Status check_strictly(const crypto::KeyRing& keys, crypto::Random& random,
                      const DataKeyRows& rows) {
  const crypto::KeyRing nobody(crypto::RootKey(std::string(32, '\0')), random);
  for (const DataKeyRow& row : rows) STRONGROOM_CHECK(keys.rewrap(wrapped_key(row), nobody));
  return {};
}

Status install_all(crypto::KeyRing& keys, const DataKeyRows& rows) {
  for (const DataKeyRow& row : rows) {
    crypto::WrappedKey key = wrapped_key(row);
    key.wrapped_before = row.wrapped_before;
    STRONGROOM_CHECK(keys.install(key));
  }
  return {};
}

Result<DataKeyRows> read_keys(storage::Store& store) {
  return storage::read<DataKeyRows>(store, storage::all_data_keys);
}

Result<std::optional<RootKeyRow>> read_root(storage::Store& store) {
  return storage::read<std::optional<RootKeyRow>>(store, storage::find_root_key);
}

Result<RootKeyRow> stored_root(Snapshot& snapshot) {
  STRONGROOM_TRY(const auto row, storage::find_root_key(snapshot));
  if (row) return *row;
  return Error{Code::kInternal, "Nothing is stored of the root key."};
}

Error not_the_root_key(const Error& why) {
  return Error{Code::kCorrupt,
               "The stored keys do not open: this is not the root key that the data was made with.",
               why.detail};
}

// Nothing is wrapped by the former root key any more.
Status drop_former(storage::Store& store) {
  const Status written = store.write([](Transaction& tx) -> Status {
    STRONGROOM_TRY(RootKeyRow row, stored_root(tx));
    row.next_root.clear();
    STRONGROOM_CHECK(storage::drop_former_wrappings(tx));
    return storage::put_root_key(tx, row);
  });
  STRONGROOM_CHECK(written);
  return storage::empty_log(store);
}

// Whether `keys` was made with the former root key of a rotation: then the next one opens under it,
// and all the rest under that.
bool follow_rotation(crypto::KeyRing& keys, crypto::Random& random, const RootKeyRow& root) {
  auto next = keys.unwrap_root(root.next_root);
  if (!next) return false;
  keys.change_root(crypto::KeyRing(*std::move(next), random));
  return true;
}

}  // namespace

Error rotation_unfinished() {
  return Error{Code::kConflict,
               "The last rotation of the root key is not finished: start the server with the new "
               "root key first."};
}

Status RootKeys::record(Transaction& tx, const Actor& actor, audit::Action action) {
  const WallTime now = parts_.clock.now();
  return parts_.trail.record_change(tx, {.id = crypto::make_uuid(now, parts_.random),
                                         .at = now,
                                         .action = action,
                                         .actor_kind = actor.kind,
                                         .actor_id = actor.id,
                                         .key_id = actor.key_id,
                                         .request_id = actor.request_id,
                                         .peer = actor.peer});
}

Status RootKeys::rewrap_all(Transaction& tx, const crypto::RootKey& next,
                            const crypto::KeyRing& ring) {
  STRONGROOM_TRY(const DataKeyRows rows, storage::all_data_keys(tx));
  crypto::KeyRing opened(next.clone(), parts_.random);
  for (DataKeyRow row : rows) {
    const std::string before = row.wrapped;
    STRONGROOM_TRY(row.wrapped, parts_.keys.rewrap(wrapped_key(row), ring));
    STRONGROOM_CHECK(opened.install(wrapped_key(row)));
    STRONGROOM_CHECK(storage::rewrap_data_key(tx, row.id, row.wrapped, before));
  }
  STRONGROOM_TRY(RootKeyRow root, stored_root(tx));
  root.root_id = ring.root_id();
  root.rotated_at = parts_.clock.now();
  STRONGROOM_TRY(root.next_root, parts_.keys.wrap_root(next));
  return storage::put_root_key(tx, root);
}

// New keys are made inside transactions, one after another: those before this one are wrapped anew
// by it, those after it find the ring changed.
Status RootKeys::rotate(const Actor& actor, const crypto::RootKey& next) {
  const std::unique_lock lock(rotating_, std::try_to_lock);
  if (!lock) return Error{Code::kConflict, "A rotation of the root key is under way."};
  if (!parts_.keys.former_root_id().empty()) return rotation_unfinished();
  const crypto::KeyRing ring(next.clone(), parts_.random);
  if (ring.root_id() == parts_.keys.root_id()) {
    return Error{Code::kInvalidArgument, "This is the root key already."};
  }
  bool changed = false;
  const Status done = parts_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(rewrap_all(tx, next, ring));
    STRONGROOM_CHECK(record(tx, actor, audit::Action::kRootKeyRotated));
    parts_.keys.change_root(ring);
    changed = true;
    return {};
  });
  if (!done && changed && !has_committed(ring)) parts_.keys.undo_change_root();
  STRONGROOM_CHECK(done);
  parts_.log.info("All data keys are wrapped by another root key.",
                  {{"root_key", std::string_view(ring.root_id())}});
  return check_opens(next);  // of what is durable now
}

// A commit that failed may be durable all the same. While nobody can tell, both root keys wrap what
// is new.
bool RootKeys::has_committed(const crypto::KeyRing& ring) {
  const auto row = read_root(parts_.store);
  return !row || (*row && (*row)->root_id == ring.root_id());
}

Status RootKeys::finish(const crypto::RootKey& configured) {
  const std::lock_guard lock(rotating_);
  if (parts_.keys.former_root_id().empty()) return {};
  const crypto::KeyRing ring(configured.clone(), parts_.random);
  if (ring.root_id() != parts_.keys.root_id()) {
    return Error{Code::kConflict,
                 "The configured root key is not the new one yet; the former still counts."};
  }
  STRONGROOM_CHECK(check_opens(configured));
  STRONGROOM_CHECK(drop_former(parts_.store));
  parts_.keys.forget_former_root();
  parts_.log.info("The former root key opens nothing any more.");
  return {};
}

Result<RootKeyState> RootKeys::state() {
  STRONGROOM_TRY(const auto row, read_root(parts_.store));
  RootKeyState state{.root_id = parts_.keys.root_id(),
                     .former_root_id = parts_.keys.former_root_id()};
  if (!row) return state;
  state.rotated_at = row->rotated_at;
  if (row->recovery_root_id == state.root_id) {
    state.recovery_exported_at = row->recovery_exported_at;
  }
  return state;
}

Status RootKeys::check_opens(const crypto::RootKey& root) {
  STRONGROOM_TRY(const DataKeyRows rows, read_keys(parts_.store));
  crypto::KeyRing ring(root.clone(), parts_.random);
  if (const Status opened = install_strictly(ring, rows); !opened) {
    return not_the_root_key(opened.error());
  }
  return {};
}

Result<std::string> RootKeys::data_id() {
  STRONGROOM_TRY(const DataKeyRows rows, read_keys(parts_.store));
  const auto found = std::ranges::find(rows, crypto::kMacScope, &DataKeyRow::scope);
  if (found == rows.end()) return Error{Code::kInternal, "The data has no key for MACs."};
  return found->id.text();
}

Status RootKeys::note_recovery_file(const Actor& actor) {
  return parts_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(RootKeyRow root, stored_root(tx));
    root.recovery_root_id = parts_.keys.root_id();
    root.recovery_exported_at = parts_.clock.now();
    STRONGROOM_CHECK(storage::put_root_key(tx, root));
    return record(tx, actor, audit::Action::kRecoveryFileExported);
  });
}

Status open_data_keys(storage::Store& store, crypto::KeyRing& keys, crypto::Random& random,
                      Log& log) {
  STRONGROOM_TRY(const DataKeyRows rows, read_keys(store));
  STRONGROOM_TRY(const auto root, read_root(store));
  const bool is_former = root && !root->next_root.empty() && follow_rotation(keys, random, *root);
  if (const Status opened = install_all(keys, rows); !opened) {
    return not_the_root_key(opened.error());
  }
  if (is_former) {
    log.warning("The server was started with the former root key: configure the new one.");
    return {};
  }
  if (!root) {
    return store.write(
        [&](Transaction& tx) { return storage::put_root_key(tx, {.root_id = keys.root_id()}); });
  }
  if (root->next_root.empty()) return {};
  STRONGROOM_CHECK(check_strictly(keys, random, rows));
  STRONGROOM_CHECK(drop_former(store));
  log.info("The rotation of the root key is finished: the former one opens nothing any more.");
  return {};
}

Status take_over_data_keys(storage::Store& store, const crypto::RootKey& from,
                           const crypto::RootKey& to, crypto::Random& random) {
  crypto::KeyRing keys(from.clone(), random);
  const crypto::KeyRing own(to.clone(), random);
  const Status done = store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const DataKeyRows rows, storage::all_data_keys(tx));
    STRONGROOM_TRY(const auto root, storage::find_root_key(tx));
    if (root && !root->next_root.empty()) follow_rotation(keys, random, *root);
    for (const DataKeyRow& row : rows) {
      const Result<std::string> wrapped = keys.rewrap(wrapped_key(row), own);
      if (!wrapped) return not_the_root_key(wrapped.error());
      STRONGROOM_CHECK(storage::rewrap_data_key(tx, row.id, *wrapped, {}));
    }
    return storage::put_root_key(tx, {.root_id = own.root_id()});
  });
  STRONGROOM_CHECK(done);
  return storage::empty_log(store);
}

}  // namespace strongroom::vault
