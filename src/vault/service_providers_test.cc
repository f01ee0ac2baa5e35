#include "vault/service_providers.h"

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

using ServiceProvidersTest = VaultWorld;

TEST(FilterFits, TakesPlainTextAsAPartOfTheName) {
  EXPECT_TRUE(filter_fits("", "anything"));
  EXPECT_TRUE(filter_fits("soft", "microsoft"));
  EXPECT_FALSE(filter_fits("soft ", "microsoft"));
}

TEST(FilterFits, TakesWildcardsAsTheWholeOfTheName) {
  EXPECT_TRUE(filter_fits("micro*", "microsoft"));
  EXPECT_TRUE(filter_fits("*o?t", "microsoft"));
  EXPECT_TRUE(filter_fits("*", ""));
  EXPECT_TRUE(filter_fits("m*o*t*", "microsoft"));
  EXPECT_FALSE(filter_fits("micro?", "microsoft"));
  EXPECT_FALSE(filter_fits("?", ""));
  EXPECT_FALSE(filter_fits("*x", "microsoft"));
}

TEST(FilterFits, CountsCharactersAndNotBytes) {
  EXPECT_TRUE(filter_fits("stra?e",
                          "stra\xc3\x9f"
                          "e"));
  EXPECT_FALSE(filter_fits("stra??e",
                           "stra\xc3\x9f"
                           "e"));
}

TEST(FilterFits, IsQuickHoweverManyStarsThereAre) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  EXPECT_FALSE(filter_fits(pattern + "b", std::string(512, 'a')));
}

TEST_F(ServiceProvidersTest, SortsByNameAndByNothingElse) {
  const auto up =
      ServiceProviders(*context_).list(admin_, {.sort = "name", .page_size = kMaxPageSize});
  const auto down =
      ServiceProviders(*context_).list(admin_, {.sort = "-name", .page_size = kMaxPageSize});
  ASSERT_TRUE(up && down);
  EXPECT_EQ(up->items.front(), down->items.back());
  for (const char* const unknown : {"label", "name,id", "NAME", "created_at"}) {
    EXPECT_EQ(answer_of(ServiceProviders(*context_).list(admin_, {.sort = unknown})),
              "invalid at sort");
  }
}

}  // namespace
}  // namespace strongroom::vault
