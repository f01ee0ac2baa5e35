#include "vault/sealed_dpop_keys.h"

#include <optional>
#include <utility>

#include "vault/dpop_keys.h"

namespace strongroom::vault {

SealedDpopKey SealedDpopKeys::find(OAuthClientId client, ProjectId project) {
  SealedDpopKey key;
  {
    const auto known = known_.lock();
    const auto found = known->find(client);
    if (found != known->end()) key = found->second;
  }
  // A data key was replaced, or the client is another project's by now.
  if (key && !open_dpop_key(context_, project, *key)) return nullptr;
  return key;
}

Result<SealedDpopKey> SealedDpopKeys::read(OAuthClientId client, ProjectId project) {
  using Row = std::optional<storage::DpopKeyRow>;
  STRONGROOM_TRY(Row row, storage::read<Row>(context_.store, [&](storage::Snapshot& snapshot) {
                   return storage::find_dpop_key(snapshot, client.uuid);
                 }));
  if (!row) return Error{Code::kNotFound, "The key that the token is bound to is gone."};
  STRONGROOM_CHECK(open_dpop_key(context_, project, *row));
  auto key = std::make_shared<const storage::DpopKeyRow>(*std::move(row));
  known_.lock()->insert_or_assign(client, key);
  return SealedDpopKey(std::move(key));
}

}  // namespace strongroom::vault
