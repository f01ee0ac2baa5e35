#include "storage/secret_label_rows.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.h"
#include "base/testing/fake_clock.h"
#include "storage/migrations.h"
#include "storage/project_rows.h"
#include "storage/sqlite_store.h"
#include "storage/target_system_rows.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {
namespace {

using Labels = std::vector<std::string>;

Uuid id_of(unsigned char number) {
  Uuid id;
  id.bytes.back() = std::byte{number};
  return id;
}

constexpr WallTime kNow{Milliseconds{1'795'000'000'000}};

// Two projects with a target system for both, and secrets in them.
class SecretLabelRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite({.path = directory_.file("state.db")}, state_schema(), log_);
    ASSERT_TRUE(opened.has_value());
    store_ = *std::move(opened);
    ASSERT_TRUE(write([&](Transaction& tx) -> Status {
      for (const unsigned char number : std::to_array<unsigned char>({1, 2})) {
        ProjectRow project;
        project.id = id_of(number);
        project.name = project.name_key = "project " + std::to_string(number);
        project.mac = project.name;
        STRONGROOM_CHECK(insert_project(tx, project));
      }
      TargetSystemRow system;
      system.id = id_of(3);
      system.name = system.name_key = "crm";
      system.service_provider = "generic";
      system.grant_flow = "client_credentials";
      system.scopes = system.allowed_addresses = system.tags = "[]";
      system.endpoint_parameters = "{}";
      system.mac = "system";
      STRONGROOM_CHECK(insert_target_system(tx, system));
      STRONGROOM_CHECK(insert_secret(tx, first_));
      return insert_secret(tx, second_);
    }));
  }

  static SecretRow secret(unsigned char number, const std::string& label) {
    SecretRow row;
    row.id = id_of(number);
    row.project_id = id_of(1);
    row.target_system_id = id_of(3);
    row.label = row.label_key = label;
    row.kind = "text";
    row.mac = label;
    return row;
  }
  Status write(UniqueFunction<Status(Transaction&)> work) {
    const Status written = store_->write(std::move(work));
    EXPECT_TRUE(written.has_value()) << (written ? "" : written.error().detail);
    return written;
  }
  Status put(const SecretRow& of, const Labels& labels, WallTime until) {
    std::vector<OldSecretLabelRow> rows;
    rows.reserve(labels.size());
    for (const std::string& label : labels) rows.push_back({of.id, label, label, until});
    return write([&](Transaction& tx) { return replace_old_secret_labels(tx, of.id, rows); });
  }
  // What `asker` would get its label from.
  std::optional<Uuid> found(const SecretRow& asker, WallTime now = kNow) {
    using Maybe = std::optional<OldSecretLabelRow>;
    const auto row = read<Maybe>(
        *store_, [&](Snapshot& snapshot) { return find_old_secret_label(snapshot, asker, now); });
    EXPECT_TRUE(row.has_value());
    return row && *row ? std::optional((*row)->secret_id) : std::nullopt;
  }
  Labels labels_of(const SecretRow& of) {
    const auto rows = read<std::vector<OldSecretLabelRow>>(
        *store_, [&](Snapshot& snapshot) { return old_labels_of_secret(snapshot, of.id); });
    Labels labels;
    for (const OldSecretLabelRow& row : *rows) labels.push_back(row.label);
    return labels;
  }

  TemporaryDirectory directory_;
  FakeClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::unique_ptr<Store> store_;
  SecretRow first_ = secret(11, "first");
  SecretRow second_ = secret(12, "second");
};

TEST_F(SecretLabelRowsTest, ReplacingLeavesNothingOfBefore) {
  ASSERT_TRUE(put(first_, {"a", "b"}, kNow + Seconds(1)));
  EXPECT_EQ(labels_of(first_), (Labels{"a", "b"}));
  ASSERT_TRUE(put(first_, {"c"}, kNow + Seconds(1)));
  EXPECT_EQ(labels_of(first_), Labels{"c"});
  EXPECT_EQ(labels_of(second_), Labels{});
}

TEST_F(SecretLabelRowsTest, AnOldLabelIsTakenUntilItsTimeInItsPlaceAndByOthers) {
  ASSERT_TRUE(put(first_, {"wanted"}, kNow + Seconds(1)));
  SecretRow asker = secret(13, "wanted");
  EXPECT_EQ(found(asker), first_.id);
  EXPECT_EQ(found(asker, kNow + Seconds(1)), std::nullopt) << "its time is over";
  SecretRow itself = first_;
  itself.label_key = "wanted";
  EXPECT_EQ(found(itself), std::nullopt) << "it may take its own label back";
  asker.project_id = id_of(2);
  EXPECT_EQ(found(asker), std::nullopt) << "another project";
  asker = secret(13, "wanted");
  asker.target_system_id = id_of(4);
  EXPECT_EQ(found(asker), std::nullopt) << "another target system";
}

TEST_F(SecretLabelRowsTest, OfTwoTheLastToAnswerIsFoundAndNoneThatWasDeleted) {
  ASSERT_TRUE(put(first_, {"wanted"}, kNow + Seconds(2)));
  ASSERT_TRUE(put(second_, {"wanted"}, kNow + Seconds(1)));
  EXPECT_EQ(found(secret(13, "wanted")), first_.id);
  first_.stamps.deleted_at = kNow;
  ASSERT_TRUE(write([&](Transaction& tx) { return update_secret(tx, first_); }));
  EXPECT_EQ(found(secret(13, "wanted")), second_.id);
}

TEST_F(SecretLabelRowsTest, ThosePastTheirTimeGoAndSayWhoseTheyWere) {
  ASSERT_TRUE(put(first_, {"a", "b"}, kNow));
  ASSERT_TRUE(put(second_, {"c"}, kNow + Milliseconds(1)));
  const auto over = read<std::vector<Uuid>>(
      *store_, [](Snapshot& snapshot) { return secrets_with_old_labels_until(snapshot, kNow); });
  EXPECT_EQ(*over, std::vector<Uuid>{first_.id});
  ASSERT_TRUE(write([](Transaction& tx) { return delete_old_secret_labels_until(tx, kNow); }));
  Labels left;
  const Status walked = store_->read([&](Snapshot& snapshot) {
    return for_each_old_secret_label(snapshot, [&](const OldSecretLabelRow& row) -> Status {
      left.push_back(row.label);
      return {};
    });
  });
  ASSERT_TRUE(walked.has_value());
  EXPECT_EQ(left, Labels{"c"});
}

TEST_F(SecretLabelRowsTest, AWalkEndsWithTheErrorOfItsCaller) {
  ASSERT_TRUE(put(first_, {"a", "b"}, kNow));
  int seen = 0;
  const Status walked = store_->read([&](Snapshot& snapshot) {
    return for_each_old_secret_label(snapshot, [&](const OldSecretLabelRow& /*row*/) -> Status {
      ++seen;
      return Error{Code::kCorrupt, "This is enough."};
    });
  });
  ASSERT_FALSE(walked.has_value());
  EXPECT_EQ(walked.error().code, Code::kCorrupt);
  EXPECT_EQ(seen, 1);
}

TEST_F(SecretLabelRowsTest, TheyGoWithTheirSecret) {
  ASSERT_TRUE(put(first_, {"a"}, kNow));
  ASSERT_TRUE(write([&](Transaction& tx) { return destroy_secret(tx, first_.id); }));
  EXPECT_EQ(labels_of(first_), Labels{});
}

}  // namespace
}  // namespace strongroom::storage
