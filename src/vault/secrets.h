#pragma once
// Secrets: passwords, API keys, certificates with their keys and other texts of a target system,
// known by their labels.

#include <optional>
#include <string>

#include "crypto/password_generator.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/list.h"
#include "vault/projects.h"
#include "vault/secret_content.h"
#include "vault/secret_index.h"
#include "vault/secret_types.h"

namespace strongroom::vault {

// nullopt: leave as it is (on update), or the default (on creation). The first four are given on
// creation alone.
struct SecretFields {
  std::optional<ProjectId> project;
  std::optional<TargetSystemId> target_system;  // with OAuth or without
  std::optional<SecretKind> kind;
  std::optional<NewSecretValue> value;
  std::optional<std::string> label;
  std::optional<std::string> user_name;
  std::optional<std::string> notes;
  std::optional<Owner> owner;
};

struct SecretQuery {
  ListQuery list;                               // what narrows lists of OAuth clients, but `state`
  std::optional<SecretKind> kind = {};          // nullopt: all
  std::string search = {};                      // as the filter, in labels and user names
  std::optional<WallTime> expires_before = {};  // the current value
};

// As Projects: worker threads only, same common errors. What people decide of a secret needs
// kConfigure where it is.
class Secrets {
 public:
  // Both must outlive it.
  Secrets(Context& context, SecretIndex& index) : context_(context), index_(index) {}

  // Errors: kInvalidArgument at the field (/label, /value, /target_system, ...); kConflict
  // "duplicate" at /label with "existing_id".
  Result<StoredSecret> create(const Actor& actor, SecretFields fields);
  Result<StoredSecret> get(const Actor& actor, SecretId id);
  Result<Page<StoredSecret>> list(const Actor& actor, const SecretQuery& query);
  // Errors: as create(); kPreconditionFailed.
  Result<StoredSecret> update(const Actor& actor, SecretId id, Revision expected,
                              SecretFields fields);

  // Puts a value beside the one that is there; robots get it at once if it is made current, and as
  // the next one until then. Errors: kInvalidArgument as read_secret_content(); kConflict "in_use",
  // there are two already; kPreconditionFailed, somebody else added one just now.
  Result<StoredSecret> add_value(const Actor& actor, SecretId id, NewSecretValue value,
                                 bool make_current);
  // Robots get that one from now on, and the other one as the next. Errors: kNotFound.
  Result<StoredSecret> make_current(const Actor& actor, SecretId id, SecretValueId value);
  // Destroys the value that is not current. Errors: kNotFound; kConflict "in_use", it is current.
  Result<StoredSecret> drop_value(const Actor& actor, SecretId id, SecretValueId value);

  Result<Affected> affected(const Actor& actor, SecretId id);
  // Stops every look-up of it before it answers (invariant 7). Can be undone for seven days.
  Result<Affected> remove(const Actor& actor, SecretId id, std::optional<Revision> expected = {});
  Result<StoredSecret> restore(const Actor& actor, SecretId id);

  // The kill that stops it: of its target system, provider or project.
  std::optional<KillId> kill_of(const StoredSecret& secret) const;

  // For whoever may configure something. It is stored nowhere. Errors: kPermissionDenied; as
  // crypto::generate_password().
  Result<crypto::GeneratedPassword> generate_password(const Actor& actor,
                                                      const crypto::PasswordWish& wish) const;

  // Destroys what was deleted more than seven days ago, itself or with its target system or
  // project. Called by the job loop, before those are purged.
  Status purge();

 private:
  Context& context_;
  SecretIndex& index_;
};

}  // namespace strongroom::vault
