#include "vault/key_restrictions.h"

#include <algorithm>
#include <chrono>

#include <boost/json.hpp>

#include "base/json.h"
#include "vault/json_texts.h"

namespace strongroom::vault {
namespace {

constexpr int kMinutesOfADay = 24 * 60;
constexpr std::int64_t kSecondsOfADay = std::int64_t{kMinutesOfADay} * 60;
constexpr std::int64_t kMostUses = 1'000'000'000;
constexpr std::size_t kMostEntries = 100;

Error wrong(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at("/restrictions/" + std::move(field));
}
Error corrupt() {
  return Error{Code::kCorrupt, "A stored row is damaged.", "restrictions of a robot key"};
}

// "08:00" as minutes; nullopt: it is none.
std::optional<int> minutes_of(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] - '0'; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t at : {0U, 1U, 3U, 4U}) {
    if (digit(at) < 0 || digit(at) > 9) return std::nullopt;
  }
  const int minutes = (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4);
  return digit(3) > 5 || minutes > kMinutesOfADay ? std::nullopt : std::optional(minutes);
}

// Counts from Monday, 0.
int day_of_week(std::int64_t days_since_1970) {
  constexpr std::int64_t kThursday = 3;
  return static_cast<int>(((days_since_1970 + kThursday) % 7 + 7) % 7);
}

Result<std::uint8_t> days_of(const std::vector<std::string>& names) {
  if (names.empty()) return std::uint8_t{0x7f};
  unsigned days = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto* const name = std::ranges::find(kDayNames, names[i]);
    if (name == kDayNames.end()) {
      return wrong("This must be mon, tue, wed, thu, fri, sat or sun.",
                   "times/days/" + std::to_string(i));
    }
    days |= 1U << static_cast<unsigned>(name - kDayNames.begin());
  }
  return static_cast<std::uint8_t>(days);
}

std::string text_in(const boost::json::object& members, std::string_view name) {
  const auto* const value = members.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

Result<std::vector<std::string>> texts_in(const boost::json::object& members,
                                          std::string_view name) {
  const auto* const value = members.if_contains(name);
  if (value == nullptr) return std::vector<std::string>();
  return texts_from_json(boost::json::serialize(*value));
}

}  // namespace

std::string to_json(const KeyRestrictions& restrictions) {
  std::string json = "{";
  const auto add = [&](std::string_view name, const std::string& value) {
    if (json.back() != '{') json += ',';
    json.append("\"").append(name).append("\":").append(value);
  };
  if (!restrictions.addresses.empty()) add("addresses", to_json(restrictions.addresses));
  if (const auto& times = restrictions.times) {
    std::string window = "{\"days\":" + to_json(times->days) + ",\"from\":";
    append_json_string(window, times->from);
    append_json_string(window.append(",\"to\":"), times->to);
    append_json_string(window.append(",\"zone\":"), times->zone);
    add("times", window + "}");
  }
  if (restrictions.max_uses) add("max_uses", std::to_string(*restrictions.max_uses));
  if (!restrictions.oauth_clients.empty()) {
    std::vector<std::string> ids;
    for (const OAuthClientId& id : restrictions.oauth_clients) ids.push_back(id.text());
    add("oauth_clients", to_json(ids));
  }
  return json + "}";
}

Result<KeyRestrictions> key_restrictions_from_json(std::string_view json) {
  KeyRestrictions restrictions;
  if (json.empty()) return restrictions;
  const auto parsed = parse_json(json);
  const auto* const members = parsed ? parsed->if_object() : nullptr;
  if (members == nullptr) return corrupt();
  STRONGROOM_TRY(restrictions.addresses, texts_in(*members, "addresses"));
  if (const auto* const times = members->if_contains("times")) {
    if (!times->is_object()) return corrupt();
    TimeWindow window;
    STRONGROOM_TRY(window.days, texts_in(times->get_object(), "days"));
    window.from = text_in(times->get_object(), "from");
    window.to = text_in(times->get_object(), "to");
    window.zone = text_in(times->get_object(), "zone");
    restrictions.times = std::move(window);
  }
  if (const auto* const uses = members->if_contains("max_uses")) {
    if (!uses->is_int64()) return corrupt();
    restrictions.max_uses = uses->get_int64();
  }
  STRONGROOM_TRY(const auto ids, texts_in(*members, "oauth_clients"));
  for (const std::string& text : ids) {
    const auto id = OAuthClientId::parse(text);
    if (!id) return corrupt();
    restrictions.oauth_clients.push_back(*id);
  }
  return restrictions;
}

