#include "vault/own_providers.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "storage/provider_file_rows.h"
#include "vault/provider_file_mac.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

// An entry as somebody would write it, at this host.
std::string entry(const std::string& id, const std::string& host) {
  std::string text =
      "{\n"
      "  \"id\": \"" +
      id +
      "\",\n"
      "  \"name\": \"Our own\",\n"
      "  \"grants\": [\"client_credentials\"],\n"
      "  \"token_endpoint\": \"https://" +
      host +
      "/token\",\n"
      "  \"client_authentication\": [\"client_secret_basic\"],\n"
      "  \"requests_per_minute\": 90,\n"
      "  \"sources\": {\n";
  const char* separator = "";
  for (const char* const fact :
       {"grants", "token_endpoint", "client_authentication", "requests_per_minute"}) {
    text += std::string(separator) + "    \"" + fact +
            "\": [{\"page\": \"https://own.example/docs\", \"read\": \"2026-11-27\"}]";
    separator = ",\n";
  }
  return text + "\n  }\n}\n";
}

class OwnProvidersTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    files_ = directory_.file("providers");
    std::filesystem::create_directory(files_);
    start();
  }

  // As at the start of a server.
  void start() {
    *catalogue_ = *catalogue::Catalogue::built_in();
    own_.emplace(*context_, *catalogue_, files_);
    own_->listen([this](const catalogue::Edition& edition) -> Status {
      told_ = edition.own.size();
      return {};
    });
    loaded_ = answer_of(own_->load());
  }
  void write_file(const std::string& name, const std::string& text) const {
    std::ofstream(files_ + "/" + name, std::ios::binary) << text;
  }
  std::string put(const std::string& id, std::string text, std::optional<Revision> expected = {}) {
    return answer_of(own_->put(admin_, id, std::move(text), expected));
  }
  std::string reload() { return answer_of(own_->reload()); }
  TargetSystem system_of(const std::string& provider) {
    TargetSystemFields fields = system_fields("At " + provider);
    fields.service_provider = provider;
    fields.endpoint_parameters = {};
    auto made = systems().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : TargetSystem{};
  }
  bool is_held(const OAuthClient& client) {
    return index_.find(client.id).client->target_system_held;
  }
  // The digests of each event, by its reason.
  std::map<std::string, std::string> events() {
    std::map<std::string, std::string> found;
    EXPECT_TRUE(trail_->flush().has_value());
    const auto page = trail_->list({.action = "server.setting_changed", .limit = 10});
    for (const auto& entry : page->entries) {
      const boost::json::object event = boost::json::parse(entry.json).as_object();
      EXPECT_NE(entry.json.find("service_provider ours"), std::string::npos) << entry.json;
      found[std::string(event.at("reason").as_string())] =
          boost::json::serialize(event.at("fields"));
    }
    return found;
  }
  std::string endpoint_of(const std::string& id) {
    const auto provider = catalogue_->find(id);
    return provider == nullptr ? "" : provider->token_endpoint;
  }

  std::string files_;
  std::optional<OwnProviders> own_;
  std::string loaded_;
  std::size_t told_ = 0;
};

TEST_F(OwnProvidersTest, AreThereAtOnceAndAfterARestart) {
  EXPECT_EQ(put("ours", entry("ours", "id.ours.example")), "ok");
  EXPECT_EQ(endpoint_of("ours"), "https://id.ours.example/token");
  EXPECT_EQ(told_, 1U);
  const auto document = own_->find(admin_, "ours");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->text, entry("ours", "id.ours.example"));
  EXPECT_EQ(document->origin, ProviderOrigin::kApi);
  EXPECT_EQ(document->revision, 1);
  start();
  EXPECT_EQ(loaded_, "ok");
  EXPECT_EQ(endpoint_of("ours"), "https://id.ours.example/token");
  EXPECT_EQ(own_->find(admin_, "github")->origin, ProviderOrigin::kBuiltIn);
  EXPECT_EQ(answer_of(own_->find(admin_, "nobody")), "not found");
}

