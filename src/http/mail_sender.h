#pragma once
// Hands mails to a mail server: SMTP (RFC 5321), never without TLS.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace strongroom::http {

using MailPassword = Secret<struct MailPasswordKind>;

// To one recipient, so that a refusal is that one's.
struct Mail {
  std::string from;  // both as is_mail_address() says
  std::string to;
  std::string text;  // as mail_message() makes it
};

// Who has to do what about a mail that was not taken.
enum class MailTrouble {
  kName,            // the mail server's name
  kConnect,         // nothing listens, or a firewall is in between
  kTls,             // no TLS, or a certificate that is not trusted
  kAuthentication,  // user or password, or that there is none
  kSender,          // the server does not take mail from mail.from
  kRecipient,       // the recipient is refused for good (5yz): another try changes nothing
  kMail,            // the mail itself is, after all of it was sent
  kLater,           // the server asks to come back later (4yz), breaks off or is too slow
  kStopped,         // nobody wants it any more
  kLocal,           // this machine: no memory, an address that is none, a mail that is too long
};

struct MailFailure {
  MailTrouble trouble = MailTrouble::kLater;
  LiteralText message = "";  // what somebody has to look at; safe to show
  std::string detail = {};   // for our log: the server, and its answer without control characters

  // The mail server has said that this mail will never reach this recipient.
  bool is_final() const {
    return trouble == MailTrouble::kRecipient || trouble == MailTrouble::kMail;
  }
  // The same as a kUnavailable.
  Error error() const { return Error{Code::kUnavailable, message, detail}; }
};
using MailResult = tl::expected<void, MailFailure>;

// Immutable; safe to use from any thread, which waits. A thread that sent has SIGPIPE blocked.
class MailSender {
 public:
  enum class Security {
    kTls,       // from the first byte (RFC 8314 section 3.3), usually port 465
    kStartTls,  // after STARTTLS (RFC 3207), usually port 587; never without
  };
  struct Login {
    std::string user;
    MailPassword password;
  };
  struct Place {
    std::string host;  // a name or an address; its certificate must be for it
    int port = 465;
    Security security = Security::kTls;
    std::optional<Login> login = {};  // shown to nobody before TLS stands; AUTH PLAIN or LOGIN
    std::string trusted_ca_pem = {};  // these CAs alone; empty: the system's
  };

  static constexpr Milliseconds kConnectPatience{10'000};   // TLS and signing in included
  static constexpr Milliseconds kPatience{30'000};          // for all of it
  static constexpr Milliseconds kFarewellPatience{2'000};   // for the answer to QUIT
  static constexpr std::size_t kLongestMail = 4 << 20;      // bytes
  static constexpr std::size_t kLongestAnswers = 64 << 10;  // of all that a server says

  // Says that nobody wants it any more; asked about once a second while send() waits.
  using Stopping = std::function<bool()>;

  explicit MailSender(Place place) : place_(std::move(place)) {}

  // Sends one mail over a connection of its own. A mail that failed after all of it was sent may
  // have arrived nevertheless, so whoever tries again does so with the same Message-ID.
  MailResult send(const Mail& mail, const Stopping& stopping) const;

 private:
  const Place place_;
};

}  // namespace strongroom::http
