#pragma once
// What every change of people, groups and roles begins and ends with.

#include <string>

#include "audit/event.h"
#include "identity/context.h"
#include "identity/types.h"

namespace strongroom::identity {

// One change of who may do what at a time, over users, groups, roles, keys and single sign-on, by
// what its asker may do at that moment: what waited behind a change that took rights away does not
// bring them back. A transaction that is written meanwhile finds in memory what there is. Made on a
// thread that may block, after all waits for the network, and before the transaction.
class Exclusive {
 public:
  Exclusive(const Context& context, const Asker& asker);

  // As it was given, with the grants of now; without any if the asker is nobody any more.
  const Asker& asker() const { return asker_; }

 private:
  const std::lock_guard<std::mutex> lock_;
  Asker asker_;
};

// Errors: kPermissionDenied, `asker` lacks it everywhere, or, with a project, there.
Status need(const Asker& asker, Permission permission);
Status need(const Asker& asker, Permission permission, const Uuid& project);

// Nobody gives what they lack. Errors: kPermissionDenied with the first permission that is missing.
Status need_all(const Asker& asker, const Grants& given);

// Whether `asker` has all of these, each in some place. Errors: as need_all().
Status need_somewhere(const Asker& asker, Permissions permissions);

// Errors: kUnavailable "audit_unavailable". Changes that only take rights away work without.
Status need_writable_audit(const Context& context);

// The event of a change that `asker` makes now, to be completed and recorded.
audit::Event change_event(const Context& context, const Asker& asker, audit::Action action,
                          const Uuid& subject, std::string name);

// A text that may be empty; anything else as clean_name(). Errors: kInvalidArgument at `field`.
Result<std::string> clean_text(const std::string& text, std::string_view field,
                               std::size_t max_characters);

// Errors: kPreconditionFailed, somebody else changed it since `expected` was read.
Status check_revision(std::int64_t revision, std::int64_t expected);

// Whether there is somebody who may do everything and can sign in here with a password.
Result<bool> has_administrator(storage::Snapshot& snapshot);

// Whether somebody is left of whom that is true, if there was somebody before the change. The
// server's own host is not held back: it can make an administrator again. Errors: kConflict
// "last_administrator".
Status need_administrator_left(storage::Transaction& tx, const Asker& asker, bool had_one);

}  // namespace strongroom::identity