TEST_F(OwnProvidersTest, AnotherAddressHoldsTheSecretsBeforeItIsAnswered) {
  // invariant 5
  ASSERT_EQ(put("ours", entry("ours", "id.ours.example")), "ok");
  const ProjectId sales = project("Sales");
  const TargetSystem system = system_of("ours");
  const OAuthClient held = client(sales, system.id, "a client");
  give_token(held.id);
  EXPECT_FALSE(is_held(held));
  EXPECT_EQ(put("ours", entry("ours", "id.elsewhere.example"), 1), "ok");
  EXPECT_TRUE(is_held(held));
  EXPECT_TRUE(systems().get(admin_, system.id)->destination_held);
  EXPECT_EQ(index_.find(system.id)->endpoint.host, "https://id.elsewhere.example");
  expect_index_as_after_restart({held.id});
  // The one from before is the destination that they were entered for.
  EXPECT_EQ(put("ours", entry("ours", "id.ours.example"), 2), "ok");
  EXPECT_FALSE(is_held(held));
  expect_index_as_after_restart({held.id});
}

TEST_F(OwnProvidersTest, WhatIsLeftUndoneByAFailureIsDoneLater) {
  ASSERT_EQ(put("ours", entry("ours", "id.ours.example")), "ok");
  const OAuthClient held = client(project("Sales"), system_of("ours").id, "a client");
  Revision revision = 1;
  int host = 0;
  const auto flow = [&] {
    return put("ours", entry("ours", "id" + std::to_string(++host) + ".ours.example"), revision) ==
           "ok";
  };
  const auto check = [&](bool /*failed*/) {
    EXPECT_EQ(answer_of(own_->settle()), "ok");
    EXPECT_EQ(is_held(held), endpoint_of("ours") != "https://id.ours.example/token");
    expect_index_as_after_restart({held.id});
    const auto document = own_->find(admin_, "ours");
    EXPECT_NE(document->text.find(endpoint_of("ours")), std::string::npos)
        << "what is stored counts";
    revision = document->revision;
  };
  with_every_fault(flow, check);
}

TEST_F(OwnProvidersTest, NeedThePermissionThatDecidesWhereSecretsGo) {
  const Actor other = with({Permission::kView, Permission::kConfigure, Permission::kManageServer});
  EXPECT_EQ(answer_of(own_->put(other, "ours", entry("ours", "id.ours.example"), {})), "denied");
  const Actor here = with(project("Sales"), {Permission::kView, Permission::kApproveDestination});
  EXPECT_EQ(answer_of(own_->put(here, "ours", entry("ours", "id.ours.example"), {})), "denied");
  ASSERT_EQ(put("ours", entry("ours", "id.ours.example")), "ok");
  EXPECT_EQ(answer_of(own_->remove(here, "ours", {})), "denied");
  EXPECT_EQ(answer_of(own_->find(here, "ours")), "ok");
  EXPECT_EQ(answer_of(own_->find(with({Permission::kReadAudit}), "ours")), "denied");
}

TEST_F(OwnProvidersTest, NeverTakeTheIdOfABuiltInOneOrOfAFile) {
  // E27
  EXPECT_EQ(put("github", entry("github", "github.evil.example")), "built_in");
  EXPECT_EQ(answer_of(own_->remove(admin_, "github", {})), "built_in");
  write_file("filed.json", entry("filed", "id.filed.example"));
  ASSERT_EQ(reload(), "ok");
  EXPECT_EQ(put("filed", entry("filed", "id.evil.example")), "in_a_file");
  EXPECT_EQ(answer_of(own_->remove(admin_, "filed", {})), "in_a_file");
  EXPECT_EQ(endpoint_of("filed"), "https://id.filed.example/token");
  EXPECT_EQ(own_->find(admin_, "filed")->origin, ProviderOrigin::kFile);
}

