#include "vault/revocations.h"

#include <string>
#include <utility>
#include <vector>

#include "storage/revocation_rows.h"
#include "storage/token_rows.h"
#include "vault/testing/sign_in_world.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

class RevocationsTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    restart_revocations();
  }

  void restart_revocations() {
    revocations_ = std::make_unique<Revocations>(
        *context_, provider_.client(),
        Revocations::Workers{.start = [](Task task) { return task(), true; },
                             .finish =
                                 [this](Task task) {
                                   if (!stopping_) task();
                                   return !stopping_;
                                 }});
  }
  void revocable(const std::string& endpoint = "https://id.example/revoke") {
    const auto before = *systems().get(admin_, system_.id);
    TargetSystemFields fields;
    fields.endpoint_parameters = before.endpoint_parameters;
    (*fields.endpoint_parameters)["revocation_endpoint"] = endpoint;
    fields.consumer_secrets = secrets({"very-secret"});
    const auto changed = systems().update(admin_, system_.id, before.stamps.revision, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
    EXPECT_FALSE(changed->destination_held);
  }
  std::string revoke(const Actor& actor, OAuthClientId id) {
    std::string answer = "no answer yet";
    revocations_->revoke(actor, id, [&](const Status& status) { answer = answer_of(status); });
    return answer;
  }
  std::string revoke() { return revoke(admin_, client_); }
  void accepts() { provider_.answers(200, ""); }

  // "pending", or "none".
  std::string state() {
    const auto client = clients().get(admin_, client_);
    return client && client->revocation ? std::string(to_text(client->revocation->state)) : "none";
  }
  std::vector<storage::PendingRevocationRow> pending() {
    using All = std::vector<storage::PendingRevocationRow>;
    return *storage::read<All>(*store_, [&](storage::Snapshot& snapshot) {
      return storage::pending_revocations_of(snapshot, client_.uuid);
    });
  }
  std::vector<std::string> actions() {
    EXPECT_TRUE(trail_->flush().has_value());
    std::vector<std::string> found;
    const auto page = trail_->list({.limit = 100});
    for (const auto& entry : page->entries) {
      for (const char* const action :
           {"oauth_client.tokens_revoked", "revocation.confirmed", "revocation.given_up"}) {
        if (entry.json.find("\"" + std::string(action) + "\"") != std::string::npos) {
          found.insert(found.begin(), action);
        }
      }
    }
    return found;
  }
  void wait_for_the_next_try() {
    const auto client = *clients().get(admin_, client_);
    ASSERT_TRUE(client.revocation && client.revocation->next_try_at);
    clock_.advance(*client.revocation->next_try_at - clock_.now());
  }

  std::unique_ptr<Revocations> revocations_;
};

TEST_F(RevocationsTest, TakeTheTokensAwayHereAndThenAtTheProviderTheRefreshTokenFirst) {
  // A-088, A-190, A-192, E6, E7, E29
  revocable();
  sign_in("refresh-1");
  accepts();
  accepts();
  EXPECT_EQ(revoke(), "ok");
  ASSERT_EQ(provider_.requests(), 2U);
  EXPECT_EQ(provider_.url(0), "https://id.example/revoke");
  EXPECT_EQ(provider_.body(0), "token=refresh-1&token_type_hint=refresh_token");
  EXPECT_EQ(provider_.body(1), "token=access-0&token_type_hint=access_token");
  EXPECT_EQ(state(), "confirmed");
  EXPECT_TRUE(pending().empty());
  EXPECT_EQ(access_token(), "none");
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(actions(), (std::vector<std::string>{"oauth_client.tokens_revoked",
                                                 "revocation.confirmed", "revocation.confirmed"}));
  EXPECT_EQ(revocations_->in_flight(), 0U);
  expect_index_as_after_restart({client_});
  EXPECT_EQ(revoke(), "ok") << "twice is no error";
  EXPECT_EQ(provider_.requests(), 2U);
}

TEST_F(RevocationsTest, AreGoneForRobotsBeforeTheProviderAnswers) {
  // A-088; invariant 7
  revocable();
  sign_in("refresh-1");
  accepts();
  accepts();
  provider_.hold();
  EXPECT_EQ(revoke(), "no answer yet");
  EXPECT_EQ(access_token(), "none");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(state(), "pending");
  provider_.release();
  EXPECT_EQ(state(), "confirmed");
}

