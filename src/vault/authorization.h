#pragma once
// One attempt to have somebody sign in at a provider for a client, as people see it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "vault/types.h"

namespace strongroom::vault {

using AuthorizationId = Id<struct AuthorizationKind>;

// What the link ends with: 43 characters of base64url. Whoever has it may sign in, once.
using AuthorizationTicket = Secret<struct AuthorizationTicketKind>;
// In a cookie of the browser that pressed Continue: the answer counts only together with it.
using BrowserBinding = Secret<struct BrowserBindingKind>;

inline constexpr Seconds kTicketLifetime{24 * 3600};
inline constexpr Seconds kFlowLifetime{600};  // from Continue to the callback (invariant 10)
inline constexpr std::int64_t kMaxVerifierAttempts = 5;

enum class AuthorizationState : std::uint8_t {
  kWaiting,             // nobody pressed Continue yet
  kStarted,             // somebody is at the provider
  kExchanging,          // the code is being traded in
  kConfirmationNeeded,  // the asker has to say that this is the right account
  kCompleted,
  kFailed,
  kExpired,    // the link, the ten minutes, or the time to confirm
  kCancelled,  // by the asker, or because a newer one took its place
};

// Why the asker is asked.
enum class ConfirmationReason : std::uint8_t {
  kOtherAccount,           // than the client had before
  kNotExpectedAccount,     // than was expected
  kOpenedByAnotherPerson,  // not by the asker, and the client had no account before
};

// What a person needs who approves on another device, in whichever browser (RFC 8628 section 3.3).
struct DevicePrompt {
  std::string user_code;
  std::string verification_uri;           // an https address
  std::string verification_uri_complete;  // one with the code in it; empty: there is none
  Seconds interval{0};                    // between two polls, as it is by now
};

struct Authorization {
  AuthorizationId id;
  OAuthClientId oauth_client;
  std::string oauth_client_label;
  AuthorizationState state = AuthorizationState::kWaiting;
  WallTime created_at{};
  WallTime expires_at{};
  bool out_of_band = false;
  std::optional<BoundAccount> account;           // who signed in
  std::optional<BoundAccount> previous_account;  // whom the client has now
  std::string expected_account;
  std::optional<ConfirmationReason> confirmation_reason;
  std::optional<OAuthClientFailure> failure;
  bool by_device_code = false;  // somebody types a code in at the provider, and there is no link
  std::optional<DevicePrompt> device = {};  // for who started it, while it goes on
};

// With the one text that is never shown again.
struct NewAuthorization {
  Authorization authorization;
  AuthorizationTicket ticket;
};

// What the page behind the link says, before anybody goes to the provider.
struct ConnectPage {
  std::string asker;  // by name
  std::string label;
  std::string project;
  std::string target_system;
  std::string service_provider;
  std::string expected_account;  // empty: any
  std::string current_account;   // whom the client has now; empty: nobody
  std::vector<std::string> scopes;
  std::vector<std::string>
      robots;  // that may read it: names, or path patterns; at most kShownRobots
  std::size_t more_robots = 0;
  WallTime expires_at{};
  bool out_of_band = false;
};
inline constexpr std::size_t kShownRobots = 10;

// What the page says at which it all ends.
struct SignInOutcome {
  AuthorizationState state = AuthorizationState::kExpired;
  std::string label;
  std::string account_name;  // only for the browser that signed in
  std::optional<OAuthClientFailure> failure;
};

std::string_view to_text(AuthorizationState value);
std::string_view to_text(ConfirmationReason value);
std::optional<AuthorizationState> authorization_state_from_text(std::string_view text);
std::optional<ConfirmationReason> confirmation_reason_from_text(std::string_view text);

}  // namespace strongroom::vault
