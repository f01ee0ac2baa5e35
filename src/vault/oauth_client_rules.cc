#include "vault/oauth_client_rules.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/unicode.h"
#include "catalogue/settings.h"
#include "oauth/authorization_code.h"
#include "oauth/jwt_bearer.h"
#include "oauth/token_failure.h"
#include "oauth/token_response.h"
#include "vault/destination.h"
#include "vault/field_rules.h"
#include "vault/json_texts.h"
#include "vault/stored.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

// An empty one is learned from who signs in, unless only one directory may.
Status check_sign_in_tenant(const TargetSystem& system, std::string_view tenant) {
  const bool one_directory = system.supported_accounts == SupportedAccounts::kThisDirectoryOnly;
  if (!one_directory || !tenant.empty() || !system.default_tenant.empty()) return {};
  return Error{Code::kInvalidArgument,
               "The application takes accounts of one directory only: enter its directory (tenant) "
               "ID."}
      .at("/tenant");
}

// "This directory only" and every flow without a person need a tenant of the client or of the
// target system: said here, before anything is sent.
Status set_tenant(const catalogue::Catalogue& catalogue, const TargetSystem& system,
                  std::string_view tenant, bool is_draft, storage::OAuthClientRow& row) {
  const catalogue::ProviderPtr provider = catalogue.find(system.service_provider);
  if (provider == nullptr) {
    return Error{Code::kInvalidArgument,
                 "The catalogue does not have the service provider of this target system."}
        .at("/target_system");
  }
  const catalogue::Grant grant = to_catalogue(system.grant);
  STRONGROOM_TRY(row.tenant, catalogue::clean_tenant(*provider, grant, tenant, "/tenant"));
  if (is_draft) return {};
  if (needs_person(system.grant)) {
    return check_sign_in_tenant(system, row.tenant);
  }
  STRONGROOM_CHECK(catalogue::choose_tenant(*provider, grant, row.tenant, system.default_tenant));
  return {};
}

// As people write it: an address, a user name. Sent to the provider as a hint, and compared with
// what comes back only to ask a person.
Result<std::string> clean_expected_account(const TargetSystem& system, std::string_view account) {
  constexpr std::size_t kLongest = 320;  // characters of an e-mail address, and more
  if (account.empty()) return std::string();
  STRONGROOM_TRY(std::string clean, clean_name(account, "/expected_account", kLongest));
  if (needs_person(system.grant)) return clean;
  return Error{Code::kInvalidArgument, "Nobody signs in for the clients of this target system."}.at(
      "/expected_account");
}

// Only a person says for whom, and once for all: look-ups have no word for it. A draft may
// still be without.
Status set_subject(const catalogue::Catalogue& catalogue, const TargetSystem& system,
                   const std::optional<std::string>& given, bool is_draft,
                   storage::OAuthClientRow& row) {
  const catalogue::ProviderPtr provider = catalogue.find(system.service_provider);
  const bool asserts = system.grant == GrantFlow::kJwtBearer && provider != nullptr &&
                       provider->jwt_bearer.has_value();
  // What is left of another grant of the target system goes.
  const std::string subject = given.value_or(asserts ? row.subject : "");
  if (!asserts && !subject.empty()) {
    return Error{Code::kInvalidArgument,
                 "Only clients whose tokens are asked for with a signed assertion have a subject."}
        .at("/subject");
  }
  const bool may_be_missing = !asserts || is_draft;
  if (!subject.empty() || !may_be_missing) {
    STRONGROOM_CHECK(oauth::check_subject(*provider->jwt_bearer, subject));
  }
  row.subject = subject;
  return {};
}

// The same of whose token is exchanged: nobody names another one in a look-up. Who it is,
// is looked at where it is read.
Status set_subject_client(const TargetSystem& system, const OAuthClientFields& fields,
                          bool is_draft, storage::OAuthClientRow& row) {
  const bool exchanges = system.grant == GrantFlow::kTokenExchange;
  std::optional<Uuid> chosen;
  if (exchanges) chosen = row.subject_client_id;
  if (fields.subject_client) {
    chosen.reset();
    if (*fields.subject_client) chosen = (*fields.subject_client)->uuid;
  }
  if (!exchanges && chosen) {
    return Error{Code::kInvalidArgument,
                 "Only clients of target systems with token exchange have another one's token to "
                 "exchange."}
        .at("/subject_client");
  }
  if (exchanges && !chosen && !is_draft) {
    return Error{Code::kInvalidArgument, "Choose the OAuth client whose token is exchanged."}.at(
        "/subject_client");
  }
  row.subject_client_id = chosen;
  return {};
}

