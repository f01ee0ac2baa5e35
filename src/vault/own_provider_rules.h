#pragma once
// Whose an entry of the catalogue is, what of one's own entries changed, and why one is refused.
// Pure functions.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "catalogue/provider_check.h"
#include "storage/provider_file_rows.h"
#include "vault/actor.h"

namespace strongroom::vault {

// Where an entry comes from.
enum class ProviderOrigin : std::uint8_t { kBuiltIn, kFile, kApi };
// "built_in", "file", "api".
std::string_view to_text(ProviderOrigin origin);
// Of an id that is nobody's it is kBuiltIn.
ProviderOrigin origin_of(const catalogue::Edition& edition, std::string_view id);

// The ids of what is in one of them alone, with another text, or from another origin.
std::vector<std::string> changed_ids(const catalogue::OwnEntries& before,
                                     const catalogue::OwnEntries& after);

// Which text it was, for the audit trail, without a word of it: "sha256:…".
std::string digest_of(std::string_view text);

Error no_such_provider();
Error id_is_built_in();
Error id_is_of_a_file();
// What is wrong first: its JSON pointer, "line", "column" and "hint", and how many "problems".
Error invalid_provider_file(const catalogue::FileReport& report);
Error provider_changed_meanwhile();
// Why what is not of the API cannot be removed through it.
Error nothing_to_remove(std::string_view id, ProviderOrigin origin);
// Errors: kConflict "in_use", with the names of the target systems that use the entry, as far as
// `actor` sees them; as of the store.
Status check_unused(storage::Snapshot& snapshot, const Actor& actor, std::string_view id);

}  // namespace strongroom::vault
