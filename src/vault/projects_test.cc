#include "vault/projects.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "storage/data_key_rows.h"
#include "vault/stored.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class ProjectsTest : public VaultWorld {};

TEST_F(ProjectsTest, ADefaultProjectIsMadeOnceAndOnlyWhereThereIsNone) {
  ASSERT_TRUE(projects().ensure_default().has_value());
  ASSERT_TRUE(projects().ensure_default().has_value());
  const auto page = projects().list(admin_, {});
  ASSERT_EQ(page->total, 1);
  EXPECT_EQ(page->items[0].name, "Default project");
}

TEST_F(ProjectsTest, NamesAreTrimmedNormalisedAndUniqueIgnoringCase) {
  const auto made = projects().create(admin_, {"  Stra\xC3\x9F"
                                               "e ",
                                               "what it is\nfor"});
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->name,
            "Stra\xC3\x9F"
            "e");
  const auto again = projects().create(admin_, {"STRASSE", {}});
  EXPECT_EQ(answer_of(again), "duplicate at /name");
  EXPECT_EQ(std::get<Uuid>(*again.error().find("existing_id")), made->id.uuid);
  EXPECT_EQ(answer_of(projects().create(admin_, {"", {}})), "invalid at /name");
  EXPECT_EQ(answer_of(projects().create(admin_, {"a\nb", {}})), "invalid at /name");
  EXPECT_EQ(answer_of(projects().create(admin_, {std::string(129, 'a'), {}})), "invalid at /name");
  EXPECT_EQ(answer_of(projects().create(admin_, {"b", std::string(4097, 'a')})),
            "invalid at /description");
  EXPECT_EQ(answer_of(projects().create(admin_, {"b", "\x1b[31m"})), "invalid at /description");
}

TEST_F(ProjectsTest, EveryMethodAsksForItsPermission) {
  const ProjectId id = project("A");
  const Actor viewer = with({Permission::kView});
  const Actor writer = with({Permission::kConfigure});
  EXPECT_EQ(answer_of(projects().create(viewer, {"B", {}})), "denied");
  EXPECT_EQ(answer_of(projects().update(viewer, id, 1, {"B", {}})), "denied");
  EXPECT_EQ(answer_of(projects().remove(viewer, id)), "denied");
  EXPECT_EQ(answer_of(projects().restore(viewer, id)), "denied");
  EXPECT_EQ(answer_of(projects().get(writer, id)), "denied");
  EXPECT_EQ(answer_of(projects().list(writer, {})), "denied");
  EXPECT_EQ(answer_of(projects().affected(writer, id)), "denied");
  const auto denied = projects().remove(viewer, id);
  EXPECT_EQ(std::get<VisibleName>(*denied.error().find("permission")).text, "manage_projects");
}

TEST_F(ProjectsTest, AnUpdateNeedsTheRevisionThatWasSeenAndCountsOnlyChanges) {
  const ProjectId id = project("A");
  EXPECT_EQ(projects().update(admin_, id, 1, {"A", ""})->stamps.revision, 1);
  EXPECT_EQ(projects().update(admin_, id, 1, {"B", {}})->stamps.revision, 2);
  EXPECT_EQ(answer_of(projects().update(admin_, id, 1, {"C", {}})), "changed meanwhile");
  EXPECT_EQ(projects().get(admin_, id)->name, "B");
  EXPECT_EQ(actions(10), (std::vector<std::string>{"project.created", "project.updated"}));
}

