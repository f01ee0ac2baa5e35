#include "http/mail_message.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/base64.h"

namespace strongroom::http {
namespace {

MailContent content(std::string subject, std::string body) {
  return {.from = "vault@example.org",
          .to = "ada@example.net",
          .subject = std::move(subject),
          .body = std::move(body),
          .date = WallTime(Milliseconds(1'795'489'700'125)),
          .id = *Uuid::parse("0198c0de-0000-7000-8000-000000000001")};
}

std::string made(const MailContent& content) {
  const auto text = mail_message(content);
  EXPECT_TRUE(text.has_value());
  return text ? *text : "";
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find("\r\n");
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  }
  return lines;
}

std::string body_of(std::string_view text) {
  return std::string(text.substr(text.find("\r\n\r\n") + 4));
}

// What a reader of mail makes of quoted-printable (RFC 2045 section 6.7), with "\n" for line ends.
std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("=\r\n")) {
      at += 2;
    } else if (text[at] == '=') {
      out.push_back(static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16)));
      at += 2;
    } else if (text[at] != '\r') {
      out.push_back(text[at]);
    }
  }
  return out;
}

// What a reader of mail makes of encoded words: white space between two of them counts for nothing.
std::string decoded_subject(std::string_view message) {
  constexpr std::string_view kBegin = "=?UTF-8?B?";
  const std::size_t begin = message.find("Subject: ") + 9;
  std::string_view rest = message.substr(begin, message.find("Date: ") - begin);
  std::string subject;
  while (rest.starts_with(kBegin)) {
    const std::size_t end = rest.find("?=");
    const auto word = base64_decode(rest.substr(kBegin.size(), end - kBegin.size()));
    EXPECT_TRUE(word.has_value());
    subject.append(word.value_or(""));
    rest.remove_prefix(end + 2);
    rest.remove_prefix(std::min(rest.find_first_not_of("\r\n "), rest.size()));
  }
  return subject;
}

TEST(MailMessage, IsWhatRfc5322Says) {
  EXPECT_EQ(made(content("Two clients are well again", "Hello.\n\n  a = b\n")),
            "From: Strongroom <vault@example.org>\r\n"
            "To: <ada@example.net>\r\n"
            "Subject: Two clients are well again\r\n"
            "Date: Tue, 24 Nov 2026 03:08:20 +0000\r\n"
            "Message-ID: <0198c0de-0000-7000-8000-000000000001@example.org>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Hello.\r\n"
            "\r\n"
            "  a =3D b\r\n");
}

TEST(MailMessage, DatesADayWithOneDigitWithTwo) {
  MailContent first = content("x", "");
  first.date = WallTime(Milliseconds(1'709'251'199'999));  // the end of a leap day
  EXPECT_NE(made(first).find("Date: Thu, 29 Feb 2024 23:59:59 +0000\r\n"), std::string::npos);
  first.date += Milliseconds(1);
  EXPECT_NE(made(first).find("Date: Fri, 01 Mar 2024 00:00:00 +0000\r\n"), std::string::npos);
}

TEST(MailMessage, EncodesASubjectThatIsNotAscii) {
  const std::string message = made(content("Zugänge", ""));
  EXPECT_NE(message.find("Subject: =?UTF-8?B?WnVnw6RuZ2U=?=\r\nDate"), std::string::npos);
}

TEST(MailMessage, EncodesASubjectThatIsLongOrLooksEncoded) {
  for (const std::string& subject : {std::string(200, 'x'), std::string("=?UTF-8?B?WA==?="),
                                     std::string(" begins blank"), std::string("ends blank ")}) {
    EXPECT_EQ(decoded_subject(made(content(subject, ""))), subject);
  }
}

TEST(MailMessage, CutsNoCharacterOfASubjectInTwo) {
  std::string subject = "x";
  for (int i = 0; i < 60; ++i) subject.append("\xe2\x82\xac");  // "€"
  const std::string message = made(content(subject, ""));
  EXPECT_EQ(decoded_subject(message), subject);
  for (const std::string& line : lines_of(message)) {
    const std::size_t begin = line.find("=?UTF-8?B?");
    if (begin == std::string::npos) continue;
    const std::string word = line.substr(begin + 10, line.size() - begin - 12);
    EXPECT_EQ(base64_decode(word).value_or("").size() % 3, line.starts_with("Subject") ? 1U : 0U);
  }
}

TEST(MailMessage, ItsLinesAreShortAndAscii) {
  std::string body(3'000, 'x');
  body.append("\n");
  for (int i = 0; i < 500; ++i) body.append("\xc3\xa4 ");
  const std::string message = made(content(std::string(500, '?'), body));
  for (const std::string& line : lines_of(message)) {
    EXPECT_LE(line.size(), 78U) << line;
    EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return ' ' <= c && c <= '~'; })) << line;
  }
  EXPECT_EQ(unquoted(body_of(message)), body + "\n");
}

