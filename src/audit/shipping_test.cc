#include "audit/shipping.h"

#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "audit/event.h"
#include "base/json.h"

namespace strongroom::audit {
namespace {

const Shipper shipper{.server = "0123", .version = "1.0", .host = "vault.example"};

Trail::Entry entry(Action action, Outcome outcome = Outcome::kSuccess) {
  Event event{.id = *Uuid::parse("01a20bec-718e-7b9f-9ba7-0676f06ee74b"),
              .at = *parse_rfc3339("2026-11-24T04:59:34.670Z"),
              .action = action,
              .outcome = outcome};
  event.actor_kind = ActorKind::kRobot;
  event.actor_id = *Uuid::parse("01a20bec-2c5d-76a8-8637-06a919e2aad0");
  event.subject_id = *Uuid::parse("01a20bec-27a5-7b7d-bdca-6cfef5b1d8d2");
  event.subject_name = "night\"ly";
  event.peer = "192.0.2.7";
  event.request_id = "r1";
  return {7, to_json(event), std::string(64, 'a')};
}

boost::json::object parsed(const std::string& text) {
  const auto value = parse_json(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value ? value->as_object() : boost::json::object();
}

TEST(Shipping, KeepsTheEventAsItIsStored) {
  const Trail::Entry one = entry(Action::kTokenHandedOut);
  const std::string record = json_record(one, shipper);
  EXPECT_NE(record.find("\"event\":" + one.json), std::string::npos);
  const auto object = parsed(record);
  EXPECT_EQ(object.at("server").as_string(), "0123");
  EXPECT_EQ(object.at("sequence").as_int64(), 7);
  EXPECT_EQ(object.at("hash").as_string(), one.hash);
}

TEST(Shipping, TellsAHandOutAsApiActivity) {
  const auto object = parsed(ocsf_record(entry(Action::kTokenHandedOut), shipper));
  EXPECT_EQ(object.at("class_uid").as_int64(), 6003);
  EXPECT_EQ(object.at("category_uid").as_int64(), 6);
  EXPECT_EQ(object.at("activity_id").as_int64(), 2);
  EXPECT_EQ(object.at("type_uid").as_int64(), 600302);
  EXPECT_EQ(object.at("status_id").as_int64(), 1);
  EXPECT_EQ(object.at("time").as_int64(), 1795496374670);
  EXPECT_EQ(object.at("src_endpoint").at("ip").as_string(), "192.0.2.7");
  EXPECT_EQ(object.at("api").at("request").at("uid").as_string(), "r1");
  EXPECT_EQ(object.at("resources").as_array()[0].at("name").as_string(), "night\"ly");
  EXPECT_EQ(object.at("metadata").at("uid").as_string(), "01a20bec-718e-7b9f-9ba7-0676f06ee74b");
}

TEST(Shipping, TellsSignInsAndAccountsAsTheirOwnClasses) {
  EXPECT_EQ(parsed(ocsf_record(entry(Action::kSessionStarted), shipper)).at("type_uid").as_int64(),
            300201);
  EXPECT_EQ(parsed(ocsf_record(entry(Action::kUserCreated), shipper)).at("type_uid").as_int64(),
            300101);
  EXPECT_EQ(
      parsed(ocsf_record(entry(Action::kGroupMemberAdded), shipper)).at("type_uid").as_int64(),
      300199);
}

TEST(Shipping, ShowsHowBadItIs) {
  const auto severity = [](Action action, Outcome outcome) {
    return parsed(ocsf_record(entry(action, outcome), shipper)).at("severity_id").as_int64();
  };
  EXPECT_EQ(severity(Action::kTokenHandedOut, Outcome::kSuccess), 1);
  EXPECT_EQ(severity(Action::kLookupDenied, Outcome::kDenied), 3);
  EXPECT_EQ(severity(Action::kCanaryTouched, Outcome::kSuccess), 5);
}

TEST(Shipping, FramesSyslogByItsLength) {
  const Trail::Entry one = entry(Action::kBasicEngineDelivered);
  const std::string frame = syslog_frame(one, shipper, "{}");
  const std::size_t space = frame.find(' ');
  EXPECT_EQ(std::stoul(frame.substr(0, space)), frame.size() - space - 1);
  EXPECT_TRUE(frame.substr(space + 1).starts_with(
      "<109>1 2026-11-24T04:59:34.670Z vault.example strongroom - "
      "token.delivered_to_basic_engine_ [meta sequenceId=\"7\"] \xef\xbb\xbf{}"))
      << frame;
  EXPECT_NE(syslog_frame(entry(Action::kCanaryTouched), shipper, "{}").find("<105>1"),
            std::string::npos);
}

TEST(Shipping, LetsNothingIntoASyslogHeader) {
  const Shipper strange{.server = "s", .version = "v", .host = "a b\nc"};
  const std::string frame = syslog_frame(entry(Action::kTokenHandedOut), strange, "{}");
  EXPECT_NE(frame.find(" a_b_c strongroom"), std::string::npos);
}

}  // namespace
}  // namespace strongroom::audit
