#pragma once
// Who asks, where that is proven by something else than a robot key.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "crypto/digest.h"
#include "oauth/workload_token.h"
#include "vault/context.h"
#include "vault/lookup_index.h"
#include "vault/workload_keys.h"

namespace strongroom::vault {

// What a verified client certificate says, as far as identities ask.
struct ShownCertificate {
  // Of every CA between it and the one that is configured: 64 lower-case hexadecimal digits each.
  const std::vector<std::string>& ca_sha256;
  std::string_view subject;
  const std::vector<std::string>& san_uris;
  const std::vector<std::string>& san_dns;
};

// Runs on event loops and touches no database. Safe to use from any thread.
class RobotProofs {
 public:
  // Both must outlive it.
  RobotProofs(Context& context, WorkloadKeys& keys) : context_(context), keys_(keys) {}

  // What LookupQuestion::proven takes. nullopt: nobody; why is not told, and the work is the same
  // (invariant 12) but for the one fetch of an issuer's keys. Nobody too where a token fits
  // identities of several robots.
  using Proven = std::optional<crypto::Sha256Digest>;
  // Errors: kUnavailable, the issuer's keys are not there and cannot be read now, so nobody knows.
  using Ready = UniqueFunction<void(const Result<Proven>&)>;
  // What the look-up is for: identities of robots of that project go before those of other
  // projects, whose people could otherwise make them ambiguous. Where none of them fits, the others
  // count, so that nobody learns by an answer which projects there are.
  struct For {
    std::string_view project;  // by name, or empty
    std::optional<OAuthClientId> client = {};
    std::optional<ProjectId> project_id = {};  // of a secret that is asked for by its id
  };
  // Calls `ready` once: at once, or on a worker when the issuer's keys were fetched (WorkloadKeys).
  void prove_by_token(std::string_view token, const For& what, Ready ready);
  Proven prove_by_certificate(const ShownCertificate& certificate, const For& what) const;

 private:
  struct Proof;
  std::optional<ProjectId> project_of(const For& what) const;
  void go_on(std::unique_ptr<Proof> proof, bool unknown_key);
  void judge(std::unique_ptr<Proof> proof, bool unknown_key, const WorkloadKeys::Keys& keys);

  Context& context_;
  WorkloadKeys& keys_;
};

}  // namespace strongroom::vault
