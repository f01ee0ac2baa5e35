#include "vault/credential_requests.h"

#include <optional>
#include <span>
#include <string>
#include <utility>

#include "vault/client_certificates.h"
#include "vault/client_keys.h"
#include "vault/consumer_secrets.h"
#include "vault/outgoing_request.h"
#include "vault/target_system_rules.h"
#include "vault/usable_credentials.h"

namespace strongroom::vault {
namespace {

// Whom an assertion is made out to: the issuer whose metadata was read and accepted.
std::string_view issuer_in_use(const TargetSystem& system) {
  return system.metadata ? std::string_view(system.metadata->accepted.issuer) : std::string_view();
}

std::optional<std::span<const std::string>> algorithms_in_use(const TargetSystem& system) {
  if (!system.metadata || !system.metadata->accepted.auth_algorithms) return std::nullopt;
  return std::span<const std::string>(*system.metadata->accepted.auth_algorithms);
}

// One of these three.
struct Credential {
  const oauth::ConsumerSecret* secret = nullptr;
  const oauth::AssertionKey* key = nullptr;
  const crypto::KeyAndCertificate* certificate = nullptr;
};

Result<oauth::TokenRequest> build_with(const RequestParts& parts, const GrantBuilder& build,
                                       const Credential& credential) {
  STRONGROOM_TRY(oauth::TokenRequest request,
                 build({.provider = parts.provider,
                        .parameters = parts.system.endpoint_parameters,
                        .tenant = parts.tenant,
                        .consumer_key = parts.system.consumer_key,
                        .consumer_secret = credential.secret,
                        .key = credential.key,
                        .certificate = credential.certificate,
                        .authentication = to_catalogue(parts.system.client_authentication),
                        .random = parts.context.random,
                        .now = parts.context.clock.now(),
                        .issuer = issuer_in_use(parts.system),
                        .server_algorithms = algorithms_in_use(parts.system)}));
  STRONGROOM_CHECK(restrict_request(parts.context, parts.row, parts.system, request));
  return request;
}

// It was judged when it was entered, and may have been entered for another method; and what the row
// shows of its dates is not sealed.
Status check_certificate(const RequestParts& parts, const crypto::KeyAndCertificate& pair,
                         bool for_tls) {
  const auto use = for_tls ? crypto::CertificateUse::kTlsClient : crypto::CertificateUse::kSigning;
  const Status usable = pair.certificate.check(pair.key, use, parts.context.clock.now());
  if (usable) return {};
  Error error = usable.error();
  error.code = Code::kConflict;
  return std::move(error).at("/client_certificates");
}

// A provider knows the key by its certificate, where its entry says so, and by its id otherwise.
Result<oauth::TokenRequest> build_with_certificate(const RequestParts& parts,
                                                   const GrantBuilder& build,
                                                   const storage::ConsumerSecretRow& credential) {
  STRONGROOM_TRY(
      const crypto::KeyAndCertificate pair,
      open_client_certificate(parts.context.sealer, parts.row, credential, parts.context.tokens));
  const auto method = oauth::authentication_method(
      parts.provider, to_catalogue(parts.system.client_authentication));
  const bool for_tls = !parts.signs_grant && catalogue::is_mutual_tls(method);
  STRONGROOM_CHECK(check_certificate(parts, pair, for_tls));
  if (for_tls) return build_with(parts, build, {.certificate = &pair});
  const std::string x5t = pair.certificate.x5t();
  const std::string x5t_s256 = pair.certificate.x5t_s256();
  const bool by_thumbprint = !parts.signs_grant && wants_certificate(parts.provider);
  const std::string_view kid =
      by_thumbprint ? std::string_view() : std::string_view(credential.key_id);
  const oauth::AssertionKey assertion_key{
      .key = pair.key, .kid = kid, .x5t = x5t, .x5t_s256 = x5t_s256};
  return build_with(parts, build, {.key = &assertion_key});
}

}  // namespace

// Credentials and where they may go are settled here and nowhere else.
Result<oauth::TokenRequest> build_with_credential(const RequestParts& parts,
                                                  const storage::ConsumerSecretRow& credential,
                                                  const GrantBuilder& build) {
  if (credential.kind == kNoCredential) return build_with(parts, build, {});
  const crypto::Sealer& sealer = parts.context.sealer;
  if (credential.kind == storage::kKeyKind) {
    STRONGROOM_TRY(const crypto::PrivateKey key,
                   open_client_key(sealer, parts.row, credential, parts.context.tokens));
    const oauth::AssertionKey assertion_key{
        .key = key, .kid = credential.key_id, .x5t = {}, .x5t_s256 = {}};
    return build_with(parts, build, {.key = &assertion_key});
  }
  if (credential.kind == storage::kCertificateKind) {
    return build_with_certificate(parts, build, credential);
  }
  STRONGROOM_TRY(const oauth::ConsumerSecret secret,
                 open_consumer_secret(sealer, parts.row, credential));
  return build_with(parts, build, {.secret = &secret});
}

}  // namespace strongroom::vault
