#pragma once
// What libcurl's error codes and a mail server's answers mean for the one who has to mend it.

#include <string>

#include <curl/curl.h>

#include "http/mail_sender.h"

namespace strongroom::http {

// How far a mail has come: what was said last.
enum class MailStage {
  kName,       // nothing: its name is being resolved
  kConnect,    // nothing: a socket is being connected
  kHello,      // the server's greeting, EHLO
  kStartTls,   // STARTTLS
  kHandshake,  // TLS has begun
  kSignIn,     // AUTH
  kSender,     // MAIL
  kRecipient,  // RCPT
  kData,       // DATA
  kText,       // the mail, or some of it
  kFarewell,   // QUIT
};

// What is known when libcurl is done.
struct MailOutcome {
  CURLcode code = CURLE_OK;
  MailStage stage = MailStage::kName;
  int reply = 0;  // the server's answer to what was said last; 0: none yet
  MailSender::Security security = MailSender::Security::kTls;
  bool has_login = false;
};

// Why a mail was not taken. `detail` goes to the log.
MailFailure mail_failure_of(const MailOutcome& outcome, std::string detail);

}  // namespace strongroom::http
