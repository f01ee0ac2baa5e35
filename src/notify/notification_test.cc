// conventions.md, Webhooks: CloudEvents 1.0.2 in structured JSON.
#include "notify/notification.h"

#include <gtest/gtest.h>

namespace strongroom::notify {
namespace {

Uuid id(char digit) {
  std::string text = "00000000-0000-7000-8000-000000000000";
  text.back() = digit;
  return *Uuid::parse(text);
}

const Envelope& envelope() {
  static const Envelope kEnvelope{.id = id('9'),
                                  .at = *parse_rfc3339("2026-11-27T03:00:00Z"),
                                  .source = "https://vault.example.org"};
  return kEnvelope;
}

TEST(CloudEvent, SaysOfOneClientWhichAndWhereToLook) {
  const Notification told{.kind = EventKind::kNeedsSignIn,
                          .project = id('1'),
                          .project_name = "Finance",
                          .owner_name = "Ada",
                          .owner_email = "ada@example.org",
                          .subjects = {{.client = id('2'),
                                        .label = "in\"voices\n",
                                        .target_system = id('3'),
                                        .target_system_name = "CRM",
                                        .cause = "sign_in_ended"}},
                          .count = 1};
  EXPECT_EQ(
      cloud_event(told, envelope()),
      R"({"specversion":"1.0","id":"00000000-0000-7000-8000-000000000009",)"
      R"("source":"https://vault.example.org","type":"strongroom.oauth_client.needs_sign_in",)"
      R"("time":"2026-11-27T03:00:00Z","datacontenttype":"application/json",)"
      R"("subject":"00000000-0000-7000-8000-000000000002","data":{"event":"needs_sign_in",)"
      R"("project":{"id":"00000000-0000-7000-8000-000000000001","name":"Finance"},)"
      R"("owner":{"name":"Ada","email":"ada@example.org"},"count":1,"affected":[)"
      R"({"oauth_client":"00000000-0000-7000-8000-000000000002","label":"in\"voices\n",)"
      R"("target_system":{"id":"00000000-0000-7000-8000-000000000003","name":"CRM"},)"
      R"("cause":"sign_in_ended","url":"https://vault.example.org/repository/vault/oauth-clients/)"
      R"(00000000-0000-7000-8000-000000000002"}]}})");
}

TEST(CloudEvent, OfATargetSystemHasNoClientAndOfAnEndSaysWhen) {
  const Notification told{.kind = EventKind::kDying,
                          .subjects = {{.target_system = id('3'),
                                        .target_system_name = "CRM",
                                        .cause = "credential",
                                        .ends_at = envelope().at,
                                        .within = 7}},
                          .count = 1};
  const std::string event = cloud_event(told, envelope());
  EXPECT_EQ(event.find("oauth_client\":"), std::string::npos);
  EXPECT_EQ(event.find("owner"), std::string::npos);
  EXPECT_EQ(event.find("\"project\""), std::string::npos);
  EXPECT_NE(event.find(R"("subject":"00000000-0000-7000-8000-000000000003")"), std::string::npos);
  EXPECT_NE(event.find(R"("ends_at":"2026-11-27T03:00:00Z","within_days":7)"), std::string::npos);
}

TEST(CloudEvent, OfATestSaysNothingButWhatItIs) {
  EXPECT_EQ(test_cloud_event("On call", envelope()),
            R"({"specversion":"1.0","id":"00000000-0000-7000-8000-000000000009",)"
            R"("source":"https://vault.example.org","type":"strongroom.notification_target.test",)"
            R"("time":"2026-11-27T03:00:00Z","datacontenttype":"application/json",)"
            R"("data":{"event":"test","target":"On call"}})");
}

TEST(EventKind, IsReadAsItIsWritten) {
  for (const EventKind kind : kAllEventKinds) {
    EXPECT_EQ(event_kind_from_text(to_text(kind)), kind);
  }
  EXPECT_EQ(event_kind_from_text("sometimes"), std::nullopt);
}

}  // namespace
}  // namespace strongroom::notify
