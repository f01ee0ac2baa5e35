#include "vault/registration_parts.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace strongroom::vault {

using oauth::RegisteredClient;
using storage::RegistrationRow;

namespace {

// A secret is renewed when a third of its life is left, or two weeks.
constexpr Milliseconds kRenewBefore = std::chrono::hours(14 * 24);
constexpr Milliseconds kShortestPause = std::chrono::minutes(1);

bool can_register(GrantFlow grant) {
  return grant == GrantFlow::kClientCredentials || grant == GrantFlow::kAuthorizationCode ||
         grant == GrantFlow::kDeviceCode;
}

// Keys and certificates stay, whatever becomes of the secrets.
void keep_keys(const TargetSystem& system, TargetSystemFields& fields) {
  std::vector<NewClientKey> keys;
  keys.reserve(system.client_keys.size());
  for (const ClientKeyInfo& key : system.client_keys) keys.push_back({.keep = key.id});
  std::vector<NewClientCertificate> certificates;
  certificates.reserve(system.client_certificates.size());
  for (const ClientCertificateInfo& one : system.client_certificates) {
    certificates.push_back({.keep = one.id});
  }
  fields.client_keys = std::move(keys);
  fields.client_certificates = std::move(certificates);
}

}  // namespace

Status check_can_register(const TargetSystem& system, const catalogue::Provider* entry) {
  if (!system.oauth_enabled || entry == nullptr || !entry->discovery) {
    return registration_conflict("Only a target system with an issuer can register by itself.",
                                 "no_issuer");
  }
  if (!system.metadata) {
    return registration_conflict("Nothing is known of the issuer: have its metadata read first.",
                                 "no_metadata");
  }
  if (system.metadata->pending) {
    return registration_conflict(
        "What the issuer says now moves trust, and waits for approval: nobody registers there "
        "until then.",
        "pending_metadata");
  }
  if (!can_register(system.grant)) {
    return registration_conflict(
        "With this grant a client is registered at the service provider by hand.",
        "no_registration");
  }
  if (system.grant == GrantFlow::kAuthorizationCode && system.callback != Callback::kOwn) {
    return registration_conflict(
        "Who registers by itself has a callback of its own: choose that one first.",
        "callback_not_own");
  }
  return {};
}

std::optional<WallTime> renewal_of(const RegistrationRow& row, WallTime now) {
  if (!row.secret_expires_at || !row.sealed_access_token) return std::nullopt;
  const Milliseconds left = *row.secret_expires_at - now;
  return std::max(now + kShortestPause, *row.secret_expires_at - std::min(kRenewBefore, left / 3));
}

void take_secret(const TargetSystem& system, RegisteredClient& client, TargetSystemFields& fields) {
  const bool by_secret = fields.client_authentication == ClientAuthentication::kBasic ||
                         fields.client_authentication == ClientAuthentication::kPost;
  if (!by_secret && system.consumer_secrets.empty()) return;
  fields.consumer_secrets.emplace();
  if (by_secret && client.secret) {
    fields.consumer_secrets->push_back(
        {.value = *std::move(client.secret), .expires_on = client.secret_expires_at});
  }
  keep_keys(system, fields);
}

}  // namespace strongroom::vault
