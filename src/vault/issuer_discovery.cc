#include "vault/issuer_discovery.h"

#include <optional>
#include <string>
#include <utility>

#include "storage/issuer_metadata_rows.h"
#include "storage/target_system_rows.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/issuer_metadata.h"
#include "vault/issuer_reading.h"
#include "vault/reach.h"
#include "vault/resource_discovery.h"
#include "vault/resource_rules.h"
#include "vault/robot_access_validity.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"

namespace strongroom::vault {
namespace {

using audit::Action;
using storage::Snapshot;
using storage::TargetSystemRow;
using storage::Transaction;

struct Stored {
  TargetSystemRow row;
  TargetSystem system;
};

Result<Stored> load(Context& context, Snapshot& snapshot, TargetSystemId id) {
  Stored stored;
  STRONGROOM_TRY(stored.row, living(storage::find_target_system(snapshot, id.uuid)));
  STRONGROOM_TRY(stored.system, read_target_system(context, snapshot, stored.row));
  return stored;
}

Change event_of(Action action, const TargetSystemRow& row, std::vector<std::string> fields = {}) {
  return {action, row.id, row.project_id.value_or(Uuid{}), row.name, std::move(fields)};
}

// The members that people may want to know of, by the names of RFC 8414.
std::vector<std::string> changed_members(const oauth::ServerMetadata& before,
                                         const oauth::ServerMetadata& after) {
  std::vector<std::string> members;
  const auto note = [&](bool differs, const char* name) {
    if (differs) members.emplace_back(name);
  };
  note(before.token_endpoint != after.token_endpoint, "token_endpoint");
  note(before.mtls_token_endpoint != after.mtls_token_endpoint ||
           before.mtls_revocation_endpoint != after.mtls_revocation_endpoint,
       "mtls_endpoint_aliases");
  note(before.revocation_endpoint != after.revocation_endpoint, "revocation_endpoint");
  note(before.jwks_uri != after.jwks_uri, "jwks_uri");
  note(before.auth_methods != after.auth_methods, "token_endpoint_auth_methods_supported");
  note(before.auth_algorithms != after.auth_algorithms,
       "token_endpoint_auth_signing_alg_values_supported");
  note(before.grant_types != after.grant_types, "grant_types_supported");
  if (members.empty() && before != after) members.emplace_back("other_members");
  return members;
}

// What a document that was read means for what is stored.
struct Verdict {
  bool moves_trust = false;  // or has clients give away more of their credentials than before
  bool changes = false;      // something that people see
  std::vector<std::string> members;
};

// A method that people have chosen stays the one that they chose.
bool weakens_proof(const Context& context, const TargetSystem& system,
                   const oauth::ServerMetadata& read) {
  const catalogue::ProviderPtr entry = context.catalogue.find(system.service_provider);
  return entry != nullptr &&
         system.client_authentication == ClientAuthentication::kProviderDefault &&
         oauth::weakens_proof(*entry, system.metadata->accepted, read, credentials_of(system));
}

Verdict judge(const Context& context, const TargetSystem& system,
              const oauth::ServerMetadata& read) {
  const IssuerMetadata& stored = *system.metadata;
  Verdict verdict;
  verdict.moves_trust = oauth::moves_trust(stored.accepted, read) ||
                        weakens_proof(context, system, read) ||
                        !check_proves_pkce(system, read).has_value();
  verdict.members = changed_members(stored.accepted, read);
  verdict.changes =
      verdict.moves_trust ? stored.pending != read : stored.pending || stored.accepted != read;
  return verdict;
}

Status note_unchanged(Context& context, Transaction& tx, const Actor& actor, const Stored& stored) {
  STRONGROOM_CHECK(
      storage::note_issuer_tried(tx, stored.row.id, context.clock.now(), std::string_view()));
  if (actor.kind == audit::ActorKind::kServer) return {};
  return record(context, tx, actor, event_of(Action::kTargetSystemMetadataRead, stored.row));
}

// The revision goes up, so that whoever approves says which change was looked at.
Status keep(Context& context, Transaction& tx, const Actor& actor, Stored& stored,
            oauth::ServerMetadata read, Verdict verdict) {
  IssuerMetadata& metadata = *stored.system.metadata;
  const WallTime now = context.clock.now();
  metadata.read_at = now;
  metadata.tried_at = now;
  metadata.failure.clear();
  if (verdict.moves_trust) {
    metadata.pending = std::move(read);
  } else {
    metadata.accepted = std::move(read);
    metadata.pending.reset();
  }
  write_metadata(stored.system, stored.row);
  touch(stored.row.stamps, now);
  STRONGROOM_CHECK(update_row(context, tx, stored.row));
  STRONGROOM_CHECK(store_metadata(context, tx, stored.row));
  STRONGROOM_TRY(auto entry, read_target_system_entry(context, tx, stored.row));
  tx.on_commit(
      [&context, entry = std::move(entry)] { context.index.put_target_system(entry->id, entry); });
  // What is held changes nothing yet, and what is read by the clock is no person's edit.
  if (actor.kind != audit::ActorKind::kServer && !verdict.moves_trust) {
    STRONGROOM_CHECK(invalidate_rules_of_system(context, tx, actor, stored.row.id));
  }
  const Action action =
      verdict.moves_trust ? Action::kTargetSystemMetadataHeld : Action::kTargetSystemMetadataRead;
  return record(context, tx, actor, event_of(action, stored.row, std::move(verdict.members)));
}

// An event where it begins to fail, or somebody asked; not every hour of an outage.
Status note_failure(Context& context, const Actor& actor, const Stored& stored,
                    oauth::FailureCause cause) {
  const std::string_view name = oauth::facts_of(cause).name.view();
  return context.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::note_issuer_tried(tx, stored.row.id, context.clock.now(), name));
    const bool known = stored.system.metadata && stored.system.metadata->failure == name;
    if (known && actor.kind == audit::ActorKind::kServer) return {};
    Change failed = event_of(Action::kTargetSystemMetadataRead, stored.row);
    failed.outcome = audit::Outcome::kFailure;
    failed.reason = name;
    return record(context, tx, actor, std::move(failed));
  });
}

}  // namespace

