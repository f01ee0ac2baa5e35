#pragma once
// What of a project goes to another server: its settings as they can be seen, and its secrets
// sealed for whoever applies them there. Tokens stay: they are of this server's sign-ins, and two
// servers that refresh with one token end it for both.

#include <memory>
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
// A credential of a target system that was sealed, for the audit trail.
struct SealedCredential {
  TargetSystemId target_system;
  ProjectId project;        // nil: the target system is of all projects
  std::string name;         // of the target system
  std::string kind;         // "consumer_secrets", "client_keys", "client_certificates",
                            // "proxy_credentials", as the export calls them
  std::string fingerprint;  // keyed, hexadecimal; of a key: of its PEM
};

class ProjectExports {
 public:
  // Both must outlive it.
  ProjectExports(Context& context, SecretIndex& secrets) : context_(context), secrets_(secrets) {}

  // Needs kExport and kView in the project, and kExtract there for secrets. It is in the audit
  // trail before it returns, with an event "secret.extracted" for each value of a secret and each
  // credential of a target system: its fingerprint is that of the value that was sealed. Left out
  // are the credentials of a target system whose destination is held or that is killed, and of one
  // of all projects, unless `actor` may export and extract everywhere; and secrets of what is
  // killed. Left out everywhere are a consumer key that a target system registered for itself, and
  // its secrets. `recipients`: none: without secrets. Errors: kInvalidArgument at /recipients, more
  // than kMaxExportRecipients; kUnavailable, it cannot be made durable; as stopped_by_a_kill(),
  // what was sealed was killed meanwhile.
  Result<ExportedProject> take(const Actor& actor, ProjectId project,
                               const std::vector<crypto::Recipient>& recipients);

 private:
  // What was sealed, as it was then.
  struct Sealed {
    std::vector<TargetSystemId> target_systems = {};
    std::vector<SealedCredential> credentials = {};  // of those
    std::vector<std::shared_ptr<const SecretEntry>> secrets = {};
  };
  Result<Sealed> seal_secrets(const Actor& actor, const std::vector<crypto::Recipient>& recipients,
                              ExportedProject& taken);
  Status seal_target_systems(const Actor& actor, const ExportedProject& taken,
                             crypto::SealedFileWriter& file, Sealed& sealed);
  Status seal_values(const ExportedProject& taken, crypto::SealedFileWriter& file, Sealed& sealed);
  Status record_values(storage::Transaction& tx, const Actor& actor, const Sealed& sealed) const;
  // Errors: as stopped_by_a_kill().
  Status check_kills(const Sealed& sealed) const;
  bool is_killed(TargetSystemId id) const;
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
