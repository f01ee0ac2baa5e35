#include "vault/credential_use.h"

#include <algorithm>
#include <utility>

#include "storage/credential_rows.h"
#include "vault/change_event.h"
#include "vault/index_entries.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::ConsumerSecretRow;

// Of a kind's rows, [first, last), the one to try first; `last` if none is remembered.
using RowIterator = std::vector<ConsumerSecretRow>::iterator;
RowIterator remembered(RowIterator first, RowIterator last, WallTime now) {
  const RowIterator latest =
      std::max_element(first, last, [](const ConsumerSecretRow& a, const ConsumerSecretRow& b) {
        return a.accepted_at.value_or(WallTime{}) < b.accepted_at.value_or(WallTime{});
      });
  const bool counts = latest != last && latest->accepted_at && *latest->accepted_at <= now &&
                      now - *latest->accepted_at < kRemembered;
  return counts ? latest : last;
}

// The older secrets, which the accepted one replaces. The target system changes with them.
Status drop_older_secrets(Context& context, storage::Transaction& tx, TargetSystemId id,
                          const UsedCredential& used) {
  STRONGROOM_TRY(const std::int64_t dropped,
                 storage::delete_credentials_behind(tx, id.uuid, used.kind, used.position));
  if (dropped == 0) return {};
  STRONGROOM_TRY(auto row, storage::find_target_system(tx, id.uuid));
  if (!row) return no_such_thing();
  touch(row->stamps, context.clock.now());
  STRONGROOM_CHECK(update_row(context, tx, *row));
  if (!row->stamps.deleted_at) {
    STRONGROOM_TRY(auto entry, read_target_system_entry(context, tx, *row));
    tx.on_commit([&context, entry = std::move(entry)] {
      context.index.put_target_system(entry->id, entry);
    });
  }
  tx.on_commit([&context, id] {
    context.log.info("The older consumer secret was deleted: the newer one was accepted.",
                     {{"target_system", id.uuid}});
  });
  return record(context, tx, Actor{.kind = audit::ActorKind::kServer},
                {.action = audit::Action::kTargetSystemSecretDropped,
                 .subject = row->id,
                 .project = row->project_id.value_or(Uuid{}),
                 .name = row->name,
                 .fields = {"consumer_secrets"},
                 .reason = "newer_accepted"});
}

}  // namespace

std::vector<UsedCredential> put_remembered_first(std::vector<ConsumerSecretRow>& rows,
                                                 WallTime now) {
  std::vector<UsedCredential> used;
  for (auto first = rows.begin(); first != rows.end();) {
    const auto last = std::find_if(
        first, rows.end(), [&](const ConsumerSecretRow& row) { return row.kind != first->kind; });
    const auto best = remembered(first, last, now);
    const bool is_known = best != last;
    if (is_known) std::rotate(first, best, best + 1);
    for (auto row = first; row != last; ++row) {
      used.push_back({.id = row->id,
                      .kind = row->kind,
                      .position = row->position,
                      .expires_on = row->expires_on,
                      .is_remembered = is_known && row == first});
    }
    first = last;
  }
  return used;
}

Status note_accepted(Context& context, storage::Transaction& tx, TargetSystemId id,
                     const UsedCredential& used) {
  if (used.is_remembered) return {};
  STRONGROOM_TRY(const bool is_there,
                 storage::note_credential_accepted(tx, used.id, context.clock.now()));
  if (!is_there || used.kind != storage::kSecretKind || used.position != 0) return {};
  return drop_older_secrets(context, tx, id, used);
}

void explain_by_expiry(oauth::TokenFailure& failure, const UsedCredential& used, WallTime now) {
  if (!oauth::is_of_credential(failure.cause)) return;
  if (!used.expires_on || now < *used.expires_on) return;
  failure.cause = used.kind == storage::kSecretKind ? oauth::FailureCause::kSecretExpired
                                                    : oauth::FailureCause::kCertificateExpired;
  failure.message = "";  // what was more precise was so about another cause
}

}  // namespace strongroom::vault
