#include "vault/issuer_keys.h"

#include <utility>

#include "oauth/token_failure.h"
#include "vault/destination.h"
#include "vault/outgoing_request.h"

namespace strongroom::vault {
namespace {

constexpr std::size_t kMostKept = 256;

Error not_read_just_now() {
  return Error{Code::kUnavailable, "The issuer's keys could not be read a moment ago."};
}

}  // namespace

std::string IssuerKeys::name_of(const TargetSystem& system, const std::string& jwks_uri) const {
  return system.id.text() + destination_digest(context_.catalogue, system) + jwks_uri;
}

Result<IssuerKeys::Keys> IssuerKeys::fetch(const storage::TargetSystemRow& row,
                                           const TargetSystem& system,
                                           const std::string& jwks_uri) {
  oauth::TokenRequest request = oauth::key_set_request(jwks_uri);
  STRONGROOM_CHECK(restrict_request(context_, row, system, request));
  auto fetched = client_.read_and_wait(std::move(request));
  if (!fetched) return oauth::as_error(fetched.error());
  return Keys(std::make_shared<const crypto::JwkSet>(*std::move(fetched)));
}

Result<IssuerKeys::Keys> IssuerKeys::find(const storage::TargetSystemRow& row,
                                          const TargetSystem& system, const std::string& jwks_uri,
                                          bool unknown_key, AfterFailure after) {
  const std::string name = name_of(system, jwks_uri);
  const BootTime now = context_.clock.boot_now();
  {
    const auto kept = kept_.lock();
    const auto found = kept->find(name);
    if (found != kept->end()) {
      const Kept& known = found->second;
      const Milliseconds limit = unknown_key ? kSoonest : kLifetime;
      if (known.keys && now - known.at < limit) return known.keys;
      const bool failed_just_now = known.failed_at && now - *known.failed_at < kSoonest;
      if (failed_just_now && after == AfterFailure::kFails) return not_read_just_now();
    }
  }
  auto fetched = fetch(row, system, jwks_uri);
  const auto kept = kept_.lock();
  // They are fetched anew when they are needed.
  if (kept->size() >= kMostKept && !kept->contains(name)) kept->clear();
  Kept& known = (*kept)[name];
  if (fetched) {
    known = Kept{*fetched, now};
  } else {
    known.failed_at = context_.clock.boot_now();
  }
  return fetched;
}

Result<oauth::IdToken> IssuerKeys::validate(const storage::TargetSystemRow& row,
                                            const TargetSystem& system, const std::string& jwks_uri,
                                            const oauth::IdTokenText& token,
                                            const oauth::IdTokenExpectation& expected,
                                            AfterFailure after) {
  const auto validate_with = [&](bool unknown_key) -> Result<oauth::IdToken> {
    STRONGROOM_TRY(const Keys keys, find(row, system, jwks_uri, unknown_key, after));
    return oauth::validate_id_token(token.reveal(), *keys, expected);
  };
  auto validated = validate_with(/*unknown_key=*/false);
  const bool is_new_key = !validated && validated.error().problem.view() == "unknown_signing_key";
  return is_new_key ? validate_with(/*unknown_key=*/true) : std::move(validated);
}

}  // namespace strongroom::vault
