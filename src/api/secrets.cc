#include "vault/secrets.h"

#include "api/error_response.h"
#include "api/owner.h"
#include "api/resource.h"
#include "api/resources.h"
#include "api/secret_lookup.h"

namespace strongroom::api {
namespace {

constexpr std::size_t kLongestPassphrase = 1023;

constexpr std::string_view kValuesPath = "/api/v1/secrets/{id}/values";
constexpr std::string_view kValuePath = "/api/v1/secrets/{id}/values/{value}";
constexpr std::string_view kMakeCurrentPath = "/api/v1/secrets/{id}/values/{value}/make-current";
constexpr std::string_view kGeneratePath = "/api/v1/secrets/generate-password";

// A day, which is what people choose, and what is known of a certificate's.
std::optional<std::string> day_of(const std::optional<WallTime>& time) {
  constexpr std::size_t kDate = 10;
  if (!time) return std::nullopt;
  return rfc3339(*time).substr(0, kDate);
}

std::optional<WallTime> read_day(ObjectReader& body, LiteralText name) {
  if (body.take_null(name)) return std::nullopt;
  const auto text = body.text(name);
  if (!text) return std::nullopt;
  const auto day = parse_rfc3339(*text);
  if (!day) body.refuse(name, "This must be a date such as 2027-06-30.");
  return day;
}

void write_values(JsonWriter& json, const vault::StoredSecret& secret) {
  json.begin_array("values");
  for (const vault::SecretValueInfo& value : secret.values) {
    json.begin_object();
    json.member("id", value.id);
    json.member("created_at", value.created_at);
    json.member("expires_on", day_of(value.expires_on));
    json.member("is_current", value.is_current);
    if (value.not_after) {
      json.member("subject", value.subject);
      json.member("not_after", *value.not_after);
    }
    json.end_object();
  }
  json.end_array();
}

std::optional<vault::NewSecretValue> read_value(ObjectReader& body) {
  const auto letters = body.secret("value", vault::kMaxSecretValueBytes);
  const auto passphrase = body.secret("passphrase", kLongestPassphrase);
  const auto expires_on = read_day(body, "expires_on");
  if (!letters) return std::nullopt;
  vault::NewSecretValue value{.value = vault::SecretValue(letters->view()),
                              .expires_on = expires_on};
  if (passphrase) value.passphrase = vault::SecretPassphrase(passphrase->view());
  return value;
}

std::optional<vault::SecretKind> read_kind(ObjectReader& body) {
  const auto text = body.text("kind");
  if (!text) return std::nullopt;
  const auto kind = vault::secret_kind_from_text(*text);
  if (!kind) body.refuse("kind", "This must be password, api_key, certificate or text.");
  return kind;
}

struct SecretList {
  vault::SecretQuery query;
  PageRequest page;
};

struct SecretResource {
  using Item = vault::StoredSecret;
  using Id = vault::SecretId;
  static constexpr std::string_view kPath = "/api/v1/secrets";
  static constexpr std::string_view kPathWithId = "/api/v1/secrets/{id}";
  static constexpr std::string_view kRestorePath = "/api/v1/secrets/{id}/restore";
  static constexpr LiteralText kDeletionHint =
      "Nothing was changed. Whoever knows the value knows it still: change it at the target system "
      "as well.";
  static constexpr LiteralText kDeletedHint =
      "It can be restored for seven days: POST /api/v1/secrets/{id}/restore";

  const Services& services;

  vault::Secrets& collection() const { return services.secrets; }
  Result<Id> find(const Call& call) const { return call.id<Id>(0); }

  Result<SecretList> read_query(const Call& call, QueryReader& query) const {
    ListRequest request = read_list(query);
    SecretList list{{.list = std::move(request.query)}, request.page};
    list.query.list.deleted = query.flag("deleted").value_or(false);
    list.query.search = query.text_or_nothing("q").value_or("");
    if (const auto kind = query.text("kind")) {
      list.query.kind = vault::secret_kind_from_text(*kind);
      if (!list.query.kind) query.refuse("kind", "This is none of the kinds that api.yaml lists.");
    }
    if (const auto text = query.text("expires_before")) {
      list.query.expires_before = parse_rfc3339(*text);
      if (!list.query.expires_before) {
        query.refuse("expires_before", "This must be a date or a time.");
      }
    }
    STRONGROOM_CHECK(read_home(call, query, list.query.list));
    return list;
  }

  Status read_home(const Call& call, QueryReader& query, vault::ListQuery& list) const {
    const auto system = query.text("target_system");
    if (const auto project = query.text("project")) {
      STRONGROOM_TRY(list.project, find_project(services, call.actor(), *project, "project"));
    }
    if (!system) return {};
    if (const auto id = vault::TargetSystemId::parse(*system)) {
      list.target_system = *id;
      return {};
    }
    if (!list.project) {
      return Error{Code::kInvalidArgument,
                   "A target system's name says which one only together with project."}
          .at("target_system");
    }
    STRONGROOM_TRY(list.target_system, find_target_system(services, call.actor(), *list.project,
                                                          *system, "target_system"));
    return {};
  }

  Result<vault::SecretFields> read_fields(const Call& call, ObjectReader& body,
                                          const Item* current) const {
    vault::SecretFields fields;
    std::optional<std::string> project;
    std::optional<std::string> system;
    if (current == nullptr) {
      for (const LiteralText name :
           {LiteralText("project"), LiteralText("target_system"), LiteralText("label"),
            LiteralText("kind"), LiteralText("value")}) {
        body.require(name);
      }
      project = body.text("project");
      system = body.text("target_system");
      fields.kind = read_kind(body);
      fields.value = read_value(body);
    }
    fields.label = body.text("label");
    fields.user_name = body.text_or_null("user_name");
    fields.notes = body.text_or_null("notes", 4 * ObjectReader::kLongText);
    fields.owner = read_owner(body, current == nullptr ? vault::Owner{} : current->owner);
    STRONGROOM_CHECK(body.finish());
    if (project) {
      STRONGROOM_TRY(fields.project, find_project(services, call.actor(), *project, "/project"));
    }
    if (system) {
      STRONGROOM_TRY(
          fields.target_system,
          find_target_system(services, call.actor(), *fields.project, *system, "/target_system"));
    }
    return fields;
  }

