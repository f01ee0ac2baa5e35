#include "backup/examine.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/secret.h"
#include "identity/group_record.h"
#include "identity/key_record.h"
#include "identity/suspension_record.h"
#include "identity/user_record.h"
#include "notify/target.h"
#include "storage/api_key_rows.h"
#include "storage/data_key_rows.h"
#include "storage/dpop_key_rows.h"
#include "storage/group_rows.h"
#include "storage/kill_rows.h"
#include "storage/learned_value_rows.h"
#include "storage/notification_rows.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/provider_file_rows.h"
#include "storage/refresh_token_rows.h"
#include "storage/registration_rows.h"
#include "storage/restore_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/robot_rows.h"
#include "storage/role_rows.h"
#include "storage/secret_access_rows.h"
#include "storage/secret_rows.h"
#include "storage/server_setting_rows.h"
#include "storage/target_system_rows.h"
#include "storage/user_rows.h"
#include "vault/consumer_secrets.h"
#include "vault/dpop_keys.h"
#include "vault/granted_tokens.h"
#include "vault/learned_place.h"
#include "vault/provider_file_mac.h"
#include "vault/registration_record.h"
#include "vault/restored_clients.h"
#include "vault/row_mac.h"
#include "vault/secret_record.h"
#include "vault/token_key.h"

namespace strongroom::backup {
namespace {

using storage::Snapshot;

Error not_ours(std::string_view table, const std::string& row) {
  return Error{Code::kCorrupt, "A row is not what was stored.", std::string(table) + " " + row};
}

// Counts what was checked, with one sealer.
class Examiner {
 public:
  explicit Examiner(const crypto::Sealer& sealer) : sealer_(sealer) {}

  Status all(Snapshot& snapshot) {
    STRONGROOM_TRY(const auto keys, storage::all_data_keys(snapshot));
    done_.data_keys = static_cast<std::int64_t>(keys.size());
    STRONGROOM_CHECK(of_vault(snapshot));
    STRONGROOM_CHECK(of_identity(snapshot));
    return values(snapshot);
  }
  const Examination& done() const { return done_; }

 private:
  template <class Row>
  Status believe(std::string_view table, const Row& row) {
    return believe(table, row, row.id.text());
  }
  template <class Row>
  Status believe(std::string_view table, const Row& row, const std::string& name) {
    const Status right = vault::check_mac(sealer_, row);
    if (!right) return not_ours(table, name);
    ++done_.rows;
    return {};
  }
  template <class Row>
  Status believe_all(std::string_view table, const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      STRONGROOM_TRY(const bool genuine, identity::is_genuine(sealer_, row));
      if (!genuine) return not_ours(table, row.id.text());
      ++done_.rows;
    }
    return {};
  }

  Status of_vault(Snapshot& snapshot) {
    STRONGROOM_CHECK(storage::for_each_project(
        snapshot, [&](const storage::ProjectRow& row) { return believe("projects", row); }));
    STRONGROOM_CHECK(storage::for_each_target_system(
        snapshot, [&](const storage::TargetSystemRow& row, std::int64_t /*secrets*/) {
          return believe("target_systems", row);
        }));
    STRONGROOM_CHECK(storage::for_each_robot(
        snapshot, [&](const storage::RobotRow& row) { return believe("robots", row); }));
    STRONGROOM_CHECK(storage::for_each_robot_key(
        snapshot, [&](const storage::RobotKeyRow& row) { return believe("robot_keys", row); }));
    STRONGROOM_CHECK(storage::for_each_robot_access(
        snapshot,
        [&](const storage::RobotAccessRow& row) { return believe("robot_access", row); }));
    STRONGROOM_CHECK(storage::for_each_secret_access(
        snapshot,
        [&](const storage::SecretAccessRow& row) { return believe("secret_access", row); }));
    STRONGROOM_TRY(const auto kills, storage::all_kills(snapshot));
    for (const storage::KillRow& row : kills) STRONGROOM_CHECK(believe("kills", row));
    STRONGROOM_CHECK(of_providers(snapshot));
    STRONGROOM_CHECK(of_basic_engine(snapshot));
    STRONGROOM_CHECK(of_notifications(snapshot));
    return of_restores(snapshot);
  }

