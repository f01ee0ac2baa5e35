#pragma once
// A vault with one Basic Engine Robot that takes two tokens, and a runner that may launch it.

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/kills.h"
#include "vault/launches.h"
#include "vault/retrievals.h"
#include "vault/robot_inputs.h"
#include "vault/server_settings.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {

class LaunchWorld : public VaultWorld {
 public:
  ~LaunchWorld() override;

 protected:
  LaunchWorld();

  void SetUp() override;

  // From now on a robot may ask so often; nothing was asked for yet.
  void limit(const RateLimit& limit);
  RobotId robot_of_kind(const std::string& path, const std::string& name, RobotKind kind);
  OAuthClientId client_with_box(const std::string& label);
  void tick(OAuthClientId id, bool is_ticked);
  void change(OAuthClientId id, const OAuthClientFields& fields);
  void disable(OAuthClientId id);
  void change(RobotId id, const RobotFields& fields);
  void serve(const std::string& path);
  void become(RobotKind kind);
  static KeyRestrictions restricted(std::vector<std::string> addresses,
                                    std::optional<std::int64_t> max_uses,
                                    std::vector<OAuthClientId> clients);
  std::string take(const std::vector<NewRobotInput>& inputs,
                   const std::optional<Actor>& actor = {});
  void forbid(bool is_forbidden);
  void kill(KillScope scope, const Uuid& id);

  void put_token(OAuthClientId id, const std::string& text, bool is_bound = false);
  void use_key(const KeyRestrictions& restrictions);

  Result<Launch> ask(std::string_view robot = "old/Legacy");
  // What it is given, or what the runner is told instead.
  std::string collected(const Launch& launch);
  static std::string told(const Error& error);
  std::string launched(std::string_view robot = "old/Legacy");
  // The newest first.
  std::vector<audit::Trail::Entry> events(const std::string& action);
  std::size_t count(const std::string& action) { return events(action).size(); }
  // Also of one that was counted.
  std::string last_reason();

  ProjectId project_;
  TargetSystemId system_;
  OAuthClientId mail_;
  OAuthClientId files_;
  RobotId robot_;
  RobotId runner_;
  std::unique_ptr<NewRobotKey> key_;
  std::unique_ptr<RobotInputLists> inputs_;
  std::unique_ptr<ServerSwitches> switches_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  std::unique_ptr<Retrievals> retrievals_;
  std::unique_ptr<Lookups> lookups_;
  std::unique_ptr<Launches> launches_;
};

}  // namespace strongroom::vault
