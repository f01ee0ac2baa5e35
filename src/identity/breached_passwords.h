#pragma once
// Passwords that were stolen elsewhere and published: nobody may choose one of them.
//
// The list is a file as "Pwned Passwords" has it: a line for each, sorted, of the SHA-1 of the
// password in 40 hexadecimal digits, a colon, and how often it was seen. It is tens of gigabytes
// long, so it is never read in: a password is looked for by halves.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/password_hash.h"

namespace strongroom::identity {

// Safe to use from any thread; what reads the file blocks for some twenty reads.
class BreachedPasswords {
 public:
  // Opens the file, and looks at it in a thousand places, at every line of a small one: whether
  // they are such lines, and sorted.
  //
  // Errors: kNotFound, it cannot be opened; kInvalidArgument, it is no such list, with the offset
  // in the detail; kUnavailable, it cannot be read.
  static Result<BreachedPasswords> open(const std::string& path);
  BreachedPasswords(BreachedPasswords&&) noexcept;
  BreachedPasswords& operator=(BreachedPasswords&&) noexcept;
  ~BreachedPasswords();

  // Errors: kInvalidArgument at `field`, "breached_password": it is in the list; kUnavailable, the
  // list cannot be read, so nobody can say.
  Status check(const crypto::Password& password, std::string_view field) const;

 private:
  class Reader;
  explicit BreachedPasswords(std::unique_ptr<Reader> reader);

  std::unique_ptr<Reader> reader_;
};

}  // namespace strongroom::identity
