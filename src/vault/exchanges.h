#pragma once
// The flight recorder: the last token requests of an OAuth client and what came of them, redacted,
// kept for people who look for what is wrong.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oauth/seen_exchange.h"
#include "storage/exchange_rows.h"
#include "storage/store.h"
#include "vault/credential_use.h"
#include "vault/types.h"

namespace strongroom::vault {

using oauth::SeenParameter;

struct Exchange {
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
Exchange exchange_of(const oauth::SeenExchange& seen, const UsedCredential& used, WallTime at,
                     Milliseconds took);

// As it is stored: what is long is cut, so that a row has an upper bound.
storage::ExchangeRow to_row(const Exchange& exchange);
Result<Exchange> exchange_from_row(const storage::ExchangeRow& row);  // kCorrupt

// Adds it to the client's recorder, as the newest. Errors: as Transaction::execute().
Status record_exchange(storage::Transaction& tx, const Uuid& oauth_client_id,
                       const Exchange& exchange);

}  // namespace strongroom::vault
