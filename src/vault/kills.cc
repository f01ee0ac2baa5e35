#include "vault/kills.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "storage/kill_rows.h"
#include "vault/change_event.h"
#include "vault/field_rules.h"
#include "vault/lookup_index.h"
#include "vault/row_mac.h"
#include "vault/stored.h"

namespace strongroom::vault {
namespace {

using storage::KillRow;
using storage::Transaction;

constexpr std::size_t kLongestReason = 1'000;  // bytes

Error no_such(LiteralText message, std::string field) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

Error nothing_of_the_kind(KillScope scope) {
  switch (scope) {
    case KillScope::kRobot:
      return no_such("There is no such robot.", "/robot");
    case KillScope::kOAuthClient:
      return no_such("There is no such OAuth client.", "/oauth_client");
    case KillScope::kTargetSystem:
      return no_such("There is no such target system.", "/target_system");
    case KillScope::kServiceProvider:
      return no_such("There is no such service provider.", "/service_provider");
    case KillScope::kProject:
      return no_such("There is no such project.", "/project");
  }
  return no_such_thing();
}

std::optional<Uuid> maybe(const Uuid& id) { return id.is_nil() ? std::nullopt : std::optional(id); }

KillRow to_row(const Kill& kill) {
  KillRow row;
  row.id = kill.id.uuid;
  row.scope = to_text(kill.subject.scope);
  row.subject_id = maybe(kill.subject.id);
  row.service_provider = kill.subject.service_provider;
  row.project_id = maybe(kill.project);
  row.name = kill.name;
  row.reason = kill.reason;
  row.revocation = to_text(kill.revocation);
  row.killed_by = kill.killed_by;
  row.killed_at = kill.killed_at;
  return row;
}

Result<Kill> to_kill(const KillRow& row) {
  const auto scope = kill_scope_from_text(row.scope);
  const auto revocation = kill_revocation_from_text(row.revocation);
  if (!scope || !revocation) {
    return Error{Code::kCorrupt, "A stored row is damaged.", "kills " + row.id.text()};
  }
  return Kill{.id = KillId{row.id},
              .subject = {.scope = *scope,
                          .id = row.subject_id.value_or(Uuid{}),
                          .service_provider = row.service_provider},
              .project = row.project_id.value_or(Uuid{}),
              .name = row.name,
              .reason = row.reason,
              .revocation = *revocation,
              .killed_by = row.killed_by,
              .killed_at = row.killed_at};
}

// A service provider has no id that could be the event's subject, and a restore has to know it.
Change change(audit::Action action, const Kill& kill) {
  std::vector<std::string> fields{std::string(to_text(kill.subject.scope))};
  if (!kill.subject.service_provider.empty()) fields.push_back(kill.subject.service_provider);
  return {.action = action,
          .subject = kill.subject.id,
          .project = kill.project,
          .name = kill.name,
          .fields = std::move(fields)};
}

// Fills in what the subject is called and which project it is of, from memory. False: there is no
// such thing.
bool find_subject(Context& context, Kill& kill) {
  const Uuid& id = kill.subject.id;
  switch (kill.subject.scope) {
    case KillScope::kRobot: {
      const auto robot = context.index.find(RobotId{id});
      if (!robot) return false;
      kill.project = robot->project.uuid;
      kill.name = robot->name;
      return true;
    }
    case KillScope::kOAuthClient: {
      const auto client = context.index.find(OAuthClientId{id}).client;
      if (!client) return false;
      kill.project = client->project.uuid;
      kill.name = client->label;
      return true;
    }
    case KillScope::kTargetSystem: {
      const auto system = context.index.find(TargetSystemId{id});
      if (!system) return false;
      if (system->project) kill.project = system->project->uuid;
      kill.name = system->name;
      return true;
    }
    case KillScope::kServiceProvider: {
      const catalogue::ProviderPtr provider = context.catalogue.find(kill.subject.service_provider);
      if (provider != nullptr) kill.name = provider->name;
      return provider != nullptr;
    }
    case KillScope::kProject: {
      const auto project = context.index.find(ProjectId{id});
      if (!project) return false;
      kill.project = id;
      kill.name = project->name;
      return true;
    }
  }
  return false;
}

Status check_reason(const std::string& reason) {
  if (reason.empty()) return no_such("Say why: whoever may lift it has to know.", "/reason");
  if (reason.size() > kLongestReason) {
    return no_such("This is longer than 1,000 bytes.", "/reason");
  }
  const Status sound = check_description(reason);
  return sound ? sound : no_such("This is no text.", "/reason");
}

}  // namespace

Status Kills::load() {
  using Rows = std::vector<KillRow>;
  STRONGROOM_TRY(const Rows rows, storage::read<Rows>(context_.store, storage::all_kills));
  for (const KillRow& row : rows) {
    STRONGROOM_CHECK(check_mac(context_.sealer, row));
    STRONGROOM_TRY(Kill kill, to_kill(row));
    context_.index.put_kill(kill.id, kill.subject);
    state_.lock()->kills.emplace(kill.id, std::move(kill));
  }
  return {};
}

Result<Kill> Kills::describe(const Actor& actor, const KillRequest& request) {
  Kill kill;
  kill.subject = request.subject;
  if (!find_subject(context_, kill)) return nothing_of_the_kind(kill.subject.scope);
  const Status may = actor.need(Permission::kKill, kill.project);
  if (!may && may.error().code == Code::kNotFound) return nothing_of_the_kind(kill.subject.scope);
  STRONGROOM_CHECK(may);
  STRONGROOM_CHECK(check_reason(request.reason));
  kill.killed_at = context_.clock.now();
  kill.id = KillId{crypto::make_uuid(kill.killed_at, context_.random)};
  kill.reason = request.reason;
  kill.revocation = request.revoke_upstream ? KillRevocation::kQueued : KillRevocation::kOff;
  kill.killed_by = actor.id;
  kill.is_durable = false;
  return kill;
}

Result<Kill> Kills::set(const Actor& actor, const KillRequest& request) {
  STRONGROOM_CHECK(actor.need(Permission::kKill));
  STRONGROOM_TRY(Kill kill, describe(actor, request));
  const audit::Event event = event_of(context_, actor, change(audit::Action::kKillSet, kill));
  std::optional<Kill> known;
  {
    const auto state = state_.lock();
    const auto before = std::ranges::find_if(
        state->kills, [&](const auto& one) { return one.second.subject == kill.subject; });
    if (before != state->kills.end()) known = before->second;
  }
  if (known) return request.revoke_upstream ? revoke_too(actor, *known) : *std::move(known);
  {
    const auto state = state_.lock();
    context_.index.put_kill(kill.id, kill.subject);
    state->kills.emplace(kill.id, kill);
    state->unwritten.emplace(kill.id, event);
  }
  // Whatever comes of this, it is stopped; write_pending() tries again.
  if (const Status written = write_pending(); !written) {
    context_.log.failed("A kill is in force but could not be written down yet.", written.error(),
                        {{"kill", kill.id.uuid}});
  }
  const auto state = state_.lock();
  const auto now = state->kills.find(kill.id);
  return now == state->kills.end() ? kill : now->second;
}

// Who stopped it left the tokens alone, and somebody else wants them gone.
Result<Kill> Kills::revoke_too(const Actor& actor, Kill kill) {
  if (kill.revocation != KillRevocation::kOff) return kill;
  STRONGROOM_CHECK(write_pending());
  const std::lock_guard one_at_a_time(writing_);
  const Status written = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(
        storage::set_kill_revocation(tx, kill.id.uuid, to_text(KillRevocation::kQueued)));
    return record(context_, tx, actor, change(audit::Action::kKillSet, kill));
  });
  STRONGROOM_CHECK(written);
  const auto state = state_.lock();
  const auto now = state->kills.find(kill.id);
  if (now == state->kills.end()) return no_such_thing();
  now->second.revocation = KillRevocation::kQueued;
  return now->second;
}

