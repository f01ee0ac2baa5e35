#pragma once
// Which root key this server uses, and where it comes from.
//
// From a file or a systemd credential it is read as it is. Under a passphrase, or wrapped by a key
// that never leaves a security token, it lies in the data directory: of no use to whoever has that
// alone. A rotation puts the next one beside it, and both are tried until one of them counts alone.

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/data_directory.h"
#include "base/clock.h"
#include "base/log.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"
#include "storage/store.h"

namespace strongroom::app {

// Where a root key comes from, as the configuration says. The names are those of the API.
enum class RootKeySource { kFile, kSystemdCredential, kDevelopmentFile, kPassphrase, kPkcs11 };
std::string_view to_text(RootKeySource source);
RootKeySource root_key_source(const Config& config, const std::string& credentials_directory);

struct FoundRootKey {
  crypto::RootKey root;
  // Where it lies as the next one, and where it goes once it is the one that counts; empty:
  // neither.
  std::string lies_at = {};
  std::string belongs_at = {};
};

// The root key, or, after a rotation that was not finished, two: the next one first. In the
// development profile, and where a passphrase or a token guards it, one is made for new data. A
// production root key inside the data directory is refused: whoever has the one would have the
// other.
//
// Errors:
//   kNotFound          no root key is configured, or the one that the data was made with is missing
//   kInvalidArgument   it is not one, is readable by others, or lies inside the data directory
//   kPermissionDenied  the passphrase is wrong
//   kUnavailable       "security_token_missing", "security_token_pin"
Result<std::vector<FoundRootKey>> find_root_keys(const Config& config,
                                                 const DataDirectory& directory,
                                                 const std::string& credentials_directory,
                                                 crypto::Random& random);

// A ring with all data keys, made with the first of `found` that opens them (app/vault_keys.h). If
// that is a next one, it takes its place now. Errors: as load_keys().
Result<std::unique_ptr<crypto::KeyRing>> open_keys(storage::Store& store,
                                                   std::vector<FoundRootKey> found,
                                                   const Clock& clock, crypto::Random& random,
                                                   Log& log);

// Puts `root` beside the root key of now, as the next one: under the passphrase in a file, or
// wrapped by the configured token. Replaces a next one of before, which was never used.
Status keep_next_under_passphrase(const DataDirectory& directory, const crypto::RootKey& root,
                                  const std::string& passphrase_file, crypto::Random& random);
Status keep_next_in_token(const Config& config, const DataDirectory& directory,
                          const std::string& credentials_directory, const crypto::RootKey& root,
                          crypto::Random& random);
// The next one counts alone: it takes the place of the other.
Status settle_root_key(const FoundRootKey& found);

}  // namespace strongroom::app
