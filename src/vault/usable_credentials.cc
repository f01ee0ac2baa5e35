#include "vault/usable_credentials.h"

#include "oauth/client_credentials.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

using storage::ConsumerSecretRow;

bool is_certificate(const ConsumerSecretRow& row) { return row.kind == storage::kCertificateKind; }

bool proves_with_key(const catalogue::Provider& provider, const TargetSystem& system) {
  return oauth::authentication_method(provider, to_catalogue(system.client_authentication)) ==
         catalogue::ClientAuthentication::kPrivateKeyJwt;
}

bool fits_method(const catalogue::Provider& provider, bool by_key, const ConsumerSecretRow& row) {
  if (!by_key) return row.kind == storage::kSecretKind;
  return is_certificate(row) || (row.kind == storage::kKeyKind && !wants_certificate(provider));
}

bool has_begun(const ConsumerSecretRow& row, WallTime now) {
  return !row.not_before || *row.not_before <= now;
}

// A secret or key that is said to expire is tried all the same: only certificates say it
// themselves.
bool is_valid(const ConsumerSecretRow& row, WallTime now) {
  return !is_certificate(row) ||
         (has_begun(row, now) && (!row.expires_on || now <= *row.expires_on));
}

Error none_there(const catalogue::Provider& provider, bool by_key) {
  if (!by_key) {
    return Error{
        Code::kConflict, "The target system has no consumer secret yet.", {}, "no_consumer_secret"};
  }
  if (wants_certificate(provider)) {
    return Error{Code::kConflict,
                 "The target system has no client certificate yet.",
                 {},
                 "no_client_certificate"};
  }
  return Error{Code::kConflict, "The target system has no client key yet.", {}, "no_client_key"};
}

// `row`: one of those that are not valid.
Error none_valid(const ConsumerSecretRow& row, WallTime now) {
  if (!has_begun(row, now)) {
    return Error{Code::kConflict,
                 "No client certificate of the target system is valid yet. Enter one that is.",
                 {},
                 kCertificateExpired}
        .with("not_before", *row.not_before);
  }
  return Error{Code::kConflict,
               "The target system's client certificate has expired. Enter a new one.",
               {},
               kCertificateExpired}
      .with("not_after", row.expires_on.value_or(now));
}

}  // namespace

bool wants_certificate(const catalogue::Provider& provider) {
  return provider.client_assertion && !provider.client_assertion->thumbprints.empty();
}

Status keep_usable(const catalogue::Provider& provider, const TargetSystem& system, WallTime now,
                   std::vector<ConsumerSecretRow>& credentials) {
  const bool by_key = proves_with_key(provider, system);
  std::erase_if(credentials, [&](const auto& row) { return !fits_method(provider, by_key, row); });
  if (credentials.empty()) return none_there(provider, by_key);
  std::vector<ConsumerSecretRow> valid;
  for (ConsumerSecretRow& row : credentials) {
    if (is_valid(row, now)) valid.push_back(row);
  }
  if (valid.empty()) return none_valid(credentials.front(), now);
  credentials = std::move(valid);
  return {};
}

}  // namespace strongroom::vault
