#include "app/offline.h"

#include <utility>

#include "app/admin_commands.h"
#include "app/data_directory.h"
#include "app/root_key.h"
#include "app/serve.h"
#include "app/vault_keys.h"
#include "audit/trail.h"
#include "crypto/sealer.h"
#include "storage/sqlite_store.h"
#include "vault/row_sets.h"

namespace strongroom::app {

Result<crypto::BearerKey> create_api_key_offline(const Config& config,
                                                 const Environment& environment,
                                                 const identity::ApiKeyRequest& request) {
  const SystemClock clock;
  crypto::SystemRandom random;
  Log log(clock, Log::Format::kText, Log::standard_error(), LogLevel::kWarning);
  STRONGROOM_TRY(const DataDirectory directory,
                 DataDirectory::open_existing(config.text("data.directory")));
  STRONGROOM_CHECK(directory.check_databases());
  STRONGROOM_TRY(crypto::RootKey root,
                 find_root_key(config, directory, environment.credentials_directory, random));
  STRONGROOM_CHECK(directory.databases_begun());
  vault::RowSets row_sets;
  STRONGROOM_TRY(const std::unique_ptr<storage::Store> store,
                 storage::open_sqlite(
                     {.path = directory.state_database(), .on_mac_changes = row_sets.observer()},
                     storage::state_schema(), log));
  crypto::KeyRing keys(std::move(root), random);
  STRONGROOM_CHECK(load_keys(*store, keys, clock, random));
  crypto::Sealer sealer(keys, random);
  STRONGROOM_CHECK(row_sets.open(*store, sealer));
  STRONGROOM_TRY(const std::unique_ptr<audit::Trail> trail,
                 audit::Trail::open({.path = directory.audit_database()}, *store, clock, log));
  STRONGROOM_CHECK(directory.databases_made());
  identity::ApiKeys api_keys(*store, *trail, sealer, random, clock, log);
  STRONGROOM_CHECK(api_keys.load());
  STRONGROOM_TRY(identity::NewApiKey made, create_api_key(api_keys, request));
  STRONGROOM_CHECK(trail->flush());
  return std::move(made.key);
}

}  // namespace strongroom::app
