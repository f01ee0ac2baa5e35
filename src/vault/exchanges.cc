#include "vault/exchanges.h"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "oauth/endpoint_check.h"
#include "storage/exchange_rows.h"
#include "storage/oauth_client_rows.h"
#include "vault/oauth_clients.h"
#include "vault/reach.h"
#include "vault/row_mac.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestValue = 500;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kMostParameters = 32;

Error corrupt() {
  return Error{Code::kCorrupt, "A stored row is damaged.", "exchanges: not what was stored"};
}

// The beginning of `value`, which ends with a whole character of UTF-8.
std::string_view cut(std::string_view value, std::size_t longest = kLongestValue) {
  if (value.size() <= longest) return value;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
  return value.substr(0, end);
}

json::array to_array(const std::vector<SeenParameter>& parameters) {
  json::array array;
  for (const SeenParameter& parameter : parameters) {
    if (array.size() == kMostParameters) break;
    array.push_back(json::array{cut(parameter.name, kLongestName), cut(parameter.value)});
  }
  return array;
}

void add_text(json::object& object, std::string_view name, std::string_view value) {
  if (!value.empty()) object[name] = cut(value);
}

// Members of one stored object; what is missing or of another kind is empty.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) {}

  std::string text(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
  }
  std::optional<std::int64_t> maybe_number(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    return value->get_int64();
  }
  std::int64_t number(std::string_view name) const { return maybe_number(name).value_or(0); }
  json::array list(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : json::array{};
  }

 private:
  const json::object& object_;
};

std::vector<SeenParameter> read_parameters(const Members& members) {
  std::vector<SeenParameter> parameters;
  for (const json::value& pair : members.list("parameters")) {
    const json::array* both = pair.if_array();
    if (both == nullptr || both->size() != 2 || !both->at(0).is_string() ||
        !both->at(1).is_string()) {
      continue;
    }
    parameters.push_back(
        {std::string(both->at(0).get_string()), std::string(both->at(1).get_string())});
  }
  return parameters;
}

// What was asked, which a client does again and again.
json::object request_of(const Exchange& exchange) {
  json::object out;
  add_text(out, "method", exchange.method);
  add_text(out, "url", exchange.url);
  add_text(out, "proxy", exchange.proxy);
  add_text(out, "authentication", exchange.authentication);
  if (exchange.credential) out["credential"] = exchange.credential->text();
  add_text(out, "credential_kind", exchange.credential_kind);
  out["parameters"] = to_array(exchange.parameters);
  return out;
}

json::object outcome_of(const Exchange& exchange) {
  json::object out;
  out["took_ms"] = exchange.took.count();
  out["status"] = exchange.status;
  add_text(out, "content_type", exchange.content_type);
  out["body_bytes"] = exchange.body_bytes;
  add_text(out, "error_code", exchange.error_code);
  if (!exchange.provider_codes.empty()) {
    out["provider_codes"] =
        json::array(exchange.provider_codes.begin(), exchange.provider_codes.end());
  }
  add_text(out, "cause", exchange.cause);
  add_text(out, "failed_hop", exchange.failed_hop);
  add_text(out, "connected_to", exchange.connected_to);
  add_text(out, "http_version", exchange.http_version);
  add_text(out, "tls_protocol", exchange.tls_protocol);
  add_text(out, "certificate_subject", exchange.certificate_subject);
  if (exchange.clock_skew_s) out["clock_skew_s"] = *exchange.clock_skew_s;
  return out;
}

void read_request(const Members& members, Exchange& exchange) {
  exchange.method = members.text("method");
  exchange.url = members.text("url");
  exchange.proxy = members.text("proxy");
  exchange.authentication = members.text("authentication");
  exchange.credential = Uuid::parse(members.text("credential"));
  exchange.credential_kind = members.text("credential_kind");
  exchange.parameters = read_parameters(members);
}

