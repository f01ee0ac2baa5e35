#pragma once
// Rows of the tables oauth_clients and old_labels, without the tokens: those are in token_rows.h.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "storage/row_list.h"
#include "storage/store.h"
#include "storage/token_rows.h"

namespace strongroom::storage {

struct OAuthClientRow {
  Uuid id;
  Uuid project_id;
  Uuid target_system_id;
  std::string label;
  std::string label_key;
  std::string tenant;
  bool allow_basic_engine_robots = false;
  std::string owner_name;
  std::string owner_email;
  std::string state;
  std::string failure_cause;  // empty: the last retrieval did not fail
  std::optional<WallTime> failed_at;
  // Of the token, for people; written through token_rows.h only.
  std::int64_t token_generation = 0;
  std::string token_type;
  std::string token_scope;
  std::optional<WallTime> token_expires_at;
  std::optional<WallTime> token_refreshed_at;  // nullopt: there is no token
  std::string mac;                             // made and checked by vault
  RowStamps stamps;
  bool hidden = false;  // not a column: its project or target system is deleted
  // Of its target system, when it is read: what tokens are asked for with.
  std::string service_provider;
  std::string requested_scopes;  // JSON array of strings
  bool token_is_bound = false;
  std::string listed_resources;  // of its target system: JSON array of strings
  std::string grant_flow;        // of its target system
  std::string default_tenant;    // of its target system
  // What is known of whoever signed in for it; see storage/sign_in_rows.h.
  std::string expected_account;
  std::string account_issuer;
  std::string account_subject;
  std::string account_tenant;
  std::string account_name;
  std::optional<WallTime> signed_in_at;
  // Of its refresh token, without the token.
  std::optional<WallTime> refresh_issued_at;  // nullopt: there is none
  std::optional<WallTime> refresh_expires_at;
  std::optional<bool> refresh_rotates;
  bool token_is_former = false;  // of settings before; see storage/token_rows.h
  bool is_canary = false;
  std::string subject = {};  // for whom an assertion asks for tokens; empty: nobody
  std::optional<Uuid> subject_client_id = {};  // whose token is exchanged; nullopt: nobody's
  // Digest of the grant that its token was exchanged for; written through token_rows.h. Or empty.
  std::string token_subject = {};
  // What a restore left to be reviewed; see storage/restore_rows.h.
  std::optional<WallTime> quarantined_at;
  std::optional<WallTime> basic_engine_restored_at;
};

struct OldLabelRow {
  Uuid oauth_client_id;
  std::string label;
  std::string label_key;
  WallTime until{};
};

// Also one that was deleted.
Result<std::optional<OAuthClientRow>> find_oauth_client(Snapshot& snapshot, const Uuid& id);
// The one that lives and has this label in this project and target system; `except` does not count.
Result<std::optional<Uuid>> find_oauth_client_labelled(Snapshot& snapshot, const Uuid& project_id,
                                                       const Uuid& target_system_id,
                                                       std::string_view label_key,
                                                       const Uuid& except);
// A living client there, other than `except`, that answers to this old label after `now`.
Result<std::optional<OldLabelRow>> find_old_label(Snapshot& snapshot, const Uuid& project_id,
                                                  const Uuid& target_system_id,
                                                  std::string_view label_key, const Uuid& except,
                                                  WallTime now);

struct OAuthClientListRequest {
  RowListRequest list;
  std::optional<Uuid> project_id;
  std::optional<Uuid> target_system_id;
  std::string state;
  std::optional<bool> basic_engine = {};  // whether the box is ticked
  std::optional<std::int64_t> total;      // of the filtered set, if that is known
};
// Sorts by name (or label, the same), state, created_at, updated_at. Errors: kInvalidArgument at
// "sort".
Result<RowPage<OAuthClientRow>> list_oauth_clients(Snapshot& snapshot,
                                                   const OAuthClientListRequest& request);

Status insert_oauth_client(Transaction& tx, const OAuthClientRow& row);
// Writes label, tenant, project, target system, box, owner, state, canary, mac and stamps: what
// people change.
Status update_oauth_client(Transaction& tx, const OAuthClientRow& row);

Result<std::vector<OldLabelRow>> old_labels_of(Snapshot& snapshot, const Uuid& oauth_client_id);
// Replaces all old labels of a client.
Status replace_old_labels(Transaction& tx, const Uuid& oauth_client_id,
                          const std::vector<OldLabelRow>& rows);
// Answers the ids of the clients that lost one.
Result<std::vector<Uuid>> clients_with_old_labels_until(Snapshot& snapshot, WallTime moment);
Status delete_old_labels_until(Transaction& tx, WallTime moment);

Result<std::int64_t> count_rules_of_client(Snapshot& snapshot, const Uuid& id);
// All that use it or belong to it, deleted ones included: for the index.
Result<std::vector<Uuid>> oauth_clients_of_target_system(Snapshot& snapshot, const Uuid& id);
Result<std::vector<Uuid>> oauth_clients_of_project(Snapshot& snapshot, const Uuid& id);

// Those deleted at `moment` or before.
Result<std::vector<Uuid>> oauth_clients_deleted_until(Snapshot& snapshot, WallTime moment);
// Drafts that were last saved at `moment` or before.
Result<std::vector<Uuid>> drafts_unchanged_since(Snapshot& snapshot, WallTime moment);
// Destroys the row, its old labels and its rules.
Status destroy_oauth_client(Transaction& tx, const Uuid& id);

// Where rows of a table are: from `first` to `last`, with `count` of them in between, more or less.
struct RowRange {
  std::int64_t first = 1;
  std::int64_t last = 0;
  std::size_t count = 0;
};
Result<RowRange> oauth_client_range(Snapshot& snapshot);
// Calls `each` with every client in that part of the range that was not deleted itself (its project
// or target system may be) and its token, which it may take, or nullptr. What stands in other rows,
// from `hidden` on, is not read. An error of `each` ends the walk and is answered.
Status for_each_oauth_client(Snapshot& snapshot, std::int64_t first, std::int64_t last,
                             UniqueFunction<Status(const OAuthClientRow&, TokenRow*)> each);
// The same with every old label of clients that were not deleted.
Status for_each_old_label(Snapshot& snapshot, UniqueFunction<Status(const OldLabelRow&)> each);

}  // namespace strongroom::storage
