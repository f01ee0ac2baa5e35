#include "fill_people.h"

#include <algorithm>
#include <string>
#include <vector>

#include "app/people.h"
#include "identity/role.h"

namespace strongroom {
namespace {

constexpr std::size_t kTogether = 500;  // changes that share a transaction

identity::Asker server_itself() {
  identity::Asker asker;
  asker.kind = audit::ActorKind::kServer;
  asker.grants = Permissions::all();
  return asker;
}

// Users first: who is in a group is known by then.
Status fill_some(const PeopleToFill& into, app::People& people, const identity::Group& group,
                 std::size_t first, std::size_t end) {
  const identity::Asker asker = server_itself();
  std::vector<identity::UserId> made;
  STRONGROOM_CHECK(into.keys.reserve_ahead());  // inside a transaction it is too late
  const auto make_users = [&]() -> Status {
    for (std::size_t n = first; n < end; ++n) {
      identity::UserFields fields;
      fields.name = "user " + std::to_string(n);
      STRONGROOM_TRY(const auto user, people.user_accounts().create(asker, fields, false));
      made.push_back(user.user.id);
    }
    return {};
  };
  STRONGROOM_CHECK(into.store.together(make_users));
  const auto have_them_join = [&]() -> Status {
    for (const identity::UserId user : made) {
      STRONGROOM_CHECK(people.groups().add_member(asker, group.id, user));
    }
    return {};
  };
  STRONGROOM_CHECK(into.store.together(have_them_join));
  return into.context.trail.flush();
}

}  // namespace

Status fill_people(const PeopleToFill& into, std::size_t users) {
  app::People people(into.context, into.sealer, {}, {}, app::InitialPassword({}));
  STRONGROOM_CHECK(people.load(false));
  const identity::Asker asker = server_itself();
  identity::GroupFields fields;
  fields.name = "Everybody";
  STRONGROOM_TRY(const auto group, people.groups().create(asker, fields));
  const auto viewer = identity::id_of(identity::BuiltInRole::kViewer);
  STRONGROOM_TRY(const auto granted, people.groups().grant(asker, group.id, viewer, {}));
  static_cast<void>(granted);
  for (std::size_t first = 0; first < users; first += kTogether) {
    STRONGROOM_CHECK(fill_some(into, people, group, first, std::min(first + kTogether, users)));
  }
  return {};
}

}  // namespace strongroom
