#pragma once
// The audit trail, for people who read it, and of people who were refused.

#include <cstdint>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/trail.h"
#include "base/function.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/token_trace.h"

namespace strongroom::vault {

enum class ExportFormat : std::uint8_t { kJson, kCsv };

class AuditLog {
 public:
  // `key`: what the trail's checkpoints are signed with; must outlive it.
  AuditLog(Context& context, const audit::CheckpointKey& key) : context_(context), key_(key) {}

  // Worker threads only. Needs kReadAudit. Newest first, with everything that was answered before
  // this call. While the trail cannot be written, what is in it already can still be read.
  Result<audit::Trail::Page> list(const Actor& actor, const audit::Trail::Query& query);

  // Where the trail stands. Needs kReadAudit.
  struct Standing {
    audit::Trail::Standing trail;
    std::string last_checkpoint_at = {};        // RFC 3339; empty: there is none
    std::int64_t last_checkpoint_sequence = 0;  // 0: there is none
  };
  Result<Standing> standing(const Actor& actor);

  // Who was given this token, which leaked. Needs kReadAudit everywhere; audited before it is
  // answered, by the token's fingerprint. Errors: as vault::trace_token(); "audit_unavailable".
  Result<TokenTrace> trace(const Actor& actor, const oauth::AccessToken& token);

  // A part of the trail to be taken away, oldest first: what `query` lets through behind `after`,
  // at most query.limit. Parts that are put one behind the other are one file, as audit/export.h
  // says. Needs kReadAudit; audited before it is answered.
  struct Export {
    std::string text;
    std::int64_t next_after = 0;  // where the next part begins; 0: this was the last one
  };
  Result<Export> take_out(const Actor& actor, const audit::Trail::Query& query, std::int64_t after,
                          ExportFormat format);

  // Removes the events that are older, from the front and up to a checkpoint, and tells so in the
  // trail. Worker threads only; waits until they are gone. Errors: as Trail::expire().
  Status expire(Milliseconds age);

  // Writes down that `actor` lacked the permission that `error` names (its parameter "permission"),
  // and then calls `then`: on the trail's thread, or on this one where the trail takes no more. If
  // it cannot be written, that is logged: the actor got nothing, so nothing has to be held back.
  // `subject`: what it was about; nil: unknown. Any thread; never blocks.
  void permission_denied(const Actor& actor, const Error& error, const Uuid& subject, Task then);

 private:
  struct Part {
    std::vector<audit::Trail::Link> links;
    bool more = false;
  };
  Result<Part> read_part(const audit::Trail::Query& query, const audit::Trail::Standing& standing);

  Context& context_;
  const audit::CheckpointKey& key_;
};

}  // namespace strongroom::vault
