#include "api/account_json.h"
#include "api/owner.h"
#include "api/read_id.h"
#include "api/resource.h"
#include "api/resources.h"
#include "api/revocation_json.h"
#include "vault/kills.h"
#include "vault/lookup.h"
#include "vault/oauth_client_rules.h"
#include "vault/retrievals.h"
#include "vault/revocations.h"
#include "vault/robot_inputs.h"

namespace strongroom::api {
namespace {

void write_token(JsonWriter& json, const std::optional<vault::TokenInfo>& token) {
  if (!token) return json.member("token", nullptr);
  json.begin_object("token");
  json.member("token_type", token->token_type);
  json.member("scope", token->scope);
  json.member("missing_scopes", token->missing_scopes);
  json.member("expires_at", token->expires_at);
  json.member("refreshed_at", token->refreshed_at);
  json.member("is_bound", token->is_bound);
  json.member("is_former", token->is_former);
  json.end_object();
}

void write_resource_tokens(JsonWriter& json, const vault::OAuthClient& client) {
  json.begin_array("resource_tokens");
  for (const vault::ResourceTokenInfo& resource : client.resource_tokens) {
    json.begin_object();
    json.member("resource", resource.resource);
    write_token(json, resource.token);
    write_failure(json, resource.failure);
    json.end_object();
  }
  json.end_array();
}

void write_refresh(JsonWriter& json, const vault::OAuthClient& client) {
  if (!vault::needs_person(client.flow)) return json.member("refresh", nullptr);
  const auto& token = client.refresh_token;
  json.begin_object("refresh");
  json.member("has_refresh_token", token.has_value());
  json.member("issued_at", token ? std::optional(token->issued_at) : std::nullopt);
  json.member("expires_at", token ? token->expires_at : std::nullopt);
  json.member("rotates", token ? token->rotates : std::nullopt);
  json.end_object();
}

// What only clients have for which a person signs in, and what everybody sees of the tenant.
void write_sign_in(JsonWriter& json, const vault::OAuthClient& client) {
  const vault::TenantInUse tenant = vault::tenant_in_use(client);
  json.member("effective_tenant", tenant.tenant);
  json.member("tenant_source", tenant.source);
  json.member("flow", to_text(client.flow));
  json.member("subject", client.subject);
  json.member("expected_account", client.expected_account);
  write_account(json, "account", client.account);
  json.member("signed_in_at", client.signed_in_at);
  write_refresh(json, client);
  const bool is_draft = client.state == vault::OAuthClientState::kDraft;
  json.member(
      "draft_expires_at",
      is_draft ? std::optional(client.stamps.updated_at + vault::kDraftLifetime) : std::nullopt);
}

std::string_view text_of(vault::NextStep next) {
  switch (next) {
    case vault::NextStep::kNothing:
      return "none";
    case vault::NextStep::kRetrieval:
      return "retrieval";
    case vault::NextStep::kSignIn:
      return "sign_in";
  }
  return {};
}

std::string_view text_of(vault::BasicEngineDelivery delivery) {
  switch (delivery) {
    case vault::BasicEngineDelivery::kNone:
      return "none";
    case vault::BasicEngineDelivery::kContinues:
      return "continues";
    case vault::BasicEngineDelivery::kStops:
      return "stops";
  }
  return {};
}

// The robots that take it as input: asked for where there may be any, which is seldom.
void write_takers(JsonWriter& json, const Services& services, const vault::Actor& actor,
                  const vault::OAuthClient& client) {
  json.begin_array("basic_engine_inputs");
  if (client.allow_basic_engine_robots) {
    const auto takers = services.robot_inputs.takers_of(actor, client.id);
    for (const vault::InputTaker& taker : takers.value_or(std::vector<vault::InputTaker>{})) {
      json.begin_object();
      json.member("robot", taker.robot);
      json.member("robot_name", taker.robot_name);
      json.member("robot_path", taker.robot_path);
      json.member("input", taker.input);
      json.end_object();
    }
  }
  json.end_array();
}

// What the provider said besides, for who uses the tokens.
void write_learned(JsonWriter& json, const Services& services, const vault::OAuthClient& client) {
  json.begin_object("learned");
  for (const auto& [name, text] : services.lookups.learned_of(client.id)) json.named(name, text);
  json.end_object();
}

struct OAuthClientResource {
  using Item = vault::OAuthClient;
  using Id = vault::OAuthClientId;
  static constexpr std::string_view kPath = "/api/v1/oauth-clients";
  static constexpr std::string_view kPathWithId = "/api/v1/oauth-clients/{id}";
  static constexpr std::string_view kRestorePath = "/api/v1/oauth-clients/{id}/restore";
  static constexpr LiteralText kDeletionHint =
      "Nothing was changed. Disabling stops look-ups as well and forgets nothing: PATCH "
      "/api/v1/oauth-clients/{id} with {\"disabled\": true}. Deleting revokes nothing at the "
      "provider until it cannot be undone any more; POST /api/v1/oauth-clients/{id}/revoke-tokens "
      "does at once.";
  static constexpr LiteralText kUpdateHint =
      "Nothing was changed. A client that is duplicated leaves this one as it is.";
  static constexpr LiteralText kDeletedHint =
      "It can be restored for seven days: POST /api/v1/oauth-clients/{id}/restore";

