#pragma once
// All service providers that this server knows.

#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// Built once, immutable afterwards, so threads share it. Pointers stay valid while it lives.
class Catalogue {
 public:
  // The providers that are built into the program. A bug there is kInternal; a test proves it away.
  static Result<Catalogue> built_in();

  // The built-in ones and those of the files *.json in `directory`. An own file may not take the id
  // of a built-in one: who can write there could send its secrets elsewhere (E27).
  //
  // Errors:
  //   kInvalidArgument  a file is not valid; "field" points into it, the detail names it
  //   kConflict         an id is there twice; the detail names the file
  //   kUnavailable      the directory or a file cannot be read
  static Result<Catalogue> with_own_files(std::string_view directory);

  // nullptr: there is none.
  const Provider* find(std::string_view id) const;
  // In the order of their names, without regard to case.
  const std::vector<Provider>& all() const { return providers_; }

 private:
  Status add(Provider provider);

  std::vector<Provider> providers_;
};

}  // namespace strongroom::catalogue
