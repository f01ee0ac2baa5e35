// What becomes of registrations: shown, ended, renewed.

#include <algorithm>
#include <optional>
#include <utility>

#include "catalogue/settings.h"
#include "vault/issuer_metadata.h"
#include "vault/kill.h"
#include "vault/lookup_index.h"
#include "vault/reach.h"
#include "vault/registration_parts.h"
#include "vault/registration_record.h"
#include "vault/registrations.h"
#include "vault/stored.h"
#include "vault/target_system_rules.h"
#include "vault/target_system_update.h"

namespace strongroom::vault {

using oauth::ClientFacts;
using oauth::RegisteredClient;
using oauth::Removal;
using storage::RegistrationRow;
using storage::Snapshot;
using storage::Transaction;

namespace {

constexpr Milliseconds kTryRenewalAgain = std::chrono::hours(1);
constexpr char kNotInUse[] = "not_in_use";
constexpr std::string_view kDocumentClientName = "Strongroom";  // anybody may read it

Actor server_actor() {
  return {.kind = audit::ActorKind::kServer, .grants = Permissions{Permission::kView}};
}

}  // namespace

Result<std::optional<Registration>> Registrations::get(const Actor& actor, TargetSystemId id) {
  STRONGROOM_CHECK(actor.need(Permission::kView));
  STRONGROOM_TRY(const Stored stored, allowed(actor, Permission::kView, load(id)));
  if (!stored.registration) return std::optional<Registration>();
  const RegistrationRow& row = *stored.registration;
  return std::optional<Registration>(
      Registration{.way = registration_way_from_text(row.kind).value_or(RegistrationWay::kDynamic),
                   .issuer = row.issuer,
                   .client_id = row.client_id,
                   .is_in_use = is_in_use(row, stored.system),
                   .is_managed = row.sealed_access_token.has_value(),
                   .secret_expires_at = row.secret_expires_at,
                   .created_at = row.created_at,
                   .renewed_at = row.renewed_at,
                   .failure = row.failure});
}

Result<Removal> Registrations::end_at_provider(const Stored& stored) {
  const RegistrationRow& row = *stored.registration;
  if (row.kind == kDocumentRegistration) return Removal::kGone;  // nobody finds it any more
  if (!row.sealed_access_token) return Removal::kNotPossible;
  STRONGROOM_TRY(const auto token,
                 open_registration_token(context_, stored.row, stored.system, row));
  const oauth::RawResult answer =
      send(stored, oauth::registration_removal(row.configuration_endpoint, token));
  const Removal removal = oauth::read_removal(answer);
  if (removal != Removal::kNotNow) return removal;
  if (!answer) return oauth::as_error(answer.error());
  return Error{Code::kUnavailable,
               "The service provider is in trouble and could not end the registration. Nothing was "
               "changed: try again later."};
}

Result<bool> Registrations::end(const Actor& actor, TargetSystemId id) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(const Stored stored, allowed(actor, Permission::kConfigure, load(id)));
  if (!stored.registration) {
    return registration_conflict("The target system did not register by itself.", "not_registered");
  }
  const RegistrationRow& row = *stored.registration;
  STRONGROOM_TRY(const Removal removal, end_at_provider(stored));
  TargetSystemFields fields;
  if (is_in_use(row, stored.system)) {
    fields.consumer_key = "";
    fields.client_authentication = ClientAuthentication::kProviderDefault;
    RegisteredClient nothing;
    take_secret(stored.system, nothing, fields);
  }
  const auto ended = update_target_system(
      context_, nullptr, actor, id, stored.row.stamps.revision, fields,
      [&](Transaction& tx, const auto& /*row*/) -> Result<std::vector<std::string>> {
        STRONGROOM_CHECK(storage::remove_registration(tx, id.uuid));
        return std::vector<std::string>{"registration"};
      });
  if (!ended) return ended.error();
  return removal == Removal::kGone;
}

Result<std::string> Registrations::document(TargetSystemId id) {
  STRONGROOM_TRY(const Stored stored, load(id));
  const auto& row = stored.registration;
  const catalogue::ProviderPtr entry = context_.catalogue.find(stored.system.service_provider);
  if (!row || row->kind != kDocumentRegistration || !is_in_use(*row, stored.system) ||
      row->client_id != document_url(id) || entry == nullptr || !stored.system.metadata) {
    return no_such_thing();
  }
  const Revision revision = stored.row.stamps.revision;
  {
    const auto known = documents_.lock();
    const auto found = known->find(id);
    if (found != known->end() && found->second.revision == revision) return found->second.text;
  }
  STRONGROOM_TRY(const catalogue::Provider provider, complete_provider(*entry, stored.system));
  STRONGROOM_TRY(ClientFacts facts, facts_of(stored, provider));
  facts.client_name = kDocumentClientName;
  const auto method = to_catalogue(stored.system.client_authentication);
  facts.method = method.value_or(catalogue::ClientAuthentication::kNone);
  if (facts.method == catalogue::ClientAuthentication::kPrivateKeyJwt) {
    STRONGROOM_TRY(facts.jwks, target_systems_.jwks(server_actor(), id));
  }
  std::string text = oauth::to_json(facts, row->client_id);
  documents_.lock()->insert_or_assign(id, Document{.revision = revision, .text = text});
  return text;
}

