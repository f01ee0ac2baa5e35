#include "notify/targets.h"

#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "storage/project_rows.h"
#include "vault/change_event.h"

namespace strongroom::notify {
namespace {

using audit::Action;
using storage::NotificationTargetRow;
using storage::Snapshot;
using storage::Transaction;

Error no_such_target() { return Error{Code::kNotFound, "There is no such notification target."}; }

// The names of what differs.
std::vector<std::string> changed_fields(const TargetSettings& before, const TargetSettings& after) {
  std::vector<std::string> fields;
  const auto note = [&](bool differs, const char* name) {
    if (differs) fields.emplace_back(name);
  };
  note(before.name != after.name, "name");
  note(before.url != after.url, "url");
  note(before.events != after.events, "events");
  note(before.projects != after.projects, "projects");
  note(before.trusted_ca_pem != after.trusted_ca_pem, "trusted_ca_pem");
  note(before.allowed_addresses != after.allowed_addresses, "allowed_addresses");
  note(before.enabled != after.enabled, "enabled");
  return fields;
}

Status may_manage(const vault::Actor& actor) {
  return actor.need_everywhere(Permission::kManageServer);
}

// Whoever decides what is told to whom is told of all clients.
Status may_tell(const vault::Actor& actor) {
  STRONGROOM_CHECK(may_manage(actor));
  return actor.need_everywhere(Permission::kView);
}

}  // namespace

Result<NotificationTargetRow> Targets::living_row(Snapshot& snapshot, TargetId id) const {
  STRONGROOM_TRY(auto row, storage::find_notification_target(snapshot, id.uuid));
  if (!row) return no_such_target();
  STRONGROOM_CHECK(check_target(parts_.context.sealer, *row));
  return *std::move(row);
}

Result<TargetState> Targets::state_of(Snapshot& snapshot, const NotificationTargetRow& row) const {
  STRONGROOM_TRY(Target target, read(row));
  STRONGROOM_TRY(const auto deliveries, storage::count_notifications_of(snapshot, row.id));
  return TargetState{.target = std::move(target), .deliveries = deliveries};
}

Status Targets::check_names(Snapshot& snapshot, const TargetSettings& settings,
                            const Uuid& except) const {
  STRONGROOM_TRY(const auto rows, storage::all_notification_targets(snapshot));
  if (except.is_nil() && rows.size() >= kMost) {
    return Error{Code::kConflict, "There are 50 notification targets already.", {}, "too_many"};
  }
  for (const NotificationTargetRow& row : rows) {
    if (row.id == except || row.name_key != name_key(settings.name)) continue;
    return Error{Code::kConflict, "There is a notification target of this name.", {}, "duplicate"}
        .with("existing_id", row.id)
        .at("/name");
  }
  for (std::size_t i = 0; i < settings.projects.size(); ++i) {
    STRONGROOM_TRY(const auto project, storage::find_project(snapshot, settings.projects[i]));
    if (project && !project->stamps.deleted_at) continue;
    return Error{Code::kInvalidArgument, "There is no such project."}.at("/projects/" +
                                                                         std::to_string(i));
  }
  return {};
}

Result<std::vector<TargetState>> Targets::list(const vault::Actor& actor) {
  STRONGROOM_CHECK(may_manage(actor));
  using States = std::vector<TargetState>;
  return storage::read<States>(parts_.context.store, [&](Snapshot& snapshot) -> Result<States> {
    STRONGROOM_TRY(const auto rows, storage::all_notification_targets(snapshot));
    States states;
    states.reserve(rows.size());
    for (const NotificationTargetRow& row : rows) {
      STRONGROOM_TRY(TargetState state, state_of(snapshot, row));
      states.push_back(std::move(state));
    }
    return states;
  });
}

Result<TargetState> Targets::find(const vault::Actor& actor, TargetId id) {
  STRONGROOM_CHECK(may_manage(actor));
  return storage::read<TargetState>(
      parts_.context.store, [&](Snapshot& snapshot) -> Result<TargetState> {
        STRONGROOM_TRY(const auto row, storage::find_notification_target(snapshot, id.uuid));
        if (!row) return no_such_target();
        return state_of(snapshot, *row);
      });
}

Result<NewSecret> Targets::create(const vault::Actor& actor, TargetSettings settings) {
  vault::Context& context = parts_.context;
  STRONGROOM_CHECK(may_tell(actor));
  STRONGROOM_CHECK(vault::need_writable_audit(context));
  STRONGROOM_TRY(settings, checked(std::move(settings)));
  NotificationTargetRow row;
  const WallTime now = context.clock.now();
  row.id = crypto::make_uuid(now, context.random);
  row.created_at = row.updated_at = now;
  row.secret_generation = 0;
  write(settings, row);
  STRONGROOM_TRY(WebhookSecretText text,
                 replace_secret(context.sealer, context.random, row, std::nullopt));
  const Status written = context.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(check_names(tx, settings, {}));
    STRONGROOM_TRY(row.mac, target_mac(context.sealer, row));
    STRONGROOM_CHECK(storage::insert_notification_target(tx, row));
    return vault::record(
        context, tx, actor,
        {.action = Action::kNotificationTargetCreated, .subject = row.id, .name = row.name});
  });
  STRONGROOM_CHECK(written);
  STRONGROOM_TRY(Target target, read(row));
  return NewSecret{.target = std::move(target), .text = std::move(text)};
}

