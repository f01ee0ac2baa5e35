#include "vault/token_import.h"

#include <string>
#include <utility>
#include <vector>

#include "storage/testing/fault_store.h"
#include "storage/token_rows.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

class TokenImportTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    all_ = std::make_unique<OAuthClients>(*context_);
  }
  TokenImport import() { return TokenImport(*context_, *all_); }
  static ImportedTokens tokens(const std::string& refresh, const std::string& access = {}) {
    ImportedTokens made;
    if (!refresh.empty()) made.refresh_token = oauth::RefreshToken(refresh);
    if (!access.empty()) made.access_token = oauth::AccessToken(access);
    return made;
  }
  std::string imported(ImportedTokens tokens) {
    return answer_of(import().import(admin_, client_, std::move(tokens)));
  }
  static ImportRow row(std::size_t line, const std::string& label, const std::string& refresh) {
    return {.line = line, .label = label, .tenant = {}, .tokens = tokens(refresh)};
  }
  // "created 1 updated 2; 3 label: field|"
  std::string report_of(std::vector<ImportRow> rows, bool dry_run = false) {
    const auto made = import().import_many(admin_, project_, system_.id, std::move(rows), dry_run);
    if (!made) return answer_of(made);
    std::string text = "created " + std::to_string(made->created) + " updated " +
                       std::to_string(made->updated) + "; ";
    for (const ImportFailure& failure : made->failed) {
      text += std::to_string(failure.line) + " " + failure.label + ": " + failure.field + "|";
    }
    return text;
  }
  std::int64_t count() {
    ListQuery query;
    return clients().list(admin_, query)->total;
  }

 private:
  std::unique_ptr<OAuthClients> all_;
};

TEST_F(TokenImportTest, ARefreshTokenIsUsedWhenATokenIsNeeded) {
  EXPECT_EQ(imported(tokens("brought-along\r\n")), "ok");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsRetrieval);
  EXPECT_TRUE(stored().refresh_token.has_value());
  expect_index_as_after_restart({client_});
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(sent(0, "refresh_token"), "brought-along");
}

TEST_F(TokenImportTest, ATokenSetTakesThePlaceOfWhatWasThere) {
  sign_in("refresh-1");
  ImportedTokens set = tokens("", "access-x");
  set.expires_at = clock_.now() + Seconds(900);
  set.scope = "mail.read";
  set.account_name = "inbox@example.com";
  EXPECT_EQ(imported(std::move(set)), "ok");
  EXPECT_EQ(access_token(), "access-x");
  EXPECT_EQ(refresh_token(), "none") << "that was another grant's";
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  EXPECT_EQ(stored().token->expires_at, clock_.now() + Seconds(900));
  EXPECT_EQ(stored().token->scope, "mail.read");
  EXPECT_EQ(stored().expected_account, "inbox@example.com") << "who is to sign in next time";
  EXPECT_FALSE(stored().account.has_value());
  expect_index_as_after_restart({client_});
  clock_.advance(Seconds(900));
  EXPECT_EQ(asked(), "needs_sign_in");
}

TEST_F(TokenImportTest, ARefreshThatIsUnderWayComesTooLate) {
  //
  sign_in("refresh-1");
  provider_.renews("late", 600, "refresh-2");
  provider_.hold();
  std::string answer;
  retrievals_->retrieve({client_}, std::nullopt,
                        [&](const RetrievalResult& result) { answer = answer_of(result); });
  EXPECT_EQ(imported(tokens("brought-along")), "ok");
  provider_.release();
  EXPECT_EQ(answer, "overloaded");
  EXPECT_EQ(refresh_token(), "brought-along");
}

TEST_F(TokenImportTest, WhatIsNoTokenIsRefusedAtItsField) {
  EXPECT_EQ(imported({}), "invalid at /refresh_token");
  for (const char* const wrong : {"a b", " a", "a\nb", "\n", "t\xC3\xB6ken", "a\tb", "a\x7F"}) {
    EXPECT_EQ(imported(tokens(wrong)), "invalid at /refresh_token") << wrong;
    EXPECT_EQ(imported(tokens("", wrong)), "invalid at /access_token") << wrong;
  }
  EXPECT_EQ(imported(tokens(std::string(64 * 1024 + 1, 'a'))), "invalid at /refresh_token");
  ImportedTokens ended = tokens("", "access");
  ended.expires_at = clock_.now();
  EXPECT_EQ(imported(std::move(ended)), "invalid at /expires_at");
  ImportedTokens pointless = tokens("refresh");
  pointless.expires_at = clock_.now() + Seconds(1);
  EXPECT_EQ(imported(std::move(pointless)), "invalid at /expires_at");
  ImportedTokens scoped = tokens("refresh");
  scoped.scope = "a\nb";
  EXPECT_EQ(imported(std::move(scoped)), "invalid at /scope");
  EXPECT_FALSE(refresh_row().has_value());
}

