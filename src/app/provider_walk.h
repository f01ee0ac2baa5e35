#pragma once
// One grant of a provider's entry from its first request to its last, for who tries the entry:
// nothing is stored, and a TryTranscript says what happens.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/try_transcript.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "catalogue/provider.h"
#include "catalogue/settings.h"
#include "crypto/random.h"
#include "http/client.h"
#include "oauth/authorization_request.h"
#include "oauth/authorization_response.h"
#include "oauth/grant_request.h"
#include "oauth/raw_answer.h"
#include "oauth/server_metadata.h"
#include "oauth/token_response.h"
#include "oauth/token_revocation.h"
#include "oauth/tokens.h"

namespace strongroom::app {

// What the person who tries it says.
struct WalkSettings {
  catalogue::Provider provider;
  catalogue::Grant grant;
  catalogue::Parameters parameters = {};
  std::string tenant = {};  // as clean_tenant() answered
  std::string consumer_key;
  oauth::ConsumerSecret consumer_secret;
  std::optional<oauth::AccessToken> subject_token = {};  // of token exchange, which needs it
  std::optional<catalogue::ClientAuthentication> authentication = {};
  std::vector<std::string> scopes = {};
  std::string resource = {};
  std::string trusted_ca_pem = {};
  std::vector<std::string> allowed_addresses = {};
  std::string proxy = {};
  std::uint16_t port = 0;  // of the callback
  std::chrono::seconds patience{300};
  bool keep = false;
  // Shows the address to the person, who has to open it.
  std::function<void(const oauth::AuthorizationUrl&)> ask_person;
};

// What it stands on; all must outlive it.
struct WalkParts {
  http::Client& client;
  crypto::Random& random;
  const Clock& clock;
  Log& log;
  TryTranscript& transcript;
};

// One walk, on one thread, which waits for each answer.
class ProviderWalk {
 public:
  // `settings` too must outlive it.
  ProviderWalk(WalkSettings& settings, WalkParts parts);

  // All of it. Errors: as check_client_credentials, check_sign_in and the builders of requests;
  // what a token request, a sign-in or a revocation failed with, as oauth::as_error(); the
  // transcript has said it in that case.
  Status walk();

 private:
  Status read_issuer();
  Status choose_tenant();
  Result<oauth::TokenSet> first_tokens();
  Result<oauth::TokenSet> exchange_token();
  Result<oauth::TokenSet> sign_in();
  Result<oauth::AuthorizationCode> ask_for_code(oauth::AuthorizationRequest request,
                                                const oauth::State& state,
                                                std::string& redirect_uri);
  Status refresh(oauth::TokenSet& tokens);
  Status revoke(const oauth::TokenSet& tokens);
  Status revoke_one(const char* heading, const oauth::RevocableToken& token);
  oauth::GrantClient client() const;
  // Sends a request and prints both sides of it.
  Result<oauth::TokenSet> ask(oauth::TokenRequest request);
  oauth::RawResult exchange(oauth::TokenRequest request);
  void hide(const oauth::TokenSet& tokens);

  WalkSettings& settings_;
  WalkParts parts_;
  std::string tenant_;
  std::optional<oauth::ServerMetadata> metadata_;
};

}  // namespace strongroom::app
