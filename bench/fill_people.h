#pragma once
// Users, all of them in one group, as the REST API would make them.

#include <cstddef>

#include "audit/trail.h"
#include "crypto/key_ring.h"
#include "grouped_store.h"
#include "identity/context.h"

namespace strongroom {

struct PeopleToFill {
  GroupedStore& store;  // that of `context`
  const identity::Context& context;
  crypto::Sealer& sealer;  // that of `context` too
  crypto::KeyRing& keys;
};

// Users without a password, "user 0" and on, in the group "Everybody", which has the role Viewer
// everywhere. Errors: as of what identity does.
Status fill_people(const PeopleToFill& into, std::size_t users);

}  // namespace strongroom
