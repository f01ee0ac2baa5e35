#include "vault/token_inquiry.h"

#include <optional>
#include <string_view>
#include <utility>

#include "catalogue/settings.h"
#include "oauth/verification.h"
#include "storage/sign_in_rows.h"
#include "storage/token_rows.h"
#include "vault/client_settings.h"
#include "vault/credential_requests.h"
#include "vault/destination.h"
#include "vault/kill.h"
#include "vault/lookup_index.h"
#include "vault/outgoing_request.h"
#include "vault/revocation_request.h"
#include "vault/row_mac.h"
#include "vault/target_system_rules.h"
#include "vault/token_key.h"
#include "vault/usable_credentials.h"

namespace strongroom::vault {
namespace {

using storage::Snapshot;

Error conflict(LiteralText message, LiteralText problem) {
  return Error{Code::kConflict, message, {}, problem};
}

// What is stored of the token that is asked about.
struct StoredToken {
  storage::TokenRow row;
  std::optional<storage::SignInRow> sign_in;
};

Result<StoredToken> read_token(Context& context, const ClientSettings& settings) {
  using Found = std::optional<storage::TokenRow>;
  StoredToken stored;
  STRONGROOM_TRY(const Found found,
                 storage::read<Found>(context.store, [&](Snapshot& snapshot) -> Result<Found> {
                   STRONGROOM_TRY(stored.sign_in,
                                  storage::find_sign_in(snapshot, settings.client.id));
                   return storage::find_token(snapshot, settings.client.id);
                 }));
  const bool is_over = found && found->expires_at && *found->expires_at <= context.clock.now();
  if (!found || is_over) {
    return conflict("This client has no access token that could still work.", "no_living_token");
  }
  if (stored.sign_in) STRONGROOM_CHECK(check_mac(context.sealer, *stored.sign_in));
  if (found->destination != destination_digest(context.catalogue, settings.system)) {
    return conflict("The target system's destination was changed since the token came from it.",
                    "destination_held");
  }
  stored.row = *found;
  return stored;
}

Result<oauth::AccessToken> open(Context& context, const ClientSettings& settings,
                                const storage::TokenRow& row) {
  return context.sealer.open<oauth::AccessToken>(
      token_place(OAuthClientId{settings.client.id}, {}, ProjectId{settings.client.project_id},
                  row.generation),
      row.sealed);
}

Status add_introspection(const RequestParts& parts, const ClientSettings& settings,
                         const oauth::AccessToken& token, TokenInquiry& inquiry) {
  std::vector<storage::ConsumerSecretRow> credentials = settings.secrets;
  STRONGROOM_CHECK(
      keep_usable(parts.provider, parts.system, parts.context.clock.now(), credentials));
  inquiry.requests.reserve(credentials.size());
  for (const storage::ConsumerSecretRow& credential : credentials) {
    STRONGROOM_TRY(oauth::TokenRequest request,
                   build_with_credential(parts, credential, [&](const oauth::GrantClient& client) {
                     return oauth::build_introspection_request(client, token);
                   }));
    inquiry.requests.push_back(std::move(request));
  }
  return {};
}

Status add_call(const RequestParts& parts, std::string endpoint, const storage::TokenRow& row,
                const oauth::AccessToken& token, TokenInquiry& inquiry) {
  if (row.is_bound) {
    return conflict(
        "The token is bound to a key or certificate, and the provider has no introspection.",
        "token_is_bound");
  }
  inquiry.way = InquiryWay::kCall;
  inquiry.rules = parts.provider.verification;
  oauth::TokenRequest request =
      oauth::verification_request(inquiry.rules, std::move(endpoint), token);
  // Providers that want to know who calls want it of every call.
  for (auto& [name, value] :
       catalogue::token_headers(parts.provider, parts.system.endpoint_parameters)) {
    if (name == "User-Agent") request.message.headers.push_back({name, std::move(value)});
  }
  STRONGROOM_CHECK(restrict_request(parts.context, parts.row, parts.system, request));
  inquiry.requests.push_back(std::move(request));
  return {};
}

Status add_requests(const RequestParts& parts, const ClientSettings& settings,
                    const storage::TokenRow& row, TokenInquiry& inquiry) {
  const auto method = oauth::authentication_method(
      parts.provider, to_catalogue(parts.system.client_authentication));
  STRONGROOM_TRY(const std::string introspection,
                 oauth::introspection_endpoint_text(
                     parts.provider, method, parts.system.endpoint_parameters, parts.tenant));
  STRONGROOM_TRY(std::string call,
                 oauth::verification_endpoint_text(parts.provider, parts.system.endpoint_parameters,
                                                   parts.tenant));
  if (introspection.empty() && call.empty()) {
    return conflict("Nothing is known of how this provider is asked whether a token works.",
                    "no_verification");
  }
  STRONGROOM_TRY(const oauth::AccessToken token, open(parts.context, settings, row));
  inquiry.service_provider = parts.provider.id;
  inquiry.endpoint = endpoint_at(introspection.empty() ? call : introspection, parts.system);
  if (!introspection.empty()) return add_introspection(parts, settings, token, inquiry);
  return add_call(parts, std::move(call), row, token, inquiry);
}

}  // namespace

std::string_view to_text(InquiryWay way) {
  return way == InquiryWay::kIntrospection ? "introspection" : "call";
}

Result<TokenInquiry> build_token_inquiry(Context& context, OAuthClientId id) {
  if (context.index.find(id).killed_by) return stopped_by_a_kill();
  const catalogue::SteadyCatalogue steady(context.catalogue);
  STRONGROOM_TRY(const ClientSettings settings, read_client_settings(context, {id}));
  STRONGROOM_CHECK(check_usable(settings));
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context, settings.system));
  STRONGROOM_TRY(const std::string tenant, tenant_of(settings, provider));
  STRONGROOM_TRY(const StoredToken stored, read_token(context, settings));
  TokenInquiry inquiry{.generation = stored.row.generation,
                       .has_known_end = stored.row.expires_at.has_value(),
                       .can_be_renewed = !needs_person(settings.system.grant) || settings.refresh};
  inquiry.parties.client_id = settings.system.consumer_key;
  if (stored.sign_in) {
    inquiry.parties.issuer = stored.sign_in->issuer;
    inquiry.parties.subject = stored.sign_in->subject;
  }
  const RequestParts parts{context, settings.system_row, settings.system, provider, tenant};
  STRONGROOM_CHECK(add_requests(parts, settings, stored.row, inquiry));
  return inquiry;
}

}  // namespace strongroom::vault
