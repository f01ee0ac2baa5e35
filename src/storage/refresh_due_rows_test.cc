#include "storage/refresh_due_rows.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.h"
#include "base/testing/fake_clock.h"
#include "storage/fetch.h"
#include "storage/migrations.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/refresh_token_rows.h"
#include "storage/resource_token_rows.h"
#include "storage/row_walk.h"
#include "storage/sqlite_store.h"
#include "storage/target_system_rows.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {
namespace {

using Labels = std::vector<std::string>;

Uuid id_of(char kind, int number) {
  Uuid id;
  id.bytes[0] = static_cast<std::byte>(kind);
  id.bytes[15] = static_cast<std::byte>(number);
  return id;
}

// Two projects with a target system each, and clients whose numbers say when they are due.
class RefreshDueRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite({.path = directory_.file("state.db")}, state_schema(), log_);
    ASSERT_TRUE(opened.has_value());
    store_ = *std::move(opened);
    for (const int number : {1, 2}) add_project(number);
  }
  void add_project(int number) {
    const std::string name = "p" + std::to_string(number);
    write([&](Transaction& tx) -> Status {
      ProjectRow project;
      project.id = id_of('p', number);
      project.name = project.name_key = name;
      STRONGROOM_CHECK(insert_project(tx, project));
      TargetSystemRow system;
      system.id = id_of('s', number);
      system.project_id = id_of('p', number);
      system.name = system.name_key = name;
      system.scopes = system.allowed_addresses = system.tags = "[]";
      system.endpoint_parameters = "{}";
      return insert_target_system(tx, system);
    });
  }
  void add_client(int number, int project) {
    OAuthClientRow client;
    client.id = id_of('c', number);
    client.project_id = id_of('p', project);
    client.target_system_id = id_of('s', project);
    client.label = client.label_key = "c" + std::to_string(number);
    client.state = "active";
    write([&](Transaction& tx) { return insert_oauth_client(tx, client); });
  }
  void make_due(int client, int minute, const std::string& resource = {}) {
    if (resource.empty()) {
      execute("UPDATE oauth_clients SET refresh_due_at = ? WHERE id = ?",
              {to_value(at(minute)), to_value(id_of('c', client))});
      return;
    }
    const Uuid id = id_of('c', client);
    write([&](Transaction& tx) -> Status {
      STRONGROOM_TRY(const auto epoch,
                     claim_resource_lease(tx, id, resource, id_of('o', 1), at(0), at(60)));
      if (!epoch) return Error{Code::kInternal, "There is no lease."};
      TokenRow token;
      token.sealed = "sealed";
      token.generation = 1;
      token.refresh_due_at = at(minute);
      STRONGROOM_CHECK(store_resource_token(tx, id, resource, *epoch, token));
      return {};
    });
  }
  void execute(std::string_view sql, std::initializer_list<Value> values) {
    write([&](Transaction& tx) { return run(tx, sql, values); });
  }
  template <class Write>
  void write(Write how) {
    const Status written = store_->write(how);
    ASSERT_TRUE(written.has_value()) << written.error().message.view() << written.error().detail;
  }
  static WallTime at(int minute) { return FakeClock::kStart + std::chrono::minutes(minute); }
  static Labels labels(const Result<std::vector<RefreshDueRow>>& rows) {
    EXPECT_TRUE(rows.has_value());
    Labels labels;
    if (!rows) return labels;
    labels.reserve(rows->size());
    for (const RefreshDueRow& row : *rows) {
      labels.push_back("c" + std::to_string(std::to_integer<int>(row.oauth_client_id.bytes[15])) +
                       row.resource);
    }
    return labels;
  }
  Labels due(int minute, const BusyRefreshes& busy = {}, std::size_t limit = 100) {
    return labels(read<std::vector<RefreshDueRow>>(*store_, [&](Snapshot& snapshot) {
      return refreshes_due(snapshot, at(minute), busy, limit);
    }));
  }
  RefreshDueRow row_of(int client, const std::string& resource = {}) {
    const auto rows = read<std::vector<RefreshDueRow>>(
        *store_, [&](Snapshot& snapshot) { return refreshes_after(snapshot, {}, 100); });
    for (const RefreshDueRow& row : *rows) {
      if (row.oauth_client_id == id_of('c', client) && row.resource == resource) return row;
    }
    ADD_FAILURE() << "no such row";
    return {};
  }

  TemporaryDirectory directory_;
  FakeClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::unique_ptr<Store> store_;
};

TEST_F(RefreshDueRowsTest, WhatIsDueComesInOrderTokensOfResourcesAmongThem) {
  for (const int client : {1, 2, 3}) add_client(client, 1);
  make_due(1, 30);
  make_due(2, 10);
  make_due(3, 20, "/files");
  EXPECT_EQ(due(9), Labels{});
  EXPECT_EQ(due(20), (Labels{"c2", "c3/files"}));
  EXPECT_EQ(due(30), (Labels{"c2", "c3/files", "c1"}));
  EXPECT_EQ(due(30, {}, 2), (Labels{"c2", "c3/files"}));
  const auto next = read<std::optional<WallTime>>(
      *store_, [](Snapshot& snapshot) { return next_refresh_due(snapshot, at(10)); });
  EXPECT_EQ(*next, at(20));
  const auto count = read<std::int64_t>(
      *store_, [](Snapshot& snapshot) { return count_refreshes_due(snapshot, at(20)); });
  EXPECT_EQ(*count, 2);
}

