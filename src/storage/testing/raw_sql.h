#pragma once
// SQL behind the program's back: how a test plays the one who edits the database by hand.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace strongroom::storage {

// Runs the statements of `sql` on the database at `path`, made if it is not there. Fails the
// running test on an error.
void run_raw_sql(const std::string& path, std::string_view sql);
// The first column of each row, as text.
std::vector<std::string> raw_rows(const std::string& path, std::string_view sql);

}  // namespace strongroom::storage
