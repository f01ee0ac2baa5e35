#pragma once
// The last token request of an OAuth client and what came of it, redacted: kept for people who look
// for what is wrong, and replaced by the next one.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oauth/seen_exchange.h"
#include "storage/store.h"
#include "vault/credential_use.h"
#include "vault/types.h"

namespace strongroom::vault {

using oauth::SeenParameter;

struct LastExchange {
  WallTime at{};        // when it was sent
  Milliseconds took{};  // until it ended
  std::string method;
  std::string url;    // scheme, host, port and path
  std::string proxy;  // empty: none
  std::string authentication;
  std::optional<Uuid> credential;  // none: nothing was proved
  std::string credential_kind;
  std::vector<SeenParameter> parameters;
  int status = 0;  // 0: there was no answer
  std::string content_type;
  std::int64_t body_bytes = 0;
  std::string error_code;  // of OAuth; or empty
  std::vector<std::int64_t> provider_codes;
  std::string cause;  // empty: it gave a token
  // What is known of the cause today; not stored.
  std::string message;
  std::string who_must_act;
  std::string where;
  std::string failed_hop;
  std::string connected_to;
  std::string http_version;
  std::string tls_protocol;
  std::string certificate_subject;           // empty: not known, as on a connection in use already
  std::optional<std::int64_t> clock_skew_s;  // how far the provider's clock is ahead of ours
};

// What is kept of an exchange that began at `at`.
LastExchange last_exchange_of(const oauth::SeenExchange& seen, const UsedCredential& used,
                              WallTime at, Milliseconds took);

// As it is stored. Long values of parameters are cut.
std::string to_json(const LastExchange& exchange);
Result<LastExchange> last_exchange_from_json(std::string_view json);  // kCorrupt

}  // namespace strongroom::vault
