#pragma once
// One token request and its answer, as far as people may see them: no secret, no token, no
// assertion, and nothing that the provider wrote but numbers.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/client.h"
#include "oauth/token_failure.h"

namespace strongroom::oauth {

// A field of the form that was sent.
struct SeenParameter {
  std::string name;
  std::string value;  // of the few that are never secret; otherwise empty
};

// What is known of a request as it is built.
struct RequestSummary {
  std::string_view authentication = {};  // "client_secret_basic"; empty: nothing was proved
  bool by_assertion = false;             // the client signed something
  std::vector<SeenParameter> parameters = {};
};

struct SeenExchange {
  std::string method;
  std::string url;    // without its query
  std::string proxy;  // empty: none
  RequestSummary request;
  int status = 0;                      // 0: there was no answer
  std::string_view content_type = {};  // a literal of ours; "other" for what we do not know
  std::size_t body_bytes = 0;          // after decompression
  std::string_view error_code = {};    // of OAuth, a literal of ours; or empty
  std::vector<std::int64_t> provider_codes = {};
  std::optional<FailureCause> cause = {};  // nullopt: it gave a token
  std::optional<Seconds> clock_skew = {};  // how far the provider's clock is ahead of ours
  http::ExchangeTrace trace;
};

// True for the form fields whose values may be seen: grant_type, scope, resource, audience.
bool may_be_seen(std::string_view parameter);

// The media type of an answer as one of a closed list; empty: it names none.
std::string_view known_media_type(const std::vector<http::Header>& headers);

// `url` without its query: there may be what nobody must see.
std::string without_query(std::string_view url);

}  // namespace strongroom::oauth
