#include "backup/clients.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "audit/event.h"
#include "crypto/uuid.h"
#include "storage/data_key_rows.h"
#include "storage/dpop_key_rows.h"
#include "storage/learned_value_rows.h"
#include "storage/oauth_client_rows.h"
#include "storage/refresh_token_rows.h"
#include "storage/restore_rows.h"
#include "storage/subject_client_rows.h"
#include "storage/token_rows.h"
#include "vault/dpop_keys.h"
#include "vault/granted_tokens.h"
#include "vault/learned_place.h"
#include "vault/restored_clients.h"
#include "vault/row_mac.h"
#include "vault/token_key.h"
#include "vault/types.h"

namespace strongroom::backup {
namespace {

using audit::Action;
using storage::OAuthClientRow;
using storage::RetrievedRow;
using storage::Transaction;

constexpr std::string_view kReason = "restore";
constexpr std::size_t kClientsAtOnce = 500;  // that share a transaction
using PlainToken = Secret<struct RestoredTokenKind>;

audit::Event event_of(Action action, const OAuthClientRow& client, crypto::Random& random,
                      WallTime now) {
  return {.id = crypto::make_uuid(now, random),
          .at = now,
          .action = action,
          .subject_id = client.id,
          .project_id = client.project_id,
          .subject_name = client.label,
          .reason = kReason};
}

// What a state knows of one client's tokens.
struct Known {
  OAuthClientRow client;
  RetrievedRow retrieved;
  std::optional<storage::RefreshTokenRow> refresh;
  std::optional<storage::DpopKeyRow> key;  // that they are bound to
  std::optional<storage::LearnedValuesRow> learned;
};

// Whether its tokens are of another client's grant. That grant may be another one since, and the
// restored row cannot say for which of them a token was got.
bool exchanges(const OAuthClientRow& client) {
  return client.subject_client_id || !client.token_subject.empty();
}

// All that came of sign-ins and retrievals, and whose it was.
Status forget_tokens(Transaction& tx, const Uuid& client) {
  STRONGROOM_CHECK(storage::delete_refresh_token(tx, client));
  STRONGROOM_CHECK(storage::delete_learned_values(tx, client));
  STRONGROOM_CHECK(storage::put_token_subject(tx, client, {}));
  return storage::drop_token(tx, client);  // its state goes by the refresh token
}

Result<std::optional<Known>> find_known(storage::Snapshot& snapshot, const Uuid& id) {
  using Maybe = std::optional<Known>;
  STRONGROOM_TRY(auto client, storage::find_oauth_client(snapshot, id));
  if (!client) return Maybe();
  STRONGROOM_TRY(auto retrieved, storage::find_retrieved(snapshot, id));
  STRONGROOM_TRY(auto refresh, storage::find_refresh_token(snapshot, id));
  STRONGROOM_TRY(auto key, storage::find_dpop_key(snapshot, id));
  STRONGROOM_TRY(auto learned, storage::find_learned_values(snapshot, id));
  return Maybe(Known{*std::move(client), *std::move(retrieved), std::move(refresh), std::move(key),
                     std::move(learned)});
}

// A token without them is worth more than no restore: those that were damaged are left out.
Status reseal_learned(OpenData& from, OpenData& to,
                      std::optional<storage::LearnedValuesRow>& learned) {
  if (!learned) return {};
  const auto place = vault::learned_place(*learned);
  const auto text = from.sealer().open<PlainToken>(place, learned->sealed_values);
  if (!text) {
    learned.reset();
    return {};
  }
  STRONGROOM_TRY(learned->sealed_values, to.sealer().seal(place, text->reveal()));
  return {};
}

// Opened where it was, and sealed for where it comes to: data keys may be others by now.
Status reseal(OpenData& from, OpenData& to, Known& known) {
  const vault::OAuthClientId client{known.client.id};
  const vault::ProjectId project{known.client.project_id};
  if (known.retrieved.token) {
    storage::TokenRow& token = *known.retrieved.token;
    const auto place = vault::token_place(client, {}, project, token.generation);
    STRONGROOM_TRY(const auto text, from.sealer().open<PlainToken>(place, token.sealed));
    STRONGROOM_TRY(token.sealed, to.sealer().seal(place, text.reveal()));
  }
  if (known.refresh) {
    storage::RefreshTokenRow& refresh = *known.refresh;
    STRONGROOM_TRY(const auto text,
                   vault::open_refresh_token(from.sealer(), project.uuid, refresh));
    STRONGROOM_TRY(
        refresh.sealed_token,
        to.sealer().seal(vault::refresh_token_place(client.uuid, project.uuid, refresh.generation,
                                                    refresh.destination),
                         text.reveal()));
  }
  if (known.key) {
    const auto place = vault::dpop_key_place(*known.key, project.uuid);
    STRONGROOM_TRY(const auto text, from.sealer().open<PlainToken>(place, known.key->sealed_key));
    STRONGROOM_TRY(known.key->sealed_key, to.sealer().seal(place, text.reveal()));
  }
  return reseal_learned(from, to, known.learned);
}

class Settling {
 public:
  Settling(OpenData& data, OpenData* before, const Newer& newer, crypto::Random& random,
           WallTime now, RestoreReport& report)
      : data_(data), before_(before), newer_(newer), random_(random), now_(now), report_(report) {}

