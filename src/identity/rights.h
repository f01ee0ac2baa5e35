#pragma once
// What a user may do where: their own permissions, and those that they have by groups.

#include "base/grants.h"
#include "identity/groups.h"
#include "identity/types.h"
#include "identity/users.h"

namespace strongroom::identity {

// Safe to use from any thread; nothing blocks.
class Rights {
 public:
  // Both must outlive this.
  Rights(const Users& users, const Groups& groups) : users_(users), groups_(groups) {}

  // As they are now. Nothing for who is disabled, or not there.
  Grants of(UserId user) const {
    const auto known = users_.find(user);
    if (!known || known->disabled_at) return {};
    return if_enabled(user);
  }
  // What somebody may do, or could again once they are enabled.
  Grants if_enabled(UserId user) const {
    Grants grants = groups_.grants_of(user);
    if (const auto known = users_.find(user)) grants.add(known->permissions);
    return grants;
  }

 private:
  const Users& users_;
  const Groups& groups_;
};

}  // namespace strongroom::identity
