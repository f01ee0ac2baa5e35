#include "vault/target_system_rules.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "catalogue/oauth1_settings.h"
#include "catalogue/settings.h"
#include "crypto/certificate.h"
#include "oauth/authorization_code.h"
#include "oauth/client_credentials.h"
#include "oauth/device_authorization.h"
#include "oauth/jwt_bearer.h"
#include "oauth/oauth1_header.h"
#include "oauth/outgoing_policy.h"
#include "oauth/password_grant.h"
#include "oauth/token_exchange.h"
#include "vault/bearer_requests.h"
#include "vault/client_certificates.h"
#include "vault/client_keys.h"
#include "vault/consumer_secrets.h"
#include "vault/dpop_keys.h"
#include "vault/field_rules.h"
#include "vault/issuer_metadata.h"
#include "vault/resource_rules.h"
#include "vault/service_account_keys.h"
#include "vault/usable_credentials.h"
#include "vault/verification_settings.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kMaxAllowedAddresses = 64;
constexpr std::int64_t kLongestKeepAliveDays = 365;
constexpr std::int64_t kLongestVerifyHours = 8760;

Error refused(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

catalogue::SupportedAccounts to_catalogue(SupportedAccounts value) {
  switch (value) {
    case SupportedAccounts::kThisDirectoryOnly:
      return catalogue::SupportedAccounts::kThisDirectoryOnly;
    case SupportedAccounts::kAnyDirectory:
      return catalogue::SupportedAccounts::kAnyDirectory;
    case SupportedAccounts::kWithPersonalAccounts:
      break;
  }
  return catalogue::SupportedAccounts::kWithPersonalAccounts;
}

template <class T>
void take(const std::optional<T>& given, T& field) {
  if (given) field = *given;
}

bool touches_provider_side(const TargetSystemFields& fields) {
  return fields.oauth_enabled || fields.service_provider || fields.grant || fields.callback ||
         fields.client_authentication || fields.consumer_key || fields.scopes || fields.resources ||
         fields.endpoint_parameters || fields.trusted_ca_pem || fields.allowed_addresses ||
         fields.supported_accounts || fields.default_tenant || fields.proxy ||
         fields.proxy_credentials || fields.dpop || fields.signature_method ||
         fields.protected_resource;
}

Status take_names(const TargetSystemFields& fields, bool is_new, TargetSystem& system) {
  if (fields.name || is_new) {
    STRONGROOM_TRY(system.name, clean_name(fields.name.value_or(""), "/name"));
  }
  if (fields.owner) {
    STRONGROOM_TRY(system.owner, clean_owner(*fields.owner));
  }
  if (fields.description) {
    STRONGROOM_CHECK(check_description(*fields.description));
    system.description = *fields.description;
  }
  if (fields.tags) {
    STRONGROOM_TRY(system.tags, clean_tags(*fields.tags));
  }
  if (fields.keep_alive_days) {
    if (*fields.keep_alive_days < 0 || *fields.keep_alive_days > kLongestKeepAliveDays) {
      return refused("This must be 0 to 365 days.", "/keep_alive_days");
    }
    system.keep_alive_days = *fields.keep_alive_days;
  }
  if (fields.verify_every_hours) {
    if (*fields.verify_every_hours < 0 || *fields.verify_every_hours > kLongestVerifyHours) {
      return refused("This must be 0 to 8760 hours.", "/verify_every_hours");
    }
    system.verify_every_hours = *fields.verify_every_hours;
  }
  return {};
}

// Credentials belong to the proxy that they were entered for: another one does not get them.
void take_proxy(const TargetSystemFields& fields, TargetSystem& system) {
  if (fields.proxy && *fields.proxy != system.proxy) {
    system.proxy = *fields.proxy;
    system.has_proxy_credentials = false;
  }
  if (!fields.proxy_credentials) return;
  system.has_proxy_credentials = fields.proxy_credentials->has_value();
  if (system.has_proxy_credentials) ++system.proxy_credentials_generation;
}

Status check_proxy(const TargetSystemFields& fields, const TargetSystem& system) {
  STRONGROOM_CHECK(oauth::check_proxy(system.proxy));
  if (!fields.proxy_credentials || !*fields.proxy_credentials) return {};
  if (!oauth::is_proxy_url(system.proxy)) {
    return refused("There are credentials, and no proxy of the target system's own.",
                   "/proxy_credentials");
  }
  return oauth::check_proxy_credentials(**fields.proxy_credentials);
}

void take_provider_side(const TargetSystemFields& fields, TargetSystem& system) {
  take(fields.oauth_enabled, system.oauth_enabled);
  take(fields.service_provider, system.service_provider);
  take(fields.grant, system.grant);
  take(fields.callback, system.callback);
  take(fields.client_authentication, system.client_authentication);
  take(fields.consumer_key, system.consumer_key);
  take(fields.scopes, system.scopes);
  take(fields.resources, system.resources);
  take(fields.endpoint_parameters, system.endpoint_parameters);
  take(fields.trusted_ca_pem, system.trusted_ca_pem);
  take(fields.allowed_addresses, system.allowed_addresses);
  take(fields.dpop, system.dpop);
  take_proxy(fields, system);
  take(fields.supported_accounts, system.supported_accounts);
  take(fields.default_tenant, system.default_tenant);
  take(fields.signature_method, system.signature_method);
  // With another grant it says nothing.
  if (system.grant != GrantFlow::kOauth1 && !fields.signature_method) {
    system.signature_method.clear();
  }
  // An emptied box of a form is a value that is not given.
  std::erase_if(system.endpoint_parameters, [](const auto& entry) { return entry.second.empty(); });
}

// Of which kinds they will be decides how clients prove who they are; nothing more is known before
// they are sealed.
void take_kinds_of_credentials(const TargetSystemFields& fields, TargetSystem& system) {
  if (!fields.consumer_secrets && !fields.client_keys && !fields.client_certificates) return;
  const auto count = [](const auto& given) { return given ? given->size() : 0; };
  system.consumer_secrets.assign(count(fields.consumer_secrets), {});
  system.client_keys.assign(count(fields.client_keys), {});
  system.client_certificates.assign(count(fields.client_certificates), {});
}

Status check_network(const TargetSystem& system) {
  if (!system.trusted_ca_pem.empty()) {
    if (auto checked = crypto::check_pem_certificates(system.trusted_ca_pem); !checked) {
      return std::move(checked).error().at("/trusted_ca_pem");
    }
  }
  if (system.allowed_addresses.size() > kMaxAllowedAddresses) {
    return refused("There are more than 64 address ranges.", "/allowed_addresses");
  }
  return oauth::check_allowed_addresses(system.allowed_addresses);
}

// "This directory only" may leave the tenant to the clients; one that is given must be concrete.
Status check_accounts(const catalogue::Provider& provider, TargetSystem& system) {
  STRONGROOM_TRY(system.default_tenant,
                 catalogue::clean_tenant(provider, to_catalogue(system.grant),
                                         system.default_tenant, "/default_tenant"));
  if (!system.supported_accounts) return {};
  const auto wanted = to_catalogue(*system.supported_accounts);
  if (!provider.tenant || std::ranges::find(provider.tenant->supported_accounts, wanted) ==
                              provider.tenant->supported_accounts.end()) {
    return refused("The service provider does not have this choice.", "/supported_accounts");
  }
  return {};
}

// What a paste brings along would be sent to the provider, and refused there.
Status check_consumer_key(std::string_view key) {
  if (!key.starts_with(' ') && !key.ends_with(' ')) return {};
  return refused("The consumer key has white space around it: paste it without.", "/consumer_key");
}

Error not_offered(GrantFlow grant) {
  if (needs_person(grant)) {
    return refused("Nobody can sign in at this service provider.", "/grant");
  }
  if (grant == GrantFlow::kJwtBearer) {
    return refused("This service provider does not issue tokens for signed assertions.", "/grant");
  }
  if (grant == GrantFlow::kTokenExchange) {
    return refused("This service provider does not issue tokens in exchange for others.", "/grant");
  }
  return refused(
      "This service provider does not issue tokens for client credentials: a person has to sign in "
      "there.",
      "/grant");
}

Status check_signature_method(const catalogue::Provider& provider, const TargetSystem& system) {
  if (system.grant == GrantFlow::kOauth1) {
    STRONGROOM_CHECK(catalogue::choose_signature_method(provider, system.signature_method));
    return {};
  }
  if (system.signature_method.empty()) return {};
  return refused("Requests are signed with OAuth 1.0a alone.", "/signature_method");
}

// What is entered of OAuth 1.0a.
Status check_signed_flow(const catalogue::Provider& provider, const TargetSystem& system) {
  if (!system.consumer_key.empty()) {
    STRONGROOM_CHECK(oauth::check_oauth1_consumer_key(system.consumer_key));
  }
  STRONGROOM_CHECK(catalogue::check_parameters(provider, system.endpoint_parameters));
  STRONGROOM_CHECK(catalogue::expand_temporary_credentials_endpoint(
      provider, system.endpoint_parameters, system.default_tenant));
  STRONGROOM_CHECK(catalogue::check_scopes(provider, catalogue::Grant::kOauth1, system.scopes));
  return {};
}

// Of a server whose metadata is known: an entry lists what some have.
Status check_public(const catalogue::Provider& complete, const TargetSystem& system) {
  if (system.client_authentication != ClientAuthentication::kNone ||
      complete.offers(catalogue::ClientAuthentication::kNone)) {
    return {};
  }
  return refused(
      "A client without a secret needs PKCE, and the service provider's metadata does not list "
      "S256 among its code_challenge_methods_supported.",
      "/client_authentication");
}

Status check_provider_side(const catalogue::Catalogue& catalogue, TargetSystem& system) {
  if (!system.oauth_enabled && system.service_provider.empty()) return {};
  const catalogue::ProviderPtr provider = catalogue.find(system.service_provider);
  if (provider == nullptr) {
    return refused("The catalogue has no such service provider.", "/service_provider");
  }
  if (!provider->offers(to_catalogue(system.grant))) return not_offered(system.grant);
  STRONGROOM_CHECK(check_accounts(*provider, system));
  STRONGROOM_CHECK(check_consumer_key(system.consumer_key));
  if (provider->discovery && !issuer_of(system).empty()) {
    auto checked = oauth::check_issuer(issuer_of(system));
    if (!checked) return std::move(checked).error().at("/endpoint_parameters/issuer");
  }
  STRONGROOM_CHECK(check_grant(*provider, system));
  STRONGROOM_CHECK(check_signature_method(*provider, system));
  STRONGROOM_CHECK(catalogue::check_resources(*provider, system.resources));
  STRONGROOM_CHECK(check_protected_resource(*provider, system));
  // Of another issuer it is judged when its metadata was read.
  const bool is_known = !provider->discovery ||
                        (system.metadata && system.metadata->accepted.issuer == issuer_of(system));
  if (is_known) {
    STRONGROOM_TRY(const catalogue::Provider complete, complete_provider(*provider, system));
    STRONGROOM_CHECK(check_dpop(complete, system));
    STRONGROOM_CHECK(check_public(complete, system));
  }
  if (system.grant == GrantFlow::kJwtBearer && !system.resources.empty()) {
    return refused("With signed assertions, no token is asked for for one resource alone.",
                   "/resources");
  }
  return check_network(system);
}

}  // namespace

