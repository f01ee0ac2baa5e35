#include "notify/notification.h"

#include <utility>

#include "base/json.h"

namespace strongroom::notify {
namespace {

constexpr std::array<std::string_view, kEventKinds> kNames{"needs_sign_in", "recovered", "failing",
                                                           "dying", "scopes_narrowed"};

// Members of one JSON object or items of one array, with the commas between them.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) {}
  void text(std::string_view name, std::string_view value) {
    begin(name);
    append_json_string(out_, value);
  }
  // Nothing where it is empty.
  void known_text(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void number(std::string_view name, std::int64_t value) {
    begin(name);
    out_.append(std::to_string(value));
  }
  // What follows is the caller's: an object or an array.
  void begin(std::string_view name) {
    item();
    append_json_string(out_, name);
    out_.push_back(':');
  }
  void item() {
    if (!std::exchange(is_first_, false)) out_.push_back(',');
  }

 private:
  std::string& out_;
  bool is_first_ = true;
};

void append_place(Members& members, std::string& out, std::string_view name, const Uuid& id,
                  std::string_view title) {
  if (id.is_nil()) return;
  members.begin(name);
  out.push_back('{');
  Members inner(out);
  inner.text("id", id.text());
  inner.text("name", title);
  out.push_back('}');
}

void append_subject(std::string& out, const Subject& subject, const std::string& source) {
  out.push_back('{');
  Members members(out);
  if (!subject.client.is_nil()) {
    members.text("oauth_client", subject.client.text());
    members.text("label", subject.label);
  }
  append_place(members, out, "target_system", subject.target_system, subject.target_system_name);
  members.known_text("cause", subject.cause);
  if (subject.ends_at) members.text("ends_at", rfc3339(*subject.ends_at));
  if (subject.within) members.number("within_days", *subject.within);
  const bool is_client = !subject.client.is_nil();
  members.text(
      "url",
      source + (is_client ? "/repository/vault/oauth-clients/" + subject.client.text()
                          : "/repository/vault/target-systems/" + subject.target_system.text()));
  out.push_back('}');
}

void append_owner(Members& members, std::string& out, const Notification& notification) {
  if (notification.owner_name.empty() && notification.owner_email.empty()) return;
  members.begin("owner");
  out.push_back('{');
  Members owner(out);
  owner.known_text("name", notification.owner_name);
  owner.known_text("email", notification.owner_email);
  out.push_back('}');
}

void begin_envelope(Members& members, const Envelope& envelope, std::string_view type) {
  members.text("specversion", "1.0");
  members.text("id", envelope.id.text());
  members.text("source", envelope.source);
  members.text("type", type);
  members.text("time", rfc3339(envelope.at));
  members.text("datacontenttype", "application/json");
}

}  // namespace

std::string_view to_text(EventKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<EventKind> event_kind_from_text(std::string_view text) {
  for (const EventKind kind : kAllEventKinds) {
    if (to_text(kind) == text) return kind;
  }
  return std::nullopt;
}

std::string event_type(EventKind kind) {
  return std::string("strongroom.oauth_client.").append(to_text(kind));
}

std::string cloud_event(const Notification& notification, const Envelope& envelope) {
  std::string out = "{";
  Members members(out);
  begin_envelope(members, envelope, event_type(notification.kind));
  if (notification.count == 1 && notification.subjects.size() == 1) {
    const Subject& only = notification.subjects.front();
    members.text("subject", (only.client.is_nil() ? only.target_system : only.client).text());
  }
  members.begin("data");
  out.push_back('{');
  Members data(out);
  data.text("event", to_text(notification.kind));
  append_place(data, out, "project", notification.project, notification.project_name);
  append_owner(data, out, notification);
  data.number("count", notification.count);
  data.begin("affected");
  out.push_back('[');
  Members list(out);
  for (const Subject& subject : notification.subjects) {
    list.item();
    append_subject(out, subject, envelope.source);
  }
  out.append("]}}");
  return out;
}

std::string test_cloud_event(std::string_view target_name, const Envelope& envelope) {
  std::string out = "{";
  Members members(out);
  begin_envelope(members, envelope, kTestEventType);
  members.begin("data");
  out.push_back('{');
  Members data(out);
  data.text("event", "test");
  data.text("target", target_name);
  out.append("}}");
  return out;
}

}  // namespace strongroom::notify
