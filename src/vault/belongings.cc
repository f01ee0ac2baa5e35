#include "vault/belongings.h"

#include <optional>
#include <utility>

#include "storage/belonging_rows.h"
#include "vault/change_event.h"
#include "vault/client_update.h"
#include "vault/field_rules.h"
#include "vault/index_entries.h"
#include "vault/reach.h"
#include "vault/secret_record.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::BelongingRows;
using storage::Snapshot;
using storage::Transaction;

std::string in_small_letters(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::vector<Belonging> visible(const Actor& actor, const BelongingRows& rows) {
  std::vector<Belonging> seen;
  for (const storage::BelongingRow& row : rows) {
    const Uuid project = row.project_id.value_or(Uuid{});
    if (!project.is_nil() && !actor.need(Permission::kView, project)) continue;
    seen.push_back({.id = row.id, .project = project, .name = row.name});
  }
  return seen;
}

Change change(audit::Action action, const Uuid& id, const Uuid& project, std::string name) {
  return {.action = action,
          .subject = id,
          .project = project,
          .name = std::move(name),
          .fields = {"owner"}};
}

Status give_system(Context& context, Transaction& tx, const Actor& actor, const Uuid& id,
                   const Owner& to) {
  STRONGROOM_TRY(auto row, living(storage::find_target_system(tx, id)));
  row.owner_name = to.name;
  row.owner_email = to.email;
  touch(row.stamps, context.clock.now());
  STRONGROOM_CHECK(update_row(context, tx, row));
  STRONGROOM_TRY(auto entry, read_target_system_entry(context, tx, row));
  tx.on_commit(
      [&context, entry = std::move(entry)] { context.index.put_target_system(entry->id, entry); });
  return record(context, tx, actor,
                change(audit::Action::kTargetSystemUpdated, id, project_of(row), row.name));
}

Status give_client(Context& context, Transaction& tx, const Actor& actor, const Uuid& id,
                   const Owner& to) {
  STRONGROOM_TRY(auto row, living(storage::find_oauth_client(tx, id)));
  row.owner_name = to.name;
  row.owner_email = to.email;
  touch(row.stamps, context.clock.now());
  STRONGROOM_CHECK(update_row(context, tx, row));
  STRONGROOM_CHECK(put_client_on_commit(context, tx, row));
  return record(context, tx, actor,
                change(audit::Action::kOAuthClientUpdated, id, row.project_id, row.label));
}

// The owner is for people: what robots get is the same secret.
Status give_secret(Context& context, Transaction& tx, const Actor& actor, const Uuid& id,
                   const Owner& to) {
  STRONGROOM_TRY(auto row, living(storage::find_secret(tx, id)));
  row.owner_name = to.name;
  row.owner_email = to.email;
  touch(row.stamps, context.clock.now());
  STRONGROOM_CHECK(update_row(context, tx, row));
  return record(context, tx, actor,
                change(audit::Action::kSecretUpdated, id, row.project_id, row.label));
}

bool may_configure(const Actor& actor, const storage::BelongingRow& row) {
  return actor.need(Permission::kConfigure, row.project_id.value_or(Uuid{})).has_value();
}

}  // namespace

Result<BelongingList> Belongings::of(const Actor& actor, const Leaver& leaver) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  const std::string email = in_small_letters(leaver.email);
  using Answer = BelongingList;
  return storage::read<Answer>(context_.store, [&](Snapshot& snapshot) -> Result<Answer> {
    Answer all;
    STRONGROOM_TRY(const auto authorized,
                   storage::oauth_clients_authorized_by(snapshot, leaver.user));
    all.authorized_by = visible(actor, authorized);
    if (email.empty()) return all;
    STRONGROOM_TRY(const auto systems, storage::target_systems_owned_by(snapshot, email));
    STRONGROOM_TRY(const auto clients, storage::oauth_clients_owned_by(snapshot, email));
    STRONGROOM_TRY(const auto accounts, storage::oauth_clients_signed_in_as(snapshot, email));
    all.target_systems = visible(actor, systems);
    all.oauth_clients = visible(actor, clients);
    STRONGROOM_TRY(const auto secrets, storage::secrets_owned_by(snapshot, email));
    all.secrets = visible(actor, secrets);
    all.signed_in_for = visible(actor, accounts);
    return all;
  });
}

Result<Reassigned> Belongings::reassign(const Actor& actor, const Leaver& leaver, const Owner& to) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  const std::string email = in_small_letters(leaver.email);
  if (email.empty()) return Reassigned{};
  STRONGROOM_TRY(const Owner owner, clean_owner(to));
  using Answer = Reassigned;
  return storage::write<Answer>(context_.store, [&](Transaction& tx) -> Result<Answer> {
    Answer done;
    STRONGROOM_TRY(const auto systems, storage::target_systems_owned_by(tx, email));
    for (const storage::BelongingRow& row : systems) {
      if (!may_configure(actor, row)) continue;
      STRONGROOM_CHECK(give_system(context_, tx, actor, row.id, owner));
      ++done.target_systems;
    }
    STRONGROOM_TRY(const auto clients, storage::oauth_clients_owned_by(tx, email));
    for (const storage::BelongingRow& row : clients) {
      if (!may_configure(actor, row)) continue;
      STRONGROOM_CHECK(give_client(context_, tx, actor, row.id, owner));
      ++done.oauth_clients;
    }
    STRONGROOM_TRY(const auto secrets, storage::secrets_owned_by(tx, email));
    for (const storage::BelongingRow& row : secrets) {
      if (!may_configure(actor, row)) continue;
      STRONGROOM_CHECK(give_secret(context_, tx, actor, row.id, owner));
      ++done.secrets;
    }
    return done;
  });
}

}  // namespace strongroom::vault
