#pragma once
// The notification targets, as people administer them.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "http/client.h"
#include "http/network.h"
#include "notify/target.h"
#include "notify/webhook.h"
#include "storage/notification_rows.h"
#include "vault/actor.h"
#include "vault/context.h"

namespace strongroom::notify {

struct TargetState {
  Target target;
  storage::NotificationCounts deliveries;
};

struct NewSecret {
  Target target;
  WebhookSecretText text;  // to be shown once
};

// Safe to use from any thread. Everything blocks: worker threads only. Errors of all, beside their
// own: kPermissionDenied without kManageServer everywhere; kNotFound; kUnavailable (storage),
// "audit_unavailable"; kCorrupt, the target was changed from outside.
class Targets {
 public:
  static constexpr std::size_t kMost = 50;
  // How long the secret before signs as well.
  static constexpr Milliseconds kBothSecrets = std::chrono::hours(24);

  // Everything must outlive it.
  struct Parts {
    vault::Context& context;
    http::Client& client;
    const http::Network& network;
    std::function<std::string()> source;  // the server's public URL
  };
  explicit Targets(Parts parts) : parts_(std::move(parts)) {}

  // By name.
  Result<std::vector<TargetState>> list(const vault::Actor& actor);
  Result<TargetState> find(const vault::Actor& actor, TargetId id);

  // Needs kView everywhere as well: it is told what it would see. Errors: as checked();
  // kInvalidArgument at /projects/N, there is no such project; kConflict "duplicate", "too_many".
  Result<NewSecret> create(const vault::Actor& actor, TargetSettings settings);
  // Replaces all settings. Errors: as create(); kPreconditionFailed.
  Result<TargetState> update(const vault::Actor& actor, TargetId id, std::int64_t expected,
                             TargetSettings settings);
  Status remove(const vault::Actor& actor, TargetId id);
  Result<NewSecret> rotate_secret(const vault::Actor& actor, TargetId id);
  // Sends a test event now, and waits some seconds for the answer.
  Result<WebhookOutcome> test(const vault::Actor& actor, TargetId id);

  // What was not taken yet, the newest first.
  Result<storage::RowPage<storage::NotificationDeliveryRow>> deliveries(
      const vault::Actor& actor, const storage::NotificationDeliveryFilter& filter);
  // A dead letter, or one that waits, is due now.
  Status resend(const vault::Actor& actor, const Uuid& delivery);
  // All dead letters of a target. How many.
  Result<std::int64_t> resend_all(const vault::Actor& actor, TargetId id);
  Status discard(const vault::Actor& actor, const Uuid& delivery);

  // The receiver at `url` said that it wants no more: its target is turned off, and the trail tells
  // so, unless it is another's by now. Of the courier, in its transaction.
  static Status turn_off(vault::Context& context, storage::Transaction& tx, const Uuid& id,
                         const std::string& url);
  // Destroys replaced secrets that sign no more.
  static Status forget_old_secrets(vault::Context& context);

 private:
  Result<storage::NotificationTargetRow> living_row(storage::Snapshot& snapshot, TargetId id) const;
  Status check_names(storage::Snapshot& snapshot, const TargetSettings& settings,
                     const Uuid& except) const;
  Result<TargetState> state_of(storage::Snapshot& snapshot,
                               const storage::NotificationTargetRow& row) const;

  const Parts parts_;
};

}  // namespace strongroom::notify