  // In one transaction: with one a client, a restore of a million waits for the disk a million
  // times.
  Status some(std::span<const Uuid> ids) {
    // Before it: to seal may take a transaction of its own.
    std::vector<std::optional<Known>> known;
    known.reserve(ids.size());
    for (const Uuid& id : ids) {
      STRONGROOM_TRY(auto of_client, newer_known(id));
      known.push_back(std::move(of_client));
    }
    return data_.store().write([&](Transaction& tx) -> Status {
      for (std::size_t i = 0; i < ids.size(); ++i) {
        STRONGROOM_CHECK(one(tx, ids[i], known[i]));
      }
      return {};
    });
  }

 private:
  Status one(Transaction& tx, const Uuid& id, const std::optional<Known>& known) {
    STRONGROOM_TRY(const auto client, storage::find_oauth_client(tx, id));
    if (!client) return {};
    if (newer_.disabled_clients.contains(id)) STRONGROOM_CHECK(disable(tx, *client));
    if (!known && newer_.revoked_clients.contains(id)) return drop(tx, *client);
    if (exchanges(*client) || (known && exchanges(known->client))) return let_go(tx, id, known);
    if (known) return take_over(tx, *known);
    if (!client->refresh_issued_at) return {};
    return quarantine(tx, *client);
  }

  // What the state before the restore has, sealed for this one. A token that it has older cannot
  // be: the restored one may then be of a server that went on elsewhere.
  Result<std::optional<Known>> newer_known(const Uuid& id) {
    using Maybe = std::optional<Known>;
    if (before_ == nullptr) return Maybe();
    STRONGROOM_TRY(Maybe known,
                   storage::read<Maybe>(before_->store(), [&](storage::Snapshot& snapshot) {
                     return find_known(snapshot, id);
                   }));
    STRONGROOM_TRY(const Maybe restored,
                   storage::read<Maybe>(data_.store(), [&](storage::Snapshot& snapshot) {
                     return find_known(snapshot, id);
                   }));
    if (!known || !restored || known->client.project_id != restored->client.project_id ||
        known->retrieved.lease_epoch < restored->retrieved.lease_epoch) {
      return Maybe();
    }
    if (!exchanges(known->client) && !exchanges(restored->client)) {
      STRONGROOM_CHECK(reseal(*before_, data_, *known));
    }
    return known;
  }

  // It is got again for what the subject's grant is by then.
  static Status let_go(Transaction& tx, const Uuid& id, const std::optional<Known>& known) {
    if (known) {  // no generation becomes smaller
      storage::RetrievedRow nothing = known->retrieved;
      nothing.token.reset();
      STRONGROOM_CHECK(storage::put_retrieved(tx, id, nothing));
    }
    return forget_tokens(tx, id);
  }

