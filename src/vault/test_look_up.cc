#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/robot_rows.h"
#include "vault/authorization_header.h"
#include "vault/lookup_index.h"
#include "vault/robot_access.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

LookUpOutlook refused(std::string_view reason, LiteralText message) {
  return {.allowed = false, .reason = reason, .message = message, .left = {}, .scopes = {}};
}

// No token lives, so a look-up would have one retrieved first: whether it comes, nobody knows yet.
LookUpOutlook without_token(const ClientEntry& client) {
  if (client.state == OAuthClientState::kNeedsSignIn) {
    return refused("needs_sign_in", "Somebody has to sign in for this client first.");
  }
  if (client.target_system_held) {
    return refused("destination_held",
                   "Nothing is sent to the token endpoint of its target system until somebody "
                   "approves it.");
  }
  if (client.state == OAuthClientState::kFailing) {
    return refused("no_token",
                   "No token lives, and the last retrieval failed. A look-up would try again.");
  }
  return refused("no_token", "No token lives now. A look-up would have one retrieved first.");
}

// Those questions of a look-up that come before the token itself.
std::optional<LookUpOutlook> denied(const RobotEntry& robot, const ClientEntry& client) {
  if (client.state == OAuthClientState::kDisabled) {
    return refused("client_disabled",
                   "The client is disabled: to robots it is as if it were not there.");
  }
  if (client.state == OAuthClientState::kDraft) {
    return refused("client_draft",
                   "The client is not finished: to robots it is as if it were not there.");
  }
  if (may_read(robot, client)) return std::nullopt;
  if (robot.project != client.project) {
    return refused("other_project",
                   "The robot belongs to another project, and no rule reaches across projects.");
  }
  const bool is_invalid = std::ranges::any_of(client.access, [&](const AccessEntry& rule) {
    return !rule.is_valid && (!rule.robot || *rule.robot == robot.id);
  });
  if (is_invalid) {
    return refused("access_invalid",
                   "A rule that may let it in is invalid since something was changed; somebody "
                   "has to update it to the latest.");
  }
  return refused("no_access", "No rule of robot access lets this robot read this client.");
}

LookUpOutlook outlook_of(const Clock& clock, const RobotEntry& robot, const ClientEntry& client) {
  if (auto no = denied(robot, client)) return *std::move(no);
  const auto& token = client.token;
  if (!token) return without_token(client);
  if (needs_key(*token)) {
    return refused("token_is_bound",
                   "The token works only together with a key that stays here: a look-up does not "
                   "hand it out, but the robot can ask for the authorization header of a request.");
  }
  if (token->is_bound) {
    return refused("token_is_bound",
                   "The token works only together with a key or certificate that stays here, so "
                   "it is not handed out.");
  }
  LookUpOutlook outlook{.allowed = true,
                        .reason = {},
                        .message = "The robot would be given the token.",
                        .left = {},
                        .scopes = words_of(token->scope)};
  if (!token->deadline) return outlook;
  const Milliseconds left = token->deadline->left(clock.now(), clock.boot_now());
  if (left <= Milliseconds{0}) return without_token(client);
  outlook.left = std::chrono::floor<Seconds>(left);
  return outlook;
}

Result<bool> has_living_key(storage::Store& store, RobotId robot) {
  return storage::read<bool>(store, [&](storage::Snapshot& snapshot) -> Result<bool> {
    STRONGROOM_TRY(const auto keys, storage::robot_keys_of(snapshot, robot.uuid));
    return std::ranges::any_of(keys, [](const auto& key) { return !key.revoked_at; });
  });
}

}  // namespace

Result<LookUpOutlook> RobotAccessRules::test_look_up(const Actor& actor, OAuthClientId client,
                                                     RobotId robot) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  const auto found = context_.index.find(client);
  if (!found.client) return no_such_thing();
  STRONGROOM_CHECK(actor.need(Permission::kView, found.client->project.uuid));
  const auto asking = context_.index.find(robot);
  if (!asking || !actor.need(Permission::kView, asking->project.uuid)) {
    return Error{Code::kInvalidArgument, "There is no such robot."}.at("/robot");
  }
  if (context_.index.kill_of(*asking) || found.killed_by) {
    return refused("killed", "A kill switch stops the robot or the client until it is lifted.");
  }
  STRONGROOM_TRY(const bool has_key, has_living_key(context_.store, robot));
  if (!has_key) {
    return refused("no_key", "The robot has no key that lives, so it cannot ask at all.");
  }
  return outlook_of(context_.clock, *asking, *found.client);
}

}  // namespace strongroom::vault