catalogue::Grant to_catalogue(GrantFlow value) {
  switch (value) {
    case GrantFlow::kAuthorizationCode:
      return catalogue::Grant::kAuthorizationCode;
    case GrantFlow::kJwtBearer:
      return catalogue::Grant::kJwtBearer;
    case GrantFlow::kDeviceCode:
      return catalogue::Grant::kDeviceCode;
    case GrantFlow::kOauth1:
      return catalogue::Grant::kOauth1;
    case GrantFlow::kTokenExchange:
      return catalogue::Grant::kTokenExchange;
    case GrantFlow::kPassword:
      return catalogue::Grant::kPassword;
    case GrantFlow::kClientCredentials:
      break;
  }
  return catalogue::Grant::kClientCredentials;
}

std::optional<catalogue::ClientAuthentication> to_catalogue(ClientAuthentication value) {
  switch (value) {
    case ClientAuthentication::kProviderDefault:
      break;
    case ClientAuthentication::kBasic:
      return catalogue::ClientAuthentication::kClientSecretBasic;
    case ClientAuthentication::kPost:
      return catalogue::ClientAuthentication::kClientSecretPost;
    case ClientAuthentication::kSecretJwt:
      return catalogue::ClientAuthentication::kClientSecretJwt;
    case ClientAuthentication::kPrivateKeyJwt:
      return catalogue::ClientAuthentication::kPrivateKeyJwt;
    case ClientAuthentication::kTls:
      return catalogue::ClientAuthentication::kTlsClientAuth;
    case ClientAuthentication::kSelfSignedTls:
      return catalogue::ClientAuthentication::kSelfSignedTlsClientAuth;
    case ClientAuthentication::kNone:
      return catalogue::ClientAuthentication::kNone;
  }
  return std::nullopt;
}

