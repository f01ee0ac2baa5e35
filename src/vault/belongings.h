#pragma once
// What a person leaves behind: what they own, and what acts with their account.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// Whose. By e-mail address in any case; nothing belongs to nobody's.
struct Leaver {
  Uuid user;
  std::string email;
};

struct Belonging {
  Uuid id;
  Uuid project = {};  // nil: a target system of all projects
  std::string name;   // or the label of a client or secret
};
struct BelongingList {
  std::vector<Belonging> target_systems;  // that they own
  std::vector<Belonging> oauth_clients;   // that they own
  std::vector<Belonging> secrets;         // that they own
  std::vector<Belonging> signed_in_for;   // clients that act for their account
  std::vector<Belonging> authorized_by;   // clients for which they asked for the sign-in
};

struct Reassigned {
  std::int64_t target_systems = 0;
  std::int64_t oauth_clients = 0;
  std::int64_t secrets = 0;
};

// As Projects: worker threads only, same common errors.
class Belongings {
 public:
  explicit Belongings(Context& context) : context_(context) {}

  // Of what `actor` may see, living things only.
  Result<BelongingList> of(const Actor& actor, const Leaver& leaver);
  // Makes `to` the owner of what the leaver owns where `actor` may configure it; sign-ins stay: the
  // account's owner at the provider does not change by that.
  Result<Reassigned> reassign(const Actor& actor, const Leaver& leaver, const Owner& to);

 private:
  Context& context_;
};

}  // namespace strongroom::vault