  const Services& services;

  vault::OAuthClients& collection() const { return services.oauth_clients; }
  Result<Id> find(const Call& call) const { return call.id<Id>(0); }

  Result<ListRequest> read_query(const Call& call, QueryReader& query) const {
    ListRequest list = read_list(query);
    list.query.deleted = query.flag("deleted").value_or(false);
    list.query.state = query.text("state").value_or("");
    if (!list.query.state.empty() && !vault::oauth_client_state_from_text(list.query.state)) {
      query.refuse("state", "This is none of the states that api.yaml lists.");
    }
    list.query.basic_engine = query.flag("basic_engine");
    const auto system = query.text("target_system");
    if (const auto project = query.text("project")) {
      STRONGROOM_TRY(list.query.project, find_project(services, call.actor(), *project, "project"));
    }
    if (system) {
      STRONGROOM_TRY(list.query.target_system, system_in_query(call, list.query, *system));
    }
    return list;
  }

  Result<vault::TargetSystemId> system_in_query(const Call& call, const vault::ListQuery& query,
                                                const std::string& text) const {
    if (const auto id = vault::TargetSystemId::parse(text)) return *id;
    if (!query.project) {
      return Error{Code::kInvalidArgument,
                   "A target system's name says which one only together with project."}
          .at("target_system");
    }
    return find_target_system(services, call.actor(), *query.project, text, "target_system");
  }

  Result<vault::OAuthClientFields> read_fields(const Call& call, ObjectReader& body,
                                               const Item* current) const {
    vault::OAuthClientFields fields;
    if (current == nullptr) {
      body.require("project");
      body.require("target_system");
      body.require("label");
    }
    const auto project = body.text("project");
    const auto system = body.text("target_system");
    fields.label = body.text("label");
    fields.tenant = body.text_or_null("tenant");
    fields.allow_basic_engine_robots = body.flag("allow_basic_engine_robots");
    fields.owner = read_owner(body, current == nullptr ? vault::Owner{} : current->owner);
    fields.expected_account = body.text_or_null("expected_account");
    fields.subject = body.text_or_null("subject");
    read_subject_client(body, fields);
    fields.draft = body.flag("draft");
    fields.disabled = body.flag("disabled");
    fields.is_canary = body.flag("is_canary");
    STRONGROOM_CHECK(body.finish());
    if (project) {
      STRONGROOM_TRY(fields.project, find_project(services, call.actor(), *project, "/project"));
    }
    if (system) {
      const vault::ProjectId home = fields.project ? *fields.project : current->project;
      STRONGROOM_TRY(fields.target_system,
                     find_target_system(services, call.actor(), home, *system, "/target_system"));
    }
    return fields;
  }

  static void read_subject_client(ObjectReader& body, vault::OAuthClientFields& fields) {
    if (body.take_null("subject_client")) {
      fields.subject_client.emplace();
    } else if (const auto id = read_id<vault::OAuthClientId>(body, "subject_client")) {
      fields.subject_client.emplace(*id);
    }
  }

  // What the change would come to.
  Result<http::Response> dry_run(const Call& call, const Item& current,
                                 const vault::OAuthClientFields& fields) const {
    STRONGROOM_TRY(const vault::UpdateEffects effects,
                   collection().effects(call.actor(), current.id, current.stamps.revision, fields));
    JsonWriter json;
    json.begin_object();
    json.member("dry_run", true);
    json.member("next", text_of(effects.next));
    json.member("serves_on", effects.serves_on);
    json.member("serves_until", effects.serves_until);
    json.member("names_change", effects.names_change);
    json.member("robot_access", effects.robot_access);
    json.member("robots", effects.robots);
    json.member("more_robots", static_cast<std::int64_t>(effects.more_robots));
    json.member("basic_engine_delivery", text_of(effects.basic_engine));
    json.member("hint", kUpdateHint.view());
    json.end_object();
    return json_response(json.take());
  }

