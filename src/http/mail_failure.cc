#include "http/mail_failure.h"

#include <utility>

namespace strongroom::http {
namespace {

using Security = MailSender::Security;

struct Meaning {
  MailTrouble trouble;
  LiteralText message;
};

constexpr int kSignInFirst = 530;  // RFC 4954 section 6

bool is_refusal(int reply) { return reply >= 500 && reply <= 599; }
bool is_delay(int reply) { return reply >= 400 && reply <= 499; }

constexpr Meaning kLaterPlease{MailTrouble::kLater, "The mail server asks to come back later."};

Meaning of_sign_in(const MailOutcome& outcome) {
  if (outcome.stage != MailStage::kSignIn) {
    return {MailTrouble::kAuthentication,
            "The mail server offers none of the ways to sign in that Strongroom knows, PLAIN and "
            "LOGIN."};
  }
  if (is_delay(outcome.reply)) {
    return {MailTrouble::kAuthentication,
            "The mail server cannot check user and password now (mail.user, mail.password_file)."};
  }
  return {MailTrouble::kAuthentication,
          "The mail server does not accept user and password (mail.user, mail.password_file)."};
}

// The server answered a command of the mail itself with a refusal.
Meaning of_refusal(const MailOutcome& outcome) {
  if (outcome.reply == kSignInFirst) {
    return {MailTrouble::kAuthentication,
            outcome.has_login
                ? LiteralText("The mail server wants another sign-in than that of mail.user.")
                : LiteralText("The mail server takes mail only from whoever signs in: mail.user "
                              "and mail.password_file must be set.")};
  }
  switch (outcome.stage) {
    case MailStage::kSender:
      return {MailTrouble::kSender, "The mail server takes no mail from the address in mail.from."};
    case MailStage::kRecipient:
      return {MailTrouble::kRecipient, "The mail server refuses this recipient for good."};
    case MailStage::kData:
    case MailStage::kText:
      return {MailTrouble::kMail, "The mail server refuses this mail for good."};
    default:
      return {MailTrouble::kConnect, "The mail server refuses to talk to this machine."};
  }
}

Meaning of_tls(const MailOutcome& outcome) {
  switch (outcome.code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return {MailTrouble::kTls,
              "The certificate of the mail server is not one to be trusted: not of a trusted CA "
              "(mail.ca_file), expired, or for another host name than that in mail.server."};
    case CURLE_SSL_CACERT_BADFILE:
      return {MailTrouble::kTls, "The CAs to trust for the mail server cannot be read."};
    case CURLE_USE_SSL_FAILED:
      return {MailTrouble::kTls,
              "The mail server does not offer STARTTLS at this port, and without TLS nothing is "
              "sent."};
    default:
      break;
  }
  if (outcome.security == Security::kTls) {
    return {MailTrouble::kTls,
            "TLS with the mail server failed. Where its port wants STARTTLS, such as 587, "
            "mail.security must be starttls."};
  }
  return {MailTrouble::kTls, "TLS with the mail server failed after STARTTLS."};
}

Meaning of_delay(const MailOutcome& outcome) {
  switch (outcome.stage) {
    case MailStage::kName:
      return {MailTrouble::kName, "The name service did not answer in time."};
    case MailStage::kConnect:
      return {MailTrouble::kConnect,
              outcome.security == Security::kTls
                  ? LiteralText("The mail server did not accept a connection in time.")
                  : LiteralText("The mail server did not accept a connection and greet in time. "
                                "Where its port wants TLS at once, such as 465, mail.security "
                                "must be tls.")};
    case MailStage::kHandshake:
    case MailStage::kStartTls:
      return {MailTrouble::kTls, "TLS with the mail server did not come about in time."};
    default:
      return {MailTrouble::kLater, "The mail server did not answer in time."};
  }
}

Meaning of_silence(const MailOutcome& outcome) {
  switch (outcome.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {MailTrouble::kName, "The name of the mail server could not be resolved."};
    case CURLE_COULDNT_CONNECT:
      return {MailTrouble::kConnect,
              "The mail server could not be reached: nothing listens there, or a firewall is in "
              "between."};
    case CURLE_OPERATION_TIMEDOUT:
      return of_delay(outcome);
    case CURLE_OUT_OF_MEMORY:
      return {MailTrouble::kLocal, "This machine has no memory left."};
    default:
      break;
  }
  if (outcome.stage <= MailStage::kConnect) {
    return {MailTrouble::kConnect, "The mail server could not be reached."};
  }
  return {MailTrouble::kLater,
          "The mail server closed the connection, or said what no mail server says."};
}

Meaning meaning_of(const MailOutcome& outcome) {
  switch (outcome.code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return {MailTrouble::kStopped, "The server stops."};
    case CURLE_LOGIN_DENIED:
      return of_sign_in(outcome);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
      return of_tls(outcome);
    default:
      break;
  }
  if (is_delay(outcome.reply)) return kLaterPlease;
  if (is_refusal(outcome.reply)) return of_refusal(outcome);
  return of_silence(outcome);
}

}  // namespace

MailFailure mail_failure_of(const MailOutcome& outcome, std::string detail) {
  const Meaning meaning = meaning_of(outcome);
  return {meaning.trouble, meaning.message, std::move(detail)};
}

}  // namespace strongroom::http
