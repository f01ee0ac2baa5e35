// Tokens that are got for the token of another client, with whom somebody signed in.

#include "vault/subject_tokens.h"

#include <memory>
#include <string>
#include <utility>

#include "storage/token_rows.h"
#include "vault/kills.h"
#include "vault/testing/sign_in_world.h"
#include "vault/token_choice.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

constexpr char kIssued[] =
    R"(,"issued_token_type":"urn:ietf:params:oauth:token-type:access_token")";

class SubjectTokens : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    subject_ = client_;
    exchanging_ = exchange_system("Reports");
    derived_ = derived("nightly", subject_);
  }
  TargetSystem exchange_system(const std::string& name) {
    TargetSystemFields fields = system_fields(name);
    fields.grant = GrantFlow::kTokenExchange;
    fields.scopes = {"report.read"};
    fields.resources = {"https://files.example"};
    auto made = systems().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : TargetSystem{};
  }
  OAuthClientFields fields_of(const std::string& label, OAuthClientId subject) const {
    OAuthClientFields fields;
    fields.project = project_;
    fields.target_system = exchanging_.id;
    fields.label = label;
    fields.subject_client.emplace(subject);
    return fields;
  }
  OAuthClientId derived(const std::string& label, OAuthClientId subject) {
    const auto made = clients().create(admin_, fields_of(label, subject));
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? made->id : OAuthClientId{};
  }
  Result<OAuthClient> change(OAuthClientId id, const OAuthClientFields& fields) {
    STRONGROOM_TRY(const OAuthClient now, clients().get(admin_, id));
    return clients().update(admin_, id, now.stamps.revision, fields);
  }
  // The provider gives a token in exchange.
  void gives(const std::string& token, int expires_in = 300, const std::string& said = kIssued) {
    provider_.renews(token, expires_in, "", said);
  }
  // "token", or what answer_of() says.
  std::string wanted(std::optional<Actor> person = std::nullopt, const std::string& resource = {}) {
    client_ = derived_;
    std::string answer = asked(resource, std::move(person));
    client_ = subject_;
    return answer;
  }
  // What a look-up would find.
  std::string token(const std::string& resource = {}) {
    client_ = derived_;
    std::string text = access_token(resource);
    client_ = subject_;
    return text;
  }
  OAuthClient stored_derived() { return *clients().get(admin_, derived_); }
  std::string cause_there() {
    const auto failure = stored_derived().failure;
    return failure ? failure->cause : "";
  }
  void switch_subject(bool is_disabled) {
    OAuthClientFields fields;
    fields.disabled = is_disabled;
    ASSERT_EQ(answer_of(change(subject_, fields)), "ok");
  }
  bool has_stored_token(OAuthClientId id) {
    return storage::read<bool>(*store_,
                               [&](storage::Snapshot& snapshot) -> Result<bool> {
                                 STRONGROOM_TRY(const auto row,
                                                storage::find_token(snapshot, id.uuid));
                                 return row.has_value();
                               })
        .value_or(false);
  }

  OAuthClientId subject_;
  OAuthClientId derived_;
  TargetSystem exchanging_;
};

TEST_F(SubjectTokens, TheTokenOfTheChosenClientIsExchanged) {
  // A-180, A-183
  sign_in("refresh-1");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  ASSERT_EQ(provider_.requests(), 1U) << "the subject's token lives";
  EXPECT_EQ(sent(0, "subject_token"), "access-0");
  EXPECT_EQ(sent(0, "subject_token_type"),
            "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token");
  EXPECT_EQ(sent(0, "scope"), "report.read");
  EXPECT_EQ(sent(0, "refresh_token"), "");
  EXPECT_EQ(token(), "derived-1");
  EXPECT_EQ(stored_derived().state, OAuthClientState::kActive);
  EXPECT_EQ(stored_derived().subject_client, subject_);
  expect_index_as_after_restart({subject_, derived_});
}

