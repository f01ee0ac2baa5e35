#include "api/calendar_entry.h"

#include <string_view>

namespace strongroom::api {
namespace {

struct Words {
  std::string_view why;
  std::string_view todo;
};

// As the start page of the console says it.
Words words_of(vault::EndCause cause) {
  using enum vault::EndCause;
  switch (cause) {
    case kNoRefreshToken:
      return {"Its access token ends, and nothing renews it.",
              "Have the owner of the account sign in again before then."};
    case kRefreshIdle:
      return {"Nobody used its refresh token for long.",
              "It is renewed when a robot looks it up or somebody presses Retrieve now. Otherwise "
              "somebody signs in again."};
    case kRefreshAbsolute:
      return {"Its refresh token ends, however often it is used.",
              "Have the owner of the account sign in again before then: no use moves this date."};
    case kCredential:
      return {"The last secret, key or certificate of its target system ends.",
              "Have the owner of the target system make another one at the provider, and enter it "
              "beside this one."};
  }
  return {};
}

std::string summary_of(const vault::ForecastEntry& entry) {
  std::string text = entry.name;
  text.append(entry.client || entry.clients == 1 ? " stops working" : " stops working: ");
  if (entry.client || entry.clients == 1) return text;
  return text.append(std::to_string(entry.clients)).append(" OAuth clients");
}

std::string robots_of(const vault::ForecastEntry& entry) {
  if (entry.robots.empty()) return "No robot reads it.";
  std::string text = "Robots: ";
  for (const vault::ForecastReader& robot : entry.robots) {
    if (&robot != &entry.robots.front()) text.append(", ");
    text.append(robot.path);
  }
  return text.append(entry.more_robots ? " and more" : "");
}

void add(std::string& text, std::string_view name, const std::string& value) {
  if (!value.empty()) text.append("\n").append(name).append(": ").append(value);
}

std::string owner_of(const vault::ForecastEntry& entry) {
  std::string text = entry.owner.name;
  if (!text.empty() && !entry.owner.email.empty()) text.append(", ");
  return text.append(entry.owner.email);
}

std::string description_of(const vault::ForecastEntry& entry, const EntryNames& names) {
  const Words words = words_of(entry.cause);
  std::string text(words.why);
  text.append("\n").append(words.todo).append("\n");
  if (entry.client) add(text, "Target system", names.target_system);
  add(text, "Project", names.project);
  add(text, "Owner", owner_of(entry));
  return text.append("\n").append(robots_of(entry));
}

}  // namespace

notify::CalendarEntry calendar_entry(const vault::ForecastEntry& entry, const EntryNames& names,
                                     const std::string& console) {
  const std::string id = entry.client ? entry.client->text() : entry.target_system.text();
  const std::string_view pages =
      entry.client ? "/repository/vault/oauth-clients/" : "/repository/vault/target-systems/";
  return {.uid = std::string(id).append("-").append(to_text(entry.cause)).append("@strongroom"),
          .at = entry.ends_at,
          .summary = summary_of(entry),
          .description = description_of(entry, names),
          .url = std::string(console).append(pages).append(id).append(entry.client ? "" : "/edit")};
}

}  // namespace strongroom::api
