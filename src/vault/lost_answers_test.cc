// Answers to refreshes that were lost, on the way or by a crash.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

namespace json = boost::json;

class LostAnswers : public SignInWorld {
 protected:
  // A refresh is at the provider, which has answered, but nobody has heard it yet.
  void send() {
    provider_.hold();
    retrievals_->retrieve({client_}, std::nullopt, [](const RetrievalResult&) {});
    ASSERT_EQ(provider_.requests(), 1U);
  }
  // From now on the client is one of a provider whose entry says this of reuse.
  void use_entry(int window_s, bool endangers_more) {
    std::ifstream file(STRONGROOM_SOURCE_DIR "/providers/generic.json");
    json::value entry = json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    entry.as_object()["id"] = "own";
    entry.as_object()["name"] = "Own";
    json::object& rules = entry.at("authorization").as_object();
    rules["refresh_reuse_window_s"] = window_s;
    rules["refresh_reuse_endangers_more"] = endangers_more;
    json::object& sources = entry.at("sources").as_object();
    const json::value source = sources.at("token_endpoint");  // a copy: what is added moves others
    for (const char* const fact : {"refresh_reuse_window_s", "refresh_reuse_endangers_more"}) {
      sources["authorization." + std::string(fact)] = source;
    }
    const std::string directory = directory_.file("providers");
    std::filesystem::create_directory(directory);
    std::ofstream(directory + "/own.json") << json::serialize(entry);
    auto catalogue = catalogue::Catalogue::with_own_files(directory);
    ASSERT_TRUE(catalogue.has_value()) << catalogue.error().detail;
    *catalogue_ = *std::move(catalogue);
    TargetSystemFields fields = sign_in_fields("Own");
    fields.service_provider = "own";
    system_ = *systems().create(admin_, fields);
    client_ = client(project_, system_.id, "own").id;
  }
};

TEST_F(LostAnswers, TheOldOneWaitsUntilThereIsNothingLeftToLose) {
  //
  sign_in("refresh-1", Seconds(600));
  provider_.takes_it_and_is_silent();
  EXPECT_EQ(asked(), "provider_unreachable");
  EXPECT_EQ(refresh_row()->lost_answers, 1);
  EXPECT_EQ(cause(), "timed_out");
  clock_.advance(Seconds(400));
  for (const auto& person : {std::optional<Actor>(), std::optional<Actor>(admin_)}) {
    EXPECT_EQ(asked({}, person), "refresh_in_doubt");
    EXPECT_EQ(asked("https://files.example", person), "refresh_in_doubt");
  }
  EXPECT_EQ(provider_.requests(), 1U);
  clock_.advance(Seconds(200));  // the access token has ended
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(sent(1, "refresh_token"), "refresh-1");
  EXPECT_EQ(refresh_row()->lost_answers, 0);
}

TEST_F(LostAnswers, InvalidGrantMeansThenThatItWasLostInFlight) {
  //
  sign_in("refresh-1", Seconds(60));
  provider_.takes_it_and_is_silent();
  asked();
  clock_.advance(Seconds(600));
  provider_.refuses(400, "invalid_grant");
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(said("cause"), "refresh_lost");
  EXPECT_EQ(cause(), "refresh_lost");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
}

TEST_F(LostAnswers, WithinTheProvidersWindowItIsTriedOnceMoreAtOnce) {
  //
  use_entry(30, /*endangers_more=*/true);
  sign_in("refresh-1", Seconds(600));
  provider_.takes_it_and_is_silent();
  asked();
  clock_.advance(Seconds(29));
  provider_.takes_it_and_is_silent();
  EXPECT_EQ(asked({}, admin_), "provider_unreachable");
  EXPECT_EQ(provider_.requests(), 2U);
  EXPECT_EQ(asked({}, admin_), "refresh_in_doubt") << "once";

  sign_in("refresh-2", Seconds(600));
  provider_.takes_it_and_is_silent();
  asked({}, admin_);
  clock_.advance(Seconds(30));
  EXPECT_EQ(asked({}, admin_), "refresh_in_doubt") << "the window is over";
}

TEST_F(LostAnswers, ACalendarThatIsPutBackOpensNoWindow) {
  //
  sign_in("refresh-1", Seconds(600));
  provider_.takes_it_and_is_silent();
  asked();
  clock_.advance_wall(-std::chrono::hours(24));
  EXPECT_EQ(asked({}, admin_), "refresh_in_doubt");
  EXPECT_EQ(provider_.requests(), 1U);
}

TEST_F(LostAnswers, WhereAReuseEndangersMoreItIsNeverTriedAgain) {
  //
  use_entry(0, /*endangers_more=*/true);
  sign_in("refresh-1", Seconds(60));
  provider_.takes_it_and_is_silent();
  asked();
  EXPECT_EQ(asked({}, admin_), "refresh_in_doubt");
  clock_.advance(Seconds(60));
  EXPECT_EQ(asked({}, admin_), "needs_sign_in");
  EXPECT_EQ(cause(), "refresh_lost");
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(provider_.requests(), 1U);
  expect_index_as_after_restart({client_});
}

TEST_F(LostAnswers, AnswersThatCannotBeReadAreAsGoodAsLost) {
  //
  for (const auto& [status, body] : {std::pair{200, "{\"access_token\":\"half"},
                                     {200, "{\"token_type\":\"Bearer\"}"},
                                     {200, "{\"access_token\":\"a\",\"token_type\":\"mac\"}"},
                                     {504, "{}"}}) {
    sign_in("refresh-1");
    provider_.answers(status, body);
    asked({}, admin_);
    EXPECT_EQ(refresh_row()->lost_answers, 1) << body;
  }
  sign_in("refresh-1");
  provider_.cannot_be_reached();
  asked({}, admin_);
  EXPECT_EQ(refresh_row()->lost_answers, 0) << "it certainly never came there";
}

