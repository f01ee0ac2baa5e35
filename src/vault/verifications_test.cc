#include "vault/verifications.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include "storage/token_rows.h"
#include "vault/destination.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

namespace json = boost::json;

class VerificationsTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    restart_retrievals();
    verifications_ =
        std::make_unique<Verifications>(*context_, provider_.client(), *retrievals_,
                                        Verifications::Workers{.finish = [this](Task task) {
                                          if (!stopping_) task();
                                          return !stopping_;
                                        }});
  }

  void set(const std::string& parameter, const std::string& address) {
    const auto before = *systems().get(admin_, system_.id);
    TargetSystemFields fields;
    fields.endpoint_parameters = before.endpoint_parameters;
    (*fields.endpoint_parameters)[parameter] = address;
    fields.consumer_secrets = secrets({"very-secret"});
    const auto changed = systems().update(admin_, system_.id, before.stamps.revision, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  }
  void with_introspection() { set("introspection_endpoint", "https://id.example/introspect"); }
  void with_call() { set("verification_endpoint", "https://id.example/me"); }

  // "works", "refused renewed", "unknown rate_limited", or what answer_of() says.
  std::string verify(const Actor& actor) {
    std::string said = "no answer yet";
    verifications_->verify(actor, client_, [&](const Result<Verification>& found) {
      if (!found) {
        said = answer_of(found);
        return;
      }
      said = to_text(found->outcome);
      if (found->outcome == VerificationOutcome::kRefused) {
        said += " " + std::string(to_text(found->renewal));
      }
      if (found->failure) said += " " + found->failure->cause;
    });
    return said;
  }
  std::string verify() { return verify(admin_); }
  std::string last() {
    const auto found = verifications_->last(admin_, client_);
    if (!found) return answer_of(found);
    return *found ? std::string(to_text((*found)->outcome)) : "nothing";
  }
  std::string in_trail(const std::string& action) {
    EXPECT_TRUE(trail_->flush().has_value());
    const auto page = trail_->list({.action = action, .limit = 1});
    return page->entries.empty() ? "none" : page->entries[0].json;
  }

  std::unique_ptr<Verifications> verifications_;
};

TEST_F(VerificationsTest, AskTheAuthorizationServerItselfWhereItHasIntrospection) {
  // A-194, A-195
  with_introspection();
  set("verification_endpoint", "https://id.example/me");
  sign_in("refresh-1");
  provider_.answers(200, R"({"active":true,"sub":"ann"})");
  EXPECT_EQ(verify(), "works");
  ASSERT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(provider_.url(0), "https://id.example/introspect");
  EXPECT_EQ(provider_.body(0), "token=access-0&token_type_hint=access_token");
  EXPECT_EQ((*verifications_->last(admin_, client_))->account, "ann");
  EXPECT_EQ(access_token(), "access-0");
  const std::string event = in_trail("oauth_client.updated");
  EXPECT_NE(event.find(R"("verification")"), std::string::npos) << event;
  EXPECT_NE(event.find(R"("reason":"works")"), std::string::npos) << event;
  EXPECT_EQ(in_trail("token.handed_out"), "none");
  EXPECT_EQ(verifications_->in_flight(), 0U);
}

TEST_F(VerificationsTest, AnInactiveTokenIsUsedNoMoreAndRenewedOnce) {
  // A-194
  with_introspection();
  sign_in("refresh-1");
  provider_.answers(200, R"({"active":false})");
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(verify(), "refused renewed");
  EXPECT_EQ(provider_.requests(), 2U);
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  expect_index_as_after_restart({client_});
}

TEST_F(VerificationsTest, AnInactiveTokenIsUsedNoMoreWhereItCannotBeRenewed) {
  // A-194
  with_introspection();
  sign_in("refresh-1");
  provider_.answers(200, R"({"active":false})");
  provider_.refuses(503, "temporarily_unavailable");
  EXPECT_EQ(verify(), "refused failed");
  EXPECT_EQ(access_token(), "none");
  sign_in("");
  provider_.answers(200, R"({"active":false})");
  EXPECT_EQ(verify(), "refused not_tried") << "only a person can";
  EXPECT_EQ(access_token(), "none");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(asked(), "needs_sign_in");
  expect_index_as_after_restart({client_});
}

TEST_F(VerificationsTest, ThatTheGrantEndedFollowsTheRulesOfEveryRefresh) {
  // A-064
  with_call();
  sign_in("refresh-1");
  provider_.answers(401, "{}");
  provider_.refuses(400, "invalid_grant");
  EXPECT_EQ(verify(), "refused failed");
  EXPECT_EQ(provider_.url(0), "https://id.example/me");
  EXPECT_EQ(provider_.requests(), 2U) << "one refresh and no more";
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(cause(), "sign_in_ended");
}

