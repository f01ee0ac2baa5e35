#pragma once
// Reads what a token endpoint answers: RFC 6749 sections 5.1 and 5.2. Every byte of it is hostile.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/clock.h"
#include "catalogue/provider.h"
#include "http/message.h"
#include "oauth/token_failure.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// What the answer to a token exchange has to say besides (RFC 8693 section 2.2.1).
struct IssuedType {
  std::string requested = {};  // empty: any that is an access token
  bool may_be_missing = false;
};

// What was asked for, and how this provider answers.
struct Expectation {
  catalogue::ResponseRules rules = {};
  std::string scope_delimiter = " ";
  std::vector<std::string> scopes = {};  // that were requested
  bool for_person = false;               // somebody signed in: what only that grant gives is kept
  std::optional<IssuedType> issued_type = {};  // of a token exchange only
};

// A usable answer. Members we know nothing of are dropped. So is a refresh token that came
// for client credentials: it must not be there (RFC 6749 section 4.4.3, A-071).
struct TokenSet {
  AccessToken access_token;
  std::string token_type = "Bearer";  // as RFC 6750 spells it, however the provider does
  std::optional<Seconds> lifetime =
      {};  // from sent_at; nullopt: neither provider nor catalogue knows
  std::vector<std::string> scopes =
      {};  // granted: as answered, or as requested where none is
  std::vector<std::string> missing_scopes = {};  // requested and not granted
  bool is_bound = false;  // to a key or certificate, as far as can be seen (oauth/token_binding.h)
  // For a person only.
  std::optional<RefreshToken> refresh_token = {};  // nullopt: the one that there was stays
  std::optional<IdTokenText> id_token = {};        // not validated yet
  // What is left of the refresh token's life, from sent_at, where the answer says so: as
  // "refresh_token_expires_in", which no RFC has and many providers send.
  std::optional<Seconds> refresh_lifetime = {};
  std::map<std::string, std::string> learned = {};  // by the names of the entry's learned values
  WallTime sent_at{};  // when the request was sent: ages count from here
  BootTime sent_at_boot{};

  std::string scope() const;  // the scopes with single spaces between them, as RFC 6749 writes them
};

// Those of `requested` that are not in `granted`, scopes with spaces between them.
std::vector<std::string> missing_scopes(const std::vector<std::string>& requested,
                                        std::string_view granted);

using TokenResult = tl::expected<TokenSet, TokenFailure>;

// The longest access token that is taken.
inline constexpr std::size_t kMaxAccessTokenBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxRefreshTokenBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxIdTokenBytes = std::size_t{64} * 1024;
// A longer lifetime cannot be meant, so it counts as none; it may be in milliseconds.
inline constexpr Seconds kMaxLifetime{3650LL * 24 * 3600};

// One complete HTTP answer; sent_at* are left for the caller. A pure function. `now` is for
// Retry-After dates.
TokenResult parse_token_response(int status, const std::vector<http::Header>& headers,
                                 std::string_view body, const Expectation& expectation,
                                 WallTime now);

}  // namespace strongroom::oauth
