#include "vault/token_import.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "storage/learned_value_rows.h"
#include "storage/oauth_client_rows.h"
#include "storage/sign_in_rows.h"
#include "storage/target_system_rows.h"
#include "vault/authorization_header.h"
#include "vault/change_event.h"
#include "vault/client_settings.h"
#include "vault/destination.h"
#include "vault/granted_tokens.h"
#include "vault/index_entries.h"
#include "vault/oauth_client_rules.h"
#include "vault/reach.h"
#include "vault/row_mac.h"
#include "vault/signed_rows.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"

namespace strongroom::vault {
namespace {

Error wrong(std::string field, LiteralText message) {
  return Error{Code::kInvalidArgument, message}.at(std::move(field));
}

// A paste brings a line break along.
std::string_view trimmed(std::string_view token) {
  while (token.ends_with('\n') || token.ends_with('\r')) token.remove_suffix(1);
  return token;
}

template <class Token>
Status clean_token(std::optional<Token>& token, std::size_t most, const char* field) {
  if (!token) return {};
  const std::string_view text = trimmed(token->reveal());
  if (text.empty()) return wrong(field, "The token is empty.");
  if (text.size() > most) return wrong(field, "The token is longer than 64 KiB.");
  if (text.find_first_of(" \t\r\n") != std::string_view::npos) {
    return wrong(field, "There is white space in the token: a token has none.");
  }
  if (!std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; })) {
    return wrong(field, "There is a character in the token that tokens do not have.");
  }
  token = Token(text);
  return {};
}

Status check_scope(std::string_view scope) {
  constexpr std::size_t kLongest = 8192;
  const bool sound = scope.size() <= kLongest && std::ranges::all_of(scope, [](char c) {
                       return ' ' <= c && c <= '~' && c != '"' && c != '\\';
                     });
  return sound ? Status() : Status(wrong("/scope", "These are no scopes with spaces between."));
}

// A token of OAuth 1.0a and its secret become the one text that is sealed in an access token's
// place.
Status put_together(const TargetSystem& system, ImportedTokens& tokens) {
  if (system.grant != GrantFlow::kOauth1) {
    if (!tokens.token_secret) return {};
    return wrong("/token_secret", "Only tokens of OAuth 1.0a have a secret.");
  }
  if (tokens.refresh_token) {
    return wrong("/refresh_token", "There are no refresh tokens in OAuth 1.0a.");
  }
  if (!tokens.access_token) return wrong("/access_token", "The token is needed.");
  if (!tokens.token_secret) return wrong("/token_secret", "The token's secret is needed.");
  auto credentials =
      oauth::imported_credentials(tokens.access_token->reveal(), tokens.token_secret->reveal());
  if (!credentials) {
    const ErrorValue* const field = credentials.error().find("field");
    const bool at_token = field != nullptr && std::get<FieldPointer>(*field).text == "/token";
    return wrong(at_token ? "/access_token" : "/token_secret", credentials.error().message);
  }
  tokens.access_token = oauth::to_one_text(*credentials);
  tokens.token_secret.reset();
  return {};
}

// Everything that can be said of tokens without asking the provider; and cleans them.
Status clean(const TargetSystem& system, ImportedTokens& tokens, WallTime now) {
  constexpr std::size_t kLongestName = 320;  // as of an expected account
  STRONGROOM_CHECK(put_together(system, tokens));
  if (!tokens.refresh_token && !tokens.access_token) {
    return wrong("/refresh_token", "A refresh token is needed, or an access token.");
  }
  STRONGROOM_CHECK(
      clean_token(tokens.refresh_token, oauth::kMaxRefreshTokenBytes, "/refresh_token"));
  STRONGROOM_CHECK(clean_token(tokens.access_token, oauth::kMaxAccessTokenBytes, "/access_token"));
  if (tokens.expires_at && !tokens.access_token) {
    return wrong("/expires_at", "This is when the access token ends, and there is none.");
  }
  if (tokens.expires_at && *tokens.expires_at <= now) {
    return wrong("/expires_at", "The access token has ended already.");
  }
  STRONGROOM_CHECK(check_scope(tokens.scope));
  if (tokens.account_name.empty()) return {};
  STRONGROOM_TRY(tokens.account_name,
                 clean_name(tokens.account_name, "/account_name", kLongestName));
  return {};
}

std::vector<std::string> fields_of(const ImportedTokens& tokens) {
  std::vector<std::string> fields;
  if (tokens.refresh_token) fields.emplace_back("refresh_token");
  if (tokens.access_token) fields.emplace_back("access_token");
  return fields;
}

oauth::TokenSet as_answer(Context& context, const TargetSystem& system,
                          const ImportedTokens& tokens) {
  oauth::TokenSet set{.access_token = tokens.access_token->clone()};
  if (system.grant == GrantFlow::kOauth1) {
    set.token_type = kSignedTokenType;
    set.is_bound = true;
  }
  set.sent_at = context.clock.now();
  set.sent_at_boot = context.clock.boot_now();
  if (tokens.expires_at) {
    set.lifetime = std::chrono::floor<Seconds>(*tokens.expires_at - set.sent_at);
  }
  if (!tokens.scope.empty()) set.scopes = {tokens.scope};
  return set;
}

