#include "vault/token_withdrawal.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "crypto/uuid.h"
#include "oauth/token_revocation.h"
#include "storage/learned_value_rows.h"
#include "storage/oauth_client_rows.h"
#include "storage/resource_token_rows.h"
#include "storage/subject_client_rows.h"
#include "storage/token_rows.h"
#include "vault/change_event.h"
#include "vault/client_settings.h"
#include "vault/lookup_index.h"
#include "vault/oauth_client_rules.h"
#include "vault/revocation_request.h"
#include "vault/stored.h"
#include "vault/stored_token.h"
#include "vault/subject_tokens.h"
#include "vault/token_key.h"

namespace strongroom::vault {
namespace {

using catalogue::RevokedTokens;
using oauth::TokenKind;
using storage::PendingRevocationRow;
using storage::Snapshot;
using storage::Transaction;

// How often somebody else may store a token between reading and taking them.
constexpr int kMaxTries = 5;

// The tokens of a client as they are stored.
struct HeldTokens {
  std::optional<storage::RefreshTokenRow> refresh;
  std::optional<storage::TokenRow> access;
  std::vector<storage::ResourceTokenRow> resources;

  bool none() const { return !refresh && !access && resources.empty(); }
  // Differs when any of them was replaced: no generation comes twice.
  std::string version() const {
    std::string text = std::to_string(refresh ? refresh->generation : 0) + " " +
                       std::to_string(access ? access->generation : 0);
    for (const auto& each : resources) {
      text += " " + each.resource + " " + std::to_string(each.token.generation);
    }
    return text;
  }
};

Result<HeldTokens> read_tokens(Snapshot& snapshot, const Uuid& id) {
  HeldTokens held;
  STRONGROOM_TRY(held.refresh, storage::find_refresh_token(snapshot, id));
  STRONGROOM_TRY(held.access, storage::find_token(snapshot, id));
  STRONGROOM_TRY(held.resources, storage::resource_tokens_of(snapshot, id));
  return held;
}

// Which of a client's tokens its provider has to be told of.
RevokedTokens named_at_provider(const Context& context, const ClientSettings& settings) {
  const catalogue::ProviderPtr provider = context.catalogue.find(settings.system.service_provider);
  return provider == nullptr ? RevokedTokens::kBoth : provider->revocation.tokens;
}

// Seals tokens for their pending rows, one after another.
class Sealing {
 public:
  Sealing(Context& context, const ClientSettings& settings)
      : context_(context),
        settings_(settings),
        tokens_(named_at_provider(context, settings)),
        now_(context.clock.now()) {}

  Status add(const storage::RefreshTokenRow& row) {
    if (row.expires_at && *row.expires_at <= now_) return {};
    if (!names(RevokedTokens::kRefreshToken)) return {};
    const auto token = open_refresh_token(context_.sealer, settings_.client.project_id, row);
    if (!token) return skip(token.error());
    return add(TokenKind::kRefreshToken, token->reveal(), row.destination, row.expires_at);
  }
  // `resource`: the one that it is for, or empty.
  Status add(const storage::TokenRow& row, std::string_view resource) {
    if (row.expires_at && *row.expires_at <= now_) return {};  // it is of no use to anybody
    if (!names(RevokedTokens::kAccessToken)) return {};
    const auto token = context_.sealer.open<oauth::AccessToken>(
        token_place(OAuthClientId{settings_.client.id}, resource,
                    ProjectId{settings_.client.project_id}, row.generation),
        row.sealed);
    if (!token) return skip(token.error());
    return add(TokenKind::kAccessToken, token->reveal(), row.destination, row.expires_at);
  }
  Status add(TokenKind kind, std::string_view token, const std::string& destination,
             std::optional<WallTime> expires_at) {
    PendingRevocationRow row;
    row.id = crypto::make_uuid(now_, context_.random);
    row.oauth_client_id = settings_.client.id;
    row.token_kind = oauth::to_text(kind);
    row.position = static_cast<std::int64_t>(rows_.size());
    row.destination = destination;
    row.give_up_at = std::min(now_ + kRevocationPatience, expires_at.value_or(WallTime::max()));
    STRONGROOM_TRY(
        row.sealed_token,
        context_.sealer.seal(pending_revocation_place(row, settings_.client.project_id), token));
    rows_.push_back(std::move(row));
    return {};
  }
  std::vector<PendingRevocationRow> take() { return std::move(rows_); }
  // Whether nobody can be told of one of them.
  bool has_skipped() const { return has_skipped_; }
  // Whether one of them lives that the provider takes back only together with a kind that is not
  // there.
  bool has_left_out() const { return has_left_out_ && rows_.empty(); }

