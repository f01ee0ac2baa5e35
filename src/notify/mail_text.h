#pragma once
// What a mail says about what happened to OAuth clients: for somebody tired, at night.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"

namespace strongroom::notify {

// One OAuth client, as people know it, or, without `client`, a target system with all its clients.
// What is empty is left out.
struct MailLine {
  std::string client;                    // its label
  std::string project;                   // its name
  std::string target_system;             // its name
  std::string cause = {};                // why, in words
  std::optional<WallTime> ends_at = {};  // until when it works, or worked
  std::string url = {};                  // of the client in the console
};

// The clients that one kind of event happened to.
struct MailNotice {
  std::string event;  // "needs_sign_in", "failing", "dying", "scopes_narrowed", "recovered"
  std::vector<MailLine> lines;
  std::size_t more = 0;  // clients that it happened to as well, of which there is no line
};

struct MailText {
  std::string subject;  // one line
  std::string body;     // lines end with "\n"
};

// Of so many clients of an event a mail tells, and of how many more there are.
inline constexpr std::size_t kMostMailLines = 100;

// The mail about `notices`: a group for each event, the gravest first, whatever their order;
// notices of one event, and of events it does not know, become one group. Names and causes are cut
// to a length that fits, and lose what could forge a line. Both texts are empty where no notice has
// a line. Safe to call from any thread.
MailText mail_text(std::span<const MailNotice> notices);

}  // namespace strongroom::notify
