#pragma once
// A mail server for tests that answers what it was told to, so that it can be a bad one.

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/testing/scripted_server.h"

namespace strongroom::http {

// Safe to use from any thread.
class SmtpResponder {
 public:
  // By what they answer: "greeting", "EHLO", "HELO", "STARTTLS", "AUTH", "user" and "credentials"
  // (after AUTH), "MAIL", "RCPT", "DATA", "text" (after the mail), "QUIT"; without CR LF at the
  // end. Two are no answers: kSilence waits until the client is gone, kHangUp closes. What is not
  // named is answered as by a good server.
  using Answers = std::map<std::string, std::string, std::less<>>;
  static constexpr std::string_view kSilence = "(silence)";
  static constexpr std::string_view kHangUp = "(hangs up)";

  SmtpResponder(TestIdentity identity, Answers answers, bool start_tls = false);

  int port() const { return server_.port(); }
  bool wait_for_connections(std::size_t count) { return server_.wait_for_connections(count); }
  // What clients said, in order, without CR LF and mails; "(TLS)" where a handshake was done.
  std::vector<std::string> said();
  bool has_said(std::string_view line);
  // The last mail, as it was sent: dots doubled, without the dot at its end.
  std::string mail();

 private:
  void serve(ScriptedConnection& connection);
  bool answer(ScriptedConnection& connection, std::string_view what);
  bool take_text(ScriptedConnection& connection);
  void note(std::string_view line);
  std::string good_answer(std::string_view what) const;

  const Answers answers_;
  const bool start_tls_;
  std::mutex mutex_;
  std::vector<std::string> said_;
  std::string mail_;
  ScriptedServer server_;  // uses all of the above
};

}  // namespace strongroom::http