// Nobody knows any more whose account it is, but for its name; that is who is to sign in next time.
Status note_account(Context& context, storage::Transaction& tx, const Uuid& id,
                    const std::string& name) {
  STRONGROOM_TRY(auto row, storage::find_sign_in(tx, id));
  if (!row && name.empty()) return {};
  if (row) STRONGROOM_CHECK(check_mac(context.sealer, *row));
  storage::SignInRow after = row.value_or(storage::SignInRow{});
  after.oauth_client_id = id;
  after.issuer = after.subject = after.tenant = "";
  after.account_name = name;
  after.signed_in_at.reset();
  if (after.expected_account.empty()) after.expected_account = name;
  STRONGROOM_TRY(after.mac, mac_of(context.sealer, after));
  return storage::put_sign_in(tx, after);
}

// The client has changed: whoever has read it before must read it again.
Status touch_client(Context& context, storage::Transaction& tx, const Uuid& id) {
  STRONGROOM_TRY(auto row, living(storage::find_oauth_client(tx, id)));
  touch(row.stamps, context.clock.now());
  STRONGROOM_CHECK(update_row(context, tx, row));
  STRONGROOM_TRY(auto entry, read_client_entry(context, tx, row));
  tx.on_commit([&context, entry] { put_client_again(context.index, entry); });
  return {};
}

Error changed_meanwhile() {
  return Error{Code::kConflict, "Somebody else changed this client's tokens just now."};
}

Error not_for_sign_in(std::string field) {
  return wrong(std::move(field),
               "Tokens can be imported only where people sign in: the target system's tokens come "
               "for the application itself.");
}

}  // namespace

// Who gets tokens. `prepare` makes the client what it is to be; it is called twice, in two
// transactions.
struct TokenImport::Receiver {
  OAuthClientId id;
  ProjectId project;
  std::string label;
  TargetSystem system;
  std::function<Status(storage::Transaction&)> prepare;
};

Result<OAuthClient> TokenImport::import(const Actor& actor, OAuthClientId id,
                                        ImportedTokens tokens) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_CHECK(check_reach(context_.store, actor, Permission::kConfigure, id));
  STRONGROOM_TRY(const ClientSettings settings, read_client_settings(context_, {id}));
  if (!needs_person(settings.system.grant)) {
    return not_for_sign_in(tokens.refresh_token ? "/refresh_token" : "/access_token");
  }
  STRONGROOM_CHECK(clean(settings.system, tokens, context_.clock.now()));
  STRONGROOM_CHECK(store(actor,
                         {.id = id,
                          .project = ProjectId{settings.client.project_id},
                          .label = settings.client.label,
                          .system = settings.system,
                          .prepare = [](storage::Transaction&) { return Status(); }},
                         tokens));
  return clients_.get(actor, id);
}

// Tries out what comes before the tokens, and takes it back: whatever is wrong is found before
// anything is sealed, which is never done inside a transaction. Nobody waits for a lease meanwhile.
Result<GrantLease> TokenImport::rehearse(Receiver& receiver) {
  std::optional<GrantLease> lease;
  const Status rolled_back = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(receiver.prepare(tx));
    STRONGROOM_TRY(lease, take_grant_lease(context_, tx, receiver.id));
    return Error{Code::kConflict, "This was a rehearsal."};
  });
  if (!lease) return rolled_back.error();
  return *std::move(lease);
}

Status TokenImport::store(const Actor& actor, Receiver receiver, const ImportedTokens& tokens) {
  STRONGROOM_TRY(const GrantLease lease, rehearse(receiver));
  std::optional<oauth::TokenSet> access;
  if (tokens.access_token) access = as_answer(context_, receiver.system, tokens);
  STRONGROOM_TRY(
      const SealedGrant grant,
      seal_imported(context_, lease, destination_digest(context_.catalogue, receiver.system),
                    access, tokens.refresh_token, tokens.scope));
  const Uuid& id = receiver.id.uuid;
  const Change change{.action = audit::Action::kOAuthClientTokensImported,
                      .subject = id,
                      .project = receiver.project.uuid,
                      .name = receiver.label,
                      .fields = fields_of(tokens)};
  return context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(receiver.prepare(tx));
    STRONGROOM_TRY(const GrantLease now, take_grant_lease(context_, tx, receiver.id));
    const bool as_rehearsed = now.project == lease.project && now.epoch == lease.epoch &&
                              now.token_generation == lease.token_generation &&
                              now.refresh_generation == lease.refresh_generation;
    if (!as_rehearsed) return changed_meanwhile();
    STRONGROOM_TRY(const GrantStored stored,
                   store_granted(context_, tx, lease, grant, event_of(context_, actor, change)));
    if (stored != GrantStored::kAll) return changed_meanwhile();
    STRONGROOM_CHECK(storage::delete_learned_values(tx, id));  // of another grant
    STRONGROOM_CHECK(note_account(context_, tx, id, tokens.account_name));
    return touch_client(context_, tx, id);
  });
}

