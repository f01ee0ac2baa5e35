#include "storage/migrations.h"

#include <array>

namespace strongroom::storage {
namespace {

// `body` is the canonical text that the hash is over. No other index: a list walks from the newest
// event backwards, and each index would cost every event more than its hash does.
constexpr std::string_view kEvents = R"sql(
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  body TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
)sql";

// Of keys whose uses are limited: how many were handed out, counted with the event of each.
constexpr std::string_view kKeyUses = R"sql(
CREATE TABLE key_uses (
  key_id BLOB PRIMARY KEY,
  uses INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// `text` is signed, see audit/checkpoint.h. `trail_start` has no row, or one: the events up to
// there were removed, and its hash is the one that the next event follows.
constexpr std::string_view kCheckpoints = R"sql(
CREATE TABLE checkpoints (
  sequence INTEGER PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;
CREATE TABLE trail_start (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  sequence INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;
)sql";

constexpr std::array kAuditMigrations{Migration{1, "the chain of events", kEvents},
                                      Migration{2, "uses of keys", kKeyUses},
                                      Migration{3, "checkpoints, a later start", kCheckpoints}};

}  // namespace

const Schema& audit_schema() {
  static constexpr Schema kSchema{"audit", 0x5372416d, kAuditMigrations};  // "SrAm"
  return kSchema;
}

}  // namespace strongroom::storage
