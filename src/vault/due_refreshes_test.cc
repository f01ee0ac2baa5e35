#include "vault/due_refreshes.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "storage/refresh_due_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/token_rows.h"
#include "vault/refresh_plan.h"
#include "vault/restored_clients.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class DueRefreshesTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    context_->refresh_plan = &plan_;
    refreshes_.emplace(*context_);
    plan_.listen([this](WallTime due) { rung_.push_back(due); });
  }

  std::vector<storage::RefreshDueRow> rows() {
    return *storage::read<std::vector<storage::RefreshDueRow>>(
        *store_,
        [](storage::Snapshot& snapshot) { return storage::refreshes_after(snapshot, {}, 100); });
  }
  // When the token is due, from now on; nullopt: never.
  std::optional<Milliseconds> due_in(const std::string& resource = {}) {
    for (const auto& row : rows()) {
      if (row.oauth_client_id != client_.uuid || row.resource != resource || !row.due_at) continue;
      return *row.due_at - clock_.now();
    }
    return std::nullopt;
  }
  // The clients and resources that are renewed now.
  std::vector<std::string> due() {
    std::vector<std::string> keys;
    bool again = true;
    while (again) {
      const auto batch = refreshes_->take(100, {}, {});
      EXPECT_TRUE(batch.has_value());
      again = batch->were_moved;
      keys.clear();
      for (const DueRefresh& refresh : batch->due) {
        keys.push_back(refresh.key.client.text() + refresh.key.resource);
      }
    }
    return keys;
  }
  bool is_due() { return due() == std::vector<std::string>{client_.text()}; }
  void put_all_right() {
    std::optional<Uuid> last = Uuid{};
    while (last) last = *refreshes_->put_right(*last, 1);
  }
  void set_due(std::optional<WallTime> due) {
    for (const auto& row : rows()) {
      ASSERT_TRUE(store_->write(
          [&](storage::Transaction& tx) { return storage::move_refresh_due(tx, row, due); }));
    }
  }

  RefreshPlan plan_{RefreshSettings{}};
  std::optional<DueRefreshes> refreshes_;
  std::vector<WallTime> rung_;
};

TEST_F(DueRefreshesTest, ATokenIsDueBeforeItsEndAndNotBeforeHalfOfItsLife) {
  // A-089
  sign_in("refresh-1", minutes(60));
  const auto due = due_in();
  ASSERT_TRUE(due.has_value());
  EXPECT_GE(*due, minutes(48));
  EXPECT_LE(*due, minutes(54));
  EXPECT_EQ(rung_, std::vector<WallTime>{clock_.now() + *due});
  EXPECT_FALSE(is_due());
  clock_.advance(*due);
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, HoweverShortATokensLifeItIsRenewedAheadOnceAMinute) {
  // field.md pain 10
  sign_in("refresh-1", Seconds(1));
  EXPECT_EQ(due_in(), Seconds(60));
  clock_.advance(Seconds(59));
  EXPECT_FALSE(is_due());
  provider_.renews("access-1", 1, "refresh-2");
  EXPECT_EQ(asked(), "token") << "whoever asks does not wait";
  EXPECT_EQ(due_in(), Seconds(60));
  clock_.advance(Seconds(60));
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, TheLeastIntervalIsASetting) {
  RefreshPlan eager(RefreshSettings{.least_interval = Seconds(1)});
  context_->refresh_plan = &eager;
  sign_in("refresh-1", Seconds(2));
  EXPECT_GE(due_in(), Seconds(1));
  EXPECT_LE(due_in(), Seconds(2));
  context_->refresh_plan = &plan_;
}

TEST_F(DueRefreshesTest, AShortLifeIsNoLessonForTokensThatSayNothing) {
  // A-060, field.md pain 5
  plan_.learn(system_.id, minutes(30));
  EXPECT_EQ(plan_.settings_for(system_.id).assumed_lifetime, minutes(30));
  plan_.learn(system_.id, Seconds(1));
  EXPECT_EQ(plan_.settings_for(system_.id).assumed_lifetime, minutes(5));
  plan_.learn(system_.id, hours(1));
  EXPECT_EQ(plan_.settings_for(system_.id).assumed_lifetime, minutes(5));
}

