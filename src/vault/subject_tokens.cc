#include "vault/subject_tokens.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "crypto/digest.h"
#include "storage/subject_client_rows.h"
#include "storage/target_system_rows.h"
#include "storage/token_rows.h"
#include "vault/kill.h"
#include "vault/lookup_index.h"
#include "vault/oauth_client_rules.h"
#include "vault/row_mac.h"
#include "vault/stored.h"
#include "vault/token_choice.h"
#include "vault/token_key.h"

namespace strongroom::vault {
namespace {

using oauth::FailureCause;
using storage::OAuthClientRow;
using storage::Snapshot;
using What = SubjectChoice::What;

Error conflict(LiteralText message, LiteralText problem) {
  return Error{Code::kConflict, message, {}, problem};
}

Error refused(LiteralText message) {
  return Error{Code::kInvalidArgument, message}.at("/subject_client");
}

bool is_in_use(const OAuthClientRow& row) {
  return row.state != to_text(OAuthClientState::kDraft) &&
         row.state != to_text(OAuthClientState::kDisabled);
}

// Only what would still be worth something when it comes back is exchanged: half of its life.
TokenWish wish_for(const TokenEntry& token) {
  TokenWish wish;
  if (token.lifetime) wish.min_ttl = std::chrono::floor<Seconds>(*token.lifetime / 2);
  return wish;
}

// A token that is for one resource, such as a remote MCP server, is passed on to nobody.
Result<bool> is_for_one_resource(Snapshot& snapshot, const OAuthClientRow& subject) {
  STRONGROOM_TRY(const auto system,
                 storage::find_target_system(snapshot, subject.target_system_id));
  return system && !system->protected_resource.empty();
}

// The subject as it is stored, if its token may be used for `client`.
Result<OAuthClientRow> usable_subject(Context& context, Snapshot& snapshot,
                                      const OAuthClientRow& client) {
  if (!client.subject_client_id) {
    return conflict("This client exchanges a token, and nobody has chosen whose.",
                    "no_subject_client");
  }
  const auto subject = living(storage::find_oauth_client(snapshot, *client.subject_client_id));
  if (!subject && subject.error().code != Code::kNotFound) return subject.error();
  const bool is_usable = subject && is_in_use(*subject) &&
                         subject->project_id == client.project_id &&
                         flow_of(*subject) != GrantFlow::kTokenExchange;
  if (!is_usable) {
    return conflict(
        "The OAuth client whose token is exchanged was deleted or disabled, or has no token that "
        "could be.",
        "subject_unusable");
  }
  STRONGROOM_CHECK(check_mac(context.sealer, *subject));
  STRONGROOM_TRY(const bool is_for_one, is_for_one_resource(snapshot, *subject));
  if (is_for_one) {
    return conflict("The token that is to be exchanged is for one resource, and goes nowhere else.",
                    "subject_unusable");
  }
  return *subject;
}

struct Stored {
  OAuthClientRow subject;
  storage::TokenRow token;
};

Result<Stored> read_subject(Context& context, Snapshot& snapshot, const OAuthClientRow& client) {
  Stored stored;
  STRONGROOM_TRY(stored.subject, usable_subject(context, snapshot, client));
  STRONGROOM_TRY(auto token, storage::find_token(snapshot, stored.subject.id));
  const WallTime now = context.clock.now();
  const bool lives =
      token && !token->is_former && token->expires_at.value_or(WallTime::max()) > now;
  if (!lives) {
    return conflict("The OAuth client whose token is exchanged has no token that lives.",
                    "no_subject_token");
  }
  if (token->is_bound) {
    return conflict("The token that is to be exchanged is bound to a key or certificate.",
                    "subject_bound");
  }
  stored.token = *std::move(token);
  return stored;
}

}  // namespace

std::string subject_digest(const OAuthClientRow& subject) {
  FieldText fields;
  fields.add("subject 1").add(subject.id.raw()).add(subject.target_system_id.raw());
  fields.add(subject.tenant).add(subject.subject);
  fields.add(subject.account_issuer).add(subject.account_subject).add(subject.account_tenant);
  fields.add(subject.signed_in_at ? subject.signed_in_at->time_since_epoch().count() : 0);
  const crypto::Sha256Digest digest = crypto::sha256(fields.text());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

SubjectChoice choose_subject_token(const Context& context, OAuthClientId client) {
  const auto exchanging = context.index.find(client).client;
  if (!exchanging || !exchanging->subject_client) return {};
  SubjectChoice choice{.subject = *exchanging->subject_client};
  const LookupIndex::Found found = context.index.find(choice.subject);
  if (!found.client || !can_be_looked_up(*found.client) || found.killed_by ||
      found.target_system->grant == GrantFlow::kTokenExchange) {
    return choice;
  }
  const TokenEntry* const token = found.client->token.get();
  if (token != nullptr && token->is_bound && !token->is_former) {
    choice.why = FailureCause::kSubjectBound;
    return choice;
  }
  const TokenWish wish = token == nullptr ? TokenWish{} : wish_for(*token);
  switch (choose_token(context.clock, token, *found.target_system, wish).what) {
    case TokenChoice::What::kServe:
      choice.what = What::kUse;
      break;
    case TokenChoice::What::kRetrieve:
      choice.what = What::kRetrieve;
      break;
    case TokenChoice::What::kRefuse:
      if (lives(context.clock, *token)) choice.what = What::kUse;
      break;
  }
  return choice;
}

bool may_still_exchange(const Context& context, OAuthClientId subject) {
  const auto client = context.index.find(subject).client;
  const auto token = client ? client->token : nullptr;
  return token && !token->is_former && !token->is_bound && lives(context.clock, *token);
}

Result<SubjectToken> open_subject_token(Context& context, const OAuthClientRow& client) {
  STRONGROOM_TRY(const Stored stored, storage::read<Stored>(context.store, [&](Snapshot& snapshot) {
                   return read_subject(context, snapshot, client);
                 }));
  const OAuthClientId id{stored.subject.id};
  if (context.index.find(id).killed_by) return stopped_by_a_kill();
  STRONGROOM_TRY(
      oauth::AccessToken token,
      context.sealer.open<oauth::AccessToken>(
          token_place(id, {}, ProjectId{stored.subject.project_id}, stored.token.generation),
          stored.token.sealed));
  return SubjectToken{.token = std::move(token),
                      .grant = {.client = id.uuid,
                                .digest = subject_digest(stored.subject),
                                .expires_at = stored.token.expires_at,
                                .label = stored.subject.label,
                                .fingerprint = stored.token.fingerprint}};
}

void end_with_subject(const SubjectGrant& subject, oauth::TokenSet& tokens) {
  if (!subject.expires_at) return;
  const Seconds left =
      std::max(std::chrono::floor<Seconds>(*subject.expires_at - tokens.sent_at), Seconds{0});
  tokens.lifetime = std::min(tokens.lifetime.value_or(left), left);
}

Status note_subject(Context& context, storage::Transaction& tx, OAuthClientId client,
                    const SubjectGrant& subject) {
  STRONGROOM_TRY(const OAuthClientRow row, living(storage::find_oauth_client(tx, client.uuid)));
  const auto now = usable_subject(context, tx, row);
  if (!now || now->id != subject.client || subject_digest(*now) != subject.digest) {
    return Error{Code::kUnavailable,
                 "The OAuth client whose token was exchanged has changed meanwhile; ask again.",
                 {},
                 "overloaded"}
        .with("retry_after", std::int64_t{1});
  }
  return storage::put_token_subject(tx, client.uuid, subject.digest);
}

Result<bool> is_of_its_subject(Context& context, Snapshot& snapshot, const OAuthClientRow& client) {
  if (!client.subject_client_id || flow_of(client) != GrantFlow::kTokenExchange) return true;
  STRONGROOM_TRY(const auto subject,
                 storage::find_oauth_client(snapshot, *client.subject_client_id));
  if (!subject || !check_mac(context.sealer, *subject)) return false;
  return client.token_subject == subject_digest(*subject);
}

Status drop_exchanged(Context& context, storage::Transaction& tx, const Uuid& subject) {
  STRONGROOM_TRY(const std::vector<Uuid> clients, storage::clients_of_subject(tx, subject));
  for (const Uuid& id : clients) {
    STRONGROOM_CHECK(storage::drop_token(tx, id));
    STRONGROOM_CHECK(storage::put_token_subject(tx, id, {}));
    tx.on_commit([&index = context.index, client = OAuthClientId{id}] {
      index.withdraw_tokens(client, OAuthClientState::kNeedsRetrieval);
    });
  }
  return {};
}

Status check_subject_client(Context& context, Snapshot& snapshot, const OAuthClientRow& client,
                            const Uuid& subject) {
  const auto row = living(storage::find_oauth_client(snapshot, subject));
  if (!row && row.error().code != Code::kNotFound) return row.error();
  // One of another project is as good as none: nobody learns here what is there.
  if (!row || row->project_id != client.project_id || row->id == client.id) {
    return refused("This project has no such OAuth client.");
  }
  STRONGROOM_CHECK(check_mac(context.sealer, *row));
  if (row->state == to_text(OAuthClientState::kDraft)) {
    return refused("The OAuth client whose token is to be exchanged is a draft: finish it first.");
  }
  if (flow_of(*row) == GrantFlow::kTokenExchange) {
    return refused(
        "The OAuth client exchanges a token itself. Choose the one whose token that is.");
  }
  STRONGROOM_TRY(const bool is_for_one, is_for_one_resource(snapshot, *row));
  if (is_for_one) {
    return refused(
        "The OAuth client's token is for one resource, which its target system names, and goes "
        "nowhere else.");
  }
  return {};
}

Status check_nobody_exchanges(Snapshot& snapshot, const Uuid& client) {
  STRONGROOM_TRY(const std::int64_t count, storage::count_clients_of_subject(snapshot, client));
  if (count == 0) return {};
  return Error{Code::kConflict,
               "Other OAuth clients exchange this one's token. Let them exchange another one's, or "
               "delete them, first.",
               {},
               "has_exchanging_clients"};
}

}  // namespace strongroom::vault
