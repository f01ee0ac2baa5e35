// Where the audit trail stands, and who was given a token that leaked.

#include "api/audit_state.h"
#include "api/resource.h"
#include "api/resources.h"

namespace strongroom::api {
namespace {

constexpr std::size_t kLongestToken = std::size_t{64} * 1024;

void write_checkpoints(JsonWriter& json, const vault::AuditLog::Standing& standing,
                       const AuditState& state) {
  json.begin_object("checkpoints");
  json.member("count", standing.trail.checkpoints);
  const bool is_there = standing.last_checkpoint_sequence > 0;
  json.member("last_at", is_there ? std::optional(standing.last_checkpoint_at) : std::nullopt);
  json.member("last_sequence",
              is_there ? std::optional(standing.last_checkpoint_sequence) : std::nullopt);
  json.member("server", state.server);
  json.member("public_key", state.public_key);
  json.end_object();
}

void write_sink(JsonWriter& json, const SinkState& sink) {
  json.begin_object();
  json.member("name", sink.name);
  json.member("kind", sink.name);
  json.member("format", sink.format);
  json.member("queued", sink.queued);
  json.member("sent", sink.sent);
  json.member("dropped", sink.dropped);
  json.member("last_sent_at", sink.last_sent_at);
  json.member("failing_since", sink.failing_since);
  if (sink.problem.empty()) {
    json.member("problem", nullptr);
  } else {
    json.member("problem", sink.problem);
  }
  json.end_object();
}

Result<http::Response> show_trail(const Services& services, const Call& call) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_TRY(const auto standing, services.audit_log.standing(call.actor()));
  JsonWriter json;
  json.begin_object();
  json.member("events", standing.trail.events);
  json.member("head", standing.trail.head);
  json.member("first_sequence", standing.trail.first_sequence);
  json.member("last_sequence", standing.trail.last_sequence);
  json.member("keep_days", services.audit_state.keep_days);
  write_checkpoints(json, standing, services.audit_state);
  json.begin_array("sinks");
  for (const SinkState& sink : services.audit_state.sinks()) write_sink(json, sink);
  json.end_array();
  json.end_object();
  return json_response(json.take());
}

void write_party(JsonWriter& json, LiteralText name, bool is_there, const std::string& id,
                 const std::string& called) {
  if (!is_there) return json.member(name, nullptr);
  json.begin_object(name);
  json.member("id", id);
  json.member("name", called);
  json.end_object();
}

void write_hand_out(JsonWriter& json, const vault::TracedHandOut& hand_out) {
  const bool is_secret = hand_out.action.starts_with("secret.");
  json.begin_object();
  json.member("at", hand_out.at);
  json.member("action", hand_out.action);
  write_party(json, "oauth_client", !is_secret, hand_out.subject_id, hand_out.subject_name);
  write_party(json, "secret", is_secret, hand_out.subject_id, hand_out.subject_name);
  write_party(json, "robot", hand_out.to_robot, hand_out.actor_id, hand_out.actor_name);
  write_party(json, "user", !hand_out.to_robot, hand_out.actor_id, hand_out.actor_name);
  json.member("peer", hand_out.peer);
  json.member("request_id", hand_out.request_id);
  json.end_object();
}

Result<http::Response> trace_token(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("token");
  auto letters = body.secret("token", kLongestToken);
  STRONGROOM_CHECK(body.finish());
  const oauth::AccessToken token(letters->view());
  STRONGROOM_TRY(const auto trace, services.audit_log.trace(call.actor(), token));
  JsonWriter json;
  json.begin_object();
  json.member("found", !trace.hand_outs.empty() || !trace.retrieved_at.empty());
  json.member("fingerprint", trace.fingerprint);
  json.begin_array("hand_outs");
  for (const vault::TracedHandOut& hand_out : trace.hand_outs) write_hand_out(json, hand_out);
  json.end_array();
  json.member("more", trace.more);
  if (trace.retrieved_at.empty()) {
    json.member("retrieved_at", nullptr);
  } else {
    json.member("retrieved_at", trace.retrieved_at);
  }
  json.end_object();
  return json_response(json.take());
}

}  // namespace

void add_audit_trail_routes(const Services& services, std::vector<Route>& routes) {
  const RouteAdder add(services, routes);
  add("GET", "/api/v1/audit-trail", show_trail);
  add("POST", "/api/v1/audit-events/trace-token", trace_token);
}

}  // namespace strongroom::api