TEST_F(RevocationsTest, AreTriedAgainAfterAPauseAndAfterARestart) {
  // A-088, A-191
  revocable();
  sign_in("refresh-1");
  provider_.refuses(503, "temporarily_unavailable", "17");
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(provider_.requests(), 1U) << "who is not there is not asked for the other token";
  EXPECT_EQ(state(), "pending");
  const Revocation waits = *stored().revocation;
  EXPECT_EQ(waits.failure->cause, "provider_unavailable");
  EXPECT_GE(*waits.next_try_at - clock_.now(), Seconds(17));
  EXPECT_EQ(pending().size(), 2U);

  restart_revocations();
  ASSERT_TRUE(revocations_->try_due().has_value());
  EXPECT_EQ(provider_.requests(), 1U) << "not before its time";
  provider_.takes_it_and_is_silent();
  wait_for_the_next_try();
  ASSERT_TRUE(revocations_->try_due().has_value());
  EXPECT_EQ(state(), "pending");
  accepts();
  accepts();
  wait_for_the_next_try();
  ASSERT_TRUE(revocations_->try_due().has_value());
  EXPECT_EQ(state(), "confirmed");
  EXPECT_EQ(provider_.body(3), "token=access-0&token_type_hint=access_token");
  EXPECT_FALSE(stored().revocation->failure);
}

TEST_F(RevocationsTest, AreTakenUpWhereAProcessEndedWithTheAnswerOnItsWay) {
  // A-088
  revocable();
  sign_in("refresh-1");
  provider_.hold();
  revocations_->revoke(admin_, client_, [](const Status&) {});
  stopping_ = true;
  provider_.release();
  EXPECT_EQ(pending().size(), 2U);
  stopping_ = false;
  restart_revocations();
  accepts();
  accepts();
  ASSERT_TRUE(revocations_->try_due().has_value());
  EXPECT_EQ(state(), "confirmed");
}

TEST_F(RevocationsTest, LeaveTheTokenForTheRefreshTokenWhereTheServerDoesNotRevokeItsKind) {
  // A-191
  revocable();
  sign_in("refresh-1");
  accepts();
  provider_.refuses(400, "unsupported_token_type");
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(state(), "confirmed");
  EXPECT_TRUE(pending().empty());
  sign_in("");
  provider_.refuses(400, "unsupported_token_type");
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(state(), "not_supported");
}

TEST_F(RevocationsTest, GoOnWithWhatWaitedBeforeWhenMoreIsRevoked) {
  // A-088
  revocable();
  sign_in("refresh-1");
  EXPECT_EQ(revoke(), "ok");  // nobody is there
  sign_in("refresh-2");
  provider_.refuses(503, "temporarily_unavailable");
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(pending().size(), 4U);
  sign_in(client_, "", "access-9", Seconds(0));  // nothing of it is worth revoking
  for (int i = 0; i < 4; ++i) accepts();
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(state(), "confirmed");
  EXPECT_TRUE(pending().empty());
}

TEST_F(RevocationsTest, SayWhereTheProviderCannot) {
  // A-193
  sign_in("refresh-1");
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(provider_.requests(), 0U);
  EXPECT_EQ(state(), "not_supported");
  EXPECT_TRUE(pending().empty()) << "nothing is kept that nobody asks for";
  EXPECT_EQ(access_token(), "none");
  EXPECT_EQ(refresh_token(), "none");
}

TEST_F(RevocationsTest, AreGivenUpForAllToSee) {
  // A-088
  revocable();
  sign_in("refresh-1");
  EXPECT_EQ(revoke(), "ok");  // nobody is there
  EXPECT_EQ(state(), "pending");
  clock_.advance(Seconds(601));
  ASSERT_TRUE(revocations_->try_due().has_value());
  ASSERT_EQ(pending().size(), 1U) << "the access token's own life is over";
  EXPECT_EQ(pending().front().token_kind, "refresh_token");
  clock_.advance(kRevocationPatience);
  ASSERT_TRUE(revocations_->try_due().has_value());
  EXPECT_TRUE(pending().empty());
  EXPECT_EQ(state(), "given_up");
  EXPECT_EQ(stored().revocation->failure->cause, "unreachable");
  EXPECT_EQ(actions(), (std::vector<std::string>{"oauth_client.tokens_revoked",
                                                 "revocation.given_up", "revocation.given_up"}));
  const std::size_t requests = provider_.requests();
  ASSERT_TRUE(revocations_->try_due().has_value());
  EXPECT_EQ(provider_.requests(), requests);
}

