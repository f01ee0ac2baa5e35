#include "vault/oauth_clients.h"

#include "storage/token_rows.h"
#include "vault/stored.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class OAuthClientsTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    project_ = project("P");
    system_ = system("T").id;
  }
  OAuthClientFields fields(const std::string& label) const {
    OAuthClientFields fields;
    fields.project = project_;
    fields.target_system = system_;
    fields.label = label;
    return fields;
  }
  static OAuthClientFields renamed(const std::string& label) {
    OAuthClientFields fields;
    fields.label = label;
    return fields;
  }
  static OAuthClientFields disabled(bool on) {
    OAuthClientFields fields;
    fields.disabled = on;
    return fields;
  }
  // Updates whatever the revision is.
  Result<OAuthClient> change(OAuthClientId id, const OAuthClientFields& fields) {
    STRONGROOM_TRY(const OAuthClient now, clients().get(admin_, id));
    return clients().update(admin_, id, now.stamps.revision, fields);
  }
  TargetSystem microsoft(const std::string& name, const std::string& default_tenant) {
    TargetSystemFields fields = system_fields(name);
    fields.service_provider = "microsoft";
    fields.endpoint_parameters.reset();
    fields.scopes = {"https://graph.microsoft.com/.default"};
    fields.supported_accounts = SupportedAccounts::kThisDirectoryOnly;
    fields.default_tenant = default_tenant;
    auto made = systems().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : TargetSystem{};
  }
  static storage::TokenRow token(const std::string& sealed, std::int64_t generation) {
    storage::TokenRow row;
    row.sealed = sealed;
    row.generation = generation;
    return row;
  }
  template <class T>
  Result<T> in_transaction(UniqueFunction<Result<T>(storage::Transaction&)> work) {
    return storage::write<T>(*store_, std::move(work));
  }

  ProjectId project_;
  TargetSystemId system_;
};

TEST_F(OAuthClientsTest, ANewOneNeedsRetrievalAndIsInTheIndexBeforeItIsAnswered) {
  const auto made = clients().create(admin_, fields(" Mail "));
  ASSERT_TRUE(made.has_value()) << answer_of(made);
  EXPECT_EQ(made->label, "Mail");
  EXPECT_EQ(made->state, OAuthClientState::kNeedsRetrieval);
  EXPECT_FALSE(made->allow_basic_engine_robots);
  EXPECT_FALSE(made->token.has_value());
  EXPECT_TRUE(found("p", "t", "MAIL"));
  expect_index_as_after_restart({made->id});
}

TEST_F(OAuthClientsTest, WhatIsMissingOrWrongIsNamed) {
  OAuthClientFields none;
  EXPECT_EQ(answer_of(clients().create(admin_, none)), "invalid at /project");
  none.project = project_;
  EXPECT_EQ(answer_of(clients().create(admin_, none)), "invalid at /target_system");
  none.target_system = system_;
  EXPECT_EQ(answer_of(clients().create(admin_, none)), "invalid at /label");
  EXPECT_EQ(answer_of(clients().create(admin_, fields("a\tb"))), "invalid at /label");
  EXPECT_EQ(answer_of(clients().create(admin_, fields(""))), "invalid at /label");
  auto with_tenant = fields("L");
  with_tenant.tenant = "contoso.example";
  EXPECT_EQ(answer_of(clients().create(admin_, with_tenant)), "invalid at /tenant");
  auto elsewhere = fields("L");
  elsewhere.target_system = system("Own", project("Q")).id;
  EXPECT_EQ(answer_of(clients().create(admin_, elsewhere)), "invalid at /target_system");
  auto nowhere = fields("L");
  nowhere.project = ProjectId{system_.uuid};
  EXPECT_EQ(answer_of(clients().create(admin_, nowhere)), "invalid at /project");
}

TEST_F(OAuthClientsTest, LabelsAreUniqueWithinProjectAndTargetSystemIgnoringCase) {
  const OAuthClient first = client(project_, system_, "Mail");
  const auto again = clients().create(admin_, fields("mAIL"));
  EXPECT_EQ(answer_of(again), "duplicate at /label");
  EXPECT_EQ(std::get<Uuid>(*again.error().find("existing_id")), first.id.uuid);
  auto elsewhere = fields("Mail");
  elsewhere.target_system = system("U").id;
  EXPECT_EQ(answer_of(clients().create(admin_, elsewhere)), "ok");
  elsewhere = fields("Mail");
  elsewhere.project = project("Q");
  EXPECT_EQ(answer_of(clients().create(admin_, elsewhere)), "ok");
}