TEST_F(LostAnswers, AfterACrashAnAnswerThatWasKeptIsStored) {
  // field.md pain 3
  for (const bool power_failure : {false, true}) {
    sign_in("refresh-1");
    provider_.renews("access-1", 600, "refresh-2");
    faults_->fail_call(3);  // the transaction that stores it
    asked({}, admin_);
    ASSERT_TRUE(faults_->has_failed());
    EXPECT_EQ(refresh_token(), "refresh-1");
    clock_.advance(Seconds(100));
    crash(power_failure);
    EXPECT_EQ(refresh_token(), "refresh-2");
    EXPECT_EQ(access_token(), "access-1");
    EXPECT_EQ(stored().token->expires_at, clock_.now() + Seconds(500)) << "it is older now";
    EXPECT_EQ(stored().state, OAuthClientState::kActive);
    EXPECT_EQ(journal_->free_slots(), kJournalSlots);
    expect_index_as_after_restart({client_});
  }
}

TEST_F(LostAnswers, AfterACrashWithoutAnAnswerTheOldOneIsInDoubt) {
  //
  sign_in("refresh-1", Seconds(600));
  provider_.renews("access-1", 600, "refresh-2");
  send();
  crash(true);
  EXPECT_EQ(refresh_row()->lost_answers, 1);
  EXPECT_EQ(asked(), "refresh_in_doubt");
  EXPECT_EQ(provider_.requests(), 1U);
  crash(false);
  EXPECT_EQ(refresh_row()->lost_answers, 1) << "it is counted once";
  provider_.release();
}

TEST_F(LostAnswers, WhatWasStoredBeforeTheCrashIsNotStoredAgain) {
  sign_in("refresh-1");
  provider_.renews("access-1", 600, "refresh-2");
  faults_->fail_call(3, storage::FaultStore::Kind::kAfter);  // stored, and nobody is told
  asked({}, admin_);
  ASSERT_TRUE(faults_->has_failed());
  EXPECT_EQ(refresh_token(), "refresh-2");
  const std::int64_t generation = refresh_row()->generation;
  crash();
  EXPECT_EQ(refresh_token(), "refresh-2");
  EXPECT_EQ(refresh_row()->generation, generation);
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

TEST_F(LostAnswers, ASignInBetweenTheCrashAndTheStartCountsMore) {
  sign_in("refresh-1");
  provider_.renews("access-1", 600, "refresh-2");
  faults_->fail_call(3);
  asked({}, admin_);
  sign_in("refresh-new");
  crash();
  EXPECT_EQ(refresh_token(), "refresh-new");
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

TEST_F(LostAnswers, ALastWordThatWasKeptEndsTheGrantAfterTheCrash) {
  //
  sign_in("refresh-1");
  provider_.refuses(400, "invalid_grant");
  faults_->fail_call(3);
  asked({}, admin_);
  ASSERT_TRUE(faults_->has_failed());
  EXPECT_EQ(refresh_token(), "refresh-1");
  crash();
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(cause(), "sign_in_ended");
}

TEST_F(LostAnswers, AnAnswerThatComesWhileTheServerStopsIsKeptForTheNextStart) {
  //
  sign_in("refresh-1");
  provider_.renews("access-1", 600, "refresh-2");
  send();
  stopping_ = true;
  provider_.release();
  stopping_ = false;
  EXPECT_EQ(refresh_token(), "refresh-1");
  crash(true);
  EXPECT_EQ(refresh_token(), "refresh-2");
  EXPECT_EQ(access_token(), "access-1");
}

TEST_F(LostAnswers, OfADeletedClientTheNewRefreshTokenIsKeptWhileItCanBeRestored) {
  //
  sign_in("refresh-1");
  provider_.renews("access-1", 600, "refresh-2");
  send();
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  provider_.release();
  EXPECT_EQ(refresh_token(), "refresh-2");
  ASSERT_TRUE(clients().restore(admin_, client_).has_value());
  provider_.renews("access-2", 600, "refresh-3");
  EXPECT_EQ(asked(), "token");
}

TEST_F(LostAnswers, WhatSomebodysCodeBroughtIsHandedToWhoeverCanUseIt) {
  //
  JournalIntent intent{.id = crypto::make_uuid(clock_.now(), random_),
                       .kind = GrantKind::kCode,
                       .client = client_,
                       .project = project_,
                       .authorization = crypto::make_uuid(clock_.now(), random_),
                       .at = clock_.now()};
  ASSERT_TRUE(journal_->begin(intent));
  open_journal();
  std::vector<Uuid> told;
  Status answer = Error{Code::kUnavailable, "Not now."};
  JournalSettlement settlement(
      *context_, process_,
      [&](const JournalIntent& of, const std::optional<oauth::TokenAnswer>& came) {
        EXPECT_FALSE(came.has_value());
        told.push_back(of.authorization);
        return answer;
      });
  settlement.settle_all();
  EXPECT_EQ(journal_->unsettled(), std::vector{intent}) << "it could not be used, so it stays";
  answer = {};
  settlement.settle_all();
  EXPECT_EQ(told, (std::vector{intent.authorization, intent.authorization}));
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

}  // namespace
}  // namespace strongroom::vault