Status check_grant(const catalogue::Provider& provider, const TargetSystem& system) {
  if (system.grant == GrantFlow::kOauth1) return check_signed_flow(provider, system);
  const auto check = [&] {
    switch (system.grant) {
      case GrantFlow::kJwtBearer:
        return &oauth::check_jwt_bearer;
      case GrantFlow::kTokenExchange:
        return &oauth::check_token_exchange;
      case GrantFlow::kAuthorizationCode:
        return &oauth::check_sign_in;
      case GrantFlow::kDeviceCode:
        return &oauth::check_device_sign_in;
      case GrantFlow::kPassword:
        return &oauth::check_password_grant;
      default:
        return &oauth::check_client_credentials;
    }
  }();
  // Where there is an issuer, its server may give one when the target system is registered.
  const bool key_may_come = system.consumer_key.empty() && !issuer_of(system).empty();
  const std::string_view key = key_may_come ? "to come" : std::string_view(system.consumer_key);
  return check(provider, system.endpoint_parameters, system.default_tenant, key,
               to_catalogue(system.client_authentication), system.scopes, false);
}

std::vector<std::string> missing_settings(const catalogue::Catalogue& catalogue,
                                          const TargetSystem& system) {
  std::vector<std::string> missing;
  const catalogue::ProviderPtr provider = catalogue.find(system.service_provider);
  if (!system.oauth_enabled || provider == nullptr) return {"service_provider"};
  if (system.consumer_key.empty()) missing.emplace_back("consumer_key");
  if (system.grant == GrantFlow::kOauth1) {
    const bool has_it = signs_with_rsa(*provider, system) ? !system.client_keys.empty()
                                                          : !system.consumer_secrets.empty();
    if (!has_it) {
      missing.emplace_back(signs_with_rsa(*provider, system) ? "client_key" : "consumer_secret");
    }
    return missing;
  }
  const auto method = method_in_use(catalogue, system);
  if (needs_proof_besides(*provider, system) && system.client_keys.empty()) {
    missing.emplace_back("client_key");
  }
  const bool signs_grant = system.grant == GrantFlow::kJwtBearer;
  const bool by_certificate =
      method && (catalogue::is_mutual_tls(*method) ||
                 (*method == catalogue::ClientAuthentication::kPrivateKeyJwt && !signs_grant &&
                  wants_certificate(*provider)));
  if (by_certificate) {
    if (system.client_certificates.empty()) missing.emplace_back("client_certificate");
  } else if (method == catalogue::ClientAuthentication::kPrivateKeyJwt) {
    if (system.client_keys.empty() && system.client_certificates.empty()) {
      missing.emplace_back("client_key");
    }
  } else if (system.consumer_secrets.empty() && method != catalogue::ClientAuthentication::kNone) {
    missing.emplace_back("consumer_secret");
  }
  return missing;
}

