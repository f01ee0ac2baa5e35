#include "identity/sign_on_issuers.h"

#include <utility>
#include <vector>

#include "oauth/openid_client.h"

namespace strongroom::identity {
namespace {

Error unreadable(Error error) {
  error.problem = "issuer_unreadable";
  return std::move(error).at("/issuer");
}

oauth::DiscoveryFailure bad_settings() {
  return {.failure = {.cause = oauth::FailureCause::kInvalidSettings}, .facts = {}};
}

SignOnCheck failed(std::string_view where, const oauth::TokenFailure& failure) {
  const oauth::CauseFacts& facts = oauth::facts_of(failure.cause);
  const bool has_own = !failure.message.view().empty();
  SignOnCheck check;
  check.failed = where;
  check.message = has_own ? failure.message : facts.message;
  check.cause = facts.name.view();
  check.who_must_act = oauth::to_text(facts.who);
  check.where = facts.where;
  return check;
}

Error issuer_moved() {
  return Error{Code::kConflict,
               "The issuer's metadata leads elsewhere than when it was entered. Whoever manages "
               "users must look at it, and enter the client secret again.",
               {},
               "issuer_moved"};
}

}  // namespace

Status SignOnIssuers::restrict_request(const SignOnSettings& settings,
                                       oauth::TokenRequest& request) const {
  const std::string machines_proxy;
  return oauth::restrict_destination(request, network_.network,
                                     {.trusted_ca_pem = settings.trusted_ca_pem,
                                      .allowed_addresses = settings.allowed_addresses,
                                      .proxy = machines_proxy,
                                      .proxy_credentials = {}});
}

oauth::DiscoveryResult SignOnIssuers::discover(const SignOnSettings& settings) {
  std::vector<oauth::TokenRequest> requests = oauth::metadata_requests(settings.issuer);
  for (oauth::TokenRequest& request : requests) {
    if (!restrict_request(settings, request)) return tl::unexpected(bad_settings());
  }
  auto found = network_.discovery.read_and_wait(settings.issuer, std::move(requests));
  if (!found) return found;
  const Status usable = oauth::check_openid_metadata(*found);
  if (usable && !oauth::is_for_many_tenants(settings.issuer, *found)) return found;
  const LiteralText many = "This issuer stands for many tenants: enter the one of your own.";
  return tl::unexpected(
      oauth::DiscoveryFailure{.failure = {.cause = oauth::FailureCause::kUnusableMetadata,
                                          .message = usable ? many : usable.error().message},
                              .facts = {}});
}

Result<oauth::ServerMetadata> SignOnIssuers::read(const SignOnSettings& settings) {
  auto found = discover(settings);
  if (!found) return unreadable(oauth::as_error(found.error()));
  return *std::move(found);
}

oauth::KeySetResult SignOnIssuers::fetch(const SignOnSettings& settings,
                                         const std::string& jwks_uri) {
  oauth::TokenRequest request = oauth::key_set_request(jwks_uri);
  if (!restrict_request(settings, request)) {
    return tl::unexpected(oauth::TokenFailure{.cause = oauth::FailureCause::kInvalidSettings});
  }
  return network_.key_sets.read_and_wait(std::move(request));
}

SignOnCheck SignOnIssuers::check(const SignOnProvider& provider) {
  auto found = discover(provider.settings);
  if (!found) return failed("metadata", found.error().failure);
  if (oauth::moves_sign_in(provider.metadata, *found)) {
    SignOnCheck moved = failed("moved", {.cause = oauth::FailureCause::kUnusableMetadata,
                                         .message = issuer_moved().message});
    moved.metadata = *std::move(found);
    return moved;
  }
  const auto keys = fetch(provider.settings, found->jwks_uri);
  SignOnCheck check = keys ? SignOnCheck{} : failed("keys", keys.error());
  if (keys) check.keys = keys->keys().size();
  if (keys && check.keys == 0) {
    check = failed("keys", {.cause = oauth::FailureCause::kUnusableMetadata,
                            .message = "The issuer has no key that ID tokens could be checked "
                                       "with: RSA, P-256 or Ed25519."});
  }
  check.metadata = *std::move(found);
  return check;
}

SignOnIssuers::Known SignOnIssuers::known(const SignOnProvider& provider) {
  const auto all = known_.lock();
  Known& one = (*all)[provider.id];
  if (one.revision < provider.revision) one = Known{.revision = provider.revision};
  return one.revision == provider.revision ? one : Known{.revision = provider.revision};
}

// What was asked for by settings that are others by now is nobody's.
void SignOnIssuers::note(const SignOnProvider& provider, const std::function<void(Known&)>& what) {
  const auto all = known_.lock();
  Known& one = (*all)[provider.id];
  if (one.revision == provider.revision) what(one);
}

Result<oauth::ServerMetadata> SignOnIssuers::metadata(const SignOnProvider& provider) {
  const Known before = known(provider);
  const BootTime now = clock_.boot_now();
  const Milliseconds limit = before.metadata ? kLifetime : kSoonest;
  oauth::ServerMetadata best = before.metadata.value_or(provider.metadata);
  if (!before.metadata_at || now - *before.metadata_at >= limit) {
    note(provider, [&](Known& one) { one.metadata_at = now; });  // others do not ask meanwhile
    auto found = discover(provider.settings);
    if (!found) {
      log_.failed("The metadata of single sign-on could not be read; what was known is used.",
                  oauth::as_error(found.error()), {{"provider", provider.id.uuid}});
    }
    if (found) {
      best = *std::move(found);
      note(provider, [&](Known& one) { one.metadata = best; });
    }
  }
  if (oauth::moves_sign_in(provider.metadata, best)) return issuer_moved();
  return best;
}

Result<SignOnIssuers::Keys> SignOnIssuers::keys(const SignOnProvider& provider,
                                                const std::string& jwks_uri, bool unknown_key) {
  const Known before = known(provider);
  const BootTime now = clock_.boot_now();
  const Milliseconds limit = unknown_key ? kSoonest : kLifetime;
  if (before.keys && before.keys_at && now - *before.keys_at < limit) return before.keys;
  const bool is_too_soon = before.keys_tried_at && now - *before.keys_tried_at < kSoonest;
  if (is_too_soon && before.keys) return before.keys;
  if (is_too_soon) {
    return Error{Code::kUnavailable, "The issuer's keys could not be read just now."};
  }
  note(provider, [&](Known& one) { one.keys_tried_at = now; });
  auto fetched = fetch(provider.settings, jwks_uri);
  if (!fetched && before.keys) {
    log_.failed("The keys of single sign-on could not be read; those that were known are used.",
                oauth::as_error(fetched.error()), {{"provider", provider.id.uuid}});
    return before.keys;
  }
  if (!fetched) return oauth::as_error(fetched.error());
  Keys keys = std::make_shared<const crypto::JwkSet>(*std::move(fetched));
  note(provider, [&](Known& one) {
    one.keys = keys;
    one.keys_at = now;
  });
  return keys;
}

Result<oauth::IdToken> SignOnIssuers::validate(const SignOnProvider& provider,
                                               const std::string& jwks_uri,
                                               const oauth::IdTokenText& token,
                                               const oauth::IdTokenExpectation& expected) {
  const auto validate_with = [&](bool unknown_key) -> Result<oauth::IdToken> {
    STRONGROOM_TRY(const Keys keys_now, keys(provider, jwks_uri, unknown_key));
    return oauth::validate_id_token(token.reveal(), *keys_now, expected);
  };
  auto validated = validate_with(/*unknown_key=*/false);
  const bool is_new_key = !validated && validated.error().problem.view() == "unknown_signing_key";
  return is_new_key ? validate_with(/*unknown_key=*/true) : std::move(validated);
}

}  // namespace strongroom::identity