void Registrations::renew_due(std::size_t limit) {
  using Ids = std::vector<Uuid>;
  const auto due = storage::read<Ids>(context_.store, [&](Snapshot& snapshot) {
    return storage::registrations_due(snapshot, context_.clock.now(),
                                      static_cast<std::int64_t>(limit));
  });
  if (!due) {
    return context_.log.failed("Registrations could not be renewed.", due.error());
  }
  for (const Uuid& id : *due) {
    const Status renewed = renew(TargetSystemId{id});
    if (renewed) continue;
    context_.log.failed("A registration at a service provider could not be renewed.",
                        renewed.error(), {{"target_system", id}});
    const ErrorValue* const cause = renewed.error().find("cause");
    const auto* const name = cause == nullptr ? nullptr : std::get_if<VisibleName>(cause);
    const std::string failure =
        name != nullptr ? name->text : std::string(renewed.error().problem.view());
    // Nothing mends by itself where somebody entered another consumer key.
    std::optional<WallTime> again;
    const bool mends = renewed.error().problem.view() != kNotInUse;
    if (mends) again = context_.clock.now() + kTryRenewalAgain;
    const Status noted = context_.store.write([&](Transaction& tx) {
      return storage::note_renewal_failed(tx, id, failure.empty() ? "failed" : failure, again);
    });
    if (!noted) {
      context_.log.failed("That a renewal failed could not be written down.", noted.error());
    }
  }
}

// Who asks for a renewal, as what, and with which token.
Result<RegisteredClient> Registrations::ask_again(const Stored& stored) {
  const RegistrationRow& row = *stored.registration;
  const catalogue::ProviderPtr entry = context_.catalogue.find(stored.system.service_provider);
  STRONGROOM_CHECK(check_can_register(stored.system, entry.get()));
  const auto indexed = context_.index.find(stored.id());
  if (indexed && context_.index.kill_of(*indexed)) return stopped_by_a_kill();
  STRONGROOM_TRY(const catalogue::Provider provider, complete_provider(*entry, stored.system));
  STRONGROOM_TRY(ClientFacts facts, facts_of(stored, provider));
  facts.client_name = client_name(stored.system);
  facts.method = to_catalogue(stored.system.client_authentication)
                     .value_or(catalogue::ClientAuthentication::kClientSecretBasic);
  if (facts.method == catalogue::ClientAuthentication::kPrivateKeyJwt) {
    STRONGROOM_TRY(facts.jwks, target_systems_.jwks(server_actor(), stored.id()));
  }
  STRONGROOM_TRY(const auto token,
                 open_registration_token(context_, stored.row, stored.system, row));
  oauth::TokenRequest request =
      oauth::registration_update(row.configuration_endpoint, token, facts, row.client_id);
  auto client =
      oauth::read_registration(send(stored, std::move(request)), facts, row.configuration_endpoint);
  if (!client) return oauth::as_error(client.error());
  return *std::move(client);
}

// The token may be another one after each call (RFC 7592 section 2.2): it is stored before anything
// else is done, also where the secret did not get a longer life.
Status Registrations::renew(TargetSystemId id) {
  STRONGROOM_TRY(const Stored stored, load(id));
  if (!stored.registration || !is_in_use(*stored.registration, stored.system)) {
    return registration_conflict("The consumer key is not the registered one any more.", kNotInUse);
  }
  RegistrationRow row = *stored.registration;
  STRONGROOM_TRY(RegisteredClient client, ask_again(stored));
  const WallTime now = context_.clock.now();
  const bool is_same = client.client_id == row.client_id && client.unacceptable.view().empty();
  const bool lives_longer =
      is_same && (!client.secret_expires_at ||
                  *client.secret_expires_at > row.secret_expires_at.value_or(WallTime::min()));
  if (client.access_token) {
    ++row.generation;
    row.configuration_endpoint = client.configuration_endpoint;
    STRONGROOM_CHECK(
        seal_registration_token(context_, stored.row, stored.system, *client.access_token, row));
  }
  TargetSystemFields fields;
  if (lives_longer) {
    row.secret_expires_at = client.secret_expires_at;
    row.renewed_at = now;
    row.next_try_at = renewal_of(row, now);
    row.failure.clear();
    fields.client_authentication = stored.system.client_authentication;
    take_secret(stored.system, client, fields);
  } else {
    row.failure = is_same ? "not_renewed" : "registration_unacceptable";
    row.next_try_at = now + kTryRenewalAgain;
    context_.log.warning("A service provider did not renew the secret of a registration.",
                         {{"target_system", id.uuid}});
  }
  return keep_renewed(stored, fields, std::move(row));
}

// Where somebody changed the target system meanwhile, the token alone is kept, which nobody else
// has any more, and the rest is done again at once.
Status Registrations::keep_renewed(const Stored& stored, const TargetSystemFields& fields,
                                   RegistrationRow row) {
  const auto kept = update_target_system(
      context_, nullptr, server_actor(), stored.id(), stored.row.stamps.revision, fields,
      [&](Transaction& tx, const auto& /*row*/) -> Result<std::vector<std::string>> {
        STRONGROOM_CHECK(store_registration(context_, tx, row));
        return std::vector<std::string>{"registration"};
      });
  if (kept) return {};
  if (kept.error().code != Code::kPreconditionFailed) return kept.error();
  row.secret_expires_at = stored.registration->secret_expires_at;
  row.next_try_at = context_.clock.now();
  return context_.store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto now, read_registration(context_, tx, stored.id()));
    if (!now || now->generation != stored.registration->generation) return {};
    return store_registration(context_, tx, row);
  });
}

}  // namespace strongroom::vault