Result<TargetSystem> with_fields(const catalogue::Catalogue& catalogue, TargetSystem system,
                                 const TargetSystemFields& fields, bool is_new) {
  STRONGROOM_CHECK(take_names(fields, is_new, system));
  STRONGROOM_TRY(const auto account, account_of_key_files(fields));
  if (is_new || account || touches_provider_side(fields)) {
    take_provider_side(fields, system);
    if (fields.protected_resource) {
      STRONGROOM_TRY(
          system.protected_resource,
          clean_protected_resource(*fields.protected_resource, system.protected_resource));
    }
    if (account) system.consumer_key = *account;
    STRONGROOM_CHECK(check_provider_side(catalogue, system));
    STRONGROOM_CHECK(check_proxy(fields, system));
  }
  if (is_new || fields.verify_every_hours || touches_provider_side(fields)) {
    STRONGROOM_CHECK(check_verification_settings(catalogue, system));
  }
  take_kinds_of_credentials(fields, system);
  if (fields.consumer_secrets) {
    STRONGROOM_CHECK(
        check_consumer_secrets(*fields.consumer_secrets, system.client_authentication));
  }
  if (fields.client_keys) STRONGROOM_CHECK(check_client_keys(*fields.client_keys));
  if (fields.client_certificates) {
    STRONGROOM_CHECK(check_client_certificates(*fields.client_certificates));
  }
  return system;
}