Result<TargetSystem> IssuerDiscovery::discover(const Actor& actor, TargetSystemId id) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(check_reach(context_.store, actor, Permission::kConfigure, id));
  STRONGROOM_CHECK(need_writable_audit(context_));
  return read(actor, id);
}

// No transaction is open while the issuer is asked; that nobody changed what was read for is
// checked in the one that follows.
Result<TargetSystem> IssuerDiscovery::read(const Actor& actor, TargetSystemId id) {
  STRONGROOM_TRY(Stored before, storage::read<Stored>(context_.store, [&](Snapshot& tx) {
                   return load(context_, tx, id);
                 }));
  if (!has_issuer(context_.catalogue, before.system)) {
    return Error{Code::kConflict,
                 "This target system has no issuer: its token endpoint stands in its settings.",
                 {},
                 "no_issuer"};
  }
  oauth::FailureCause cause{};
  if (Status named = follow_resource(context_, &discovery_, before.row, before.system, &cause);
      !named) {
    STRONGROOM_CHECK(note_failure(context_, actor, before, cause));
    return std::move(named).error();
  }
  auto read = fetch_metadata(context_, discovery_, before.row, before.system, &cause);
  if (!read) {
    STRONGROOM_CHECK(note_failure(context_, actor, before, cause));
    return read.error();
  }
  return storage::write<TargetSystem>(context_.store, [&](Transaction& tx) -> Result<TargetSystem> {
    STRONGROOM_TRY(Stored now, load(context_, tx, id));
    if (issuer_of(now.system) != issuer_of(before.system) ||
        !has_issuer(context_.catalogue, now.system)) {
      return Error{Code::kPreconditionFailed, "Somebody else changed it first."};
    }
    if (!now.system.metadata) {  // whoever took it away could write to the database
      return Error{Code::kCorrupt, "A stored row is damaged.", "issuer_metadata " + id.text()};
    }
    Verdict verdict = judge(context_, now.system, *read);
    if (verdict.changes) {
      STRONGROOM_CHECK(keep(context_, tx, actor, now, *std::move(read), std::move(verdict)));
    } else {
      STRONGROOM_CHECK(note_unchanged(context_, tx, actor, now));
    }
    STRONGROOM_TRY(const Stored kept, load(context_, tx, id));
    return kept.system;
  });
}

Result<std::vector<TargetSystemId>> IssuerDiscovery::due(std::size_t limit) {
  const WallTime now = context_.clock.now();
  using Ids = std::vector<TargetSystemId>;
  return storage::read<Ids>(context_.store, [&](Snapshot& snapshot) -> Result<Ids> {
    STRONGROOM_TRY(const auto found, storage::issuers_to_read(snapshot, now - kReadIssuersEvery,
                                                              now - kReadFailedIssuersEvery,
                                                              static_cast<std::int64_t>(limit)));
    Ids ids;
    for (const Uuid& id : found) ids.push_back(TargetSystemId{id});
    return ids;
  });
}

void IssuerDiscovery::read_again(TargetSystemId id) {
  {
    // Each holds a worker as long as the issuer takes: a few slow ones must not hold all of them.
    const auto state = state_.lock();
    if (state->under_way.size() >= kReadAgainAtOnce || !state->under_way.insert(id).second) return;
  }
  const auto result = read(Actor{.kind = audit::ActorKind::kServer}, id);
  state_.lock()->under_way.erase(id);
  if (!result) {
    return context_.log.failed("An issuer's metadata could not be read again.", result.error(),
                               {{"target_system", id.uuid}});
  }
  if (result->metadata && result->metadata->pending) {
    context_.log.warning(
        "An issuer names another token endpoint, another host of its keys or weaker ways of client "
        "authentication; what was accepted stays in use until somebody approves.",
        {{"target_system", id.uuid}});
  }
}

bool IssuerDiscovery::is_worth_while(TargetSystemId id) {
  const BootTime now = context_.clock.boot_now();
  const auto state = state_.lock();
  std::erase_if(state->gone, [&](const auto& one) { return one.second + kPauseAfterGone <= now; });
  return state->gone.emplace(id, now).second;
}

}  // namespace strongroom::vault
