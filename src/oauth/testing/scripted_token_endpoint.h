#pragma once
// A token endpoint for tests of the rooms above: gives the answers it was told to give.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/testing/fake_client.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {

// Answers come in the order in which they were scripted; a request without one cannot connect.
// Safe from any thread, as http::FakeClient is.
class ScriptedTokenEndpoint {
 public:
  // `clock`, which must outlive this, says when requests were sent.
  explicit ScriptedTokenEndpoint(const Clock& clock) : http_(&clock) {}

  TokenClient& client() { return client_; }

  void grants(std::string_view access_token, int expires_in) {
    http_.answer_json(
        200, "{\"access_token\":\"" + std::string(access_token) +
                 "\",\"token_type\":\"Bearer\",\"expires_in\":" + std::to_string(expires_in) + "}");
  }
  // For a person: with a refresh token, left out if empty, and `more` members, ",\"a\":1".
  void renews(std::string_view access_token, int expires_in, std::string_view refresh_token,
              std::string_view more = {}) {
    std::string body = "{\"access_token\":\"" + std::string(access_token) +
                       "\",\"token_type\":\"Bearer\",\"expires_in\":" + std::to_string(expires_in);
    if (!refresh_token.empty()) body += ",\"refresh_token\":\"" + std::string(refresh_token) + "\"";
    http_.answer_json(200, body + std::string(more) + "}");
  }
  // The same, with the scopes that it says were granted.
  void grants_only(std::string_view access_token, std::string_view scope) {
    http_.answer_json(200, "{\"access_token\":\"" + std::string(access_token) +
                               "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"" +
                               std::string(scope) + "\"}");
  }
  // `error` is one of RFC 6749 section 5.2; `retry_after` a header's value, left out if empty.
  void refuses(int status, std::string_view error, std::string_view retry_after = {}) {
    std::vector<http::Header> headers{{"Content-Type", "application/json"}};
    if (!retry_after.empty()) headers.push_back({"Retry-After", std::string(retry_after)});
    http_.answer(status, "{\"error\":\"" + std::string(error) + "\"}", std::move(headers));
  }
  // As Microsoft does, and with the Date that its clock shows.
  void refuses_with_code(int status, std::string_view error, std::int64_t code,
                         std::string date = {}) {
    std::vector<http::Header> headers{{"Content-Type", "application/json"}};
    if (!date.empty()) headers.push_back({"Date", std::move(date)});
    http_.answer(status,
                 "{\"error\":\"" + std::string(error) + "\",\"error_codes\":[" +
                     std::to_string(code) + "],\"error_description\":\"canary\"}",
                 std::move(headers));
  }
  void cannot_be_reached() { http_.fail(http::Hop::kConnect, false); }
  void takes_it_and_is_silent() { http_.fail(http::Hop::kTime, true); }
  void answers(int status, std::string_view json) { http_.answer_json(status, json); }
  void cannot_be_sent() { http_.fail(http::Hop::kLocal, false); }

  // From now on answers are kept back, until release().
  void hold() { http_.hold(); }
  void release() { http_.release(); }

  std::size_t requests() const { return http_.count(); }
  bool wait_for_requests(std::size_t count) { return http_.wait_for_requests(count); }
  // Where request number `index` went.
  std::string_view url(std::size_t index) const { return http_.request(index).url; }
  // The body of request number `index`, from 0, which must have come.
  std::string_view body(std::size_t index) const { return http_.request(index).body.reveal(); }

 private:
  http::FakeClient http_;
  TokenClient client_{http_};
};

}  // namespace strongroom::oauth
