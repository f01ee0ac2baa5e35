#include "vault/last_exchange.h"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json.h"
#include "oauth/endpoint_check.h"
#include "storage/last_exchange_rows.h"
#include "storage/oauth_client_rows.h"
#include "vault/oauth_clients.h"
#include "vault/reach.h"
#include "vault/row_mac.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestValue = 500;

Error corrupt() {
  return Error{Code::kCorrupt, "A stored row is damaged.", "last_exchanges: not what was stored"};
}

std::string cut(std::string_view value) { return std::string(value.substr(0, kLongestValue)); }

json::array to_array(const std::vector<SeenParameter>& parameters) {
  json::array array;
  for (const SeenParameter& parameter : parameters) {
    array.push_back(json::array{parameter.name, cut(parameter.value)});
  }
  return array;
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

}  // namespace

LastExchange last_exchange_of(const oauth::SeenExchange& seen, const UsedCredential& used,
                              WallTime at, Milliseconds took) {
  LastExchange kept;
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
  if (seen.trace.certificate) kept.certificate_subject = cut(seen.trace.certificate->subject);
  if (seen.clock_skew) kept.clock_skew_s = seen.clock_skew->count();
  return kept;
}

std::string to_json(const LastExchange& exchange) {
  json::object out;
  out["at"] = exchange.at.time_since_epoch().count();
  out["took_ms"] = exchange.took.count();
  const auto text = [&](const char* name, std::string_view value) {
    if (!value.empty()) out[name] = value;
  };
  text("method", exchange.method);
  text("url", exchange.url);
  text("proxy", exchange.proxy);
  text("authentication", exchange.authentication);
  if (exchange.credential) out["credential"] = exchange.credential->text();
  text("credential_kind", exchange.credential_kind);
  out["parameters"] = to_array(exchange.parameters);
  out["status"] = exchange.status;
  text("content_type", exchange.content_type);
  out["body_bytes"] = exchange.body_bytes;
  text("error_code", exchange.error_code);
  if (!exchange.provider_codes.empty()) {
    out["provider_codes"] =
        json::array(exchange.provider_codes.begin(), exchange.provider_codes.end());
  }
  text("cause", exchange.cause);
  text("failed_hop", exchange.failed_hop);
  text("connected_to", exchange.connected_to);
  text("http_version", exchange.http_version);
  text("tls_protocol", exchange.tls_protocol);
  text("certificate_subject", exchange.certificate_subject);
  if (exchange.clock_skew_s) out["clock_skew_s"] = *exchange.clock_skew_s;
  return json::serialize(out);
}

Result<LastExchange> last_exchange_from_json(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed || !parsed->is_object()) return corrupt();
  const Members members(parsed->get_object());
  LastExchange exchange;
  const auto at = members.maybe_number("at");
  if (!at) return corrupt();
  exchange.at = WallTime{Milliseconds(*at)};
  exchange.took = Milliseconds(members.number("took_ms"));
  exchange.method = members.text("method");
  exchange.url = members.text("url");
  exchange.proxy = members.text("proxy");
  exchange.authentication = members.text("authentication");
  exchange.credential = Uuid::parse(members.text("credential"));
  exchange.credential_kind = members.text("credential_kind");
  exchange.parameters = read_parameters(members);
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
  return exchange;
}

Result<LastExchange> OAuthClients::last_exchange(const Actor& actor, OAuthClientId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  STRONGROOM_TRY(
      const std::optional<std::string> body,
      storage::read<std::optional<std::string>>(
          context_.store, [&](storage::Snapshot& snapshot) -> Result<std::optional<std::string>> {
            STRONGROOM_CHECK(allowed(actor, Permission::kView,
                                     living(storage::find_oauth_client(snapshot, id.uuid))));
            return storage::find_last_exchange(snapshot, id.uuid);
          }));
  if (!body) {
    return Error{Code::kNotFound,
                 "The provider has not been asked for a token for this OAuth client yet.",
                 {},
                 "no_exchange"};
  }
  return last_exchange_from_json(*body);
}

}  // namespace strongroom::vault
