#include "vault/lookup_entries.h"

#include <algorithm>

#include "vault/path_pattern.h"

namespace strongroom::vault {

bool runs(const RobotEntry& runner, const RobotEntry& robot) {
  return runner.is_runner && !robot.is_runner && runner.project == robot.project &&
         std::ranges::any_of(runner.serves, [&](const std::string& path) {
           return path.empty() || robot.path_key == path ||
                  (robot.path_key.starts_with(path) && robot.path_key[path.size()] == '/');
         });
}

bool can_be_looked_up(const ClientEntry& client) {
  return client.state != OAuthClientState::kDraft && client.state != OAuthClientState::kDisabled;
}

std::shared_ptr<const TokenEntry> token_for(const ClientEntry& client, std::string_view resource) {
  if (resource.empty()) return client.token;
  if (!client.resource_tokens) return nullptr;
  const auto found = std::ranges::find(*client.resource_tokens, resource, &ResourceToken::resource);
  return found == client.resource_tokens->end() ? nullptr : found->token;
}

const AccessEntry* reading_rule(const RobotEntry& robot, const ClientEntry& client) {
  if (robot.project != client.project) return nullptr;
  const auto found = std::ranges::find_if(client.access, [&](const AccessEntry& rule) {
    if (!rule.is_valid) return false;
    return rule.robot ? *rule.robot == robot.id : path_fits(rule.pattern_key, robot.path_key);
  });
  return found == client.access.end() ? nullptr : &*found;
}

bool may_read(const RobotEntry& robot, const ClientEntry& client) {
  return reading_rule(robot, client) != nullptr;
}

}  // namespace strongroom::vault
