#pragma once
// The audit event of a change that somebody made.

#include <string>
#include <string_view>
#include <vector>

#include "audit/event.h"
#include "vault/actor.h"
#include "vault/context.h"

namespace strongroom::vault {

struct Change {
  audit::Action action;
  Uuid subject;
  Uuid project = {};                     // nil: global
  std::string name;                      // of the subject
  std::vector<std::string> fields = {};  // names of what was touched, never values
  audit::Outcome outcome = audit::Outcome::kSuccess;
  std::string_view reason = {};  // a literal
  audit::Account account = {};   // that signed in; or empty
};

// The event, made now.
audit::Event event_of(Context& context, const Actor& actor, Change change);

// Puts the event into the outbox of `tx` (see audit::Trail::record_change).
Status record(Context& context, storage::Transaction& tx, const Actor& actor, Change change);

}  // namespace strongroom::vault
