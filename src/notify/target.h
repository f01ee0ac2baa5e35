#pragma once
// Where webhooks are posted to, and its row.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/uuid.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "crypto/webhook_signature.h"
#include "notify/notification.h"
#include "storage/notification_rows.h"

namespace strongroom::notify {

using TargetId = Id<struct NotificationTargetKind>;
// A signing secret as people pass it on: "whsec_" and base64.
using WebhookSecretText = Secret<struct WebhookSecretTextKind>;

// As somebody entered it.
struct TargetSettings {
  std::string name;
  std::string url;
  std::vector<EventKind> events = {};
  std::vector<Uuid> projects = {};  // only what happens in these; empty: in all
  std::string trusted_ca_pem = {};  // empty: as the machine trusts
  std::vector<std::string> allowed_addresses = {};
  bool enabled = true;

  bool operator==(const TargetSettings&) const = default;
};

struct Target {
  TargetId id;
  TargetSettings settings;
  std::optional<WallTime> previous_secret_until = {};
  std::optional<WallTime> delivered_at = {};
  std::optional<WallTime> failing_since = {};
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
};

// Errors: kInvalidArgument at the member: a name that is none, a URL that cannot be posted to, no
// event, a project twice, a CA or an address that is none. Whether the projects exist is not asked.
Result<TargetSettings> checked(TargetSettings settings);

// Whether `target` is told of `notification`. What is of no project is told to who is told of all.
bool is_for(const TargetSettings& target, const Notification& notification);

// Writes the settings into the row, without its MAC.
void write(const TargetSettings& settings, storage::NotificationTargetRow& row);
// Errors: kCorrupt.
Result<Target> read(const storage::NotificationTargetRow& row);

// A new secret of the row, 256 bits. The one before signs until `previous_until` as well; nullopt:
// there is none before. Answers what the receiver's owner is shown once. Errors: as Sealer::seal().
Result<WebhookSecretText> replace_secret(crypto::Sealer& sealer, crypto::Random& random,
                                         storage::NotificationTargetRow& row,
                                         std::optional<WallTime> previous_until);
// Those that sign at `now`, the newest first. Errors: kCorrupt.
Result<std::vector<crypto::WebhookSecret>> signing_secrets(
    const crypto::Sealer& sealer, const storage::NotificationTargetRow& row, WallTime now);

// Nobody is told anything there from `now` on. Errors: kCorrupt, the row was changed from outside;
// as of the store.
Status turn_off(const crypto::Sealer& sealer, storage::Transaction& tx,
                storage::NotificationTargetRow& row, WallTime now);

// Over what decides who is told what. The sealed secrets are bound to the row by their own places.
// Errors: as Sealer::mac().
Result<std::string> target_mac(const crypto::Sealer& sealer,
                               const storage::NotificationTargetRow& row);
// Errors: kCorrupt, it was changed from outside.
Status check_target(const crypto::Sealer& sealer, const storage::NotificationTargetRow& row);

}  // namespace strongroom::notify