// What all rows have in common.
struct TokenImport::Job {
  const Actor& actor;
  ProjectId project;
  TargetSystem system;
};

Result<ImportReport> TokenImport::import_many(const Actor& actor, ProjectId project,
                                              TargetSystemId system, std::vector<ImportRow> rows,
                                              bool dry_run) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_in_project(actor, Permission::kConfigure, project.uuid));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(TargetSystem found,
                 storage::read<TargetSystem>(
                     context_.store, [&](storage::Snapshot& snapshot) -> Result<TargetSystem> {
                       STRONGROOM_TRY(
                           const auto row,
                           allowed(actor, Permission::kView,
                                   living(storage::find_target_system(snapshot, system.uuid))));
                       return read_target_system(context_, snapshot, row);
                     }));
  if (!needs_person(found.grant)) return not_for_sign_in("/target_system");
  const Job job{actor, project, std::move(found)};
  ImportReport report;
  std::set<std::string> labels;
  for (ImportRow& row : rows) {
    Result<bool> made = [&]() -> Result<bool> {
      STRONGROOM_TRY(row.label, clean_name(row.label, "/label"));
      if (labels.insert(name_key(row.label)).second) {
        return dry_run ? check_row(job, row) : import_row(job, row);
      }
      return wrong("/label", "This label is there twice.");
    }();
    if (made) {
      ++(*made ? report.created : report.updated);
      continue;
    }
    const ErrorValue* const field = made.error().find("field");
    const std::string pointer = field == nullptr ? "" : std::get<FieldPointer>(*field).text;
    report.failed.push_back({row.line, row.label,
                             pointer.substr(std::min<std::size_t>(1, pointer.size())),
                             made.error().message});
  }
  return report;
}

Result<std::optional<OAuthClient>> TokenImport::find(const Job& job, const std::string& label) {
  using Found = std::optional<OAuthClient>;
  STRONGROOM_TRY(
      const auto id,
      storage::read<std::optional<Uuid>>(context_.store, [&](storage::Snapshot& snapshot) {
        return storage::find_oauth_client_labelled(snapshot, job.project.uuid, job.system.id.uuid,
                                                   name_key(label), Uuid{});
      }));
  if (!id) return Found();
  STRONGROOM_TRY(OAuthClient client, clients_.get(job.actor, OAuthClientId{*id}));
  return Found(std::move(client));
}

// True: the client was made.
Result<bool> TokenImport::import_row(const Job& job, ImportRow& row) {
  STRONGROOM_CHECK(clean(job.system, row.tokens, context_.clock.now()));
  STRONGROOM_TRY(const auto there, find(job, row.label));
  OAuthClientFields fields;
  if (!row.tenant.empty()) fields.tenant = row.tenant;
  const OAuthClientId id =
      there ? there->id : OAuthClientId{crypto::make_uuid(context_.clock.now(), context_.random)};
  Receiver receiver{.id = id,
                    .project = job.project,
                    .label = there ? there->label : row.label,
                    .system = job.system,
                    .prepare = [](storage::Transaction&) { return Status(); }};
  if (!there) {
    fields.project = job.project;
    fields.target_system = job.system.id;
    fields.label = row.label;
    receiver.prepare = [&](storage::Transaction& tx) {
      return clients_.create_in(tx, job.actor, id, fields);
    };
  } else {
    if (fields.tenant && *fields.tenant != there->tenant) {
      receiver.prepare = [&](storage::Transaction& tx) {
        return clients_.update_in(tx, job.actor, id, there->stamps.revision, fields);
      };
    }
  }
  STRONGROOM_CHECK(store(job.actor, std::move(receiver), row.tokens));
  return !there;
}

Result<bool> TokenImport::check_row(const Job& job, const ImportRow& row) {
  ImportedTokens tokens{.expires_at = row.tokens.expires_at,
                        .scope = row.tokens.scope,
                        .account_name = row.tokens.account_name};
  if (row.tokens.refresh_token) tokens.refresh_token = row.tokens.refresh_token->clone();
  if (row.tokens.access_token) tokens.access_token = row.tokens.access_token->clone();
  if (row.tokens.token_secret) tokens.token_secret = row.tokens.token_secret->clone();
  STRONGROOM_CHECK(clean(job.system, tokens, context_.clock.now()));
  OAuthClientFields fields;
  fields.label = row.label;
  fields.tenant = row.tenant;
  storage::OAuthClientRow made;
  STRONGROOM_CHECK(set_fields(context_.catalogue, job.system, fields, /*is_draft=*/false, made));
  STRONGROOM_TRY(const auto there, find(job, row.label));
  return !there;
}

}  // namespace strongroom::vault
