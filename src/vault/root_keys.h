#pragma once
// The root key's life: another one takes its place, and who lost it has a recovery file.
//
// A rotation wraps every data key anew in one transaction, in which both root keys open everything:
// each data key is kept wrapped by the new one and by the former, and the new root key itself
// sealed under the former. So nothing is lost whenever the process is killed, and it starts with
// either. The former counts no more once the server was started with the new one, or finish() was
// told it.

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "audit/trail.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"
#include "storage/store.h"
#include "vault/actor.h"

namespace strongroom::vault {

// What is known of the root key, without it.
struct RootKeyState {
  std::string root_id;                                // crypto::KeyRing::root_id()
  std::string former_root_id = {};                    // while that still counts; or empty
  std::optional<WallTime> rotated_at = {};            // nullopt: never
  std::optional<WallTime> recovery_exported_at = {};  // of this root key; nullopt: none was
};

// Safe to use from any thread. Its calls block on the disk.
class RootKeys {
 public:
  struct Parts {
    storage::Store& store;
    audit::Trail& trail;
    crypto::KeyRing& keys;
    crypto::Random& random;
    const Clock& clock;
    Log& log;
  };
  // All of `parts` must outlive this.
  explicit RootKeys(const Parts& parts) : parts_(parts) {}

  // Wraps every data key by `next`, and opens each again to see that it worked.
  //
  // Errors: kConflict, a rotation is under way, or the last one is not finished; kInvalidArgument,
  // it is the root key already; kCorrupt, a data key does not open, and nothing was changed;
  // kUnavailable, nothing was changed.
  Status rotate(const Actor& actor, const crypto::RootKey& next);

  // The server is configured with `configured` from now on: the former root key opens nothing any
  // more. Errors: kConflict, that is another one than the last rotation's; kUnavailable.
  Status finish(const crypto::RootKey& configured);

  Result<RootKeyState> state();

  // Whether `root` opens every data key there is. Errors: kCorrupt, it does not.
  Status check_opens(const crypto::RootKey& root);

  // The id of this data, which stays the same for ever: which server a recovery file is of.
  Result<std::string> data_id();

  // Somebody has a recovery file of the root key of now.
  Status note_recovery_file(const Actor& actor);

 private:
  Status rewrap_all(storage::Transaction& tx, const crypto::RootKey& next,
                    const crypto::KeyRing& ring);
  bool has_committed(const crypto::KeyRing& ring);
  Status record(storage::Transaction& tx, const Actor& actor, audit::Action action);

  const Parts parts_;
  std::mutex rotating_;
};

// kConflict: there is a rotation that the server was not started with the new root key after.
Error rotation_unfinished();

// Installs every stored data key in `keys`, as the root key that `keys` was made with opens them:
// by themselves, or, where that is the former one of a rotation, by the next one that it opens. In
// the first case that rotation is finished now. What is not there yet is noted.
//
// Errors: kCorrupt, this is not the root key that the data was made with.
Status open_data_keys(storage::Store& store, crypto::KeyRing& keys, crypto::Random& random,
                      Log& log);

// Data that `from` opens is this server's from now on: `to` alone wraps its data keys, whatever
// rotation was under way there, and there is no recovery file of it yet. In one transaction; nobody
// uses the data meanwhile.
//
// Errors: kCorrupt, `from` does not open it; kUnavailable. Nothing was changed then.
Status take_over_data_keys(storage::Store& store, const crypto::RootKey& from,
                           const crypto::RootKey& to, crypto::Random& random);

}  // namespace strongroom::vault
