#include "badprovider/switches.h"

#include <algorithm>
#include <charconv>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace strongroom::badprovider {
namespace {

using Flag = bool Switches::*;
using Number = std::int64_t Switches::*;
using Text = std::string Switches::*;

struct Switch {
  std::string_view name;
  std::variant<Flag, Number, Text> member;
  std::string_view meaning;
  std::vector<std::string_view> choices = {};  // of a text; empty: anything
};

const std::vector<Switch>& switch_table() {
  static const std::vector<Switch> table = {
      {"rotation", &Switches::rotation, "a refresh brings another refresh token"},
      {"reuse_window_s", &Switches::reuse_window_s,
       "how long a refresh token that was replaced goes on working; 0: not at all"},
      {"family_revocation", &Switches::family_revocation,
       "a replaced refresh token that is used after that ends everything of its sign-in"},
      {"repeats_refresh_token", &Switches::repeats_refresh_token,
       "without rotation: the answer to a refresh names the same refresh token again"},
      {"latency_ms", &Switches::latency_ms, "how long each token request takes"},
      {"delay_after_ms", &Switches::delay_after_ms,
       "how long its answer takes after it was processed"},
      {"fault",
       &Switches::fault,
       "what is wrong with token requests: hang_before and hang_after (the request was processed) "
       "do not answer; status_before and status_after answer with fault_status; drop ends the "
       "connection at drop_at_byte; error_with_200 says error with status 200",
       {"none", "hang_before", "hang_after", "status_before", "status_after", "drop",
        "error_with_200"}},
      {"fault_times", &Switches::fault_times, "for how many requests; -1: for all"},
      {"fault_status", &Switches::fault_status, "500, 503, 504, 429, ..."},
      {"drop_at_byte", &Switches::drop_at_byte,
       "after how many bytes of the answer; -1: one byte later each time, from none to all but "
       "one"},
      {"retry_after_s", &Switches::retry_after_s, "Retry-After of fault_status; 0: none"},
      {"error", &Switches::error, "the OAuth error of error_with_200 and fault_status"},
      {"expires",
       &Switches::expires,
       "how expires_in is told: as a text, in milliseconds, as a moment since 1970, ...",
       {"seconds", "missing", "string", "milliseconds", "absolute", "zero", "negative", "words"}},
      {"expires_in_s", &Switches::expires_in_s, "how long access tokens live"},
      {"scopes",
       &Switches::scopes,
       "what is granted: narrower is the first scope alone",
       {"as_asked", "narrower", "missing"}},
      {"clock_offset_s", &Switches::clock_offset_s, "how far ahead its Date is"},
      {"padding_bytes", &Switches::padding_bytes, "how much longer the answer is made"},
      {"content_type", &Switches::content_type, "of the token endpoint's answers"},
  };
  return table;
}

const Switch* find(std::string_view name) {
  const auto& table = switch_table();
  const auto found = std::ranges::find(table, name, &Switch::name);
  return found == table.end() ? nullptr : &*found;
}

Error refused(std::string_view name) {
  return Error{Code::kInvalidArgument, "This is no switch, or no value for it.", std::string(name)};
}

Status set(Switches& switches, const Switch& entry, const boost::json::value& value) {
  if (const Flag* const flag = std::get_if<Flag>(&entry.member)) {
    if (!value.is_bool()) return refused(entry.name);
    switches.*(*flag) = value.as_bool();
  } else if (const Number* const number = std::get_if<Number>(&entry.member)) {
    if (!value.is_int64()) return refused(entry.name);
    switches.*(*number) = value.as_int64();
  } else {
    if (!value.is_string()) return refused(entry.name);
    const std::string_view text = value.as_string();
    const auto& choices = entry.choices;
    if (!choices.empty() && std::ranges::find(choices, text) == choices.end()) {
      return refused(entry.name);
    }
    switches.*std::get<Text>(entry.member) = std::string(text);
  }
  return {};
}

boost::json::value get(const Switches& switches, const Switch& entry) {
  return std::visit(
      [&](auto member) -> boost::json::value { return boost::json::value(switches.*member); },
      entry.member);
}

}  // namespace

Status change(Switches& switches, const boost::json::object& changes) {
  Switches changed = switches;
  for (const auto& member : changes) {
    const std::string_view name = member.key();
    const Switch* const entry = find(name);
    if (entry == nullptr) return refused(name);
    STRONGROOM_CHECK(set(changed, *entry, member.value()));
  }
  switches = std::move(changed);
  return {};
}

Status change(Switches& switches, std::string_view name, std::string_view text) {
  const Switch* const entry = find(name);
  if (entry == nullptr) return refused(name);
  if (std::holds_alternative<Flag>(entry->member)) {
    if (text != "on" && text != "off") return refused(name);
    return set(switches, *entry, text == "on");
  }
  if (!std::holds_alternative<Number>(entry->member)) {
    return set(switches, *entry, boost::json::string_view(text.data(), text.size()));
  }
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return refused(name);
  return set(switches, *entry, number);
}

boost::json::object to_json(const Switches& switches) {
  boost::json::object out;
  for (const Switch& entry : switch_table()) out[entry.name] = get(switches, entry);
  return out;
}

std::string switch_help() {
  const Switches usual;
  std::string out;
  for (const Switch& entry : switch_table()) {
    out.append("  --").append(entry.name).append(" ");
    out.append(boost::json::serialize(get(usual, entry))).append("\n      ");
    out.append(entry.meaning).append("\n");
    if (entry.choices.empty()) continue;
    out.append("      one of");
    for (const std::string_view choice : entry.choices) out.append(" ").append(choice);
    out.append("\n");
  }
  return out;
}

}  // namespace strongroom::badprovider