TEST_F(RevocationsTest, GoOnlyToTheDestinationThatTheTokenCameFrom) {
  // A-195; invariant 5
  revocable();
  sign_in("refresh-1");
  EXPECT_EQ(revoke(), "ok");  // nobody is there
  revocable("https://elsewhere.example/revoke");
  accepts();
  accepts();
  EXPECT_EQ(revoke(), "ok");  // at once
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(state(), "pending");
  EXPECT_EQ(stored().revocation->failure->cause, "destination_held");
  revocable();
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(provider_.requests(), 3U);
  EXPECT_EQ(state(), "confirmed");
}

TEST_F(RevocationsTest, AnAccessTokenGoesNowhereElseHoweverTheSystemWasChangedBefore) {
  // A-195; invariant 5
  revocable();
  sign_in("", Seconds(600));
  const auto before = *systems().get(admin_, system_.id);
  TargetSystemFields fields;
  fields.allowed_addresses = std::vector<std::string>{"10.0.0.0/8"};
  fields.consumer_secrets = secrets({"entered anew"});  // so nothing is held
  ASSERT_TRUE(systems().update(admin_, system_.id, before.stamps.revision, fields).has_value());
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(provider_.requests(), 0U);
  EXPECT_EQ(state(), "pending");
  EXPECT_EQ(stored().revocation->failure->cause, "destination_held");
  EXPECT_EQ(access_token(), "none");
}

TEST_F(RevocationsTest, OfATokenThatDoesNotOpenAreNeverConfirmed) {
  revocable();
  sign_in("refresh-1");
  const Status damaged = store_->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(tx.execute("UPDATE refresh_tokens SET sealed_token = x'00'", {}));
    return {};
  });
  ASSERT_TRUE(damaged.has_value());
  accepts();
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(provider_.requests(), 1U) << "the access token, which opens";
  EXPECT_EQ(state(), "given_up");
}

TEST_F(RevocationsTest, AreSealedForTheirOwnRow) {
  // Invariant 2
  revocable();
  sign_in("refresh-1");
  EXPECT_EQ(revoke(), "ok");
  auto rows = pending();
  ASSERT_EQ(rows.size(), 2U);
  const auto opens = [&](const storage::PendingRevocationRow& row, const std::string& sealed) {
    return sealer_.open<oauth::RefreshToken>(pending_revocation_place(row, project_.uuid), sealed)
        .has_value();
  };
  EXPECT_TRUE(opens(rows[0], rows[0].sealed_token));
  EXPECT_FALSE(opens(rows[0], rows[1].sealed_token));
  rows[0].destination = "elsewhere";
  EXPECT_FALSE(opens(rows[0], rows[0].sealed_token));
}

TEST_F(RevocationsTest, NeedThePermissionToConfigureAndATokenAndNoAuditTrail) {
  revocable();
  EXPECT_EQ(revoke(), "no_tokens");
  EXPECT_EQ(revoke(admin_, OAuthClientId{crypto::make_uuid(clock_.now(), random_)}), "not found");
  sign_in("refresh-1");
  EXPECT_EQ(revoke(with({Permission::kView, Permission::kRetrieve}), client_), "denied");
  EXPECT_EQ(access_token(), "access-0");
  break_audit();
  accepts();
  accepts();
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(access_token(), "none");
  EXPECT_EQ(state(), "confirmed");
}

