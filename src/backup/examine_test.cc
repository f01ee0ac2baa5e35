#include "backup/examine.h"

#include <filesystem>
#include <string>

#include "backup/testing/rights_world.h"
#include "storage/provider_file_rows.h"
#include "vault/provider_file_mac.h"

namespace strongroom::backup {
namespace {

using vault::answer_of;

class ExamineTest : public RightsWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(RightsWorld::SetUp());
    storage::ProviderFileRow file{
        .id = "own", .text = "id: own", .created_at = clock_.now(), .updated_at = clock_.now()};
    const auto mac = vault::mac_of(sealer_, file);
    ASSERT_TRUE(mac.has_value());
    file.mac = *mac;
    ASSERT_TRUE(
        store_
            ->write([&](storage::Transaction& tx) { return storage::put_provider_file(tx, file); })
            .has_value());
    ASSERT_NO_FATAL_FAILURE(register_by_itself(system_, clock_.now()));
    ASSERT_NO_FATAL_FAILURE(learn(client_, R"({"instance_url":"https://one.example"})"));
    ASSERT_NO_FATAL_FAILURE(back_up());
    std::filesystem::copy(directory_.file("restored"), directory_.file("kept"));
  }

  // What an examination says of the backup, once somebody who has no key has changed it.
  Result<Examination> forged(const std::string& sql) {
    data_.reset();
    std::filesystem::remove_all(directory_.file("restored"));
    std::filesystem::copy(directory_.file("kept"), directory_.file("restored"));
    if (!sql.empty()) tamper_restored(sql);
    open();
    return data_ ? examine(*data_) : Error{Code::kInternal, "It was not opened."};
  }
};

TEST_F(ExamineTest, AForgedRowOfWhatProvidersSayIsFound) {
  const auto sound = forged("");
  ASSERT_TRUE(sound.has_value()) << answer_of(sound);
  struct Case {
    std::string table;
    std::string change;
  };
  for (const Case& one : {Case{"provider_files", "text = 'id: evil'"},
                          Case{"registrations", "issuer = 'https://evil.example'"},
                          Case{"registrations", "secret_expires_at = 1"}}) {
    const auto found = forged("UPDATE " + one.table + " SET " + one.change);
    ASSERT_EQ(answer_of(found), "corrupt") << one.change;
    EXPECT_TRUE(found.error().detail.starts_with(one.table)) << found.error().detail;
  }
}

TEST_F(ExamineTest, WhatIsSealedThereIsOpened) {
  const auto sound = forged("");
  ASSERT_TRUE(sound.has_value()) << answer_of(sound);
  const auto bare = forged("DELETE FROM learned_values");
  ASSERT_TRUE(bare.has_value()) << answer_of(bare);
  EXPECT_EQ(sound->sealed, bare->sealed + 1);
  EXPECT_FALSE(forged("UPDATE learned_values SET generation = generation + 1").has_value());
  EXPECT_FALSE(forged("UPDATE registrations SET sealed_access_token = "
                      "(SELECT sealed_values FROM learned_values)")
                   .has_value());
}

}  // namespace
}  // namespace strongroom::backup
