#pragma once
// What the audit trail stands on, and what is told of it.

#include "api/attention.h"
#include "app/audit_shipper.h"
#include "audit/checkpoint.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/sealer.h"
#include "vault/lookup.h"
#include "vault/lookup_index.h"

namespace strongroom::app {

// What checkpoints are signed with: a key that comes of the server's own data key, and so is the
// same as long as the tokens' fingerprints are. Errors: as Sealer::mac().
Result<audit::CheckpointKey> checkpoint_key(const crypto::Sealer& sealer);

// The canaries that were asked for lately, for whoever reads the audit trail where they are. All
// must outlive it.
api::AttentionSource canary_attention(vault::Lookups& lookups, const vault::LookupIndex& index,
                                      const Clock& clock);
// Those of before the start, out of the trail, which is read from its end to its beginning: for a
// worker. Errors: as Trail::list().
Status remember_canaries(audit::Trail& trail, vault::Lookups& lookups, const Clock& clock);

// The sinks that take nothing for a while, for whoever reads the audit trail everywhere.
api::AttentionSource sink_attention(AuditShipper& shipper, const Clock& clock);

// As whom this machine ships events.
audit::Shipper audit_shipper(const audit::CheckpointKey& key);

}  // namespace strongroom::app
