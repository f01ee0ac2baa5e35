#include "cli/audit_output.h"

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::cli {
namespace {

namespace json = boost::json;

std::string_view text_of(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  const json::string* const text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

// The one of the two that is there.
const json::object& party(const json::object& hand_out, std::string_view one,
                          std::string_view other) {
  static const json::object nobody;
  for (const std::string_view name : {one, other}) {
    const json::value* const value = hand_out.if_contains(name);
    if (value != nullptr && value->is_object()) return value->get_object();
  }
  return nobody;
}

void append(std::string& text, std::string_view name, std::string_view id) {
  text.append(name.empty() ? std::string_view("(gone)") : name);
  text.append(" (").append(id).append(")");
}

}  // namespace

std::string trace_text(const std::vector<TraceLine>& lines, std::string_view retrieved_at) {
  std::string text;
  if (lines.empty()) {
    text = retrieved_at.empty()
               ? "Not found: nobody was given this by this server, or it was so long ago that the "
                 "events are gone.\nIt may be another text than the token itself: no quotes, no "
                 "\"Bearer\".\n"
               : "Nobody was given this token, but this server has it.\n";
  }
  for (const TraceLine& line : lines) {
    text.append(line.at).append("  ").append(line.action).append("  ");
    append(text, line.subject, line.subject_id);
    append(text.append("  to  "), line.actor, line.actor_id);
    text.append("  from  ").append(line.peer);
    text.append("  request  ").append(line.request_id).append("\n");
  }
  if (!retrieved_at.empty()) {
    text.append("Retrieved from the provider: ").append(retrieved_at).append("\n");
  }
  return text;
}

std::string trace_text_of(std::string_view answer) {
  const auto parsed = parse_json(answer);
  const json::object* const trace = parsed ? parsed->if_object() : nullptr;
  const json::value* const hand_outs = trace ? trace->if_contains("hand_outs") : nullptr;
  if (hand_outs == nullptr || !hand_outs->is_array()) return "";
  std::vector<TraceLine> lines;
  for (const json::value& item : hand_outs->get_array()) {
    const json::object* const hand_out = item.if_object();
    if (hand_out == nullptr) continue;
    const json::object& subject = party(*hand_out, "oauth_client", "secret");
    const json::object& actor = party(*hand_out, "robot", "user");
    lines.push_back({text_of(*hand_out, "at"), text_of(*hand_out, "action"),
                     text_of(subject, "name"), text_of(subject, "id"), text_of(actor, "name"),
                     text_of(actor, "id"), text_of(*hand_out, "peer"),
                     text_of(*hand_out, "request_id")});
  }
  return trace_text(lines, text_of(*trace, "retrieved_at"));
}

}  // namespace strongroom::cli