Result<KeyTerms::Window> KeyTerms::make_window(const TimeWindow& times) {
  Window window;
  STRONGROOM_TRY(window.days, days_of(times.days));
  const auto from = minutes_of(times.from);
  const auto to = minutes_of(times.to);
  if (!from || *from == kMinutesOfADay) {
    return wrong("This must be a time of the day, such as 08:00.", "times/from");
  }
  if (!to || *to == *from) {
    return wrong(
        "This must be a time of the day, such as 18:00, and another one than that at which "
        "it begins.",
        "times/to");
  }
  window.from = *from;
  window.to = *to;
  auto zone = TimeZone::find(times.zone);
  if (!zone) return Error(zone.error()).at("/restrictions/times/zone");
  window.zone = *std::move(zone);
  return window;
}

Result<std::shared_ptr<const KeyTerms>> KeyTerms::make(const KeyRestrictions& restrictions) {
  const auto terms = std::make_shared<KeyTerms>();
  if (restrictions.addresses.size() > kMostEntries) {
    return wrong("There may be 100 ranges of addresses at most.", "addresses");
  }
  if (restrictions.oauth_clients.size() > kMostEntries) {
    return wrong("There may be 100 OAuth clients at most.", "oauth_clients");
  }
  if (!restrictions.addresses.empty()) {
    STRONGROOM_TRY(terms->addresses_,
                   oauth::AddressRanges::parse(restrictions.addresses, "/restrictions/addresses"));
  }
  if (restrictions.times) {
    STRONGROOM_TRY(terms->window_, make_window(*restrictions.times));
  }
  if (restrictions.max_uses && (*restrictions.max_uses < 1 || *restrictions.max_uses > kMostUses)) {
    return wrong("This must be a number from 1 to 1000000000.", "max_uses");
  }
  terms->max_uses_ = restrictions.max_uses;
  terms->clients_ = restrictions.oauth_clients;
  return std::shared_ptr<const KeyTerms>(terms);
}

std::shared_ptr<const KeyTerms> KeyTerms::never() {
  auto terms = std::make_shared<KeyTerms>();
  terms->never_ = true;
  return terms;
}

bool KeyTerms::Window::contains(WallTime now) const {
  const std::int64_t local = zone.local_seconds(now);
  const std::int64_t second = (local % kSecondsOfADay + kSecondsOfADay) % kSecondsOfADay;
  const std::int64_t today = (local - second) / kSecondsOfADay;
  const int minute = static_cast<int>(second / 60);
  const auto counts = [&](std::int64_t day) {
    return (days >> static_cast<unsigned>(day_of_week(day)) & 1U) != 0;
  };
  if (from < to) return from <= minute && minute < to && counts(today);
  return (from <= minute && counts(today)) || (minute < to && counts(today - 1));
}

bool KeyTerms::permit(std::string_view peer, OAuthClientId client, WallTime now) const {
  if (never_) return false;
  if (addresses_ && !addresses_->contains(peer)) return false;
  if (window_ && !window_->contains(now)) return false;
  return clients_.empty() || std::ranges::find(clients_, client) != clients_.end();
}

bool KeyUses::take(std::int64_t most) {
  std::int64_t counted = counted_.load(std::memory_order_relaxed);
  while (counted < most) {
    if (counted_.compare_exchange_weak(counted, counted + 1, std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

void KeyUses::note(WallTime at, std::string_view from) {
  const auto shown = shown_.lock();
  if (!shown->last) shown->last = Last{.at = at, .from = {}};
  shown->last->at = at;
  shown->last->from.assign(from);
  shown->is_written = false;
}

std::optional<KeyUses::Last> KeyUses::last() { return shown_.lock()->last; }

void KeyUses::give_last_back() { shown_.lock()->is_written = false; }

std::optional<KeyUses::Last> KeyUses::take_last_to_write() {
  const auto shown = shown_.lock();
  if (shown->is_written) return std::nullopt;
  shown->is_written = true;
  return shown->last;
}

}  // namespace strongroom::vault
