#include "notify/mail_text.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom::notify {
namespace {

constexpr std::string_view kFarewell =
    "--\n"
    "Strongroom wrote this mail by itself; nobody reads answers to it. It went to the owners of "
    "these OAuth clients, or to those who look after clients without an owner.\n";

MailLine line(std::string client) {
  return {.client = std::move(client), .project = "Accounting", .target_system = "CRM"};
}

MailNotice notice(std::string event, std::size_t count) {
  return {.event = std::move(event), .lines = std::vector<MailLine>(count, line("nightly"))};
}

std::string subject_of(const std::vector<MailNotice>& notices) {
  return mail_text(notices).subject;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST(MailText, SaysWhoMustSignInAndWhere) {
  MailLine first = line("nightly export");
  first.cause = "The refresh token was revoked.";
  first.ends_at = WallTime(Milliseconds(1'795'489'700'000));
  first.url = "https://vault.example.org/oauth-clients/1";
  const std::vector<MailNotice> notices{
      {.event = "needs_sign_in",
       .lines = {first, {.client = "b", .project = "", .target_system = ""}}}};
  const MailText text = mail_text(notices);
  EXPECT_EQ(text.subject, "Strongroom: 2 OAuth clients need somebody to sign in");
  EXPECT_EQ(text.body,
            "2 OAuth clients need somebody to sign in.\n"
            "\n"
            "What it means: Strongroom gets no new tokens here. What uses them stops working when "
            "the last token ends, if it has not stopped already.\n"
            "What to do: The owner of the account has to sign in at the target system again. Open "
            "the address below and choose \"Reconnect\". If it is somebody else's account, choose "
            "\"Copy reconnect link\" and send them the link.\n"
            "\n"
            "- nightly export, project Accounting, target system CRM\n"
            "  Why: The refresh token was revoked.\n"
            "  Works until: 2026-11-24 03:08 UTC\n"
            "  https://vault.example.org/oauth-clients/1\n"
            "- b\n"
            "\n" +
                std::string(kFarewell));
}

TEST(MailText, TellsEveryEventInItsOwnWords) {
  const auto body = [](const char* event) {
    const std::string text = mail_text(std::vector{notice(event, 1)}).body;
    return text.substr(0, text.find("- nightly"));
  };
  EXPECT_EQ(body("failing"),
            "1 OAuth client gets no new tokens.\n\n"
            "What it means: Getting a new token failed. A token that still lives is handed out "
            "until it ends.\n"
            "What to do: Open the address below: it says why, and who has to act. Mostly that is "
            "whoever manages the settings in Strongroom, or whoever runs the target system.\n\n");
  EXPECT_EQ(body("dying"),
            "1 OAuth client will stop working soon.\n\n"
            "What it means: This works now, and stops at the time given unless somebody acts "
            "before.\n"
            "What to do: Open the address below: it says what has to be done. Mostly the owner of "
            "the account has to sign in again.\n\n");
  EXPECT_EQ(body("scopes_narrowed"),
            "1 OAuth client may do less than before.\n\n"
            "What it means: The target system gave a token with fewer scopes than were asked for. "
            "Requests that need the missing ones are refused there.\n"
            "What to do: Ask whoever runs the target system whether that was meant. If it was not, "
            "the owner of the account has to sign in again and allow everything.\n\n");
  EXPECT_EQ(body("recovered"),
            "1 OAuth client works again.\n\n"
            "What it means: Tokens are handed out as before.\n"
            "What to do: Nobody has to do anything.\n\n");
  EXPECT_EQ(body("of a later version"),
            "1 OAuth client has news.\n\n"
            "What it means: Something happened that this mail has no words for.\n"
            "What to do: Open the address below.\n\n");
}

TEST(MailText, TheSubjectCountsEachEvent) {
  EXPECT_EQ(subject_of({notice("needs_sign_in", 1)}),
            "Strongroom: 1 OAuth client needs somebody to sign in");
  EXPECT_EQ(subject_of({notice("recovered", 3)}), "Strongroom: 3 OAuth clients work again");
  EXPECT_EQ(subject_of({notice("failing", 2)}), "Strongroom: 2 OAuth clients get no new tokens");
}

TEST(MailText, BeginsWithTheGravest) {
  const std::vector<MailNotice> notices{notice("recovered", 2), notice("scopes_narrowed", 1),
                                        notice("dying", 4),     notice("failing", 1),
                                        notice("news", 1),      notice("needs_sign_in", 3)};
  const MailText text = mail_text(notices);
  EXPECT_EQ(text.subject,
            "Strongroom: 3 OAuth clients need somebody to sign in; 1 gets no new tokens; 4 will "
            "stop working soon; 1 may do less than before; 1 has news; 2 work again");
  const std::vector<std::size_t> places{
      text.body.find("3 OAuth clients need"), text.body.find("1 OAuth client gets"),
      text.body.find("4 OAuth clients will"), text.body.find("1 OAuth client may"),
      text.body.find("1 OAuth client has"),   text.body.find("2 OAuth clients work")};
  EXPECT_TRUE(std::ranges::is_sorted(places));
  EXPECT_NE(places.back(), std::string::npos);
}

TEST(MailText, PutsNoticesOfOneEventTogether) {
  const std::vector<MailNotice> notices{notice("failing", 2), notice("dying", 1),
                                        notice("failing", 3)};
  EXPECT_EQ(mail_text(notices).subject,
            "Strongroom: 5 OAuth clients get no new tokens; 1 will stop working soon");
  EXPECT_EQ(count_of(mail_text(notices).body, "OAuth clients get no new tokens."), 1U);
}

TEST(MailText, TellsOfAHundredAndHowManyMore) {
  const std::string whole = mail_text(std::vector{notice("failing", kMostMailLines)}).body;
  EXPECT_EQ(count_of(whole, "- nightly"), kMostMailLines);
  EXPECT_EQ(whole.find(" more.\n"), std::string::npos);
  const std::string cut =
      mail_text(std::vector{notice("failing", kMostMailLines + 12), notice("dying", 1)}).body;
  EXPECT_EQ(count_of(cut, "- nightly"), kMostMailLines + 1);
  EXPECT_NE(cut.find("112 OAuth clients get no new tokens."), std::string::npos);
  EXPECT_NE(cut.find("\nand 12 more.\n"), std::string::npos);
}

TEST(MailText, CountsClientsThatHaveNoLine) {
  MailNotice many = notice("failing", 100);
  many.more = 400;
  const MailText text = mail_text(std::vector{many});
  EXPECT_EQ(text.subject, "Strongroom: 500 OAuth clients get no new tokens");
  EXPECT_NE(text.body.find("and 400 more.\n"), std::string::npos);
}

TEST(MailText, CallsATargetSystemWithAllItsClientsWhatItIs) {
  const std::vector<MailNotice> notices{
      {.event = "failing", .lines = {{.client = "", .project = "", .target_system = "CRM"}}}};
  const MailText text = mail_text(notices);
  EXPECT_EQ(text.subject, "Strongroom: 1 target system gets no new tokens");
  EXPECT_NE(text.body.find("- all OAuth clients, target system CRM\n"), std::string::npos);
  const std::vector<MailNotice> mixed{notices.front(), notice("failing", 2)};
  EXPECT_EQ(subject_of(mixed), "Strongroom: 2 OAuth clients and 1 target system get no new tokens");
}

TEST(MailText, FitsIntoAMailHoweverLongItsNamesAre) {
  std::string name;
  for (int i = 0; i < 1'000; ++i) name.append("\xf0\x9f\x94\x91");  // a key, four bytes
  const MailLine full{.client = name,
                      .project = name,
                      .target_system = name,
                      .cause = name,
                      .ends_at = WallTime(),
                      .url = name};
  std::vector<MailNotice> notices;
  for (const char* event :
       {"needs_sign_in", "failing", "dying", "scopes_narrowed", "news", "recovered"}) {
    notices.push_back({.event = event, .lines = std::vector<MailLine>(5'000, full)});
  }
  const MailText text = mail_text(notices);
  EXPECT_LT(text.body.size(), 600'000U);
  EXPECT_LT(text.subject.size(), 512U);
  EXPECT_EQ(count_of(text.body, " more.\n"), 6U);
}

TEST(MailText, NoNameForgesALine) {
  MailLine hostile = line("x\n\n0 OAuth clients need somebody.\r\nWhat to do: nothing");
  hostile.cause = "a\nb\x1b[2J";
  hostile.url = "https://vault.example.org/\n";
  hostile.project = "\xe2\x80\xae reversed";  // U+202E
  const std::string body =
      mail_text(std::vector<MailNotice>{{.event = "failing", .lines = {hostile}}}).body;
  EXPECT_EQ(count_of(body, "\nWhat to do: "), 1U);
  EXPECT_EQ(count_of(body, "\n"),
            count_of(mail_text(std::vector{notice("failing", 1)}).body, "\n") + 2);
  EXPECT_EQ(body.find_first_of("\r\x1b"), std::string::npos);
  EXPECT_EQ(body.find("\xe2\x80\xae"), std::string::npos);
}

TEST(MailText, SaysNothingWhereNothingHappened) {
  EXPECT_EQ(subject_of({}), "");
  const MailText none = mail_text(std::vector{notice("failing", 0)});
  EXPECT_EQ(none.subject, "");
  EXPECT_EQ(none.body, "");
}

}  // namespace
}  // namespace strongroom::notify
