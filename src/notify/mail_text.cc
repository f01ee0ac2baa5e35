#include "notify/mail_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "base/unicode.h"

namespace strongroom::notify {
namespace {

constexpr std::size_t kNameCharacters = 128;
constexpr std::size_t kCauseCharacters = 200;
constexpr std::size_t kUrlCharacters = 300;
// A group begins no further client after so many bytes: mail servers take no mail without end.
constexpr std::size_t kLongBody = 512 << 10;

// How an event is told.
struct Telling {
  std::string_view event;
  std::string_view one;   // "1 OAuth client ..."
  std::string_view many;  // "2 OAuth clients ..."
  std::string_view meaning;
  std::string_view to_do;
};

// The gravest first.
constexpr std::array<Telling, 6> kTellings{{
    {"needs_sign_in", "needs somebody to sign in", "need somebody to sign in",
     "Strongroom gets no new tokens here. What uses them stops working when the last token ends, "
     "if "
     "it has not stopped already.",
     "The owner of the account has to sign in at the target system again. Open the address below "
     "and choose \"Reconnect\". If it is somebody else's account, choose \"Copy reconnect link\" "
     "and send them the link."},
    {"failing", "gets no new tokens", "get no new tokens",
     "Getting a new token failed. A token that still lives is handed out until it ends.",
     "Open the address below: it says why, and who has to act. Mostly that is whoever manages the "
     "settings in Strongroom, or whoever runs the target system."},
    {"dying", "will stop working soon", "will stop working soon",
     "This works now, and stops at the time given unless somebody acts before.",
     "Open the address below: it says what has to be done. Mostly the owner of the account has to "
     "sign in again."},
    {"scopes_narrowed", "may do less than before", "may do less than before",
     "The target system gave a token with fewer scopes than were asked for. Requests that need the "
     "missing ones are refused there.",
     "Ask whoever runs the target system whether that was meant. If it was not, the owner of the "
     "account has to sign in again and allow everything."},
    {"", "has news", "have news", "Something happened that this mail has no words for.",
     "Open the address below."},
    {"recovered", "works again", "work again", "Tokens are handed out as before.",
     "Nobody has to do anything."},
}};

constexpr std::string_view kFarewell =
    "--\n"
    "Strongroom wrote this mail by itself; nobody reads answers to it. It went to the owners of "
    "these OAuth clients, or to those who look after clients without an owner.\n";

struct Group {
  std::vector<const MailLine*> lines = {};
  std::size_t more = 0;  // clients without a line

  std::size_t systems() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [](const MailLine* line) { return line->client.empty(); }));
  }
  std::size_t total() const { return lines.size() + more; }
};

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count).append(" ").append(noun).append(count == 1 ? "" : "s");
}

std::size_t telling_of(std::string_view event) {
  const auto* const found = std::ranges::find(kTellings, event, &Telling::event);
  const auto* const unknown = std::ranges::find(kTellings, "", &Telling::event);
  return static_cast<std::size_t>((found == kTellings.end() ? unknown : found) - kTellings.begin());
}

std::string headline(const Group& group, const Telling& telling, bool with_noun) {
  const std::size_t systems = group.systems();
  const std::size_t clients = group.total() - systems;
  std::string text;
  if (!with_noun) {
    text = std::to_string(group.total());
  } else {
    if (clients > 0) text.append(counted(clients, "OAuth client"));
    if (clients > 0 && systems > 0) text.append(" and ");
    if (systems > 0) text.append(counted(systems, "target system"));
  }
  return text.append(" ").append(group.total() == 1 ? telling.one : telling.many);
}

// "2026-11-24 03:08 UTC".
std::string minute_text(WallTime time) {
  const std::string text = rfc3339(time);
  return text.substr(0, 10).append(" ").append(text, 11, 5).append(" UTC");
}

void append_line(std::string& out, const MailLine& line) {
  const auto name = [](const std::string& text) { return plain_excerpt(text, kNameCharacters); };
  out.append("- ").append(line.client.empty() ? "all OAuth clients" : name(line.client));
  if (!line.project.empty()) out.append(", project ").append(name(line.project));
  if (!line.target_system.empty()) out.append(", target system ").append(name(line.target_system));
  out.append("\n");
  if (!line.cause.empty()) {
    out.append("  Why: ").append(plain_excerpt(line.cause, kCauseCharacters)).append("\n");
  }
  if (line.ends_at) out.append("  Works until: ").append(minute_text(*line.ends_at)).append("\n");
  if (!line.url.empty()) {
    out.append("  ").append(plain_excerpt(line.url, kUrlCharacters)).append("\n");
  }
}

void append_group(std::string& out, const Telling& telling, const Group& group) {
  const auto& lines = group.lines;
  out.append(headline(group, telling, true)).append(".\n\n");
  out.append("What it means: ").append(telling.meaning).append("\n");
  out.append("What to do: ").append(telling.to_do).append("\n\n");
  std::size_t told = 0;
  while (told < lines.size() && told < kMostMailLines && out.size() < kLongBody) {
    append_line(out, *lines.at(told));
    ++told;
  }
  if (told < group.total()) {
    out.append("and ").append(std::to_string(group.total() - told)).append(" more.\n");
  }
  out.append("\n");
}

}  // namespace

MailText mail_text(std::span<const MailNotice> notices) {
  std::array<Group, kTellings.size()> groups;
  for (const MailNotice& notice : notices) {
    Group& group = groups.at(telling_of(notice.event));
    for (const MailLine& line : notice.lines) group.lines.push_back(&line);
    group.more += notice.more;
  }
  MailText text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Telling& telling = kTellings.at(i);
    if (groups.at(i).total() == 0) continue;
    const bool first = text.subject.empty();
    text.subject.append(first ? "Strongroom: " : "; ");
    text.subject.append(headline(groups.at(i), telling, first));
    append_group(text.body, telling, groups.at(i));
  }
  if (!text.body.empty()) text.body.append(kFarewell);
  return text;
}

}  // namespace strongroom::notify
