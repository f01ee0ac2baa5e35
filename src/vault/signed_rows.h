#pragma once
// Rows with a MAC and a revision, written. Nobody else calls the statements behind these, so that
// no row is stored with the MAC of what it was before.

#include "storage/oauth_client_rows.h"
#include "storage/project_rows.h"
#include "storage/robot_rows.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"

namespace strongroom::vault {

// Stores a new row, with its MAC, which is in `row` then.
Status insert_row(Context& context, storage::Transaction& tx, storage::ProjectRow& row);
Status insert_row(Context& context, storage::Transaction& tx, storage::TargetSystemRow& row);
Status insert_row(Context& context, storage::Transaction& tx, storage::OAuthClientRow& row);
Status insert_row(Context& context, storage::Transaction& tx, storage::RobotRow& row);

// Stores a changed row, with its new MAC, which is in `row` then. What is stored under its id now
// must be believed: otherwise whoever forged a row would only have to wait until somebody changes
// it, to have it signed. One that is not believed can only be deleted, and keeps its wrong MAC.
//
// Errors: kCorrupt, what is stored is not believed; kNotFound, it is gone.
Status update_row(Context& context, storage::Transaction& tx, storage::ProjectRow& row);
Status update_row(Context& context, storage::Transaction& tx, storage::TargetSystemRow& row);
Status update_row(Context& context, storage::Transaction& tx, storage::OAuthClientRow& row);
Status update_row(Context& context, storage::Transaction& tx, storage::RobotRow& row);

}  // namespace strongroom::vault