TEST_F(SubjectTokens, ATokenForOneResourceIsExchangedForIt) {
  // A-180
  sign_in("refresh-1");
  gives("files-1");
  EXPECT_EQ(wanted({}, "https://files.example"), "token");
  EXPECT_EQ(sent(0, "resource"), "https%3A%2F%2Ffiles.example");
  EXPECT_EQ(token("https://files.example"), "files-1");
  EXPECT_EQ(token(), "none");
  expect_index_as_after_restart({subject_, derived_});
}

TEST_F(SubjectTokens, WhatHasEndedIsRenewedFirstOnceHoweverManyExchangeIt) {
  // A-182
  sign_in("refresh-1");
  clock_.advance(Seconds(600));
  const OAuthClientId other = derived("weekly", subject_);
  provider_.renews("access-1", 600, "refresh-2");
  gives("derived-1");
  gives("derived-2");
  provider_.hold();
  std::vector<std::string> answers;
  for (const OAuthClientId id : {derived_, other, derived_}) {
    retrievals_->retrieve({id}, std::nullopt, [&](const RetrievalResult& result) {
      answers.push_back(answer_of(result));
    });
  }
  EXPECT_EQ(provider_.requests(), 1U);
  provider_.release();
  EXPECT_EQ(answers, std::vector<std::string>(3, "ok"));
  ASSERT_EQ(provider_.requests(), 3U);
  EXPECT_EQ(sent(0, "refresh_token"), "refresh-1");
  EXPECT_EQ(sent(1, "subject_token"), "access-1");
  EXPECT_EQ(sent(2, "subject_token"), "access-1");
  EXPECT_EQ(retrievals_->in_flight(), 0U);
}

TEST_F(SubjectTokens, ATokenEndsNoLaterThanTheOneItWasGotFor) {
  // A-182
  sign_in("refresh-1", Seconds(600));
  const WallTime end = clock_.now() + Seconds(600);
  clock_.advance(Seconds(100));
  gives("derived-1", 86400);
  EXPECT_EQ(wanted(), "token");
  EXPECT_EQ(stored_derived().token->expires_at, end);
  // Without a lifetime of its own, too; and a shorter one counts.
  provider_.answers(
      200, R"({"access_token":"derived-2","token_type":"Bearer")" + std::string(kIssued) + "}");
  EXPECT_EQ(wanted(admin_), "token");
  EXPECT_EQ(stored_derived().token->expires_at, end);
  gives("derived-3", 60);
  EXPECT_EQ(wanted(admin_), "token");
  EXPECT_EQ(stored_derived().token->expires_at, clock_.now() + Seconds(60));
}

TEST_F(SubjectTokens, AlmostEndedTokensAreRenewedFirstAndServeWhereThatFails) {
  // A-182
  sign_in("refresh-1", Seconds(600));
  clock_.advance(Seconds(400));
  provider_.renews("access-1", 600, "refresh-2");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  EXPECT_EQ(sent(1, "subject_token"), "access-1");
  clock_.advance(Seconds(400));
  provider_.refuses(503, "temporarily_unavailable");
  gives("derived-2");
  EXPECT_EQ(wanted(), "token");
  EXPECT_EQ(sent(3, "subject_token"), "access-1") << "it still lives";
}

TEST_F(SubjectTokens, NothingOfAnotherTypeIsKept) {
  // A-181
  sign_in("refresh-1");
  gives("derived-1", 300, "");
  EXPECT_EQ(wanted(admin_), "provider_refused");
  EXPECT_EQ(said("cause"), "issued_type_missing");
  EXPECT_EQ(said("who_must_act"), "provider");
  gives("derived-1", 300,
        R"(,"issued_token_type":"urn:ietf:params:oauth:token-type:refresh_token")");
  EXPECT_EQ(wanted(admin_), "provider_refused");
  EXPECT_EQ(said("cause"), "other_token_type");
  provider_.answers(200, R"({"access_token":"derived-1","token_type":"N_A","issued_token_type":)"
                         R"("urn:ietf:params:oauth:token-type:jwt"})");
  EXPECT_EQ(wanted(admin_), "provider_refused");
  EXPECT_EQ(said("cause"), "unusable_token_type");
  EXPECT_EQ(token(), "none");
  EXPECT_EQ(stored_derived().state, OAuthClientState::kFailing);
}