TEST(MailMessage, LeavesNothingThatMailServersChange) {
  // Dots at the beginning, "From ", blanks at the end.
  const std::string body = ".\n..\nFrom here\nFrom\nblank \ntab\t\n\n=\nlast";
  const std::string message = made(content("x", body));
  EXPECT_EQ(body_of(message),
            "=2E\r\n=2E.\r\n=46rom here\r\nFrom\r\nblank=20\r\ntab=09\r\n\r\n=3D\r\nlast\r\n");
  EXPECT_EQ(unquoted(body_of(message)), body + "\n");
}

TEST(MailMessage, BreaksLinesOfExactlyTheLongestLengthNowhere) {
  EXPECT_EQ(body_of(made(content("x", std::string(76, 'a')))), std::string(76, 'a') + "\r\n");
  EXPECT_EQ(body_of(made(content("x", std::string(77, 'a')))),
            std::string(75, 'a') + "=\r\naa\r\n");
}

TEST(MailMessage, NoFieldSmugglesInAnother) {
  const std::vector<std::string> hostile{
      "x\r\nBcc: eve@example.com",
      "x\nBcc: eve@example.com",
      "x\rBcc: eve@example.com",
      std::string("x\0y", 3),
      "x\x1b[2J",
      "x\x7f",
      "x\xc2\x85y",  // U+0085, next line
      "x\ty",
  };
  for (const std::string& text : hostile) {
    const auto refused = mail_message(content(text, ""));
    ASSERT_FALSE(refused.has_value()) << text;
    EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
    EXPECT_EQ(refused.error().detail, "subject");
    MailContent from = content("x", "");
    from.from = text + "@example.org";
    EXPECT_FALSE(mail_message(from).has_value()) << text;
    MailContent to = content("x", "");
    to.to = "ada@example.org" + text;
    EXPECT_FALSE(mail_message(to).has_value()) << text;
  }
}

TEST(MailMessage, RefusesABodyThatIsNoText) {
  for (const std::string& body :
       {std::string("a\rb"), std::string("a\0b", 3), std::string("\x1b[31m"), std::string("\xff"),
        std::string("\xed\xa0\x80"), std::string(kLongestMailBody + 1, 'x')}) {
    const auto refused = mail_message(content("x", body));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().detail, "body");
  }
  EXPECT_TRUE(mail_message(content("x", std::string(kLongestMailBody, 'x'))).has_value());
}

TEST(MailMessage, RefusesASubjectThatIsTooLongOrNotUtf8) {
  EXPECT_FALSE(mail_message(content(std::string(kLongestMailSubject + 1, 'x'), "")).has_value());
  EXPECT_FALSE(mail_message(content("\xff", "")).has_value());
}

TEST(MailAddress, IsOne) {
  for (const std::string& text :
       {std::string("ada@example.org"), std::string("a.b+c@x-y.example"),
        std::string("root@localhost"), std::string("o'neill@example.org"),
        std::string("a@1.example"), std::string(64, 'a') + "@example.org"}) {
    EXPECT_TRUE(is_mail_address(text)) << text;
  }
}

TEST(MailAddress, IsNone) {
  const std::string label(63, 'd');
  const std::vector<std::string> bad{
      "",
      "ada",
      "@example.org",
      "ada@",
      "ada@@example.org",
      "ada@example.org@example.com",
      "ada@example..org",
      "ada@.example.org",
      "ada@example.org.",
      ".ada@example.org",
      "ada.@example.org",
      "a..b@example.org",
      "ada lovelace@example.org",
      " ada@example.org",
      "ada@example.org ",
      "ada@exam ple.org",
      "\"ada\"@example.org",
      "<ada@example.org>",
      "Ada <ada@example.org>",
      "ada@example.org,eve@example.com",
      "ada@example.org>",
      "ada@[127.0.0.1]",
      "ada@127.0.0.1",
      "ada@-example.org",
      "ada@example-.org",
      "ada@exam_ple.org",
      "ada@example.org\r\nRCPT TO:<eve@example.com>",
      "ada\n@example.org",
      std::string("ada\0@example.org", 16),
      "\xc3\xa4@example.org",
      "ada@ex\xc3\xa4mple.org",
      std::string(65, 'a') + "@example.org",
      "ada@" + std::string(64, 'd') + ".org",
      "ada@" + label + "." + label + "." + label + "." + label,  // 255 bytes and more
  };
  for (const std::string& text : bad) EXPECT_FALSE(is_mail_address(text)) << text;
}

TEST(MailAddress, HasAtMost254Bytes) {
  const std::string label(60, 'd');
  const std::string domain = label + "." + label + "." + label;                  // 182
  EXPECT_TRUE(is_mail_address(std::string(64, 'a') + "@" + domain + ".ddddd"));  // 253
  EXPECT_TRUE(is_mail_address(std::string(64, 'a') + "@" + domain + ".dddddd"));
  EXPECT_FALSE(is_mail_address(std::string(64, 'a') + "@" + domain + ".ddddddd"));
}

}  // namespace
}  // namespace strongroom::http
