#pragma once
// A robot with a key, one client that it may read, and the token that it asks for.

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/lookup.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {

// Has something happen once, in the middle of whatever asks for boot time next.
class InterruptingClock final : public Clock {
 public:
  explicit InterruptingClock(const FakeClock& clock) : clock_(clock) {}
  WallTime now() const override { return clock_.now(); }
  BootTime boot_now() const override {
    if (interruption) std::exchange(interruption, nullptr)();
    return clock_.boot_now();
  }
  mutable std::function<void()> interruption;

 private:
  const FakeClock& clock_;
};

class LookupWorld : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    const TargetSystem crm = system("CRM");
    system_ = crm.id;
    client_ = client(project_, crm.id, "nightly").id;
    robot_ = robot(project_, "finance", "reader").id;
    rule_ =
        rules().grant(admin_, {.oauth_client = client_, .robot = robot_, .path_pattern = {}})->id;
    auto key = robots().create_key(admin_, robot_);
    ASSERT_TRUE(key.has_value()) << answer_of(key);
    key_ = std::make_unique<NewRobotKey>(*std::move(key));
    put_token("a-token");
    lookup_context_ =
        std::make_unique<Context>(Context{*faults_, *trail_, keys_, sealer_, random_, lookup_clock_,
                                          log_, *catalogue_, index_, network_});
    retrievals_ = std::make_unique<Retrievals>(
        *lookup_context_, provider_.client(),
        Retrievals::Workers{.start = [](Task task) { return task(), true; },
                            .finish = [](Task task) { return task(), true; }},
        crypto::make_uuid(clock_.now(), random_));
    lookups_ = std::make_unique<Lookups>(*lookup_context_, *retrievals_, RateLimit{});
  }

  void put_token(const std::string& text, const std::function<void(TokenEntry&)>& change = {}) {
    auto token = std::make_shared<TokenEntry>();
    token->generation = 1;
    token->token_type = "Bearer";
    token->lifetime = Milliseconds(3'600'000);
    token->deadline = Deadline::after(clock_.now(), clock_.boot_now(), *token->lifetime);
    token->expires_at = token->deadline->wall;
    const auto sealed = sealer_.seal({.table = "oauth_clients",
                                      .row = client_.uuid,
                                      .column = "sealed_token",
                                      .scope = project_.uuid,
                                      .generation = 1},
                                     text);
    ASSERT_TRUE(sealed.has_value());
    token->sealed = *sealed;
    if (change) change(*token);
    index_.put_retrieved(client_, std::move(token));
  }

  // Another key takes the place of the one before.
  void use_key(const KeyRestrictions& restrictions) {
    ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_->info.id).has_value());
    auto key = robots().create_key(admin_, robot_, restrictions);
    ASSERT_TRUE(key.has_value()) << answer_of(key);
    key_ = std::make_unique<NewRobotKey>(*std::move(key));
  }

  LookupQuestion question(std::optional<Seconds> min_ttl = {}) const {
    return {.robot_key = key_->key.reveal(),
            .proven = {},
            .in_the_name_of = {},
            .project = "Finance",
            .target_system = "CRM",
            .label = "nightly",
            .id = {},
            .min_ttl = min_ttl,
            .resource = {},
            .peer = "127.0.0.1",
            .request_id = "r"};
  }
  Result<Handout> ask(std::optional<Seconds> min_ttl = {}) {
    std::promise<Result<Handout>> answered;
    lookups_->ask(question(min_ttl),
                  [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  // "ok" and the token in `token_`, or what the robot is told instead.
  std::string asked_and_collected() {
    const auto handout = ask();
    return handout ? collected(*handout) : answer_of(handout);
  }
  std::string collected(const Handout& handout) {
    token_.clear();
    const Status opened = lookups_->collect(handout, token_);
    return opened ? "ok" : answer_of(opened.error());
  }

  // The same for a request to a resource; "ok" and its headers, each on a line, in `token_`.
  LookupQuestion header_question() const {
    LookupQuestion asked = question();
    asked.request = std::make_shared<const RequestToAuthorize>(
        RequestToAuthorize{.method = "GET",
                           .url = "https://API.example.com/orders?page=2",
                           .host = "api.example.com",
                           .query = "page=2"});
    return asked;
  }
  Result<Handout> ask_for_header() {
    std::promise<Result<Handout>> answered;
    lookups_->ask(header_question(),
                  [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  std::string collected_headers(const Handout& handout) {
    token_.clear();
    const auto headers = lookups_->collect_headers(handout);
    if (!headers) return answer_of(headers.error());
    for (const RequestHeader& header : *headers) {
      token_.append(header.name).append(": ").append(header.letters.reveal()).append("\n");
    }
    return "ok";
  }
  // The only event of that action.
  std::string event_of(const std::string& action) {
    if (!trail_->flush()) return {};
    const auto page = trail_->list({.action = action, .limit = 10});
    return page && page->entries.size() == 1 ? page->entries.front().json : std::string();
  }

  // The trail says that the token which it called handed out was not.
  void expect_taken_back(std::string_view reason) {
    ASSERT_TRUE(trail_->flush());
    const auto page = trail_->list({.action = "lookup.denied", .limit = 10});
    ASSERT_TRUE(page && page->entries.size() == 1);
    const std::string& event = page->entries.front().json;
    for (const std::string& part :
         {"\"reason\":\"" + std::string(reason) + "\"", "\"actor_id\":\"" + robot_.text(),
          "\"subject_id\":\"" + client_.text(), std::string(R"("request_id":"r")"),
          std::string(R"("peer":"127.0.0.1")")}) {
      EXPECT_NE(event.find(part), std::string::npos) << event;
    }
  }

  ProjectId project_;
  TargetSystemId system_;
  OAuthClientId client_;
  RobotId robot_;
  RobotAccessId rule_;
  std::unique_ptr<NewRobotKey> key_;
  std::string token_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  InterruptingClock lookup_clock_{clock_};
  std::unique_ptr<Context> lookup_context_;
  std::unique_ptr<Retrievals> retrievals_;
  std::unique_ptr<Lookups> lookups_;
};

}  // namespace strongroom::vault