Result<TargetState> Targets::update(const vault::Actor& actor, TargetId id, std::int64_t expected,
                                    TargetSettings settings) {
  vault::Context& context = parts_.context;
  STRONGROOM_CHECK(may_tell(actor));
  STRONGROOM_CHECK(vault::need_writable_audit(context));
  STRONGROOM_TRY(settings, checked(std::move(settings)));
  return storage::write<TargetState>(context.store, [&](Transaction& tx) -> Result<TargetState> {
    STRONGROOM_TRY(NotificationTargetRow row, living_row(tx, id));
    if (row.revision != expected) {
      return Error{Code::kPreconditionFailed, "Somebody else changed it meanwhile; read it again."};
    }
    STRONGROOM_CHECK(check_names(tx, settings, row.id));
    STRONGROOM_TRY(const Target before, read(row));
    write(settings, row);
    row.revision += 1;
    row.updated_at = context.clock.now();
    STRONGROOM_TRY(row.mac, target_mac(context.sealer, row));
    STRONGROOM_CHECK(storage::update_notification_target(tx, row));
    STRONGROOM_CHECK(vault::record(context, tx, actor,
                                   {.action = Action::kNotificationTargetUpdated,
                                    .subject = row.id,
                                    .name = row.name,
                                    .fields = changed_fields(before.settings, settings)}));
    return state_of(tx, row);
  });
}

Status Targets::remove(const vault::Actor& actor, TargetId id) {
  STRONGROOM_CHECK(may_manage(actor));
  return parts_.context.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto row, storage::find_notification_target(tx, id.uuid));
    if (!row) return no_such_target();
    STRONGROOM_CHECK(storage::delete_notification_target(tx, id.uuid));
    return vault::record(
        parts_.context, tx, actor,
        {.action = Action::kNotificationTargetDeleted, .subject = row->id, .name = row->name});
  });
}

Result<NewSecret> Targets::rotate_secret(const vault::Actor& actor, TargetId id) {
  vault::Context& context = parts_.context;
  STRONGROOM_CHECK(may_tell(actor));
  STRONGROOM_CHECK(vault::need_writable_audit(context));
  return storage::write<NewSecret>(context.store, [&](Transaction& tx) -> Result<NewSecret> {
    STRONGROOM_TRY(NotificationTargetRow row, living_row(tx, id));
    const WallTime now = context.clock.now();
    STRONGROOM_TRY(WebhookSecretText text,
                   replace_secret(context.sealer, context.random, row, now + kBothSecrets));
    row.revision += 1;
    row.updated_at = now;
    STRONGROOM_TRY(row.mac, target_mac(context.sealer, row));
    STRONGROOM_CHECK(storage::update_notification_target(tx, row));
    STRONGROOM_CHECK(vault::record(context, tx, actor,
                                   {.action = Action::kNotificationTargetSecretReplaced,
                                    .subject = row.id,
                                    .name = row.name}));
    STRONGROOM_TRY(Target target, read(row));
    return NewSecret{.target = std::move(target), .text = std::move(text)};
  });
}

Result<WebhookOutcome> Targets::test(const vault::Actor& actor, TargetId id) {
  vault::Context& context = parts_.context;
  STRONGROOM_CHECK(may_manage(actor));
  STRONGROOM_CHECK(vault::need_writable_audit(context));
  STRONGROOM_TRY(const NotificationTargetRow row,
                 storage::read<NotificationTargetRow>(
                     context.store, [&](Snapshot& snapshot) { return living_row(snapshot, id); }));
  const WallTime now = context.clock.now();
  const Envelope envelope{
      .id = crypto::make_uuid(now, context.random), .at = now, .source = parts_.source()};
  const std::string message_id = envelope.id.text();
  const std::string body = test_cloud_event(row.name, envelope);
  STRONGROOM_TRY(http::OutgoingRequest request,
                 webhook_request(context.sealer, parts_.network, row,
                                 {.id = message_id, .body = body, .at = now}));
  const WebhookOutcome outcome =
      outcome_of(http::send_and_wait(parts_.client, std::move(request)), context.clock.now());
  STRONGROOM_CHECK(context.store.write([&](Transaction& tx) {
    return vault::record(
        context, tx, actor,
        {.action = Action::kNotificationTargetTested,
         .subject = row.id,
         .name = row.name,
         .outcome = outcome.taken ? audit::Outcome::kSuccess : audit::Outcome::kFailure,
         .reason = outcome.taken    ? std::string_view()
                   : outcome.status ? std::string_view("refused")
                                    : std::string_view("unreachable")});
  }));
  return outcome;
}

