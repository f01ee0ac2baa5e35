#include "audit/event.h"

#include <set>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"

namespace strongroom::audit {
namespace {

const Uuid some_id = *Uuid::parse("0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
const Uuid other_id = *Uuid::parse("0197a1b2-c3d4-7e5f-8a9b-ffffffffffff");

Event small() {
  return {.id = some_id,
          .at = WallTime{Milliseconds{1'795'489'700'125}},
          .action = Action::kRobotCreated};
}

TEST(Event, HasOneCanonicalText) {
  EXPECT_EQ(to_json(small()),
            R"({"id":"0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b","at":"2026-11-24T03:08:20.125Z",)"
            R"("action":"robot.created","outcome":"success","actor_kind":"server"})");
}

TEST(Event, TellsEverythingThatIsKnown) {
  Event event = small();
  event.outcome = Outcome::kDenied;
  event.actor_kind = ActorKind::kRobot;
  event.actor_id = some_id;
  event.key_id = other_id;
  event.subject_id = other_id;
  event.subject_name = "mail \"box\"\n";
  event.project_id = some_id;
  event.reason = "no_access";
  event.fingerprint = "00112233445566778899aabbccddeeff";
  event.request_id = "r-1";
  event.peer = "203.0.113.9";
  event.fields = {"scopes", "owner.name"};
  event.account = {"https://id.example", "0815", "contoso"};
  event.asked = {"Finance", "CRM", "nightly"};
  const auto json = parse_json(to_json(event));
  ASSERT_TRUE(json.has_value());
  const boost::json::object& members = json->as_object();
  EXPECT_EQ(members.size(), 21U);
  EXPECT_EQ(members.at("subject_name").as_string(), "mail \"box\"\n");
  EXPECT_EQ(members.at("outcome").as_string(), "denied");
  EXPECT_EQ(members.at("actor_kind").as_string(), "robot");
  EXPECT_EQ(members.at("key_id").as_string(), other_id.text());
  EXPECT_EQ(members.at("reason").as_string(), "no_access");
  EXPECT_EQ(members.at("fields").as_array().size(), 2U);
  EXPECT_EQ(members.at("account_issuer").as_string(), "https://id.example");
  EXPECT_EQ(members.at("account_subject").as_string(), "0815");
  EXPECT_EQ(members.at("account_tenant").as_string(), "contoso");
  EXPECT_EQ(members.at("asked_project").as_string(), "Finance");
  EXPECT_EQ(members.at("asked_target_system").as_string(), "CRM");
  EXPECT_EQ(members.at("asked_label").as_string(), "nightly");
}

TEST(Event, StaysOneJsonTextWhateverANameHolds) {
  Event event = small();
  event.subject_name = std::string("\",\"action\":\"token.handed_out\"}\0\x80\xff", 33);
  event.peer = "\x1b[31m";
  const std::string text = to_json(event);
  const auto json = parse_json(text);
  ASSERT_TRUE(json.has_value()) << json.error().detail;
  EXPECT_EQ(json->as_object().at("action").as_string(), "robot.created");
  EXPECT_EQ(text.find(",\"action\":\"token.handed_out\""), std::string::npos);
}

TEST(Action, HasATextOfItsOwnThatLeadsBack) {
  std::set<std::string_view> texts;
  for (int i = 0; i <= static_cast<int>(Action::kTargetSystemMetadataHeld); ++i) {
    const auto action = static_cast<Action>(i);
    EXPECT_EQ(action_from_text(to_text(action)), action);
    texts.insert(to_text(action));
  }
  EXPECT_EQ(texts.size(), static_cast<std::size_t>(Action::kTargetSystemMetadataHeld) + 1);
  EXPECT_EQ(action_from_text(""), std::nullopt);
  EXPECT_EQ(action_from_text("token.handed_out "), std::nullopt);
  EXPECT_EQ(to_text(Action::kTokenHandedOut), "token.handed_out");
  EXPECT_EQ(to_text(Action::kTargetSystemDestinationApproved),
            "target_system.destination_approved");
}

TEST(Event, HasItsTimeWhereFiltersLookForIt) {
  const WallTime at{Milliseconds(1'795'000'000'123)};
  const std::string text = to_json({.id = Uuid{}, .at = at, .action = Action::kServerStarted});
  EXPECT_EQ(text.substr(kTimePosition - 1, kTimeLength), rfc3339_millis(at));
}

}  // namespace
}  // namespace strongroom::audit
