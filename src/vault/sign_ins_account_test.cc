// What becomes of the tokens that somebody's signing in brought, whatever fails meanwhile.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/revocation_rows.h"
#include "storage/testing/fault_store.h"
#include "storage/token_rows.h"
#include "vault/issuer_keys.h"
#include "vault/sign_ins.h"
#include "vault/testing/departing.h"
#include "vault/testing/sign_in_world.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

using Kind = storage::FaultStore::Kind;

class SignedInTokens : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    asker_.id = crypto::make_uuid(clock_.now(), random_);
    change_system([](TargetSystemFields& fields) {
      (*fields.endpoint_parameters)["revocation_endpoint"] = "https://id.example/revoke";
    });
    issuer_keys_.emplace(*context_, key_sets_);
    const auto public_url = [] { return std::string("https://vault.example"); };
    authorizations_.emplace(*context_);
    sign_ins_.emplace(*context_, provider_.client(), *issuer_keys_, *journal_, public_url,
                      [](Task task) { return task(), true; });
  }

  void change_system(const std::function<void(TargetSystemFields&)>& change) {
    const auto before = *systems().get(admin_, system_.id);
    TargetSystemFields fields;
    fields.endpoint_parameters = before.endpoint_parameters;
    fields.consumer_secrets = secrets({"very-secret"});
    change(fields);
    const auto changed = systems().update(admin_, system_.id, before.stamps.revision, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  }

  // Somebody goes to the provider; `opener`: whoever asked, or nobody who is known here.
  Departure depart(const Opener& opener) {
    const auto made = authorizations_->start(asker_, client_);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    auto gone = vault::depart(*context_, *authorizations_, made->ticket.reveal(), opener);
    EXPECT_TRUE(gone.has_value()) << answer_of(gone);
    return *std::move(gone);
  }
  // And comes back with a code. True: it was answered at once.
  bool come_back(const Departure& gone) {
    const std::string address(gone.address.reveal());
    const std::size_t at = address.find("state=") + 6;
    const std::string query = "code=a-code&state=" + address.substr(at, address.find('&', at) - at);
    const auto was_told = was_told_ = std::make_shared<bool>(false);
    sign_ins_->finish(
        {.query = query,
         .path = "/OAuthCallback/" + system_.id.text(),
         .binding = [&](AuthorizationId) -> std::string_view { return gone.binding.reveal(); }},
        [was_told](const Result<AuthorizationId>&) { *was_told = true; });
    return *was_told;
  }
  AuthorizationState state(AuthorizationId id) { return authorizations_->get(admin_, id)->state; }
  // A sign-in whose account the asker has not yet said to be right.
  AuthorizationId held() {
    const Departure gone = depart({});
    provider_.renews("access-1", 600, "refresh-1");
    EXPECT_TRUE(come_back(gone));
    EXPECT_EQ(state(gone.id), AuthorizationState::kConfirmationNeeded);
    return gone.id;
  }
  std::size_t pending() {
    return storage::read<std::vector<storage::PendingRevocationRow>>(
               *store_,
               [&](storage::Snapshot& snapshot) {
                 return storage::pending_revocations_of(snapshot, client_.uuid);
               })
        ->size();
  }
  bool is_leased() {
    return *storage::read<bool>(*store_, [&](storage::Snapshot& snapshot) {
      return storage::is_leased(snapshot, client_.uuid, clock_.now());
    });
  }

  Actor asker_ = admin_;
  http::FakeClient http_;
  oauth::KeySetClient key_sets_{http_};
  std::optional<IssuerKeys> issuer_keys_;
  std::optional<Authorizations> authorizations_;
  std::optional<SignIns> sign_ins_;
  std::shared_ptr<bool> was_told_;  // whoever came back last
};

TEST_F(SignedInTokens, WhicheverCallOfTheStoreFailsNobodyIsToldThatItIsStillUnderWay) {
  for (const Kind kind : {Kind::kBefore, Kind::kAfter}) {
    for (int n = 1;; ++n) {
      const Status clean = store_->write([&](storage::Transaction& tx) {
        return storage::delete_refresh_token(tx, client_.uuid);
      });
      ASSERT_TRUE(clean.has_value());
      const Departure gone = depart({.user = asker_.id});
      provider_.renews("access-1", 600, "refresh-1");
      faults_->fail_call(n, kind);
      come_back(gone);
      const bool has_failed = faults_->has_failed();
      faults_->fail_call(0);
      clock_.advance(Seconds(1));
      sign_ins_->store_again();
      EXPECT_TRUE(*was_told_) << n;
      const AuthorizationState now = state(gone.id);
      if (!has_failed) {
        EXPECT_EQ(now, AuthorizationState::kCompleted);
        EXPECT_EQ(refresh_token(), "refresh-1");
        break;
      }
      // The first call takes the flow. Where that was done and nobody was told, only the next start
      // can know (give_up_unfinished()).
      if (n == 1) {
        EXPECT_EQ(now, kind == Kind::kBefore ? AuthorizationState::kStarted
                                             : AuthorizationState::kExchanging);
        continue;
      }
      EXPECT_TRUE(now == AuthorizationState::kFailed || now == AuthorizationState::kCompleted)
          << n << ": " << to_text(now);
      EXPECT_EQ(now == AuthorizationState::kCompleted, refresh_token() == "refresh-1") << n;
    }
  }
}