TEST_F(OAuthClientsTest, AnOldLabelAnswersForThirtyDaysAndIsNobodyElsesMeanwhile) {
  const OAuthClient made = client(project_, system_, "Old");
  ASSERT_TRUE(change(made.id, renamed("New")).has_value());
  const auto by_old = index_.find("P", "T", "old", clock_.now());
  ASSERT_NE(by_old.client, nullptr);
  EXPECT_TRUE(by_old.by_old_label);
  EXPECT_EQ(by_old.old_label_until, clock_.now() + kOldLabelLifetime);
  const auto taken = clients().create(admin_, fields("OLD"));
  EXPECT_EQ(answer_of(taken), "duplicate at /label");
  EXPECT_EQ(std::get<Uuid>(*taken.error().find("existing_id")), made.id.uuid);
  EXPECT_NE(taken.error().find("until"), nullptr);

  clock_.advance(kOldLabelLifetime);
  EXPECT_FALSE(found("P", "T", "Old"));
  EXPECT_EQ(answer_of(clients().create(admin_, fields("Old"))), "ok");
  ASSERT_TRUE(clients().purge().has_value());
  EXPECT_TRUE(index_.find(made.id).client->old_labels.empty());
  expect_index_as_after_restart({made.id});
}

TEST_F(OAuthClientsTest, AClientCanTakeItsOwnOldLabelBack) {
  const OAuthClient made = client(project_, system_, "A");
  ASSERT_TRUE(change(made.id, renamed("B")).has_value());
  ASSERT_TRUE(change(made.id, renamed("A")).has_value());
  EXPECT_FALSE(index_.find("P", "T", "A", clock_.now()).by_old_label);
  EXPECT_TRUE(index_.find("P", "T", "B", clock_.now()).by_old_label);
  ASSERT_TRUE(change(made.id, renamed("a")).has_value());  // only the letters' case
  EXPECT_EQ(index_.find(made.id).client->old_labels.size(), 1U);
  expect_index_as_after_restart({made.id});
}

TEST_F(OAuthClientsTest, DraftsAreFinishedOnceAndDisablingIsUndone) {
  auto draft = fields("L");
  draft.draft = true;
  const auto made = clients().create(admin_, draft);
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->state, OAuthClientState::kDraft);
  EXPECT_FALSE(can_be_looked_up(*index_.find(made->id).client));
  EXPECT_EQ(answer_of(change(made->id, disabled(true))), "invalid at /disabled");
  OAuthClientFields finish;
  finish.draft = false;
  EXPECT_EQ(change(made->id, finish)->state, OAuthClientState::kNeedsRetrieval);
  EXPECT_TRUE(can_be_looked_up(*index_.find(made->id).client));
  OAuthClientFields again;
  again.draft = true;
  EXPECT_EQ(answer_of(change(made->id, again)), "invalid at /draft");

  give_token(made->id);
  EXPECT_EQ(clients().get(admin_, made->id)->state, OAuthClientState::kActive);
  EXPECT_EQ(change(made->id, disabled(true))->state, OAuthClientState::kDisabled);
  EXPECT_FALSE(can_be_looked_up(*index_.find(made->id).client));
  EXPECT_EQ(change(made->id, disabled(false))->state, OAuthClientState::kActive);
  EXPECT_EQ(actions(100), (std::vector<std::string>{"oauth_client.created", "oauth_client.disabled",
                                                    "oauth_client.enabled", "oauth_client.updated",
                                                    "project.created", "target_system.created"}));
  expect_index_as_after_restart({made->id});
}

TEST_F(OAuthClientsTest, RevisionsGoUpWithEachChangeAndNotWithATokensRefresh) {
  const OAuthClient made = client(project_, system_, "L");
  give_token(made.id);
  EXPECT_EQ(clients().get(admin_, made.id)->stamps.revision, 1);
  EXPECT_EQ(clients().update(admin_, made.id, 1, renamed("L"))->stamps.revision, 1);
  EXPECT_EQ(clients().update(admin_, made.id, 1, renamed("M"))->stamps.revision, 2);
  EXPECT_EQ(answer_of(clients().update(admin_, made.id, 1, renamed("N"))), "changed meanwhile");
}

