#pragma once
// What entering into a registration and caring for it have in common.

#include <optional>
#include <string_view>

#include "base/result.h"
#include "catalogue/provider.h"
#include "oauth/registration.h"
#include "storage/registration_rows.h"
#include "storage/target_system_rows.h"
#include "vault/registrations.h"

namespace strongroom::vault {

// A target system and its registration as they are stored.
struct Registrations::Stored {
  storage::TargetSystemRow row;
  TargetSystem system;
  std::optional<storage::RegistrationRow> registration;

  TargetSystemId id() const { return system.id; }
};

inline Error registration_conflict(LiteralText message, LiteralText problem) {
  return Error{Code::kConflict, message, {}, problem};
}

// Whether a target system with this entry, or none, can register by itself now.
// Errors: kConflict, as Registrations::enroll().
Status check_can_register(const TargetSystem& system, const catalogue::Provider* entry);

// When the secret of `row` is renewed; nullopt: it does not expire, or cannot be.
std::optional<WallTime> renewal_of(const storage::RegistrationRow& row, WallTime now);

// Puts the secret that came into `fields`, in place of those that there were; keys and certificates
// stay. A client whose method needs no secret has none.
void take_secret(const TargetSystem& system, oauth::RegisteredClient& client,
                 TargetSystemFields& fields);

}  // namespace strongroom::vault
