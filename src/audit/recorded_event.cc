#include "audit/recorded_event.h"

#include <boost/json.hpp>

#include "audit/event.h"
#include "base/json.h"

namespace strongroom::audit {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& event, std::string_view name) {
  const json::value* const value = event.if_contains(name);
  const json::string* const text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::vector<std::string> texts_of(const json::object& event, std::string_view name) {
  std::vector<std::string> texts;
  const json::value* const value = event.if_contains(name);
  if (value == nullptr || !value->is_array()) return texts;
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) texts.emplace_back(item.get_string());
  }
  return texts;
}

}  // namespace

std::string_view action_in(std::string_view json) {
  constexpr std::string_view kName = "\",\"action\":\"";
  constexpr std::size_t kAt = kTimePosition - 1 + kTimeLength;
  if (json.size() <= kAt || json.substr(kAt, kName.size()) != kName) return {};
  json.remove_prefix(kAt + kName.size());
  return json.substr(0, json.find('"'));
}

Result<RecordedEvent> read_event(std::string_view text) {
  const auto parsed = parse_json(text);
  const json::object* const event = parsed ? parsed->if_object() : nullptr;
  if (event == nullptr) return Error{Code::kCorrupt, "an event of the audit trail is damaged"};
  RecordedEvent read{.id = text_of(*event, "id"),
                     .at = text_of(*event, "at"),
                     .action = text_of(*event, "action"),
                     .outcome = text_of(*event, "outcome"),
                     .actor_kind = text_of(*event, "actor_kind"),
                     .actor_id = text_of(*event, "actor_id"),
                     .runner_id = text_of(*event, "runner_id"),
                     .key_id = text_of(*event, "key_id"),
                     .subject_id = text_of(*event, "subject_id"),
                     .subject_name = text_of(*event, "subject_name"),
                     .project_id = text_of(*event, "project_id"),
                     .reason = text_of(*event, "reason"),
                     .resource = text_of(*event, "resource"),
                     .fingerprint = text_of(*event, "fingerprint"),
                     .request_id = text_of(*event, "request_id"),
                     .peer = text_of(*event, "peer"),
                     .fields = texts_of(*event, "fields")};
  const json::value* const count = event->if_contains("count");
  if (count != nullptr && count->is_int64()) read.count = count->get_int64();
  return read;
}

}  // namespace strongroom::audit
