#include "catalogue/provider_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "catalogue/embedded_files.h"
#include "catalogue/json_places.h"
#include "catalogue/provider_parser.h"

namespace strongroom::catalogue {
namespace {

FileProblem problem_at(std::string_view text, std::size_t offset, std::string pointer,
                       LiteralText message, std::string hint) {
  const TextPlace place = place_in_text(text, offset);
  return {.line = place.line,
          .column = place.column,
          .pointer = std::move(pointer),
          .message = message,
          .hint = std::move(hint),
          .line_text = std::string(place.line_text)};
}

// What a text that is no JSON says of itself.
FileProblem no_json(std::string_view text, const JsonPlaces& places, const Error& error) {
  const ErrorValue* const field = error.find("field");
  std::string pointer = field == nullptr ? "" : std::get<FieldPointer>(*field).text;
  if (!pointer.empty()) {
    const std::size_t twice = places.find(pointer, JsonPlaces::Part::kName);
    return problem_at(text, twice, std::move(pointer), error.message,
                      "Leave one of the two members out.");
  }
  const std::size_t offset = places.broken_at().value_or(0);
  std::string hint = offset == text.size()
                         ? "The text ends before the object does."
                         : "Often a comma or a quote is missing or too many right before this.";
  return problem_at(text, offset, "", error.message, std::move(hint));
}

// With the id of a file.
FileProblem problem_of_id(std::string_view text, LiteralText message, std::string hint) {
  const JsonPlaces places(text, kMaxFileDepth);
  return problem_at(text, places.find("/id", JsonPlaces::Part::kValue), "/id", message,
                    std::move(hint));
}

std::set<std::string, std::less<>> built_in_ids() {
  std::set<std::string, std::less<>> ids;
  const auto note = [&](std::string_view id, const auto&) { ids.emplace(id); };
  for_each_entry({}, note);
  return ids;
}

}  // namespace

FileReport check_provider_text(std::string_view text) {
  FileReport report;
  ProviderReading reading = read_provider_file(text);
  const JsonPlaces places(text, kMaxFileDepth);
  if (reading.no_json) {
    report.problems.push_back(no_json(text, places, *reading.no_json));
    report.has_more_to_check = true;
    return report;
  }
  report.has_more_to_check = reading.has_more_to_check;
  report.problems.reserve(reading.problems.size());
  for (Problem& problem : reading.problems) {
    const auto part = problem.is_beside ? JsonPlaces::Part::kName : JsonPlaces::Part::kValue;
    const std::size_t offset = places.find(problem.pointer, part);
    report.problems.push_back(problem_at(text, offset, std::move(problem.pointer), problem.message,
                                         std::move(problem.hint)));
  }
  std::ranges::stable_sort(report.problems, {}, [](const FileProblem& problem) {
    return std::pair(problem.line, problem.column);
  });
  report.provider = std::move(reading.provider);
  return report;
}

FileReport check_own_provider_text(std::string_view text, std::string_view id) {
  FileReport report = check_provider_text(text);
  if (!report.provider || report.provider->id == id) return report;
  report.problems.push_back(problem_of_id(text, "The entry has another id than the one asked for.",
                                          "Ids never change; for another id add another entry."));
  report.provider.reset();
  return report;
}

std::vector<FileReport> check_provider_files(const std::vector<ProviderFile>& files,
                                             bool may_be_built_in) {
  const std::set<std::string, std::less<>> built_in = built_in_ids();
  std::map<std::string, std::string> seen;  // id to the file that has it
  std::vector<FileReport> reports;
  reports.reserve(files.size());
  for (const ProviderFile& file : files) {
    FileReport& report = reports.emplace_back(check_provider_text(file.text));
    if (!report.provider) continue;
    const std::string& id = report.provider->id;
    if (built_in.contains(id) && !may_be_built_in) {
      report.problems.push_back(
          problem_of_id(file.text, "A built-in entry has this id, and no file replaces one.",
                        "Choose another id; with one of your own both can be used."));
    }
    const auto [first, is_new] = seen.emplace(id, file.path);
    if (!is_new) {
      report.problems.push_back(problem_of_id(file.text, "Another file has this id.",
                                              "It is also in " + first->second + "."));
    }
  }
  return reports;
}

}  // namespace strongroom::catalogue
