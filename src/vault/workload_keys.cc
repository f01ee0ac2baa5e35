#include "vault/workload_keys.h"

#include <utility>

#include "oauth/outgoing_policy.h"
#include "oauth/token_failure.h"
#include "oauth/workload_issuer.h"
#include "vault/json_texts.h"
#include "vault/row_mac.h"

namespace strongroom::vault {

std::string WorkloadKeys::source_of(const RobotIdentity& identity) {
  FieldText fields;
  fields.add(identity.issuer).add(identity.jwks_uri).add(identity.trusted_ca_pem);
  return fields.add(to_json(identity.allowed_addresses)).text();
}

// Whether what is known now is all that is to be had.
bool WorkloadKeys::is_settled(const Kept& known, bool unknown_key) const {
  const BootTime now = context_.clock.boot_now();
  if (known.tried_at && now - *known.tried_at < kSoonest) return true;
  return known.keys && !unknown_key && now - *known.read_at < kLifetime;
}

void WorkloadKeys::find(const RobotIdentity& identity, bool unknown_key, Ready ready) {
  const std::string source = source_of(identity);
  Keys settled;
  {
    const auto kept = kept_.lock();
    Kept& known = (*kept)[source];  // as many as people configured
    if (!is_settled(known, unknown_key) || known.is_flying) {
      known.waiting.push_back(std::move(ready));
      if (std::exchange(known.is_flying, true)) return;
    } else {
      settled = known.keys;
    }
  }
  if (ready) return ready(settled);
  if (!workers_([this, identity] { fetch(identity); })) landed(source, nullptr);
}

void WorkloadKeys::fetch(const RobotIdentity& identity) {
  auto keys = read(identity);
  if (!keys)
    context_.log.failed("The keys of an issuer of workload tokens could not be read.",
                        keys.error());
  landed(source_of(identity), keys ? *std::move(keys) : nullptr);
}

void WorkloadKeys::landed(const std::string& source, Keys keys) {
  std::vector<Ready> waiting;
  Keys served;
  {
    const auto kept = kept_.lock();
    Kept& known = (*kept)[source];
    const BootTime now = context_.clock.boot_now();
    known.tried_at = now;
    if (keys) {
      known.keys = std::move(keys);
      known.read_at = now;
    }
    known.is_flying = false;
    waiting.swap(known.waiting);
    served = known.keys;
  }
  for (Ready& ready : waiting) ready(served);
}

Result<WorkloadKeys::Keys> WorkloadKeys::read(const RobotIdentity& identity) {
  static const std::string kMachinesProxy;
  const auto restricted = [&](oauth::TokenRequest request) -> Result<oauth::TokenRequest> {
    STRONGROOM_CHECK(oauth::restrict_destination(
        request, context_.network,
        {identity.trusted_ca_pem, identity.allowed_addresses, kMachinesProxy, std::nullopt}));
    return request;
  };
  std::string jwks_uri = identity.jwks_uri;
  if (jwks_uri.empty()) {
    STRONGROOM_TRY(auto request, restricted(oauth::workload_issuer_request(identity.issuer)));
    auto found = client_.find_keys_and_wait(std::move(request), identity.issuer);
    if (!found) return oauth::as_error(found.error());
    jwks_uri = *std::move(found);
  }
  STRONGROOM_TRY(auto request, restricted(oauth::key_set_request(jwks_uri)));
  auto fetched = client_.read_and_wait(std::move(request));
  if (!fetched) return oauth::as_error(fetched.error());
  return Keys(std::make_shared<const crypto::JwkSet>(*std::move(fetched)));
}

}  // namespace strongroom::vault
