#pragma once
// Whether two names can be told apart by a person who reads them: Unicode Technical Standard 39.

#include <string>
#include <string_view>

#include "base/result.h"

namespace strongroom {

// What a name looks like. Two names look alike if either form is the same.
struct Look {
  std::string written;  // skeleton (UTS 39 section 4) of NFKC: "ADMIN" and "ADMlN"
  std::string folded;   // skeleton of the NFKC case folding: "admin", "Admin" and "adrnin"

  bool operator==(const Look&) const = default;
};

// `clean_name` is as clean_name() gives it. Errors: kInternal.
Result<Look> look_of(std::string_view clean_name);

// Refuses words that mix letters or digits of scripts that are not written together (UTS 39 section
// 5.2, highly restrictive: Latin goes with Japanese, Chinese and Korean alone), and marks that
// cannot be seen. Words, which have spaces or ASCII punctuation between them, may be of several
// scripts. Errors: kInvalidArgument at `field`.
Status check_scripts(std::string_view clean_name, std::string_view field);

}  // namespace strongroom