TEST_F(OwnProvidersTest, SayWhereTheyAreWrong) {
  std::string text = entry("ours", "id.ours.example");
  text.replace(text.find("client_credentials\"]"), 18, "client_credential");
  auto refused = own_->put(admin_, "ours", text, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(answer_of(refused), "invalid_provider_file at /grants/0");
  EXPECT_EQ(std::get<std::int64_t>(*refused.error().find("line")), 4);
  EXPECT_EQ(std::get<std::int64_t>(*refused.error().find("column")), 14);
  EXPECT_NE(std::get<VisibleName>(*refused.error().find("hint")).text.find("client_credentials"),
            std::string::npos);
  EXPECT_EQ(put("other", entry("ours", "id.ours.example")), "invalid_provider_file at /id");
  EXPECT_EQ(put("ours", "{"), "invalid_provider_file");
  EXPECT_EQ(put("ours", std::string(std::size_t{64} * 1024 + 1, ' ')), "invalid");
  EXPECT_EQ(catalogue_->find("ours"), nullptr);
}

TEST_F(OwnProvidersTest, AreChangedByWhoeverReadThemLast) {
  EXPECT_EQ(put("ours", entry("ours", "id.ours.example"), 1), "changed meanwhile");
  EXPECT_EQ(put("ours", entry("ours", "id.ours.example")), "ok");
  EXPECT_EQ(put("ours", entry("ours", "id2.ours.example")), "changed meanwhile");
  EXPECT_EQ(put("ours", entry("ours", "id2.ours.example"), 1), "ok");
  EXPECT_EQ(put("ours", entry("ours", "id3.ours.example"), 1), "changed meanwhile");
  EXPECT_EQ(answer_of(own_->remove(admin_, "ours", 1)), "changed meanwhile");
  EXPECT_EQ(answer_of(own_->remove(admin_, "ours", 2)), "ok");
  EXPECT_EQ(answer_of(own_->remove(admin_, "ours", {})), "not found");
  EXPECT_EQ(catalogue_->find("ours"), nullptr);
  EXPECT_EQ(told_, 0U);
}

TEST_F(OwnProvidersTest, AreNotRemovedWhileTheyAreUsed) {
  ASSERT_EQ(put("ours", entry("ours", "id.ours.example")), "ok");
  const TargetSystem system = system_of("ours");
  const auto refused = own_->remove(admin_, "ours", {});
  ASSERT_EQ(answer_of(refused), "in_use");
  EXPECT_EQ(std::get<VisibleName>(*refused.error().find("target_systems")).text, "At ours");
  EXPECT_NE(catalogue_->find("ours"), nullptr);
  ASSERT_TRUE(systems().remove(admin_, system.id, {}).has_value());
  EXPECT_EQ(answer_of(own_->remove(admin_, "ours", {})), "ok");
  EXPECT_EQ(catalogue_->find("ours"), nullptr);
  // What comes back then goes nowhere.
  ASSERT_TRUE(systems().restore(admin_, system.id).has_value());
  EXPECT_TRUE(systems().get(admin_, system.id)->destination_held);
}

TEST_F(OwnProvidersTest, ADirectoryCountsAsAWholeOrNotAtAll) {
  write_file("a.json", entry("one", "id.one.example"));
  write_file("b.json", "{\n  \"id\": 7}");
  const auto refused = own_->reload();
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().detail.find("b.json:2: at /id"), std::string::npos)
      << refused.error().detail;
  EXPECT_EQ(catalogue_->find("one"), nullptr);
  write_file("b.json", entry("two", "id.two.example"));
  EXPECT_EQ(reload(), "ok");
  EXPECT_NE(catalogue_->find("one"), nullptr);
  EXPECT_NE(catalogue_->find("two"), nullptr);
  EXPECT_EQ(told_, 2U);
  std::filesystem::remove(files_ + "/a.json");
  EXPECT_EQ(reload(), "ok");
  EXPECT_EQ(catalogue_->find("one"), nullptr);
}

TEST_F(OwnProvidersTest, AFileThatIsGoneHoldsItsTargetSystems) {
  // invariant 5
  write_file("a.json", entry("one", "id.one.example"));
  ASSERT_EQ(reload(), "ok");
  const OAuthClient held = client(project("Sales"), system_of("one").id, "a client");
  std::filesystem::remove(files_ + "/a.json");
  ASSERT_EQ(reload(), "ok");
  EXPECT_TRUE(is_held(held));
  expect_index_as_after_restart({held.id});
}

