#include "storage/target_system_fault_rows.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.h"
#include "base/testing/fake_clock.h"
#include "storage/fetch.h"
#include "storage/migrations.h"
#include "storage/row_walk.h"
#include "storage/sqlite_store.h"
#include "storage/target_system_rows.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {
namespace {

class TargetSystemFaultRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite({.path = directory_.file("state.db")}, state_schema(), log_);
    ASSERT_TRUE(opened.has_value());
    store_ = *std::move(opened);
    system_.bytes[15] = std::byte{7};
    TargetSystemRow system;
    system.id = system_;
    system.name = system.name_key = "crm";
    system.scopes = system.allowed_addresses = system.tags = "[]";
    system.endpoint_parameters = "{}";
    write([&](Transaction& tx) { return insert_target_system(tx, system); });
  }
  template <class Write>
  void write(Write how) {
    const Status written = store_->write(how);
    ASSERT_TRUE(written.has_value()) << written.error().message.view() << written.error().detail;
  }
  std::vector<TargetSystemFaultRow> all() {
    return *read<std::vector<TargetSystemFaultRow>>(
        *store_, [](Snapshot& snapshot) { return all_target_system_faults(snapshot); });
  }

  TemporaryDirectory directory_;
  FakeClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::unique_ptr<Store> store_;
  Uuid system_;
};

TEST_F(TargetSystemFaultRowsTest, OneFaultIsKeptOfEachTheLastThatWasPut) {
  //
  EXPECT_TRUE(all().empty());
  const TargetSystemFaultRow first{system_, 3, "invalid_client", clock_.now()};
  const TargetSystemFaultRow second{system_, 4, "secret_expired", clock_.now() + Seconds(1)};
  for (const auto& row : {first, second}) {
    write([&](Transaction& tx) { return put_target_system_fault(tx, row); });
    ASSERT_EQ(all().size(), 1U);
    EXPECT_EQ(all()[0].target_system_id, system_);
    EXPECT_EQ(all()[0].revision, row.revision);
    EXPECT_EQ(all()[0].cause, row.cause);
    EXPECT_EQ(all()[0].since, row.since);
  }
  Uuid other;
  write([&](Transaction& tx) { return delete_target_system_fault(tx, other); });
  EXPECT_EQ(all().size(), 1U);
  write([&](Transaction& tx) { return delete_target_system_fault(tx, system_); });
  EXPECT_TRUE(all().empty());
}

TEST_F(TargetSystemFaultRowsTest, ItGoesWithItsTargetSystem) {
  write([&](Transaction& tx) {
    return put_target_system_fault(tx, {system_, 1, "invalid_client", clock_.now()});
  });
  write([&](Transaction& tx) {
    return run(tx, "DELETE FROM target_systems WHERE id = ?", {to_value(system_)});
  });
  EXPECT_TRUE(all().empty());
}

}  // namespace
}  // namespace strongroom::storage