std::vector<std::string> touched_fields(const TargetSystem& before, const TargetSystem& after) {
  std::vector<std::string> fields;
  const auto note = [&](bool differs, const char* name) {
    if (differs) fields.emplace_back(name);
  };
  note(before.name != after.name, "name");
  note(before.service_provider != after.service_provider, "service_provider");
  note(before.oauth_enabled != after.oauth_enabled, "oauth_enabled");
  note(before.grant != after.grant, "grant");
  note(before.callback != after.callback, "callback");
  note(before.client_authentication != after.client_authentication, "client_authentication");
  note(before.consumer_key != after.consumer_key, "consumer_key");
  note(before.scopes != after.scopes, "scopes");
  note(before.resources != after.resources, "resources");
  note(before.endpoint_parameters != after.endpoint_parameters, "endpoint_parameters");
  note(before.trusted_ca_pem != after.trusted_ca_pem, "trusted_ca_pem");
  note(before.allowed_addresses != after.allowed_addresses, "allowed_addresses");
  note(before.proxy != after.proxy, "proxy");
  note(before.has_proxy_credentials != after.has_proxy_credentials ||
           before.proxy_credentials_generation != after.proxy_credentials_generation,
       "proxy_credentials");
  note(before.owner.name != after.owner.name || before.owner.email != after.owner.email, "owner");
  note(before.description != after.description, "description");
  note(before.tags != after.tags, "tags");
  note(before.supported_accounts != after.supported_accounts, "supported_accounts");
  note(before.default_tenant != after.default_tenant, "default_tenant");
  note(before.keep_alive_days != after.keep_alive_days, "keep_alive_days");
  note(before.verify_every_hours != after.verify_every_hours, "verify_every_hours");
  note(before.dpop != after.dpop, "dpop");
  note(before.signature_method != after.signature_method, "signature_method");
  note(before.protected_resource != after.protected_resource, "protected_resource");
  return fields;
}

StaleTokens stale_tokens(const TargetSystem& before, const TargetSystem& after) {
  const bool same_request =
      before.service_provider == after.service_provider && before.grant == after.grant &&
      before.client_authentication == after.client_authentication &&
      before.consumer_key == after.consumer_key && before.scopes == after.scopes &&
      before.dpop == after.dpop && before.endpoint_parameters == after.endpoint_parameters &&
      before.protected_resource == after.protected_resource;
  if (!same_request) return StaleTokens::kAll;
  return before.default_tenant == after.default_tenant ? StaleTokens::kNobodys
                                                       : StaleTokens::kOfClientsWithoutTenant;
}

}  // namespace strongroom::vault