TEST_F(ProjectsTest, DeletingHidesEverythingInItAtOnceAndRestoringBringsItBack) {
  const ProjectId id = project("P");
  const TargetSystem own = system("Own", id);
  const OAuthClient made = client(id, own.id, "L");
  const Robot reader = robot(id, "finance", "R");
  ASSERT_TRUE(rules().grant(admin_, {made.id, reader.id, {}}).has_value());
  give_token(made.id);
  ASSERT_TRUE(found("P", "Own", "L"));

  const auto affected = projects().remove(admin_, id);
  ASSERT_TRUE(affected.has_value());
  EXPECT_EQ(affected->target_systems, 1);
  EXPECT_EQ(affected->oauth_clients, 1);
  EXPECT_EQ(affected->robots, 1);
  EXPECT_EQ(affected->robot_access, 1);
  EXPECT_FALSE(found("P", "Own", "L"));
  EXPECT_EQ(index_.find(made.id).client, nullptr);
  EXPECT_EQ(answer_of(projects().get(admin_, id)), "not found");
  EXPECT_EQ(answer_of(clients().get(admin_, made.id)), "not found");
  EXPECT_EQ(answer_of(systems().get(admin_, own.id)), "not found");
  EXPECT_EQ(answer_of(robots().get(admin_, reader.id)), "not found");
  EXPECT_EQ(projects().list(admin_, {})->total, 0);
  EXPECT_EQ(clients().list(admin_, {})->total, 0);
  EXPECT_EQ(systems().list(admin_, {})->total, 0);
  EXPECT_EQ(robots().list(admin_, {})->total, 0);
  EXPECT_EQ(rules().list(admin_, {})->total, 0);
  ListQuery deleted;
  deleted.deleted = true;
  EXPECT_EQ(projects().list(admin_, deleted)->total, 1);
  expect_index_as_after_restart({made.id});

  ASSERT_TRUE(projects().restore(admin_, id).has_value());
  ASSERT_TRUE(found("P", "Own", "L"));
  EXPECT_NE(index_.find(made.id).client->token, nullptr);
  EXPECT_EQ(rules().list(admin_, {})->total, 1);
  expect_index_as_after_restart({made.id});
}

TEST_F(ProjectsTest, RestoringFindsOutThatTheNameIsTakenOrThatTimeIsUp) {
  const ProjectId first = project("P");
  ASSERT_TRUE(projects().remove(admin_, first).has_value());
  const ProjectId second = project("p");
  const auto refused = projects().restore(admin_, first);
  EXPECT_EQ(answer_of(refused), "duplicate at /name");
  EXPECT_EQ(std::get<Uuid>(*refused.error().find("existing_id")), second.uuid);
  ASSERT_TRUE(projects().remove(admin_, second).has_value());
  ASSERT_TRUE(projects().restore(admin_, first).has_value());
  ASSERT_TRUE(projects().restore(admin_, first).has_value());  // twice is no error
  clock_.advance(kUndoWindow);
  EXPECT_EQ(answer_of(projects().restore(admin_, second)), "not found");
}

TEST_F(ProjectsTest, RestoringFindsAGlobalTargetSystemThatTookTheNameOfOneOfItsOwn) {
  const ProjectId id = project("P");
  system("CRM", id);
  ASSERT_TRUE(projects().remove(admin_, id).has_value());
  const TargetSystem global = system("crm");
  const auto refused = projects().restore(admin_, id);
  EXPECT_EQ(answer_of(refused), "duplicate at /name");
  EXPECT_EQ(std::get<Uuid>(*refused.error().find("existing_id")), global.id.uuid);
}

TEST_F(ProjectsTest, PurgingAfterSevenDaysDestroysRowsAndTheKey) {
  const ProjectId id = project("P");
  const TargetSystem own = system("Own", id);
  const TargetSystem global = system("Global");
  client(id, own.id, "L");
  client(id, global.id, "L");
  const Robot reader = robot(id, "", "R");
  ASSERT_TRUE(robots().create_key(admin_, reader.id).has_value());
  ASSERT_TRUE(projects().remove(admin_, id).has_value());
  clock_.advance(kUndoWindow - Milliseconds(1));
  ASSERT_TRUE(projects().purge().has_value());
  EXPECT_EQ(index_.client_count(), 2U);
  clock_.advance(Milliseconds(1));
  ASSERT_TRUE(projects().purge().has_value());
  EXPECT_EQ(index_.client_count(), 0U);
  EXPECT_EQ(
      answer_of(sealer_.seal({.table = "t", .row = id.uuid, .column = "c", .scope = id.uuid}, "x")),
      "not found");
  const auto keys =
      storage::read<std::vector<storage::DataKeyRow>>(*store_, storage::all_data_keys);
  EXPECT_EQ(keys->size(), 1U);  // the server's
  EXPECT_EQ(systems().list(admin_, {})->total, 1);
}

