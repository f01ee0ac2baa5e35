#include "app/provider_check_command.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "base/unicode.h"
#include "catalogue/provider_files.h"
#include "cli/output.h"
#include "cli/pretty_json.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kLongestLine = 100;  // characters of a line that are shown

// A piece of a line around a column, and where that is in it.
struct Excerpt {
  std::string text;
  std::size_t column;
};

// Every character takes one column, so that a caret can stand below the one that is meant: a tab is
// a space, and what would reorder or hide others is U+FFFD.
Excerpt excerpt(std::string_view line, std::size_t column) {
  const std::size_t left_out = column > kLongestLine * 3 / 4 ? column - kLongestLine / 2 : 0;
  for (std::size_t skipped = 0; skipped < left_out && !line.empty(); ++skipped) {
    do {
      line.remove_prefix(1);
    } while (!line.empty() && (static_cast<unsigned char>(line.front()) & 0xC0U) == 0x80U);
  }
  std::string text(line);
  std::ranges::replace(text, '\t', ' ');
  text = plain_excerpt(text, kLongestLine);
  if (left_out == 0) return {std::move(text), column};
  return {"…" + text, column - left_out + 1};
}

Result<std::vector<catalogue::ProviderFile>> read_files(const std::vector<std::string>& paths) {
  std::vector<catalogue::ProviderFile> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      STRONGROOM_TRY(auto inside, catalogue::own_provider_files(path));
      std::ranges::move(inside, std::back_inserter(files));
    } else {
      STRONGROOM_TRY(auto file, catalogue::one_provider_file(path));
      files.push_back(std::move(file));
    }
  }
  return files;
}

boost::json::value as_json(const std::string& path, const catalogue::FileProblem& problem) {
  return {{"file", path},
          {"line", problem.line},
          {"column", problem.column},
          {"pointer", problem.pointer},
          {"message", problem.message.view()},
          {"hint", problem.hint}};
}

}  // namespace

std::string problem_text(const std::string& path, const catalogue::FileProblem& problem) {
  const std::string line = std::to_string(problem.line);
  std::string text = cli::harmless(path) + ":" + line + ":" + std::to_string(problem.column) + ": ";
  if (!problem.pointer.empty()) text += plain_excerpt(problem.pointer, kLongestLine) + ": ";
  text.append(problem.message.view());
  const Excerpt shown = excerpt(problem.line_text, problem.column);
  text += "\n  " + line + " | " + shown.text + "\n";
  const std::string margin = "  " + std::string(line.size(), ' ') + " | ";
  text += margin + std::string(shown.column - 1, ' ') + "^\n";
  if (!problem.hint.empty()) text += margin + plain_excerpt(problem.hint, 1'000) + "\n";
  return text;
}

Status check_own_provider_files(const std::string& directory) {
  if (directory.empty()) return {};
  STRONGROOM_TRY(const auto files, catalogue::own_provider_files(directory));
  const auto reports = catalogue::check_provider_files(files, false);
  bool is_sound = true;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    for (const catalogue::FileProblem& problem : reports[i].problems) {
      is_sound = false;
      std::cerr << problem_text(files[i].path, problem);
    }
  }
  if (is_sound) return {};
  return Error{Code::kInvalidArgument, "A service provider file is not valid.", directory};
}

int check_provider_files(const cli::ProviderCheckArguments& arguments) {
  const auto files = read_files(arguments.files);
  if (!files) return static_cast<int>(cli::report_error(files.error()));
  const auto reports = catalogue::check_provider_files(*files, arguments.built_in);
  boost::json::array problems;
  std::size_t valid = 0;
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const std::string& path = (*files)[i].path;
    valid += reports[i].problems.empty() ? 1 : 0;
    for (const catalogue::FileProblem& problem : reports[i].problems) {
      problems.push_back(as_json(path, problem));
      if (!arguments.as_json) std::cout << problem_text(path, problem);
    }
    if (reports[i].has_more_to_check && !arguments.as_json) {
      std::cout << cli::harmless(path)
                << ": what its members say together is checked once these are mended.\n";
    }
  }
  if (arguments.as_json) {
    std::cout << cli::pretty(problems);
  } else {
    std::cout << valid << " of " << reports.size()
              << (reports.size() == 1 ? " file is valid.\n" : " files are valid.\n");
  }
  const bool all = valid == reports.size();
  return static_cast<int>(all ? cli::ExitCode::kDone : cli::ExitCode::kError);
}

}  // namespace strongroom::app