TEST_F(DueRefreshesTest, ARefreshTokenIsUsedBeforeItsProviderTakesItForUnused) {
  // A-085, field.md pain 7
  using std::chrono::days;
  EXPECT_EQ(plan_.keep_alive("own", days(300)), days(300)) << "nobody knows";
  plan_.know({{"own", {.idle = std::chrono::duration_cast<Seconds>(days(180))}},
              {"endless", {.absolute = Seconds(1)}}});
  EXPECT_EQ(plan_.keep_alive("own", days(300)), days(90)) << "half of what it lives";
  EXPECT_EQ(plan_.keep_alive("own", days(30)), days(30));
  EXPECT_EQ(plan_.keep_alive("own", std::nullopt), std::nullopt) << "nobody wants it";
  EXPECT_EQ(plan_.keep_alive("endless", days(300)), days(300)) << "use makes no longer life";

  plan_.know({{system_.service_provider, {.idle = Seconds(20 * 86'400)}}});
  TargetSystemFields fields;
  fields.keep_alive_days = 300;
  const auto changed = systems().update(admin_, system_.id,
                                        systems().get(admin_, system_.id)->stamps.revision, fields);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  sign_in("refresh-1", std::chrono::duration_cast<Seconds>(days(365)));
  ASSERT_TRUE(due_in().has_value());
  EXPECT_LE(*due_in(), days(10));
  EXPECT_GE(*due_in(), days(9)) << "a tenth of it is spread";
}

TEST_F(DueRefreshesTest, ARefreshTokenAloneIsKeptAlive) {
  // A-085, field.md pain 7
  using std::chrono::days;
  sign_in("refresh-1", minutes(60));
  ASSERT_TRUE(store_->write(
      [&](storage::Transaction& tx) { return storage::drop_token(tx, client_.uuid); }));
  index_.drop_token(client_, OAuthClientState::kNeedsRetrieval);
  EXPECT_EQ(due_in(), std::nullopt);
  const auto keep_alive = [this](std::int64_t every_days) {
    TargetSystemFields fields;
    fields.keep_alive_days = every_days;
    const Revision now = systems().get(admin_, system_.id)->stamps.revision;
    const auto changed = systems().update(admin_, system_.id, now, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  };
  keep_alive(30);
  EXPECT_EQ(due_in(), days(30));
  EXPECT_FALSE(is_due()) << "nobody wants an access token";
  keep_alive(7);
  EXPECT_EQ(due_in(), days(7));
  clock_.advance(days(7));
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, ARefreshTokenWhoseTokensWereDroppedIsKeptAlive) {
  // A-085, field.md pain 7
  using std::chrono::days;
  sign_in("refresh-1", minutes(60));
  TargetSystemFields fields;
  fields.keep_alive_days = 30;
  fields.scopes = {"mail.read"};
  const auto changed = systems().update(admin_, system_.id,
                                        systems().get(admin_, system_.id)->stamps.revision, fields);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  ASSERT_EQ(refresh_token(), "refresh-1");
  ASSERT_TRUE(due_in().has_value());
  EXPECT_LE(*due_in(), days(30));
}

TEST_F(DueRefreshesTest, WithoutALifetimeThatOfTheOthersIsTaken) {
  // A-060, field.md pain 5
  sign_in(client(project_, system_.id, "says it").id, "other-1", "other", minutes(20));
  provider_.answers(200, R"({"access_token":"access-1","token_type":"Bearer"})");
  sign_in("refresh-1", minutes(60));
  EXPECT_EQ(asked({}, admin_), "token");
  ASSERT_TRUE(due_in().has_value());
  EXPECT_LE(*due_in(), minutes(20));
  EXPECT_GE(*due_in(), minutes(10));
}

TEST_F(DueRefreshesTest, ARefreshTokenThatIsOverEarlierThanItsAccessTokenIsUsedInTime) {
  // A-085, field.md pain 7
  sign_in("refresh-1", minutes(60));
  provider_.answers(200, R"({"access_token":"a","token_type":"Bearer","expires_in":3600,)"
                         R"("refresh_token":"refresh-2","refresh_expires_in":1800})");
  EXPECT_EQ(asked({}, admin_), "token");
  ASSERT_TRUE(due_in().has_value());
  EXPECT_LT(*due_in(), minutes(30));
  EXPECT_GE(*due_in(), minutes(15));
  clock_.advance(minutes(29));
  EXPECT_TRUE(is_due());
  put_all_right();
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, AnEndThatNoUseMovesMakesNobodyUseItMoreOften) {
  plan_.know({{system_.service_provider, {.stated_is_absolute = true}}});
  sign_in("refresh-1", minutes(60));
  provider_.answers(200, R"({"access_token":"a","token_type":"Bearer","expires_in":3600,)"
                         R"("refresh_token":"refresh-2","refresh_expires_in":1800})");
  EXPECT_EQ(asked({}, admin_), "token");
  ASSERT_TRUE(due_in().has_value());
  EXPECT_GE(*due_in(), minutes(48));
}

TEST_F(DueRefreshesTest, WhatIsUnderWayOrBusyIsNotTakenAgain) {
  // A-080
  sign_in("refresh-1", minutes(60));
  clock_.advance(minutes(55));
  EXPECT_EQ(refreshes_->take(1, {}, {{client_, {}}})->due.size(), 0U);
  EXPECT_EQ(refreshes_->take(1, {.target_systems = {system_.id.uuid}}, {})->due.size(), 0U);
  EXPECT_EQ(refreshes_->take(1, {.projects = {project_.uuid}}, {})->due.size(), 0U);
  EXPECT_EQ(refreshes_->take(1, {}, {})->due.size(), 1U);
  EXPECT_EQ(*refreshes_->count(), 1);
}

TEST_F(DueRefreshesTest, WithTheNewTokenComesTheNextTime) {
  sign_in("refresh-1", minutes(60));
  clock_.advance(minutes(55));
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
  EXPECT_FALSE(is_due());
  EXPECT_GE(*due_in(), minutes(5));
  EXPECT_LE(*due_in(), Seconds(400));
}

TEST_F(DueRefreshesTest, AfterAFailureItIsTriedLaterAndNotBeforeItsPauseIsOver) {
  // A-064
  sign_in("refresh-1", minutes(60));
  clock_.advance(minutes(55));
  ASSERT_TRUE(is_due());
  const auto batch = refreshes_->take(1, {}, {});
  provider_.refuses(503, "temporarily_unavailable", "90");
  EXPECT_EQ(asked(), "provider_unreachable");
  EXPECT_EQ(*due_in(), storage::kLookAgainAfterFailure) << "in the transaction of the failure";
  const Milliseconds pause = retrievals_->pause_of({client_});
  EXPECT_GE(pause, Seconds(90));
  ASSERT_TRUE(refreshes_->put_off(batch->due.at(0), *last_error_, pause).has_value());
  EXPECT_GE(*due_in(), Seconds(90));
  EXPECT_LE(*due_in(), minutes(5)) << "while the token lives";
  EXPECT_FALSE(is_due());
  clock_.advance(*due_in());
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, AnAnswerInDoubtWaitsUntilThereIsNothingLeftToLose) {
  // A-084
  sign_in("refresh-1", minutes(60));
  clock_.advance(minutes(55));
  const auto batch = refreshes_->take(1, {}, {});
  provider_.takes_it_and_is_silent();
  asked();
  clock_.advance(minutes(1));
  EXPECT_EQ(asked(), "refresh_in_doubt");
  ASSERT_TRUE(
      refreshes_->put_off(batch->due.at(0), *last_error_, retrievals_->pause_of({client_})));
  EXPECT_GE(*due_in(), minutes(4));
}

TEST_F(DueRefreshesTest, WhoNeedsASignInIsNotRenewed) {
  // A-064, field.md pain 8
  sign_in("refresh-1", minutes(60));
  provider_.refuses(400, "invalid_grant");
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(due_in(), std::nullopt);
  put_all_right();
  EXPECT_EQ(due_in(), std::nullopt);
  sign_in("refresh-2", minutes(60));
  EXPECT_TRUE(due_in().has_value());
}

TEST_F(DueRefreshesTest, WithoutARefreshTokenThereIsNothingToRenewWith) {
  sign_in("", minutes(60));
  clock_.advance(minutes(55));
  EXPECT_FALSE(is_due());
  EXPECT_EQ(due_in(), std::nullopt);
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
}

TEST_F(DueRefreshesTest, DisabledAndDeletedOnesAreNotRenewedUntilTheyComeBack) {
  sign_in("refresh-1", minutes(60));
  OAuthClientFields fields;
  fields.disabled = true;
  const auto disabled = clients().update(admin_, client_, stored().stamps.revision, fields);
  ASSERT_TRUE(disabled.has_value()) << answer_of(disabled);
  EXPECT_EQ(due_in(), std::nullopt);
  clock_.advance(minutes(55));
  EXPECT_FALSE(is_due());
  fields.disabled = false;
  ASSERT_TRUE(clients().update(admin_, client_, disabled->stamps.revision, fields).has_value());
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, WhatARestoreQuarantinedIsNotRenewedUntilSomebodySaysSo) {
  sign_in("refresh-1", minutes(60));
  ASSERT_TRUE(store_->write([&](storage::Transaction& tx) {
    return put_restore_mark(sealer_, tx, client_.uuid, storage::kQuarantineMark, clock_.now());
  }));
  clock_.advance(minutes(55));
  EXPECT_FALSE(is_due());
  EXPECT_EQ(due_in(), std::nullopt);
  ASSERT_TRUE(RestoredClients(*context_).lift_quarantine(admin_, {.client = client_}));
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, AKillStopsItAndWhatIsLeftGoesOnAfterwards) {
  sign_in("refresh-1", minutes(60));
  clock_.advance(minutes(55));
  const KillId kill{client_.uuid};
  index_.put_kill(kill, {.scope = KillScope::kOAuthClient, .id = client_.uuid});
  EXPECT_FALSE(is_due());
  index_.remove_kill(kill);
  clock_.advance(minutes(1));
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, ADestinationThatIsHeldStopsItUntilItIsApproved) {
  sign_in("refresh-1", minutes(60));
  auto entry = std::make_shared<ClientEntry>(*index_.find(client_).client);
  entry->target_system_held = true;
  index_.put_client(client_, entry);
  clock_.advance(minutes(55));
  EXPECT_FALSE(is_due());
  EXPECT_EQ(due_in(), std::nullopt);
  TargetSystemFields fields;
  fields.description = "the same";
  const auto changed = systems().update(admin_, system_.id,
                                        systems().get(admin_, system_.id)->stamps.revision, fields);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  EXPECT_TRUE(is_due()) << "by now it is not held any more";
}

TEST_F(DueRefreshesTest, TokensOfBeforeGetTheirTimes) {
  sign_in("refresh-1", minutes(60));
  set_due(std::nullopt);
  EXPECT_EQ(due_in(), std::nullopt);
  put_all_right();
  EXPECT_GE(*due_in(), minutes(48));
  EXPECT_LE(*due_in(), minutes(54));
}

TEST_F(DueRefreshesTest, AClockThatWasPutBackMakesNothingLate) {
  // A-089
  sign_in("refresh-1", minutes(60));
  clock_.advance_wall(-hours(24));
  EXPECT_GT(*due_in(), hours(24));
  put_all_right();
  EXPECT_LE(*due_in(), minutes(54));
  clock_.advance(minutes(55));
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, AClockThatWasPutForwardMakesItDueAtOnce) {
  // A-089
  sign_in("refresh-1", minutes(60));
  clock_.advance(minutes(1));  // what is younger by boot time waits for a minute
  clock_.advance_wall(hours(24));
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, AMachineThatSleptFindsItDue) {
  // A-089
  sign_in("refresh-1", minutes(60));
  clock_.advance(hours(8));
  EXPECT_TRUE(is_due());
}

TEST_F(DueRefreshesTest, ABackOffIsNotShortenedByTheWay) {
  sign_in("refresh-1", minutes(60));
  clock_.advance(minutes(58));
  provider_.refuses(503, "temporarily_unavailable");
  asked();
  ASSERT_EQ(*due_in(), storage::kLookAgainAfterFailure);
  put_all_right();
  EXPECT_EQ(*due_in(), storage::kLookAgainAfterFailure);
}

TEST_F(DueRefreshesTest, ATokenForAResourceIsRenewedOnlyWhereARobotUsesTheClient) {
  sign_in("refresh-1", minutes(60));
  provider_.renews("files-1", 600, "refresh-2");
  EXPECT_EQ(asked("https://files.example"), "token");
  ASSERT_TRUE(due_in("https://files.example").has_value());
  clock_.advance(minutes(9));
  EXPECT_EQ(due(), std::vector<std::string>{});
  EXPECT_EQ(due_in("https://files.example"), std::nullopt);
}

// Without a person.
class DueByUse : public DueRefreshesTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(DueRefreshesTest::SetUp());
    client_ = client(project_, system("Ledger").id, "books").id;
    robot_ = robot(project_, "/bots", "reader").id;
    const auto made =
        rules().grant(admin_, {.oauth_client = client_, .robot = robot_, .path_pattern = {}});
    ASSERT_TRUE(made.has_value()) << answer_of(made);
    rule_ = made->id;
    provider_.grants("access-1", 3600);
    ASSERT_EQ(asked(), "token");
    clock_.advance(minutes(55));
  }
  RobotId robot_;
  RobotAccessId rule_;
};

TEST_F(DueByUse, WhatNobodyUsesIsRetrievedWhenSomebodyAsks) {
  EXPECT_FALSE(is_due());
  EXPECT_EQ(due_in(), std::nullopt);
}

TEST_F(DueByUse, WhatARobotUsedLatelyIsRenewedAhead) {
  // field.md pain 10
  index_.uses().note(rule_, clock_.now());
  EXPECT_TRUE(is_due());
  ASSERT_TRUE(rules().write_uses().has_value());
  EXPECT_TRUE(is_due()) << "it is known from the store as well";
  clock_.advance(hours(25));
  EXPECT_FALSE(is_due());
}

}  // namespace
}  // namespace strongroom::vault
