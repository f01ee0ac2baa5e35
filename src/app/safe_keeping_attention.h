#pragma once
// What of keys, backups and restores somebody should look at.

#include "api/attention.h"
#include "backup/backups.h"
#include "backup/suspensions.h"
#include "base/clock.h"
#include "base/log.h"
#include "vault/restored_clients.h"
#include "vault/root_keys.h"

namespace strongroom::app {

// All parts must outlive what is made of them. What cannot be found out is logged, and not shown.

// "recovery_file_missing", until there is one of the root key of now: for who manages the server.
api::AttentionSource recovery_attention(vault::RootKeys& keys, Log& log);

// "backup_failed"; and "backup_missing", where there is none, or the newest is two intervals old:
// for who manages the server. `wanted`: also where none is configured.
api::AttentionSource backup_attention(const backup::Backups& backups, const Clock& clock,
                                      bool wanted);

// "restore_to_review", while something is suspended: for who manages the server; and
// "clients_quarantined", for who sees them.
api::AttentionSource restore_attention(backup::Suspensions& suspensions,
                                       vault::RestoredClients& clients, Log& log);

}  // namespace strongroom::app
