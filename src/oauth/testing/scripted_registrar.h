#pragma once
// An authorization server at which clients register, for tests of the rooms above: says what it was
// told to say, and remembers what it was asked.

#include <cstddef>
#include <string>
#include <string_view>

#include "http/testing/fake_client.h"
#include "oauth/discovery.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {

// Answers come in the order in which they were scripted; a request without one cannot connect. Safe
// from any thread, as http::FakeClient is.
class ScriptedRegistrar {
 public:
  // `clock` must outlive it.
  explicit ScriptedRegistrar(const Clock& clock) : http_(&clock) {}

  Discovery& discovery() { return discovery_; }
  TokenClient& tokens() { return tokens_; }

  void answers(int status, std::string_view json) { http_.answer_json(status, json); }
  void sends_elsewhere() { http_.answer(307, "", {{"Location", "https://evil.example/reg"}}); }

  std::size_t requests() const { return http_.count(); }
  // Of the request that came as number `index`: "POST https://id.example/reg", its credential's
  // line or "none", and its body.
  std::string line(std::size_t index) const {
    return http_.request(index).method + " " + http_.request(index).url;
  }
  std::string credential(std::size_t index) const {
    const auto& header = http_.request(index).secret_header;
    return header ? std::string(header->reveal()) : "none";
  }
  std::string body(std::size_t index) const {
    return std::string(http_.request(index).body.reveal());
  }

 private:
  http::FakeClient http_;
  Discovery discovery_{http_};
  TokenClient tokens_{http_};
};

}  // namespace strongroom::oauth
