#include "app/root_key.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "app/passphrase.h"
#include "app/security_token.h"
#include "app/small_sealed_file.h"
#include "app/vault_keys.h"
#include "crypto/key_provider.h"
#include "crypto/pkcs11_wrap.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kKeyBytes = 32;

bool exists(const std::string& path) {
  std::error_code problem;
  return std::filesystem::exists(path, problem);
}

std::string envelope(const DataDirectory& directory, RootKeySource source) {
  return directory.path() +
         (source == RootKeySource::kPkcs11 ? "/root-key.token" : "/root-key.passphrase");
}
std::string next(const std::string& path) { return path + ".next"; }

Result<crypto::RootKey> read_from_file(const Config& config, const DataDirectory& directory) {
  const std::string& path = config.text("keys.root_key_file");
  if (path.empty()) {
    return Error{Code::kNotFound,
                 "No root key: set keys.root_key_file or give the systemd credential \"root-key\".",
                 "make one with: (umask 077; openssl rand -hex 32 > root.key)"};
  }
  if (config.text("profile") != "development" && directory.contains(path)) {
    return Error{Code::kInvalidArgument,
                 "The root key lies inside the data directory, where a thief would find both.",
                 path};
  }
  return crypto::read_root_key(path);
}

Status refuse_where_data_is(const DataDirectory& directory, const std::string& path) {
  if (!exists(directory.state_database())) return {};
  return Error{Code::kNotFound,
               "The root key of this data is missing; without it nothing can be opened.", path};
}

Result<crypto::RootKey> read_for_development(const DataDirectory& directory,
                                             crypto::Random& random) {
  const std::string path = directory.development_root_key();
  if (!exists(path)) {
    STRONGROOM_CHECK(refuse_where_data_is(directory, path));
    STRONGROOM_CHECK(crypto::make_root_key(path, random));
  }
  return crypto::read_root_key(path);
}

