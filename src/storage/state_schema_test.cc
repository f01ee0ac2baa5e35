#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.h"
#include "base/testing/fake_clock.h"
#include "storage/migrations.h"
#include "storage/sqlite_store.h"
#include "storage/testing/raw_sql.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {
namespace {

using Columns = std::map<std::string, std::string>;  // their SQL values

constexpr char kProject[] = "x'00000000000000000000000000000001'";
constexpr char kSystem[] = "x'00000000000000000000000000000002'";
constexpr char kPlain[] = "x'00000000000000000000000000000003'";      // has an access token alone
constexpr char kRenewable[] = "x'00000000000000000000000000000004'";  // and a refresh token

// A database as each version of before has left it, with one of everything that moves.
class StateSchemaTest : public testing::TestWithParam<std::size_t> {
 protected:
  Status open(const Schema& schema) {
    const auto store = open_sqlite({.path = path_}, schema, log_);
    return store ? Status{} : Status(tl::unexpected(store.error()));
  }
  bool has(const std::string& table) {
    return !rows("SELECT name FROM sqlite_master WHERE name = '" + table + "'").empty();
  }
  std::vector<std::string> rows(const std::string& sql) { return raw_rows(path_, sql); }
  // Into a table that there is at this version; what has to be there and is not said is empty.
  void insert(const std::string& table, Columns columns) {
    if (!has(table)) return;
    const std::string required =
        "FROM pragma_table_info('" + table + "') WHERE \"notnull\" = 1 AND dflt_value IS NULL";
    for (const std::string& name : rows("SELECT name " + required)) {
      const std::string type = rows("SELECT type " + required + " AND name = '" + name + "'").at(0);
      columns.try_emplace(name, type == "BLOB" ? "x''" : type == "TEXT" ? "''" : "0");
    }
    std::string names;
    std::string values;
    for (const auto& [name, value] : columns) {
      names.append(names.empty() ? "" : ", ").append(name);
      values.append(values.empty() ? "" : ", ").append(value);
    }
    run_raw_sql(path_, "INSERT INTO " + table + " (" + names + ") VALUES (" + values + ")");
  }
  void insert_client(const std::string& id, const std::string& label) {
    insert("oauth_clients", {{"id", id},
                             {"project_id", kProject},
                             {"target_system_id", kSystem},
                             {"label", label},
                             {"label_key", label},
                             {"state", "'active'"},
                             {"owner_email", "'Ada@example.org'"},
                             {"sealed_token", "x'01'"},
                             {"token_lifetime", "600000"},
                             {"token_refreshed_at", "5000"},
                             {"token_expires_at", "605000"}});
    insert("last_exchanges",
           {{"oauth_client_id", id}, {"at", "7"}, {"body", "'{\"status\":200}'"}});
  }
  void insert_everything() {
    insert("projects", {{"id", kProject}, {"name", "'Finance'"}, {"name_key", "'finance'"}});
    insert("target_systems", {{"id", kSystem},
                              {"name", "'CRM'"},
                              {"name_key", "'crm'"},
                              {"service_provider", "'generic'"},
                              {"grant_flow", "'authorization_code'"}});
    insert_client(kPlain, "'plain'");
    insert_client(kRenewable, "'renewable'");
    insert("refresh_tokens", {{"oauth_client_id", kRenewable}, {"expires_at", "900000"}});
    insert("sign_ins", {{"oauth_client_id", kRenewable}, {"signed_in_at", "4000"}});
    insert("resource_tokens",
           {{"oauth_client_id", kRenewable}, {"resource", "'https://a.example'"}});
    insert_end(kPlain, "605000", "'no_refresh_token'");
    insert_end(kRenewable, "900000", "'refresh_token_idle'");
  }
  // As the vault keeps it, where there is such a table.
  void insert_end(const std::string& id, const std::string& at, const std::string& cause) {
    insert("client_ends", {{"oauth_client_id", id},
                           {"project_id", kProject},
                           {"owner_key", "'ada@example.org'"},
                           {"ends_at", at},
                           {"cause", cause}});
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("state.db");
  FakeClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
};

TEST_P(StateSchemaTest, WhatAnOlderVersionHasLeftIsThereAfterwards) {
  Schema before = state_schema();
  before.migrations = before.migrations.first(GetParam());
  ASSERT_TRUE(open(before).has_value());
  insert_everything();
  const bool had_exchanges = has("last_exchanges");
  const bool had_refresh_tokens = has("refresh_tokens");
  const Status opened = open(state_schema());
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;

  EXPECT_EQ(rows("PRAGMA foreign_key_check"), std::vector<std::string>{});
  EXPECT_EQ(rows("SELECT label FROM oauth_clients ORDER BY label"),
            (std::vector<std::string>{"plain", "renewable"}));
  const std::vector<std::string> exchanges(had_exchanges ? 2 : 0, R"(7 {"status":200} {})");
  EXPECT_EQ(rows("SELECT e.at || ' ' || e.outcome || ' ' || r.body FROM exchanges e "
                 "JOIN exchange_requests r ON r.oauth_client_id = e.oauth_client_id "
                 "AND r.id = e.request"),
            exchanges);
  std::vector<std::string> ends{"605000 no_refresh_token ada@example.org"};
  ends.push_back(had_refresh_tokens ? "900000 refresh_token_idle ada@example.org" : ends[0]);
  EXPECT_EQ(rows("SELECT ends_at || ' ' || cause || ' ' || owner_key FROM client_ends "
                 "ORDER BY ends_at"),
            ends);
}

std::string version_of(const testing::TestParamInfo<std::size_t>& tested) {
  return "Version" + std::to_string(tested.param);
}

INSTANTIATE_TEST_SUITE_P(All, StateSchemaTest,
                         testing::Range<std::size_t>(1, state_schema().migrations.size()),
                         version_of);

}  // namespace
}  // namespace strongroom::storage
