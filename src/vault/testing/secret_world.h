#pragma once
// A vault with one secret, and a robot that may read it.

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "crypto/bearer_key.h"
#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/retrievals.h"
#include "vault/secret_access.h"
#include "vault/secret_entries.h"
#include "vault/secret_lookup.h"
#include "vault/secrets.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {

class SecretWorld : public VaultWorld {
 public:
  ~SecretWorld() override;

 protected:
  SecretWorld();

  void SetUp() override;

  SecretFields fields(const std::string& label, const std::string& value,
                      SecretKind kind = SecretKind::kPassword) const;
  StoredSecret secret(const std::string& label, const std::string& value);
  Result<StoredSecret> add(const std::string& value, bool make_current = false);

  SecretQuestion question(std::string_view label = "batch user") const;
  Result<SecretHandout> ask(const SecretQuestion& question, SecretLookups& lookups);
  // The value, a slash and the next one where there is one; or as answer_of().
  static std::string letters(const Result<OpenedSecret>& opened);
  std::string look_up(const SecretQuestion& question, SecretLookups& lookups);
  std::string look_up() { return look_up(question(), *lookups_); }
  // What the robot would get if the server started now.
  std::string look_up_after_restart();

  Secrets secrets_of() { return Secrets(*context_, secret_index_); }
  SecretAccessRules access() { return SecretAccessRules(*context_, secret_index_); }

  SecretIndex& secret_index_ = index_.secrets();
  ProjectId project_;
  TargetSystemId system_;
  RobotId robot_;
  SecretId secret_;
  RobotAccessId rule_;
  std::unique_ptr<NewRobotKey> key_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  std::unique_ptr<Retrievals> retrievals_;
  std::unique_ptr<Lookups> tokens_;
  std::unique_ptr<SecretLookups> lookups_;
};

}  // namespace strongroom::vault
