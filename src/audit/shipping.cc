#include "audit/shipping.h"

#include <algorithm>
#include <cstdint>

#include "audit/event.h"
#include "audit/recorded_event.h"
#include "base/clock.h"
#include "base/json.h"

namespace strongroom::audit {
namespace {

// OCSF 1.3: category Identity & Access Management (3) and Application Activity (6).
enum class OcsfClass : std::int64_t {
  kAccountChange = 3001,
  kAuthentication = 3002,
  kApiActivity = 6003,
};
constexpr std::int64_t kOther = 99;

struct Place {
  OcsfClass in;
  std::int64_t activity;
};

struct Placed {
  std::string_view action;
  Place place;
};

constexpr Placed kPlaces[] = {
    {"session.started", {OcsfClass::kAuthentication, 1}},
    {"session.ended", {OcsfClass::kAuthentication, 2}},
    {"session.stepped_up", {OcsfClass::kAuthentication, kOther}},
    {"second_factor.refused", {OcsfClass::kAuthentication, 1}},
    {"second_factor.recovery_code_used", {OcsfClass::kAuthentication, kOther}},
    {"terminal_sign_in.completed", {OcsfClass::kAuthentication, 1}},
    {"terminal_sign_in.denied", {OcsfClass::kAuthentication, 1}},
    {"single_sign_on.refused", {OcsfClass::kAuthentication, 1}},
    {"user.created", {OcsfClass::kAccountChange, 1}},
    {"user.enabled", {OcsfClass::kAccountChange, 2}},
    {"user.password_changed", {OcsfClass::kAccountChange, 3}},
    {"user.password_reset", {OcsfClass::kAccountChange, 4}},
    {"user.disabled", {OcsfClass::kAccountChange, 5}},
    {"user.deleted", {OcsfClass::kAccountChange, 6}},
    {"group.role_granted", {OcsfClass::kAccountChange, 7}},
    {"group.role_revoked", {OcsfClass::kAccountChange, 8}},
    {"second_factor.enabled", {OcsfClass::kAccountChange, 10}},
    {"second_factor.disabled", {OcsfClass::kAccountChange, 11}},
    {"second_factor.reset", {OcsfClass::kAccountChange, 11}},
};

// Of API Activity, by how the action ends.
std::int64_t activity_of(std::string_view action) {
  const auto ends = [&](std::string_view end) { return action.ends_with(end); };
  if (ends(".created") || ends(".granted") || ends(".set")) return 1;
  if (ends(".handed_out") || ends(".extracted") || ends(".exported") || ends(".downloaded") ||
      ends(".denied") || ends("_robot")) {
    return 2;
  }
  if (ends(".deleted") || ends(".revoked") || ends(".expired") || ends(".lifted")) return 4;
  return ends("ed") || ends("d") ? 3 : kOther;
}

Place place_of(const RecordedEvent& event) {
  const auto* const found = std::ranges::find(kPlaces, event.action, &Placed::action);
  if (found != std::end(kPlaces)) return found->place;
  if (event.action.starts_with("user.") || event.action.starts_with("group.")) {
    return {OcsfClass::kAccountChange, kOther};
  }
  return {OcsfClass::kApiActivity, activity_of(event.action)};
}

// OCSF's severity_id, and with it syslog's severity (RFC 5424 section 6.2.1).
struct Severity {
  std::int64_t ocsf;
  int syslog;
};
Severity severity_of(const RecordedEvent& event) {
  if (event.action == to_text(Action::kCanaryTouched)) return {5, 1};  // critical; alert
  if (event.outcome == to_text(Outcome::kSuccess)) return {1, 5};      // informational; notice
  return {3, 4};                                                       // medium; warning
}

void member(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  if (!out.ends_with('{')) out.push_back(',');
  append_json_string(out, name);
  out.push_back(':');
  append_json_string(out, text);
}

void number(std::string& out, std::string_view name, std::int64_t value) {
  if (!out.ends_with('{')) out.push_back(',');
  append_json_string(out, name);
  out.append(":").append(std::to_string(value));
}

void begin(std::string& out, std::string_view name) {
  if (!out.ends_with('{')) out.push_back(',');
  append_json_string(out, name);
  out.append(":{");
}

void write_metadata(std::string& out, const Trail::Entry& entry, const RecordedEvent& event,
                    const Shipper& shipper) {
  begin(out, "metadata");
  member(out, "version", "1.3.0");
  begin(out, "product");
  member(out, "name", "Strongroom");
  member(out, "vendor_name", "Strongroom");
  member(out, "version", shipper.version);
  member(out, "uid", shipper.server);
  out.push_back('}');
  member(out, "uid", event.id);
  member(out, "log_name", "audit");
  number(out, "sequence", entry.sequence);
  out.push_back('}');
}

void write_actor(std::string& out, const RecordedEvent& event) {
  begin(out, "actor");
  begin(out, "user");
  member(out, "uid", event.actor_id);
  member(out, "type", event.actor_kind == "user" ? "User" : "System");
  number(out, "type_id", event.actor_kind == "user" ? 1 : 3);
  member(out, "credential_uid", event.key_id);
  out.append("}}");
  if (event.peer.empty()) return;
  begin(out, "src_endpoint");
  member(out, "ip", event.peer);
  out.push_back('}');
}

// Whom or what it was done to, as the class has it.
void write_subject(std::string& out, const RecordedEvent& event, OcsfClass in) {
  if (in != OcsfClass::kApiActivity) {
    begin(out, "user");
    member(out, "uid", event.subject_id.empty() ? event.actor_id : event.subject_id);
    member(out, "name", event.subject_name);
    out.push_back('}');
    return;
  }
  begin(out, "api");
  member(out, "operation", event.action);
  begin(out, "request");
  member(out, "uid", event.request_id.empty() ? event.id : event.request_id);
  out.append("}}");
  if (event.subject_id.empty()) return;
  out.append(",\"resources\":[{");
  member(out, "uid", event.subject_id);
  member(out, "name", event.subject_name);
  member(out, "namespace", event.project_id);
  out.append("}]");
}

std::int64_t millis_of(const std::string& at) {
  const auto time = parse_rfc3339(at);
  return time ? time->time_since_epoch().count() : 0;
}

// PRINTUSASCII of RFC 5424 section 6, at most `most` characters; "-" where nothing is left.
std::string header_field(std::string_view text, std::size_t most) {
  std::string field;
  for (const char c : text.substr(0, most)) field.push_back(c > 32 && c < 127 ? c : '_');
  return field.empty() ? "-" : field;
}

}  // namespace

std::string json_record(const Trail::Entry& entry, const Shipper& shipper) {
  std::string out = "{";
  member(out, "server", shipper.server);
  number(out, "sequence", entry.sequence);
  member(out, "hash", entry.hash);
  return out.append(",\"event\":").append(entry.json).append("}");
}

std::string ocsf_record(const Trail::Entry& entry, const Shipper& shipper) {
  const auto read = read_event(entry.json);
  if (!read) return json_record(entry, shipper);  // what is damaged is shipped as it is
  const RecordedEvent& event = *read;
  const Place place = place_of(event);
  const auto in = static_cast<std::int64_t>(place.in);
  const bool succeeded = event.outcome == to_text(Outcome::kSuccess);
  std::string out = "{";
  number(out, "category_uid", in / 1000);
  number(out, "class_uid", in);
  number(out, "activity_id", place.activity);
  member(out, "activity_name", event.action);
  number(out, "type_uid", in * 100 + place.activity);
  number(out, "time", millis_of(event.at));
  number(out, "severity_id", severity_of(event).ocsf);
  number(out, "status_id", succeeded ? 1 : 2);
  member(out, "status_detail", event.reason);
  number(out, "count", event.count);
  write_metadata(out, entry, event, shipper);
  write_actor(out, event);
  write_subject(out, event, place.in);
  begin(out, "unmapped");
  member(out, "hash", entry.hash);
  return out.append(",\"event\":").append(entry.json).append("}}");
}

std::string syslog_frame(const Trail::Entry& entry, const Shipper& shipper,
                         std::string_view record) {
  constexpr int kLogAudit = 13;
  constexpr std::int64_t kMostSequence = 2'147'483'647;  // RFC 5424 section 7.3.1
  const auto read = read_event(entry.json);
  const RecordedEvent event = read ? *read : RecordedEvent{};
  std::string message = "<" + std::to_string(kLogAudit * 8 + severity_of(event).syslog) + ">1 ";
  message.append(header_field(event.at, 32)).append(" ");
  message.append(header_field(shipper.host, 255)).append(" strongroom - ");
  message.append(header_field(event.action, 32));
  message.append(R"( [meta sequenceId=")")
      .append(std::to_string((entry.sequence - 1) % kMostSequence + 1))
      .append("\"] \xef\xbb\xbf");
  message.append(record);
  return std::to_string(message.size()) + " " + message;
}

}  // namespace strongroom::audit
