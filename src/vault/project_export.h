#pragma once
// What of a project goes to another server: its settings as they can be seen, and its secrets
// sealed for whoever applies them there. Tokens stay: they are of this server's sign-ins, and two
// servers that refresh with one token end it for both.

#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/sealed_file.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/secret_types.h"
#include "vault/types.h"

namespace strongroom::vault {

class SecretIndex;
struct SecretEntry;

struct ExportedProject {
  Project project;
  // Its own, and those of all projects that its clients and secrets are of.
  std::vector<TargetSystem> target_systems;
  std::vector<OAuthClient> oauth_clients;
  std::vector<Robot> robots;
  std::vector<RobotAccess> robot_access;
  std::vector<StoredSecret> secrets;
  std::vector<SecretAccess> secret_access;
  WallTime taken_at{};
  // A sealed file (crypto::FileKind::kExport) with a JSON object in it: "target_systems", each with
  // "name", "destination" as destination_json(), and what it proves with; and "secrets", each with
  // "target_system", "label" and the "value" that robots get now. Empty: nobody is to have them.
  // Keys in security tokens stay there.
  std::string sealed_secrets;
};

// As Projects: worker threads only, same common errors.
class ProjectExports {
 public:
  // Both must outlive it.
  ProjectExports(Context& context, SecretIndex& secrets) : context_(context), secrets_(secrets) {}

  // Needs kExport and kView in the project, and kExtract for secrets. It is in the audit trail
  // before it returns, with an event for each value. Left out are secrets of a target system whose
  // destination is held or that is killed, and of one of all projects, unless `actor` may take
  // things out everywhere. `recipients`: none: without secrets.
  // Errors: kInvalidArgument at /recipients, more than kMaxRecipients.
  Result<ExportedProject> take(const Actor& actor, ProjectId project,
                               const std::vector<crypto::Recipient>& recipients);

 private:
  Result<std::string> seal_secrets(const Actor& actor, const ExportedProject& taken,
                                   const std::vector<crypto::Recipient>& recipients);

  Status record_values(storage::Transaction& tx, const Actor& actor,
                       const ExportedProject& taken) const;
  bool is_killed(const SecretEntry& entry) const;

  Context& context_;
  SecretIndex& secrets_;
};
inline constexpr std::size_t kMaxExportRecipients = 8;

// Where a target system's credentials are sent, as a JSON object: "service_provider", "grant",
// "client_authentication", "consumer_key", "endpoint_parameters", "trusted_ca_pem",
// "allowed_addresses", "proxy", "default_tenant". It stands beside the secrets, so that whoever
// changes an export on its way cannot have them sent elsewhere (invariant 5).
std::string destination_json(const TargetSystem& system);

}  // namespace strongroom::vault