 private:
  // Whether the provider is told of tokens of this kind.
  bool names(RevokedTokens kind) {
    const bool is_named = tokens_ == RevokedTokens::kBoth || tokens_ == kind;
    has_left_out_ = has_left_out_ || !is_named;
    return is_named;
  }

  // What does not open can be sent to nobody; it is taken away all the same.
  Status skip(const Error& why) {
    has_skipped_ = true;
    context_.log.failed("A token that is to be revoked was forged or damaged.", why,
                        {{"oauth_client", settings_.client.id}});
    return {};
  }

  Context& context_;
  const ClientSettings& settings_;
  const RevokedTokens tokens_;
  const WallTime now_;
  std::vector<PendingRevocationRow> rows_;
  bool has_skipped_ = false;
  bool has_left_out_ = false;
};

// The refresh token first: most providers end all that came with it.
Status seal_all(Sealing& sealing, const HeldTokens& held) {
  if (held.refresh) STRONGROOM_CHECK(sealing.add(*held.refresh));
  if (held.access) STRONGROOM_CHECK(sealing.add(*held.access, {}));
  for (const auto& each : held.resources) {
    STRONGROOM_CHECK(sealing.add(each.token, each.resource));
  }
  return {};
}

// Behind those that wait already.
Status insert_all(Transaction& tx, const Uuid& client, std::vector<PendingRevocationRow> rows) {
  STRONGROOM_TRY(const auto there, storage::pending_revocations_of(tx, client));
  const std::int64_t first = there.empty() ? 0 : there.back().position + 1;
  for (PendingRevocationRow& row : rows) {
    row.position += first;
    STRONGROOM_CHECK(storage::insert_pending_revocation(tx, row));
  }
  return {};
}

// False: there is no room, and the trail says so of each.
Result<bool> queue(Context& context, Transaction& tx, const storage::OAuthClientRow& client,
                   std::vector<PendingRevocationRow> rows) {
  if (rows.empty()) return true;
  STRONGROOM_TRY(const std::int64_t count, storage::count_pending_revocations(tx));
  if (count + static_cast<std::int64_t>(rows.size()) <= kMaxPendingRevocations) {
    STRONGROOM_CHECK(insert_all(tx, client.id, std::move(rows)));
    return true;
  }
  context.log.warning("Too many tokens wait to be revoked: these stay valid at the provider.",
                      {{"oauth_client", client.id}, {"pending", count}});
  for (const PendingRevocationRow& row : rows) {
    STRONGROOM_CHECK(record(context, tx, {.kind = audit::ActorKind::kServer},
                            {.action = audit::Action::kRevocationGivenUp,
                             .subject = client.id,
                             .project = client.project_id,
                             .name = client.label,
                             .fields = {row.token_kind},
                             .outcome = audit::Outcome::kFailure,
                             .reason = "too_many_pending"}));
  }
  return false;
}

// The client's tokens, gone: from the store, from whoever retrieves them now, and from the index.
Status drop_all(Context& context, Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(storage::delete_refresh_token(tx, id));
  STRONGROOM_CHECK(storage::drop_token(tx, id));
  STRONGROOM_CHECK(drop_exchanged(context, tx, id));
  STRONGROOM_CHECK(storage::delete_learned_values(tx, id));
  STRONGROOM_TRY(const auto row, storage::find_oauth_client(tx, id));
  if (!row) return no_such_thing();
  const auto state = oauth_client_state_from_text(row->state);
  if (!state) return Error{Code::kCorrupt, "A stored row is damaged.", "state of " + id.text()};
  tx.on_commit([&index = context.index, client = OAuthClientId{id}, now = *state] {
    index.withdraw_tokens(client, now);
  });
  return {};
}

std::vector<std::string> kinds_of(const HeldTokens& held) {
  std::vector<std::string> kinds;
  if (held.refresh) kinds.emplace_back(oauth::to_text(TokenKind::kRefreshToken));
  if (held.access || !held.resources.empty()) {
    kinds.emplace_back(oauth::to_text(TokenKind::kAccessToken));
  }
  return kinds;
}

// One client's tokens, sealed for what comes next.
struct Withdrawal {
  const Actor& actor;
  const ClientSettings& settings;
  const HeldTokens& held;
  std::vector<PendingRevocationRow> pending = {};
  RevocationState state = RevocationState::kPending;
};

// nullopt: somebody else has stored another one meanwhile.
using Taken = std::optional<RevocationState>;

Result<Taken> take(Context& context, Transaction& tx, const Withdrawal& withdrawal) {
  const storage::OAuthClientRow& client = withdrawal.settings.client;
  STRONGROOM_TRY(const HeldTokens now, read_tokens(tx, client.id));
  if (now.version() != withdrawal.held.version()) return Taken();
  STRONGROOM_CHECK(drop_all(context, tx, client.id));
  STRONGROOM_TRY(const bool is_queued, queue(context, tx, client, withdrawal.pending));
  const RevocationState outcome = is_queued ? withdrawal.state : RevocationState::kGivenUp;
  // Those that waited before go on waiting.
  STRONGROOM_TRY(const auto pending, storage::pending_revocations_of(tx, client.id));
  const Taken state = pending.empty() ? outcome : RevocationState::kPending;
  storage::RevocationRow row;
  row.oauth_client_id = client.id;
  row.asked_at = context.clock.now();
  row.state = to_text(outcome);
  if (!pending.empty()) row.next_try_at = row.asked_at;
  STRONGROOM_CHECK(storage::put_revocation(tx, row));
  STRONGROOM_CHECK(record(context, tx, withdrawal.actor,
                          {.action = audit::Action::kOAuthClientTokensRevoked,
                           .subject = client.id,
                           .project = client.project_id,
                           .name = client.label,
                           .fields = kinds_of(withdrawal.held)}));
  return state;
}

// Nothing is there to be taken: what is still on its way to the provider, if anything, is due now.
Result<RevocationState> hurry(Context& context, const Actor& actor, OAuthClientId id) {
  return storage::write<RevocationState>(
      context.store, [&](Transaction& tx) -> Result<RevocationState> {
        STRONGROOM_TRY(auto row, storage::find_revocation(tx, id.uuid));
        if (!row) {
          return Error{Code::kConflict, "This client has no tokens to revoke.", {}, "no_tokens"};
        }
        if (row->next_try_at) {
          // The server itself waits for as long as the provider asked it to.
          if (actor.kind == audit::ActorKind::kServer) return RevocationState::kPending;
          row->next_try_at = context.clock.now();
          STRONGROOM_CHECK(storage::put_revocation(tx, *row));
          return RevocationState::kPending;
        }
        return revocation_state_from_text(row->state).value_or(RevocationState::kGivenUp);
      });
}

}  // namespace

crypto::Place pending_revocation_place(const PendingRevocationRow& row, const Uuid& project) {
  return {.table = "pending_revocations",
          .row = row.id,
          .column = "sealed_token",
          .scope = project,
          .generation = 1,
          .destination = row.destination};
}

namespace {

// What was got in exchange is revoked first, while it is still there.
Status withdraw_exchanged(Context& context, const Actor& actor, OAuthClientId id) {
  using Ids = std::vector<Uuid>;
  STRONGROOM_TRY(const Ids clients, storage::read<Ids>(context.store, [&](Snapshot& snapshot) {
                   return storage::clients_of_subject(snapshot, id.uuid);
                 }));
  for (const Uuid& client : clients) {
    const auto taken = withdraw_tokens(context, actor, OAuthClientId{client});
    if (!taken && taken.error().problem.view() != "no_tokens") return taken.error();
  }
  return {};
}

}  // namespace

Result<RevocationState> withdraw_tokens(Context& context, const Actor& actor, OAuthClientId id) {
  if (const Status exchanged = withdraw_exchanged(context, actor, id); !exchanged) {
    // They are dropped with the subject's all the same.
    context.log.failed("Tokens that were got in exchange could not be revoked.", exchanged.error(),
                       {{"oauth_client", id.uuid}});
  }
  for (int i = 0; i < kMaxTries; ++i) {
    STRONGROOM_TRY(const ClientSettings settings, read_settings_of_former(context, id));
    STRONGROOM_TRY(const HeldTokens held,
                   storage::read<HeldTokens>(context.store, [&](Snapshot& snapshot) {
                     return read_tokens(snapshot, id.uuid);
                   }));
    if (held.none()) return hurry(context, actor, id);
    Withdrawal withdrawal{.actor = actor, .settings = settings, .held = held};
    Sealing sealing(context, settings);
    STRONGROOM_CHECK(seal_all(sealing, held));
    const bool left_out = sealing.has_left_out();
    withdrawal.pending = sealing.take();
    // What does not open stays unconfirmed, whatever the provider says of the others.
    const bool nothing_to_ask = withdrawal.pending.empty() && !sealing.has_skipped() && !left_out;
    withdrawal.state = nothing_to_ask                       ? RevocationState::kConfirmed
                       : left_out && !sealing.has_skipped() ? RevocationState::kNotSupported
                       : !can_revoke(context, settings)     ? RevocationState::kNotSupported
                       : sealing.has_skipped()              ? RevocationState::kGivenUp
                                                            : RevocationState::kPending;
    if (withdrawal.state == RevocationState::kNotSupported) withdrawal.pending.clear();
    STRONGROOM_TRY(const Taken taken, storage::write<Taken>(context.store, [&](Transaction& tx) {
                     return take(context, tx, withdrawal);
                   }));
    if (taken) return *taken;
  }
  return Error{Code::kConflict, "Somebody else changed this client's tokens just now."};
}

Status withdraw_late_grant(Context& context, const GrantLease& lease, const SealedGrant& grant,
                           WallTime sent_at) {
  const OAuthClientId id = lease.key.client;
  STRONGROOM_TRY(const auto asked, storage::read<std::optional<storage::RevocationRow>>(
                                       context.store, [&](Snapshot& snapshot) {
                                         return storage::find_revocation(snapshot, id.uuid);
                                       }));
  const bool was_withdrawn =
      lease.rights_epoch && context.index.withdrawn_since(id, *lease.rights_epoch);
  if (!asked || (!was_withdrawn && asked->asked_at < sent_at)) return {};
  STRONGROOM_TRY(const ClientSettings settings, read_settings_of_former(context, id));
  if (!can_revoke(context, settings)) return {};
  Sealing sealing(context, settings);
  if (grant.refresh) STRONGROOM_CHECK(sealing.add(*grant.refresh));
  if (grant.access) {
    storage::TokenRow row = token_row(context, lease.key, *grant.access);
    row.destination = grant.destination;
    STRONGROOM_CHECK(sealing.add(row, lease.key.resource));
  }
  auto rows = sealing.take();
  return context.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const bool is_queued, queue(context, tx, settings.client, std::move(rows)));
    if (!is_queued) return {};
    STRONGROOM_TRY(auto row, storage::find_revocation(tx, id.uuid));
    if (!row) return no_such_thing();
    row->next_try_at = context.clock.now();
    return storage::put_revocation(tx, *row);
  });
}

Result<Revocation> to_revocation(const catalogue::Catalogue& catalogue,
                                 const storage::RevocationRow& row,
                                 std::string_view service_provider) {
  const auto state = revocation_state_from_text(row.state);
  if (!state) {
    return Error{Code::kCorrupt, "A stored row is damaged.",
                 "revocation of " + row.oauth_client_id.text()};
  }
  Revocation shown{.state = row.next_try_at ? RevocationState::kPending : *state,
                   .asked_at = row.asked_at,
                   .next_try_at = row.next_try_at,
                   .failure = failure_of(row.failure_cause, row.failed_at),
                   .by_hand = {},
                   .page = {}};
  const catalogue::ProviderPtr provider = catalogue.find(service_provider);
  if (provider == nullptr) return shown;
  shown.by_hand = provider->revocation.by_hand;
  shown.page = provider->revocation.page;
  return shown;
}

}  // namespace strongroom::vault
