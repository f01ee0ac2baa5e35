#pragma once
// The two tables that the tests of this room write to.

#include <array>

#include "storage/migrations.h"

namespace strongroom::storage {

inline const Schema& contract_schema() {
  static constexpr std::array kSteps{Migration{1, "things", R"sql(
      CREATE TABLE things (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, data BLOB, at INTEGER) STRICT;
      CREATE TABLE parts (
        id INTEGER PRIMARY KEY, thing INTEGER NOT NULL REFERENCES things (id)) STRICT;)sql"}};
  static constexpr Schema kSchema{"contract", 0x436f6e74, kSteps};
  return kSchema;
}

}  // namespace strongroom::storage
