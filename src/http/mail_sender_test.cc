#include "http/mail_sender.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "base/base64.h"
#include "http/mail_message.h"
#include "http/testing/smtp_responder.h"
#include "http/testing/test_ca.h"

namespace strongroom::http {
namespace {

using Answers = SmtpResponder::Answers;
using Security = MailSender::Security;

class MailSenderTest : public testing::Test {
 protected:
  TestIdentity identity() const { return ca_.issue("IP:127.0.0.1"); }

  MailSender::Place place_of(const SmtpResponder& server,
                             Security security = Security::kTls) const {
    return {.host = "127.0.0.1",
            .port = server.port(),
            .security = security,
            .login = {},
            .trusted_ca_pem = ca_.pem()};
  }
  static MailSender::Login ada() {
    return {.user = "ada", .password = MailPassword("S3cret word")};
  }
  static Mail mail(std::string text = "Subject: x\r\n\r\nHello.\r\n") {
    return {.from = "vault@example.org", .to = "ada@example.net", .text = std::move(text)};
  }
  static MailResult send(MailSender::Place place, const Mail& mail) {
    return MailSender(std::move(place)).send(mail, [] { return false; });
  }
  // What a mail failed with that must fail.
  static MailFailure failure(MailSender::Place place, const Mail& mail) {
    const MailResult result = send(std::move(place), mail);
    EXPECT_FALSE(result.has_value());
    return result ? MailFailure{MailTrouble::kLocal, "It did not fail.", ""} : result.error();
  }
  MailFailure failure_of(Answers answers) {
    SmtpResponder server(identity(), std::move(answers));
    return failure(place_of(server), mail());
  }

