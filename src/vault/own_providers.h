#pragma once
// An organisation's own entries of the catalogue: the files of a directory, and those that were
// added through the API. Both can be changed while the server runs.
//
// An entry says where secrets go, so what changed is another destination (invariant 5): before a
// change is answered, the index holds the clients of all target systems whose secrets were entered
// for another one. Requests that began before keep the entry that they began with, and what they
// bring is compared with the destination as it is then.

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "storage/provider_file_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/own_provider_rules.h"
#include "vault/types.h"

namespace strongroom::vault {

// An entry as it was given.
struct ProviderDocument {
  std::string text;
  ProviderOrigin origin = ProviderOrigin::kBuiltIn;
  Revision revision = 0;  // of kApi; the others have none
};

// Safe to use from any thread; blocks: for workers.
class OwnProviders {
 public:
  // As many entries of one's own as there may be.
  static constexpr std::size_t kMost = 1'000;

  // Called after entries were replaced, and before the clients of their target systems are looked
  // at again. May block.
  using Replaced = std::function<Status(const catalogue::Edition&)>;

  // `catalogue` is that of `context`, which only this replaces from now on. `directory`: of the
  // files; empty: there is none. All must outlive this.
  OwnProviders(Context& context, catalogue::Catalogue& catalogue, std::string directory)
      : context_(context), catalogue_(catalogue), directory_(std::move(directory)) {}

  // Once, before anybody is served. A file that is not valid is an error; an entry of the API that
  // is not believed, or not valid with this version, is logged and left out: its target systems
  // are held. Errors: as Catalogue::with_own_files(); of the store.
  Status load();
  // Who is told of what changes. Before anybody is served.
  void listen(Replaced replaced) { replaced_ = std::move(replaced); }

  // Reads the directory again. All of it counts or, where anything is wrong, nothing: the detail
  // says then what and where, file:line. Errors: as load(); kUnavailable "audit_unavailable".
  Status reload();

  // For whoever may see the catalogue. Errors: kPermissionDenied, kNotFound.
  Result<ProviderDocument> find(const Actor& actor, std::string_view id) const;
  // Adds (`expected` is nullopt) or replaces an entry. Needs kApproveDestination everywhere.
  //
  // Errors: kPermissionDenied; kInvalidArgument "invalid_provider_file" with "line", "column",
  // "hint", "problems" (how many there are) and the JSON pointer of the first; kConflict, the id is
  // a built-in entry's or a file's, or there are too many; kPreconditionFailed; kUnavailable.
  Result<ProviderDocument> put(const Actor& actor, std::string_view id, std::string text,
                               std::optional<Revision> expected);
  // Errors: kPermissionDenied; kNotFound; kConflict, it is not the API's, or "in_use" with the
  // target systems that use it, as far as `actor` sees them; kPreconditionFailed; kUnavailable.
  Status remove(const Actor& actor, std::string_view id, std::optional<Revision> expected);

  // What a failure of the store left undone after a replacement, if anything. For a job.
  Status settle();

 private:
  struct Change;
  Status add_stored(const storage::ProviderFileRow& row, bool at_start,
                    catalogue::OwnEntries& own) const;
  Result<catalogue::OwnEntries> read(bool at_start) const;
  Status check_put(const std::string& id, std::string_view text) const;
  Status replace_on_commit(storage::Transaction& tx, const Actor& actor, const Change& change);
  void note_unsettled(const Change& change);
  Status settle_locked();
  Status settle_systems_of(const std::string& id);

  Context& context_;
  catalogue::Catalogue& catalogue_;
  const std::string directory_;
  Replaced replaced_;
  std::mutex mutex_;                 // one change at a time
  bool untold_ = false;              // replaced_ is to be called
  std::set<std::string> unsettled_;  // entries whose target systems are to be looked at
};

}  // namespace strongroom::vault