  // The entries that an organisation added, and where target systems registered by themselves.
  Status of_providers(Snapshot& snapshot) {
    STRONGROOM_TRY(const auto files, storage::all_provider_files(snapshot));
    for (const storage::ProviderFileRow& row : files) {
      STRONGROOM_CHECK(believe("provider_files", row, row.id));
    }
    STRONGROOM_TRY(const auto registrations, storage::all_registrations(snapshot));
    for (const storage::RegistrationRow& row : registrations) {
      STRONGROOM_CHECK(believe("registrations", row, row.target_system_id.text()));
      if (!row.sealed_access_token) continue;
      STRONGROOM_TRY(const auto system,
                     storage::find_target_system(snapshot, row.target_system_id));
      if (!system) return not_ours("registrations", row.target_system_id.text());
      STRONGROOM_CHECK(
          open(vault::registration_token_place(*system, row), *row.sealed_access_token));
    }
    return {};
  }

  Status of_notifications(Snapshot& snapshot) {
    STRONGROOM_TRY(const auto targets, storage::all_notification_targets(snapshot));
    for (const storage::NotificationTargetRow& row : targets) {
      if (!notify::check_target(sealer_, row)) return not_ours("notification_targets", row.name);
      ++done_.rows;
      STRONGROOM_TRY(const auto secrets, notify::signing_secrets(sealer_, row, row.updated_at));
      done_.sealed += static_cast<std::int64_t>(secrets.size());
    }
    return {};
  }

  Status of_basic_engine(Snapshot& snapshot) {
    STRONGROOM_TRY(const auto settings, storage::all_server_settings(snapshot));
    for (const storage::ServerSettingRow& row : settings) {
      STRONGROOM_CHECK(believe("server_settings", row, row.name));
    }
    return storage::for_each_robot_input(
        snapshot, [&](const storage::RobotInputRow& row) { return believe("robot_inputs", row); });
  }

  // What an earlier restore left.
  Status of_restores(Snapshot& snapshot) {
    for (const std::string_view mark : {storage::kQuarantineMark, storage::kBasicEngineMark}) {
      STRONGROOM_TRY(const auto marks, storage::restore_marks(snapshot, mark));
      for (const storage::RestoreMarkRow& row : marks) {
        STRONGROOM_CHECK(believe("restore_marks", row, row.oauth_client_id.text()));
      }
    }
    STRONGROOM_TRY(const auto suspensions, storage::all_suspensions(snapshot));
    return believe_all("suspensions", suspensions);
  }

  Status of_identity(Snapshot& snapshot) {
    STRONGROOM_TRY(const auto users, storage::all_users(snapshot));
    STRONGROOM_CHECK(believe_all("users", users));
    STRONGROOM_TRY(const auto keys, storage::all_api_keys(snapshot));
    STRONGROOM_CHECK(believe_all("api_keys", keys));
    STRONGROOM_TRY(const auto groups, storage::all_groups(snapshot));
    STRONGROOM_CHECK(believe_all("user_groups", groups));
    STRONGROOM_TRY(const auto members, storage::all_group_members(snapshot));
    STRONGROOM_CHECK(believe_all("group_members", members));
    STRONGROOM_TRY(const auto group_roles, storage::all_group_roles(snapshot));
    STRONGROOM_CHECK(believe_all("group_roles", group_roles));
    STRONGROOM_TRY(const auto roles, storage::all_roles(snapshot));
    return believe_all("roles", roles);
  }

