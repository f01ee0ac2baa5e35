#include "vault/account_check.h"

#include <gtest/gtest.h>

namespace strongroom::vault {
namespace {

const Uuid asker = *Uuid::parse("01900000-0000-7000-8000-00000000000a");
const Uuid other = *Uuid::parse("01900000-0000-7000-8000-00000000000b");

BoundAccount account(const std::string& subject, const std::string& name = "ann@example.com") {
  return {"https://id.example", subject, "", name};
}

TEST(AccountCheck, TakesTheAskersOwnSignIn) {
  EXPECT_EQ(reason_to_confirm({account("1"), {}, "", asker, asker}), std::nullopt);
}

TEST(AccountCheck, AsksWhereSomebodyElseOpenedTheLink) {
  // E2, E22
  EXPECT_EQ(reason_to_confirm({account("1"), {}, "", asker, other}),
            ConfirmationReason::kOpenedByAnotherPerson);
  EXPECT_EQ(reason_to_confirm({account("1"), {}, "", asker, Uuid{}}),
            ConfirmationReason::kOpenedByAnotherPerson);
  EXPECT_EQ(reason_to_confirm({std::nullopt, {}, "", asker, Uuid{}}),
            ConfirmationReason::kOpenedByAnotherPerson);
}

TEST(AccountCheck, TakesTheSameAccountWhoeverOpenedTheLink) {
  //
  EXPECT_EQ(reason_to_confirm({account("1"), account("1"), "", asker, Uuid{}}), std::nullopt);
  EXPECT_EQ(reason_to_confirm(
                {account("1", "new@example.com"), account("1"), "ann@example.com", asker, Uuid{}}),
            std::nullopt)
      << "a name that changed is the same account";
}

TEST(AccountCheck, AsksForAnotherAccountEvenWithTheSameName) {
  //
  EXPECT_EQ(reason_to_confirm({account("2"), account("1"), "", asker, asker}),
            ConfirmationReason::kOtherAccount);
  BoundAccount elsewhere = account("1");
  elsewhere.issuer = "https://other.example";
  EXPECT_EQ(reason_to_confirm({elsewhere, account("1"), "", asker, asker}),
            ConfirmationReason::kOtherAccount);
  BoundAccount tenant = account("1");
  tenant.tenant = "t2";
  EXPECT_EQ(reason_to_confirm({tenant, account("1"), "", asker, asker}),
            ConfirmationReason::kOtherAccount);
  EXPECT_EQ(reason_to_confirm({std::nullopt, account("1"), "", asker, asker}),
            ConfirmationReason::kOtherAccount)
      << "nobody knows who it was";
}

TEST(AccountCheck, AsksForAnAccountThatIsNotTheExpectedOne) {
  EXPECT_EQ(reason_to_confirm({account("1"), {}, "ben@example.com", asker, asker}),
            ConfirmationReason::kNotExpectedAccount);
  EXPECT_EQ(reason_to_confirm({account("1"), {}, "Ann@Example.com", asker, asker}), std::nullopt);
}

}  // namespace
}  // namespace strongroom::vault
