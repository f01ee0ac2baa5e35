#include "backup/clients.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "backup/testing/rights_world.h"
#include "storage/learned_value_rows.h"
#include "storage/subject_client_rows.h"
#include "storage/token_rows.h"
#include "vault/learned_place.h"
#include "vault/token_key.h"

namespace strongroom::backup {
namespace {

using storage::OAuthClientRow;
using storage::Snapshot;
using storage::Transaction;
using vault::answer_of;
using vault::OAuthClientId;
using PlainText = Secret<struct PlainTextKind>;

// A client that exchanges the token of another one, in a state that goes on after the backup.
class ClientsTest : public RightsWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(RightsWorld::SetUp());
    vault::TargetSystemFields exchange = system_fields("Reports");
    exchange.grant = vault::GrantFlow::kTokenExchange;
    const auto system = systems().create(admin_, exchange);
    ASSERT_TRUE(system.has_value()) << answer_of(system);
    vault::OAuthClientFields fields;
    fields.project = project_;
    fields.target_system = system->id;
    fields.label = "nightly";
    fields.subject_client.emplace(client_);
    const auto made = clients().create(admin_, fields);
    ASSERT_TRUE(made.has_value()) << answer_of(made);
    derived_ = made->id;
  }

  // Stores a token as a retrieval would; `subject`: digest of whose grant it was got for.
  void give(OAuthClientId id, const std::string& text, std::int64_t generation,
            const std::string& subject = {}) {
    const WallTime now = clock_.now();
    const auto sealed = sealer_.seal(vault::token_place(id, {}, project_, generation), text);
    ASSERT_TRUE(sealed.has_value()) << answer_of(sealed);
    const Status stored = store_->write([&](Transaction& tx) -> Status {
      STRONGROOM_TRY(const auto epoch,
                     storage::claim_lease(tx, id.uuid, id.uuid, now, now + Seconds(60)));
      const storage::TokenRow token{.sealed = *sealed,
                                    .generation = generation,
                                    .token_type = "Bearer",
                                    .scope = "read",
                                    .fingerprint = "f",
                                    .lifetime = Milliseconds(3'600'000),
                                    .expires_at = now + Seconds(3600),
                                    .refreshed_at = now};
      STRONGROOM_TRY(const bool ours, storage::store_token(tx, id.uuid, epoch.value_or(0), token));
      EXPECT_TRUE(ours);
      return storage::put_token_subject(tx, id.uuid, subject);
    });
    ASSERT_TRUE(stored.has_value()) << answer_of(stored);
  }
  void exchange_of(OAuthClientId subject) {
    vault::OAuthClientFields fields;
    fields.subject_client.emplace(subject);
    const auto now = clients().get(admin_, derived_);
    const auto changed = clients().update(admin_, derived_, now->stamps.revision, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  }

  // Beside the state of the server that went on, or without it.
  void settle(bool beside, const Newer& newer) {
    std::unique_ptr<OpenData> before;
    if (beside) {
      std::filesystem::create_directory(directory_.file("before"));
      ASSERT_TRUE(
          storage::copy_database(directory_.file("state.db"), directory_.file("before/state.db"))
              .has_value());
      auto opened =
          OpenData::open(directory_.file("before"), surroundings_, crypto::test_root_key());
      ASSERT_TRUE(opened.has_value()) << answer_of(opened);
      before = *std::move(opened);
    }
    ASSERT_NO_FATAL_FAILURE(open());
    report_ = {};
    const Status settled =
        settle_refresh_tokens(*data_, before.get(), newer, random_, clock_.now(), report_);
    ASSERT_TRUE(settled.has_value()) << answer_of(settled);
  }

  // Of the restored state.
  OAuthClientRow row(OAuthClientId id) {
    const auto found = read<std::optional<OAuthClientRow>>(
        [&](Snapshot& snapshot) { return storage::find_oauth_client(snapshot, id.uuid); });
    return found.value_or(OAuthClientRow{});
  }
  std::string token(OAuthClientId id) {
    const auto found = read<std::optional<storage::TokenRow>>(
        [&](Snapshot& snapshot) { return storage::find_token(snapshot, id.uuid); });
    if (!found) return "none";
    const auto text = data_->sealer().open<PlainText>(
        vault::token_place(id, {}, project_, found->generation), found->sealed);
    return text ? std::string(text->reveal()) : answer_of(text);
  }
  std::string learned(OAuthClientId id) {
    const auto found = read<std::optional<storage::LearnedValuesRow>>(
        [&](Snapshot& snapshot) { return storage::find_learned_values(snapshot, id.uuid); });
    if (!found) return "none";
    const auto text =
        data_->sealer().open<PlainText>(vault::learned_place(*found), found->sealed_values);
    return text ? std::string(text->reveal()) : answer_of(text);
  }

  OAuthClientId derived_;
};

TEST_F(ClientsTest, ATokenThatWasExchangedForAnothersIsNotServedUnderTheOldChoice) {
  //
  give(derived_, "of mail", 1, "digest of mail");
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(exchange_of(other_));
  give(derived_, "of files", 2, "digest of files");
  give(client_, "newer", 1);
  ASSERT_NO_FATAL_FAILURE(settle(true, newer()));
  EXPECT_EQ(token(derived_), "none");
  EXPECT_EQ(row(derived_).subject_client_id, client_.uuid);
  EXPECT_EQ(row(derived_).token_subject, "");
  EXPECT_EQ(row(derived_).state, "needs_retrieval") << "it is got again by itself";
  const auto kept = read<std::optional<storage::RetrievedRow>>(
      [&](Snapshot& snapshot) { return storage::find_retrieved(snapshot, derived_.uuid); });
  EXPECT_GE(kept->token_generation, 2) << "no generation comes twice";
  EXPECT_EQ(token(client_), "newer") << "its own are taken over";
}

TEST_F(ClientsTest, NorWithoutANewerState) {
  //
  give(derived_, "of mail", 1, "digest of mail");
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(settle(false, Newer{}));
  EXPECT_EQ(token(derived_), "none");
  EXPECT_EQ(row(derived_).token_subject, "");
}

TEST_F(ClientsTest, WhatCameWithATokenIsOfTheSameGrant) {
  learn(client_, "older");
  learn(other_, "older");
  ASSERT_NO_FATAL_FAILURE(back_up());
  learn(client_, "newer", 2);
  ASSERT_TRUE(
      store_
          ->write([&](Transaction& tx) { return storage::delete_learned_values(tx, other_.uuid); })
          .has_value());
  ASSERT_NO_FATAL_FAILURE(settle(true, newer()));
  EXPECT_EQ(learned(client_), "newer");
  EXPECT_EQ(learned(other_), "none");
}

TEST_F(ClientsTest, WhatCameWithATokenGoesWithIt) {
  give(client_, "older", 1);
  learn(client_, "older");
  learn(other_, "older");
  ASSERT_NO_FATAL_FAILURE(back_up());
  Newer revoked;
  revoked.revoked_clients.insert(client_.uuid);
  ASSERT_NO_FATAL_FAILURE(settle(false, revoked));
  EXPECT_EQ(token(client_), "none");
  EXPECT_EQ(learned(client_), "none");
  EXPECT_EQ(learned(other_), "older");
}

}  // namespace
}  // namespace strongroom::backup