Error refused(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

// What a client is that is neither a draft nor disabled: as its last retrieval left it.
OAuthClientState state_by_token(const storage::OAuthClientRow& row) {
  const oauth::CauseFacts* const cause = oauth::find_cause(row.failure_cause);
  const bool has_ended = cause != nullptr && cause->code == Code::kNeedsConsent;
  if (has_ended) return OAuthClientState::kNeedsSignIn;
  if (!row.failure_cause.empty()) return OAuthClientState::kFailing;
  if (row.token_refreshed_at && !row.token_is_former) return OAuthClientState::kActive;
  const bool waits_for_person = needs_person(flow_of(row)) && !row.refresh_issued_at;
  return waits_for_person ? OAuthClientState::kNeedsSignIn : OAuthClientState::kNeedsRetrieval;
}

// What was asked for is what the target system says today: a token for other scopes would have been
// dropped with the change (stale_tokens()), or is a former one, of which nobody knows it.
Result<TokenInfo> token_of(const catalogue::Catalogue& catalogue,
                           const storage::OAuthClientRow& row, WallTime refreshed_at) {
  TokenInfo token{row.token_type,     row.token_scope,    row.token_expires_at, refreshed_at, {},
                  row.token_is_bound, row.token_is_former};
  if (row.token_is_former) return token;
  const catalogue::ProviderPtr provider = catalogue.find(row.service_provider);
  if (provider == nullptr) return token;
  STRONGROOM_TRY(const auto scopes, texts_from_json(row.requested_scopes));
  const auto grant = flow_of(row);
  const auto requested = catalogue::check_scopes(*provider, to_catalogue(grant), scopes);
  if (!requested) return token;
  const auto expected =
      needs_person(grant) ? oauth::scopes_to_expect(*provider, *requested) : *requested;
  token.missing_scopes = oauth::missing_scopes(expected, row.token_scope);
  return token;
}

// A provider says no more than that the grant is over; its pages say why that may be.
void add_reasons(const catalogue::Catalogue& catalogue, const storage::OAuthClientRow& row,
                 std::optional<OAuthClientFailure>& failure) {
  const auto& ended = oauth::facts_of(oauth::FailureCause::kSignInEnded);
  if (!failure || failure->cause != ended.name.view()) return;
  if (const catalogue::ProviderPtr provider = catalogue.find(row.service_provider)) {
    failure->possible_reasons = provider->console.ended_because;
  }
}

void add_sign_in(const storage::OAuthClientRow& row, OAuthClient& client) {
  client.flow = flow_of(row);
  client.target_system_tenant = row.default_tenant;
  client.expected_account = row.expected_account;
  client.signed_in_at = row.signed_in_at;
  if (!row.account_subject.empty()) {
    client.account =
        BoundAccount{row.account_issuer, row.account_subject, row.account_tenant, row.account_name};
  }
  if (row.refresh_issued_at) {
    client.refresh_token =
        RefreshTokenInfo{*row.refresh_issued_at, row.refresh_expires_at, row.refresh_rotates};
  }
}

}  // namespace

GrantFlow flow_of(const storage::OAuthClientRow& row) {
  return grant_flow_from_text(row.grant_flow).value_or(GrantFlow::kClientCredentials);
}

TenantInUse tenant_in_use(const OAuthClient& client) {
  if (!client.tenant.empty()) return {client.tenant, "client"};
  if (!client.target_system_tenant.empty()) return {client.target_system_tenant, "target_system"};
  if (client.account && !client.account->tenant.empty()) {
    return {client.account->tenant, "learned"};
  }
  return {};
}

std::optional<OAuthClientFailure> failure_of(const std::string& cause,
                                             const std::optional<WallTime>& failed_at) {
  if (cause.empty()) return std::nullopt;
  OAuthClientFailure failure{cause, {}, {}, {}, failed_at.value_or(WallTime{})};
  if (const oauth::CauseFacts* facts = oauth::find_cause(cause)) {
    failure.message = facts->message.view();
    failure.who_must_act = oauth::to_text(facts->who);
    failure.where = facts->where.view();
  }
  return failure;
}

Result<OAuthClient> to_oauth_client(const catalogue::Catalogue& catalogue,
                                    const storage::OAuthClientRow& row) {
  const auto state = oauth_client_state_from_text(row.state);
  if (!state) return Error{Code::kCorrupt, "A stored row is damaged.", "state of " + row.id.text()};
  OAuthClient client;
  client.id = OAuthClientId{row.id};
  client.project = ProjectId{row.project_id};
  client.target_system = TargetSystemId{row.target_system_id};
  client.label = row.label;
  client.tenant = row.tenant;
  client.allow_basic_engine_robots = row.allow_basic_engine_robots;
  client.is_canary = row.is_canary;
  client.subject = row.subject;
  if (row.subject_client_id) client.subject_client = OAuthClientId{*row.subject_client_id};
  client.owner = {row.owner_name, row.owner_email};
  client.state = *state;
  client.failure = failure_of(row.failure_cause, row.failed_at);
  add_reasons(catalogue, row, client.failure);
  client.stamps = to_stamps(row.stamps);
  client.quarantined_at = row.quarantined_at;
  client.basic_engine_restored_at = row.basic_engine_restored_at;
  add_sign_in(row, client);
  if (row.token_refreshed_at) {
    STRONGROOM_TRY(client.token, token_of(catalogue, row, *row.token_refreshed_at));
  }
  return client;
}