Result<storage::RowPage<storage::NotificationDeliveryRow>> Targets::deliveries(
    const vault::Actor& actor, const storage::NotificationDeliveryFilter& filter) {
  STRONGROOM_CHECK(may_manage(actor));
  using DeliveryPage = storage::RowPage<storage::NotificationDeliveryRow>;
  return storage::read<DeliveryPage>(parts_.context.store, [&](Snapshot& snapshot) {
    return storage::list_notification_deliveries(snapshot, filter);
  });
}

Status Targets::resend(const vault::Actor& actor, const Uuid& delivery) {
  STRONGROOM_CHECK(may_manage(actor));
  return parts_.context.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(auto row, storage::find_notification_delivery(tx, delivery));
    if (!row) return Error{Code::kNotFound, "There is no such delivery: it may have been taken."};
    row->next_try_at = parts_.context.clock.now();
    row->tries = 0;
    row->first_tried_at = std::nullopt;
    STRONGROOM_TRY([[maybe_unused]] const bool there, storage::put_notification_try(tx, *row));
    return vault::record(parts_.context, tx, actor,
                         {.action = Action::kNotificationResent,
                          .subject = row->target_id.value_or(Uuid{}),
                          .name = row->event_type});
  });
}

Result<std::int64_t> Targets::resend_all(const vault::Actor& actor, TargetId id) {
  STRONGROOM_CHECK(may_manage(actor));
  return storage::write<std::int64_t>(
      parts_.context.store, [&](Transaction& tx) -> Result<std::int64_t> {
        STRONGROOM_TRY(const auto row, storage::find_notification_target(tx, id.uuid));
        if (!row) return no_such_target();
        STRONGROOM_TRY(const std::int64_t revived,
                       storage::revive_notifications(tx, id.uuid, parts_.context.clock.now()));
        if (revived == 0) return revived;
        STRONGROOM_CHECK(vault::record(
            parts_.context, tx, actor,
            {.action = Action::kNotificationResent, .subject = row->id, .name = row->name}));
        return revived;
      });
}

Status Targets::discard(const vault::Actor& actor, const Uuid& delivery) {
  STRONGROOM_CHECK(may_manage(actor));
  return parts_.context.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto row, storage::find_notification_delivery(tx, delivery));
    if (!row) return Error{Code::kNotFound, "There is no such delivery: it may have been taken."};
    STRONGROOM_TRY([[maybe_unused]] const bool there,
                   storage::delete_notification_delivery(tx, delivery));
    return vault::record(parts_.context, tx, actor,
                         {.action = Action::kNotificationDiscarded,
                          .subject = row->target_id.value_or(Uuid{}),
                          .name = row->event_type});
  });
}

Status Targets::turn_off(vault::Context& context, Transaction& tx, const Uuid& id,
                         const std::string& url) {
  STRONGROOM_TRY(auto row, storage::find_notification_target(tx, id));
  if (!row || !row->enabled || row->url != url) return {};
  // One that somebody else wrote is told nothing anyhow.
  if (!check_target(context.sealer, *row)) return {};
  STRONGROOM_CHECK(notify::turn_off(context.sealer, tx, *row, context.clock.now()));
  return vault::record(context, tx, vault::Actor{.kind = audit::ActorKind::kServer},
                       {.action = Action::kNotificationTargetUpdated,
                        .subject = row->id,
                        .name = row->name,
                        .fields = {"enabled"},
                        .reason = "gone"});
}

Status Targets::forget_old_secrets(vault::Context& context) {
  return context.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(auto rows, storage::all_notification_targets(tx));
    for (NotificationTargetRow& row : rows) {
      const bool is_over =
          row.previous_secret_until && *row.previous_secret_until <= context.clock.now();
      if (!is_over || !check_target(context.sealer, row)) continue;
      row.previous_secret_until.reset();
      row.sealed_previous_secret.clear();
      STRONGROOM_TRY(row.mac, target_mac(context.sealer, row));
      STRONGROOM_CHECK(storage::update_notification_target(tx, row));
    }
    return {};
  });
}

}  // namespace strongroom::notify
