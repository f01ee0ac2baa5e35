// Which user an account of an OpenID provider is: the other half of identity::SignOn.

#include <optional>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/change.h"
#include "identity/key_record.h"
#include "identity/sign_on.h"
#include "oauth/claims.h"

namespace strongroom::identity {
namespace {

using audit::Action;
using storage::SignOnAccountRow;
using storage::Transaction;

// What is no e-mail address of the simple kind is none that anybody should be shown.
std::string email_of(std::string_view claims, std::string_view name) {
  const auto clean = clean_name(oauth::claim_text(claims, name), "/email", 254);
  const bool is_one = clean && oauth::claim_flag(claims, "email_verified").value_or(true) &&
                      clean->find('@') != std::string::npos &&
                      clean->find_first_of(" ,;<>\"") == std::string::npos;
  return is_one ? *clean : std::string();
}

}  // namespace

// By issuer and subject, never by an e-mail address.
auto SignOn::find_or_link(Transaction& tx, const Asker& asker, const SignOnProvider& provider,
                          const oauth::IdToken& token) -> Result<Or<Linked>> {
  STRONGROOM_TRY(const auto row,
                 storage::find_sign_on_account(tx, token.account.issuer, token.account.subject));
  if (!row) return link(tx, asker, provider, token);
  STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, *row));
  const auto user = parts_.users.find(UserId{row->user_id});
  if (!genuine || !user) {
    return Error{Code::kCorrupt, "A link of single sign-on was changed from outside.",
                 row->id.text()};
  }
  return Or<Linked>(Linked{*user, SignOnAccountId{row->id}});
}

// Nobody becomes somebody who is there already, unless the settings say so.
auto SignOn::link(Transaction& tx, const Asker& asker, const SignOnProvider& provider,
                  const oauth::IdToken& token) -> Result<Or<Linked>> {
  const SignOnSettings& settings = provider.settings;
  const auto refuse = [](SignOnRefusal refusal) { return Or<Linked>(tl::unexpected(refusal)); };
  const auto name = clean_name(oauth::claim_text(token.claims, settings.user_name_claim), "/name");
  if (!name) return refuse(SignOnRefusal::kNoName);
  // An address that anybody can enter at the provider is nobody's name.
  const bool is_address =
      settings.user_name_claim == settings.email_claim || settings.user_name_claim == "email";
  if (is_address && !oauth::claim_flag(token.claims, "email_verified").value_or(false)) {
    return refuse(SignOnRefusal::kNoName);
  }
  std::optional<User> user = parts_.users.find(*name);
  if (user && !settings.links_existing) return refuse(SignOnRefusal::kExistingUser);
  // Whoever made the user knows the first password, and would be in beside the account's owner.
  if (user && user->must_change_password) return refuse(SignOnRefusal::kExistingUser);
  if (user && user->disabled_at) return refuse(SignOnRefusal::kDisabled);
  if (!user && !settings.makes_users) return refuse(SignOnRefusal::kUnknownUser);
  if (!user && !parts_.users.check_new_name(*name)) return refuse(SignOnRefusal::kLookAlike);
  if (!user) {
    STRONGROOM_TRY(user, make_user(tx, asker, provider, *name, token.claims));
  }
  const WallTime now = context_.clock.now();
  SignOnAccountRow row{.id = crypto::make_uuid(now, context_.random),
                       .user_id = user->id.uuid,
                       .issuer = token.account.issuer,
                       .subject = token.account.subject,
                       .mac = {},
                       .created_at = now};
  STRONGROOM_TRY(row.mac, sign_on_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::insert_sign_on_account(tx, row));
  Asker own = asker;
  own.user = user->id.uuid;
  STRONGROOM_CHECK(context_.trail.record_change(
      tx, change_event(context_, own, Action::kSignOnLinked, user->id.uuid, user->name)));
  return Or<Linked>(Linked{*std::move(user), SignOnAccountId{row.id}});
}

Result<User> SignOn::make_user(Transaction& tx, const Asker& asker, const SignOnProvider& provider,
                               const std::string& name, std::string_view claims) {
  const WallTime now = context_.clock.now();
  storage::UserRow row{.id = crypto::make_uuid(now, context_.random),
                       .name = name,
                       .name_key = name_key(name),
                       .password_hash = {},
                       .must_change_password = false,
                       .permissions = permissions_text({}),
                       .full_name = {},
                       .email = email_of(claims, provider.settings.email_claim),
                       .disabled_at = {},
                       .mac = {},
                       .created_at = now};
  if (auto shown = clean_name(oauth::claim_text(claims, "name"), "/name", 128)) {
    row.full_name = *std::move(shown);
  }
  Asker own = asker;
  own.user = row.id;
  auto event = change_event(context_, own, Action::kUserCreated, row.id, row.name);
  event.reason = kBySignOn;
  STRONGROOM_CHECK(context_.trail.record_change(tx, event));
  return parts_.users.insert(tx, std::move(row));
}

