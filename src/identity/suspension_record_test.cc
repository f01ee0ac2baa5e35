#include "identity/suspension_record.h"

#include <vector>

#include <gtest/gtest.h>

#include "crypto/testing/test_vault_keys.h"

namespace strongroom::identity {
namespace {

class SuspensionRecordTest : public testing::Test {
 protected:
  SuspensionRecordTest() {
    row_ = {.id = *Uuid::parse("0198c0de-0000-7000-8000-000000000001"),
            .kind = "robot_key",
            .subject_id = *Uuid::parse("0198c0de-0000-7000-8000-000000000002"),
            .name = "invoices",
            .project_id = *Uuid::parse("0198c0de-0000-7000-8000-000000000003"),
            .at = WallTime{Milliseconds{1'795'000'000'000}},
            .mac = {}};
    row_.mac = *suspension_mac(vault_.sealer, row_);
  }

  crypto::TestVaultKeys vault_;
  storage::SuspensionRow row_;
};

TEST_F(SuspensionRecordTest, IsBelievedAsItWasWritten) {
  EXPECT_TRUE(*is_genuine(vault_.sealer, row_));
  EXPECT_TRUE(check_suspension(vault_.sealer, row_).has_value());
}

// Whoever forges one has something count again that a restore took away.
TEST_F(SuspensionRecordTest, TheMacCoversAllOfIt) {
  std::vector<storage::SuspensionRow> forged(7, row_);
  forged[0].id = row_.subject_id;
  forged[1].kind = "user";
  forged[2].subject_id = row_.id;
  forged[3].name += "!";
  forged[4].project_id = {};
  forged[5].at += Milliseconds(1);
  forged[6].mac.clear();
  for (const storage::SuspensionRow& row : forged) {
    EXPECT_FALSE(*is_genuine(vault_.sealer, row));
    const Status checked = check_suspension(vault_.sealer, row);
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().code, Code::kCorrupt);
    EXPECT_EQ(checked.error().detail, "suspension " + row.id.text());
  }
}

TEST_F(SuspensionRecordTest, WhatStandsInOneFieldCannotMoveIntoAnother) {
  storage::SuspensionRow moved = row_;
  moved.kind = "robot";
  moved.name = "_keyinvoices";
  EXPECT_NE(*suspension_mac(vault_.sealer, moved), row_.mac);
}

TEST_F(SuspensionRecordTest, OfAnotherServerIsNotBelieved) {
  crypto::SystemRandom random;
  crypto::KeyRing ring{crypto::RootKey(std::string(32, 'x')), random};
  ring.set_reserve([](crypto::KeyId, std::int64_t) -> Status { return {}; });
  crypto::KeyId id;
  id.uuid.bytes.back() = std::byte{1};
  ASSERT_TRUE(ring.install(*ring.make(id, crypto::KeyScope{})).has_value());
  const crypto::Sealer other(ring, random);
  EXPECT_FALSE(*is_genuine(other, row_));
}

}  // namespace
}  // namespace strongroom::identity
