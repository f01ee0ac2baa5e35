#pragma once
// Sign-ins that `strongroom login` keeps for later commands: login.json in a directory that is the
// person's alone, one entry for each server.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/rest.h"

namespace strongroom::cli {

struct SavedLogin {
  std::string url;         // without a slash at its end
  Key key{""};             // a user API key
  std::string key_id;      // with which it is revoked
  std::string user;        // by name
  std::string expires_at;  // RFC 3339
  std::string ca_pem;      // what the sign-in trusted; empty: the system's roots
};

// Reads and writes the file each time. Errors of all, beside their own: kPermissionDenied, the file
// or its directory belongs to somebody else or is open to others; kCorrupt, it is no such file;
// kInvalidArgument, it cannot be read or written. For the command line's one thread.
class SavedLogins {
 public:
  // `directory`: $XDG_CONFIG_HOME/strongroom; empty: there is no place, and nothing is kept.
  explicit SavedLogins(std::string directory);

  // That of the server at `url`; empty: the one that was made last. nullopt: there is none.
  Result<std::optional<SavedLogin>> find(std::string_view url) const;
  // Makes the directory, before anybody is asked for anything.
  Status prepare() const;
  // In the place of what was kept for that server. The file is always whole: it is replaced at
  // once.
  Status put(const SavedLogin& login) const;
  // Removing what is not there is no error. The last one takes the file along.
  Status remove(std::string_view url) const;

  const std::string& file() const { return file_; }

 private:
  using All = std::vector<SavedLogin>;  // the one that was made last comes last

  Result<All> read() const;
  Status write(const All& logins) const;

  const std::string directory_;
  const std::string file_;
};

// `url` without slashes at its end.
std::string without_slash(std::string_view url);

}  // namespace strongroom::cli
