#pragma once
// What the issuers of single sign-on publish: their metadata and their keys, kept for a while.

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/log.h"
#include "crypto/jwk_set.h"
#include "identity/sign_on_provider.h"
#include "oauth/discovery.h"
#include "oauth/failure_causes.h"
#include "oauth/id_token.h"
#include "oauth/key_set_client.h"
#include "oauth/outgoing_policy.h"
#include "oauth/token_client.h"
#include "oauth/user_info.h"

namespace strongroom::identity {

// The way out. All of it outlives whoever is given it.
struct SignOnNetwork {
  oauth::Discovery& discovery;
  oauth::KeySetClient& key_sets;
  oauth::TokenClient& tokens;
  oauth::UserInfoClient& user_info;
  const oauth::Network& network;
};

// What a test of settings found.
struct SignOnCheck {
  oauth::ServerMetadata metadata;  // where it could be read
  std::size_t keys = 0;
  // Empty: nothing is wrong; "metadata", "keys", "moved": where it failed.
  std::string_view failed = {};
  LiteralText message = "";
  std::string_view cause = {};
  std::string_view who_must_act = {};
  LiteralText where = "";
};

// Safe to use from any thread; blocks for as long as the issuer takes to answer: worker threads
// only.
class SignOnIssuers {
 public:
  SignOnIssuers(const SignOnNetwork& network, const Clock& clock, Log& log)
      : network_(network), clock_(clock), log_(log) {}

  // What was read is used for this long; an issuer that did not answer, or whose keys did not fit,
  // is not asked again sooner than kSoonest, however many browsers come.
  static constexpr Milliseconds kLifetime = std::chrono::hours(1);
  static constexpr Milliseconds kSoonest = std::chrono::seconds(30);

  // As the issuer has it now. Errors, at /issuer, problem "issuer_unreadable": kInvalidArgument,
  // there is no document or none that is to be believed; kProviderRefused, kUnavailable.
  Result<oauth::ServerMetadata> read(const SignOnSettings& settings);
  // Reads it, and the keys; nothing is kept.
  SignOnCheck check(const SignOnProvider& provider);

  // Where to send browsers and codes: what was read within kLifetime, or what the settings were
  // entered with where the issuer does not answer. Errors: kConflict "issuer_moved", the document
  // leads elsewhere than the one that was accepted.
  Result<oauth::ServerMetadata> metadata(const SignOnProvider& provider);

  // Validates the token, and where no key that is kept signed it, with those that are there now.
  // Errors: as oauth::validate_id_token(); kUnavailable, kProviderRefused.
  Result<oauth::IdToken> validate(const SignOnProvider& provider, const std::string& jwks_uri,
                                  const oauth::IdTokenText& token,
                                  const oauth::IdTokenExpectation& expected);

  // Lets `request` go where the settings allow. Errors: kInvalidArgument.
  Status restrict_request(const SignOnSettings& settings, oauth::TokenRequest& request) const;

 private:
  using Keys = std::shared_ptr<const crypto::JwkSet>;
  struct Known {
    std::int64_t revision = 0;
    std::optional<oauth::ServerMetadata> metadata = {};
    std::optional<BootTime> metadata_at = {};  // when it was asked for last
    Keys keys = {};
    std::optional<BootTime> keys_at = {};
    std::optional<BootTime> keys_tried_at = {};
  };

  oauth::DiscoveryResult discover(const SignOnSettings& settings);
  Result<Keys> keys(const SignOnProvider& provider, const std::string& jwks_uri, bool unknown_key);
  oauth::KeySetResult fetch(const SignOnSettings& settings, const std::string& jwks_uri);
  Known known(const SignOnProvider& provider);
  void note(const SignOnProvider& provider, const std::function<void(Known&)>& what);

  SignOnNetwork network_;
  const Clock& clock_;
  Log& log_;
  Guarded<std::unordered_map<SignOnProviderId, Known, UuidHash>> known_;
};

}  // namespace strongroom::identity
