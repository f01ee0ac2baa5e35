#pragma once
// What may be delivered to a Basic Engine Robot. It bypasses robot access: the robot has what
// somebody stored for it who may grant access, as long as the client's own box is ticked.

#include <cstdint>
#include <optional>
#include <string_view>

#include "vault/lookup_entries.h"
#include "vault/lookup_index.h"

namespace strongroom::vault {

// Why an input is not delivered; the first that is so.
enum class Undeliverable : std::uint8_t {
  kForbidden,        // to nobody, by the switch of the whole server
  kGone,             // the client, its target system or its project was deleted
  kOtherProject,     // the client is not of the robot's project any more
  kDisabled,         // or a draft
  kKilled,           // the client, or what it belongs to
  kBoxOff,           // the client's own box is not ticked
  kCertificateFlow,  // the target system proves with a private key who it is
  kBound,            // the token is bound to a key or certificate
  kInvalid,          // in a strict project something changed since; or the row is not believed
};
// The word in the REST API: "box_off".
std::string_view to_text(Undeliverable why);

// nullopt: nothing is in the way. `found`: what LookupIndex::find() said of the input's client.
std::optional<Undeliverable> why_not_delivered(const LookupIndex& index, ProjectId robot_project,
                                               const InputEntry& input,
                                               const LookupIndex::Found& found);

// What a runner is told of it: whether a client was deleted, disabled or killed is for people.
std::string_view for_a_runner(Undeliverable why);

}  // namespace strongroom::vault
