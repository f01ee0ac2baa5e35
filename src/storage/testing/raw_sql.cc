#include "storage/testing/raw_sql.h"

#include <memory>

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace strongroom::storage {
namespace {

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};

int add_first_column(void* rows, int /*columns*/, char** values, char** /*names*/) {
  static_cast<std::vector<std::string>*>(rows)->emplace_back(values[0] == nullptr ? "" : values[0]);
  return 0;
}

}  // namespace

std::vector<std::string> raw_rows(const std::string& path, std::string_view sql) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(path.c_str(), &opened);
  const std::unique_ptr<sqlite3, Closer> database(opened);
  std::vector<std::string> rows;
  EXPECT_EQ(code, SQLITE_OK) << path;
  sqlite3_busy_timeout(opened, 5000);
  EXPECT_EQ(sqlite3_exec(opened, std::string(sql).c_str(), add_first_column, &rows, nullptr),
            SQLITE_OK)
      << sqlite3_errmsg(opened);
  return rows;
}

void run_raw_sql(const std::string& path, std::string_view sql) { raw_rows(path, sql); }

}  // namespace strongroom::storage
