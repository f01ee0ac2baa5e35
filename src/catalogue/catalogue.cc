#include "catalogue/catalogue.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "catalogue/embedded_files.h"
#include "catalogue/provider_parser.h"

namespace strongroom::catalogue {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{64} * 1024;
constexpr std::size_t kMaxOwnFiles = 1'000;

Error unreadable(const std::string& detail) {
  return Error{Code::kUnavailable, "The service provider files cannot be read.", detail};
}

Result<std::string> read_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return unreadable(path.string() + ": not a regular file");
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return unreadable(path.string() + ": " + error.message());
  if (size > kMaxFileBytes) {
    return Error{Code::kInvalidArgument, "A service provider file is too long.", path.string()}.at(
        "");
  }
  std::ifstream in(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(size), '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in || in.gcount() != static_cast<std::streamsize>(text.size())) {
    return unreadable(path.string());
  }
  return text;
}

Result<std::vector<fs::path>> own_files(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".json") paths.push_back(it->path());
    if (paths.size() > kMaxOwnFiles) return unreadable("more than 1000 files");
  }
  if (error) return unreadable(directory.string() + ": " + error.message());
  std::ranges::sort(paths);
  return paths;
}

}  // namespace

Status Catalogue::add(Provider provider) {
  if (find(provider.id) != nullptr) {
    return Error{Code::kConflict, "There is a service provider of this id already.", provider.id};
  }
  const auto at = std::ranges::upper_bound(providers_, provider.name, {}, &Provider::name);
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
  STRONGROOM_TRY(const std::vector<fs::path> paths, own_files(fs::path(directory)));
  for (const fs::path& path : paths) {
    STRONGROOM_TRY(const std::string text, read_file(path));
    auto provider = parse_provider(text);
    if (!provider.has_value()) {
      Error error = std::move(provider).error();
      error.detail = path.string() + ": " + error.detail;
      return error;
    }
    auto added = catalogue.add(*std::move(provider));
    if (!added.has_value()) {
      Error error = std::move(added).error();
      error.detail = path.string() + ": " + error.detail;
      return error;
    }
  }
  return catalogue;
}

}  // namespace strongroom::catalogue
