#include "vault/secret_lookup.h"

#include <algorithm>
#include <string>

#include "vault/data_key_rotation.h"
#include "vault/kills.h"
#include "vault/root_keys.h"
#include "vault/testing/secret_world.h"

namespace strongroom::vault {
namespace {

class SecretLookupsTest : public SecretWorld {
 protected:
  // Of the newest denial: events of changes come into the trail in their own time.
  std::string reason_of_last() {
    EXPECT_TRUE(trail_->flush().has_value());
    const auto page = trail_->list({.limit = 50});
    for (const auto& entry : page->entries) {
      if (entry.json.find("\"lookup.denied\"") == std::string::npos) continue;
      const std::size_t at = entry.json.find("\"reason\":\"") + 10;
      return entry.json.substr(at, entry.json.find('"', at) - at);
    }
    return "";
  }
};

TEST_F(SecretLookupsTest, GivesWhatIsThereAndNotesTheUse) {
  EXPECT_EQ(look_up(), "the value");
  EXPECT_TRUE(secret_index_.uses().last(rule_).has_value());
  SecretQuestion by_id = question("unused");
  by_id.id = secret_;
  EXPECT_EQ(look_up(by_id, *lookups_), "the value");
  EXPECT_EQ(lookups_->counters().handed_out, 2U);
  ASSERT_TRUE(access().write_uses().has_value());
  EXPECT_EQ(access().get(admin_, rule_)->last_used_at, clock_.now());
}

TEST_F(SecretLookupsTest, WhoHasNoKeyLearnsNothing) {
  SecretQuestion wrong = question();
  wrong.asked.robot_key = "srr_nothing";
  EXPECT_EQ(look_up(wrong, *lookups_), "unauthenticated");
  EXPECT_EQ(tokens_->counters().unauthenticated, 1U);
}

TEST_F(SecretLookupsTest, RobotsShareOneRateForTokensAndSecrets) {
  Lookups slow(*context_, *retrievals_, RateLimit{.per_second = 1, .burst = 2});
  SecretLookups lookups(*context_, secret_index_, slow);
  EXPECT_EQ(look_up(question(), lookups), "the value");
  EXPECT_TRUE(slow.admit(question().asked).has_value());
  EXPECT_EQ(look_up(question(), lookups), "rate_limited");
}

TEST_F(SecretLookupsTest, NotYoursIsNotThere) {
  const SecretId other = secret("another", "theirs").id;
  EXPECT_EQ(look_up(question("another"), *lookups_), "not found");
  EXPECT_EQ(reason_of_last(), "no_access");
  EXPECT_EQ(look_up(question("nobody's"), *lookups_), "not found");
  EXPECT_EQ(reason_of_last(), "unknown_secret");
  ASSERT_TRUE(access().grant(admin_, {other, {}, "finance/**"}).has_value());
  EXPECT_EQ(look_up(question("another"), *lookups_), "theirs");
  EXPECT_EQ(lookups_->counters().denied, 2U);
}

TEST_F(SecretLookupsTest, DenialsThatAreLikeOneThatIsWrittenAreCounted) {
  secret("another", "theirs");
  const auto denials = [&] {
    EXPECT_TRUE(trail_->flush().has_value());
    return trail_->list({.action = "lookup.denied", .limit = 10})->entries;
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(look_up(question("another"), *lookups_), "not found");
  EXPECT_EQ(denials().size(), 1U);
  EXPECT_EQ(lookups_->counters().denied, 5U);
  clock_.advance(DenialCounts::kWindow);
  tokens_->write_denials(false);
  const auto written = denials();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_NE(written.front().json.find(R"("count":4)"), std::string::npos) << written.front().json;
}

// Invariant 7: after the answer to who took the right away, no look-up succeeds, also one that
// had been decided before.
TEST_F(SecretLookupsTest, WhatWasTakenAwayWhileTheTrailWasWrittenIsNotGiven) {
  const auto late = [&](auto change) {
    const auto handout = ask(question(), *lookups_);
    EXPECT_TRUE(handout.has_value()) << answer_of(handout);
    change();
    return letters(lookups_->collect(*handout));
  };
  EXPECT_EQ(late([] {}), "the value");
  EXPECT_EQ(late([&] { EXPECT_TRUE(access().revoke(admin_, rule_)); }), "not found");
  EXPECT_EQ(reason_of_last(), "no_access");
  EXPECT_TRUE(access().grant(admin_, {secret_, robot_, {}}));
  EXPECT_EQ(late([&] { EXPECT_TRUE(systems().remove(admin_, system_)); }), "not found");
  EXPECT_TRUE(systems().restore(admin_, system_));
  EXPECT_EQ(late([&] { EXPECT_TRUE(secrets_of().remove(admin_, secret_)); }), "not found");
  EXPECT_TRUE(secrets_of().restore(admin_, secret_));
  const KillId kill{crypto::make_uuid(clock_.now(), random_)};
  EXPECT_EQ(late([&] {
              index_.put_kill(kill, {KillScope::kProject, project_.uuid, {}});
            }),
            "not found");
  EXPECT_EQ(reason_of_last(), "killed");
  EXPECT_EQ(look_up(), "not found");
  index_.remove_kill(kill);
  EXPECT_EQ(late([&] { EXPECT_TRUE(add("another", true)); }), "overloaded");
  EXPECT_EQ(look_up(), "another/the value");
  EXPECT_EQ(late([&] { EXPECT_TRUE(robots().revoke_key(admin_, robot_, key_->info.id)); }),
            "unauthenticated");
}

TEST_F(SecretLookupsTest, ARestrictedKeyThatIsForClientsAloneGetsNoSecret) {
  const TargetSystem crm = system("CRM", project_);
  KeyRestrictions only;
  only.oauth_clients = {client(project_, crm.id, "nightly").id};
  const auto restricted = robots().create_key(admin_, robot_, only);
  ASSERT_TRUE(restricted.has_value()) << answer_of(restricted);
  SecretQuestion asked = question();
  asked.asked.robot_key = restricted->key.reveal();
  EXPECT_EQ(look_up(asked, *lookups_), "not found");
  EXPECT_EQ(reason_of_last(), "key_restricted");
}

TEST_F(SecretLookupsTest, NothingLeavesThatCannotBeWrittenDown) {
  break_audit();
  EXPECT_EQ(look_up(), "audit_unavailable");
  EXPECT_EQ(look_up(question("nobody's"), *lookups_), "audit_unavailable");
  EXPECT_EQ(lookups_->counters().handed_out, 0U);
}

TEST_F(SecretLookupsTest, EachOfTwoValuesIsInTheTrailWithItsFingerprint) {
  ASSERT_TRUE(add("another").has_value());
  EXPECT_EQ(look_up(), "the value/another");
  EXPECT_EQ(std::ranges::count(actions(50), "secret.handed_out"), 2);
}

TEST_F(SecretLookupsTest, APersonExtractsWithThePermissionAlone) {
  const auto extract = [&](const Actor& actor) {
    std::promise<Result<SecretHandout>> answer;
    auto answered = answer.get_future();
    lookups_->extract(actor, secret_,
                      [&](Result<SecretHandout> handout) { answer.set_value(std::move(handout)); });
    const auto handout = answered.get();
    return handout ? letters(lookups_->collect(*handout)) : answer_of(handout);
  };
  EXPECT_EQ(extract(admin_), "the value");
  EXPECT_EQ(std::ranges::count(actions(50), "secret.extracted"), 1);
  EXPECT_EQ(extract(with({Permission::kView, Permission::kConfigure})), "denied");
  EXPECT_EQ(extract(with(project("Payroll"), Permissions::all())), "not found");
  EXPECT_EQ(lookups_->counters().extracted, 1U);
  const KillId kill{crypto::make_uuid(clock_.now(), random_)};
  index_.put_kill(kill, {KillScope::kTargetSystem, system_.uuid, {}});
  EXPECT_EQ(extract(admin_), "killed");
}

// Invariant 2: whoever can write to the database and has no key gives nobody anything.
TEST_F(SecretLookupsTest, ForgedAndMovedRowsGiveNobodyAnything) {
  const SecretId other = secret("another", "theirs").id;
  ASSERT_TRUE(access().grant(admin_, {other, {}, "elsewhere/**"}).has_value());
  ASSERT_EQ(look_up_after_restart(), "the value");
  const std::string own = "(SELECT id FROM secrets WHERE label = 'batch user')";
  const std::string theirs = "(SELECT id FROM secrets WHERE label = 'another')";
  const auto sealed_of = [](const std::string& secret) {
    return "(SELECT sealed_value FROM secret_values WHERE secret_id = " + secret + ")";
  };
  for (const std::string& edit : {
           "UPDATE secret_values SET generation = 7 WHERE secret_id = " + own,
           "UPDATE secret_values SET fingerprint = 'x' WHERE secret_id = " + own,
           "UPDATE secrets SET user_name = 'evil' WHERE id = " + own,
           "UPDATE secrets SET current_value = (SELECT id FROM secret_values WHERE secret_id = " +
               theirs + ") WHERE id = " + own,
           "UPDATE secrets SET kind = 'text' WHERE id = " + own,
           std::string("UPDATE secret_access SET path_pattern = 'x', pattern_key = 'x'"),
           std::string("UPDATE secret_access SET mac = zeroblob(32)"),
       }) {
    const std::string table = edit.substr(7, edit.find(' ', 7) - 7);  // after "UPDATE "
    tamper("CREATE TABLE kept AS SELECT * FROM " + table);
    tamper(edit);
    EXPECT_EQ(look_up_after_restart(), "not found") << edit;
    tamper("PRAGMA foreign_keys=OFF; REPLACE INTO " + table +
           " SELECT * FROM kept; DROP TABLE kept");
    ASSERT_EQ(look_up_after_restart(), "the value") << edit;
  }
  // A value that was moved from the secret of somebody else does not open here.
  tamper("CREATE TABLE kept AS SELECT * FROM secret_values");
  tamper("UPDATE secret_values SET sealed_value = " + sealed_of(theirs) +
         " WHERE secret_id = " + own);
  EXPECT_EQ(look_up_after_restart(), "corrupt");
  tamper("PRAGMA foreign_keys=OFF; REPLACE INTO secret_values SELECT * FROM kept; DROP TABLE kept");
  // A rule that was moved from the secret of somebody else.
  tamper("UPDATE secret_access SET secret_id = " + theirs + " WHERE robot_id IS NOT NULL");
  SecretQuestion asked = question("another");
  LookupIndex fresh;
  SecretIndex fresh_secrets;
  Context again{*store_, *trail_, keys_,       sealer_, random_,
                clock_,  log_,    *catalogue_, fresh,   network_};
  ASSERT_TRUE(load_index(again).has_value());
  ASSERT_TRUE(load_secret_index(again, fresh_secrets).has_value());
  Lookups tokens(again, *retrievals_, RateLimit{});
  SecretLookups lookups(again, fresh_secrets, tokens);
  EXPECT_EQ(look_up(asked, lookups), "not found");
}

TEST_F(SecretLookupsTest, GoOnWhileTheKeyOfTheirProjectIsReplaced) {
  ASSERT_TRUE(open_data_keys(*store_, keys_, random_, log_).has_value());
  ASSERT_TRUE(add("another").has_value());
  DataKeyRotations rotations(*context_, {}, &secret_index_);
  const std::string before = secret_index_.find(secret_)->current.sealed;
  ASSERT_EQ(answer_of(rotations.start(admin_, project_)), "ok");
  for (int second = 0; second < 60 && !rotations.under_way(admin_)->empty(); ++second) {
    ASSERT_EQ(answer_of(rotations.go_on(Milliseconds(100))), "ok");
    EXPECT_EQ(look_up(), "the value/another");
    clock_.advance(Seconds(1));
  }
  EXPECT_TRUE(rotations.under_way(admin_)->empty());
  const auto keys = rotations.keys(admin_);
  EXPECT_EQ(std::ranges::count(*keys, std::optional(project_), &DataKeyState::project), 1);
  EXPECT_NE(secret_index_.find(secret_)->current.sealed, before);
  EXPECT_EQ(look_up(), "the value/another");
  EXPECT_EQ(look_up_after_restart(), "the value/another");
}

TEST_F(SecretLookupsTest, RowsThatAreBackAreNoticed) {
  const auto two = add("another", true);
  ASSERT_TRUE(two.has_value());
  tamper("CREATE TABLE kept AS SELECT * FROM secret_values");
  ASSERT_TRUE(secrets_of().drop_value(admin_, secret_, two->values[1].id).has_value());
  EXPECT_TRUE(row_sets_.check(*store_).has_value());
  tamper("REPLACE INTO secret_values SELECT * FROM kept; DROP TABLE kept");
  EXPECT_EQ(answer_of(row_sets_.check(*store_)), "corrupt");
}

}  // namespace
}  // namespace strongroom::vault