// Without a claim of groups there are no groups, and that is said.
Result<SignedOn> SignOn::begin_session(Transaction& tx, const Asker& asker, const Linked& who,
                                       const SignOnProvider& provider,
                                       const oauth::IdToken& token) {
  const std::string& claim = provider.settings.groups_claim;
  const auto told = claim.empty() ? std::nullopt : oauth::claim_texts(token.claims, claim);
  const bool missing = !claim.empty() && !told;
  // A provider that says nothing of groups has no say in them.
  if (!claim.empty()) {
    STRONGROOM_CHECK(parts_.groups.follow_claims(tx, asker, who.user,
                                                 told.value_or(std::vector<std::string>())));
  }
  STRONGROOM_TRY(auto session,
                 parts_.sessions.start(tx, asker, who.user,
                                       {.reason = missing ? kBySignOnWithoutGroups : kBySignOn,
                                        .sign_on_provider = provider.id.uuid,
                                        .sign_on_account = who.account}));
  return SignedOn{std::move(session), "/", missing};
}

auto SignOn::let_in(const Asker& asker, const SignOnProvider& provider, const oauth::IdToken& token,
                    std::string_view replaced) -> Or<SignedOn> {
  const auto before = parts_.sessions.find(replaced);
  std::optional<SignOnRefusal> refusal;
  // The provider was asked meanwhile: its settings may be others by now, or gone.
  const Exclusive exclusive(context_, asker);
  const auto now = parts_.providers.find(provider.id);
  if (!now || now->revision != provider.revision) {
    refused(asker, provider, token, SignOnRefusal::kSettingsChanged);
    return tl::unexpected(SignOnRefusal::kSettingsChanged);
  }
  auto begun = storage::write<SignedOn>(context_.store, [&](Transaction& tx) -> Result<SignedOn> {
    STRONGROOM_TRY(const Or<Linked> who, find_or_link(tx, asker, provider, token));
    if (!who) {
      refusal = who.error();
    } else if (who->user.disabled_at) {
      refusal = SignOnRefusal::kDisabled;
    }
    if (refusal) return Error{Code::kPermissionDenied, "Single sign-on is refused."};
    Asker own = asker;
    own.user = who->user.id.uuid;
    if (before) {
      STRONGROOM_CHECK(parts_.sessions.end(tx, own, before->session, kSignedInAnew));
    }
    return begin_session(tx, own, *who, provider, token);
  });
  if (begun) {
    if (begun->groups_missing) {
      context_.log.warning("The ID token has no list of groups; the user is in none by it.",
                           {{"provider", provider.id.uuid}});
    }
    return *std::move(begun);
  }
  if (!refusal) context_.log.failed("A sign-on could not be written down.", begun.error());
  if (refusal) refused(asker, provider, token, *refusal);
  return tl::unexpected(refusal.value_or(SignOnRefusal::kUnavailable));
}

// Only of the session that began it, and by an account that was the user's before: nobody is linked
// or made on this way.
auto SignOn::renew(const Asker& asker, const SignOnFlow& flow, const oauth::IdToken& token,
                   std::string_view cookie) -> Or<SignedOn> {
  const auto session = parts_.sessions.find(cookie);
  const auto info = session ? parts_.sessions.info(session->session) : std::nullopt;
  if (!info || info->id != flow.step_up->session || info->sign_on_provider != flow.provider.uuid) {
    return tl::unexpected(SignOnRefusal::kOtherAccount);
  }
  const auto asked_at = oauth::claim_time(token.claims, "auth_time");
  if (!asked_at || *asked_at < flow.begun - oauth::kIdTokenClockSkew) {
    return tl::unexpected(SignOnRefusal::kNotFresh);
  }
  bool is_same = false;
  Asker own = asker;
  own.user = info->user.id.uuid;
  const Status done = context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto row,
                   storage::find_sign_on_account(tx, token.account.issuer, token.account.subject));
    if (row) {
      STRONGROOM_TRY(is_same, is_genuine(context_.sealer, *row));
      is_same = is_same && row->user_id == info->user.id.uuid;
    }
    if (!is_same) return Error{Code::kPermissionDenied, "This is another account."};
    return parts_.sessions.step_up(tx, own, info->id);
  });
  if (done) return SignedOn{{}, flow.step_up->return_path, false};
  if (!is_same && done.error().code == Code::kPermissionDenied) {
    return tl::unexpected(SignOnRefusal::kOtherAccount);
  }
  context_.log.failed("A sign-on could not be written down.", done.error());
  return tl::unexpected(SignOnRefusal::kUnavailable);
}

// The provider vouches for somebody, so there is somebody to write down.
void SignOn::refused(const Asker& asker, const SignOnProvider& provider,
                     const oauth::IdToken& token, SignOnRefusal refusal) {
  auto event = change_event(context_, asker, Action::kSignOnRefused, provider.id.uuid,
                            token.shown_name.empty() ? token.account.subject : token.shown_name);
  event.actor_kind = audit::ActorKind::kUnknown;
  event.outcome = audit::Outcome::kDenied;
  event.reason = facts_of(refusal).name.view();
  const Status written = context_.store.write(
      [&](Transaction& tx) { return context_.trail.record_change(tx, event); });
  if (!written) context_.log.failed("A refused sign-on was not written down.", written.error());
}

}  // namespace strongroom::identity
