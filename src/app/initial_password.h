#pragma once
// DIR/initial-admin-password: how whoever starts the first server learns the first administrator's
// password, which is shown nowhere else.

#include <string>

#include "base/result.h"
#include "crypto/password_hash.h"

namespace strongroom::app {

// The file is there until the password was changed. Safe to use from any thread.
class InitialPassword {
 public:
  explicit InitialPassword(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  bool is_there() const;

  // A new file of mode 0600, durable when this returns; one that a start left behind that died
  // half-way is replaced. Errors: kUnavailable.
  Status write(const crypto::Password& password) const;
  // Errors: kUnavailable, it is there and cannot be removed.
  Status remove() const;

 private:
  std::string path_;
};

}  // namespace strongroom::app
