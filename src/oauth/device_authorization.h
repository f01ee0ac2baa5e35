#pragma once
// The device authorization grant, RFC 8628: a person types a short code in at the provider, on any
// device, and meanwhile the token endpoint is asked again and again. Pure functions.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "oauth/grant_request.h"
#include "oauth/raw_answer.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// Whoever has it gets the tokens once somebody has approved (section 5.2): a secret.
using DeviceCode = Secret<struct DeviceCodeKind>;

inline constexpr Seconds kDefaultPollInterval{5};    // where none is named (section 3.2, A-174)
inline constexpr Seconds kLongestPollInterval{60};   // of those that are named
inline constexpr Seconds kSlowDownStep{5};           // section 3.5
inline constexpr Seconds kLongestDeviceCode{3'600};  // nobody goes on typing for longer
inline constexpr std::size_t kMaxDeviceCodeBytes = 4096;
inline constexpr std::size_t kMaxUserCodeBytes = 64;

// What the provider answers (section 3.2), for a person to go on with.
struct DeviceAuthorization {
  DeviceCode code;
  std::string user_code;         // visible ASCII, as it is to be typed
  std::string verification_uri;  // an https address
  // The same with the code in it, of the same origin; empty: there is none that can be trusted.
  std::string verification_uri_complete;
  Seconds lifetime{0};
  Seconds interval = kDefaultPollInterval;
};

// As check_sign_in, with the device authorization endpoint for the authorization endpoint.
Status check_device_sign_in(const catalogue::Provider& provider,
                            const catalogue::Parameters& parameters, std::string_view tenant,
                            std::string_view consumer_key,
                            std::optional<catalogue::ClientAuthentication> authentication,
                            const std::vector<std::string>& scopes, bool allow_plain_http = false);

// The request of section 3.1, proved as one at the token endpoint is. `scopes`: of the settings.
//
// Errors: as check_grant_and_tenant, catalogue::sign_in_scopes, build_grant_request;
// kInvalidArgument at "/endpoint_parameters": the settings name no such endpoint, or one that is no
// https address.
Result<TokenRequest> build_device_authorization_request(const GrantClient& client,
                                                        const std::vector<std::string>& scopes);

// Reads its answer. Every byte of it is hostile: addresses must be https, and codes short and
// visible; an interval that makes no sense is clamped to 1..60 s.
using DeviceAuthorizationResult = tl::expected<DeviceAuthorization, TokenFailure>;
DeviceAuthorizationResult read_device_authorization(const RawAnswer& answer);

// The request of section 3.4. Its answer must have an ID token where one was asked for. Errors: as
// check_grant_and_tenant, catalogue::sign_in_scopes and build_grant_request.
Result<TokenRequest> build_device_token_request(const GrantClient& client, const DeviceCode& code,
                                                const std::vector<std::string>& scopes);

// What an answer without tokens means for whoever polls (section 3.5).
enum class DevicePoll : std::uint8_t {
  kPending,   // nobody has approved yet
  kSlowDown,  // nor that, and the interval is longer by kSlowDownStep from now on
  kDenied,
  kExpired,
  kOther,  // as any token request fails
};
DevicePoll read_device_poll(const TokenAnswer& answer, const AnswerReading& reading);

// How long to wait for the next poll after `timeouts` in a row without an answer.
Seconds poll_pause(Seconds interval, std::int64_t timeouts);

}  // namespace strongroom::oauth
