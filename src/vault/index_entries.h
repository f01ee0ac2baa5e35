#pragma once
// Rows as the entries of the look-up index.

#include <memory>
#include <vector>

#include "base/result.h"
#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/robot_input_rows.h"
#include "storage/robot_rows.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/lookup_index.h"

namespace strongroom::vault {

std::shared_ptr<const ProjectEntry> index_entry(const storage::ProjectRow& row);
std::shared_ptr<const RobotEntry> index_entry(const storage::RobotRow& row);
// Errors: kCorrupt.
Result<std::shared_ptr<const TargetSystemEntry>> index_entry(const catalogue::Catalogue& catalogue,
                                                             const storage::TargetSystemRow& row);
// The same with what it signs requests with. Errors: kCorrupt.
Result<std::shared_ptr<const TargetSystemEntry>> read_target_system_entry(
    Context& context, storage::Snapshot& snapshot, const storage::TargetSystemRow& row);
// A token that was retrieved by another process, or before a restart: what is left of its life by
// the calendar is what is left by boot time.
std::shared_ptr<const TokenEntry> index_entry(const Clock& clock, storage::TokenRow row);
AccessEntry index_entry(const storage::RobotAccessRow& row);
// One that is not believed is logged, and stays, so that its robot is not launched without it.
InputEntry index_entry(const Context& context, const storage::RobotInputRow& row);
// What a robot takes as input; null: nothing.
Result<std::shared_ptr<const InputEntries>> read_inputs(Context& context,
                                                        storage::Snapshot& snapshot, RobotId id);
// Null: no restrictions. Those that cannot be understood, because the machine lost a time zone,
// say, are logged and let nothing through.
std::shared_ptr<const KeyTerms> terms_of(Log& log, const storage::RobotKeyRow& row);
// Puts a key, or an identity, whose MAC is right. Errors: kCorrupt; nothing was put then.
Status put_key(Context& context, const storage::RobotKeyRow& row, std::int64_t counted = 0);
OldLabel index_entry(const storage::OldLabelRow& row);

// The client without what stands in other rows: target_system_held, old_labels, access, token.
// Errors: kCorrupt, the state is none.
Result<ClientEntry> bare_client_entry(const storage::OAuthClientRow& row);

// The rules of a client whose MAC is right; others are logged and give nobody anything.
Result<std::vector<AccessEntry>> read_access(Context& context, storage::Snapshot& snapshot,
                                             OAuthClientId id);

// All of a client. Errors: kCorrupt, kNotFound (its target system is not there).
Result<std::shared_ptr<ClientEntry>> read_client_entry(Context& context,
                                                       storage::Snapshot& snapshot,
                                                       const storage::OAuthClientRow& row);

// put_client(), but tokens that the index has already keep what they know of their life on both
// clocks. For on_commit tasks.
void put_client_again(LookupIndex& index, const std::shared_ptr<ClientEntry>& entry);

// Whether a target system's secrets are held (invariant 5). Errors: kCorrupt.
Result<bool> is_held(const catalogue::Catalogue& catalogue, const storage::TargetSystemRow& row,
                     std::size_t stored_secrets);

}  // namespace strongroom::vault
