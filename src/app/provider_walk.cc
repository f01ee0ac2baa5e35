#include "app/provider_walk.h"

#include <utility>

#include "app/loopback_callback.h"
#include "catalogue/endpoint_template.h"
#include "oauth/authorization_code.h"
#include "oauth/client_credentials.h"
#include "oauth/discovery.h"
#include "oauth/failure_causes.h"
#include "oauth/outgoing_policy.h"
#include "oauth/refresh.h"
#include "oauth/sign_in_causes.h"
#include "oauth/token_client.h"
#include "oauth/token_exchange.h"

namespace strongroom::app {

using catalogue::Grant;
using catalogue::Provider;

namespace {

// For a machine that has nothing configured.
const oauth::Network& plain_network() {
  static const oauth::Network network;
  return network;
}

Status restrict_to(oauth::TokenRequest& request, const WalkSettings& settings) {
  return oauth::restrict_destination(request, plain_network(),
                                     {.trusted_ca_pem = settings.trusted_ca_pem,
                                      .allowed_addresses = settings.allowed_addresses,
                                      .proxy = settings.proxy,
                                      .proxy_credentials = std::nullopt});
}

// Why a browser brought no code back, as the transcript and the exit code say it.
Error refused_sign_in(TryTranscript& transcript, const oauth::SignInRefusal& refusal,
                      const Provider& provider) {
  const std::string_view cause = oauth::cause_name_of(refusal, provider.response);
  if (const auto* const facts = oauth::find_sign_in_cause(cause)) {
    transcript.failure(cause, facts->message, to_text(facts->who), facts->where);
    return Error{Code::kNeedsConsent, facts->message};
  }
  const auto* const facts = oauth::find_cause(cause);
  if (facts == nullptr) return Error{Code::kProviderRefused, "The provider refused."};
  transcript.failure(cause, facts->message, to_text(facts->who), facts->where);
  return Error{facts->code, facts->message};
}

}  // namespace

ProviderWalk::ProviderWalk(WalkSettings& settings, WalkParts parts)
    : settings_(settings), parts_(parts) {
  parts_.transcript.hide(settings.consumer_secret.reveal());
}

Status ProviderWalk::walk() {
  if (settings_.provider.discovery) STRONGROOM_CHECK(read_issuer());
  STRONGROOM_CHECK(choose_tenant());
  STRONGROOM_TRY(oauth::TokenSet tokens, first_tokens());
  // What came is taken back even if the refresh failed; the first failure is what counts.
  const Status refreshed = tokens.refresh_token ? refresh(tokens) : Status{};
  const Status revoked = settings_.keep ? Status{} : revoke(tokens);
  if (settings_.keep) parts_.transcript.line("\nThe tokens live on, as --keep says.");
  return refreshed ? revoked : refreshed;
}

// What check_... need to judge an entry whose endpoints stand in its issuer's metadata.
Status ProviderWalk::read_issuer() {
  STRONGROOM_CHECK(catalogue::check_parameters(settings_.provider, settings_.parameters));
  const std::string issuer = settings_.parameters[std::string(catalogue::kIssuerVariable)];
  STRONGROOM_CHECK(oauth::check_issuer(issuer));
  parts_.transcript.heading("The issuer's metadata");
  auto requests = oauth::metadata_requests(issuer);
  for (oauth::TokenRequest& request : requests) {
    STRONGROOM_CHECK(restrict_to(request, settings_));
    parts_.transcript.note("-> GET " + oauth::without_query(request.message.url));
  }
  oauth::Discovery discovery(parts_.client);
  auto metadata = discovery.read_and_wait(issuer, std::move(requests));
  if (!metadata) {
    parts_.transcript.failure(metadata.error().failure);
    return oauth::as_error(metadata.error());
  }
  parts_.transcript.note("=> The first of these that answered has the endpoints.");
  STRONGROOM_CHECK(oauth::check_methods(settings_.provider, *metadata));
  settings_.provider = oauth::complete(std::move(settings_.provider), *metadata,
                                       {.secret = true, .key = false, .certificate = false});
  metadata_ = *std::move(metadata);
  return {};
}

Status ProviderWalk::choose_tenant() {
  STRONGROOM_TRY(
      const std::string clean,
      catalogue::clean_tenant(settings_.provider, settings_.grant, settings_.tenant, "/tenant"));
  STRONGROOM_TRY(tenant_, catalogue::choose_tenant(settings_.provider, settings_.grant, clean, ""));
  return {};
}

oauth::GrantClient ProviderWalk::client() const {
  oauth::GrantClient client{.provider = settings_.provider,
                            .parameters = settings_.parameters,
                            .tenant = tenant_,
                            .consumer_key = settings_.consumer_key,
                            .consumer_secret = &settings_.consumer_secret,
                            .authentication = settings_.authentication,
                            .random = parts_.random,
                            .now = parts_.clock.now()};
  if (metadata_) {
    client.issuer = metadata_->issuer;
    if (metadata_->auth_algorithms) client.server_algorithms = *metadata_->auth_algorithms;
  }
  return client;
}

Result<oauth::TokenSet> ProviderWalk::first_tokens() {
  if (settings_.grant == Grant::kAuthorizationCode) return sign_in();
  if (settings_.grant == Grant::kTokenExchange) return exchange_token();
  STRONGROOM_CHECK(oauth::check_client_credentials(settings_.provider, settings_.parameters,
                                                   tenant_, settings_.consumer_key,
                                                   settings_.authentication, settings_.scopes));
  STRONGROOM_TRY(
      oauth::TokenRequest request,
      oauth::build_client_credentials_request(
          {.client = client(), .scopes = settings_.scopes, .resource = settings_.resource}));
  parts_.transcript.heading("Token request: client credentials");
  return ask(std::move(request));
}

Result<oauth::TokenSet> ProviderWalk::exchange_token() {
  if (!settings_.subject_token) {
    return Error{Code::kInvalidArgument,
                 "Give the access token that is exchanged: --subject-token-file FILE."};
  }
  parts_.transcript.hide(settings_.subject_token->reveal());
  STRONGROOM_CHECK(oauth::check_token_exchange(settings_.provider, settings_.parameters, tenant_,
                                               settings_.consumer_key, settings_.authentication,
                                               settings_.scopes));
  STRONGROOM_TRY(oauth::TokenRequest request,
                 oauth::build_token_exchange_request({.client = client(),
                                                      .rules = *settings_.provider.token_exchange,
                                                      .subject_token = *settings_.subject_token,
                                                      .scopes = settings_.scopes,
                                                      .resource = settings_.resource}));
  parts_.transcript.heading("Token request: token exchange");
  return ask(std::move(request));
}

Result<oauth::TokenSet> ProviderWalk::sign_in() {
  const Provider& provider = settings_.provider;
  STRONGROOM_CHECK(oauth::check_sign_in(provider, settings_.parameters, tenant_,
                                        settings_.consumer_key, settings_.authentication,
                                        settings_.scopes));
  STRONGROOM_TRY(const std::vector<std::string> scopes,
                 catalogue::sign_in_scopes(provider, settings_.scopes));
  const oauth::State state = oauth::new_state(parts_.random);
  const oauth::Nonce nonce = oauth::new_nonce(parts_.random);
  const oauth::CodeVerifier verifier = oauth::CodeVerifier::generate(parts_.random);
  parts_.transcript.hide(verifier.text().reveal());
  const bool with_pkce = !provider.authorization.pkce_unsupported;
  std::string redirect_uri;
  STRONGROOM_TRY(const oauth::AuthorizationCode code,
                 ask_for_code({.provider = provider,
                               .parameters = settings_.parameters,
                               .tenant = tenant_,
                               .consumer_key = settings_.consumer_key,
                               .redirect_uri = {},
                               .scopes = settings_.scopes,
                               .state = state,
                               .verifier = with_pkce ? &verifier : nullptr,
                               .nonce = oauth::asks_for_id_token(scopes) ? &nonce : nullptr,
                               .on_loopback = true},
                              state, redirect_uri));
  parts_.transcript.hide(code.reveal());
  const oauth::GrantClient asking = client();
  STRONGROOM_TRY(oauth::TokenRequest request,
                 oauth::build_code_request({.client = asking,
                                            .code = code,
                                            .redirect_uri = redirect_uri,
                                            .verifier = with_pkce ? &verifier : nullptr,
                                            .scopes = settings_.scopes,
                                            .on_loopback = true}));
  parts_.transcript.heading("Token request: authorization code");
  return ask(std::move(request));
}

Result<oauth::AuthorizationCode> ProviderWalk::ask_for_code(oauth::AuthorizationRequest request,
                                                            const oauth::State& state,
                                                            std::string& redirect_uri) {
  const Provider& provider = settings_.provider;
  LoopbackCallback callback(state, parts_.log);
  STRONGROOM_CHECK(callback.start(settings_.port));
  redirect_uri = callback.redirect_uri();
  request.redirect_uri = redirect_uri;
  STRONGROOM_TRY(const oauth::AuthorizationUrl url, oauth::authorization_url(request));
  STRONGROOM_TRY(const catalogue::OpenidParties parties,
                 catalogue::expand_openid(provider, settings_.parameters, tenant_));
  parts_.transcript.heading("Somebody signs in");
  parts_.transcript.authorization(std::string(url.reveal()), provider);
  settings_.ask_person(url);
  STRONGROOM_TRY(oauth::AuthorizationResponse response, callback.wait(settings_.patience));
  const bool is_one_issuer =
      parties.issuer.find(catalogue::kTenantPlaceholder) == std::string::npos;
  const oauth::ExpectedIssuer expected{
      .issuer = is_one_issuer ? std::string_view(parties.issuer) : std::string_view(),
      .promised = metadata_ && metadata_->names_issuer_in_answers,
      .number_prefix = provider.authorization.error_number_prefix};
  auto code = std::move(response).take(expected);
  if (!code) return refused_sign_in(parts_.transcript, code.error(), provider);
  parts_.transcript.note("<- The browser came back to " + redirect_uri);
  parts_.transcript.note("   code = ***");
  return *std::move(code);
}

Status ProviderWalk::refresh(oauth::TokenSet& tokens) {
  parts_.transcript.heading("Token request: refresh");
  const oauth::GrantClient asking = client();
  STRONGROOM_TRY(
      oauth::TokenRequest request,
      oauth::build_refresh_request(
          {.client = asking, .refresh_token = *tokens.refresh_token, .granted = tokens.scopes}));
  STRONGROOM_TRY(oauth::TokenSet fresh, ask(std::move(request)));
  const bool rotated = fresh.refresh_token.has_value();
  parts_.transcript.note(rotated ? "   The refresh token was replaced by another one."
                                 : "   The refresh token stays the same.");
  if (!rotated) fresh.refresh_token = std::move(tokens.refresh_token);
  tokens = std::move(fresh);
  return {};
}

Status ProviderWalk::revoke(const oauth::TokenSet& tokens) {
  const auto method = oauth::authentication_method(settings_.provider, settings_.authentication);
  STRONGROOM_TRY(
      const std::string endpoint,
      oauth::revocation_endpoint_text(settings_.provider, method, settings_.parameters, tenant_));
  if (endpoint.empty()) {
    parts_.transcript.line("\nThe entry has no address for revoking, so the tokens live on.");
    const std::string& by_hand = settings_.provider.revocation.by_hand;
    if (!by_hand.empty()) parts_.transcript.line("By hand: " + by_hand);
    return {};
  }
  Status revoked;
  if (tokens.refresh_token) {
    revoked = revoke_one("Revocation: refresh token", &*tokens.refresh_token);
  }
  const Status other = revoke_one("Revocation: access token", &tokens.access_token);
  return revoked ? other : revoked;
}

Status ProviderWalk::revoke_one(const char* heading, const oauth::RevocableToken& token) {
  const oauth::GrantClient asking = client();
  STRONGROOM_TRY(oauth::TokenRequest request, oauth::build_revocation_request(asking, token));
  parts_.transcript.heading(heading);
  const oauth::RevocationResult result = oauth::read_revocation(exchange(std::move(request)));
  if (!result) {
    parts_.transcript.failure(result.error());
    return oauth::as_error(result.error());
  }
  parts_.transcript.note(*result == oauth::Revoked::kYes
                             ? "=> It is revoked, or was over already."
                             : "=> The provider does not revoke tokens of that kind.");
  return {};
}

Result<oauth::TokenSet> ProviderWalk::ask(oauth::TokenRequest request) {
  const oauth::RawResult raw = exchange(std::move(request));
  if (!raw) {
    parts_.transcript.failure(raw.error());
    return oauth::as_error(raw.error());
  }
  oauth::TokenResult tokens = oauth::read_answer(raw->response, raw->reading);
  if (!tokens) {
    parts_.transcript.failure(tokens.error());
    return oauth::as_error(tokens.error());
  }
  parts_.transcript.tokens(*tokens);
  return *std::move(tokens);
}

oauth::RawResult ProviderWalk::exchange(oauth::TokenRequest request) {
  if (const Status restricted = restrict_to(request, settings_); !restricted) {
    return tl::unexpected(oauth::TokenFailure{.cause = oauth::FailureCause::kInvalidSettings,
                                              .message = restricted.error().message,
                                              .may_have_arrived = false});
  }
  parts_.transcript.request(request);
  oauth::AnswerReading reading{std::move(request.expectation), request.summary.by_assertion,
                               request.message.identity.has_value()};
  auto response = http::send_and_wait(parts_.client, std::move(request.message));
  if (!response) return tl::unexpected(oauth::classify(response.error()));
  const oauth::TokenResult tokens = oauth::read_answer(*response, reading);
  if (tokens) hide(*tokens);  // before anything of the answer is printed
  parts_.transcript.answer(*response, settings_.provider.response.format);
  return oauth::RawAnswer{*std::move(response), std::move(reading)};
}

void ProviderWalk::hide(const oauth::TokenSet& tokens) {
  // Also as one stands in an address.
  const auto hide_both = [&](std::string_view token) {
    parts_.transcript.hide(token);
    parts_.transcript.hide(catalogue::percent_encode_segment(token));
  };
  hide_both(tokens.access_token.reveal());
  if (tokens.refresh_token) hide_both(tokens.refresh_token->reveal());
  if (tokens.id_token) parts_.transcript.hide(tokens.id_token->reveal());
}

}  // namespace strongroom::app
