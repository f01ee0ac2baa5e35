// One list an owner, not one mail a client.
#include "notify/notification_groups.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::notify {
namespace {

Uuid id(char digit) {
  std::string text = "00000000-0000-7000-8000-000000000000";
  text.back() = digit;
  return *Uuid::parse(text);
}

TEST(NotificationGroups, AreOneForEachKindProjectAndOwner) {
  NotificationGroups groups;
  const Belonging ada{.project = id('1'), .owner_email = "ada@example.org"};
  const Belonging also_ada{.project = id('1'), .owner_email = "ADA@example.org"};
  groups.add(EventKind::kFailing, ada, {.client = id('2')});
  groups.add(EventKind::kFailing, also_ada, {.client = id('3')});
  groups.add(EventKind::kFailing, {.project = id('2'), .owner_email = "ada@example.org"}, {});
  groups.add(EventKind::kRecovered, ada, {});
  const auto all = groups.take();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].count, 2);
  EXPECT_EQ(all[1].subjects[1].client, id('3'));
  EXPECT_TRUE(groups.is_empty());
}

TEST(NotificationGroups, CountWhatTheyHaveNoRoomFor) {
  NotificationGroups groups;
  for (int i = 0; i < 105; ++i) groups.add(EventKind::kDying, {}, {});
  const auto all = groups.take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].count, 105);
  EXPECT_EQ(all[0].subjects.size(), Notification::kMostSubjects);
}

// Who writes the owner of one client must not get what is another owner's.
TEST(NotificationGroups, AreNotOfOneOwnerWhereALetterOnlyLooksLikeTheirs) {
  NotificationGroups groups;
  groups.add(EventKind::kFailing, {.owner_email = "ada@ban\xe2\x84\xaa.example"},
             {});  // KELVIN SIGN
  groups.add(EventKind::kFailing, {.owner_email = "ada@bank.example"}, {});
  EXPECT_EQ(groups.take().size(), 2U);
}

}  // namespace
}  // namespace strongroom::notify