TEST_F(SubjectTokens, WithoutSomebodysSignInTheOtherClientSaysWhoMustAct) {
  // A-182
  EXPECT_EQ(wanted(), "provider_refused");
  EXPECT_EQ(said("cause"), "subject_sign_in_needed");
  EXPECT_EQ(said("who_must_act"), "account_owner");
  EXPECT_EQ(said("where"), "OAuth client whose token is exchanged: sign in.");
  EXPECT_EQ(stored_derived().state, OAuthClientState::kFailing);
  EXPECT_EQ(cause_there(), "subject_sign_in_needed");
  EXPECT_EQ(provider_.requests(), 0U);
  // However many ask, that is written down once.
  const auto revision_of_log = lines_.size();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(wanted(), "provider_refused");
  EXPECT_EQ(lines_.size(), revision_of_log);
  // And there is nothing to wait for once they have signed in.
  sign_in("refresh-1");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  EXPECT_EQ(stored_derived().state, OAuthClientState::kActive);
  EXPECT_EQ(cause_there(), "");
  expect_index_as_after_restart({subject_, derived_});
}

TEST_F(SubjectTokens, AProviderInTroubleIsNobodysFault) {
  // A-182
  sign_in("refresh-1");
  clock_.advance(Seconds(600));
  provider_.refuses(503, "temporarily_unavailable", "7");
  EXPECT_EQ(wanted(), "provider_unreachable");
  EXPECT_EQ(said("cause"), "subject_unavailable");
  EXPECT_NE(last_error_->find("retry_after"), nullptr);
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(wanted(admin_), "provider_refused");
  EXPECT_EQ(said("cause"), "subject_failed");
}