Status Kills::write(const Kill& kill, const audit::Event& event) {
  KillRow row = to_row(kill);
  STRONGROOM_TRY(row.mac, mac_of(context_.sealer, row));
  return context_.store.write([&](Transaction& tx) -> Status {
    // It may have been written although the answer was lost.
    STRONGROOM_TRY(const bool is_there, storage::has_kill(tx, row.id));
    if (is_there) return {};
    STRONGROOM_CHECK(storage::insert_kill(tx, row));
    return context_.trail.record_change(tx, event);
  });
}

Status Kills::write_pending() {
  const std::lock_guard one_at_a_time(writing_);
  const auto unwritten = state_.lock()->unwritten;
  for (const auto& [id, event] : unwritten) {
    const Kill kill = state_.lock()->kills.at(id);
    STRONGROOM_CHECK(write(kill, event));
    const auto state = state_.lock();
    state->kills.at(id).is_durable = true;
    state->unwritten.erase(id);
  }
  return {};
}

Result<std::vector<Kill>> Kills::list(const Actor& actor) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  std::vector<Kill> seen;
  const auto state = state_.lock();
  for (const auto& [id, kill] : state->kills) {
    if (kill.project.is_nil() || actor.need(Permission::kView, kill.project)) seen.push_back(kill);
  }
  std::ranges::reverse(seen);  // ids come in the order of time
  return seen;
}

Result<Kill> Kills::get(const Actor& actor, KillId id) {
  STRONGROOM_TRY(const std::vector<Kill> seen, list(actor));
  const auto found = std::ranges::find(seen, id, &Kill::id);
  if (found == seen.end()) return no_such_thing();
  return *found;
}

Status Kills::lift(const Actor& actor, KillId id) {
  STRONGROOM_CHECK(actor.need(Permission::kLiftKill));
  STRONGROOM_TRY(const Kill kill, get(actor, id));
  STRONGROOM_CHECK(actor.need(Permission::kLiftKill, kill.project));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_CHECK(write_pending());
  const std::lock_guard one_at_a_time(writing_);
  return context_.store.write([&](Transaction& tx) -> Status {
    if (!state_.lock()->kills.contains(id)) return no_such_thing();
    STRONGROOM_CHECK(storage::delete_kill(tx, id.uuid));
    tx.on_commit([this, id] {
      context_.index.remove_kill(id);
      state_.lock()->kills.erase(id);
    });
    return record(context_, tx, actor, change(audit::Action::kKillLifted, kill));
  });
}

std::optional<KillId> Kills::kill_of(OAuthClientId client) const {
  return context_.index.find(client).killed_by;
}

std::int64_t Kills::count() { return std::ssize(state_.lock()->kills); }
std::int64_t Kills::not_durable_count() { return std::ssize(state_.lock()->unwritten); }

}  // namespace strongroom::vault
