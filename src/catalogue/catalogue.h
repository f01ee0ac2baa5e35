#pragma once
// All service providers that this server knows.

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// An entry as it was when it was asked for; whoever holds it keeps it alive.
using ProviderPtr = std::shared_ptr<const Provider>;
using Providers = std::vector<Provider>;

// What is in it may be replaced while it is in use (an organisation's own entries): whoever asks
// gets what is there at that moment. All of it may be called from any thread.
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
  ProviderPtr find(std::string_view id) const;
  // In the order of their names, without regard to case.
  std::shared_ptr<const Providers> all() const;

 private:
  struct Current;  // what there is now, and what guards it

  explicit Catalogue(Providers providers);

  std::shared_ptr<Current> current_;
};

}  // namespace strongroom::catalogue
