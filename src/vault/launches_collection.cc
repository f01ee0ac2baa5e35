// The last step of a launch: every right still stands, the tokens are opened, the answer leaves.

#include <algorithm>
#include <utility>

#include "vault/basic_engine.h"
#include "vault/launch_errors.h"
#include "vault/launches.h"
#include "vault/lookup_errors.h"
#include "vault/token_key.h"

namespace strongroom::vault {

Status Launches::collect(const Launch& launch, std::size_t input, std::string& out) {
  if (Status still = decide_again(launch); !still) {
    // The trail says already that they were delivered, and is told that they were not. Nothing
    // leaves, so nothing waits for that.
    for (const LaunchInput& one : launch.inputs) take_back(launch, one);
    return still;
  }
  const LaunchInput& wanted = launch.inputs[input];
  const crypto::Place place =
      token_place(wanted.entry.client, {}, wanted.found.client->project, wanted.token->generation);
  return context_.sealer.open_into(place, wanted.token->sealed, out);
}

// Whether all of what the launch was decided by still is so. Compares one number where nobody's
// rights changed since.
Status Launches::decide_again(const Launch& launch) const {
  const LookupIndex& index = context_.index;
  if (index.rights_epoch() == launch.rights_epoch) return {};
  const auto key = index.robot_by_key(launch.key_hash);
  if (!key || key->id != launch.key) return unauthenticated();
  if (index.basic_engine_is_forbidden()) return basic_engine_forbidden();
  const auto robot = index.find(launch.robot->id);
  if (!robot || !robot->is_basic_engine || !runs(*key->robot, *robot)) return no_such_launch();
  if (key->killed_by || index.kill_of(*robot)) return no_such_launch();
  const auto entries = index.inputs_of(robot->id);
  if ((entries ? entries->size() : 0) != launch.inputs.size()) return inputs_changed();
  for (const LaunchInput& input : launch.inputs) {
    const auto entry = std::ranges::find(*entries, input.entry.id, &InputEntry::id);
    if (entry == entries->end()) return inputs_changed();
    const auto why = why_not_delivered(index, robot->project, *entry, index.find(entry->client));
    if (why) return input_not_deliverable(entry->name, *why);
    if (index.withdrawn_since(entry->client, launch.rights_epoch)) {
      return of_input(tokens_withdrawn(), entry->name);
    }
  }
  return {};
}

void Launches::take_back(const Launch& launch, const LaunchInput& input) {
  audit::Event happened = event(launch, audit::Action::kLaunchDenied, &input);
  happened.outcome = audit::Outcome::kDenied;
  happened.reason = "rights_changed";
  happened.fingerprint = input.token->fingerprint;
  context_.trail.append(happened, [this](const Status& durable) {
    if (!durable) context_.log.failed("A denial could not be audited.", durable.error());
  });
}

}  // namespace strongroom::vault
