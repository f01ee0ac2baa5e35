#include "vault/sign_in_parties.h"

#include <algorithm>
#include <utility>

#include "catalogue/settings.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/robot_rows.h"
#include "storage/user_rows.h"
#include "vault/issuer_metadata.h"
#include "vault/row_mac.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {

std::optional<BoundAccount> SignInParties::bound_account() const {
  if (sign_in.subject.empty()) return std::nullopt;
  return BoundAccount{sign_in.issuer, sign_in.subject, sign_in.tenant, sign_in.account_name};
}

Result<SignInParties> read_sign_in_parties(Context& context, storage::Snapshot& snapshot,
                                           OAuthClientId id) {
  SignInParties parties;
  STRONGROOM_TRY(parties.client, living(storage::find_oauth_client(snapshot, id.uuid)));
  STRONGROOM_CHECK(check_mac(context.sealer, parties.client));
  STRONGROOM_TRY(parties.system_row,
                 living(storage::find_target_system(snapshot, parties.client.target_system_id)));
  STRONGROOM_TRY(parties.system, read_target_system(context, snapshot, parties.system_row));
  STRONGROOM_TRY(auto sign_in, storage::find_sign_in(snapshot, id.uuid));
  if (sign_in) STRONGROOM_CHECK(check_mac(context.sealer, *sign_in));
  parties.sign_in = std::move(sign_in).value_or(storage::SignInRow{});
  parties.sign_in.oauth_client_id = id.uuid;
  return parties;
}

Result<catalogue::Provider> provider_of(const Context& context, const TargetSystem& system) {
  const catalogue::ProviderPtr entry = context.catalogue.find(system.service_provider);
  if (entry == nullptr) {
    return Error{Code::kConflict, "The target system's service provider left the catalogue."};
  }
  return complete_provider(*entry, system);
}

Status check_can_sign_in(const SignInParties& parties) {
  const auto conflict = [](LiteralText message, LiteralText problem) -> Status {
    return Error{Code::kConflict, message, {}, problem};
  };
  const TargetSystem& system = parties.system;
  if (!system.oauth_enabled) {
    return conflict("OAuth is switched off for the target system.", "oauth_disabled");
  }
  if (!needs_person(system.grant)) {
    return conflict("Nobody signs in for this client: its target system asks in its own name.",
                    "no_sign_in");
  }
  if (parties.client.state == to_text(OAuthClientState::kDisabled)) {
    return conflict("This OAuth client is disabled; enable it first.", "client_disabled");
  }
  if (system.consumer_key.empty()) {
    return conflict("The consumer key of the target system is missing.",
                    "target_system_incomplete");
  }
  if (!system.missing.empty()) {
    return conflict(
        "The target system lacks what it proves itself with: a secret, key or certificate.",
        "target_system_incomplete");
  }
  // Saved as a draft, or before the target system was changed; the provider would refuse it.
  if (system.supported_accounts == SupportedAccounts::kThisDirectoryOnly &&
      parties.client.tenant.empty() && system.default_tenant.empty()) {
    return conflict(
        "The application takes accounts of one directory only: enter its directory (tenant) ID.",
        "tenant_missing");
  }
  if (system.destination_held) {
    return conflict(
        "The target system's destination was changed since its secrets were entered. Enter the "
        "secrets again, or have the new destination approved.",
        "destination_held");
  }
  return {};
}

Result<std::string> sign_in_tenant(const catalogue::Provider& provider, const TargetSystem& system,
                                   const std::string& client_tenant) {
  if (!provider.supports_tenant()) return std::string();
  if (!client_tenant.empty() || !system.default_tenant.empty()) {
    return catalogue::choose_tenant(provider, catalogue::Grant::kAuthorizationCode, client_tenant,
                                    system.default_tenant);
  }
  const bool personal = system.supported_accounts == SupportedAccounts::kWithPersonalAccounts;
  const std::string many = personal ? "common" : "organizations";
  if (std::ranges::find(provider.tenant->shared, many) != provider.tenant->shared.end()) {
    return many;
  }
  return Error{Code::kInvalidArgument, "The service provider needs a tenant."}.at("/tenant");
}

Result<std::string> name_of_user(storage::Snapshot& snapshot, const Uuid& id) {
  STRONGROOM_TRY(const auto user, storage::find_user(snapshot, id));
  return user ? user->name : std::string();
}

namespace {

void add_reader(std::string name, Readers& readers) {
  if (readers.names.size() < kShownRobots) {
    readers.names.push_back(std::move(name));
  } else {
    ++readers.more;
  }
}

std::string name_of(const storage::RobotRow& robot) {
  return robot.path.empty() ? robot.name : robot.path + "/" + robot.name;
}

// Basic Engine Robots that take it as input, where its box lets them.
Status add_takers(storage::Snapshot& snapshot, const Uuid& client, Readers& readers) {
  STRONGROOM_TRY(const auto row, storage::find_oauth_client(snapshot, client));
  if (!row || !row->allow_basic_engine_robots) return {};
  STRONGROOM_TRY(const auto inputs, storage::inputs_of_client(snapshot, client));
  for (const storage::RobotInputRow& input : inputs) {
    STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, input.robot_id));
    if (robot && !robot->stamps.deleted_at) add_reader(name_of(*robot), readers);
  }
  return {};
}

}  // namespace

Result<Readers> readers_of(storage::Snapshot& snapshot, const Uuid& client) {
  STRONGROOM_TRY(const auto rules, storage::rules_of_client(snapshot, client));
  Readers readers;
  for (const storage::RobotAccessRow& rule : rules) {
    std::string name = rule.path_pattern;
    if (rule.robot_id) {
      STRONGROOM_TRY(const auto robot, storage::find_robot(snapshot, *rule.robot_id));
      if (!robot || robot->stamps.deleted_at) continue;
      name = name_of(*robot);
    }
    add_reader(std::move(name), readers);
  }
  STRONGROOM_CHECK(add_takers(snapshot, client, readers));
  return readers;
}

}  // namespace strongroom::vault
