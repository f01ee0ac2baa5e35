#pragma once
// Rows of the table issuer_metadata: what the issuer of a target system says of itself.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct IssuerMetadataRow {
  Uuid target_system_id;
  std::string accepted;                // the document that is in use
  std::optional<std::string> pending;  // one that somebody has to approve first
  WallTime read_at{};                  // when a document was last read
  WallTime tried_at{};                 // and when that was last tried
  std::string failure;                 // why it could not be read then; empty: it could
  std::string mac;                     // made and checked by vault
};

// Writes it, whether it was there or not.
Status put_issuer_metadata(Transaction& tx, const IssuerMetadataRow& row);
Status remove_issuer_metadata(Transaction& tx, const Uuid& target_system_id);

// Notes that it was tried again, where what was read changes nothing; `failure` empty: it was read.
Status note_issuer_tried(Transaction& tx, const Uuid& target_system_id, WallTime at,
                         std::string_view failure);

// The living target systems whose issuer was last tried at `tried_until` or before, or failed then
// and was tried at `failed_until` or before; those that wait longest first, at most `limit`.
Result<std::vector<Uuid>> issuers_to_read(Snapshot& snapshot, WallTime tried_until,
                                          WallTime failed_until, std::int64_t limit);

}  // namespace strongroom::storage
