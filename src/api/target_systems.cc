#include <array>
#include <utility>

#include "api/client_certificates.h"
#include "api/issuer_metadata_json.h"
#include "api/owner.h"
#include "api/resource.h"
#include "api/resources.h"
#include "vault/callback_url.h"
#include "vault/issuer_discovery.h"

namespace strongroom::api {
namespace {

constexpr std::size_t kLongestSecret = 4096;
constexpr std::size_t kLongestProxyCredentials = 1024;
constexpr std::size_t kLongestPem = std::size_t{128} * 1024;
constexpr LiteralText kUnknownValue = "This is none of the values that api.yaml lists.";

std::optional<WallTime> read_date(ObjectReader& body, LiteralText name) {
  if (body.take_null(name)) return std::nullopt;
  const auto text = body.text(name);
  if (!text) return std::nullopt;
  const auto date = parse_rfc3339(*text);
  if (!date) body.refuse(name, "This must be a date such as 2027-06-30.");
  return date;
}

vault::NewConsumerSecret consumer_secret(const SecretBytes& letters,
                                         std::optional<WallTime> expires_on) {
  using Value = decltype(vault::NewConsumerSecret::value);
  return {Value(letters.view()), expires_on};
}

// "consumer_secrets", or "consumer_secret" for a single one.
std::optional<std::vector<vault::NewConsumerSecret>> read_secrets(ObjectReader& body) {
  std::vector<vault::NewConsumerSecret> secrets;
  const bool many =
      body.objects("consumer_secrets", vault::kMaxConsumerSecrets, [&secrets](ObjectReader& item) {
        const auto expires_on = read_date(item, "expires_on");
        item.require("value");
        if (const auto letters = item.secret("value", kLongestSecret)) {
          secrets.push_back(consumer_secret(*letters, expires_on));
        }
      });
  if (const auto letters = body.secret("consumer_secret", kLongestSecret)) {
    if (many) body.refuse("consumer_secret", "Send this or consumer_secrets, not both.");
    secrets.push_back(consumer_secret(*letters, std::nullopt));
  } else if (!many) {
    return std::nullopt;
  }
  return secrets;
}

// What can be made here, by the names of api.yaml.
std::optional<crypto::NewKey> new_key_from_text(std::string_view text) {
  using crypto::NewKey;
  constexpr std::array<std::pair<std::string_view, NewKey>, 5> kKinds{{
      {"rsa_2048", NewKey::kRsa2048},
      {"rsa_3072", NewKey::kRsa3072},
      {"rsa_4096", NewKey::kRsa4096},
      {"p256", NewKey::kP256},
      {"ed25519", NewKey::kEd25519},
  }};
  for (const auto& [name, kind] : kKinds) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

vault::NewClientKey read_client_key(ObjectReader& item) {
  vault::NewClientKey key;
  key.keep = read_kept(item);
  key.expires_on = read_date(item, "expires_on");
  key.key_id = item.text("kid").value_or("");
  key.pkcs11_uri = item.text("pkcs11_uri").value_or("");
  if (const auto text = item.text("generate")) {
    key.generate = new_key_from_text(*text);
    if (!key.generate) item.refuse("generate", kUnknownValue);
  }
  if (const auto file = item.secret("private_key", crypto::PrivateKey::kMaxFileBytes)) {
    key.file = vault::ClientKeyFile(file->view());
  }
  if (const auto password = item.secret("password", crypto::PrivateKey::kMaxPasswordBytes)) {
    key.password = crypto::KeyPassword(password->view());
  }
  return key;
}

std::optional<std::vector<vault::NewClientKey>> read_client_keys(ObjectReader& body) {
  std::vector<vault::NewClientKey> keys;
  const bool given =
      body.objects("client_keys", vault::kMaxClientKeys,
                   [&keys](ObjectReader& item) { keys.push_back(read_client_key(item)); });
  if (!given) return std::nullopt;
  return keys;
}

// "user:password"; null: none any more.
std::optional<std::optional<vault::ProxyCredentials>> read_proxy_credentials(ObjectReader& body) {
  if (body.take_null("proxy_credentials")) return std::optional<vault::ProxyCredentials>();
  const auto letters = body.secret("proxy_credentials", kLongestProxyCredentials);
  if (!letters) return std::nullopt;
  return vault::ProxyCredentials(letters->view());
}

// "endpoint_parameters", and "token_endpoint" and "issuer" as short forms for one of them each,
// merged into what is there (RFC 7396).
std::optional<std::map<std::string, std::string>> read_endpoint_parameters(
    ObjectReader& body, const vault::TargetSystem* current) {
  const auto sent = body.text_map("endpoint_parameters");
  const auto endpoint = body.text("token_endpoint");
  const auto issuer = body.text("issuer");
  if (!sent && !endpoint && !issuer) return std::nullopt;
  std::map<std::string, std::string> parameters;
  if (current != nullptr) parameters = current->endpoint_parameters;
  for (const auto& [name, value] : sent.value_or(ObjectReader::TextMap{})) {
    if (value) {
      parameters[name] = *value;
    } else {
      parameters.erase(name);
    }
  }
  if (endpoint) parameters["token_endpoint"] = *endpoint;
  if (issuer) parameters["issuer"] = *issuer;
  return parameters;
}

// An enumeration by its text.
template <class Value>
std::optional<Value> read_choice(ObjectReader& body, LiteralText name,
                                 std::optional<Value> (*from_text)(std::string_view)) {
  const auto text = body.text(name);
  if (!text) return std::nullopt;
  const auto value = from_text(*text);
  if (!value) body.refuse(name, kUnknownValue);
  return value;
}

std::optional<std::optional<vault::SupportedAccounts>> read_supported_accounts(ObjectReader& body) {
  if (body.take_null("supported_accounts")) return std::optional<vault::SupportedAccounts>();
  const auto value = read_choice(body, "supported_accounts", vault::supported_accounts_from_text);
  if (!value) return std::nullopt;
  return value;
}

void write_secrets(JsonWriter& json, const vault::TargetSystem& system) {
  json.begin_array("consumer_secrets");
  for (const vault::ConsumerSecretInfo& secret : system.consumer_secrets) {
    json.begin_object();
    json.member("id", secret.id);
    if (secret.expires_on) {
      json.member("expires_on", rfc3339(*secret.expires_on).substr(0, 10));
    } else {
      json.member("expires_on", nullptr);
    }
    json.member("created_at", secret.created_at);
    json.member("accepted_at", secret.accepted_at);
    json.end_object();
  }
  json.end_array();
}

void write_client_keys(JsonWriter& json, const vault::TargetSystem& system) {
  json.begin_array("client_keys");
  for (const vault::ClientKeyInfo& key : system.client_keys) {
    json.begin_object();
    json.member("id", key.id);
    json.member("kid", key.key_id);
    json.member("key_type", key.key_type);
    if (key.expires_on) {
      json.member("expires_on", rfc3339(*key.expires_on).substr(0, 10));
    } else {
      json.member("expires_on", nullptr);
    }
    json.member("created_at", key.created_at);
    json.member("accepted_at", key.accepted_at);
    json.end_object();
  }
  json.end_array();
}

void write_troubles(JsonWriter& json, const vault::TargetSystemTroubles& troubles) {
  if (troubles.pause) {
    json.begin_object("provider_pause");
    json.member("until", troubles.pause->until);
    json.member("cause", troubles.pause->cause);
    json.end_object();
  } else {
    json.member("provider_pause", nullptr);
  }
  if (!troubles.fault) return json.member("fault", nullptr);
  json.begin_object("fault");
  json.member("cause", troubles.fault->cause);
  json.member("message", troubles.fault->message);
  json.member("who_must_act", troubles.fault->who_must_act);
  json.member("where", troubles.fault->where);
  json.member("since", troubles.fault->since);
  json.end_object();
}

struct TargetSystemResource {
  using Item = vault::TargetSystem;
  using Id = vault::TargetSystemId;
  static constexpr std::string_view kPath = "/api/v1/target-systems";
  static constexpr std::string_view kPathWithId = "/api/v1/target-systems/{id}";
  static constexpr std::string_view kRestorePath = "/api/v1/target-systems/{id}/restore";
  static constexpr LiteralText kDeletionHint =
      "Nothing was changed. Deleting stops every look-up of its OAuth clients; disabling them one "
      "by one does so too, and forgets nothing.";
  static constexpr LiteralText kDeletedHint =
      "It can be restored for seven days: POST /api/v1/target-systems/{id}/restore";

  const Services& services;

  vault::TargetSystems& collection() const { return services.target_systems; }
  Result<Id> find(const Call& call) const { return call.id<Id>(0); }

  Result<ListRequest> read_query(const Call& call, QueryReader& query) const {
    ListRequest list = read_list(query);
    list.query.deleted = query.flag("deleted").value_or(false);
    list.query.service_provider = query.text("service_provider").value_or("");
    list.query.tag = query.text("tag").value_or("");
    if (const auto project = query.text("project")) {
      STRONGROOM_TRY(list.query.project, find_project(services, call.actor(), *project, "project"));
    }
    return list;
  }

  Result<vault::TargetSystemFields> read_fields(const Call& call, ObjectReader& body,
                                                const Item* current) const {
    vault::TargetSystemFields fields;
    std::optional<std::string> project;
    if (current == nullptr) {
      body.require("name");
      fields.id = read_id(body);
      if (!body.take_null("project")) project = body.text("project");
    }
    read_provider_side(body, current, fields);
    fields.name = body.text("name");
    fields.owner = read_owner(body, current == nullptr ? vault::Owner{} : current->owner);
    fields.description = body.text_or_null("description");
    fields.tags = body.texts("tags");
    STRONGROOM_CHECK(body.finish());
    if (project) {
      STRONGROOM_TRY(fields.project, find_project(services, call.actor(), *project, "/project"));
    }
    return fields;
  }

  static std::optional<Id> read_id(ObjectReader& body) {
    const auto text = body.text("id");
    if (!text) return std::nullopt;
    const auto id = Id::parse(*text);
    if (!id) body.refuse("id", "This must be a UUID.");
    return id;
  }

  static void read_provider_side(ObjectReader& body, const Item* current,
                                 vault::TargetSystemFields& fields) {
    fields.oauth_enabled = body.flag("oauth_enabled");
    fields.callback = read_choice(body, "callback", vault::callback_from_text);
    fields.service_provider = body.text("service_provider");
    fields.grant = read_choice(body, "grant", vault::grant_flow_from_text);
    fields.client_authentication =
        read_choice(body, "client_authentication", vault::client_authentication_from_text);
    fields.consumer_key = body.text("consumer_key");
    fields.consumer_secrets = read_secrets(body);
    fields.client_keys = read_client_keys(body);
    fields.client_certificates = read_client_certificates(body);
    fields.scopes = body.texts("scopes");
    fields.resources = body.texts("resources");
    fields.endpoint_parameters = read_endpoint_parameters(body, current);
    fields.trusted_ca_pem = body.text_or_null("trusted_ca_pem", kLongestPem);
    fields.allowed_addresses = body.texts("allowed_addresses");
    fields.proxy = body.text_or_null("proxy");
    fields.proxy_credentials = read_proxy_credentials(body);
    fields.supported_accounts = read_supported_accounts(body);
    fields.default_tenant = body.text_or_null("default_tenant");
    fields.keep_alive_days = body.number("keep_alive_days");
    fields.verify_every_hours = body.number("verify_every_hours");
    fields.dpop = body.flag("dpop");
    fields.signature_method = body.text_or_null("signature_method");
    fields.protected_resource = body.text_or_null("protected_resource");
  }

  void write(JsonWriter& json, const Item& system, Names& names) const {
    json.begin_object();
    json.member("id", system.id);
    json.member("name", system.name);
    json.member("project", system.project);
    json.member("project_name",
                system.project ? std::optional(names.of(*system.project)) : std::nullopt);
    write_provider_side(json, system);
    write_troubles(json, services.target_systems.troubles(system));
    write_callback(json, system);
    write_owner(json, system.owner);
    json.member("description", system.description);
    json.member("tags", system.tags);
    write_stamps(json, system.stamps);
    json.end_object();
  }

  void write_callback(JsonWriter& json, const Item& system) const {
    json.member("callback", to_text(system.callback));
    const bool comes_back = system.grant == vault::GrantFlow::kAuthorizationCode ||
                            system.grant == vault::GrantFlow::kOauth1;
    const bool has_address = comes_back && !vault::is_out_of_band(system.callback);
    if (has_address) {
      json.member("callback_url", vault::callback_url(services.server.public_url(), system));
    } else {
      json.member("callback_url", nullptr);
    }
    json.member("missing", system.missing);
  }

  static void write_provider_side(JsonWriter& json, const Item& system) {
    json.member("oauth_enabled", system.oauth_enabled);
    json.member("service_provider", system.service_provider);
    json.member("grant", to_text(system.grant));
    json.member("client_authentication", to_text(system.client_authentication));
    json.member("consumer_key", system.consumer_key);
    write_secrets(json, system);
    write_client_keys(json, system);
    write_client_certificates(json, system);
    json.member("scopes", system.scopes);
    json.member("resources", system.resources);
    json.begin_object("endpoint_parameters");
    for (const auto& [name, value] : system.endpoint_parameters) json.named(name, value);
    json.end_object();
    json.member("token_endpoint", system.token_endpoint);
    write_issuer(json, system);
    json.member("trusted_ca_pem", system.trusted_ca_pem);
    json.member("allowed_addresses", system.allowed_addresses);
    json.member("proxy", system.proxy);
    json.member("has_proxy_credentials", system.has_proxy_credentials);
    if (system.supported_accounts) {
      json.member("supported_accounts", to_text(*system.supported_accounts));
    } else {
      json.member("supported_accounts", nullptr);
    }
    json.member("default_tenant", system.default_tenant);
    json.member("keep_alive_days", system.keep_alive_days);
    json.member("verify_every_hours", system.verify_every_hours);
    json.member("dpop", system.dpop);
    json.member("signature_method", system.signature_method);
    json.member("protected_resource", system.protected_resource);
    json.member("destination_held", system.destination_held || system.refresh_tokens_held);
  }
};

// POST …/approve-destination: If-Match says which destination was looked at.
Result<http::Response> approve_destination(const Services& services,
                                           Resource<TargetSystemResource>& resource,
                                           const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::TargetSystemId>(0));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto current, services.target_systems.get(call.actor(), id));
  STRONGROOM_CHECK(check_if_match(call.request().if_match, true, current.stamps.revision));
  STRONGROOM_TRY(const auto approved, services.target_systems.approve_destination(
                                          call.actor(), id, current.stamps.revision));
  return resource.answer(call, approved);
}

// POST …/discover: reads the issuer's metadata again, now.
Result<http::Response> discover(const Services& services, Resource<TargetSystemResource>& resource,
                                const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::TargetSystemId>(0));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto read, services.issuer_discovery.discover(call.actor(), id));
  return resource.answer(call, read);
}

