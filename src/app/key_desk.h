#pragma once
// What the server's own host does with keys: through the admin socket while the server runs, on the
// data directory itself while it does not.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/admin_socket.h"
#include "app/config.h"
#include "app/data_directory.h"
#include "app/root_key.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"
#include "vault/data_key_rotation.h"
#include "vault/root_keys.h"

namespace strongroom::app {

enum class KeyVerb { kStatus, kRotateRoot, kFinishRoot, kRotateData, kExport, kCheck };

// What somebody asked for. Files are named by absolute paths, and read or written by whoever
// carries it out.
struct KeyRequest {
  KeyVerb verb = KeyVerb::kStatus;
  std::string new_root_key_file = {};
  std::string new_passphrase_file = {};  // instead: a new root key under this passphrase
  bool to_token = false;                 // instead: a new root key that the token wraps
  std::string project = {};              // its id; empty: the server's own key
  bool all = false;                      // every project and the server
  std::string recipient = {};
  std::string passphrase_file = {};
  std::string identity_file = {};
  std::string file = {};  // the recovery file
};

// {"command":"key.rotate-root",…}: one line for the admin socket.
std::string to_line(const KeyRequest& request);

// Safe to use from any thread. Blocks.
class KeyDesk {
 public:
  struct Parts {
    vault::RootKeys& root_keys;
    vault::DataKeyRotations& rotations;
    const DataDirectory& directory;
    crypto::Random& random;
    const Clock& clock;
    const Config& config;
    std::string credentials_directory;
  };
  // All of `parts` must outlive this.
  explicit KeyDesk(Parts parts) : parts_(std::move(parts)) {}

  // The answer as a line of JSON; nullopt: the line is no command about keys.
  std::optional<AdminReply> answer(std::string_view line);
  // One JSON object. Errors: what the request names cannot be done.
  Result<std::string> carry_out(const KeyRequest& request);

 private:
  Result<std::string> status();
  Status rotate_root(const KeyRequest& request);
  Result<crypto::RootKey> keep_next(const KeyRequest& request);
  Status finish_root();
  // The root key, read anew: nobody keeps it. Of two, the one in use.
  Result<FoundRootKey> configured_root();
  Status rotate_data(const KeyRequest& request);
  Status export_recovery(const KeyRequest& request);
  Result<std::string> check_recovery(const KeyRequest& request);

  const Parts parts_;
};

}  // namespace strongroom::app
