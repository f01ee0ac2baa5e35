#pragma once
// What a backup says of itself: the first thing in it, before the parts that it lists.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"

namespace strongroom::backup {

// The version of what is in a backup. A greater one than ours is refused.
inline constexpr std::int64_t kFormat = 1;
// A manifest has at most so many bytes, a backup so many parts.
inline constexpr std::size_t kMaxManifest = 64 << 10;
inline constexpr std::size_t kMaxParts = 16;

// One file. `name` is one of kPartNames.
struct Part {
  std::string name;
  std::int64_t size = 0;
  std::string sha256 = {};  // 64 hexadecimal characters
};

// The files that a backup may hold, in their order. Nothing else is ever written by a restore, so
// no name in a backup leads anywhere else. The journal is copied first and the trail last: what
// happens meanwhile is in the later ones.
inline constexpr std::string_view kJournalPart = "journal";
inline constexpr std::string_view kStatePart = "state.db";
inline constexpr std::string_view kAuditPart = "audit.db";
inline constexpr std::string_view kRootKeyPart = "root.key";
inline constexpr std::string_view kPartNames[] = {kJournalPart,     kStatePart,      kAuditPart,
                                                  kRootKeyPart,     "tls/ca.crt",    "tls/ca.key",
                                                  "tls/server.crt", "tls/server.key"};

// How many rows a table had, for the comparison after a drill.
struct TableCount {
  std::string table;
  std::int64_t rows = 0;
};

struct Manifest {
  std::int64_t format = kFormat;
  Uuid id;                        // of this backup
  WallTime created_at{};          // when it was begun
  std::string program;            // the version that made it
  std::int64_t state_schema = 0;  // versions of the databases
  std::int64_t audit_schema = 0;
  Uuid server;                        // the first data key of the server itself
  std::int64_t state_generation = 0;  // of the row sets
  std::int64_t audit_events = 0;      // the sequence of the trail's head, and its hash
  std::string audit_head;
  std::vector<TableCount> tables;
  std::vector<Part> parts;

  const Part* find(std::string_view name) const;  // nullptr: there is none
};

std::string to_json(const Manifest& manifest);

// Errors: kCorrupt, it is none; kConflict, it is of a newer version than this program knows.
Result<Manifest> manifest_from_json(std::string_view text);

}  // namespace strongroom::backup
