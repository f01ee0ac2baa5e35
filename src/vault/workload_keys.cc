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
    const auto state = state_.lock();
    if (state->sources.size() >= kMostKept && !state->sources.contains(source)) {
      std::erase_if(state->sources, [](const auto& kept) { return !kept.second.is_flying; });
    }
    Kept& known = state->sources[source];
    if (!is_settled(known, unknown_key) || known.is_flying) {
      known.waiting.push_back(std::exchange(ready, Ready()));
      if (std::exchange(known.is_flying, true)) return;
      if (state->fetches == kMostFetches) return state->to_be_read.push_back(identity);
      ++state->fetches;
    } else {
      settled = known.keys;
    }
  }
  if (ready) return ready(settled);
  start(identity);
}

// Where too much waits already the issuer was not asked, so the next token may have it asked.
void WorkloadKeys::start(const RobotIdentity& identity) {
  if (!workers_([this, identity] { fetch(identity); })) {
    landed(source_of(identity), nullptr, Tried::kNo);
  }
}

void WorkloadKeys::fetch(const RobotIdentity& identity) {
  auto keys = read(identity);
  if (!keys) {
    context_.log.failed("The keys of an issuer of workload tokens could not be read.",
                        keys.error());
  }
  landed(source_of(identity), keys ? *std::move(keys) : nullptr, Tried::kYes);
}

void WorkloadKeys::landed(const std::string& source, Keys keys, Tried tried) {
  std::vector<Ready> waiting;
  std::optional<RobotIdentity> next;
  Keys served;
  {
    const auto state = state_.lock();
    Kept& known = state->sources[source];
    const BootTime now = context_.clock.boot_now();
    if (tried == Tried::kYes) known.tried_at = now;
    if (keys) {
      known.keys = std::move(keys);
      known.read_at = now;
    }
    known.is_flying = false;
    waiting.swap(known.waiting);
    served = known.keys;
    if (state->to_be_read.empty()) {
      --state->fetches;
    } else {
      next = std::move(state->to_be_read.front());
      state->to_be_read.pop_front();
    }
  }
  for (Ready& ready : waiting) ready(served);
  if (next) start(*next);
}

Result<WorkloadKeys::Keys> WorkloadKeys::read(const RobotIdentity& identity) {
  static const std::string machines_proxy;
  const auto restricted = [&](oauth::TokenRequest request) -> Result<oauth::TokenRequest> {
    STRONGROOM_CHECK(oauth::restrict_destination(
        request, context_.network,
        {identity.trusted_ca_pem, identity.allowed_addresses, machines_proxy, std::nullopt}));
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
