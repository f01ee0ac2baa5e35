#pragma once
// What an API key's row must look like to be believed.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/grants.h"
#include "base/result.h"
#include "base/uuid.h"
#include "crypto/digest.h"
#include "crypto/sealer.h"
#include "storage/api_key_rows.h"

namespace strongroom::identity {

// "view configure": the names in the order of their table, joined by spaces.
std::string permissions_text(Permissions permissions);
// The same for a user's own: all of them are "all", those of later versions too.
std::string own_permissions_text(Permissions permissions);
// The inverse of both; nullopt for a name that is unknown or appears twice.
std::optional<Permissions> permissions_from_text(std::string_view text);

// Ids with spaces between them. nullopt: not such a text.
std::string projects_text(const std::vector<Uuid>& projects);
std::optional<std::vector<Uuid>> projects_from_text(std::string_view text);

// The most that a key allows, whatever its user may: in those projects, or, without any,
// everywhere.
Grants key_limits(Permissions permissions, const std::vector<Uuid>& projects);

// The MAC over everything in `row` that gives the key power, its revocation included.
// Errors: as Sealer::mac().
Result<std::string> key_mac(const crypto::Sealer& sealer, const storage::ApiKeyRow& row);

// Whether `row` is as it was written, and its hash and permissions well-formed.
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::ApiKeyRow& row);

// The hash column as a digest; nullopt for any other length than 32 bytes.
std::optional<crypto::Sha256Digest> digest_from(std::string_view bytes);

}  // namespace strongroom::identity
