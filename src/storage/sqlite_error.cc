#include "storage/sqlite_error.h"

#include <sqlite3.h>

namespace strongroom::storage {
namespace {

std::string describe(int code, sqlite3* database) {
  std::string text = "SQLite error " + std::to_string(code) + " (" + sqlite3_errstr(code) + ")";
  if (database != nullptr && sqlite3_extended_errcode(database) == code) {
    text.append(": ").append(sqlite3_errmsg(database));
  }
  return text;
}

bool is_clash(int code) {
  return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
         code == SQLITE_CONSTRAINT_ROWID || code == SQLITE_CONSTRAINT_FOREIGNKEY ||
         code == SQLITE_CONSTRAINT_TRIGGER;
}

}  // namespace

Error sqlite_error(int code, sqlite3* database) {
  std::string detail = describe(code, database);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Error{Code::kUnavailable, "the disk is full: make room, and do it again",
                   std::move(detail)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_PERM:
    case SQLITE_INTERRUPT:
      return Error{Code::kUnavailable, "the database cannot be read or written at the moment",
                   std::move(detail)};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error{Code::kCorrupt, "the database is damaged", std::move(detail)};
    case SQLITE_CONSTRAINT:
      if (!is_clash(code)) break;
      return Error{Code::kConflict, "this clashes with something that is stored",
                   std::move(detail)};
    default:  // every other code means that the program or the machine is at fault
      break;
  }
  return Error{Code::kInternal, "the database refused a statement", std::move(detail)};
}

}  // namespace strongroom::storage