crypto::RootKey make_root(crypto::Random& random) {
  std::array<std::byte, kKeyBytes> bytes;
  random.fill(bytes);
  crypto::RootKey root({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  wipe(bytes);
  return root;
}

Result<crypto::RootKey> root_from(const SecretBytes& bytes) {
  if (bytes.view().size() == kKeyBytes) return crypto::RootKey(bytes.view());
  return Error{Code::kCorrupt, "What was kept of the root key is damaged."};
}

// How the root key is kept in the data directory: `seal` writes a new file, `open` reads one.
struct Envelope {
  std::string path;
  std::function<Status(const std::string&, const crypto::RootKey&)> seal;
  std::function<Result<crypto::RootKey>(const std::string&)> open;
};

// The next one first. One that does not open by the passphrase of now is not meant by it.
Result<std::vector<FoundRootKey>> open_envelope(const Envelope& kept,
                                                const DataDirectory& directory,
                                                crypto::Random& random) {
  std::vector<FoundRootKey> found;
  if (exists(next(kept.path))) {
    auto root = kept.open(next(kept.path));
    if (root) {
      found.push_back({*std::move(root), next(kept.path), kept.path});
    } else if (!exists(kept.path)) {
      return std::move(root).error();
    }
  }
  if (!found.empty() && !exists(kept.path)) return found;
  if (!exists(kept.path)) {
    STRONGROOM_CHECK(refuse_where_data_is(directory, kept.path));
    STRONGROOM_CHECK(kept.seal(kept.path, make_root(random)));
  }
  auto root = kept.open(kept.path);
  if (root) {
    found.push_back({*std::move(root)});
  } else if (found.empty()) {
    return std::move(root).error();
  }
  return found;
}

Status seal_with_passphrase(const std::string& path, const crypto::RootKey& root,
                            const crypto::FilePassphrase& passphrase, crypto::Random& random) {
  return write_small_sealed_file(path, crypto::FileKind::kRootKey, {.passphrase = &passphrase},
                                 random, root.reveal());
}

Result<std::vector<FoundRootKey>> find_under_passphrase(const Config& config,
                                                        const DataDirectory& directory,
                                                        const std::string& credentials,
                                                        crypto::Random& random) {
  const std::string path = envelope(directory, RootKeySource::kPassphrase);
  const bool is_new = !exists(path) && !exists(next(path));
  STRONGROOM_TRY(const crypto::FilePassphrase passphrase,
                 find_passphrase(config.text("keys.passphrase_file"), credentials, is_new));
  return open_envelope({path,
                        [&](const std::string& file, const crypto::RootKey& root) {
                          return seal_with_passphrase(file, root, passphrase, random);
                        },
                        [&](const std::string& file) -> Result<crypto::RootKey> {
                          STRONGROOM_TRY(const SecretBytes bytes,
                                         read_small_sealed_file(file, crypto::FileKind::kRootKey,
                                                                {.passphrase = &passphrase}));
                          return root_from(bytes);
                        }},
                       directory, random);
}

Result<std::string> read_bytes(const std::string& path) {
  constexpr std::size_t kMost = 4096;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  std::string bytes(kMost, '\0');
  bytes.resize(file ? std::fread(bytes.data(), 1, bytes.size(), file.get()) : 0);
  if (!bytes.empty()) return bytes;
  return Error{Code::kUnavailable, "What was kept of the root key cannot be read.", path};
}

Status seal_by_token(const crypto::WrappingKey& key, const std::string& path,
                     const crypto::RootKey& root, crypto::Random& random) {
  STRONGROOM_TRY(const std::string wrapped, crypto::wrap_by_token(key, random, root.reveal()));
  return write_whole_file(path, wrapped);
}

Status check_token_key(const Config& config) {
  STRONGROOM_CHECK(check_security_token(config));
  if (!config.text("pkcs11.module").empty() && !config.text("keys.pkcs11_key").empty()) return {};
  return Error{Code::kInvalidArgument,
               "A root key in a security token needs pkcs11.module, pkcs11.token and "
               "keys.pkcs11_key."};
}

crypto::WrappingKey wrapping_key(const Config& config, const crypto::TokenPin& pin) {
  return {config.text("pkcs11.module"), config.text("pkcs11.token"), config.text("keys.pkcs11_key"),
          pin};
}

Result<std::vector<FoundRootKey>> find_in_token(const Config& config,
                                                const DataDirectory& directory,
                                                const std::string& credentials,
                                                crypto::Random& random) {
  STRONGROOM_CHECK(check_token_key(config));
  STRONGROOM_TRY(const crypto::TokenPin pin, find_pin(config, credentials));
  const crypto::WrappingKey key = wrapping_key(config, pin);
  return open_envelope({envelope(directory, RootKeySource::kPkcs11),
                        [&](const std::string& file, const crypto::RootKey& root) {
                          return seal_by_token(key, file, root, random);
                        },
                        [&](const std::string& file) -> Result<crypto::RootKey> {
                          STRONGROOM_TRY(const std::string wrapped, read_bytes(file));
                          STRONGROOM_TRY(const SecretBytes bytes,
                                         crypto::unwrap_by_token(key, wrapped));
                          return root_from(bytes);
                        }},
                       directory, random);
}

std::vector<FoundRootKey> only(crypto::RootKey root) {
  std::vector<FoundRootKey> found;
  found.push_back({std::move(root)});
  return found;
}

}  // namespace

std::string_view to_text(RootKeySource source) {
  switch (source) {
    case RootKeySource::kFile:
      return "file";
    case RootKeySource::kSystemdCredential:
      return "systemd_credential";
    case RootKeySource::kDevelopmentFile:
      return "development_file";
    case RootKeySource::kPassphrase:
      return "passphrase";
    case RootKeySource::kPkcs11:
      return "pkcs11";
  }
  return "";
}

RootKeySource root_key_source(const Config& config, const std::string& credentials_directory) {
  const std::string& named = config.text("keys.source");
  if (named == "file") return RootKeySource::kFile;
  if (named == "credential") return RootKeySource::kSystemdCredential;
  if (named == "passphrase") return RootKeySource::kPassphrase;
  if (named == "pkcs11") return RootKeySource::kPkcs11;
  if (!config.text("keys.root_key_file").empty()) return RootKeySource::kFile;
  if (!credentials_directory.empty()) return RootKeySource::kSystemdCredential;
  const bool development = config.text("profile") == "development";
  return development ? RootKeySource::kDevelopmentFile : RootKeySource::kFile;
}

Result<std::vector<FoundRootKey>> find_root_keys(const Config& config,
                                                 const DataDirectory& directory,
                                                 const std::string& credentials_directory,
                                                 crypto::Random& random) {
  switch (root_key_source(config, credentials_directory)) {
    case RootKeySource::kFile: {
      STRONGROOM_TRY(crypto::RootKey root, read_from_file(config, directory));
      return only(std::move(root));
    }
    case RootKeySource::kSystemdCredential: {
      // systemd guards the directory; the modes of the files in it are its business.
      STRONGROOM_TRY(crypto::RootKey root,
                     crypto::read_root_key(credentials_directory + "/root-key",
                                           crypto::KeyFileReaders::kAsGiven));
      return only(std::move(root));
    }
    case RootKeySource::kDevelopmentFile: {
      STRONGROOM_TRY(crypto::RootKey root, read_for_development(directory, random));
      return only(std::move(root));
    }
    case RootKeySource::kPassphrase:
      return find_under_passphrase(config, directory, credentials_directory, random);
    case RootKeySource::kPkcs11:
      return find_in_token(config, directory, credentials_directory, random);
  }
  return Error{Code::kInternal, "There is no such source of root keys."};
}

Result<std::unique_ptr<crypto::KeyRing>> open_keys(storage::Store& store,
                                                   std::vector<FoundRootKey> found,
                                                   const Clock& clock, crypto::Random& random,
                                                   Log& log) {
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto keys = std::make_unique<crypto::KeyRing>(found[i].root.clone(), random);
    const Status loaded = load_keys(store, *keys, clock, random, log);
    const bool is_last = i + 1 == found.size();
    if (!loaded && (is_last || loaded.error().code != Code::kCorrupt)) return loaded.error();
    if (!loaded) continue;
    STRONGROOM_CHECK(settle_root_key(found[i]));
    return keys;
  }
  return Error{Code::kInternal, "There is no root key to open the data with."};
}

