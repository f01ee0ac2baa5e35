#include "app/offline.h"

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "app/audit_parts.h"
#include "app/data_directory.h"
#include "app/people.h"
#include "app/root_key.h"
#include "app/serve.h"
#include "audit/trail.h"
#include "catalogue/catalogue.h"
#include "crypto/sealer.h"
#include "storage/sqlite_store.h"
#include "vault/context.h"
#include "vault/lookup_index.h"
#include "vault/row_sets.h"

namespace strongroom::app {
namespace {

// What of a server is needed for its people. Members are built from top to bottom and destroyed
// from bottom to top.
class Offline {
 public:
  Offline(const Config& config, const Environment& environment)
      : config_(config), environment_(environment) {}

  Status open() {
    STRONGROOM_TRY(directory_, DataDirectory::open_existing(config_.text("data.directory"), log_));
    STRONGROOM_CHECK(directory_->check_databases());
    STRONGROOM_TRY(auto root_keys, find_root_keys(config_, *directory_,
                                                  environment_.credentials_directory, random_));
    STRONGROOM_CHECK(directory_->databases_begun());
    STRONGROOM_TRY(store_, storage::open_sqlite({.path = directory_->state_database(),
                                                 .on_mac_changes = row_sets_.observer()},
                                                storage::state_schema(), log_));
    STRONGROOM_TRY(keys_, open_keys(*store_, std::move(root_keys), clock_, random_, log_));
    sealer_.emplace(*keys_, random_);
    STRONGROOM_CHECK(row_sets_.open(*store_, *sealer_));
    STRONGROOM_TRY(checkpoint_key_, checkpoint_key(*sealer_));
    STRONGROOM_TRY(
        trail_, audit::Trail::open({.path = directory_->audit_database(), .key = &*checkpoint_key_},
                                   *store_, clock_, log_));
    STRONGROOM_CHECK(directory_->databases_made());
    people_.emplace(
        identity::Context{*store_, *trail_, *sealer_, random_, clock_, log_, people_changes_},
        *sealer_, identity::SessionLimits{}, identity::ApiKeyPolicy{},
        InitialPassword(directory_->initial_admin_password()));
    return people_->load(false);
  }

  People& people() { return *people_; }
  // What is begun here goes on when the server starts.
  Result<std::string> carry_out(const KeyRequest& request) {
    STRONGROOM_TRY(const auto catalogue, catalogue::Catalogue::built_in());
    vault::LookupIndex index;
    const http::Network network;
    vault::Context context{*store_, *trail_, *keys_,    *sealer_, random_,
                           clock_,  log_,    catalogue, index,    network};
    vault::RootKeys root_keys({*store_, *trail_, *keys_, random_, clock_, log_});
    vault::DataKeyRotations rotations(context, {});
    KeyDesk desk({root_keys, rotations, *directory_, random_, clock_, config_,
                  environment_.credentials_directory});
    return desk.carry_out(request);
  }
  Result<vault::TokenTrace> trace(const oauth::AccessToken& token) {
    return vault::trace_token(*trail_, *store_, *sealer_, token);
  }
  Status finish() { return trail_->flush(); }

 private:
  const Config& config_;
  const Environment& environment_;
  const SystemClock clock_;
  crypto::SystemRandom random_;
  Log log_{clock_, Log::Format::kText, Log::standard_error(), LogLevel::kWarning};
  std::optional<DataDirectory> directory_;
  vault::RowSets row_sets_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<crypto::KeyRing> keys_;
  std::optional<crypto::Sealer> sealer_;
  std::optional<audit::CheckpointKey> checkpoint_key_;
  std::unique_ptr<audit::Trail> trail_;
  std::mutex people_changes_;
  std::optional<People> people_;
};

}  // namespace

Result<crypto::BearerKey> create_api_key_offline(const Config& config,
                                                 const Environment& environment,
                                                 const identity::ApiKeyRequest& request) {
  Offline offline(config, environment);
  STRONGROOM_CHECK(offline.open());
  STRONGROOM_TRY(identity::NewApiKey made, create_api_key(offline.people().api_keys(), request));
  STRONGROOM_CHECK(offline.finish());
  return std::move(made.key);
}

Result<crypto::Password> reset_password_offline(const Config& config,
                                                const Environment& environment,
                                                const PasswordReset& reset) {
  Offline offline(config, environment);
  STRONGROOM_CHECK(offline.open());
  STRONGROOM_TRY(crypto::Password password, reset_password(offline.people(), reset));
  STRONGROOM_CHECK(offline.finish());
  return password;
}

Status reset_second_factor_offline(const Config& config, const Environment& environment,
                                   const std::string& user) {
  Offline offline(config, environment);
  STRONGROOM_CHECK(offline.open());
  STRONGROOM_CHECK(reset_second_factor(offline.people(), user));
  return offline.finish();
}

Status note_backup_offline(const Config& config, const Environment& environment,
                           const std::string& name) {
  Offline offline(config, environment);
  STRONGROOM_CHECK(offline.open());
  STRONGROOM_CHECK(note_backup(offline.people(), name));
  return offline.finish();
}

Result<std::string> keys_offline(const Config& config, const Environment& environment,
                                 const KeyRequest& request) {
  Offline offline(config, environment);
  STRONGROOM_CHECK(offline.open());
  STRONGROOM_TRY(std::string answer, offline.carry_out(request));
  STRONGROOM_CHECK(offline.finish());
  return answer;
}

Result<vault::TokenTrace> trace_token_offline(const Config& config, const Environment& environment,
                                              const oauth::AccessToken& token) {
  Offline offline(config, environment);
  STRONGROOM_CHECK(offline.open());
  return offline.trace(token);
}

}  // namespace strongroom::app
