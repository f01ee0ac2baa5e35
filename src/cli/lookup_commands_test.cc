#include "cli/lookup_commands.h"

#include <gtest/gtest.h>

#include "http/testing/fake_client.h"

namespace strongroom::cli {
namespace {

TEST(LookupCommands, SendNothingUnlessTheyKnowWhatIsWanted) {
  http::FakeClient client;
  Rest rest(client, {"https://vault.example", "", Key{"srk_robot_x"}});
  Session session{rest, Format::kJson};
  for (const LookupNames& names : {LookupNames{},
                                   LookupNames{.project = "P",
                                   .target_system = {},
                                   .label = {},
                                   .id = {},
                                   .min_ttl = {},
                                   .run = {},
                                   .deadline = {},
                                   .resource = {}},
                                   LookupNames{.project = "P",
                                   .target_system = "T",
                                   .label = {},
                                   .id = {},
                                   .min_ttl = {},
                                   .run = {},
                                   .deadline = {},
                                   .resource = {}},
                                   LookupNames{.project = {},
                                   .target_system = "T",
                                   .label = "L",
                                   .id = {},
                                   .min_ttl = {},
                                   .run = {},
                                   .deadline = {},
                                   .resource = {}},
                                   LookupNames{.project = "P",
                                   .target_system = "T",
                                   .label = "L",
                                   .id = "1",
                                   .min_ttl = {},
                                   .run = {},
                                   .deadline = {},
                                   .resource = {}}}) {
    EXPECT_EQ(lookup(session, names), ExitCode::kUsage);
    EXPECT_EQ(token(session, names), ExitCode::kUsage);
  }
  EXPECT_EQ(client.count(), 0U);
}

TEST(LookupCommands, SendNothingForAFormatThatCannotBeMade) {
  http::FakeClient client;
  Rest rest(client, {"https://vault.example", "", Key{"srk_robot_x"}});
  Session session{rest, Format::kJson};
  LookupNames names;
  names.id = "1";
  EXPECT_EQ(token(session, names, {.format = "xoauth2", .user = ""}), ExitCode::kUsage);
  EXPECT_EQ(token(session, names, {.format = "telepathy", .user = ""}), ExitCode::kUsage);
  EXPECT_EQ(client.count(), 0U);
}

}  // namespace
}  // namespace strongroom::cli
