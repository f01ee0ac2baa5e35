#pragma once
// Rows of secrets: what they say, their MACs (invariant 2) and where their values are sealed.
//
// Sealing may have to reserve nonces in the database: never seal inside a transaction.

#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/secret_access_rows.h"
#include "storage/secret_rows.h"
#include "vault/context.h"
#include "vault/secret_content.h"
#include "vault/secret_types.h"

namespace strongroom::vault {

// The mac column of each. Covered is who may read what, what they get, and until when the row
// counts; of a secret not what is for people alone. Errors: kNotFound, the server has no key.
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::SecretRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::SecretValueRow& row);
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::SecretAccessRow& row);

// Errors: kCorrupt, the row is not what was stored; as mac_of().
Status check_mac(const crypto::Sealer& sealer, const storage::SecretRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::SecretValueRow& row);
Status check_mac(const crypto::Sealer& sealer, const storage::SecretAccessRow& row);

// insert_row() and update_row() of vault/signed_rows.h, for secrets.
Status insert_row(Context& context, storage::Transaction& tx, storage::SecretRow& row);
Status update_row(Context& context, storage::Transaction& tx, storage::SecretRow& row);

// Where a value lives: it opens as nothing else, not as another secret's, nor as an older one.
crypto::Place secret_value_place(const Uuid& value, ProjectId project, std::int64_t generation);

// The row of a new value of `secret`, sealed and with its MAC; the secret's generation is one
// higher then. Errors: as crypto::Sealer::seal().
Result<storage::SecretValueRow> seal_secret_value(Context& context, storage::SecretRow& secret,
                                                  const SecretContent& content);

// A secret as people see it. Errors: kCorrupt.
Result<StoredSecret> to_secret(const storage::SecretRow& row,
                               const std::vector<storage::SecretValueRow>& values);

}  // namespace strongroom::vault
