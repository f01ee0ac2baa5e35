#include "vault/index_entries.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/unicode.h"
#include "storage/resource_token_rows.h"
#include "vault/destination.h"
#include "vault/json_texts.h"
#include "vault/provider_endpoint.h"
#include "vault/row_mac.h"
#include "vault/signing_material.h"
#include "vault/subject_tokens.h"
#include "vault/target_system_record.h"

namespace strongroom::vault {
namespace {

// The same token, with its life as the index knew it before; how it is sealed, and whether it is of
// former settings, may be another.
void keep_known(const std::shared_ptr<const TokenEntry>& before,
                std::shared_ptr<const TokenEntry>& now) {
  if (!before || !now || before->generation != now->generation) return;
  if (before->sealed == now->sealed && before->is_former == now->is_former) {
    now = before;
    return;
  }
  TokenEntry changed = *before;
  changed.sealed = now->sealed;
  changed.is_former = now->is_former;
  now = std::make_shared<const TokenEntry>(std::move(changed));
}

// By what was chosen, or by what there is to choose from.
bool proves_by_key(const storage::TargetSystemRow& row) {
  constexpr std::array kByKey{ClientAuthentication::kPrivateKeyJwt, ClientAuthentication::kTls,
                              ClientAuthentication::kSelfSignedTls};
  const bool is_chosen = std::ranges::any_of(kByKey, [&](ClientAuthentication method) {
    return row.client_authentication == to_text(method);
  });
  return is_chosen || row.private_keys > 0;
}

}  // namespace

std::shared_ptr<const ProjectEntry> index_entry(const storage::ProjectRow& row) {
  return std::make_shared<const ProjectEntry>(ProjectEntry{ProjectId{row.id}, row.name});
}

std::shared_ptr<const RobotEntry> index_entry(const storage::RobotRow& row) {
  RobotEntry entry{RobotId{row.id}, ProjectId{row.project_id}, row.path_key};
  entry.name_key = row.name_key;
  entry.name = row.name;
  entry.path = row.path;
  entry.is_basic_engine = row.kind == to_text(RobotKind::kBasicEngine);
  entry.is_runner = row.kind == to_text(RobotKind::kRunner);
  // What is not understood is served to nobody; the MAC says that nobody else wrote it.
  if (const auto paths = texts_from_json(row.serves); paths && entry.is_runner) {
    for (const std::string& path : *paths) entry.serves.push_back(name_key(path));
  }
  return std::make_shared<const RobotEntry>(std::move(entry));
}

Result<std::shared_ptr<const TargetSystemEntry>> index_entry(const catalogue::Catalogue& catalogue,
                                                             const storage::TargetSystemRow& row) {
  TargetSystemEntry entry{.id = TargetSystemId{row.id},
                          .project = {},
                          .revision = row.stamps.revision,
                          .name = row.name,
                          .service_provider = row.service_provider,
                          .resources = {},
                          .grant = {},
                          .endpoint = {}};
  const auto grant = grant_flow_from_text(row.grant_flow);
  if (!grant) {
    return Error{Code::kCorrupt, "A stored row is damaged.", "target_systems " + row.id.text()};
  }
  entry.grant = *grant;
  if (needs_person(entry.grant) && row.keep_alive_days > 0) {
    entry.keep_alive = std::chrono::days(row.keep_alive_days);
  }
  entry.proves_by_key = proves_by_key(row);
  if (row.project_id) entry.project = ProjectId{*row.project_id};
  if (const catalogue::ProviderPtr provider = catalogue.find(row.service_provider)) {
    entry.min_retrieval_interval = provider->min_retrieval_interval;
  }
  STRONGROOM_TRY(entry.resources, texts_from_json(row.resources));
  STRONGROOM_TRY(const TargetSystem system, to_target_system(row));
  entry.protected_resource = row.protected_resource;
  entry.endpoint = provider_endpoint(catalogue, system);
  return std::make_shared<const TargetSystemEntry>(std::move(entry));
}

Result<std::shared_ptr<const TargetSystemEntry>> read_target_system_entry(
    Context& context, storage::Snapshot& snapshot, const storage::TargetSystemRow& row) {
  STRONGROOM_TRY(auto entry, index_entry(context.catalogue, row));
  if (entry->grant != GrantFlow::kOauth1) return entry;
  STRONGROOM_TRY(auto signing, read_signing_material(context, snapshot, row));
  TargetSystemEntry with = *entry;
  with.signing = std::move(signing);
  return std::make_shared<const TargetSystemEntry>(std::move(with));
}

std::shared_ptr<const TokenEntry> index_entry(const Clock& clock, storage::TokenRow row) {
  const WallTime now = clock.now();
  const BootTime boot_now = clock.boot_now();
  TokenEntry entry{.sealed = std::move(row.sealed),
                   .generation = row.generation,
                   .token_type = std::move(row.token_type),
                   .scope = std::move(row.scope),
                   .fingerprint = std::move(row.fingerprint),
                   .expires_at = row.expires_at,
                   .deadline = {},
                   .lifetime = row.lifetime,
                   .refreshed_at = row.refreshed_at,
                   .refreshed_at_boot = boot_now,
                   .is_bound = row.is_bound,
                   .is_former = row.is_former};
  if (row.expires_at) {
    entry.deadline = Deadline{*row.expires_at, boot_now + (*row.expires_at - now)};
  }
  // A calendar that was put back must not make the token younger than now.
  entry.refreshed_at_boot -= std::max(now - row.refreshed_at, Milliseconds{0});
  return std::make_shared<const TokenEntry>(std::move(entry));
}

AccessEntry index_entry(const storage::RobotAccessRow& row) {
  AccessEntry entry{.id = RobotAccessId{row.id}, .robot = {}, .pattern_key = row.pattern_key};
  if (row.robot_id) entry.robot = RobotId{*row.robot_id};
  entry.is_valid = row.invalid_reason.empty();
  return entry;
}

Result<std::shared_ptr<const InputEntries>> read_inputs(Context& context,
                                                        storage::Snapshot& snapshot, RobotId id) {
  STRONGROOM_TRY(const auto rows, storage::inputs_of_robot(snapshot, id.uuid));
  if (rows.empty()) return std::shared_ptr<const InputEntries>();
  InputEntries inputs;
  for (const storage::RobotInputRow& row : rows) inputs.push_back(index_entry(context, row));
  return std::make_shared<const InputEntries>(std::move(inputs));
}

InputEntry index_entry(const Context& context, const storage::RobotInputRow& row) {
  const Status sound = check_mac(context.sealer, row);
  if (!sound) {
    context.log.failed("A robot's input was forged or damaged; its robot is not launched.",
                       sound.error(), {{"robot_input", row.id}});
  }
  return {RobotInputId{row.id}, row.name, OAuthClientId{row.oauth_client_id},
          sound && row.invalid_reason.empty()};
}

std::shared_ptr<const KeyTerms> terms_of(Log& log, const storage::RobotKeyRow& row) {
  if (row.restrictions.empty()) return nullptr;
  const auto restrictions = key_restrictions_from_json(row.restrictions);
  const auto terms = restrictions ? KeyTerms::make(*restrictions)
                                  : Result<std::shared_ptr<const KeyTerms>>(restrictions.error());
  if (terms) return *terms;
  log.failed("A robot key's restrictions are not understood; it opens nothing.", terms.error(),
             {{"robot_key", row.id}});
  return KeyTerms::never();
}

Status put_key(Context& context, const storage::RobotKeyRow& row, std::int64_t counted) {
  crypto::Sha256Digest hash{};
  if (row.hash.size() != hash.size()) {
    return Error{Code::kCorrupt, "A robot key's hash has another length."};
  }
  std::memcpy(hash.data(), row.hash.data(), hash.size());
  const RobotId robot{row.robot_id};
  if (!row.identity.empty()) {
    STRONGROOM_TRY(auto identity, robot_identity_from_json(row.identity));
    context.index.put_robot_identity(RobotKeyId{row.id},
                                     std::make_shared<const RobotIdentityEntry>(
                                         RobotIdentityEntry{std::move(identity), robot, hash}));
  }
  context.index.put_robot_key(hash, RobotKeyId{row.id}, robot, terms_of(context.log, row), counted);
  return {};
}

OldLabel index_entry(const storage::OldLabelRow& row) { return {row.label_key, row.until}; }

Result<ClientEntry> bare_client_entry(const storage::OAuthClientRow& row) {
  const auto state = oauth_client_state_from_text(row.state);
  if (!state) return Error{Code::kCorrupt, "A stored row is damaged.", "state of " + row.id.text()};
  ClientEntry entry;
  entry.id = OAuthClientId{row.id};
  entry.project = ProjectId{row.project_id};
  entry.target_system = TargetSystemId{row.target_system_id};
  entry.revision = row.stamps.revision;
  entry.label = row.label;
  entry.state = *state;
  entry.allows_basic_engine = row.allow_basic_engine_robots;
  entry.is_canary = row.is_canary;
  if (row.subject_client_id) entry.subject_client = OAuthClientId{*row.subject_client_id};
  if (*state == OAuthClientState::kNeedsSignIn) {
    if (const auto* const cause = oauth::find_cause(row.failure_cause)) {
      entry.why_sign_in = cause->cause;
    }
  }
  return entry;
}

Result<std::vector<AccessEntry>> read_access(Context& context, storage::Snapshot& snapshot,
                                             OAuthClientId id) {
  STRONGROOM_TRY(const auto rows, storage::rules_of_client(snapshot, id.uuid));
  std::vector<AccessEntry> access;
  for (const storage::RobotAccessRow& row : rows) {
    if (const Status sound = check_mac(context.sealer, row); sound) {
      access.push_back(index_entry(row));
    } else {
      context.log.failed("an access rule is not believed", sound.error());
    }
  }
  return access;
}

Result<std::shared_ptr<ClientEntry>> read_client_entry(Context& context,
                                                       storage::Snapshot& snapshot,
                                                       const storage::OAuthClientRow& row) {
  STRONGROOM_CHECK(check_mac(context.sealer, row));
  STRONGROOM_TRY(ClientEntry bare, bare_client_entry(row));
  auto entry = std::make_shared<ClientEntry>(std::move(bare));
  STRONGROOM_TRY(const auto system, storage::find_target_system(snapshot, row.target_system_id));
  if (!system) return Error{Code::kNotFound, "There is no such target system."};
  STRONGROOM_CHECK(check_mac(context.sealer, *system));
  STRONGROOM_TRY(const auto secrets, storage::consumer_secrets_of(snapshot, row.target_system_id));
  STRONGROOM_TRY(entry->target_system_held, is_held(context.catalogue, *system, secrets.size()));
  STRONGROOM_TRY(const auto labels, storage::old_labels_of(snapshot, row.id));
  for (const storage::OldLabelRow& label : labels) entry->old_labels.push_back(index_entry(label));
  STRONGROOM_TRY(entry->access, read_access(context, snapshot, entry->id));
  // What was got for another grant of the subject is handed to nobody.
  STRONGROOM_TRY(const bool is_right, is_of_its_subject(context, snapshot, row));
  if (!is_right) return entry;
  STRONGROOM_TRY(const auto token, storage::find_token(snapshot, row.id));
  if (token) entry->token = index_entry(context.clock, *token);
  STRONGROOM_TRY(auto resources, storage::resource_tokens_of(snapshot, row.id));
  if (resources.empty()) return entry;
  auto tokens = std::make_shared<ResourceTokens>();
  for (storage::ResourceTokenRow& resource : resources) {
    tokens->push_back({resource.resource, index_entry(context.clock, std::move(resource.token))});
  }
  entry->resource_tokens = std::move(tokens);
  return entry;
}

void put_client_again(LookupIndex& index, const std::shared_ptr<ClientEntry>& entry) {
  if (const auto before = index.find(entry->id).client) {
    keep_known(before->token, entry->token);
    if (entry->resource_tokens) {
      auto tokens = std::make_shared<ResourceTokens>(*entry->resource_tokens);
      for (ResourceToken& token : *tokens) {
        keep_known(token_for(*before, token.resource), token.token);
      }
      entry->resource_tokens = std::move(tokens);
    }
  }
  index.put_client(entry->id, entry);
}

Result<bool> is_held(const catalogue::Catalogue& catalogue, const storage::TargetSystemRow& row,
                     std::size_t stored_secrets) {
  STRONGROOM_TRY(const TargetSystem system, to_target_system(row));
  return is_held(row.secrets_destination, destination_digest(catalogue, system), stored_secrets);
}

}  // namespace strongroom::vault