TEST_F(OwnProvidersTest, AFileTakesNoIdOfTheApisWhileTheServerRuns) {
  ASSERT_EQ(put("ours", entry("ours", "id.ours.example")), "ok");
  write_file("ours.json", entry("ours", "id.filed.example"));
  EXPECT_EQ(reload(), "in_a_file");
  EXPECT_EQ(endpoint_of("ours"), "https://id.ours.example/token");
  start();  // the file counts, and nothing keeps the server from its start
  EXPECT_EQ(loaded_, "ok");
  EXPECT_EQ(endpoint_of("ours"), "https://id.filed.example/token");
  std::filesystem::remove(files_ + "/ours.json");
  EXPECT_EQ(reload(), "ok");
  EXPECT_EQ(endpoint_of("ours"), "https://id.ours.example/token");
}

TEST_F(OwnProvidersTest, OneThatSomebodyElseWroteIsLeftOut) {
  // invariant 2
  ASSERT_EQ(put("ours", entry("ours", "id.ours.example")), "ok");
  ASSERT_EQ(put("sound", entry("sound", "id.sound.example")), "ok");
  const OAuthClient held = client(project("Sales"), system_of("ours").id, "a client");
  tamper("UPDATE provider_files SET text = replace(text, 'id.ours', 'id.evil') WHERE id = 'ours'");
  start();
  EXPECT_EQ(loaded_, "ok");
  EXPECT_EQ(catalogue_->find("ours"), nullptr);
  EXPECT_NE(catalogue_->find("sound"), nullptr);
  EXPECT_TRUE(systems().get(admin_, index_.find(held.id).target_system->id)->destination_held);
  // A whole new text takes its place.
  EXPECT_EQ(put("ours", entry("ours", "id.ours.example"), 1), "ok");
  EXPECT_FALSE(is_held(held));
}

TEST_F(OwnProvidersTest, WhatThisVersionDoesNotTakeIsLeftOut) {
  storage::ProviderFileRow row{.id = "old", .text = R"({"id": "old"})"};
  row.mac = *mac_of(sealer_, row);
  ASSERT_TRUE(
      store_->write([&](storage::Transaction& tx) { return storage::put_provider_file(tx, row); })
          .has_value());
  start();
  EXPECT_EQ(loaded_, "ok");
  EXPECT_EQ(catalogue_->find("old"), nullptr);
  EXPECT_EQ(answer_of(own_->remove(admin_, "old", {})), "ok");
}

TEST_F(OwnProvidersTest, AreNotChangedWhileNothingCanBeAudited) {
  break_audit();
  EXPECT_EQ(put("ours", entry("ours", "id.ours.example")), "audit_unavailable");
  write_file("a.json", entry("one", "id.one.example"));
  EXPECT_EQ(reload(), "audit_unavailable");
  EXPECT_EQ(catalogue_->find("one"), nullptr);
}

TEST_F(OwnProvidersTest, AreAuditedWithTheDigestsOfBothVersions) {
  ASSERT_EQ(put("ours", entry("ours", "id.ours.example")), "ok");
  ASSERT_EQ(put("ours", entry("ours", "id2.ours.example"), 1), "ok");
  ASSERT_EQ(answer_of(own_->remove(admin_, "ours", {})), "ok");
  const std::string one = digest_of(entry("ours", "id.ours.example"));
  const std::string two = digest_of(entry("ours", "id2.ours.example"));
  const auto texts = events();
  EXPECT_EQ(texts.at("added"), R"(["after )" + one + R"("])");
  EXPECT_EQ(texts.at("changed"), R"(["before )" + one + R"(","after )" + two + R"("])");
  EXPECT_EQ(texts.at("removed"), R"(["before )" + two + R"("])");
}

}  // namespace
}  // namespace strongroom::vault