TEST_F(OAuthClientsTest, ThisDirectoryOnlyNeedsATenantBeforeAnythingIsSent) {
  const TargetSystem without = microsoft("M", "");
  auto bare = fields("L");
  bare.target_system = without.id;
  EXPECT_EQ(answer_of(clients().create(admin_, bare)), "invalid at /tenant");
  for (const char* bad : {"common", "organizations", "no tenant", "a/../b"}) {
    bare.tenant = bad;
    EXPECT_EQ(answer_of(clients().create(admin_, bare)), "invalid at /tenant") << bad;
  }
  bare.tenant = "  Contoso.Example ";
  const auto made = clients().create(admin_, bare);
  ASSERT_TRUE(made.has_value()) << answer_of(made);
  EXPECT_EQ(made->tenant, "contoso.example");
  auto inherits = fields("L");
  inherits.target_system = microsoft("N", "fabrikam.example").id;
  EXPECT_EQ(answer_of(clients().create(admin_, inherits)), "ok");
  // A draft may wait for its tenant; it cannot be finished without.
  auto draft = fields("D");
  draft.target_system = without.id;
  draft.draft = true;
  const auto waiting = clients().create(admin_, draft);
  ASSERT_TRUE(waiting.has_value());
  OAuthClientFields finish;
  finish.draft = false;
  EXPECT_EQ(answer_of(change(waiting->id, finish)), "invalid at /tenant");
}

TEST_F(OAuthClientsTest, AnotherTenantLeavesTheTokenServingAndFencesTheRetrievalUnderWay) {
  auto wanted = fields("L");
  wanted.target_system = microsoft("M", "").id;
  wanted.tenant = "contoso.example";
  const auto made = clients().create(admin_, wanted);
  ASSERT_TRUE(made.has_value());
  give_token(made->id);
  const WallTime now = clock_.now();
  const auto epoch = in_transaction<std::optional<std::int64_t>>([&](storage::Transaction& tx) {
    return storage::claim_lease(tx, made->id.uuid, made->id.uuid, now, now + Seconds(60));
  });
  ASSERT_TRUE(epoch && *epoch);
  OAuthClientFields other;
  other.tenant = "fabrikam.example";
  const auto moved = change(made->id, other);
  ASSERT_TRUE(moved.has_value()) << answer_of(moved);
  EXPECT_EQ(moved->state, OAuthClientState::kNeedsRetrieval);
  ASSERT_TRUE(moved->token.has_value());
  EXPECT_TRUE(moved->token->is_former);
  ASSERT_NE(index_.find(made->id).client->token, nullptr);
  EXPECT_TRUE(index_.find(made->id).client->token->is_former);
  const auto late = in_transaction<bool>([&](storage::Transaction& tx) {
    return storage::store_token(tx, made->id.uuid, **epoch, token("late", 2));
  });
  EXPECT_EQ(*late, false);
  expect_index_as_after_restart({made->id});
}

// Invariant 5: a client moves only to a target system with the same token endpoint and consumer
// key.
TEST_F(OAuthClientsTest, MovesOnlyWhereItsTokenWouldComeFromTheSameRegistration) {
  const OAuthClient made = client(project_, system_, "L");
  OAuthClientFields move;
  auto other_endpoint = system_fields("E");
  (*other_endpoint.endpoint_parameters)["token_endpoint"] = "https://evil.example/token";
  move.target_system = systems().create(admin_, other_endpoint)->id;
  EXPECT_EQ(answer_of(change(made.id, move)), "invalid at /target_system");
  auto other_key = system_fields("K");
  other_key.consumer_key = "another";
  move.target_system = systems().create(admin_, other_key)->id;
  EXPECT_EQ(answer_of(change(made.id, move)), "invalid at /target_system");
  move.target_system = system("Own", project("Q")).id;
  EXPECT_EQ(answer_of(change(made.id, move)), "invalid at /target_system");
  const TargetSystemId same = system("Same").id;
  client(project_, same, "L");
  move.target_system = same;
  EXPECT_EQ(answer_of(change(made.id, move)), "duplicate at /label");
  move.label = "M";
  EXPECT_EQ(answer_of(change(made.id, move)), "ok");
  EXPECT_TRUE(found("P", "Same", "M"));
  EXPECT_FALSE(found("P", "T", "M"));
  EXPECT_EQ(index_.find("P", "Same", "L", clock_.now()).by_old_label, false);
  OAuthClientFields home;
  home.project = ProjectId{made.id.uuid};
  EXPECT_EQ(answer_of(change(made.id, home)), "invalid at /project");
  home.project = project("R");
  EXPECT_EQ(answer_of(change(made.id, home)), "ok");
  EXPECT_TRUE(found("R", "Same", "M"));
  EXPECT_FALSE(found("P", "Same", "M"));
}