// GET …/jwks: what is pasted at the provider, or put where it fetches it from.
Result<http::Response> jwks(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::TargetSystemId>(0));
  http::Response response;
  STRONGROOM_TRY(response.body, services.target_systems.jwks(call.actor(), id));
  response.content_type = "application/jwk-set+json";
  return response;
}

}  // namespace

void add_target_system_routes(const Services& services, std::vector<Route>& routes) {
  Resource<TargetSystemResource>::add_routes(services, routes);
  const auto resource = std::make_shared<Resource<TargetSystemResource>>(services);
  routes.push_back({"POST", "/api/v1/target-systems/{id}/approve-destination",
                    TargetSystemResource::kPath, Caller::kPerson, true,
                    answering([&services, resource](const Call& call) {
                      return approve_destination(services, *resource, call);
                    })});
  routes.push_back({"POST", "/api/v1/target-systems/{id}/discover", TargetSystemResource::kPath,
                    Caller::kPerson, true, answering([&services, resource](const Call& call) {
                      return discover(services, *resource, call);
                    })});
  routes.push_back({"GET", "/api/v1/target-systems/{id}/jwks", TargetSystemResource::kPath,
                    Caller::kPerson, true,
                    answering([&services](const Call& call) { return jwks(services, call); })});
}

}  // namespace strongroom::api