  Status take_over(Transaction& tx, const Known& known) {
    const Uuid& id = known.client.id;
    STRONGROOM_CHECK(storage::put_retrieved(tx, id, known.retrieved));
    if (known.key) STRONGROOM_CHECK(storage::put_dpop_key(tx, *known.key));
    // Those of another grant say where that one's tokens go.
    STRONGROOM_CHECK(known.learned ? storage::put_learned_values(tx, *known.learned)
                                   : storage::delete_learned_values(tx, id));
    if (!known.refresh) return storage::delete_refresh_token(tx, id);
    STRONGROOM_CHECK(storage::put_refresh_token(tx, *known.refresh));
    if (known.client.quarantined_at) return quarantine(tx, known.client);  // of a restore before
    ++report_.kept_refresh_tokens;
    return {};
  }

  Status quarantine(Transaction& tx, const OAuthClientRow& client) {
    ++report_.quarantined;
    STRONGROOM_CHECK(
        vault::put_restore_mark(data_.sealer(), tx, client.id, storage::kQuarantineMark, now_));
    return data_.trail().record_change(
        tx, event_of(Action::kOAuthClientQuarantined, client, random_, now_));
  }

  Status drop(Transaction& tx, const OAuthClientRow& client) {
    ++report_.not_revived.others;
    STRONGROOM_CHECK(forget_tokens(tx, client.id));
    return data_.trail().record_change(
        tx, event_of(Action::kOAuthClientTokensRevoked, client, random_, now_));
  }

  Status disable(Transaction& tx, OAuthClientRow client) {
    if (client.state == to_text(vault::OAuthClientState::kDisabled)) return {};
    ++report_.not_revived.others;
    STRONGROOM_CHECK(vault::check_mac(data_.sealer(), client));
    client.state = to_text(vault::OAuthClientState::kDisabled);
    STRONGROOM_TRY(client.mac, vault::mac_of(data_.sealer(), client));
    STRONGROOM_CHECK(storage::update_oauth_client(tx, client));
    return data_.trail().record_change(
        tx, event_of(Action::kOAuthClientDisabled, client, random_, now_));
  }

  OpenData& data_;
  OpenData* before_;
  const Newer& newer_;
  crypto::Random& random_;
  const WallTime now_;
  RestoreReport& report_;
};

Result<std::vector<Uuid>> all_clients(OpenData& data) {
  using Ids = std::vector<Uuid>;
  return storage::read<Ids>(data.store(), [](storage::Snapshot& snapshot) -> Result<Ids> {
    Ids ids;
    STRONGROOM_TRY(const storage::RowRange range, storage::oauth_client_range(snapshot));
    STRONGROOM_CHECK(storage::for_each_oauth_client(
        snapshot, range.first, range.last,
        [&](const OAuthClientRow& row, storage::TokenRow* /*token*/) -> Status {
          ids.push_back(row.id);
          return {};
        }));
    return ids;
  });
}

// The purge of what was deleted has its tokens revoked at the provider. In the restored state that
// may be a client that somebody brought back since, whose grant lives: its old tokens go nowhere.
Status forget_tokens_of_deleted(OpenData& data) {
  return data.store().write([](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto ids, storage::clients_with_refresh_tokens(tx));
    for (const Uuid& id : ids) {
      STRONGROOM_TRY(const auto client, storage::find_oauth_client(tx, id));
      if (!client || !client->stamps.deleted_at) continue;
      STRONGROOM_CHECK(forget_tokens(tx, id));
    }
    return {};
  });
}

// Boxes for Basic Engine Robots.
class Boxes {
 public:
  Boxes(OpenData& data, BasicEngineAccess access, const Newer& newer, crypto::Random& random,
        WallTime now, RestoreReport& report)
      : data_(data), access_(access), newer_(newer), random_(random), now_(now), report_(report) {}