TEST_F(OAuthClientsTest, DeletingStopsLookUpsAtOnceAndCanBeUndone) {
  const OAuthClient made = client(project_, system_, "L");
  const Robot reader = robot(project_, "", "R");
  ASSERT_TRUE(rules().grant(admin_, {made.id, reader.id, {}}).has_value());
  ASSERT_TRUE(change(made.id, renamed("M")).has_value());
  give_token(made.id);
  EXPECT_EQ(clients().affected(admin_, made.id)->robot_access, 1);
  ASSERT_TRUE(clients().remove(admin_, made.id).has_value());
  EXPECT_EQ(index_.find(made.id).client, nullptr);
  EXPECT_EQ(answer_of(clients().remove(admin_, made.id)), "not found");
  EXPECT_EQ(rules().list(admin_, {})->total, 0);
  ListQuery deleted;
  deleted.deleted = true;
  EXPECT_EQ(clients().list(admin_, deleted)->total, 1);
  const OAuthClient newer = client(project_, system_, "m");
  EXPECT_EQ(answer_of(clients().restore(admin_, made.id)), "duplicate at /label");
  ASSERT_TRUE(change(newer.id, renamed("L")).has_value());  // what was the old label of `made`
  EXPECT_EQ(answer_of(clients().restore(admin_, made.id)), "duplicate at /label");
  ASSERT_TRUE(clients().remove(admin_, newer.id).has_value());
  const auto restored = clients().restore(admin_, made.id);
  ASSERT_TRUE(restored.has_value()) << answer_of(restored);
  EXPECT_EQ(restored->state, OAuthClientState::kActive);
  EXPECT_EQ(index_.find(made.id).client->access.size(), 1U);
  EXPECT_NE(index_.find(made.id).client->token, nullptr);
  expect_index_as_after_restart({made.id, newer.id});
  clock_.advance(kUndoWindow);
  EXPECT_EQ(answer_of(clients().restore(admin_, newer.id)), "not found");
  ASSERT_TRUE(clients().purge().has_value());
  EXPECT_EQ(clients().list(admin_, deleted)->total, 0);
}

TEST_F(OAuthClientsTest, DisablingAndDeletingWorkWhileTheAuditTrailCannotBeWritten) {
  const OAuthClient made = client(project_, system_, "L");
  ASSERT_NO_FATAL_FAILURE(break_audit());
  EXPECT_EQ(answer_of(clients().create(admin_, fields("M"))), "audit_unavailable");
  EXPECT_EQ(answer_of(change(made.id, renamed("M"))), "audit_unavailable");
  EXPECT_EQ(answer_of(change(made.id, disabled(true))), "ok");
  EXPECT_FALSE(can_be_looked_up(*index_.find(made.id).client));
  EXPECT_EQ(answer_of(change(made.id, disabled(false))), "audit_unavailable");
  EXPECT_EQ(answer_of(clients().remove(admin_, made.id)), "ok");
}

TEST_F(OAuthClientsTest, EveryMethodAsksForItsPermission) {
  const OAuthClient made = client(project_, system_, "L");
  const Actor viewer = with({Permission::kView});
  const Actor writer = with({Permission::kConfigure});
  EXPECT_EQ(answer_of(clients().create(viewer, fields("M"))), "denied");
  EXPECT_EQ(answer_of(clients().update(viewer, made.id, 1, disabled(true))), "denied");
  EXPECT_EQ(answer_of(clients().remove(viewer, made.id)), "denied");
  EXPECT_EQ(answer_of(clients().restore(viewer, made.id)), "denied");
  EXPECT_EQ(answer_of(clients().get(writer, made.id)), "denied");
  EXPECT_EQ(answer_of(clients().list(writer, {})), "denied");
  EXPECT_EQ(answer_of(clients().affected(writer, made.id)), "denied");
}