  // Clients with their tokens; and the secrets of target systems.
  Status values(Snapshot& snapshot) {
    STRONGROOM_TRY(const storage::RowRange range, storage::oauth_client_range(snapshot));
    const Status tokens = storage::for_each_oauth_client(
        snapshot, range.first, range.last,
        [&](const storage::OAuthClientRow& row, storage::TokenRow* token) -> Status {
          STRONGROOM_CHECK(believe("oauth_clients", row));
          if (token == nullptr) return {};
          return open(vault::token_place(vault::OAuthClientId{row.id}, {},
                                         vault::ProjectId{row.project_id}, token->generation),
                      token->sealed);
        });
    STRONGROOM_CHECK(tokens);
    STRONGROOM_CHECK(refresh_tokens(snapshot, range));
    STRONGROOM_CHECK(consumer_secrets(snapshot));
    return secrets(snapshot);
  }

  Status secrets(Snapshot& snapshot) {
    std::map<Uuid, Uuid> projects;  // of those that were not deleted
    const Status listed =
        storage::for_each_secret(snapshot, [&](const storage::SecretRow& row) -> Status {
          projects[row.id] = row.project_id;
          return believe("secrets", row);
        });
    STRONGROOM_CHECK(listed);
    return storage::for_each_secret_value(
        snapshot, [&](const storage::SecretValueRow& row) -> Status {
          const auto project = projects.find(row.secret_id);
          if (project == projects.end()) return {};
          STRONGROOM_CHECK(believe("secret_values", row));
          return open(
              vault::secret_value_place(row.id, vault::ProjectId{project->second}, row.generation),
              row.sealed_value);
        });
  }

  // And what else came with clients' tokens.
  Status refresh_tokens(Snapshot& snapshot, const storage::RowRange& range) {
    return storage::for_each_oauth_client(
        snapshot, range.first, range.last,
        [&](const storage::OAuthClientRow& row, storage::TokenRow* /*token*/) -> Status {
          STRONGROOM_TRY(const auto key, storage::find_dpop_key(snapshot, row.id));
          if (key) {
            STRONGROOM_CHECK(open(vault::dpop_key_place(*key, row.project_id), key->sealed_key));
          }
          STRONGROOM_TRY(const auto learned, storage::find_learned_values(snapshot, row.id));
          if (learned) {
            STRONGROOM_CHECK(open(vault::learned_place(*learned), learned->sealed_values));
          }
          STRONGROOM_TRY(const auto refresh, storage::find_refresh_token(snapshot, row.id));
          if (!refresh) return {};
          return open(vault::refresh_token_place(row.id, row.project_id, refresh->generation,
                                                 refresh->destination),
                      refresh->sealed_token);
        });
  }

  Status consumer_secrets(Snapshot& snapshot) {
    return storage::for_each_target_system(
        snapshot, [&](const storage::TargetSystemRow& row, std::int64_t secrets) -> Status {
          if (secrets == 0) return {};
          STRONGROOM_TRY(const auto rows, storage::consumer_secrets_of(snapshot, row.id));
          for (const storage::ConsumerSecretRow& secret : rows) {
            STRONGROOM_CHECK(open(vault::secret_place(row, secret, row.secrets_destination),
                                  secret.sealed_value));
          }
          return {};
        });
  }

  Status open(const crypto::Place& place, std::string_view sealed) {
    std::string plain;
    Status opened = sealer_.open_into(place, sealed, plain);
    wipe(plain);
    if (!opened) return opened;
    ++done_.sealed;
    return {};
  }

  const crypto::Sealer& sealer_;
  Examination done_;
};

}  // namespace

Result<Examination> examine(OpenData& data) {
  Examiner examiner(data.sealer());
  STRONGROOM_CHECK(data.store().read([&](Snapshot& snapshot) { return examiner.all(snapshot); }));
  return examiner.done();
}

Status compare(const Manifest& manifest, const std::vector<TableCount>& found) {
  for (const TableCount& wanted : manifest.tables) {
    const auto same = std::ranges::find(found, wanted.table, &TableCount::table);
    if (same == found.end() || same->rows != wanted.rows) {
      return Error{Code::kCorrupt, "A table has other rows than the backup says.", wanted.table};
    }
  }
  return {};
}

}  // namespace strongroom::backup
