#include "vault/usable_credentials.h"

#include <algorithm>
#include <cstdint>

#include "catalogue/oauth1_settings.h"
#include "oauth/client_credentials.h"
#include "vault/bearer_requests.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

using storage::ConsumerSecretRow;

bool is_certificate(const ConsumerSecretRow& row) { return row.kind == storage::kCertificateKind; }

enum class Proof : std::uint8_t { kSecret, kKey, kCertificate, kKeyAlone, kNothing };

Proof proof_of(const catalogue::Provider& provider, const TargetSystem& system) {
  if (system.grant == GrantFlow::kOauth1) {
    return signs_with_rsa(provider, system) ? Proof::kKey : Proof::kSecret;
  }
  const auto method =
      oauth::authentication_method(provider, to_catalogue(system.client_authentication));
  if (catalogue::is_mutual_tls(method)) return Proof::kCertificate;
  if (method == catalogue::ClientAuthentication::kNone) return Proof::kNothing;
  if (method != catalogue::ClientAuthentication::kPrivateKeyJwt) return Proof::kSecret;
  return wants_certificate(provider) ? Proof::kCertificate : Proof::kKey;
}

// Where the client also proves who it is, a certificate may be what it does that with.
Proof needed_for_grant(const catalogue::Provider& provider, const TargetSystem& system) {
  if (system.grant != GrantFlow::kJwtBearer) return proof_of(provider, system);
  return needs_proof_besides(provider, system) ? Proof::kKeyAlone : Proof::kKey;
}

bool fits(Proof proof, const ConsumerSecretRow& row) {
  switch (proof) {
    case Proof::kSecret:
      return row.kind == storage::kSecretKind;
    case Proof::kKey:
      return is_certificate(row) || row.kind == storage::kKeyKind;
    case Proof::kCertificate:
      return is_certificate(row);
    case Proof::kKeyAlone:
      return row.kind == storage::kKeyKind;
    case Proof::kNothing:
      return false;
  }
  return false;
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

Error none_there(Proof proof) {
  switch (proof) {
    case Proof::kSecret:
    case Proof::kNothing:
      break;
    case Proof::kKey:
    case Proof::kKeyAlone:
      return Error{
          Code::kConflict, "The target system has no client key yet.", {}, "no_client_key"};
    case Proof::kCertificate:
      return Error{Code::kConflict,
                   "The target system has no client certificate yet.",
                   {},
                   "no_client_certificate"};
  }
  return Error{
      Code::kConflict, "The target system has no consumer secret yet.", {}, "no_consumer_secret"};
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

Status keep(Proof proof, WallTime now, std::vector<ConsumerSecretRow>& credentials) {
  if (proof == Proof::kNothing) {
    credentials.assign(1, ConsumerSecretRow{});
    credentials.front().kind = kNoCredential;
    return {};
  }
  std::erase_if(credentials, [&](const auto& row) { return !fits(proof, row); });
  if (credentials.empty()) return none_there(proof);
  std::vector<ConsumerSecretRow> valid;
  for (ConsumerSecretRow& row : credentials) {
    if (is_valid(row, now)) valid.push_back(row);
  }
  if (valid.empty()) return none_valid(credentials.front(), now);
  credentials = std::move(valid);
  return {};
}

}  // namespace

bool wants_certificate(const catalogue::Provider& provider) {
  return provider.client_assertion && !provider.client_assertion->thumbprints.empty();
}

bool signs_with_rsa(const catalogue::Provider& provider, const TargetSystem& system) {
  const auto method = catalogue::choose_signature_method(provider, system.signature_method);
  return method && *method == catalogue::SignatureMethod::kRsaSha1;
}

Status keep_usable(const catalogue::Provider& provider, const TargetSystem& system, WallTime now,
                   std::vector<ConsumerSecretRow>& credentials) {
  return keep(needed_for_grant(provider, system), now, credentials);
}

Status keep_proofs(const catalogue::Provider& provider, const TargetSystem& system, WallTime now,
                   std::vector<ConsumerSecretRow>& credentials) {
  return keep(proof_of(provider, system), now, credentials);
}

std::optional<WallTime> credentials_end(const catalogue::Provider& provider,
                                        const TargetSystem& system,
                                        const std::vector<ConsumerSecretRow>& credentials) {
  const Proof proof = needed_for_grant(provider, system);
  std::optional<WallTime> end;
  for (const ConsumerSecretRow& row : credentials) {
    if (!fits(proof, row)) continue;
    if (!row.expires_on) return std::nullopt;
    end = std::max(end.value_or(*row.expires_on), *row.expires_on);
  }
  return end;
}

}  // namespace strongroom::vault