  void write(JsonWriter& json, const Item& client, Names& names) const {
    json.begin_object();
    json.member("id", client.id);
    json.member("project", client.project);
    json.member("project_name", names.of(client.project));
    json.member("target_system", client.target_system);
    json.member("target_system_name", names.of(client.target_system));
    json.member("label", client.label);
    json.member("tenant", client.tenant);
    write_sign_in(json, client);
    const vault::OAuthClient* const subject =
        client.subject_client ? names.find(*client.subject_client) : nullptr;
    json.member("subject_client", client.subject_client);
    json.member("subject_client_label", subject == nullptr ? "" : subject->label);
    json.member("allow_basic_engine_robots", client.allow_basic_engine_robots);
    write_takers(json, services, names.actor(), client);
    json.member("is_canary", client.is_canary);
    write_owner(json, client.owner);
    json.member("state", to_text(client.state));
    json.member("killed_by", services.kills.kill_of(client.id));
    write_token(json, client.token);
    write_failure(json, client.failure);
    write_resource_tokens(json, client);
    write_learned(json, services, client);
    write_revocation(json, client.revocation);
    json.member("quarantined_at", client.quarantined_at);
    json.member("basic_engine_restored_at", client.basic_engine_restored_at);
    write_stamps(json, client.stamps);
    json.end_object();
  }
};

using OAuthClientRoutes = Resource<OAuthClientResource>;

// POST …/retrieve-tokens: the provider takes its time, so no worker waits for it.
void retrieve_tokens(const Services& services, const std::shared_ptr<OAuthClientRoutes>& resource,
                     Call call) {
  const auto id = call.id<vault::OAuthClientId>(0);
  std::string resource_name;
  const auto prepared = [&]() -> Status {
    if (!id) return id.error();
    STRONGROOM_CHECK(services.oauth_clients.check(call.actor(), Permission::kRetrieve, *id));
    STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
    resource_name = query.text("resource").value_or("");
    STRONGROOM_CHECK(query.finish());
    return ObjectReader::expect_nothing(call.request());
  }();
  if (!prepared) return std::move(call).answer(prepared.error());
  auto waiting = std::make_shared<Call>(std::move(call));
  services.retrievals.retrieve(
      vault::TokenKey{*id, std::move(resource_name)}, waiting->actor(),
      [&services, resource, waiting, client = *id](const vault::RetrievalResult& retrieved) {
        if (!retrieved) return std::move(*waiting).answer(retrieved.error());
        const auto item = services.oauth_clients.get(waiting->actor(), client);
        if (!item) return std::move(*waiting).answer(item.error());
        http::Response response = resource->answer(*waiting, *item);
        std::move(*waiting).answer(std::move(response));
      });
}

// POST …/revoke-tokens: the tokens are gone before the provider is asked, and no worker waits for
// what it says.
void revoke_tokens(const Services& services, const std::shared_ptr<OAuthClientRoutes>& resource,
                   Call call) {
  const auto id = call.id<vault::OAuthClientId>(0);
  if (!id) return std::move(call).answer(id.error());
  if (const Status empty = ObjectReader::expect_nothing(call.request()); !empty) {
    return std::move(call).answer(empty.error());
  }
  auto waiting = std::make_shared<Call>(std::move(call));
  services.revocations.revoke(
      waiting->actor(), *id, [&services, resource, waiting, client = *id](const Status& asked) {
        if (!asked) return std::move(*waiting).answer(asked.error());
        const auto item = services.oauth_clients.get(waiting->actor(), client);
        if (!item) return std::move(*waiting).answer(item.error());
        http::Response response = resource->answer(*waiting, *item);
        std::move(*waiting).answer(std::move(response));
      });
}

}  // namespace

void add_oauth_client_routes(const Services& services, std::vector<Route>& routes) {
  OAuthClientRoutes::add_routes(services, routes);
  const auto resource = std::make_shared<OAuthClientRoutes>(services);
  routes.push_back(
      {"POST", "/api/v1/oauth-clients/{id}/retrieve-tokens", OAuthClientResource::kPath,
       Caller::kPerson, true,
       [&services, resource](Call call) { retrieve_tokens(services, resource, std::move(call)); }});
  routes.push_back({"POST", "/api/v1/oauth-clients/{id}/revoke-tokens", OAuthClientResource::kPath,
                    Caller::kPerson, true, [&services, resource](Call call) {
                      revoke_tokens(services, resource, std::move(call));
                    }});
}

http::Response oauth_client_response(const Services& services, const Call& call,
                                     const vault::OAuthClient& client) {
  return OAuthClientRoutes(services).answer(call, client);
}

}  // namespace strongroom::api
