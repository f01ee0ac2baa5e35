#pragma once
// Says of a provider file everything that is wrong with it, and where: for who writes one.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"
#include "catalogue/provider_files.h"

namespace strongroom::catalogue {

// One thing that is wrong with a file.
struct FileProblem {
  std::size_t line = 1;  // both from 1; the column in characters
  std::size_t column = 1;
  std::string pointer = {};  // JSON pointer; empty: the whole file
  LiteralText message = "";
  std::string hint = {};       // what would be right, in our own words; or empty
  std::string line_text = {};  // that line of the file: a stranger's, so with care to a terminal
};

struct FileReport {
  std::optional<Provider> provider = {};   // there if nothing is wrong
  std::vector<FileProblem> problems = {};  // by line
  bool has_more_to_check = false;          // once these are mended
};

// Reads the text of one file by the rules of parse_provider(). A pure function.
FileReport check_provider_text(std::string_view text);

// The same for a text that is to be the entry `id` of one's own.
FileReport check_own_provider_text(std::string_view text, std::string_view id);

// What is wrong with `files` together, one report each, in their order: also an id that two of
// them have, or a built-in entry. `may_be_built_in`: they are those of the program itself, so that
// a file may have the id of the entry that it becomes.
std::vector<FileReport> check_provider_files(const std::vector<ProviderFile>& files,
                                             bool may_be_built_in);

}  // namespace strongroom::catalogue
