#pragma once
// What the vault's classes stand on. app/server_parts.cc builds it once; everything in it outlives
// them.

#include <memory>

#include "audit/trail.h"
#include "base/clock.h"
#include "base/log.h"
#include "catalogue/catalogue.h"
#include "crypto/key_ring.h"
#include "crypto/pkcs11.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "oauth/outgoing_policy.h"
#include "storage/store.h"

namespace strongroom::vault {

class IssuerKeys;
class Journal;
class LookupIndex;
class ProviderGates;
class RefreshPlan;
class TargetSystemFaults;

struct Context {
  storage::Store& store;
  audit::Trail& trail;
  crypto::KeyRing& keys;
  crypto::Sealer& sealer;
  crypto::Random& random;
  const Clock& clock;
  Log& log;
  const catalogue::Catalogue& catalogue;
  LookupIndex& index;
  const oauth::Network& network;
  // What keys in a security token sign with; nullptr: the server was started without one.
  std::shared_ptr<crypto::Pkcs11> tokens = nullptr;
  // Where answers are kept that may carry refresh tokens; nullptr: nothing is asked that has such.
  Journal* journal = nullptr;
  // What ID tokens that come with refreshes are checked with; nullptr: none comes.
  IssuerKeys* issuer_keys = nullptr;
  // What token requests wait for before they are prepared; nullptr: nobody waits.
  ProviderGates* gates = nullptr;
  // Whose credentials are refused; nullptr: that is remembered of each client alone.
  TargetSystemFaults* faults = nullptr;
  // What tokens are renewed ahead of their end by; nullptr: none is.
  RefreshPlan* refresh_plan = nullptr;
};

// Refuses with kUnavailable, problem "audit_unavailable", while the audit trail cannot be written:
// asked before every change that gives a right. Changes that only take rights away do not ask.
Status need_writable_audit(const Context& context);

}  // namespace strongroom::vault
