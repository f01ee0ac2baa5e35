#include "vault/target_system_faults.h"

#include <string_view>
#include <utility>

#include "storage/target_system_fault_rows.h"
#include "vault/change_event.h"
#include "vault/lookup_index.h"

namespace strongroom::vault {
namespace {

using oauth::FailureCause;

// Who was let through may never get as far as the provider; another one tries then.
constexpr Milliseconds kTryAgainUnless{60'000};

Actor the_server() { return Actor{.kind = audit::ActorKind::kServer}; }

TargetSystemFault fault_of(FailureCause cause, WallTime since) {
  const oauth::CauseFacts& facts = oauth::facts_of(cause);
  return {.cause = std::string(facts.name.view()),
          .message = std::string(facts.message.view()),
          .who_must_act = std::string(oauth::to_text(facts.who)),
          .where = std::string(facts.where.view()),
          .since = since};
}

Change change_of(Context& context, TargetSystemId system, audit::Action action) {
  Change change{.action = action, .subject = system.uuid, .name = {}};
  if (const auto entry = context.index.find(system)) {
    change.name = entry->name;
    if (entry->project) change.project = entry->project->uuid;
  }
  return change;
}

}  // namespace

bool is_fault_of_target_system(FailureCause cause) {
  return oauth::is_of_credential(cause) || cause == FailureCause::kUnauthorizedClient;
}

Status TargetSystemFaults::load() {
  using Rows = std::vector<storage::TargetSystemFaultRow>;
  STRONGROOM_TRY(const Rows rows, storage::read<Rows>(context_.store, [](auto& snapshot) {
                   return storage::all_target_system_faults(snapshot);
                 }));
  const auto known = known_.lock();
  for (const storage::TargetSystemFaultRow& row : rows) {
    const oauth::CauseFacts* const facts = oauth::find_cause(row.cause);
    if (facts == nullptr) continue;
    (*known)[TargetSystemId{row.target_system_id}] = {.revision = row.revision,
                                                      .since = row.since,
                                                      .next_try = context_.clock.boot_now(),
                                                      .cause = facts->cause,
                                                      .is_certain = true};
  }
  return {};
}

std::optional<Error> TargetSystemFaults::refusal(const TargetSystemEntry& system,
                                                 OAuthClientId client) {
  const BootTime now = context_.clock.boot_now();
  const auto known = known_.lock();
  const auto found = known->find(system.id);
  if (found == known->end() || !found->second.is_certain) return std::nullopt;
  if (found->second.revision != system.revision) return std::nullopt;
  const bool is_for_others = found->second.last == client;
  if (found->second.next_try + (is_for_others ? kLeftToOthers : Milliseconds{0}) <= now) {
    found->second.next_try = now + kTryAgainUnless;
    return std::nullopt;
  }
  Error error = oauth::as_error({.cause = found->second.cause});
  error.problem = "provider_refused";
  return error;
}

void TargetSystemFaults::note(const Refused& refused) {
  const WallTime now = context_.clock.now();
  if (!keep(refused, now)) return;
  const oauth::CauseFacts& facts = oauth::facts_of(refused.cause);
  context_.log.warning(
      "A service provider does not accept a target system's credentials; "
      "nothing is asked for its "
      "clients until they are mended.",
      {{"target_system", refused.system.uuid}, {"cause", facts.name.view()}});
  const Status recorded = record(refused, now);
  if (!recorded) {
    context_.log.failed("That a target system is at fault could not be noted.", recorded.error());
  }
}

// True: it is at fault from now on.
bool TargetSystemFaults::keep(const Refused& refused, WallTime now) {
  const BootTime boot_now = context_.clock.boot_now();
  const auto known = known_.lock();
  const auto [at, is_new] = known->try_emplace(refused.system);
  Known& fault = at->second;
  if (is_new || fault.revision != refused.revision) fault = {.first = refused.client};
  const bool was_certain = fault.is_certain;
  fault.revision = refused.revision;
  fault.last = refused.client;
  fault.is_certain = was_certain || !refused.may_be_the_clients || fault.first != refused.client;
  fault.cause = refused.cause;
  // Whoever presses Retrieve every now and then must not keep all others from being tried.
  if (!was_certain || !refused.is_by_person) fault.next_try = boot_now + kTryEvery;
  if (!was_certain) fault.since = now;
  return fault.is_certain && !was_certain;
}

Status TargetSystemFaults::record(const Refused& refused, WallTime now) {
  const std::string_view cause = oauth::facts_of(refused.cause).name.view();
  return context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::put_target_system_fault(
        tx, {refused.system.uuid, refused.revision, std::string(cause), now}));
    Change change = change_of(context_, refused.system, audit::Action::kTargetSystemAtFault);
    change.outcome = audit::Outcome::kFailure;
    change.reason = cause;
    return vault::record(context_, tx, the_server(), std::move(change));
  });
}

void TargetSystemFaults::note_accepted(TargetSystemId system) {
  {
    const auto known = known_.lock();
    const auto found = known->find(system);
    if (found == known->end()) return;
    const bool was_certain = found->second.is_certain;
    known->erase(found);
    if (!was_certain) return;
  }
  context_.log.info("A service provider accepts a target system's credentials again.",
                    {{"target_system", system.uuid}});
  const Status recorded = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::delete_target_system_fault(tx, system.uuid));
    return vault::record(context_, tx, the_server(),
                         change_of(context_, system, audit::Action::kTargetSystemAccepted));
  });
  if (!recorded) {
    context_.log.failed("That a target system is at fault no more could not be noted.",
                        recorded.error());
  }
}

std::optional<TargetSystemFault> TargetSystemFaults::find(TargetSystemId system,
                                                          Revision revision) {
  const auto known = known_.lock();
  const auto found = known->find(system);
  if (found == known->end() || !found->second.is_certain || found->second.revision != revision) {
    return std::nullopt;
  }
  return fault_of(found->second.cause, found->second.since);
}

std::vector<TargetSystemFaults::Listed> TargetSystemFaults::list() {
  std::vector<Listed> all;
  const auto known = known_.lock();
  for (const auto& [id, fault] : *known) {
    const auto entry = context_.index.find(id);
    const bool is_now = entry && fault.is_certain && fault.revision == entry->revision;
    if (is_now) all.push_back({id, fault_of(fault.cause, fault.since)});
  }
  return all;
}

}  // namespace strongroom::vault