  // `is_input`: a restored robot takes the client as input.
  Status one(Transaction& tx, const Uuid& id, bool is_input) {
    STRONGROOM_TRY(auto client, storage::find_oauth_client(tx, id));
    if (!client) return {};
    const bool saved = client->allow_basic_engine_robots;
    const bool ended = was_unticked(*client);
    const bool on = !ended && wanted(saved, is_input);
    if (on == saved) return {};
    if (ended) ++report_.not_revived.others;
    STRONGROOM_CHECK(set(tx, *client, on));
    if (!on) return {};
    STRONGROOM_CHECK(
        vault::put_restore_mark(data_.sealer(), tx, id, storage::kBasicEngineMark, now_));
    report_.basic_engine_clients.push_back({id, client->label});
    return {};
  }

 private:
  // The trail says of each change of the box that there was one, and the backup where they began.
  bool was_unticked(const OAuthClientRow& client) const {
    const auto changes = newer_.box_changes.find(client.id);
    if (changes == newer_.box_changes.end()) return false;
    const bool is_other = changes->second % 2 != 0;
    return client.allow_basic_engine_robots == is_other;
  }

  bool wanted(bool saved, bool is_input) const {
    switch (access_) {
      case BasicEngineAccess::kRestored:
        return saved || is_input;
      case BasicEngineAccess::kAsSaved:
        return saved;
      case BasicEngineAccess::kOff:
        return false;
    }
    return false;
  }

  Status set(Transaction& tx, OAuthClientRow& client, bool on) {
    STRONGROOM_CHECK(vault::check_mac(data_.sealer(), client));
    client.allow_basic_engine_robots = on;
    STRONGROOM_TRY(client.mac, vault::mac_of(data_.sealer(), client));
    STRONGROOM_CHECK(storage::update_oauth_client(tx, client));
    auto event = event_of(Action::kOAuthClientUpdated, client, random_, now_);
    event.fields = {"allow_basic_engine_robots"};
    return data_.trail().record_change(tx, event);
  }

  OpenData& data_;
  const BasicEngineAccess access_;
  const Newer& newer_;
  crypto::Random& random_;
  const WallTime now_;
  RestoreReport& report_;
};

}  // namespace

Status settle_refresh_tokens(OpenData& data, OpenData* before, const Newer& newer,
                             crypto::Random& random, WallTime now, RestoreReport& report) {
  STRONGROOM_TRY(const std::vector<Uuid> ids, all_clients(data));
  Settling settling(data, before, newer, random, now, report);
  std::span<const Uuid> rest = ids;
  while (!rest.empty()) {
    const std::span<const Uuid> next = rest.first(std::min(rest.size(), kClientsAtOnce));
    STRONGROOM_CHECK(settling.some(next));
    rest = rest.subspan(next.size());
  }
  return forget_tokens_of_deleted(data);
}

Status set_basic_engine_access(OpenData& data, BasicEngineAccess access, const Newer& newer,
                               crypto::Random& random, WallTime now, RestoreReport& report) {
  STRONGROOM_TRY(
      const std::vector<Uuid> inputs,
      storage::read<std::vector<Uuid>>(data.store(), storage::clients_of_basic_engine_robots));
  const std::set<Uuid> is_input(inputs.begin(), inputs.end());
  std::set<Uuid> ids = is_input;
  for (const auto& [client, changes] : newer.box_changes) ids.insert(client);
  if (access == BasicEngineAccess::kOff) {
    STRONGROOM_TRY(const std::vector<Uuid> all, all_clients(data));
    ids.insert(all.begin(), all.end());
  }
  Boxes boxes(data, access, newer, random, now, report);
  return data.store().write([&](Transaction& tx) -> Status {
    for (const Uuid& id : ids) STRONGROOM_CHECK(boxes.one(tx, id, is_input.contains(id)));
    return {};
  });
}

}  // namespace strongroom::backup
