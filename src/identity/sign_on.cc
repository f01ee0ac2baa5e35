#include "identity/sign_on.h"

#include <optional>
#include <vector>

#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "crypto/equal.h"
#include "identity/change.h"
#include "identity/digest_hash.h"
#include "oauth/claims.h"
#include "oauth/openid_client.h"

namespace strongroom::identity {
namespace {

using oauth::SignInFailure;

constexpr std::size_t kNameLength = 16;

// Of the flow with this state.
std::string cookie_name(const oauth::State& state) {
  const std::string hash = crypto::base64url(crypto::sha256(state.reveal()));
  return "__Host-strongroom_sign_on_" + hash.substr(0, kNameLength);
}

SignOnBinding new_binding(crypto::Random& random) {
  const oauth::State text = oauth::new_state(random);  // as unguessable as a state
  return SignOnBinding(text.reveal());
}

SignOnRefusal refusal_of(SignInFailure failure) {
  switch (failure) {
    case SignInFailure::kWrongIssuer:
      return SignOnRefusal::kWrongIssuer;
    case SignInFailure::kMalformed:
      return SignOnRefusal::kBadAnswer;
    case SignInFailure::kUnavailable:
      return SignOnRefusal::kUnreachable;
    case SignInFailure::kAccessDenied:
    case SignInFailure::kNeedsPerson:
    case SignInFailure::kInvalidScope:
    case SignInFailure::kInvalidTarget:
    case SignInFailure::kMisconfigured:
    case SignInFailure::kRefused:
      return SignOnRefusal::kRefusedThere;
  }
  return SignOnRefusal::kRefusedThere;
}

oauth::OpenidClient client_of(const SignOnFlow& flow, const SignOnProvider& provider) {
  return {.metadata = flow.metadata,
          .client_id = provider.settings.client_id,
          .redirect_uri = flow.redirect_uri,
          .scopes = provider.settings.scopes};
}

}  // namespace

Result<SignOnDeparture> SignOn::start(SignOnProviderId id, const std::string& address,
                                      std::optional<SignOnStepUp> step_up) {
  const auto provider = parts_.providers.find(id);
  if (!provider) return Error{Code::kNotFound, "There is no such provider."};
  STRONGROOM_TRY(auto metadata, parts_.issuers.metadata(*provider));
  const oauth::State state = oauth::new_state(context_.random);
  SignOnBinding binding = new_binding(context_.random);
  SignOnFlow flow{.provider = id,
                  .revision = provider->revision,
                  .metadata = std::move(metadata),
                  .redirect_uri = redirect_uri(),
                  .nonce = oauth::new_nonce(context_.random),
                  .verifier = oauth::CodeVerifier::generate(context_.random),
                  .binding_hash = crypto::sha256(binding.reveal()),
                  .end = Deadline::after(context_.clock.now(), context_.clock.boot_now(),
                                         SignOnFlows::kLifetime),
                  .begun = context_.clock.now(),
                  .step_up = std::move(step_up)};
  STRONGROOM_TRY(auto url,
                 oauth::openid_authorization_url(
                     client_of(flow, *provider),
                     {.state = state, .nonce = flow.nonce, .verifier = flow.verifier},
                     flow.step_up ? oauth::SignInAgain::kAlways : oauth::SignInAgain::kIfNeeded));
  flows_.begin(state, std::move(flow), address);
  return SignOnDeparture{std::move(url), cookie_name(state), std::move(binding)};
}

// The flow is used up before anything is looked at (invariant 10).
tl::expected<SignedOn, SignOnRefusal> SignOn::finish(const Asker& asker, const SignOnReturn& back) {
  const auto refuse = [](SignOnRefusal refusal) { return tl::unexpected(refusal); };
  auto response = oauth::AuthorizationResponse::parse(back.query);
  if (!response) return refuse(SignOnRefusal::kNotStartedHere);
  const auto flow = flows_.take(response->state());
  if (!flow) return refuse(SignOnRefusal::kNotStartedHere);
  const std::string_view binding = back.cookie(cookie_name(response->state()));
  const bool is_same_browser =
      !binding.empty() &&
      crypto::constant_time_equal(as_text(crypto::sha256(binding)), as_text(flow->binding_hash));
  if (!is_same_browser) return refuse(SignOnRefusal::kWrongBrowser);
  const auto provider = parts_.providers.find(flow->provider);
  const bool is_unchanged =
      provider && provider->revision == flow->revision && flow->redirect_uri == redirect_uri();
  if (!is_unchanged) return refuse(SignOnRefusal::kSettingsChanged);
  const auto code = std::move(*response).take(
      {.issuer = flow->metadata.issuer, .promised = flow->metadata.names_issuer_in_answers});
  if (!code) return refuse(refusal_of(code.error().failure));
  if (!need_writable_audit(context_)) return refuse(SignOnRefusal::kUnavailable);
  const auto token = identify(*flow, *provider, *code);
  if (!token) return refuse(token.error());
  if (flow->step_up) return renew(asker, *flow, *token, back.replaced);
  return let_in(asker, *provider, *token, back.replaced);
}

auto SignOn::trade_in(const SignOnFlow& flow, const SignOnProvider& provider,
                      const oauth::AuthorizationCode& code) -> Or<oauth::TokenSet> {
  const auto built = [&]() -> Result<oauth::TokenRequest> {
    STRONGROOM_TRY(const auto secret, parts_.providers.secret_of(provider.id));
    STRONGROOM_TRY(auto request, oauth::openid_code_request(client_of(flow, provider),
                                                            {.client_secret = secret,
                                                             .code = code,
                                                             .verifier = flow.verifier,
                                                             .random = context_.random,
                                                             .now = context_.clock.now()}));
    STRONGROOM_CHECK(parts_.issuers.restrict_request(provider.settings, request));
    return request;
  };
  auto request = built();
  if (!request) {
    context_.log.failed("A code of single sign-on could not be traded in.", request.error());
    return tl::unexpected(SignOnRefusal::kSettingsChanged);
  }
  auto tokens = parts_.network.tokens.request_and_wait(*std::move(request));
  if (tokens) return *std::move(tokens);
  context_.log.failed("A code of single sign-on was not traded in.",
                      oauth::as_error(tokens.error()), {{"provider", provider.id.uuid}});
  return tl::unexpected(oauth::facts_of(tokens.error().cause).transient
                            ? SignOnRefusal::kUnreachable
                            : SignOnRefusal::kCodeRefused);
}

auto SignOn::identify(const SignOnFlow& flow, const SignOnProvider& provider,
                      const oauth::AuthorizationCode& code) -> Or<oauth::IdToken> {
  const auto tokens = trade_in(flow, provider, code);
  if (!tokens) return tl::unexpected(tokens.error());
  if (!tokens->id_token) return tl::unexpected(SignOnRefusal::kBadIdToken);
  auto token = parts_.issuers.validate(provider, flow.metadata.jwks_uri, *tokens->id_token,
                                       {.issuer = flow.metadata.issuer,
                                        .client_id = provider.settings.client_id,
                                        .nonce = &flow.nonce,
                                        .access_token = &tokens->access_token,
                                        .code = &code,
                                        .now = context_.clock.now()});
  if (token) return complete(flow, provider, tokens->access_token, *std::move(token));
  context_.log.failed("An ID token of single sign-on was not accepted.", token.error(),
                      {{"provider", provider.id.uuid}});
  const bool unreadable =
      token.error().code == Code::kUnavailable || token.error().code == Code::kProviderRefused;
  return tl::unexpected(unreadable ? SignOnRefusal::kUnreachable : SignOnRefusal::kBadIdToken);
}

// Providers may tell claims only where they are asked for them (OpenID Connect Core section 5.4).
// Only an address that was there when the settings were entered is believed, and nobody loses their
// groups because it does not answer.
auto SignOn::complete(const SignOnFlow& flow, const SignOnProvider& provider,
                      const oauth::AccessToken& access_token, oauth::IdToken token)
    -> Or<oauth::IdToken> {
  const SignOnSettings& settings = provider.settings;
  const bool lacks_name = oauth::claim_text(token.claims, settings.user_name_claim).empty();
  const bool lacks_groups =
      !settings.groups_claim.empty() && !oauth::claim_texts(token.claims, settings.groups_claim);
  const std::string& endpoint = flow.metadata.userinfo_endpoint;
  const bool is_there = !endpoint.empty() && !provider.metadata.userinfo_endpoint.empty();
  if (!is_there || (!lacks_name && !lacks_groups)) return token;
  oauth::TokenRequest request = oauth::user_info_request(endpoint, access_token);
  if (!parts_.issuers.restrict_request(settings, request)) {
    return tl::unexpected(SignOnRefusal::kSettingsChanged);
  }
  const auto info = parts_.network.user_info.read_and_wait(std::move(request));
  if (!info) {
    context_.log.failed("What a provider says of a user could not be read.",
                        oauth::as_error(info.error()), {{"provider", provider.id.uuid}});
    if (lacks_groups) return tl::unexpected(SignOnRefusal::kUnreachable);
    return token;
  }
  auto claims = oauth::with_user_info(token.claims, *info, token.account.subject);
  if (!claims) {
    context_.log.failed("What a provider says of a user was not accepted.", claims.error(),
                        {{"provider", provider.id.uuid}});
    return tl::unexpected(SignOnRefusal::kBadIdToken);
  }
  token.claims = *std::move(claims);
  return token;
}

}  // namespace strongroom::identity