TEST_F(OAuthClientsTest, ListsByProjectTargetSystemStateAndLabel) {
  const OAuthClient active = client(project_, system_, "A_1");
  client(project_, system_, "AB1");
  client(project_, system("U").id, "C");
  client(project("Q"), system_, "D");
  give_token(active.id);
  const auto total = [&](auto set) {
    ListQuery query;
    set(query);
    return clients().list(admin_, query)->total;
  };
  EXPECT_EQ(total([](ListQuery&) {}), 4);
  EXPECT_EQ(total([&](ListQuery& q) { q.project = project_; }), 3);
  EXPECT_EQ(total([&](ListQuery& q) { q.target_system = system_; }), 3);
  EXPECT_EQ(total([](ListQuery& q) { q.state = "active"; }), 1);
  EXPECT_EQ(total([](ListQuery& q) { q.filter = "a_"; }), 1);  // no wildcard to SQL either
  EXPECT_EQ(total([](ListQuery& q) { q.filter = "%"; }), 0);
  EXPECT_EQ(total([](ListQuery& q) { q.filter = "A?1"; }), 2);
  for (const char* sort : {"name", "-label", "state", "created_at", "-updated_at"}) {
    ListQuery query;
    query.sort = sort;
    EXPECT_EQ(answer_of(clients().list(admin_, query)), "ok") << sort;
  }
}

// Totals are kept until a row with a MAC changes; here each change is followed by the next
// question.
TEST_F(OAuthClientsTest, TotalsFollowEachChange) {
  OAuthClients kept(*context_);
  const auto totals = [&](const std::string& filter) {
    std::vector<std::int64_t> found;
    for (const std::int64_t offset : {0, 1, 2}) {
      found.push_back(
          kept.list(admin_, {.filter = filter, .offset = offset, .page_size = 1})->total);
    }
    return found;
  };
  using Totals = std::vector<std::int64_t>;
  const OAuthClient first = client(project_, system_, "one");
  const OAuthClient second = client(project_, system("U").id, "none");
  EXPECT_EQ(totals("one"), (Totals{2, 2, 2}));
  EXPECT_EQ(totals("two"), (Totals{0, 0, 0}));
  ASSERT_TRUE(change(first.id, renamed("two")));
  EXPECT_EQ(totals("one"), (Totals{1, 1, 1}));
  EXPECT_EQ(totals("two"), (Totals{1, 1, 1}));
  ASSERT_TRUE(systems().remove(admin_, second.target_system));
  EXPECT_EQ(totals("one"), (Totals{0, 0, 0}));
  ASSERT_TRUE(systems().restore(admin_, second.target_system));
  EXPECT_EQ(totals("one"), (Totals{1, 1, 1}));
  ASSERT_TRUE(clients().remove(admin_, first.id));
  EXPECT_EQ(totals("two"), (Totals{0, 0, 0}));
  EXPECT_EQ(totals(""), (Totals{1, 1, 1}));
}

TEST_F(OAuthClientsTest, AFailureIsShownInPlainWords) {
  const OAuthClient made = client(project_, system_, "L");
  const WallTime now = clock_.now();
  const auto noted = in_transaction<bool>([&](storage::Transaction& tx) -> Result<bool> {
    STRONGROOM_TRY(const auto epoch,
                   storage::claim_lease(tx, made.id.uuid, made.id.uuid, now, now + Seconds(60)));
    return storage::store_failure(tx, made.id.uuid, epoch.value_or(0), "invalid_client", now);
  });
  ASSERT_TRUE(noted && *noted);
  const auto read = clients().get(admin_, made.id);
  EXPECT_EQ(read->state, OAuthClientState::kFailing);
  ASSERT_TRUE(read->failure.has_value());
  EXPECT_EQ(read->failure->cause, "invalid_client");
  EXPECT_FALSE(read->failure->message.empty());
  EXPECT_EQ(read->failure->who_must_act, "target_system_owner");
  EXPECT_EQ(read->failure->at, now);
}