// Also where the database's log held it (attack: deleted secrets are found on the disk).
TEST_F(ProjectsTest, TheKeyOfAProjectThatWasDestroyedIsInNoFile) {
  Context context{*store_, *trail_, keys_,       sealer_, random_,
                  clock_,  log_,    *catalogue_, index_,  network_};
  Projects direct(context);
  const auto made = direct.create(admin_, {"P", {}});
  ASSERT_TRUE(made.has_value());
  const auto keys =
      storage::read<std::vector<storage::DataKeyRow>>(*store_, storage::all_data_keys);
  const auto key = std::ranges::find(*keys, made->id.uuid, &storage::DataKeyRow::scope);
  ASSERT_NE(key, keys->end());
  const std::string wrapped = key->wrapped;
  const auto files_hold_it = [&] {
    std::string all;
    for (const char* name : {"state.db", "state.db-wal"}) {
      std::ifstream file(directory_.file(name), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(file), {});
    }
    return all.find(wrapped) != std::string::npos;
  };
  EXPECT_TRUE(files_hold_it());
  ASSERT_TRUE(direct.remove(admin_, made->id).has_value());
  clock_.advance(kUndoWindow);
  EXPECT_TRUE(files_hold_it());
  ASSERT_EQ(answer_of(direct.purge()), "ok");
  EXPECT_FALSE(files_hold_it());
}

TEST_F(ProjectsTest, WhatOnlyTakesRightsAwayWorksWhileTheAuditTrailCannotBeWritten) {
  const ProjectId id = project("P");
  const ProjectId other = project("Q");
  ASSERT_TRUE(projects().remove(admin_, other).has_value());
  ASSERT_NO_FATAL_FAILURE(break_audit());
  EXPECT_EQ(answer_of(projects().create(admin_, {"R", {}})), "audit_unavailable");
  EXPECT_EQ(answer_of(projects().update(admin_, id, 1, {"R", {}})), "audit_unavailable");
  EXPECT_EQ(answer_of(projects().restore(admin_, other)), "audit_unavailable");
  EXPECT_EQ(answer_of(projects().remove(admin_, id)), "ok");
}

TEST_F(ProjectsTest, ListsFilterSortAndPageWithExactTotals) {
  for (int i = 0; i < 25; ++i) project((i % 2 == 0 ? "Even " : "odd ") + std::to_string(10 + i));
  ListQuery query;
  query.filter = "EVEN";
  query.page_size = 5;
  query.offset = 10;
  query.sort = "-name";
  const auto page = projects().list(admin_, query);
  EXPECT_EQ(page->total, 13);
  ASSERT_EQ(page->items.size(), 3U);
  EXPECT_EQ(page->items[2].name, "Even 10");
  query = {};
  query.filter = "odd 1?";
  EXPECT_EQ(projects().list(admin_, query)->total, 5);
  query.filter = "*3*";
  EXPECT_EQ(projects().list(admin_, query)->total, 7);
  query = {};
  query.sort = "name; DROP TABLE projects";
  EXPECT_EQ(answer_of(projects().list(admin_, query)), "invalid at sort");
  for (const std::int64_t size : {0, -1, 1001}) {
    query = {};
    query.page_size = size;
    EXPECT_EQ(answer_of(projects().list(admin_, query)), "invalid at page_size");
  }
}

TEST_F(ProjectsTest, NothingIsHalfDoneWhicheverCallOfTheStoreFails) {
  int number = 0;
  with_every_fault(
      [&] {
        return projects().create(admin_, {"P" + std::to_string(++number), {}}).has_value();
      },
      [&](bool) {
        const auto keys =
            storage::read<std::vector<storage::DataKeyRow>>(*store_, storage::all_data_keys);
        const auto page = projects().list(admin_, {});
        ASSERT_TRUE(page.has_value());
        EXPECT_EQ(static_cast<std::int64_t>(keys->size()), page->total + 1);
      });
}

}  // namespace
}  // namespace strongroom::vault