TEST_F(SignedInTokens, ThatComeAfterARevocationAreRevokedTooWhateverTheClockSays) {
  //
  sign_in("refresh-0");
  const Departure gone = depart({.user = asker_.id});
  provider_.hold();
  provider_.renews("access-1", 600, "refresh-1");
  EXPECT_FALSE(come_back(gone));
  clock_.advance_wall(-Seconds(300));
  ASSERT_TRUE(withdraw_tokens(*context_, admin_, client_).has_value());
  EXPECT_EQ(pending(), 2U);
  provider_.release();
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(pending(), 4U);
}

TEST_F(SignedInTokens, ThatCannotBeStoredWaitForTheStore) {
  const Departure gone = depart({.user = asker_.id});
  provider_.hold();
  provider_.renews("access-1", 600, "refresh-1");
  EXPECT_FALSE(come_back(gone));
  faults_->fail_call(1);
  provider_.release();
  EXPECT_TRUE(faults_->has_failed());
  EXPECT_EQ(state(gone.id), AuthorizationState::kExchanging);
  EXPECT_TRUE(is_leased()) << "no refresh comes between";
  faults_->fail_call(1);
  sign_ins_->store_again();
  EXPECT_FALSE(faults_->has_failed()) << "not before a second has passed";
  clock_.advance(Seconds(1));
  sign_ins_->store_again();
  EXPECT_TRUE(faults_->has_failed());
  EXPECT_FALSE(*was_told_);
  clock_.advance(Seconds(1));
  sign_ins_->store_again();
  EXPECT_FALSE(*was_told_) << "the pauses grow";
  clock_.advance(Seconds(1));
  sign_ins_->store_again();
  EXPECT_TRUE(*was_told_);
  EXPECT_EQ(state(gone.id), AuthorizationState::kCompleted);
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(refresh_token(), "refresh-1");
  EXPECT_FALSE(is_leased());
}

TEST_F(SignedInTokens, ThatAreToBeHeldWaitForTheStoreToo) {
  const Departure gone = depart({});
  provider_.hold();
  provider_.renews("access-1", 600, "refresh-1");
  EXPECT_FALSE(come_back(gone));
  faults_->fail_call(1);
  provider_.release();
  EXPECT_FALSE(*was_told_);
  clock_.advance(Seconds(1));
  sign_ins_->store_again();
  EXPECT_EQ(state(gone.id), AuthorizationState::kConfirmationNeeded);
  EXPECT_EQ(answer_of(sign_ins_->confirm(asker_, gone.id)), "ok");
  EXPECT_EQ(refresh_token(), "refresh-1");
}

TEST_F(SignedInTokens, ThatCannotBeStoredForHalfAMinuteAreLost) {
  const Departure gone = depart({.user = asker_.id});
  provider_.hold();
  provider_.renews("access-1", 600, "refresh-1");
  EXPECT_FALSE(come_back(gone));
  faults_->fail_call(1);
  provider_.release();
  for (Seconds waited{0}; waited < Seconds(30); waited += Seconds(1)) {
    EXPECT_FALSE(*was_told_) << waited.count();
    clock_.advance(Seconds(1));
    faults_->fail_call(1);
    sign_ins_->store_again();
  }
  EXPECT_TRUE(*was_told_);
  EXPECT_EQ(state(gone.id), AuthorizationState::kFailed);
  EXPECT_EQ(authorizations_->get(admin_, gone.id)->failure->cause, "sign_in_lost");
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_FALSE(is_leased());
}

TEST_F(SignedInTokens, ThatAreHeldWaitOnWhereTheyCannotBeStored) {
  // Of a revocation long ago nothing of today is revoked.
  sign_in("refresh-0");
  ASSERT_TRUE(withdraw_tokens(*context_, admin_, client_).has_value());
  const std::size_t before = pending();
  clock_.advance(Seconds(5));
  const AuthorizationId id = held();
  for (int n = 1;; ++n) {
    faults_->fail_call(n);
    const Status confirmed = sign_ins_->confirm(asker_, id);
    const bool has_failed = faults_->has_failed();
    faults_->fail_call(0);
    EXPECT_EQ(pending(), before) << n;
    if (!has_failed) {
      EXPECT_EQ(answer_of(confirmed), "ok");
      break;
    }
    ASSERT_FALSE(confirmed.has_value()) << n;
    EXPECT_EQ(state(id), AuthorizationState::kConfirmationNeeded) << n;
    EXPECT_FALSE(is_leased()) << n << ": a refresh would have to wait for nothing";
  }
  EXPECT_EQ(state(id), AuthorizationState::kCompleted);
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(refresh_token(), "refresh-1");
}

TEST_F(SignedInTokens, ThatAreHeldAreOfWhereTheyWereGranted) {
  // Invariant 5
  const AuthorizationId id = held();
  change_system([](TargetSystemFields& fields) {
    (*fields.endpoint_parameters)["token_endpoint"] = "https://elsewhere.example/token";
  });
  EXPECT_EQ(answer_of(sign_ins_->confirm(asker_, id)), "settings_changed");
  EXPECT_EQ(state(id), AuthorizationState::kFailed);
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_FALSE(is_leased());
}

TEST_F(SignedInTokens, ThatComeAfterARevocationAreRevokedToo) {
  //
  sign_in("refresh-0");
  const Departure gone = depart({.user = asker_.id});
  provider_.hold();
  provider_.renews("access-1", 600, "refresh-1");
  EXPECT_FALSE(come_back(gone));
  ASSERT_TRUE(withdraw_tokens(*context_, admin_, client_).has_value());
  EXPECT_EQ(pending(), 2U);
  provider_.release();
  EXPECT_EQ(state(gone.id), AuthorizationState::kFailed);
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(pending(), 4U);
}

}  // namespace
}  // namespace strongroom::vault