TEST_F(VerificationsTest, OfACallThatSaysNoTheTokenStaysWhereNoOtherCanBeHad) {
  with_call();
  sign_in("");
  provider_.answers(401, "{}");
  EXPECT_EQ(verify(), "refused not_tried");
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
}

TEST_F(VerificationsTest, SayWhyItCannotBeSaidAndWhoMustAct) {
  // A-194
  with_introspection();
  sign_in("refresh-1");
  provider_.refuses(429, "slow_down");
  EXPECT_EQ(verify(), "unknown rate_limited");
  provider_.answers(200, R"({"active":"true"})");
  EXPECT_EQ(verify(), "unknown malformed_answer");
  provider_.answers(200, R"({"active":true,"client_id":"somebody-else"})");
  EXPECT_EQ(verify(), "unknown malformed_answer");
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(verify(), "unknown invalid_client");
  EXPECT_EQ((*verifications_->last(admin_, client_))->failure->who_must_act, "target_system_owner");
  EXPECT_EQ(access_token(), "access-0") << "nothing is concluded from it";
}

TEST_F(VerificationsTest, AreShownForAWhileAndNoLongerThanTheToken) {
  // A-194
  with_introspection();
  EXPECT_EQ(last(), "nothing");
  sign_in("refresh-1", Seconds(7200));
  const auto end =
      std::chrono::duration_cast<Seconds>(clock_.now().time_since_epoch()).count() + 60;
  provider_.answers(200, R"({"active":true,"exp":)" + std::to_string(end) + "}");
  EXPECT_EQ(verify(), "works");
  clock_.advance(Seconds(59));
  EXPECT_EQ(last(), "works");
  clock_.advance(Seconds(1));
  EXPECT_EQ(last(), "nothing");
  provider_.answers(200, R"({"active":true})");
  EXPECT_EQ(verify(), "works");
  clock_.advance(kVerificationKept);
  EXPECT_EQ(last(), "nothing");
}

TEST_F(VerificationsTest, LearnWhenATokenEndsThatNobodySaidItOf) {
  // A-060, A-194
  with_introspection();
  const TargetSystem crm = [&] {
    TargetSystemFields fields = system_fields("CRM");
    (*fields.endpoint_parameters)["introspection_endpoint"] = "https://id.example/introspect";
    return *systems().create(admin_, fields);
  }();
  client_ = client(project_, crm.id, "nightly").id;
  provider_.answers(200, R"({"access_token":"access-1","token_type":"Bearer"})");
  EXPECT_EQ(asked(), "token");
  EXPECT_FALSE(stored().token->expires_at);
  const auto end =
      std::chrono::duration_cast<Seconds>(clock_.now().time_since_epoch()).count() + 600;
  provider_.answers(200, R"({"active":true,"exp":)" + std::to_string(end) + "}");
  EXPECT_EQ(verify(), "works");
  ASSERT_TRUE(stored().token->expires_at);
  EXPECT_EQ(stored().token->expires_at, WallTime(Seconds(end)));
  expect_index_as_after_restart({client_});
}

TEST_F(VerificationsTest, TheTokenGoesOnlyToTheDestinationThatItCameFrom) {
  // A-068, A-195; invariant 5
  with_introspection();
  sign_in("", Seconds(600));
  const auto before = *systems().get(admin_, system_.id);
  TargetSystemFields fields;
  fields.allowed_addresses = std::vector<std::string>{"10.0.0.0/8"};
  fields.consumer_secrets = secrets({"entered anew"});  // so nothing is held
  ASSERT_TRUE(systems().update(admin_, system_.id, before.stamps.revision, fields).has_value());
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(verify(), "destination_held");
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(VerificationsTest, AnEntryThatVerifiesElsewhereIsAnotherDestination) {
  // A-068; invariant 5
  const auto digest = [&](const std::string& host) {
    std::ifstream file(STRONGROOM_SOURCE_DIR "/providers/discord.json");
    json::object entry =
        json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_object();
    entry["id"] = "own";
    entry["name"] = "Own";
    entry.at("verification").as_object()["endpoint"] = "https://" + host + "/me";
    const std::string directory = directory_.file(host);
    std::filesystem::create_directory(directory);
    std::ofstream(directory + "/own.json") << json::serialize(entry);
    TargetSystem system;
    system.service_provider = "own";
    return destination_digest(*catalogue::Catalogue::with_own_files(directory), system);
  };
  EXPECT_EQ(digest("api.example.com"), digest("api.example.com"));
  EXPECT_NE(digest("api.example.com"), digest("api.example.org"));
}

TEST_F(VerificationsTest, NeedAWayATokenAndThePermission) {
  sign_in("");
  EXPECT_EQ(verify(), "no_verification");
  with_introspection();
  EXPECT_EQ(verify(with({Permission::kView})), "denied");
  clock_.advance(Seconds(601));
  EXPECT_EQ(verify(), "no_living_token");
  EXPECT_EQ(provider_.requests(), 0U);
}

}  // namespace
}  // namespace strongroom::vault
