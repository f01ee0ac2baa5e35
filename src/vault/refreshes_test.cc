// Tokens that are renewed with a refresh token, because a person signed in.

#include <string>
#include <utility>

#include "storage/token_rows.h"
#include "vault/testing/sign_in_world.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

class Refreshes : public SignInWorld {};

TEST_F(Refreshes, BothTokensAreReplacedBeforeAnybodyUsesWhatCame) {
  //
  sign_in("refresh-1");
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(sent(0, "grant_type"), "refresh_token");
  EXPECT_EQ(sent(0, "refresh_token"), "refresh-1");
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(refresh_token(), "refresh-2");
  EXPECT_EQ(refresh_row()->rotates, true);
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
  expect_index_as_after_restart({client_});
}

TEST_F(Refreshes, WhereNoRefreshTokenComesTheOldOneStays) {
  // field.md pain 6
  sign_in("refresh-1");
  for (const char* const again : {"", "refresh-1"}) {
    provider_.renews("access-1", 600, again);
    EXPECT_EQ(asked(), "token");
    EXPECT_EQ(refresh_token(), "refresh-1");
    EXPECT_EQ(refresh_row()->rotates, false);
  }
}

TEST_F(Refreshes, TheRefreshTokensEndIsKnownWhereTheProviderSaysIt) {
  //
  sign_in("refresh-1");
  const WallTime now = clock_.now();
  provider_.renews("access-1", 600, "refresh-2", ",\"refresh_token_expires_in\":\"86400\"");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(stored().refresh_token->expires_at, now + Seconds(86400));
  provider_.renews("access-2", 600, "", ",\"refresh_token_expires_in\":3600.0");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(stored().refresh_token->expires_at, now + Seconds(3600));
  provider_.renews("access-3", 600, "", ",\"refresh_token_expires_in\":\"soon\"");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(stored().refresh_token->expires_at, now + Seconds(3600));
  provider_.renews("access-4", 600, "refresh-3", ",\"refresh_token_expires_in\":0");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(stored().refresh_token->expires_at, std::nullopt);
}

TEST_F(Refreshes, OneAtATimeForAClientWhateverResourceItIsFor) {
  // E20. field.md pain 1
  sign_in("refresh-1");
  provider_.renews("access-1", 600, "refresh-2");
  provider_.renews("files-1", 600, "refresh-3");
  provider_.renews("mail-1", 600, "refresh-4");
  provider_.hold();
  std::vector<std::string> answers;
  for (const char* const resource : {"", "https://files.example", "", "https://mail.example"}) {
    retrievals_->retrieve({client_, resource}, std::nullopt, [&](const RetrievalResult& result) {
      answers.push_back(answer_of(result));
    });
  }
  EXPECT_EQ(provider_.requests(), 1U);
  provider_.release();
  EXPECT_EQ(answers, std::vector<std::string>(4, "ok"));
  EXPECT_EQ(provider_.requests(), 3U);
  EXPECT_EQ(sent(0, "refresh_token") + sent(1, "refresh_token") + sent(2, "refresh_token"),
            "refresh-1refresh-2refresh-3");
  EXPECT_EQ(sent(0, "resource"), "");
  EXPECT_EQ(sent(1, "resource"), "https%3A%2F%2Ffiles.example");
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(access_token("https://files.example"), "files-1");
  EXPECT_EQ(access_token("https://mail.example"), "mail-1");
  EXPECT_EQ(refresh_token(), "refresh-4");
  EXPECT_EQ(asked("https://other.example"), "unknown_resource at resource");
  EXPECT_EQ(retrievals_->in_flight(), 0U);
}

