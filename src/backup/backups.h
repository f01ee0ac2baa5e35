#pragma once
// The backups that a running server makes: by itself, and when somebody asks for one.

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "audit/trail.h"
#include "backup/directory.h"
#include "base/clock.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/random.h"
#include "identity/types.h"
#include "identity/users.h"
#include "storage/store.h"

namespace strongroom::backup {

struct BackupSettings {
  std::string directory;        // empty: there are none
  std::string recipients_file;  // read anew for each backup
  std::string data_directory;
  std::string program;  // the version of this program
  std::int64_t every_hours = 24;
  std::int64_t keep = 14;
};

struct BackupSchedule {
  std::int64_t every_hours = 0;  // 0: none is made by itself
  std::int64_t keep = 0;
  std::optional<WallTime> next_at = {};
  std::optional<WallTime> failing_since = {};  // none could be made since then
  std::optional<WallTime> last_at = {};        // of the newest
};

// Safe to use from any thread; blocks. What people ask for needs Permission::kManageServer
// everywhere; errors of that, beside their own: kPermissionDenied; kUnavailable; kConflict,
// "no_backup_directory": none is configured.
class Backups {
 public:
  struct Parts {
    storage::Store& store;
    audit::Trail& trail;
    crypto::Random& random;
    const Clock& clock;
    Log& log;
    const identity::Users& users;
  };
  Backups(BackupSettings settings, const Parts& parts)
      : settings_(std::move(settings)), parts_(parts) {}

  // Newest first.
  Result<std::vector<BackupFile>> list(const identity::Asker& asker) const;
  BackupSchedule schedule() const;

  // Makes one now. Errors: as create(); kNotFound or kInvalidArgument, the recipients.
  Result<BackupFile> make(const identity::Asker& asker);
  // Its bytes, once the trail says so. Errors: kNotFound; kUnavailable "too_large", it has to be
  // copied on the host, and "audit_unavailable".
  Result<std::string> read(const identity::Asker& asker, const std::string& name);
  // Is in the trail first. Errors: kNotFound; kUnavailable.
  Status remove(const identity::Asker& asker, const std::string& name);

  // Called now and then: makes one if it is due, and removes old ones. What fails is noted, and
  // tried again an hour later.
  void make_if_due();

  std::uint64_t failures() const { return state_.lock()->failures; }

 private:
  struct State {
    std::optional<WallTime> failing_since;
    std::optional<WallTime> tried_at;
    std::uint64_t failures = 0;
  };
  Status need(const identity::Asker& asker) const;
  Result<BackupFile> make_one(const identity::Asker* asker);
  About about(const identity::Asker* asker) const;
  Status record(const identity::Asker* asker, audit::Action action, const std::string& name,
                bool succeeded);
  std::string path(const std::string& name) const { return settings_.directory + "/" + name; }

  const BackupSettings settings_;
  const Parts parts_;
  mutable Guarded<State> state_;
};

}  // namespace strongroom::backup
