#pragma once
// Who holds what: sign-ins, each with the line of refresh tokens that came of it (its family).

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "badprovider/switches.h"
#include "badprovider/truth.h"
#include "base/clock.h"
#include "base/guarded.h"
#include "crypto/random.h"

namespace strongroom::badprovider {

// What a grant brings. Without a refresh token where `refresh_token` is empty.
struct Issued {
  std::string access_token;
  std::string refresh_token = {};
  std::string scope = {};
  std::string family = {};
};

// Tokens, or the error code of RFC 6749 section 5.2.
struct GrantOutcome {
  std::optional<Issued> issued = {};
  std::string_view error = {};
};

// Who asks the token endpoint.
struct Caller {
  std::string client;
  WallTime connected_at;  // when its connection began: which of its processes it was
};

// What an authorization request asked for, kept until its code is redeemed (RFC 7636).
struct CodeRequest {
  std::string client;
  std::string redirect_uri;
  std::string scope;
  std::string code_challenge;  // S256; empty: none
};

// Safe to use from any thread. What it answers is in the truth.
class Grants {
 public:
  Grants(Truth& truth, const Clock& clock, crypto::Random& random)
      : truth_(truth), clock_(clock), random_(random) {}

  // A sign-in out of nothing, for tokens that are brought along.
  Issued mint(const std::string& client, const std::string& scope);

  std::string issue_code(CodeRequest request);
  // RFC 6749 section 4.1.3. A code works once, whoever shows it.
  GrantOutcome redeem(const std::string& code, const std::string& client,
                      const std::string& redirect_uri, const std::string& verifier);
  // RFC 6749 section 6, by the rules of `switches`.
  GrantOutcome refresh(const std::string& token, const Caller& caller, const Switches& switches);
  Issued client_credentials(const std::string& client, const std::string& scope);

  // Ends the family of this token, or the one that is called so. False: there is none.
  bool revoke(std::string_view token_or_family, std::string_view why);

  // Each family: its client, the serial of its newest refresh token, how often one was used, and
  // whether it was revoked.
  boost::json::array families();

 private:
  struct Token {
    std::string text;
    std::optional<WallTime> replaced_at = {};  // by the one after it, for the first time
  };
  struct Family {
    std::string client;
    std::string scope;
    std::vector<Token> tokens = {};  // by serial, the newest at the back
    bool is_revoked = false;
    std::int64_t uses = 0;
  };
  struct State {
    std::map<std::string, Family, std::less<>> families = {};
    std::map<std::string, CodeRequest, std::less<>> codes = {};
    std::int64_t access_tokens = 0;
  };
  // Where a token stands: nullptr where there is no such token.
  struct Place {
    Family* family = nullptr;
    std::string name = {};
    std::size_t serial = 0;
  };

  std::string chance(std::size_t bytes);
  Issued begin_family(State& state, const std::string& client, const std::string& scope,
                      std::string_view how);
  std::string add_token(const std::string& name, Family& family);
  std::string access_token(State& state, std::string_view of);
  static Place find(State& state, std::string_view token);
  GrantOutcome refuse(const Place& place, std::string_view why, boost::json::array also);

  Truth& truth_;
  const Clock& clock_;
  crypto::Random& random_;
  Guarded<State> state_;
};

}  // namespace strongroom::badprovider
