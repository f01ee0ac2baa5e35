#include "backup/taking.h"

#include <utility>

#include "crypto/uuid.h"
#include "identity/suspension_record.h"
#include "storage/restore_rows.h"

namespace strongroom::backup {

Status record(Taking& taking, storage::Transaction& tx, Taken taken) {
  return taking.data.trail().record_change(tx, {.id = crypto::make_uuid(taking.now, taking.random),
                                                .at = taking.now,
                                                .action = taken.action,
                                                .subject_id = taken.subject,
                                                .project_id = taken.project,
                                                .subject_name = std::move(taken.name),
                                                .reason = taken.reason,
                                                .fields = std::move(taken.fields)});
}

Status suspend(Taking& taking, storage::Transaction& tx, std::string_view kind, Taken taken) {
  storage::SuspensionRow row{.id = crypto::make_uuid(taking.now, taking.random),
                             .kind = std::string(kind),
                             .subject_id = taken.subject,
                             .name = taken.name,
                             .project_id = taken.project,
                             .at = taking.now,
                             .mac = {}};
  STRONGROOM_TRY(row.mac, identity::suspension_mac(taking.data.sealer(), row));
  STRONGROOM_CHECK(storage::insert_suspension(tx, row));
  return record(taking, tx, std::move(taken));
}

}  // namespace strongroom::backup
