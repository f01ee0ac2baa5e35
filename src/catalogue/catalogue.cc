#include "catalogue/catalogue.h"

#include <algorithm>
#include <mutex>
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

Status add(Provider provider, Providers& providers) {
  if (std::ranges::find(providers, provider.id, &Provider::id) != providers.end()) {
    return Error{Code::kConflict, "There is a service provider of this id already.", provider.id};
  }
  const auto key = [](const Provider& one) { return name_key(one.name); };
  const auto at = std::ranges::upper_bound(providers, key(provider), {}, key);
  providers.insert(at, std::move(provider));
  return {};
}

Result<Providers> read_built_in() {
  Providers providers;
  providers.reserve(embedded_files().size());
  for (const EmbeddedFile& file : embedded_files()) {
    auto provider = parse_provider(file.text);
    if (!provider.has_value()) {
      return Error{Code::kInternal, "A built-in service provider file is not valid.",
                   std::string(file.name) + " " + provider.error().detail};
    }
    STRONGROOM_CHECK(add(*std::move(provider), providers));
  }
  return providers;
}

}  // namespace

struct Catalogue::Current {
  std::mutex mutex;
  std::shared_ptr<const Providers> providers;
};

Catalogue::Catalogue(Providers providers) : current_(std::make_shared<Current>()) {
  current_->providers = std::make_shared<const Providers>(std::move(providers));
}

std::shared_ptr<const Providers> Catalogue::all() const {
  const std::scoped_lock lock(current_->mutex);
  return current_->providers;
}

ProviderPtr Catalogue::find(std::string_view id) const {
  const std::shared_ptr<const Providers> providers = all();
  const auto found = std::ranges::find(*providers, id, &Provider::id);
  if (found == providers->end()) return nullptr;
  return {providers, &*found};
}

Result<Catalogue> Catalogue::built_in() {
  STRONGROOM_TRY(Providers providers, read_built_in());
  return Catalogue(std::move(providers));
}

Result<Catalogue> Catalogue::with_own_files(std::string_view directory) {
  STRONGROOM_TRY(Providers providers, read_built_in());
  STRONGROOM_TRY(const std::vector<ProviderFile> files, own_provider_files(directory));
  for (const ProviderFile& file : files) {
    auto provider = parse_provider(file.text);
    if (!provider.has_value()) {
      Error error = std::move(provider).error();
      error.detail = file.path + ":" + line_of(error, file.text) + ": " + error.detail;
      return error;
    }
    auto added = add(*std::move(provider), providers);
    if (!added.has_value()) {
      Error error = std::move(added).error();
      error.detail = file.path + ": " + error.detail;
      return error;
    }
  }
  return Catalogue(std::move(providers));
}

}  // namespace strongroom::catalogue