  void write(JsonWriter& json, const Item& secret, Names& names) const {
    json.begin_object();
    json.member("id", secret.id);
    json.member("project", secret.project);
    json.member("project_name", names.of(secret.project));
    json.member("target_system", secret.target_system);
    json.member("target_system_name", names.of(secret.target_system));
    json.member("label", secret.label);
    json.member("kind", to_text(secret.kind));
    json.member("user_name", secret.user_name);
    json.member("notes", secret.notes);
    write_owner(json, secret.owner);
    write_values(json, secret);
    json.member("killed_by", services.secrets.kill_of(secret));
    write_stamps(json, secret.stamps);
    json.end_object();
  }
};

using SecretRoutes = Resource<SecretResource>;

Result<http::Response> add_value(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::SecretId>(0));
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  body.require("value");
  auto value = read_value(body);
  const bool make_current = body.flag("make_current").value_or(false);
  STRONGROOM_CHECK(body.finish());
  STRONGROOM_TRY(const auto secret,
                 services.secrets.add_value(call.actor(), id, *std::move(value), make_current));
  return SecretRoutes(services).answer(call, secret);
}

Result<http::Response> make_current(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::SecretId>(0));
  STRONGROOM_TRY(const auto value, call.id<vault::SecretValueId>(1));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto secret, services.secrets.make_current(call.actor(), id, value));
  return SecretRoutes(services).answer(call, secret);
}

Result<http::Response> drop_value(const Services& services, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::SecretId>(0));
  STRONGROOM_TRY(const auto value, call.id<vault::SecretValueId>(1));
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  STRONGROOM_TRY(const auto secret, services.secrets.drop_value(call.actor(), id, value));
  return SecretRoutes(services).answer(call, secret);
}

Result<http::Response> generate_password(const Services& services, const Call& call) {
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(call.request(), BodyKind::kJson));
  crypto::PasswordWish wish;
  const auto length = body.number("length");
  wish.lower_case = body.flag("lower_case").value_or(wish.lower_case);
  wish.upper_case = body.flag("upper_case").value_or(wish.upper_case);
  wish.digits = body.flag("digits").value_or(wish.digits);
  wish.symbols = body.flag("symbols").value_or(wish.symbols);
  wish.unmistakable = body.flag("unmistakable").value_or(wish.unmistakable);
  STRONGROOM_CHECK(body.finish());
  if (length) wish.length = *length < 0 ? 0 : static_cast<std::size_t>(*length);
  STRONGROOM_TRY(const auto password, services.secrets.generate_password(call.actor(), wish));
  JsonWriter json;
  json.begin_object();
  json.member("value", password.reveal());
  json.end_object();
  http::Response response = json_response(json.take());
  response.secret = true;
  return response;
}

// What a page could do in somebody's name is done by a key alone.
Error not_in_the_console() {
  return Error{Code::kPermissionDenied,
               "Secrets are given to API keys alone, never to the console's session.",
               {},
               "not_in_the_console"};
}

// On the event loop, right before it leaves: the key may have gone, or lost the right, since.
http::Response secret_response(const Services& services, const identity::SignedIn& asker,
                               const Uuid& request_id, vault::SecretHandout& handout) {
  const auto now = services.api_keys.again(asker);
  if (!now) {
    return error_response(Error{Code::kUnauthenticated, "This API key was revoked or has expired."},
                          request_id);
  }
  handout.person->grants = now->grants;
  auto letters = secret_lookup_body(services.secret_lookups, handout);
  if (!letters) return error_response(letters.error(), request_id);
  http::Response response = json_response(*std::move(letters));
  response.secret = true;
  return response;
}

void extract(const Services& services, Call call) {
  const auto id = call.id<vault::SecretId>(0);
  const bool in_console = !call.signed_in().session.uuid.is_nil();
  if (in_console) return std::move(call).answer(not_in_the_console());
  if (!id) return std::move(call).answer(id.error());
  if (const Status empty = ObjectReader::expect_nothing(call.request()); !empty) {
    return std::move(call).answer(empty.error());
  }
  const vault::Actor actor = call.actor();
  auto waiting = std::make_shared<Call>(std::move(call));
  services.secret_lookups.extract(
      actor, *id, [&services, waiting](Result<vault::SecretHandout> handout) {
        if (!handout) return std::move(*waiting).answer(handout.error());
        std::move(*waiting).answer_late([&services, asker = waiting->signed_in(),
                                         request_id = waiting->request_id(),
                                         handout = *std::move(handout)]() mutable {
          return secret_response(services, asker, request_id, handout);
        });
      });
}

}  // namespace

void add_secret_routes(const Services& services, std::vector<Route>& routes) {
  SecretRoutes::add_routes(services, routes);
  const RouteAdder add(services, routes, SecretResource::kPath);
  add("POST", kGeneratePath, &generate_password);
  add("POST", kValuesPath, &add_value);
  add("POST", kMakeCurrentPath, &make_current);
  add("DELETE", kValuePath, &drop_value);
  routes.push_back({"POST", "/api/v1/secrets/{id}/extract", SecretResource::kPath, Caller::kPerson,
                    false, [&services](Call call) { extract(services, std::move(call)); }});
}

}  // namespace strongroom::api
