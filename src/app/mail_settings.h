#pragma once
// The mail server and the addresses that the configuration names.

#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "base/result.h"
#include "http/mail_sender.h"

namespace strongroom::app {

struct MailSettings {
  http::MailSender::Place server;
  std::string from;
  std::string to;                         // gets what has no owner; empty: nobody does
  std::vector<std::string> domains = {};  // that mail goes to, in lower case; empty: any
};

// Those of mail.*; nullopt where no mail.server is named. Where a mail.user is, the password comes
// from mail.password_file, else from `credentials_directory`/mail-password.
//
// Errors, each naming the setting:
//   kInvalidArgument  it is no host and port, or no address; settings that do not belong together;
//                     a CA file that cannot be read; a password file that others may use
//   kNotFound         a password file that cannot be read
Result<std::optional<MailSettings>> mail_settings(const Config& config,
                                                  const std::string& credentials_directory);

// Whether that would succeed, for `config check` and the start.
Status check_mail_settings(const Config& config, const std::string& credentials_directory);

}  // namespace strongroom::app