TEST_F(TokenImportTest, OnlyWherePeopleSignInAndOnlyByWhoMay) {
  const TargetSystem other = system("Client credentials");
  client_ = client(project_, other.id, "no person").id;
  EXPECT_EQ(imported(tokens("refresh")), "invalid at /refresh_token");
  EXPECT_EQ(imported(tokens("", "access")), "invalid at /access_token");
  EXPECT_EQ(answer_of(import().import_many(admin_, project_, other.id, {}, false)),
            "invalid at /target_system");
  EXPECT_EQ(answer_of(import().import(with({Permission::kView, Permission::kRetrieve}), client_,
                                      tokens("refresh"))),
            "denied");
  EXPECT_EQ(
      answer_of(import().import_many(with({Permission::kView}), project_, system_.id, {}, false)),
      "denied");
}

TEST_F(TokenImportTest, TheTrailSaysWhatWasImportedAndNeverHowItReads) {
  EXPECT_EQ(imported(tokens("canary-refresh", "canary-access")), "ok");
  ASSERT_TRUE(trail_->flush());
  const auto page = trail_->list({.action = "oauth_client.tokens_imported", .limit = 10});
  ASSERT_EQ(page->entries.size(), 1U);
  EXPECT_NE(page->entries[0].json.find("\"refresh_token\",\"access_token\""), std::string::npos);
  EXPECT_EQ(page->entries[0].json.find("canary"), std::string::npos);
  for (const std::string& line : lines_) EXPECT_EQ(line.find("canary"), std::string::npos);
}

TEST_F(TokenImportTest, OfManyRowsEachHasItsOwnOutcome) {
  std::vector<ImportRow> rows;
  rows.push_back(row(2, "inbox", "refresh-of-inbox"));
  rows.push_back(row(3, "outbox", "refresh-of-outbox"));
  rows.push_back(row(4, "", "refresh"));
  rows.push_back(row(5, "broken", "white space"));
  rows.push_back(row(6, "OUTBOX", "refresh"));
  rows.push_back(row(7, "tenanted", "refresh"));
  rows.back().tenant = "tenant.example";
  std::vector<ImportRow> again;
  for (const ImportRow& each : rows) {
    again.push_back(row(each.line, each.label, std::string(each.tokens.refresh_token->reveal())));
    again.back().tenant = each.tenant;
  }
  const std::string expected =
      "created 1 updated 1; 4 : label|5 broken: refresh_token|6 OUTBOX: label|7 tenanted: tenant|";
  EXPECT_EQ(report_of(std::move(rows), /*dry_run=*/true), expected);
  EXPECT_EQ(count(), 1);
  EXPECT_FALSE(refresh_row().has_value());
  EXPECT_EQ(report_of(std::move(again)), expected);
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(refresh_token(), "refresh-of-inbox");
}

TEST_F(TokenImportTest, ARowThatFailsChangesNothing) {
  for (int n = 1;; ++n) {
    std::vector<ImportRow> rows;
    rows.push_back(row(2, "outbox", "refresh-of-outbox"));
    faults_->fail_call(n);
    const std::string report = report_of(std::move(rows));
    const bool has_failed = faults_->has_failed();
    faults_->fail_call(0);
    if (!has_failed) {
      EXPECT_EQ(report, "created 1 updated 0; ");
      break;
    }
    EXPECT_EQ(report.find("created 1"), std::string::npos) << n << ": " << report;
    EXPECT_EQ(count(), 1) << n;
    EXPECT_FALSE(clients().get(admin_, client_)->refresh_token) << n;
  }
  EXPECT_EQ(count(), 2);
  expect_index_as_after_restart({client_});
  const auto made = clients().list(admin_, {})->items;
  for (const OAuthClient& each : made) client_ = each.label == "outbox" ? each.id : client_;
  expect_index_as_after_restart({client_});
  EXPECT_EQ(refresh_token(), "refresh-of-outbox");
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
}

TEST_F(TokenImportTest, AnImportThatFailsHoldsNoRefreshUp) {
  sign_in("refresh-0");
  for (int n = 1;; ++n) {
    faults_->fail_call(n);
    const std::string answer = imported(tokens("brought-along"));
    const bool has_failed = faults_->has_failed();
    faults_->fail_call(0);
    const bool is_leased = *storage::read<bool>(*store_, [&](storage::Snapshot& snapshot) {
      return storage::is_leased(snapshot, client_.uuid, clock_.now());
    });
    EXPECT_FALSE(is_leased) << n;
    if (!has_failed) break;
    if (refresh_token() == "brought-along") continue;  // only the answer was lost
    EXPECT_EQ(refresh_token(), "refresh-0") << n;
  }
  EXPECT_EQ(refresh_token(), "brought-along");
}

TEST_F(TokenImportTest, ADraftStaysADraft) {
  OAuthClientFields fields;
  fields.project = project_;
  fields.target_system = system_.id;
  fields.label = "draft";
  fields.draft = true;
  client_ = clients().create(admin_, fields)->id;
  EXPECT_EQ(imported(tokens("refresh-1", "access-1")), "ok");
  EXPECT_EQ(stored().state, OAuthClientState::kDraft);
  fields = {};
  fields.draft = false;
  ASSERT_TRUE(clients().update(admin_, client_, stored().stamps.revision, fields).has_value());
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  expect_index_as_after_restart({client_});
}

}  // namespace
}  // namespace strongroom::vault