TEST_F(SubjectTokens, ABoundTokenIsExchangedByNobody) {
  // A-182
  sign_in("refresh-1");
  auto bound = std::make_shared<TokenEntry>(*index_.find(subject_).client->token);
  bound->is_bound = true;
  index_.put_retrieved(subject_, std::move(bound));
  EXPECT_EQ(wanted(), "provider_refused");
  EXPECT_EQ(said("cause"), "subject_bound");
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(SubjectTokens, WhoSignsInAnewLeavesNothingOfBefore) {
  // A-182
  sign_in("refresh-1");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  const std::uint64_t before = index_.rights_epoch();
  sign_in("refresh-2");
  EXPECT_EQ(token(), "none");
  EXPECT_FALSE(has_stored_token(derived_));
  EXPECT_TRUE(index_.withdrawn_since(derived_, before)) << "no answer under way leaves any more";
  EXPECT_EQ(stored_derived().state, OAuthClientState::kNeedsRetrieval);
  expect_index_as_after_restart({subject_, derived_});
}

TEST_F(SubjectTokens, RevokedTokensTakeWhatWasGotForThemAlong) {
  // A-182
  sign_in("refresh-1");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  ASSERT_TRUE(withdraw_tokens(*context_, admin_, subject_).has_value());
  EXPECT_EQ(token(), "none");
  EXPECT_FALSE(has_stored_token(derived_));
  EXPECT_EQ(wanted(), "provider_refused");
  EXPECT_EQ(said("cause"), "subject_sign_in_needed");
  expect_index_as_after_restart({subject_, derived_});
}

TEST_F(SubjectTokens, WhatIsUnderWayWhenTheSubjectEndsIsNotKept) {
  // A-182
  sign_in("refresh-1");
  for (const bool is_revoked : {true, false}) {
    gives("derived-1");
    provider_.hold();
    std::string answer;
    retrievals_->retrieve({derived_}, admin_,
                          [&](const RetrievalResult& result) { answer = answer_of(result); });
    if (is_revoked) {
      ASSERT_TRUE(withdraw_tokens(*context_, admin_, subject_).has_value());
    } else {
      sign_in("refresh-3");
    }
    provider_.release();
    EXPECT_EQ(answer, "overloaded");
    EXPECT_EQ(token(), "none");
    EXPECT_FALSE(has_stored_token(derived_));
    sign_in("refresh-2");
  }
  expect_index_as_after_restart({subject_, derived_});
}

TEST_F(SubjectTokens, ADisabledSubjectServesNobody) {
  // A-182
  sign_in("refresh-1");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  switch_subject(true);
  EXPECT_EQ(token(), "none");
  EXPECT_EQ(wanted(), "provider_refused");
  EXPECT_EQ(said("cause"), "subject_failed");
  switch_subject(false);
  EXPECT_EQ(token(), "derived-1") << "it is of the same grant";
}

TEST_F(SubjectTokens, WhatStopsTheSubjectStopsBoth) {
  // A-182
  sign_in("refresh-1");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  index_.put_kill(KillId{subject_.uuid}, {.scope = KillScope::kOAuthClient, .id = subject_.uuid});
  EXPECT_TRUE(index_.find(derived_).killed_by.has_value());
  EXPECT_EQ(wanted(admin_), "killed");
  index_.remove_kill(KillId{subject_.uuid});
  EXPECT_FALSE(index_.find(derived_).killed_by.has_value());
}

TEST_F(SubjectTokens, ATokenOfAnotherGrantIsNotLoaded) {
  // A-182
  sign_in("refresh-1");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  tamper("UPDATE oauth_clients SET token_subject = x'00' WHERE subject_client_id IS NOT NULL");
  LookupIndex fresh;
  Context other{*store_, *trail_, keys_,       sealer_, random_,
                clock_,  log_,    *catalogue_, fresh,   network_};
  ASSERT_TRUE(load_index(other).has_value());
  EXPECT_EQ(fresh.find(derived_).client->token, nullptr);
  EXPECT_NE(fresh.find(subject_).client->token, nullptr);
}

TEST_F(SubjectTokens, AnotherSubjectNeedsAnotherTokenAtOnce) {
  // A-182, A-183
  sign_in("refresh-1");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  const OAuthClientId other = client(project_, system_.id, "outbox").id;
  OAuthClientFields fields;
  fields.subject_client.emplace(other);
  const auto now = clients().get(admin_, derived_);
  const auto effects = clients().effects(admin_, derived_, now->stamps.revision, fields);
  ASSERT_TRUE(effects.has_value()) << answer_of(effects);
  EXPECT_EQ(effects->next, NextStep::kRetrieval);
  EXPECT_FALSE(effects->serves_on);
  ASSERT_EQ(answer_of(change(derived_, fields)), "ok");
  EXPECT_EQ(token(), "none");
  EXPECT_FALSE(has_stored_token(derived_));
  EXPECT_EQ(stored_derived().subject_client, other);
  expect_index_as_after_restart({subject_, derived_});
}

TEST_F(SubjectTokens, OnlyAClientOfTheSameProjectThatIsFinishedCanBeChosen) {
  // A-183
  const auto created = [&](const std::string& label, std::optional<OAuthClientId> subject,
                           bool is_draft = false) {
    OAuthClientFields fields = fields_of(label, subject_);
    fields.subject_client = subject;
    if (!subject) fields.subject_client.reset();
    fields.draft = is_draft;
    return answer_of(clients().create(admin_, fields));
  };
  EXPECT_EQ(created("a", std::nullopt), "invalid at /subject_client");
  EXPECT_EQ(created("b", derived_), "invalid at /subject_client") << "no chains";
  EXPECT_EQ(created("c", OAuthClientId{project_.uuid}), "invalid at /subject_client");
  const ProjectId elsewhere = project("People");
  EXPECT_EQ(created("d", client(elsewhere, system_.id, "theirs").id), "invalid at /subject_client");
  OAuthClientFields draft;
  draft.project = project_;
  draft.target_system = system_.id;
  draft.label = "draft";
  draft.draft = true;
  EXPECT_EQ(created("e", clients().create(admin_, draft)->id), "invalid at /subject_client");
  EXPECT_EQ(created("f", std::nullopt, /*is_draft=*/true), "ok") << "a draft may wait";
  // And only where tokens are exchanged.
  OAuthClientFields plain = draft;
  plain.draft = false;
  plain.label = "plain";
  plain.subject_client.emplace(subject_);
  EXPECT_EQ(answer_of(clients().create(admin_, plain)), "invalid at /subject_client");
}

TEST_F(SubjectTokens, ATokenForOneResourceAloneIsPassedOnToNobody) {
  // A-262
  sign_in("refresh-1");
  tamper(
      "UPDATE target_systems SET protected_resource = 'https://mcp.example/mcp' "
      "WHERE grant_flow = 'authorization_code'");
  EXPECT_EQ(answer_of(clients().create(admin_, fields_of("other", subject_))),
            "invalid at /subject_client");
  gives("derived-1");
  EXPECT_NE(wanted(), "token");
  EXPECT_EQ(token(), "none");
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(SubjectTokens, NeitherDeletedNorMovedAwayWhileOthersExchangeItsToken) {
  // A-183
  const auto revision = clients().get(admin_, subject_)->stamps.revision;
  EXPECT_EQ(answer_of(clients().remove(admin_, subject_, revision)), "has_exchanging_clients");
  OAuthClientFields fields;
  fields.project = project("People");
  EXPECT_EQ(answer_of(change(subject_, fields)), "has_exchanging_clients");
  // One that exchanges cannot leave its subject behind, either.
  EXPECT_EQ(answer_of(change(derived_, fields)), "invalid at /subject_client");
  ASSERT_EQ(answer_of(clients().remove(admin_, derived_)), "ok");
  EXPECT_EQ(answer_of(clients().remove(admin_, subject_)), "ok");
  // It may come back without the one that it needs.
  ASSERT_EQ(answer_of(clients().restore(admin_, derived_)), "ok");
  EXPECT_EQ(wanted(), "provider_refused");
  EXPECT_EQ(said("cause"), "subject_failed");
}

TEST_F(SubjectTokens, WhoMayNotConfigureThereChoosesNobody) {
  // A-183
  const Actor viewer = with({Permission::kView});
  OAuthClientFields fields;
  fields.subject_client.emplace(subject_);
  const auto now = clients().get(admin_, derived_);
  EXPECT_EQ(answer_of(clients().update(viewer, derived_, now->stamps.revision, fields)), "denied");
  EXPECT_EQ(answer_of(clients().create(viewer, fields_of("theirs", subject_))), "denied");
  // To send another client's token somewhere is more than to configure.
  const Actor developer = with({Permission::kView, Permission::kConfigure});
  EXPECT_EQ(answer_of(clients().create(developer, fields_of("theirs", subject_))), "denied");
  fields.subject_client.emplace(client(project_, system_.id, "outbox").id);
  EXPECT_EQ(answer_of(clients().update(developer, derived_, now->stamps.revision, fields)),
            "denied");
  TargetSystemFields elsewhere;
  elsewhere.endpoint_parameters.emplace();
  elsewhere.endpoint_parameters->emplace("token_endpoint", "https://evil.example/token");
  elsewhere.consumer_secrets = secrets({"another"});
  const auto system = systems().get(admin_, exchanging_.id);
  EXPECT_EQ(
      answer_of(systems().update(developer, exchanging_.id, system->stamps.revision, elsewhere)),
      "denied");
}

TEST_F(SubjectTokens, TheTrailHasItBeforeTheTokenLeaves) {
  // A-183, invariant 6
  sign_in("refresh-1");
  gives("derived-1");
  EXPECT_EQ(wanted(), "token");
  const auto events = actions(3);
  EXPECT_NE(std::ranges::find(events, "token.handed_out"), events.end());
  const auto requests = provider_.requests();
  break_audit();
  gives("derived-2");
  EXPECT_NE(wanted(admin_), "token");
  EXPECT_EQ(provider_.requests(), requests);
}

TEST_F(SubjectTokens, ADryRunShowsNoToken) {
  // A-180
  const auto without = clients().dry_run(admin_, {derived_});
  EXPECT_EQ(answer_of(without), "no_subject_token");
  sign_in("refresh-1");
  const auto run = clients().dry_run(admin_, {derived_});
  ASSERT_TRUE(run.has_value()) << answer_of(run);
  ASSERT_EQ(run->requests.size(), 1U);
  EXPECT_EQ(provider_.requests(), 0U);
}

}  // namespace
}  // namespace strongroom::vault