void read_outcome(const Members& members, Exchange& exchange) {
  exchange.took = Milliseconds(members.number("took_ms"));
  exchange.status = static_cast<int>(members.number("status"));
  exchange.content_type = members.text("content_type");
  exchange.body_bytes = members.number("body_bytes");
  exchange.error_code = members.text("error_code");
  for (const json::value& code : members.list("provider_codes")) {
    if (code.is_int64()) exchange.provider_codes.push_back(code.get_int64());
  }
  exchange.cause = members.text("cause");
  if (const oauth::CauseFacts* const facts = oauth::find_cause(exchange.cause)) {
    exchange.message = facts->message.view();
    exchange.who_must_act = oauth::to_text(facts->who);
    exchange.where = facts->where.view();
  }
  exchange.failed_hop = members.text("failed_hop");
  exchange.connected_to = members.text("connected_to");
  exchange.http_version = members.text("http_version");
  exchange.tls_protocol = members.text("tls_protocol");
  exchange.certificate_subject = members.text("certificate_subject");
  exchange.clock_skew_s = members.maybe_number("clock_skew_s");
}

}  // namespace

Exchange exchange_of(const oauth::SeenExchange& seen, const UsedCredential& used, WallTime at,
                     Milliseconds took) {
  Exchange kept;
  kept.at = at;
  kept.took = took;
  kept.method = seen.method;
  kept.url = seen.url;
  kept.proxy = seen.proxy;
  kept.authentication = seen.request.authentication;
  if (!used.id.is_nil()) kept.credential = used.id;
  kept.credential_kind = used.kind;
  kept.parameters = seen.request.parameters;
  kept.status = seen.status;
  kept.content_type = seen.content_type;
  kept.body_bytes = static_cast<std::int64_t>(seen.body_bytes);
  kept.error_code = seen.error_code;
  kept.provider_codes = seen.provider_codes;
  if (seen.cause) {
    kept.cause = oauth::facts_of(*seen.cause).name.view();
    kept.failed_hop = oauth::to_text(oauth::hop_of(*seen.cause));
  }
  kept.connected_to = seen.trace.connected_to;
  kept.http_version = seen.trace.http_version;
  kept.tls_protocol = seen.trace.tls_protocol;
  if (seen.trace.certificate) kept.certificate_subject = seen.trace.certificate->subject;
  if (seen.clock_skew) kept.clock_skew_s = seen.clock_skew->count();
  return kept;
}

storage::ExchangeRow to_row(const Exchange& exchange) {
  return {.at = exchange.at,
          .request = json::serialize(request_of(exchange)),
          .outcome = json::serialize(outcome_of(exchange))};
}

Result<Exchange> exchange_from_row(const storage::ExchangeRow& row) {
  const auto outcome = parse_json(row.outcome);
  const auto request = parse_json(row.request);
  if (!outcome || !outcome->is_object() || !request || !request->is_object()) return corrupt();
  Exchange exchange;
  exchange.at = row.at;
  read_outcome(Members(outcome->get_object()), exchange);
  // Rows of before migration 16 have both in one.
  const bool is_whole = request->get_object().empty();
  read_request(Members(is_whole ? outcome->get_object() : request->get_object()), exchange);
  return exchange;
}

Status record_exchange(storage::Transaction& tx, const Uuid& oauth_client_id,
                       const Exchange& exchange) {
  return storage::put_exchange(tx, oauth_client_id, to_row(exchange));
}

Result<std::vector<Exchange>> OAuthClients::exchanges(const Actor& actor, OAuthClientId id,
                                                      std::int64_t most) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  using Rows = std::vector<storage::ExchangeRow>;
  STRONGROOM_TRY(
      const Rows rows,
      storage::read<Rows>(context_.store, [&](storage::Snapshot& snapshot) -> Result<Rows> {
        STRONGROOM_CHECK(allowed(actor, Permission::kView,
                                 living(storage::find_oauth_client(snapshot, id.uuid))));
        return storage::exchanges_of(snapshot, id.uuid, most);
      }));
  std::vector<Exchange> exchanges;
  exchanges.reserve(rows.size());
  for (const storage::ExchangeRow& row : rows) {
    STRONGROOM_TRY(Exchange exchange, exchange_from_row(row));
    exchanges.push_back(std::move(exchange));
  }
  return exchanges;
}

Result<Exchange> OAuthClients::last_exchange(const Actor& actor, OAuthClientId id) {
  STRONGROOM_TRY(std::vector<Exchange> newest, exchanges(actor, id, 1));
  if (newest.empty()) {
    return Error{Code::kNotFound,
                 "The provider has not been asked for a token for this OAuth client yet.",
                 {},
                 "no_exchange"};
  }
  return std::move(newest.front());
}

}  // namespace strongroom::vault