// Invariant 8: of two who retrieve, the one whose lease moved on writes nothing.
TEST_F(OAuthClientsTest, OneLeaseAtATimeAndALateWriteBackIsRefused) {
  const OAuthClient made = client(project_, system_, "L");
  const Uuid one = crypto::make_uuid(clock_.now(), random_);
  const Uuid other = crypto::make_uuid(clock_.now(), random_);
  const auto claim = [&](const Uuid& owner) {
    const WallTime now = clock_.now();
    return *in_transaction<std::optional<std::int64_t>>([&](storage::Transaction& tx) {
      return storage::claim_lease(tx, made.id.uuid, owner, now, now + Seconds(60));
    });
  };
  const auto store = [&](std::int64_t epoch) {
    return *in_transaction<bool>([&](storage::Transaction& tx) {
      return storage::store_token(tx, made.id.uuid, epoch, token("s", 1));
    });
  };
  const auto first = claim(one);
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(claim(other).has_value());
  clock_.advance(Seconds(61));
  const auto second = claim(other);
  ASSERT_TRUE(second.has_value());
  EXPECT_GT(*second, *first);
  EXPECT_FALSE(store(*first));
  EXPECT_TRUE(store(*second));
  EXPECT_FALSE(store(*second));  // the lease was given back with it

  const auto third = claim(one);
  const auto again = claim(one);  // it left the third behind, as after a write that failed
  ASSERT_TRUE(third.has_value() && again.has_value());
  EXPECT_FALSE(store(*third));
  EXPECT_TRUE(store(*again));
}

TEST_F(OAuthClientsTest, ATokenOrAFailureLeavesADisabledClientDisabled) {
  const OAuthClient made = client(project_, system_, "L");
  ASSERT_TRUE(change(made.id, disabled(true)).has_value());
  give_token(made.id);
  EXPECT_EQ(clients().get(admin_, made.id)->state, OAuthClientState::kDisabled);
  expect_index_as_after_restart({made.id});
}

TEST_F(OAuthClientsTest, NothingIsHalfDoneWhicheverCallOfTheStoreFails) {
  const OAuthClient made = client(project_, system_, "L");
  int number = 0;
  with_every_fault(
      [&] { return change(made.id, renamed("L" + std::to_string(++number))).has_value(); },
      [&](bool) {
        const auto now = clients().get(admin_, made.id);
        ASSERT_TRUE(now.has_value());
        EXPECT_TRUE(found("P", "T", now->label));
        expect_index_as_after_restart({made.id});
      });
}

TEST_F(OAuthClientsTest, EachPageIsItsPartOfTheListWhetherTheTotalIsKnownOrNot) {
  const ProjectId home = project("Pages");
  const TargetSystemId crm = system("Pages CRM", home).id;
  for (const char* label : {"b", "a1", "a2", "c", "a3", "a4", "d"}) client(home, crm, label);
  for (const char* sort : {"name", "-name", "state", "-state", "created_at", "-updated_at"}) {
    ListQuery all;
    all.project = home;
    all.filter = "a";
    all.sort = sort;
    const auto whole = clients().list(admin_, all);
    ASSERT_TRUE(whole.has_value());
    ASSERT_EQ(whole->total, 4) << sort;
    for (std::int64_t offset = 0; offset < 6; ++offset) {
      for (const std::int64_t size : {1, 2, 4, 5}) {
        ListQuery part = all;
        part.offset = offset;
        part.page_size = size;
        OAuthClients service(*context_);  // knows no totals yet
        for (int times = 0; times < 2; ++times) {
          const auto page = service.list(admin_, part);
          ASSERT_TRUE(page.has_value());
          EXPECT_EQ(page->total, 4) << sort << " " << offset << " " << size;
          const auto wanted = std::min<std::int64_t>(size, std::max<std::int64_t>(4 - offset, 0));
          ASSERT_EQ(std::ssize(page->items), wanted);
          for (std::int64_t i = 0; i < wanted; ++i) {
            EXPECT_EQ(page->items[static_cast<std::size_t>(i)].label,
                      whole->items[static_cast<std::size_t>(offset + i)].label);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace strongroom::vault
