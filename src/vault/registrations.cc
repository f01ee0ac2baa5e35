#include "vault/registrations.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "catalogue/settings.h"
#include "vault/callback_url.h"
#include "vault/issuer_metadata.h"
#include "vault/kill.h"
#include "vault/lookup_index.h"
#include "vault/outgoing_request.h"
#include "vault/reach.h"
#include "vault/registration_parts.h"
#include "vault/registration_record.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"
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

// Somebody waits for it.
constexpr std::chrono::milliseconds kLongestWait{10'000};

ClientAuthentication to_vault(catalogue::ClientAuthentication method) {
  return client_authentication_from_text(catalogue::to_text(method))
      .value_or(ClientAuthentication::kProviderDefault);
}

// What a document may prove with: it is public, so no secret.
Result<catalogue::ClientAuthentication> document_method(const catalogue::Provider& provider,
                                                        const oauth::ServerMetadata& metadata,
                                                        bool has_keys) {
  catalogue::Provider without_secrets = provider;
  std::erase_if(without_secrets.client_authentication, [](catalogue::ClientAuthentication method) {
    return method != catalogue::ClientAuthentication::kPrivateKeyJwt &&
           method != catalogue::ClientAuthentication::kNone;
  });
  return oauth::registration_method(without_secrets, metadata, has_keys);
}

// What was wanted, or what comes first of what the server has.
Result<RegistrationWay> choose_way(const catalogue::Provider& provider, const TargetSystem& system,
                                   bool has_address, std::optional<RegistrationWay> wanted) {
  const oauth::ServerMetadata& metadata = system.metadata->accepted;
  const bool can_be_document = metadata.takes_client_id_documents && has_address &&
                               document_method(provider, metadata, !system.client_keys.empty());
  const RegistrationWay way =
      wanted.value_or(can_be_document ? RegistrationWay::kDocument : RegistrationWay::kDynamic);
  if (way == RegistrationWay::kDynamic) {
    if (!metadata.registration_endpoint.empty()) return way;
    return registration_conflict(
        "The issuer's server lets no client register by itself: register it there.",
        "no_registration");
  }
  if (!metadata.takes_client_id_documents) {
    return registration_conflict("The issuer's server does not take an address as a client's id.",
                                 "no_registration");
  }
  if (has_address) return way;
  return registration_conflict(
      "The document needs an https address: this server's public URL has none.", "no_public_url");
}

}  // namespace

std::string_view to_text(RegistrationWay way) {
  return way == RegistrationWay::kDocument ? kDocumentRegistration : kDynamicRegistration;
}

std::optional<RegistrationWay> registration_way_from_text(std::string_view text) {
  if (text == kDocumentRegistration) return RegistrationWay::kDocument;
  if (text == kDynamicRegistration) return RegistrationWay::kDynamic;
  return std::nullopt;
}

Result<Registrations::Stored> Registrations::load(TargetSystemId id) {
  return storage::read<Stored>(context_.store, [&](Snapshot& snapshot) -> Result<Stored> {
    Stored stored;
    STRONGROOM_TRY(stored.row, living(storage::find_target_system(snapshot, id.uuid)));
    STRONGROOM_TRY(stored.system, read_target_system(context_, snapshot, stored.row));
    STRONGROOM_TRY(stored.registration, read_registration(context_, snapshot, id));
    return stored;
  });
}

std::string Registrations::document_url(TargetSystemId id) const {
  std::string url = public_url_();
  url.append(kDocumentPath).append(id.text()).append(kDocumentName);
  return url;
}

// As whoever looks at the service provider's list of clients sees it.
std::string Registrations::client_name(const TargetSystem& system) {
  return "Strongroom: " + system.name;
}