TEST_F(RefreshDueRowsTest, NoneComeOfProjectsAndTargetSystemsThatAreBusy) {
  add_client(1, 1);
  add_client(2, 2);
  make_due(1, 1);
  make_due(2, 2);
  make_due(1, 3, "/files");
  EXPECT_EQ(due(5), (Labels{"c1", "c2", "c1/files"}));
  EXPECT_EQ(due(5, {.projects = {id_of('p', 1)}}), Labels{"c2"});
  EXPECT_EQ(due(5, {.target_systems = {id_of('s', 2)}}), (Labels{"c1", "c1/files"}));
  EXPECT_EQ(due(5, {.target_systems = {id_of('s', 2), id_of('s', 9)}, .projects = {id_of('p', 1)}}),
            Labels{});
  EXPECT_EQ(row_of(2).project_id, id_of('p', 2));
  EXPECT_EQ(row_of(2).target_system_id, id_of('s', 2));
}

TEST_F(RefreshDueRowsTest, ADeletedClientIsNeverDue) {
  add_client(1, 1);
  make_due(1, 1);
  execute("UPDATE oauth_clients SET deleted_at = ? WHERE id = ?",
          {to_value(at(0)), to_value(id_of('c', 1))});
  EXPECT_EQ(due(5), Labels{});
}

TEST_F(RefreshDueRowsTest, AWalkShowsEveryClientWithAndWithoutATime) {
  for (const int client : {1, 2, 3}) add_client(client, 1);
  make_due(2, 1, "/files");
  const auto walk = [&](const Uuid& after) {
    return labels(read<std::vector<RefreshDueRow>>(
        *store_, [&](Snapshot& snapshot) { return refreshes_after(snapshot, after, 2); }));
  };
  EXPECT_EQ(walk({}), (Labels{"c1", "c2", "c2/files"}));
  EXPECT_EQ(walk(id_of('c', 2)), Labels{"c3"});
  EXPECT_EQ(walk(id_of('c', 3)), Labels{});
}

TEST_F(RefreshDueRowsTest, ATimeIsMovedOnlyWhereNobodyMovedItBefore) {
  //
  add_client(1, 1);
  make_due(1, 10);
  const RefreshDueRow before = row_of(1);
  make_due(1, 20);
  write([&](Transaction& tx) { return move_refresh_due(tx, before, at(30)); });
  EXPECT_EQ(row_of(1).due_at, at(20)) << "somebody knows better";
  const RefreshDueRow now = row_of(1);
  write([&](Transaction& tx) { return move_refresh_due(tx, now, std::nullopt); });
  EXPECT_EQ(row_of(1).due_at, std::nullopt);
  const RefreshDueRow never = row_of(1);
  write([&](Transaction& tx) { return move_refresh_due(tx, never, at(40)); });
  EXPECT_EQ(row_of(1).due_at, at(40)) << "none is a time as well";
}

TEST_F(RefreshDueRowsTest, AFailurePutsOffWhateverTheTimeButNotOfAnotherToken) {
  //
  add_client(1, 1);
  make_due(1, 10);
  RefreshDueRow failed = row_of(1);
  make_due(1, 11);
  write([&](Transaction& tx) { return put_off_refresh(tx, failed, at(30)); });
  EXPECT_EQ(row_of(1).due_at, at(30));
  failed.generation += 1;
  write([&](Transaction& tx) { return put_off_refresh(tx, failed, at(50)); });
  EXPECT_EQ(row_of(1).due_at, at(30)) << "there is another token by now";
  const RefreshDueRow later = row_of(1);
  write([&](Transaction& tx) { return move_refresh_due(tx, later, std::nullopt); });
  failed.generation -= 1;
  write([&](Transaction& tx) { return put_off_refresh(tx, failed, at(50)); });
  EXPECT_EQ(row_of(1).due_at, std::nullopt) << "it is not renewed ahead any more";
}

TEST_F(RefreshDueRowsTest, ATargetSystemsClientsAreLookedAtAgainWhereTheAnswerWasNoOrLater) {
  for (const int client : {1, 2, 3}) add_client(client, 1);
  add_client(4, 2);
  make_due(2, 10);
  make_due(3, 90);
  const auto again = [&](std::optional<WallTime> later_than) {
    write([&](Transaction& tx) {
      return look_at_refreshes_of_target_system_again(tx, id_of('s', 1), at(5), later_than);
    });
  };
  again(at(60));
  EXPECT_EQ(due(5), (Labels{"c1", "c3"}));
  EXPECT_EQ(row_of(2).due_at, at(10));
  EXPECT_EQ(row_of(4).due_at, std::nullopt) << "of another target system";
  make_due(3, 90);
  again(std::nullopt);
  EXPECT_EQ(row_of(3).due_at, at(90)) << "without a limit, only where the answer was no";
}

TEST_F(RefreshDueRowsTest, WhoNeedsASignInIsKeptAliveByNothing) {
  //
  add_client(1, 1);
  const auto keep = [&] {
    write([&](Transaction& tx) { return keep_refresh_token_alive(tx, id_of('c', 1), at(7)); });
  };
  execute("UPDATE oauth_clients SET state = 'needs_sign_in'", {});
  keep();
  EXPECT_EQ(row_of(1).due_at, std::nullopt);
  execute("UPDATE oauth_clients SET state = 'needs_retrieval'", {});
  keep();
  EXPECT_EQ(row_of(1).due_at, at(7));
}

}  // namespace
}  // namespace strongroom::storage
