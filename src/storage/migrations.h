#pragma once
// Numbered steps from an empty database to today's.

#include <cstdint>
#include <span>
#include <string_view>

namespace strongroom::storage {

struct Migration {
  int number;             // 1, 2, 3 ... without gaps; never changed once released
  std::string_view name;  // "projects, target systems, clients, robots"
  std::string_view sql;   // statements separated by ';'
};

// What one database file holds.
struct Schema {
  std::string_view name;         // "state", "audit"
  std::uint32_t application_id;  // SQLite's PRAGMA application_id: refuses foreign databases
  std::span<const Migration> migrations;
};

const Schema& state_schema();
const Schema& audit_schema();

}  // namespace strongroom::storage
