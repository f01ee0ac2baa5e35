#include "vault/endpoint_plan.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include "catalogue/settings.h"
#include "oauth/client_credentials.h"
#include "oauth/token_endpoint.h"
#include "storage/target_system_rows.h"
#include "vault/bearer_requests.h"
#include "vault/credential_requests.h"
#include "vault/dpop_keys.h"
#include "vault/issuer_metadata.h"
#include "vault/issuer_reading.h"
#include "vault/outgoing_request.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"
#include "vault/target_system_rules.h"
#include "vault/usable_credentials.h"

namespace strongroom::vault {
namespace {

struct StoredSystem {
  storage::TargetSystemRow row;
  TargetSystem system;
  std::vector<storage::ConsumerSecretRow> secrets;
  std::vector<storage::ConsumerSecretRow> proofs = {};  // besides a signed grant, where needed
};

Result<StoredSystem> read_system(Context& context, TargetSystemId id) {
  return storage::read<StoredSystem>(
      context.store, [&](storage::Snapshot& snapshot) -> Result<StoredSystem> {
        StoredSystem stored;
        STRONGROOM_TRY(stored.row, living(storage::find_target_system(snapshot, id.uuid)));
        STRONGROOM_TRY(stored.system, read_target_system(context, snapshot, stored.row));
        STRONGROOM_TRY(stored.secrets, storage::consumer_secrets_of(snapshot, id.uuid));
        return stored;
      });
}

// Asks the endpoint for nothing: no secret goes out, and every answer shows that the way is good.
Result<oauth::TokenRequest> build_empty_request(Context& context, const StoredSystem& stored,
                                                const catalogue::Provider& provider,
                                                const std::string& tenant) {
  oauth::TokenRequest request;
  const auto method =
      oauth::authentication_method(provider, to_catalogue(stored.system.client_authentication));
  STRONGROOM_TRY(
      request.message.url,
      oauth::token_endpoint_text(provider, method, stored.system.endpoint_parameters, tenant));
  request.message.method = "GET";
  STRONGROOM_CHECK(restrict_request(context, stored.row, stored.system, request));
  return request;
}

LiteralText what_is_missing(Context& context, const catalogue::Provider* provider,
                            StoredSystem& stored) {
  if (stored.system.destination_held) {
    return "Not asked for a token: the secrets were entered for another destination. Enter them "
           "again, or have this one approved.";
  }
  if (provider == nullptr) return "The target system's service provider left the catalogue.";
  if (needs_person(stored.system.grant)) {
    return "Not asked for a token: a person has to sign in for that.";
  }
  if (stored.system.grant == GrantFlow::kTokenExchange) {
    return "Not asked for a token: it takes the token of another OAuth client. Retrieve the tokens "
           "of a client that exchanges one.";
  }
  if (stored.system.grant == GrantFlow::kJwtBearer && needs_subject(*provider)) {
    return "Not asked for a token: each OAuth client says for whom its tokens are. Retrieve the "
           "tokens of one.";
  }
  if (needs_proof_besides(*provider, stored.system)) {
    stored.proofs = stored.secrets;
    const Status proved = keep_proofs(*provider, stored.system, context.clock.now(), stored.proofs);
    if (!proved) return "Not asked for a token: there is no consumer secret yet.";
  }
  const Status usable = keep_usable(*provider, stored.system, context.clock.now(), stored.secrets);
  if (usable) return "";
  const std::string_view problem = usable.error().problem.view();
  if (problem == kCertificateExpired.view()) {
    return "Not asked for a token: no client certificate is valid now.";
  }
  if (problem == "no_client_certificate") {
    return "Not asked for a token: there is no client certificate yet.";
  }
  if (problem == "no_client_key") return "Not asked for a token: there is no client key yet.";
  return "Not asked for a token: there is no consumer secret yet.";
}

// For nobody in particular: where a client has to say for whom, none of this is asked.
Status add_bearer_requests(const RequestParts& parts, const StoredSystem& stored,
                           EndpointPlan& plan) {
  auto requests =
      build_bearer_requests(parts, "", {.keys = stored.secrets, .proofs = stored.proofs});
  if (requests) {
    plan.requests = std::move(*requests);
    return {};
  }
  if (requests.error().code != Code::kInvalidArgument) return std::move(requests).error();
  plan.what_is_missing = requests.error().message;
  return {};
}

// What is asked of the endpoint: a token for each credential that may be tried, or nothing.
Status add_requests(Context& context, const StoredSystem& stored,
                    const catalogue::Provider& provider, EndpointPlan& plan) {
  const auto tenant =
      catalogue::choose_tenant(provider, to_catalogue(stored.system.grant),
                               stored.system.default_tenant, stored.system.default_tenant);
  if (tenant && plan.has_secret && stored.system.grant == GrantFlow::kJwtBearer) {
    return add_bearer_requests({context, stored.row, stored.system, provider, *tenant}, stored,
                               plan);
  }
  const GrantBuilder ask = [&](const oauth::GrantClient& client) {
    return oauth::build_client_credentials_request(
        {.client = client, .scopes = stored.system.scopes});
  };
  const std::size_t tries = plan.has_secret ? stored.secrets.size() : 1;
  LiteralText why = tenant ? LiteralText("") : tenant.error().message;
  for (std::size_t i = 0; tenant && i < tries; ++i) {
    const RequestParts parts{context, stored.row, stored.system, provider, *tenant};
    auto request = plan.has_secret ? build_with_credential(parts, stored.secrets[i], ask)
                                   : build_empty_request(context, stored, provider, *tenant);
    if (!request && request.error().code != Code::kInvalidArgument) return request.error();
    if (!request) {
      why = request.error().message;
      break;
    }
    plan.requests.push_back(*std::move(request));
  }
  if (plan.requests.empty()) plan.what_is_missing = why;
  return {};
}

}  // namespace

Result<EndpointPlan> plan_endpoint_check(Context& context, TargetSystemId id) {
  const catalogue::SteadyCatalogue steady(context.catalogue);
  STRONGROOM_TRY(StoredSystem stored, read_system(context, id));
  const catalogue::ProviderPtr entry = context.catalogue.find(stored.system.service_provider);
  const auto provider = entry == nullptr ? Result<catalogue::Provider>(Error{Code::kConflict, ""})
                                         : complete_provider(*entry, stored.system);
  EndpointPlan plan;
  plan.what_is_missing = what_is_missing(context, provider ? &*provider : nullptr, stored);
  plan.has_secret = plan.what_is_missing.view().empty();
  if (entry == nullptr) {
    plan.what_is_missing = "The target system's service provider left the catalogue.";
  } else if (!provider) {
    plan.what_is_missing = provider.error().message;
  } else {
    STRONGROOM_CHECK(add_requests(context, stored, *provider, plan));
    if (plan.has_secret && binds_tokens(*provider, stored.system)) {
      STRONGROOM_TRY(plan.key, passing_dpop_key(context));
    }
  }
  if (entry != nullptr && entry->discovery) {
    plan.issuer = issuer_of(stored.system);
    STRONGROOM_TRY(plan.issuer_requests, issuer_requests(context, stored.row, stored.system));
  }
  plan.system = std::move(stored.system);
  return plan;
}

}  // namespace strongroom::vault
