#include "catalogue/provider_files.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "catalogue/embedded_files.h"

namespace strongroom::catalogue {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxOwnFiles = 1'000;

Error unreadable(const std::string& detail) {
  return Error{Code::kUnavailable, "The service provider files cannot be read.", detail};
}

Result<std::string> read_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return unreadable(path.string() + ": not a regular file");
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return unreadable(path.string() + ": " + error.message());
  if (size > kMaxProviderFileBytes) {
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

void take_entry(std::string_view text, const TakeEntry& take) {
  const auto entry = parse_json(text);
  const boost::json::object* const object = entry ? entry->if_object() : nullptr;
  const boost::json::value* const id = object == nullptr ? nullptr : object->if_contains("id");
  if (id != nullptr && id->is_string()) take(std::string_view(id->get_string()), *object);
}

}  // namespace

void for_each_entry(const OwnEntries& own, const TakeEntry& take) {
  for (const EmbeddedFile& file : embedded_files()) take_entry(file.text, take);
  for (const auto& [id, file] : own) take_entry(file.text, take);
}

Result<ProviderFile> one_provider_file(std::string_view path) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return Error{Code::kNotFound, "There is no such file.", std::string(path)};
  }
  STRONGROOM_TRY(std::string text, read_file(fs::path(path)));
  return ProviderFile{std::string(path), std::move(text)};
}

Result<std::vector<ProviderFile>> own_provider_files(std::string_view directory) {
  STRONGROOM_TRY(const std::vector<fs::path> paths, own_files(fs::path(directory)));
  std::vector<ProviderFile> files;
  files.reserve(paths.size());
  for (const fs::path& path : paths) {
    STRONGROOM_TRY(std::string text, read_file(path));
    files.push_back({path.string(), std::move(text)});
  }
  return files;
}

bool is_built_in(std::string_view id) { return built_in_text(id).has_value(); }

std::optional<std::string_view> built_in_text(std::string_view id) {
  const auto found = std::ranges::find_if(embedded_files(), [&](const EmbeddedFile& file) {
    return file.name.starts_with(id) && file.name.substr(id.size()) == ".json";
  });
  if (found == embedded_files().end()) return std::nullopt;
  return found->text;
}

}  // namespace strongroom::catalogue