// All but the name, the method and the keys.
Result<ClientFacts> Registrations::facts_of(const Stored& stored,
                                            const catalogue::Provider& provider) {
  const TargetSystem& system = stored.system;
  const std::string callback = system.grant == GrantFlow::kAuthorizationCode
                                   ? callback_url(public_url_(), system)
                                   : std::string();
  std::vector<std::string> scopes = system.scopes;
  if (needs_person(system.grant)) {
    STRONGROOM_TRY(scopes, catalogue::sign_in_scopes(provider, system.scopes));
  }
  return oauth::facts_for(to_catalogue(system.grant), system.metadata->accepted, callback, scopes);
}

Result<TargetSystem> Registrations::enroll(const Actor& actor, TargetSystemId id, Wish wish) {
  STRONGROOM_CHECK(actor.need(Permission::kConfigure));
  STRONGROOM_CHECK(need_writable_audit(context_));
  STRONGROOM_TRY(const Stored stored, allowed(actor, Permission::kConfigure, load(id)));
  const TargetSystem& system = stored.system;
  const catalogue::ProviderPtr entry = context_.catalogue.find(system.service_provider);
  STRONGROOM_CHECK(check_can_register(system, entry.get()));
  const auto indexed = context_.index.find(id);
  if (indexed && context_.index.kill_of(*indexed)) return stopped_by_a_kill();
  if (!system.consumer_key.empty() && !wish.replace) {
    return registration_conflict(
        "The target system has a consumer key already, and that one counts more.",
        "has_consumer_key");
  }
  STRONGROOM_TRY(const catalogue::Provider provider, complete_provider(*entry, system));
  const bool has_address = public_url_().starts_with("https://");
  STRONGROOM_TRY(const RegistrationWay way, choose_way(provider, system, has_address, wish.way));
  if (way == RegistrationWay::kDocument) return by_document(actor, stored, provider);
  return by_request(actor, stored, provider,
                    wish.initial_access_token ? &*wish.initial_access_token : nullptr);
}

Result<TargetSystem> Registrations::by_document(const Actor& actor, const Stored& stored,
                                                const catalogue::Provider& provider) {
  STRONGROOM_TRY(const auto method, document_method(provider, stored.system.metadata->accepted,
                                                    !stored.system.client_keys.empty()));
  TargetSystemFields fields;
  fields.consumer_key = document_url(stored.id());
  fields.client_authentication = to_vault(method);
  RegisteredClient nothing;
  take_secret(stored.system, nothing, fields);
  RegistrationRow row{.target_system_id = stored.id().uuid,
                      .kind = std::string(kDocumentRegistration),
                      .issuer = issuer_of(stored.system),
                      .client_id = *fields.consumer_key};
  if (stored.registration) row.generation = stored.registration->generation + 1;
  row.created_at = context_.clock.now();
  auto made = update_target_system(
      context_, nullptr, actor, stored.id(), stored.row.stamps.revision, fields,
      [&](Transaction& tx, const auto& /*row*/) -> Result<std::vector<std::string>> {
        STRONGROOM_CHECK(store_registration(context_, tx, row));
        return std::vector<std::string>{"registration"};
      });
  if (made) take_back_former(stored);
  return made;
}

Result<TargetSystem> Registrations::by_request(const Actor& actor, const Stored& stored,
                                               const catalogue::Provider& provider,
                                               const oauth::InitialAccessToken* token) {
  const oauth::ServerMetadata& metadata = stored.system.metadata->accepted;
  STRONGROOM_TRY(ClientFacts facts, facts_of(stored, provider));
  facts.client_name = client_name(stored.system);
  STRONGROOM_TRY(facts.method, oauth::registration_method(provider, metadata,
                                                          !stored.system.client_keys.empty()));
  if (facts.method == catalogue::ClientAuthentication::kPrivateKeyJwt) {
    STRONGROOM_TRY(facts.jwks, target_systems_.jwks(actor, stored.id()));
  }
  STRONGROOM_TRY(oauth::TokenRequest request,
                 oauth::registration_request(metadata.registration_endpoint, facts, token));
  auto client = oauth::read_registration(send(stored, std::move(request)), facts,
                                         metadata.registration_endpoint);
  if (!client) return oauth::as_error(client.error());
  if (!client->unacceptable.view().empty()) {
    if (client->access_token) {
      take_back(stored, client->configuration_endpoint, *client->access_token);
    }
    return registration_conflict(client->unacceptable, "registration_unacceptable");
  }
  return keep(actor, stored, facts, *std::move(client));
}

