#include <string>

#include "audit/chain.h"
#include "audit/trail.h"
#include "crypto/encoding.h"

namespace strongroom::audit {

Result<Verification> verify(const std::string& path, Log& log) {
  STRONGROOM_TRY(storage::EventReader reader, storage::EventReader::open(path));
  const Result<Head> head = follow_all(reader, genesis());
  if (!head) {
    log.failed("the audit trail does not verify", head.error());
    return head.error();
  }
  return Verification{head->sequence, crypto::hex(head->hash)};
}

}  // namespace strongroom::audit
