#pragma once
// An issuer for tests of the rooms above: says what it was told to say.

#include <cstddef>
#include <string>
#include <string_view>

#include "http/testing/fake_client.h"
#include "oauth/discovery.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {

// Answers come in the order in which they were scripted, metadata and tokens alike; a request
// without one cannot connect. Safe from any thread, as http::FakeClient is.
class ScriptedIssuer {
 public:
  Discovery& discovery() { return discovery_; }
  TokenClient& tokens() { return tokens_; }

  void says(std::string_view json) { http_.answer_json(200, json); }
  // As a resource does that is asked without a token.
  void challenges(std::string_view value) {
    http_.answer(401, "", {{"WWW-Authenticate", std::string(value)}});
  }
  void is_not_there() { http_.answer(404, "not here"); }
  void cannot_be_reached() { http_.fail(http::Hop::kConnect, false); }
  void cannot_be_resolved() { http_.fail(http::Hop::kName, false); }
  void cannot_be_trusted() { http_.fail(http::Hop::kTls, false); }

  // The address of one that was sent, from 0.
  std::string asked(std::size_t index) const { return http_.request(index).url; }
  std::size_t requests() const { return http_.count(); }

 private:
  http::FakeClient http_;
  Discovery discovery_{http_};
  TokenClient tokens_{http_};
};

}  // namespace strongroom::oauth