Result<TargetSystem> Registrations::keep(const Actor& actor, const Stored& stored,
                                         const ClientFacts& facts, RegisteredClient client) {
  RegistrationRow row{.target_system_id = stored.id().uuid,
                      .kind = std::string(kDynamicRegistration),
                      .issuer = issuer_of(stored.system),
                      .client_id = client.client_id,
                      .configuration_endpoint = client.configuration_endpoint};
  if (stored.registration) row.generation = stored.registration->generation + 1;
  row.secret_expires_at = client.secret_expires_at;
  row.created_at = context_.clock.now();
  Status sealed;
  if (client.access_token) {
    sealed =
        seal_registration_token(context_, stored.row, stored.system, *client.access_token, row);
  }
  row.next_try_at = renewal_of(row, row.created_at);
  TargetSystemFields fields;
  fields.consumer_key = client.client_id;
  fields.client_authentication = to_vault(facts.method);
  take_secret(stored.system, client, fields);
  auto made =
      !sealed ? Result<TargetSystem>(sealed.error())
              : update_target_system(
                    context_, nullptr, actor, stored.id(), stored.row.stamps.revision, fields,
                    [&](Transaction& tx, const auto& /*row*/) -> Result<std::vector<std::string>> {
                      STRONGROOM_CHECK(store_registration(context_, tx, row));
                      return std::vector<std::string>{"registration"};
                    });
  if (made) {
    take_back_former(stored);
  } else if (client.access_token) {
    take_back(stored, client.configuration_endpoint, *client.access_token);
  }
  return made;
}

oauth::RawResult Registrations::send(const Stored& stored, oauth::TokenRequest request) {
  const Status restricted = restrict_request(context_, stored.row, stored.system, request);
  if (!restricted) {
    return tl::make_unexpected(oauth::TokenFailure{.cause = oauth::FailureCause::kInvalidSettings,
                                                   .message = restricted.error().message,
                                                   .detail = restricted.error().detail,
                                                   .may_have_arrived = false});
  }
  auto& longest = request.message.limits.total_timeout;
  longest = std::min(longest, kLongestWait);
  const auto arrived = std::make_shared<std::promise<oauth::RawResult>>();
  auto waiting = arrived->get_future();
  token_client_.request_raw(std::move(request), [arrived](oauth::RawResult result) {
    arrived->set_value(std::move(result));
  });
  return waiting.get();
}

Removal Registrations::take_back(const Stored& stored, const std::string& endpoint,
                                 const oauth::RegistrationAccessToken& token) {
  const Removal removal =
      oauth::read_removal(send(stored, oauth::registration_removal(endpoint, token)));
  if (removal != Removal::kGone) {
    context_.log.warning(
        "A registration that nobody uses is left at the service provider: delete it there.",
        {{"target_system", stored.id().uuid}});
  }
  return removal;
}

// What the new one took the place of. Nothing here depends on it any more.
void Registrations::take_back_former(const Stored& stored) {
  if (!stored.registration || stored.registration->configuration_endpoint.empty()) return;
  const auto token =
      open_registration_token(context_, stored.row, stored.system, *stored.registration);
  if (!token) {
    return context_.log.failed("A former registration is left at the service provider.",
                               token.error(), {{"target_system", stored.id().uuid}});
  }
  take_back(stored, stored.registration->configuration_endpoint, *token);
}

}  // namespace strongroom::vault
