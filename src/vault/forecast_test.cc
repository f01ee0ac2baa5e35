#include "vault/forecast.h"

#include <string>
#include <utility>
#include <vector>

#include "storage/client_end_rows.h"
#include "storage/sign_in_rows.h"
#include "vault/refresh_plan.h"
#include "vault/row_mac.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

constexpr Seconds kDay{86'400};

class ForecastsTest : public SignInWorld {
 protected:
  Forecasts& forecasts() {
    if (!forecasts_) lifetimes({});
    return *forecasts_;
  }
  // The catalogue says this of the provider from now on.
  void lifetimes(std::optional<Seconds> idle, std::optional<Seconds> absolute = {},
                 bool stated_is_absolute = false) {
    forecasts_ = std::make_unique<Forecasts>(
        *context_,
        catalogue::RefreshLifetimesById{{"generic", {idle, absolute, stated_is_absolute}}});
    ASSERT_TRUE(forecasts_->apply_catalogue().has_value());
  }
  // "label cause days", each; days from now.
  std::vector<std::string> found(const Actor& actor, ForecastQuery query = {}) {
    if (query.until == WallTime{}) query.until = clock_.now() + kDay * 365;
    const auto page = forecasts().list(actor, query);
    EXPECT_TRUE(page.has_value()) << answer_of(page);
    std::vector<std::string> lines;
    if (!page) return lines;
    total_ = page->total;
    entries_ = page->items;
    lines.reserve(page->items.size());
    for (const ForecastEntry& entry : page->items) {
      const auto days = (entry.ends_at - clock_.now()) / std::chrono::hours(24);
      lines.push_back(entry.name + " " + std::string(to_text(entry.cause)) + " " +
                      std::to_string(days));
    }
    return lines;
  }
  std::vector<std::string> found() { return found(admin_); }

  OAuthClientId another(const std::string& label, const std::string& owner = {}) {
    OAuthClientFields fields;
    fields.project = project_;
    fields.target_system = system_.id;
    fields.label = label;
    if (!owner.empty()) fields.owner = Owner{"Somebody", owner};
    const auto made = clients().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? made->id : OAuthClientId{};
  }
  // As the sign-in itself notes it.
  void note_sign_in(OAuthClientId id) {
    storage::SignInRow row;
    row.oauth_client_id = id.uuid;
    row.signed_in_at = clock_.now();
    const auto mac = mac_of(sealer_, row);
    ASSERT_TRUE(mac.has_value());
    row.mac = *mac;
    ASSERT_TRUE(
        store_->write([&](storage::Transaction& tx) { return storage::put_sign_in(tx, row); })
            .has_value());
  }
  TargetSystemId expiring(const std::string& name, const std::vector<std::optional<Seconds>>& in) {
    TargetSystemFields fields = system_fields(name);
    fields.consumer_secrets.emplace();
    for (const auto& left : in) {
      std::optional<WallTime> on;
      if (left) on = clock_.now() + *left;
      fields.consumer_secrets->push_back({oauth::ConsumerSecret("secret"), on});
    }
    const auto made = systems().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? made->id : TargetSystemId{};
  }
  void disable(OAuthClientId id) {
    OAuthClientFields fields;
    fields.disabled = true;
    const auto now = clients().get(admin_, id);
    ASSERT_TRUE(clients().update(admin_, id, now->stamps.revision, fields).has_value());
  }
  // What the store has of the client is what the pure function says of it.
  void expect_the_same_as_the_clocks() {
    const auto shown = forecasts().clocks(admin_, client_);
    ASSERT_TRUE(shown.has_value()) << answer_of(shown);
    const auto rows = *storage::read<std::vector<storage::ClientEndRow>>(
        *store_, [&](storage::Snapshot& snapshot) {
          return storage::client_ends(snapshot, {.until = clock_.now() + kDay * 4000, .most = 10});
        });
    ASSERT_EQ(rows.size(), shown->end.has_value() ? 1U : 0U);
    if (!shown->end) return;
    EXPECT_EQ(rows[0].ends_at, shown->end->at);
    EXPECT_EQ(rows[0].cause, to_text(shown->end->cause));
  }

  std::int64_t total_ = 0;
  std::vector<ForecastEntry> entries_;
  std::unique_ptr<Forecasts> forecasts_;
};

TEST_F(ForecastsTest, SaysWhenWhatNothingRenewsIsOver) {
  // field.md pain 4
  EXPECT_TRUE(found().empty()) << "nobody signed in yet";
  sign_in("", kDay * 3 + Seconds(60));
  EXPECT_EQ(found(), std::vector<std::string>{"inbox no_refresh_token 3"});
  expect_the_same_as_the_clocks();
  sign_in("refresh-1");
  EXPECT_TRUE(found().empty()) << "it can be renewed, and nobody knows how long";
  expect_the_same_as_the_clocks();
}

TEST_F(ForecastsTest, FollowsWhatAnswersState) {
  // field.md pain 7
  sign_in("refresh-1");
  provider_.renews("access-1", 600, "refresh-2", ",\"refresh_token_expires_in\":864000");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_idle 10"});
  expect_the_same_as_the_clocks();
  provider_.renews("access-2", 600, "", ",\"refresh_token_expires_in\":432000");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_idle 5"});
  expect_the_same_as_the_clocks();
  lifetimes({}, {}, /*stated_is_absolute=*/true);
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_absolute 5"});
  clock_.advance(Seconds(700));
  provider_.refuses(400, "invalid_grant");
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_TRUE(found().empty()) << "it has failed already";
}

TEST_F(ForecastsTest, KnowsIdleAndAbsoluteEndsOfAnEntry) {
  // A-086, field.md pain 7
  sign_in("refresh-1");
  note_sign_in(client_);
  lifetimes(kDay * 30, kDay * 40);
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_idle 30"});
  clock_.advance(kDay * 20);
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_idle 10"});
  provider_.renews("access-1", 600, "");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_absolute 20"})
      << "use moved the other one";
  expect_the_same_as_the_clocks();
  provider_.renews("access-2", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_absolute 20"})
      << "and another refresh token does not move this one";
  lifetimes(kDay * 5);
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_idle 5"});
  clock_.advance(kDay);
  provider_.renews("files-1", 600, "");
  EXPECT_EQ(asked("https://files.example"), "token");
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_idle 5"})
      << "a single resource's token is a use as well";
  expect_the_same_as_the_clocks();
}

TEST_F(ForecastsTest, FollowsAnEntryThatIsReplacedWhileTheServerRuns) {
  sign_in("refresh-1");
  note_sign_in(client_);
  lifetimes(kDay * 30);
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_idle 30"});
  ASSERT_TRUE(forecasts().apply_catalogue({{"generic", {kDay * 7}}}).has_value());
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_idle 7"});
  expect_the_same_as_the_clocks();
  ASSERT_TRUE(forecasts().apply_catalogue({}).has_value());
  EXPECT_TRUE(found().empty()) << "the entry is gone, and nobody knows how long";
  expect_the_same_as_the_clocks();
}

TEST_F(ForecastsTest, IsOfTheLastCredentialWithAllClientsOfTheTargetSystem) {
  const TargetSystemId soon = expiring("Soon", {kDay * 3, kDay * 9});
  expiring("Never", {kDay * 3, std::nullopt});
  const TargetSystemId empty = expiring("Nobody", {kDay});
  client(project_, soon, "one");
  const OAuthClientId off = client(project_, soon, "two").id;
  EXPECT_EQ(found(), std::vector<std::string>{"Soon credential 9"});
  EXPECT_EQ(entries_.at(0).clients, 2);
  EXPECT_FALSE(entries_.at(0).client.has_value());
  disable(off);
  client(project_, empty, "three");
  EXPECT_EQ(found(), (std::vector<std::string>{"Nobody credential 1", "Soon credential 9"}));
  EXPECT_EQ(entries_.at(1).clients, 1);
}

TEST_F(ForecastsTest, WhatIsRenewedAheadDoesNotDieOfDisuse) {
  // field.md pain 7
  RefreshPlan plan{RefreshSettings{}};
  context_->refresh_plan = &plan;
  lifetimes(kDay * 5, kDay * 90);
  note_sign_in(client_);
  sign_in("refresh-1", Seconds(3600));
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_absolute 90"});
  expect_the_same_as_the_clocks();
  clock_.advance(kDay);
  provider_.answers(503, "{}");
  asked();
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_idle 4"})
      << "nobody can say when it is renewed the next time";
  expect_the_same_as_the_clocks();
  clock_.advance(Seconds(600));
  provider_.renews("access-1", 3600, "");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(found(), std::vector<std::string>{"inbox refresh_token_absolute 88"});
  context_->refresh_plan = nullptr;
}

TEST_F(ForecastsTest, WhatWasReplacedLongAgoTakesNobodysPlace) {
  for (std::int64_t i = 0; i < Forecasts::kMostSystems; ++i) {
    expiring("Rotated " + std::to_string(i), {-kDay, std::nullopt});
  }
  client(project_, expiring("Soon", {kDay * 3}), "one");
  EXPECT_EQ(found(), std::vector<std::string>{"Soon credential 3"});
}

TEST_F(ForecastsTest, TokensThatAreDroppedCountNoLonger) {
  lifetimes(kDay * 10);
  sign_in("refresh-1");
  clock_.advance(kDay);
  provider_.renews("files", 600, "refresh-2");
  EXPECT_EQ(asked("https://files.example"), "token");
  ASSERT_TRUE(store_->write(
      [&](storage::Transaction& tx) { return storage::drop_token(tx, client_.uuid); }));
  expect_the_same_as_the_clocks();
}

TEST_F(ForecastsTest, IsSortedPagedAndNarrowedByOwner) {
  const OAuthClientId second = another("second", "Ada@Example.org");
  const OAuthClientId third = another("third", "bob@example.org");
  sign_in("", kDay * 9);
  sign_in(second, "", "a", kDay * 2);
  sign_in(third, "", "b", kDay * 5);
  client(project_, expiring("System", {kDay * 3}), "one");
  EXPECT_EQ(found(admin_, {.page_size = 2}),
            (std::vector<std::string>{"second no_refresh_token 2", "System credential 3"}));
  EXPECT_EQ(total_, 4);
  EXPECT_EQ(found(admin_, {.offset = 2, .page_size = 2}),
            (std::vector<std::string>{"third no_refresh_token 5", "inbox no_refresh_token 9"}));
  EXPECT_TRUE(found(admin_, {.offset = Forecasts::kReach + 5}).empty());
  EXPECT_EQ(found(admin_, {.until = clock_.now() + kDay * 4}).size(), 2U);
  EXPECT_EQ(found(admin_, {.owner = "ADA@example.org"}),
            std::vector<std::string>{"second no_refresh_token 2"});
  EXPECT_EQ(found(admin_, {.owner = "nobody@example.org"}), std::vector<std::string>{});
}

TEST_F(ForecastsTest, ShowsOnlyWhatIsOfProjectsThatAreSeen) {
  sign_in("", kDay * 9);
  const ProjectId other = project("Other");
  EXPECT_EQ(found(with(other, {Permission::kView})), std::vector<std::string>{});
  EXPECT_EQ(total_, 0);
  EXPECT_EQ(found(with(project_, {Permission::kView})).size(), 1U);
  EXPECT_EQ(answer_of(forecasts().list(with({}), {.until = clock_.now()})), "denied");
  EXPECT_EQ(answer_of(forecasts().clocks(with(other, {Permission::kView}), client_)), "not found");
}

TEST_F(ForecastsTest, NamesTheRobotsThatUseTheClient) {
  sign_in("", kDay * 9);
  for (int i = 0; i < 6; ++i) {
    const Robot made = robot(project_, "finance", "robot " + std::to_string(i));
    const auto rule = rules().grant(admin_, {client_, made.id, {}});
    ASSERT_TRUE(rule.has_value()) << answer_of(rule);
  }
  found();
  ASSERT_EQ(entries_.size(), 1U);
  ASSERT_EQ(entries_[0].robots.size(), 5U);
  EXPECT_EQ(entries_[0].robots[0].path, "finance/robot 0");
  EXPECT_TRUE(entries_[0].robots[0].robot.has_value());
  EXPECT_TRUE(entries_[0].more_robots);
}

TEST_F(ForecastsTest, ForgetsWhatIsDeletedDisabledOrMovedAway) {
  sign_in("", kDay * 9);
  disable(client_);
  EXPECT_TRUE(found().empty());
  const OAuthClientId gone = another("gone");
  sign_in(gone, "", "a", kDay * 2);
  EXPECT_EQ(found().size(), 1U);
  ASSERT_TRUE(clients().remove(admin_, gone).has_value());
  EXPECT_TRUE(found().empty());
}

TEST_F(ForecastsTest, AreCountedForEachWarning) {
  sign_in("", kDay * 10);
  ASSERT_TRUE(forecasts().refresh().has_value());
  EXPECT_EQ(forecasts().latest()->clients, (std::array<std::int64_t, 6>{0, 0, 1, 1, 1, 1}));
}

}  // namespace
}  // namespace strongroom::vault