TEST_F(Refreshes, ARefusedGrantIsDeadAndNobodyAsksAgain) {
  // field.md pain 8
  sign_in("refresh-1", Seconds(30));
  provider_.refuses(400, "invalid_grant");
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(said("cause"), "sign_in_ended");
  EXPECT_EQ(said("who_must_act"), "account_owner");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(cause(), "sign_in_ended");
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(access_token(), "access-0") << "it lives, and is served";
  clock_.advance(Seconds(3600));
  for (const auto& person : {std::optional<Actor>(), std::optional<Actor>(admin_)}) {
    EXPECT_EQ(asked({}, person), "needs_sign_in");
    EXPECT_EQ(said("cause"), "sign_in_ended");
  }
  EXPECT_EQ(asked("https://files.example"), "needs_sign_in");
  EXPECT_EQ(provider_.requests(), 1U);
  expect_index_as_after_restart({client_});

  sign_in("refresh-2");  // at once, without a pause
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  EXPECT_EQ(cause(), "");
  provider_.renews("access-2", 600, "refresh-3");
  EXPECT_EQ(asked(), "token");
  expect_index_as_after_restart({client_});
}

TEST_F(Refreshes, WhatIsWrongWithTheApplicationKeepsTheGrant) {
  //
  sign_in("refresh-1");
  for (const auto& [status, code, expected] :
       {std::tuple{401, "invalid_client", "invalid_client"},
        {400, "unauthorized_client", "unauthorized_client"},
        {400, "invalid_scope", "invalid_scope"},
        {503, "temporarily_unavailable", "provider_unavailable"},
        {429, "slow_down", "rate_limited"}}) {
    provider_.refuses(status, code);
    asked({}, admin_);
    EXPECT_EQ(cause(), expected);
    EXPECT_EQ(stored().state, OAuthClientState::kFailing);
    EXPECT_EQ(refresh_token(), "refresh-1");
    EXPECT_EQ(refresh_row()->lost_answers, 0);
  }
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

TEST_F(Refreshes, AProviderThatWantsToSeeWhoSignedInKeepsTheGrant) {
  //
  sign_in("refresh-1");
  for (const char* const code : {"interaction_required", "login_required", "consent_required"}) {
    provider_.refuses(400, code);
    asked({}, admin_);
    EXPECT_EQ(cause(), "interaction_required") << code;
    EXPECT_EQ(stored().failure->who_must_act, "account_owner") << code;
    EXPECT_EQ(stored().state, OAuthClientState::kFailing) << code;
    EXPECT_EQ(refresh_token(), "refresh-1") << code;
  }
  provider_.renews("access-1", 600, "refresh-2");  // the policy was changed back
  EXPECT_EQ(asked({}, admin_), "token");
  EXPECT_EQ(refresh_token(), "refresh-2");
  EXPECT_EQ(cause(), "");
}

TEST_F(Refreshes, ADraftsGrantThatIsDeadIsNotAskedForAgainEither) {
  //
  OAuthClientFields fields;
  fields.project = project_;
  fields.target_system = system_.id;
  fields.label = "draft";
  fields.draft = true;
  client_ = clients().create(admin_, fields)->id;
  sign_in("refresh-1");
  EXPECT_EQ(stored().state, OAuthClientState::kDraft);
  provider_.refuses(400, "invalid_grant");
  EXPECT_EQ(asked({}, admin_), "needs_sign_in");
  EXPECT_EQ(asked({}, admin_), "needs_sign_in");
  EXPECT_EQ(said("cause"), "sign_in_ended");
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(stored().state, OAuthClientState::kDraft);
}

TEST_F(Refreshes, WithoutARefreshTokenSomebodyMustSignInWhenTheAccessTokenEnds) {
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(said("cause"), "") << "nobody did yet";
  sign_in("", Seconds(60));
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  clock_.advance(Seconds(60));
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(said("cause"), "no_refresh_token");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(cause(), "no_refresh_token");
  EXPECT_EQ(provider_.requests(), 0U);
  expect_index_as_after_restart({client_});
}

TEST_F(Refreshes, ANewerRefreshTokenThatSomebodyStoredMeanwhileIsTriedOnce) {
  // field.md pain 3, field.md pain 8
  sign_in("refresh-1");
  provider_.refuses(400, "invalid_grant");
  provider_.renews("access-2", 600, "refresh-3");
  provider_.hold();
  std::string answer;
  retrievals_->retrieve({client_}, std::nullopt,
                        [&](const RetrievalResult& result) { answer = answer_of(result); });
  sign_in("refresh-2");
  provider_.release();
  EXPECT_EQ(answer, "ok");
  EXPECT_EQ(sent(1, "refresh_token"), "refresh-2");
  EXPECT_EQ(refresh_token(), "refresh-3");
}

TEST_F(Refreshes, ASignInCountsMoreThanARefreshThatIsUnderWay) {
  sign_in("refresh-1");
  provider_.renews("late", 600, "refresh-of-before");
  provider_.hold();
  std::string answer;
  retrievals_->retrieve({client_}, std::nullopt,
                        [&](const RetrievalResult& result) { answer = answer_of(result); });
  sign_in("refresh-2");
  provider_.release();
  EXPECT_EQ(answer, "overloaded");
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(refresh_token(), "refresh-2");
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

// As while a code is traded in: robots that ask meanwhile take nothing away from it.
TEST_F(Refreshes, NoneBeginsWhileSomebodysSignInIsBeingStored) {
  // field.md pain 2
  sign_in("refresh-1", Seconds(30));
  const auto lease = storage::write<GrantLease>(
      *store_, [&](storage::Transaction& tx) { return take_grant_lease(*context_, tx, client_); });
  ASSERT_TRUE(lease.has_value());
  EXPECT_EQ(asked(), "overloaded");
  EXPECT_EQ(provider_.requests(), 0U);
  const auto grant =
      seal_imported(*context_, *lease, refresh_row()->destination, std::nullopt,
                    std::optional<oauth::RefreshToken>(oauth::RefreshToken("signed-in")), "");
  const auto stored = storage::write<GrantStored>(*store_, [&](storage::Transaction& tx) {
    return store_granted(*context_, tx, *lease, *grant, sign_in_event());
  });
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(*stored, GrantStored::kAll);
  EXPECT_EQ(refresh_token(), "signed-in");
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
}

// Between the lease and the request the process may stand still for any time.
TEST_F(Refreshes, WhoWasHeldUpSendsNothingThatWouldOutlastTheLease) {
  // field.md pain 2
  sign_in("refresh-1", Seconds(30));
  provider_.renews("access-1", 30, "refresh-2");
  provider_.hold();
  faults_->before_call(2, [this] { clock_.advance(Seconds(50)); });
  std::string answer = "none";
  retrievals_->retrieve({client_}, std::nullopt, [&](const RetrievalResult& result) {
    answer = result ? "token" : answer_of(result);
  });
  EXPECT_EQ(provider_.requests(), 1U);
  const auto lasts_until = [this](Seconds time) {
    const WallTime then = clock_.now() + time;
    return *storage::read<bool>(*store_, [&](storage::Snapshot& snapshot) {
      return storage::is_leased(snapshot, client_.uuid, then);
    });
  };
  EXPECT_TRUE(lasts_until(Seconds(60))) << "it was made to last";
  provider_.release();
  EXPECT_EQ(answer, "token");
  clock_.advance(Seconds(30));
  faults_->before_call(2, [this] {
    clock_.advance(Seconds(50));
    const auto lease = storage::write<GrantLease>(*store_, [&](storage::Transaction& tx) {
      return take_grant_lease(*context_, tx, client_);
    });
    EXPECT_TRUE(lease.has_value());
  });
  EXPECT_EQ(asked(), "overloaded");
  EXPECT_EQ(provider_.requests(), 1U) << "somebody else has the lease";
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

// Whether another process is gone is told by how long its lease has not changed, and by no clock
// that somebody can set.
TEST_F(Refreshes, ALostHoldersLeaseIsOverByBootTimeAndLeavesADoubt) {
  // field.md pain 2
  sign_in("refresh-1", Seconds(30));
  const Uuid other = crypto::make_uuid(clock_.now(), random_);
  const auto lease = storage::write<std::optional<GrantLease>>(
      *store_, [&](auto& tx) { return claim_grant_lease(*context_, tx, {client_}, other); });
  ASSERT_TRUE(lease.has_value() && lease->has_value());
  EXPECT_EQ(asked(), "overloaded");
  clock_.advance_wall(std::chrono::hours(24));
  EXPECT_EQ(asked(), "overloaded") << "a day on the calendar is none on the other's";
  clock_.advance(Seconds(59));
  EXPECT_EQ(asked(), "overloaded");
  EXPECT_EQ(refresh_row()->lost_answers, 0);
  clock_.advance(Seconds(1));
  provider_.takes_it_and_is_silent();
  EXPECT_EQ(asked(), "provider_unreachable");
  EXPECT_EQ(provider_.requests(), 1U) << "no access token lives that could be lost";
  EXPECT_EQ(refresh_row()->lost_answers, 2) << "the other's answer, and this one";
}

TEST_F(Refreshes, WhatHasEndedHasEndedAfterItWasSwitchedOffAndOnAgain) {
  //
  sign_in("refresh-1");
  provider_.refuses(400, "invalid_grant");
  asked();
  for (const bool disabled : {true, false}) {
    OAuthClientFields fields;
    fields.disabled = disabled;
    ASSERT_TRUE(clients().update(admin_, client_, stored().stamps.revision, fields).has_value());
  }
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(said("cause"), "sign_in_ended");
  expect_index_as_after_restart({client_});
}

// Another tenant, say: what came is of the settings of before, but the provider knows no other
// refresh token any more.
TEST_F(Refreshes, WhenTheSettingsChangeUnderARefreshTheNewRefreshTokenIsKept) {
  //
  sign_in("refresh-1");
  provider_.renews("late", 600, "refresh-2");
  provider_.hold();
  std::string answer;
  retrievals_->retrieve({client_}, std::nullopt,
                        [&](const RetrievalResult& result) { answer = answer_of(result); });
  ASSERT_TRUE(store_->write(
      [&](storage::Transaction& tx) { return storage::drop_token(tx, client_.uuid); }));
  provider_.release();
  EXPECT_EQ(answer, "overloaded");
  EXPECT_FALSE(stored().token.has_value());
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsRetrieval);
  EXPECT_EQ(refresh_token(), "refresh-2");
}

TEST_F(Refreshes, DroppingTokensAsksForASignInWhereThereIsNothingToRenewThemWith) {
  sign_in("");
  const OAuthClientId renewable = client(project_, system_.id, "renewable").id;
  sign_in(renewable, "refresh-1");
  TargetSystemFields fields;
  fields.scopes = {"mail.read", "calendar.read"};
  const auto changed = systems().update(admin_, system_.id, 1, fields);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(clients().get(admin_, renewable)->state, OAuthClientState::kNeedsRetrieval);
  expect_index_as_after_restart({client_, renewable});
}

TEST_F(Refreshes, ARefreshTokenGoesOnlyWhereItCameFrom) {
  //
  sign_in("refresh-1");
  TargetSystemFields fields;
  fields.endpoint_parameters = sign_in_fields("").endpoint_parameters;
  (*fields.endpoint_parameters)["token_endpoint"] = "https://elsewhere.example/token";
  fields.consumer_secrets = secrets({"entered-again"});
  const auto moved = systems().update(admin_, system_.id, 1, fields);
  ASSERT_TRUE(moved.has_value()) << answer_of(moved);
  EXPECT_FALSE(moved->destination_held);
  EXPECT_TRUE(moved->refresh_tokens_held) << "entering the secret again is no approval";
  EXPECT_EQ(asked({}, admin_), "destination_held");
  EXPECT_EQ(provider_.requests(), 0U);

  const auto approved = systems().approve_destination(admin_, system_.id, moved->stamps.revision);
  ASSERT_TRUE(approved.has_value()) << answer_of(approved);
  EXPECT_FALSE(approved->refresh_tokens_held);
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked({}, admin_), "token");
  EXPECT_EQ(provider_.url(0), "https://elsewhere.example/token");
  EXPECT_EQ(sent(0, "refresh_token"), "refresh-1");
  EXPECT_EQ(answer_of(systems().approve_destination(admin_, system_.id, approved->stamps.revision)),
            "destination_not_held");
}

TEST_F(Refreshes, ARefreshTokenOfAnotherClientDoesNotOpen) {
  // A-087, E28
  sign_in("refresh-1");
  const OAuthClientId other = client(project_, system_.id, "other").id;
  sign_in(other, "refresh-other");
  tamper(
      "UPDATE refresh_tokens SET sealed_token = (SELECT r.sealed_token FROM refresh_tokens r "
      "WHERE r.oauth_client_id <> refresh_tokens.oauth_client_id)");
  EXPECT_EQ(asked(), "corrupt");
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(Refreshes, DeletingAClientDestroysItsRefreshTokenAndDisablingKeepsIt) {
  sign_in("refresh-1");
  OAuthClientFields fields;
  fields.disabled = true;
  ASSERT_TRUE(clients().update(admin_, client_, stored().stamps.revision, fields).has_value());
  EXPECT_EQ(asked(), "client_disabled");
  EXPECT_EQ(refresh_token(), "refresh-1");
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  clock_.advance(std::chrono::hours(8 * 24));
  ASSERT_TRUE(clients().purge().has_value());
  EXPECT_TRUE(refresh_row().has_value()) << "it was not withdrawn";
  ASSERT_TRUE(withdraw_tokens(*context_, admin_, client_).has_value());
  ASSERT_TRUE(clients().purge().has_value());
  EXPECT_FALSE(refresh_row().has_value());
}

TEST_F(Refreshes, NothingIsSentThatTheJournalHasNoRoomFor) {
  sign_in("refresh-1");
  disk_.fail_all_syncs(true);
  EXPECT_EQ(asked(), "journal_failed");
  EXPECT_EQ(provider_.requests(), 0U);
  disk_.fail_all_syncs(false);
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
}

TEST_F(Refreshes, AnAnswerThatTheJournalCannotTakeIsStoredAllTheSame) {
  //
  sign_in("refresh-1");
  provider_.renews("access-1", 600, "refresh-2");
  disk_.fail_sync(2);
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(refresh_token(), "refresh-2");
}

TEST_F(Refreshes, TheSecondSecretIsTriedWithTheSameRefreshToken) {
  //
  sign_in("refresh-1");
  TargetSystemFields fields;
  fields.consumer_secrets = secrets({"newer-secret", "older-secret"});
  ASSERT_TRUE(systems().update(admin_, system_.id, 1, fields).has_value());
  provider_.refuses(401, "invalid_client");
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(sent(1, "refresh_token"), "refresh-1");
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

// Every call of the store in turn fails: nothing is lost, and nobody stands still.
TEST_F(Refreshes, WhicheverWriteFailsTheNextTryEndsWell) {
  // field.md pain 3
  int generation = 1;
  for (const auto kind : {storage::FaultStore::Kind::kBefore, storage::FaultStore::Kind::kAfter}) {
    for (int n = 1; n < 20; ++n) {
      sign_in("refresh-" + std::to_string(generation));
      const std::string next = "refresh-" + std::to_string(++generation);
      provider_.renews("access-" + next, 600, next);
      const std::size_t before = provider_.requests();
      faults_->fail_call(n, kind);
      const std::string first = asked({}, admin_);
      if (!faults_->has_failed()) {
        EXPECT_EQ(first, "token");
        EXPECT_GT(n, 3);
        faults_->fail_call(1'000'000);
        break;
      }
      // Asked again, until there is a token: if the provider was asked, it must not be asked with
      // what it has replaced.
      const bool was_sent = provider_.requests() > before;
      if (was_sent) provider_.renews("access-more", 600, "");
      EXPECT_EQ(asked({}, admin_), "token") << n;
      for (std::size_t i = before; i < provider_.requests(); ++i) {
        const std::string expected =
            i == before ? "refresh-" + std::to_string(generation - 1) : next;
        EXPECT_EQ(sent(i, "refresh_token"), expected) << n;
      }
      EXPECT_EQ(refresh_token(), next) << n;
      EXPECT_EQ(journal_->free_slots(), kJournalSlots) << n;
    }
  }
}

}  // namespace
}  // namespace strongroom::vault
