#include "catalogue/catalogue.h"

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

#include "base/unicode.h"
#include "catalogue/embedded_files.h"
#include "catalogue/json_places.h"
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

// The line that its id is in.
std::string line_of_id(std::string_view text) {
  const std::size_t offset = JsonPlaces(text, kMaxFileDepth).find("/id", JsonPlaces::Part::kValue);
  return std::to_string(place_in_text(text, offset).line);
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

// What a thread wants to stay as it is, see SteadyCatalogue; of one catalogue at a time.
struct Steady {
  const void* catalogue = nullptr;
  EditionPtr edition;
};
thread_local Steady steady;

}  // namespace

struct Catalogue::Current {
  std::mutex mutex;
  EditionPtr edition;
};

Catalogue::Catalogue(EditionPtr edition) : current_(std::make_shared<Current>()) {
  current_->edition = std::move(edition);
}

EditionPtr Catalogue::edition() const {
  if (steady.catalogue == current_.get()) return steady.edition;
  const std::scoped_lock lock(current_->mutex);
  return current_->edition;
}

void Catalogue::replace(EditionPtr next) {
  const std::scoped_lock lock(current_->mutex);
  current_->edition.swap(next);
}

std::shared_ptr<const Providers> Catalogue::all() const {
  const EditionPtr now = edition();
  return {now, &now->providers};
}

ProviderPtr Catalogue::find(std::string_view id) const {
  const EditionPtr now = edition();
  const auto found = std::ranges::find(now->providers, id, &Provider::id);
  if (found == now->providers.end()) return nullptr;
  return {now, &*found};
}

Result<Catalogue> Catalogue::built_in() {
  STRONGROOM_TRY(EditionPtr edition, edition_with({}));
  return Catalogue(std::move(edition));
}

Result<Catalogue> Catalogue::with_own_files(std::string_view directory) {
  STRONGROOM_TRY(const std::vector<ProviderFile> files, own_provider_files(directory));
  STRONGROOM_TRY(EditionPtr edition, edition_with(files));
  return Catalogue(std::move(edition));
}

Result<EditionPtr> Catalogue::edition_with(const std::vector<ProviderFile>& own) {
  auto edition = std::make_shared<Edition>();
  STRONGROOM_TRY(edition->providers, read_built_in());
  for (const ProviderFile& file : own) {
    auto provider = parse_provider(file.text);
    if (!provider.has_value()) {
      Error error = std::move(provider).error();
      error.detail = file.path + ":" + line_of(error, file.text) + ": " + error.detail;
      return error;
    }
    std::string id = provider->id;
    auto added = add(*std::move(provider), edition->providers);
    if (!added.has_value()) {
      Error error = std::move(added).error();
      error.detail = file.path + ":" + line_of_id(file.text) + ": " + error.detail;
      return error;
    }
    edition->own.emplace(std::move(id), file);
  }
  return EditionPtr(std::move(edition));
}

SteadyCatalogue::SteadyCatalogue(const Catalogue& catalogue)
    : is_outer_(steady.catalogue == nullptr) {
  if (is_outer_) steady = {catalogue.current_.get(), catalogue.edition()};
}

SteadyCatalogue::~SteadyCatalogue() {
  if (is_outer_) steady = {};
}

}  // namespace strongroom::catalogue