ResourceTokenInfo to_resource_token(const storage::ResourceStateRow& row) {
  ResourceTokenInfo info{.resource = row.resource,
                         .token = {},
                         .failure = failure_of(row.failure_cause, row.failed_at)};
  if (row.refreshed_at) {
    info.token = TokenInfo{row.token_type, row.scope,    row.expires_at, *row.refreshed_at, {},
                           row.is_bound,   row.is_former};
  }
  return info;
}

Status set_fields(const catalogue::Catalogue& catalogue, const TargetSystem& system,
                  const OAuthClientFields& fields, bool is_draft, storage::OAuthClientRow& row) {
  if (fields.label) {
    STRONGROOM_TRY(row.label, clean_name(*fields.label, "/label"));
    row.label_key = name_key(row.label);
  }
  if (fields.owner) {
    STRONGROOM_TRY(const Owner owner, clean_owner(*fields.owner));
    row.owner_name = owner.name;
    row.owner_email = owner.email;
  }
  if (fields.expected_account) {
    STRONGROOM_TRY(row.expected_account, clean_expected_account(system, *fields.expected_account));
  }
  if (fields.allow_basic_engine_robots) {
    row.allow_basic_engine_robots = *fields.allow_basic_engine_robots;
  }
  if (fields.is_canary) row.is_canary = *fields.is_canary;
  if (fields.tenant || fields.target_system || fields.draft) {
    const std::string tenant = fields.tenant.value_or(row.tenant);
    STRONGROOM_CHECK(set_tenant(catalogue, system, tenant, is_draft, row));
  }
  if (fields.subject || fields.target_system || fields.draft) {
    STRONGROOM_CHECK(set_subject(catalogue, system, fields.subject, is_draft, row));
  }
  if (fields.subject_client || fields.target_system || fields.draft) {
    STRONGROOM_CHECK(set_subject_client(system, fields, is_draft, row));
  }
  return {};
}

Result<OAuthClientState> next_state(const storage::OAuthClientRow& row, OAuthClientState state,
                                    const OAuthClientFields& fields) {
  if (fields.draft == true && state != OAuthClientState::kDraft) {
    return refused("What is finished cannot become a draft again; it can be disabled.", "/draft");
  }
  if (fields.draft == false && state == OAuthClientState::kDraft) state = state_by_token(row);
  if (fields.disabled == true && state == OAuthClientState::kDraft) {
    return refused("A draft is invisible to robots anyway.", "/disabled");
  }
  if (fields.disabled == true) return OAuthClientState::kDisabled;
  if (fields.disabled == false && state == OAuthClientState::kDisabled) return state_by_token(row);
  return state;
}

Status check_move(const catalogue::Catalogue& catalogue, const TargetSystem& from,
                  const TargetSystem& to, const std::string& tenant) {
  const auto endpoint = [&](const TargetSystem& system) {
    return displayed_endpoint(catalogue, system, tenant.empty() ? system.default_tenant : tenant);
  };
  if (from.grant == to.grant && from.consumer_key == to.consumer_key &&
      endpoint(from) == endpoint(to)) {
    return {};
  }
  return refused(
      "A client moves only to a target system with the same token endpoint and consumer key.",
      "/target_system");
}

std::vector<std::string> touched_fields(const storage::OAuthClientRow& before,
                                        const storage::OAuthClientRow& after) {
  std::vector<std::string> fields;
  const auto note = [&](bool differs, const char* name) {
    if (differs) fields.emplace_back(name);
  };
  note(before.project_id != after.project_id && !before.project_id.is_nil(), "project");
  note(before.target_system_id != after.target_system_id, "target_system");
  note(before.label != after.label, "label");
  note(before.tenant != after.tenant, "tenant");
  note(before.allow_basic_engine_robots != after.allow_basic_engine_robots,
       "allow_basic_engine_robots");
  note(before.is_canary != after.is_canary, "is_canary");
  note(before.subject != after.subject, "subject");
  note(before.subject_client_id != after.subject_client_id, "subject_client");
  note(before.expected_account != after.expected_account, "expected_account");
  note(before.owner_name != after.owner_name || before.owner_email != after.owner_email, "owner");
  return fields;
}

}  // namespace strongroom::vault
