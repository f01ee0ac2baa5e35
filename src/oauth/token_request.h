#pragma once
// A request to a token endpoint, built and ready to be sent: RFC 6749 section 3.2.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client.h"
#include "oauth/seen_exchange.h"
#include "oauth/token_response.h"

namespace strongroom::oauth {

// Move-only; the secrets in `message` are Secrets.
struct TokenRequest {
  // Complete but for where it may go: the caller adds trusted_ca_pem, policy, limits, unix_socket.
  http::OutgoingRequest message;
  Expectation expectation;
  RequestSummary summary;
  // Empty, or what TokenClient::request() fills in until it calls `done`; not to be looked at
  // before.
  std::shared_ptr<SeenExchange> seen;
};

// A form that holds secrets: grows in one buffer that is wiped. Empty values are left out,
// and a name that is there already is not added again (RFC 6749 section 3.2), so what is added
// first cannot be overridden.
class TokenForm {
 public:
  TokenForm() = default;
  TokenForm(TokenForm&&) noexcept;
  TokenForm& operator=(TokenForm&&) noexcept;
  ~TokenForm();

  // False, and nothing added, if `name` is there already.
  bool add(std::string_view name, std::string_view value);
  bool has(std::string_view name) const;
  http::RequestBody body() const;
  // What was added, in that order; values only of what may_be_seen().
  const std::vector<SeenParameter>& parameters() const { return parameters_; }

 private:
  std::vector<SeenParameter> parameters_;
  std::string text_;
};

}  // namespace strongroom::oauth
