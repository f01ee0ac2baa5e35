#include "app/root_key.h"

#include <filesystem>

#include "crypto/key_provider.h"

namespace strongroom::app {
namespace {

bool exists(const std::string& path) {
  std::error_code problem;
  return std::filesystem::exists(path, problem);
}

}  // namespace

Result<crypto::RootKey> find_root_key(const Config& config, const DataDirectory& directory,
                                      const std::string& credentials_directory,
                                      crypto::Random& random) {
  const bool development = config.text("profile") == "development";
  std::string path = config.text("keys.root_key_file");
  if (path.empty() && !credentials_directory.empty()) {
    // systemd guards the directory; the modes of the files in it are its business.
    return crypto::read_root_key(credentials_directory + "/root-key",
                                 crypto::KeyFileReaders::kAsGiven);
  }
  if (path.empty() && development) {
    path = directory.development_root_key();
    if (!exists(path)) {
      if (exists(directory.state_database())) {
        return Error{Code::kNotFound,
                     "The root key of this data is missing; without it nothing can be opened.",
                     path};
      }
      STRONGROOM_CHECK(crypto::make_root_key(path, random));
    }
  }
  if (path.empty()) {
    return Error{Code::kNotFound,
                 "No root key: set keys.root_key_file or give the systemd credential \"root-key\".",
                 "make one with: (umask 077; openssl rand -hex 32 > root.key)"};
  }
  if (!development && directory.contains(path)) {
    return Error{Code::kInvalidArgument,
                 "The root key lies inside the data directory, where a thief would find both.",
                 path};
  }
  return crypto::read_root_key(path);
}

std::string root_key_source(const Config& config, const std::string& credentials_directory) {
  if (!config.text("keys.root_key_file").empty()) return "file";
  return credentials_directory.empty() ? "development_file" : "systemd_credential";
}

}  // namespace strongroom::app