Status keep_next_under_passphrase(const DataDirectory& directory, const crypto::RootKey& root,
                                  const std::string& passphrase_file, crypto::Random& random) {
  STRONGROOM_TRY(const crypto::FilePassphrase passphrase, read_file_passphrase(passphrase_file));
  const std::string path = next(envelope(directory, RootKeySource::kPassphrase));
  unlink(path.c_str());
  return seal_with_passphrase(path, root, passphrase, random);
}

Status keep_next_in_token(const Config& config, const DataDirectory& directory,
                          const std::string& credentials_directory, const crypto::RootKey& root,
                          crypto::Random& random) {
  STRONGROOM_CHECK(check_token_key(config));
  STRONGROOM_TRY(const crypto::TokenPin pin, find_pin(config, credentials_directory));
  const std::string path = next(envelope(directory, RootKeySource::kPkcs11));
  unlink(path.c_str());
  return seal_by_token(wrapping_key(config, pin), path, root, random);
}

Status settle_root_key(const FoundRootKey& found) {
  if (found.lies_at.empty()) return {};
  if (std::rename(found.lies_at.c_str(), found.belongs_at.c_str()) != 0) {
    return Error{Code::kUnavailable, "The next root key could not be put into its place.",
                 found.belongs_at + ": " + std::generic_category().message(errno)};
  }
  const std::string directory = std::filesystem::path(found.belongs_at).parent_path().string();
  const int opened = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = opened >= 0 && fsync(opened) == 0;
  if (opened >= 0) close(opened);
  if (done) return {};
  return Error{Code::kUnavailable, "The data directory could not be written.", directory};
}

}  // namespace strongroom::app
