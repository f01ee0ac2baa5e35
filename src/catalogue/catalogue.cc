#include "catalogue/catalogue.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/unicode.h"
#include "catalogue/embedded_files.h"
#include "catalogue/provider_check.h"
#include "catalogue/provider_files.h"
#include "catalogue/provider_parser.h"

namespace strongroom::catalogue {
namespace {

// The line of the problem that `error` is about, for whoever reads the log with an editor.
std::string line_of(const Error& error, std::string_view text) {
  const ErrorValue* const field = error.find("field");
  const std::string pointer = field == nullptr ? "" : std::get<FieldPointer>(*field).text;
  const FileReport report = check_provider_text(text);
  const auto same = std::ranges::find(report.problems, pointer, &FileProblem::pointer);
  return std::to_string(same == report.problems.end() ? 1 : same->line);
}

}  // namespace

Status Catalogue::add(Provider provider) {
  if (find(provider.id) != nullptr) {
    return Error{Code::kConflict, "There is a service provider of this id already.", provider.id};
  }
  const auto key = [](const Provider& one) { return name_key(one.name); };
  const auto at = std::ranges::upper_bound(providers_, key(provider), {}, key);
  providers_.insert(at, std::move(provider));
  return {};
}

const Provider* Catalogue::find(std::string_view id) const {
  const auto found = std::ranges::find(providers_, id, &Provider::id);
  return found == providers_.end() ? nullptr : &*found;
}

Result<Catalogue> Catalogue::built_in() {
  Catalogue catalogue;
  for (const EmbeddedFile& file : embedded_files()) {
    auto provider = parse_provider(file.text);
    if (!provider.has_value()) {
      return Error{Code::kInternal, "A built-in service provider file is not valid.",
                   std::string(file.name) + " " + provider.error().detail};
    }
    STRONGROOM_CHECK(catalogue.add(*std::move(provider)));
  }
  return catalogue;
}

Result<Catalogue> Catalogue::with_own_files(std::string_view directory) {
  STRONGROOM_TRY(Catalogue catalogue, built_in());
  STRONGROOM_TRY(const std::vector<ProviderFile> files, own_provider_files(directory));
  for (const ProviderFile& file : files) {
    auto provider = parse_provider(file.text);
    if (!provider.has_value()) {
      Error error = std::move(provider).error();
      error.detail = file.path + ":" + line_of(error, file.text) + ": " + error.detail;
      return error;
    }
    auto added = catalogue.add(*std::move(provider));
    if (!added.has_value()) {
      Error error = std::move(added).error();
      error.detail = file.path + ": " + error.detail;
      return error;
    }
  }
  return catalogue;
}

}  // namespace strongroom::catalogue
