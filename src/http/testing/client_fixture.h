#pragma once
// What a test of CurlClient needs each time.

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/curl_client.h"
#include "http/testing/fake_resolver.h"
#include "http/testing/scripted_server.h"
#include "http/testing/test_ca.h"

namespace strongroom::http {

// A client that finds provider.example at 127.0.0.1, and a CA for it.
class ClientTest : public testing::Test {
 protected:
  ClientTest() { resolver_.add("provider.example", {"127.0.0.1"}); }

  TestIdentity provider_identity() const { return ca_.issue("DNS:provider.example"); }

  // A request to `path` of `server` under the name provider.example, which may be on loopback.
  OutgoingRequest request_to(const ScriptedServer& server, std::string_view path = "/token") const {
    return request_to_port(server.port(), path);
  }
  OutgoingRequest request_to_port(int port, std::string_view path = "/token") const {
    OutgoingRequest request;
    request.url = "https://provider.example:" + std::to_string(port) + std::string(path);
    request.trusted_ca_pem = ca_.pem();
    request.policy.allowed.push_back(*AddressRange::parse("127.0.0.1"));
    return request;
  }

  ExchangeResult exchange(OutgoingRequest request) {
    return send_and_wait(*client_, std::move(request));
  }
  // The failure of an exchange that must fail; a failure of no kind when it does not.
  ExchangeFailure failure(OutgoingRequest request) {
    const ExchangeResult result = exchange(std::move(request));
    EXPECT_FALSE(result.has_value());
    if (result) return {Hop::kUrl, "It did not fail.", "", true};
    return result.error();
  }
  void make_client(CurlClient::Options options) {
    client_ = std::make_unique<CurlClient>(options, clock_, resolver_, log_);
  }

  TestCa ca_;
  SystemClock clock_;
  FakeResolver resolver_;
  Log log_{clock_, Log::Format::kText, [](std::string_view line) { ADD_FAILURE() << line; }};
  std::unique_ptr<CurlClient> client_ =
      std::make_unique<CurlClient>(CurlClient::Options{}, clock_, resolver_, log_);
};

inline std::string with_length(std::string_view head, std::string_view body) {
  return std::string(head) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

}  // namespace strongroom::http
