#include "vault/target_system_entries.h"

#include <memory>
#include <utility>

#include "storage/oauth_client_rows.h"
#include "vault/index_entries.h"
#include "vault/lookup_index.h"

namespace strongroom::vault {

Status put_on_commit(Context& context, storage::Transaction& tx,
                     const storage::TargetSystemRow& row, std::size_t secrets) {
  STRONGROOM_TRY(const bool held, is_held(context.catalogue, row, secrets));
  STRONGROOM_TRY(auto clients, storage::oauth_clients_of_target_system(tx, row.id));
  STRONGROOM_TRY(const auto stored, storage::find_target_system(tx, row.id));
  storage::TargetSystemRow now = row;
  if (stored) now.private_keys = stored->private_keys;  // as they were written just now
  STRONGROOM_TRY(auto entry, read_target_system_entry(context, tx, now));
  tx.on_commit([&context, held, entry = std::move(entry), clients = std::move(clients)] {
    context.index.put_target_system(entry->id, entry);
    for (const Uuid& id : clients) {
      const auto before = context.index.find(OAuthClientId{id}).client;
      if (!before || before->target_system_held == held) continue;
      auto after = std::make_shared<ClientEntry>(*before);
      after->target_system_held = held;
      context.index.put_client(OAuthClientId{id}, std::move(after));
    }
  });
  return {};
}

}  // namespace strongroom::vault
