#pragma once
// All service providers that this server knows.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"
#include "catalogue/provider_files.h"

namespace strongroom::catalogue {

// An entry as it was when it was asked for; whoever holds it keeps it alive.
using ProviderPtr = std::shared_ptr<const Provider>;
using Providers = std::vector<Provider>;

// All there is at one moment. Never changed; another one takes its place.
struct Edition {
  Providers providers = {};  // in the order of their names, without regard to case
  OwnEntries own = {};       // of those that are not built in: what they were made of, by id
};
using EditionPtr = std::shared_ptr<const Edition>;

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

  // The built-in entries and those of `own`, to be put in place; an empty path stands for none.
  // Errors: as with_own_files(), but kUnavailable.
  static Result<EditionPtr> edition_with(const std::vector<ProviderFile>& own);
  EditionPtr edition() const;
  // From now on `next` is what there is. Does not block; whoever found something before keeps it.
  void replace(EditionPtr next);

  // nullptr: there is none.
  ProviderPtr find(std::string_view id) const;
  // In the order of their names, without regard to case.
  std::shared_ptr<const Providers> all() const;

 private:
  friend class SteadyCatalogue;
  struct Current;  // what there is now, and what guards it

  explicit Catalogue(EditionPtr edition);

  std::shared_ptr<Current> current_;
};

// While it lives, this thread finds in `catalogue` what was there when it was made: where one
// decision asks more than once, so that a secret does not go to an address that is new by the leave
// of one that is old. They may stand within each other: the outer one counts.
class SteadyCatalogue {
 public:
  explicit SteadyCatalogue(const Catalogue& catalogue);
  ~SteadyCatalogue();
  SteadyCatalogue(const SteadyCatalogue&) = delete;
  SteadyCatalogue& operator=(const SteadyCatalogue&) = delete;

 private:
  bool is_outer_ = false;
};

}  // namespace strongroom::catalogue
