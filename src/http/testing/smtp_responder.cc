#include "http/testing/smtp_responder.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace strongroom::http {
namespace {

// "MAIL FROM:<...>" is a MAIL; what has no verb goes on with AUTH.
std::string_view verb_of(std::string_view line) {
  constexpr std::string_view kVerbs[] = {"EHLO", "HELO", "STARTTLS", "AUTH",
                                         "MAIL", "RCPT", "DATA",     "QUIT"};
  const auto* const verb =
      std::ranges::find_if(kVerbs, [&](std::string_view known) { return line.starts_with(known); });
  return verb == std::end(kVerbs) ? "credentials" : *verb;
}

}  // namespace

SmtpResponder::SmtpResponder(TestIdentity identity, Answers answers, bool start_tls)
    : answers_(std::move(answers)),
      start_tls_(start_tls),
      server_(
          ScriptedServer::Options{
              .identity = std::move(identity), .speaks_first = true, .tls_later = start_tls},
          [this](ScriptedConnection& connection, const std::string&) { serve(connection); }) {}

std::vector<std::string> SmtpResponder::said() {
  const std::lock_guard lock(mutex_);
  return said_;
}

bool SmtpResponder::has_said(std::string_view line) {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(said_, line) != said_.end();
}

std::string SmtpResponder::mail() {
  const std::lock_guard lock(mutex_);
  return mail_;
}

void SmtpResponder::note(std::string_view line) {
  const std::lock_guard lock(mutex_);
  said_.emplace_back(line);
}

std::string SmtpResponder::good_answer(std::string_view what) const {
  if (what == "greeting") return "220 mail.example ESMTP";
  if (what == "EHLO") {
    return start_tls_ ? "250-mail.example\r\n250-STARTTLS\r\n250 AUTH LOGIN PLAIN"
                      : "250-mail.example\r\n250 AUTH LOGIN PLAIN";
  }
  if (what == "STARTTLS") return "220 2.0.0 go on";
  if (what == "AUTH") return "334 ";
  if (what == "user") return "334 ";
  if (what == "credentials") return "235 2.7.0 welcome";
  if (what == "DATA") return "354 go on";
  if (what == "QUIT") return "221 2.0.0 bye";
  return "250 2.0.0 good";
}

// False: the conversation is over.
bool SmtpResponder::answer(ScriptedConnection& connection, std::string_view what) {
  const auto found = answers_.find(what);
  const std::string text = found == answers_.end() ? good_answer(what) : found->second;
  if (text == kSilence) connection.wait_for_close();
  if (text == kSilence || text == kHangUp) return false;
  return connection.send(text + "\r\n") && what != "QUIT";
}

bool SmtpResponder::take_text(ScriptedConnection& connection) {
  constexpr std::string_view kEnd = "\r\n.\r\n";
  std::string text;
  while (!text.ends_with(kEnd)) {
    const std::string part = connection.read_some();
    if (part.empty()) return false;
    text.append(part);
  }
  text.resize(text.size() - 3);
  {
    const std::lock_guard lock(mutex_);
    mail_ = std::move(text);
  }
  return answer(connection, "text");
}

// libcurl waits for each answer, so what is read is one command.
void SmtpResponder::serve(ScriptedConnection& connection) {
  if (!start_tls_) note("(TLS)");
  if (!answer(connection, "greeting")) return;
  bool wants_user = false;
  for (std::string line = connection.read_some(); !line.empty(); line = connection.read_some()) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    note(line);
    const std::string_view verb = verb_of(line);
    if (!answer(connection, wants_user ? "user" : verb)) return;
    wants_user = line == "AUTH LOGIN";
    if (verb == "STARTTLS") {
      if (!connection.start_tls()) return;
      note("(TLS)");
    }
    const bool is_refused = answers_.contains("DATA");
    if (verb == "DATA" && !is_refused && !take_text(connection)) return;
  }
}

}  // namespace strongroom::http