TEST_F(RevocationsTest, TakeBackWhatARefreshBringsThatWasUnderWay) {
  // A-088
  revocable();
  sign_in("refresh-1");
  provider_.renews("access-1", 600, "refresh-2");
  provider_.hold();
  EXPECT_EQ(asked(), "no answer yet");
  for (int i = 0; i < 4; ++i) accepts();
  revocations_->revoke(admin_, client_, [](const Status&) {});
  provider_.release();
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(access_token(), "none");
  ASSERT_EQ(provider_.requests(), 5U);
  EXPECT_EQ(provider_.body(provider_.requests() - 2),
            "token=refresh-2&token_type_hint=refresh_token");
  EXPECT_EQ(provider_.body(provider_.requests() - 1),
            "token=access-1&token_type_hint=access_token");
  EXPECT_EQ(state(), "confirmed");
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

TEST_F(RevocationsTest, ComeBeforeADeletedClientIsDestroyed) {
  // A-088
  revocable();
  sign_in("refresh-1");
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  ASSERT_TRUE(revocations_->withdraw_before_purge().has_value());
  EXPECT_NE(refresh_token(), "none") << "it can be undone";
  clock_.advance(kRevocationPatience);
  ASSERT_TRUE(revocations_->withdraw_before_purge().has_value());
  EXPECT_EQ(pending().size(), 1U) << "the access token has ended by itself";
  ASSERT_TRUE(clients().purge().has_value());
  EXPECT_EQ(pending().size(), 1U);
  accepts();
  ASSERT_TRUE(revocations_->try_due().has_value());
  EXPECT_EQ(provider_.body(0), "token=refresh-1&token_type_hint=refresh_token");
  ASSERT_TRUE(clients().purge().has_value());
  EXPECT_EQ(answer_of(clients().restore(admin_, client_)), "not found");
}

TEST_F(RevocationsTest, OfAClientThatGetsItsTokensByItselfLeaveItInNeedOfARetrieval) {
  // A-088
  const TargetSystem crm = [&] {
    TargetSystemFields fields = system_fields("CRM");
    (*fields.endpoint_parameters)["revocation_endpoint"] = "https://id.example/revoke";
    return *systems().create(admin_, fields);
  }();
  client_ = client(project_, crm.id, "nightly").id;
  provider_.grants("access-1", 600);
  EXPECT_EQ(asked(), "token");
  accepts();
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(provider_.body(1), "token=access-1&token_type_hint=access_token");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsRetrieval);
  EXPECT_EQ(access_token(), "none");
  provider_.grants("access-2", 600);
  EXPECT_EQ(asked(), "token");
}

TEST(RevocationPause, DoublesAndHeedsWhatTheProviderAsksFor) {
  // A-191
  EXPECT_EQ(revocation_pause(1, true, {}, 0), Milliseconds(1500));
  EXPECT_EQ(revocation_pause(1, true, {}, 255), Milliseconds(2500));
  EXPECT_EQ(revocation_pause(3, true, {}, 0), Milliseconds(6000));
  EXPECT_EQ(revocation_pause(1, false, {}, 0), Seconds(45));
  EXPECT_EQ(revocation_pause(1'000'000, true, {}, 255), Seconds(4500));
  EXPECT_EQ(revocation_pause(1, true, Seconds(86'400), 0), Seconds(86'400));
}

TEST_F(RevocationsTest, WhereTooManyWaitTokensAreTakenAwayHereAlone) {
  revocable();
  sign_in("refresh-1");
  const OAuthClientId other = client(project_, system_.id, "other").id;
  const Status filled = store_->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(tx.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO pending_revocations (id, oauth_client_id, token_kind, position, sealed_token, "
        "destination, give_up_at) SELECT randomblob(16), ?, 'access_token', i, x'00', x'00', 0 "
        "FROM n",
        {kMaxPendingRevocations - 1, storage::to_value(other.uuid)}));
    return {};
  });
  ASSERT_TRUE(filled.has_value()) << answer_of(filled);
  EXPECT_EQ(revoke(), "ok");
  EXPECT_EQ(state(), "given_up");
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(access_token(), "none");
  EXPECT_TRUE(pending().empty());
  EXPECT_EQ(actions(), (std::vector<std::string>{"oauth_client.tokens_revoked",
                                                 "revocation.given_up", "revocation.given_up"}));
  const auto page = trail_->list({.action = "revocation.given_up", .limit = 1});
  EXPECT_NE(page->entries[0].json.find(R"("reason":"too_many_pending")"), std::string::npos);
}

}  // namespace
}  // namespace strongroom::vault