  TestCa ca_;
};

TEST_F(MailSenderTest, SendsOverTls) {
  SmtpResponder server(identity(), {});
  ASSERT_TRUE(send(place_of(server), mail()).has_value());
  EXPECT_EQ(server.mail(), "Subject: x\r\n\r\nHello.\r\n");
  EXPECT_TRUE(server.has_said("MAIL FROM:<vault@example.org>"));
  EXPECT_TRUE(server.has_said("RCPT TO:<ada@example.net>"));
  EXPECT_EQ(server.said().front(), "(TLS)");
}

TEST_F(MailSenderTest, SaysNothingButHelloBeforeStartTls) {
  SmtpResponder server(identity(), {}, true);
  MailSender::Place place = place_of(server, Security::kStartTls);
  place.login = ada();
  ASSERT_TRUE(send(std::move(place), mail()).has_value());
  const std::vector<std::string> said = server.said();
  ASSERT_GE(said.size(), 5U);
  EXPECT_TRUE(said[0].starts_with("EHLO "));
  EXPECT_EQ(said[1], "STARTTLS");
  EXPECT_EQ(said[2], "(TLS)");
  EXPECT_TRUE(said[3].starts_with("EHLO "));
  EXPECT_EQ(said[4], "AUTH PLAIN");
  EXPECT_EQ(server.mail(), "Subject: x\r\n\r\nHello.\r\n");
}

TEST_F(MailSenderTest, SignsInWhereItHasAUserAndOnlyThere) {
  SmtpResponder server(identity(), {});
  MailSender::Place place = place_of(server);
  place.login = ada();
  ASSERT_TRUE(send(std::move(place), mail()).has_value());
  EXPECT_TRUE(server.has_said(base64(std::string_view("\0ada\0S3cret word", 16))));
  SmtpResponder other(identity(), {});
  ASSERT_TRUE(send(place_of(other), mail()).has_value());
  EXPECT_FALSE(other.has_said("AUTH PLAIN"));
}

TEST_F(MailSenderTest, SignsInByLoginWhereThatIsAllThereIs) {
  SmtpResponder server(identity(), {{"EHLO", "250-mail.example\r\n250 AUTH CRAM-MD5 LOGIN"}});
  MailSender::Place place = place_of(server);
  place.login = ada();
  ASSERT_TRUE(send(std::move(place), mail()).has_value());
  EXPECT_TRUE(server.has_said("AUTH LOGIN"));
  EXPECT_TRUE(server.has_said(base64("ada")));
  EXPECT_TRUE(server.has_said(base64("S3cret word")));
}

TEST_F(MailSenderTest, DoublesADotAtTheBeginningOfALine) {
  SmtpResponder server(identity(), {});
  ASSERT_TRUE(send(place_of(server), mail("Subject: x\r\n\r\n.\r\n.a\r\n")).has_value());
  EXPECT_EQ(server.mail(), "Subject: x\r\n\r\n..\r\n..a\r\n");
}

TEST_F(MailSenderTest, SendsALongMailWhole) {
  std::string text = "Subject: x\r\n\r\n";
  for (int i = 0; i < 20'000; ++i) text.append("A line of some length, as mails have.\r\n");
  SmtpResponder server(identity(), {});
  ASSERT_TRUE(send(place_of(server), mail(text)).has_value());
  EXPECT_TRUE(server.mail() == text);
}

TEST_F(MailSenderTest, TellsARecipientThatIsRefusedForGood) {
  for (const char* answer : {"550 5.1.1 no such user", "553 no", "554 5.7.1 relay access denied",
                             "550-no\r\n550 such user"}) {
    const MailFailure refused = failure_of({{"RCPT", answer}});
    EXPECT_EQ(refused.trouble, MailTrouble::kRecipient) << answer;
    EXPECT_TRUE(refused.is_final());
    EXPECT_EQ(refused.error().code, Code::kUnavailable);
    EXPECT_NE(refused.detail.find(std::string_view(answer).substr(0, 3)), std::string::npos)
        << refused.detail;
  }
}

TEST_F(MailSenderTest, ComesBackLaterWhereItIsAskedTo) {
  for (const char* when : {"greeting", "MAIL", "RCPT", "DATA", "text"}) {
    const MailFailure delayed = failure_of({{when, "451 4.7.1 come back later"}});
    EXPECT_EQ(delayed.trouble, MailTrouble::kLater) << when << ": " << delayed.detail;
    EXPECT_FALSE(delayed.is_final());
  }
}

TEST_F(MailSenderTest, TellsWhatElseIsRefused) {
  EXPECT_EQ(failure_of({{"greeting", "554 no service"}}).trouble, MailTrouble::kConnect);
  EXPECT_EQ(failure_of({{"EHLO", "550 no"}, {"HELO", "550 go away"}}).trouble,
            MailTrouble::kConnect);
  EXPECT_EQ(failure_of({{"MAIL", "550 5.1.8 sender unknown"}}).trouble, MailTrouble::kSender);
  EXPECT_EQ(failure_of({{"MAIL", "530 5.7.0 sign in"}}).trouble, MailTrouble::kAuthentication);
  EXPECT_EQ(failure_of({{"RCPT", "530 5.7.0 sign in"}}).trouble, MailTrouble::kAuthentication);
  const MailFailure spam = failure_of({{"text", "554 5.7.1 spam"}});
  EXPECT_EQ(spam.trouble, MailTrouble::kMail);
  EXPECT_TRUE(spam.is_final());
  EXPECT_EQ(failure_of({{"DATA", "554 no valid recipients"}}).trouble, MailTrouble::kMail);
}

TEST_F(MailSenderTest, TellsWhoIsNotLetIn) {
  SmtpResponder server(identity(), {{"credentials", "535 5.7.8 UGFzc3dvcmQ wrong"}});
  MailSender::Place place = place_of(server);
  place.login = ada();
  const MailFailure denied = failure(std::move(place), mail());
  EXPECT_EQ(denied.trouble, MailTrouble::kAuthentication);
  EXPECT_FALSE(denied.is_final());
  EXPECT_EQ(denied.detail.find("UGFzc3dvcmQ"), std::string::npos) << denied.detail;
}

TEST_F(MailSenderTest, ShowsThePasswordInNoOtherWayThanPlainAndLogin) {
  SmtpResponder server(identity(), {{"EHLO", "250-mail.example\r\n250 AUTH CRAM-MD5 NTLM"}});
  MailSender::Place place = place_of(server);
  place.login = ada();
  const MailFailure denied = failure(std::move(place), mail());
  EXPECT_EQ(denied.trouble, MailTrouble::kAuthentication);
  EXPECT_NE(denied.message.view().find("PLAIN and LOGIN"), std::string_view::npos);
}

TEST_F(MailSenderTest, SendsNothingWithoutTls) {
  SmtpResponder server(identity(), {{"EHLO", "250-mail.example\r\n250 AUTH PLAIN"}}, true);
  MailSender::Place place = place_of(server, Security::kStartTls);
  place.login = ada();
  EXPECT_EQ(failure(std::move(place), mail()).trouble, MailTrouble::kTls);
  SmtpResponder refuses(identity(), {{"STARTTLS", "454 4.7.0 not now"}}, true);
  EXPECT_EQ(failure(place_of(refuses, Security::kStartTls), mail()).trouble, MailTrouble::kTls);
  for (SmtpResponder* each : {&server, &refuses}) {
    for (const std::string& line : each->said()) {
      EXPECT_TRUE(line.starts_with("EHLO") || line == "STARTTLS" || line == "QUIT") << line;
    }
  }
}

TEST_F(MailSenderTest, TakesNothingThatCameWithTheAnswerToStartTls) {
  // Somebody in between put it there before TLS stood.
  SmtpResponder server(identity(), {{"STARTTLS", "220 go on\r\n250 mail.example"}}, true);
  EXPECT_FALSE(send(place_of(server, Security::kStartTls), mail()).has_value());
  EXPECT_EQ(server.mail(), "");
}

TEST_F(MailSenderTest, SendsNothingToAServerThatIsNotTrusted) {
  const TestCa other("Another CA");
  for (const Security security : {Security::kTls, Security::kStartTls}) {
    SmtpResponder server(identity(), {}, security == Security::kStartTls);
    MailSender::Place place = place_of(server, security);
    place.trusted_ca_pem = other.pem();
    EXPECT_EQ(failure(std::move(place), mail()).trouble, MailTrouble::kTls);
    MailSender::Place by_system = place_of(server, security);
    by_system.trusted_ca_pem = "";
    EXPECT_EQ(failure(std::move(by_system), mail()).trouble, MailTrouble::kTls);
    MailSender::Place unreadable = place_of(server, security);
    unreadable.trusted_ca_pem = "no certificate";
    EXPECT_EQ(failure(std::move(unreadable), mail()).trouble, MailTrouble::kTls);
    EXPECT_FALSE(server.has_said("MAIL FROM:<vault@example.org>"));
  }
}

TEST_F(MailSenderTest, SendsNothingToAServerOfAnotherNameOrPastItsTime) {
  SmtpResponder other_name(ca_.issue("DNS:mail.example"), {});
  const MailFailure named = failure(place_of(other_name), mail());
  EXPECT_EQ(named.trouble, MailTrouble::kTls) << named.detail;
  EXPECT_NE(named.message.view().find("mail.server"), std::string_view::npos);
  SmtpResponder expired(
      ca_.issue("IP:127.0.0.1", {.begins = std::chrono::hours(-2), .ends = std::chrono::hours(-1)}),
      {});
  EXPECT_EQ(failure(place_of(expired), mail()).trouble, MailTrouble::kTls);
}

TEST_F(MailSenderTest, SaysWhatToDoWhereThePortIsOfTheOtherKind) {
  SmtpResponder server(identity(), {}, true);
  const MailFailure wrong = failure(place_of(server, Security::kTls), mail());
  EXPECT_EQ(wrong.trouble, MailTrouble::kTls) << wrong.detail;
  EXPECT_NE(wrong.message.view().find("starttls"), std::string_view::npos);
}

TEST_F(MailSenderTest, TellsThatNothingListens) {
  int port = 0;
  {
    const SmtpResponder gone(identity(), {});
    port = gone.port();
  }
  const MailFailure refused =
      failure({.host = "127.0.0.1", .port = port, .trusted_ca_pem = ca_.pem()}, mail());
  EXPECT_EQ(refused.trouble, MailTrouble::kConnect);
}

TEST_F(MailSenderTest, TellsThatTheNameIsUnknown) {
  const MailFailure unknown = failure({.host = "mail.invalid", .port = 465}, mail());
  EXPECT_EQ(unknown.trouble, MailTrouble::kName);
}

TEST_F(MailSenderTest, TellsAServerThatBreaksOff) {
  for (const char* when : {"greeting", "EHLO", "MAIL", "RCPT", "DATA", "text"}) {
    const MailFailure broken = failure_of({{when, std::string(SmtpResponder::kHangUp)}});
    EXPECT_EQ(broken.trouble, MailTrouble::kLater) << when << ": " << broken.detail;
  }
}

TEST_F(MailSenderTest, TellsAServerThatTalksWithoutEnd) {
  std::string endless;
  for (int i = 0; i < 3'000; ++i) endless.append("250-an extension that nobody knows\r\n");
  endless.append("250 HELP");
  EXPECT_EQ(failure_of({{"EHLO", endless}}).trouble, MailTrouble::kLater);
}

TEST_F(MailSenderTest, AMailIsSentOnceItIsTakenWhateverTheServerSaysToQuit) {
  for (const std::string_view answer :
       {SmtpResponder::kHangUp, SmtpResponder::kSilence, std::string_view("500 what?")}) {
    SmtpResponder server(identity(), {{"QUIT", std::string(answer)}});
    EXPECT_TRUE(send(place_of(server), mail()).has_value()) << answer;
    EXPECT_TRUE(server.has_said("QUIT"));
  }
}

TEST_F(MailSenderTest, StopsWhereNobodyWantsItAnyMore) {
  for (const char* when : {"greeting", "RCPT", "text"}) {
    SmtpResponder server(identity(), {{when, std::string(SmtpResponder::kSilence)}});
    const MailSender sender(place_of(server));
    std::atomic<bool> stopping = false;
    MailResult result;
    std::thread sending([&] { result = sender.send(mail(), [&] { return stopping.load(); }); });
    EXPECT_TRUE(server.wait_for_connections(1));
    stopping = true;
    sending.join();
    ASSERT_FALSE(result.has_value()) << when;
    EXPECT_EQ(result.error().trouble, MailTrouble::kStopped) << when;
  }
}

TEST_F(MailSenderTest, TheLogGetsNoControlCharactersOfTheServer) {
  const MailFailure refused = failure_of({{"RCPT", "550 \x1b[2Jno\x07"}});
  EXPECT_TRUE(refused.is_final());
  EXPECT_EQ(refused.detail.find_first_of("\x1b\x07"), std::string::npos);
}

TEST_F(MailSenderTest, HandsNothingToACurlThatWouldReadItInAnotherWay) {
  SmtpResponder server(identity(), {});
  for (const char* host : {"", "127.0.0.1/x", "a@127.0.0.1", "127.0.0.1 ", "127.0.0.1#",
                           "127.0.0.1\r\nQUIT", "[::1]", "a%0ab"}) {
    MailSender::Place place = place_of(server);
    place.host = host;
    EXPECT_EQ(failure(std::move(place), mail()).trouble, MailTrouble::kLocal) << host;
  }
  Mail smuggling = mail();
  smuggling.to = "ada@example.net>\r\nRCPT TO:<eve@example.com";
  EXPECT_EQ(failure(place_of(server), smuggling).trouble, MailTrouble::kLocal);
  smuggling = mail();
  smuggling.from = "vault";
  EXPECT_EQ(failure(place_of(server), smuggling).trouble, MailTrouble::kLocal);
  EXPECT_EQ(failure(place_of(server), mail(std::string(MailSender::kLongestMail + 1, 'x'))).trouble,
            MailTrouble::kLocal);
  EXPECT_TRUE(server.said().empty());
}

TEST_F(MailSenderTest, CarriesWhatMailMessageMakes) {
  const auto text = mail_message({.from = "vault@example.org",
                                  .to = "ada@example.net",
                                  .subject = "Zugänge",
                                  .body = ".\nFrom here\n",
                                  .date = WallTime(Milliseconds(1'795'489'700'000)),
                                  .id = {}});
  ASSERT_TRUE(text.has_value());
  SmtpResponder server(identity(), {});
  ASSERT_TRUE(send(place_of(server), mail(*text)).has_value());
  EXPECT_EQ(server.mail(), *text);  // nothing in it begins with a dot
}

}  // namespace
}  // namespace strongroom::http
