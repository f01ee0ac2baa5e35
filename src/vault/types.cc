#include "vault/types.h"

#include <array>
#include <utility>

namespace strongroom::vault {
namespace {

// One table an enumeration, for both directions.
template <class E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

constexpr Names<GrantFlow, 7> kGrantFlows{{
    {GrantFlow::kClientCredentials, "client_credentials"},
    {GrantFlow::kAuthorizationCode, "authorization_code"},
    {GrantFlow::kJwtBearer, "jwt_bearer"},
    {GrantFlow::kDeviceCode, "device_code"},
    {GrantFlow::kOauth1, "oauth1"},
    {GrantFlow::kTokenExchange, "token_exchange"},
    {GrantFlow::kPassword, "password"},
}};
constexpr Names<Callback, 4> kCallbacks{{{Callback::kOwn, "own"},
                                         {Callback::kPlain, "plain"},
                                         {Callback::kBlank, "blank"},
                                         {Callback::kOob, "oob"}}};
constexpr Names<ClientAuthentication, 8> kClientAuthentications{{
    {ClientAuthentication::kProviderDefault, "provider_default"},
    {ClientAuthentication::kBasic, "client_secret_basic"},
    {ClientAuthentication::kPost, "client_secret_post"},
    {ClientAuthentication::kSecretJwt, "client_secret_jwt"},
    {ClientAuthentication::kPrivateKeyJwt, "private_key_jwt"},
    {ClientAuthentication::kTls, "tls_client_auth"},
    {ClientAuthentication::kSelfSignedTls, "self_signed_tls_client_auth"},
    {ClientAuthentication::kNone, "none"},
}};
constexpr Names<SupportedAccounts, 3> kSupportedAccounts{{
    {SupportedAccounts::kThisDirectoryOnly, "this_directory_only"},
    {SupportedAccounts::kAnyDirectory, "any_directory"},
    {SupportedAccounts::kWithPersonalAccounts, "with_personal_accounts"},
}};
constexpr Names<OAuthClientState, 6> kStates{{
    {OAuthClientState::kDraft, "draft"},
    {OAuthClientState::kNeedsRetrieval, "needs_retrieval"},
    {OAuthClientState::kNeedsSignIn, "needs_sign_in"},
    {OAuthClientState::kActive, "active"},
    {OAuthClientState::kFailing, "failing"},
    {OAuthClientState::kDisabled, "disabled"},
}};
constexpr Names<RobotKind, 3> kRobotKinds{{
    {RobotKind::kRobot, "robot"},
    {RobotKind::kBasicEngine, "basic_engine"},
    {RobotKind::kRunner, "runner"},
}};

constexpr Names<RevocationState, 4> kRevocationStates{{
    {RevocationState::kPending, "pending"},
    {RevocationState::kConfirmed, "confirmed"},
    {RevocationState::kNotSupported, "not_supported"},
    {RevocationState::kGivenUp, "given_up"},
}};

template <class E, std::size_t N>
std::string_view name_of(const Names<E, N>& names, E value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return "";
}

template <class E, std::size_t N>
std::optional<E> value_of(const Names<E, N>& names, std::string_view text) {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(GrantFlow value) { return name_of(kGrantFlows, value); }
std::string_view to_text(Callback value) { return name_of(kCallbacks, value); }
std::string_view to_text(ClientAuthentication value) {
  return name_of(kClientAuthentications, value);
}
std::string_view to_text(SupportedAccounts value) { return name_of(kSupportedAccounts, value); }
std::string_view to_text(OAuthClientState value) { return name_of(kStates, value); }
std::string_view to_text(RobotKind value) { return name_of(kRobotKinds, value); }
std::string_view to_text(RevocationState value) { return name_of(kRevocationStates, value); }

std::optional<Callback> callback_from_text(std::string_view text) {
  return value_of(kCallbacks, text);
}
std::optional<GrantFlow> grant_flow_from_text(std::string_view text) {
  return value_of(kGrantFlows, text);
}
std::optional<ClientAuthentication> client_authentication_from_text(std::string_view text) {
  return value_of(kClientAuthentications, text);
}
std::optional<SupportedAccounts> supported_accounts_from_text(std::string_view text) {
  return value_of(kSupportedAccounts, text);
}
std::optional<OAuthClientState> oauth_client_state_from_text(std::string_view text) {
  return value_of(kStates, text);
}
std::optional<RobotKind> robot_kind_from_text(std::string_view text) {
  return value_of(kRobotKinds, text);
}
std::optional<RevocationState> revocation_state_from_text(std::string_view text) {
  return value_of(kRevocationStates, text);
}

std::string_view to_text(InvalidReason value) {
  switch (value) {
    case InvalidReason::kRobotChanged:
      return "robot_changed";
    case InvalidReason::kDependencyMissing:
      return "dependency_missing";
    case InvalidReason::kRobotGone:
      return "robot_gone";
    case InvalidReason::kClientEdited:
      return "client_edited";
    case InvalidReason::kTargetSystemEdited:
      return "target_system_edited";
    case InvalidReason::kSecretEdited:
      return "secret_edited";
  }
  return {};
}

}  // namespace strongroom::vault
