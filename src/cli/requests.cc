#include "cli/requests.h"

#include "base/json.h"
#include "cli/client_certificates.h"
#include "cli/input.h"

namespace strongroom::cli {
namespace {

std::string owner_json(const Options& options) {
  std::string owner = "{";
  const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
    if (!value) return;
    if (owner.size() > 1) owner += ",";
    append_json_string(owner, name);
    owner += ":";
    append_json_string(owner, *value);
  };
  add("name", options.owner_name);
  add("email", options.owner_email);
  return owner + "}";
}

// One entered key, or one that is said by a member of its own.
Status append_client_key(const Options& options, const std::string& file, std::string_view member,
                         const std::string& value, std::string& list) {
  JsonBody one;
  if (!file.empty()) {
    STRONGROOM_TRY(const InputText pem, read_input(file));
    one.add_secret("private_key", pem);
  } else {
    one.add(member, std::string_view(value));
  }
  if (!file.empty() && options.client_key_password_file) {
    STRONGROOM_TRY(const auto password, read_secret(*options.client_key_password_file));
    one.add_secret("password", password);
  }
  one.add("kid", options.client_key_id);
  one.add("expires_on", options.secret_expires_on);
  if (list.size() > 1) list += ",";
  const http::RequestBody text = one.body();
  list.append(text.reveal());
  return {};
}

Status add_client_keys(JsonBody& body, const Options& options) {
  if (options.client_key_files.empty() && options.generated_client_keys.empty() &&
      options.pkcs11_client_keys.empty() && options.kept_client_keys.empty()) {
    return {};
  }
  std::string list = "[";
  for (const std::string& id : options.kept_client_keys) {
    list += list.size() > 1 ? R"(,{"id":)" : R"({"id":)";
    append_json_string(list, id);
    list += "}";
  }
  for (const std::string& file : options.client_key_files) {
    STRONGROOM_CHECK(append_client_key(options, file, {}, {}, list));
  }
  for (const std::string& kind : options.generated_client_keys) {
    STRONGROOM_CHECK(append_client_key(options, {}, "generate", kind, list));
  }
  for (const std::string& uri : options.pkcs11_client_keys) {
    STRONGROOM_CHECK(append_client_key(options, {}, "pkcs11_uri", uri, list));
  }
  list += "]";
  body.add_raw("client_keys", list);
  wipe(list);
  return {};
}

Status add_secrets(JsonBody& body, const Options& options) {
  if (options.consumer_secret_files.empty()) return {};
  std::string list = "[";
  for (const std::string& file : options.consumer_secret_files) {
    const auto secret = read_secret(file);
    if (!secret) return secret.error();
    JsonBody one;
    one.add_secret("value", *secret);
    one.add("expires_on", options.secret_expires_on);
    if (list.size() > 1) list += ",";
    const http::RequestBody text = one.body();
    list.append(text.reveal());
  }
  list += "]";
  body.add_raw("consumer_secrets", list);
  wipe(list);
  return {};
}

Status add_parameters(JsonBody& body, const Options& options) {
  if (options.parameters.empty()) return {};
  std::string object = "{";
  for (const std::string& pair : options.parameters) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) {
      return Error{Code::kInvalidArgument, "--parameter wants NAME=VALUE.", pair};
    }
    if (object.size() > 1) object += ",";
    append_json_string(object, std::string_view(pair).substr(0, equals));
    object += ":";
    append_json_string(object, std::string_view(pair).substr(equals + 1));
  }
  body.add_raw("endpoint_parameters", object + "}");
  return {};
}

// An option that would change nothing is a mistake: whoever gave it believes that it did.
Status check_what_options_go_with(const Options& options) {
  const bool key_file = !options.client_key_files.empty();
  const bool key =
      key_file || !options.generated_client_keys.empty() || !options.pkcs11_client_keys.empty();
  if (options.secret_expires_on && !key && options.consumer_secret_files.empty()) {
    return Error{Code::kInvalidArgument,
                 "--secret-expires-on is the date of a secret or key that is given in the same "
                 "command: give it again, with its date."};
  }
  if (options.client_key_password_file && !key_file) {
    return Error{Code::kInvalidArgument,
                 "--client-key-password-file goes with a --client-key-file."};
  }
  if (options.client_key_id && !key) {
    return Error{Code::kInvalidArgument,
                 "--client-key-id goes with a client key that is given in the same command."};
  }
  return {};
}

}  // namespace

QueryParameters list_query(const Options& options) {
  QueryParameters query;
  const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
    if (value) query.emplace_back(name, *value);
  };
  add("filter", options.filter);
  add("sort", options.sort);
  add("page", options.page);
  add("page_size", options.page_size);
  add("project", options.project);
  add("target_system", options.target_system);
  add("state", options.state);
  add("service_provider", options.provider);
  add("tag", options.tag);
  add("action", options.action);
  add("outcome", options.outcome);
  add("since", options.since);
  add("until", options.until);
  add("before", options.before);
  add("q", options.words);
  if (options.deleted) query.emplace_back("deleted", "true");
  return query;
}

Reference reference(const Options& options) {
  Reference made{options.name, {}};
  if (options.project) made.narrowed_by.emplace_back("project", *options.project);
  if (options.target_system) made.narrowed_by.emplace_back("target_system", *options.target_system);
  return made;
}

Result<http::RequestBody> resource_question(const Options& options) {
  JsonBody body;
  body.add("resource", std::string_view(options.name));
  body.add("allowed_addresses", options.allowed_addresses);
  body.add("proxy", options.proxy);
  if (options.trusted_ca_file) {
    STRONGROOM_TRY(const InputText pem, read_input(*options.trusted_ca_file));
    body.add("trusted_ca_pem", pem.reveal());
  }
  return body.body();
}

void add_owner(JsonBody& body, const Options& options) {
  if (options.owner_name || options.owner_email) body.add_raw("owner", owner_json(options));
}

void add_secret_fields(JsonBody& body, const Options& options) {
  body.add("user_name", options.secret.user_name);
  body.add("notes", options.secret.notes);
  add_owner(body, options);
}

void add_oauth_client_fields(JsonBody& body, const Options& options) {
  body.add("tenant", options.tenant);
  body.add("subject", options.subject);
  body.add("allow_basic_engine_robots", options.allow_basic_engine_robots);
  body.add("is_canary", options.is_canary);
  add_owner(body, options);
}

Status add_target_system_fields(JsonBody& body, const Options& options) {
  STRONGROOM_CHECK(check_what_options_go_with(options));
  body.add("oauth_enabled", options.oauth_enabled);
  body.add("service_provider", options.provider);
  body.add("grant", options.grant);
  body.add("token_endpoint", options.token_endpoint);
  body.add("issuer", options.issuer);
  body.add("consumer_key", options.consumer_key);
  body.add("client_authentication", options.client_authentication);
  body.add("scopes", options.scopes);
  body.add("resources", options.resources);
  body.add("allowed_addresses", options.allowed_addresses);
  body.add("proxy", options.proxy);
  body.add("supported_accounts", options.supported_accounts);
  body.add("default_tenant", options.default_tenant);
  body.add_number("keep_alive_days", options.keep_alive_days);
  body.add_number("verify_every_hours", options.verify_every_hours);
  body.add("dpop", options.dpop);
  body.add("signature_method", options.signature_method);
  body.add("protected_resource", options.protected_resource);
  body.add("description", options.description);
  body.add("tags", options.tags);
  add_owner(body, options);
  if (options.trusted_ca_file) {
    STRONGROOM_TRY(const InputText pem, read_input(*options.trusted_ca_file));
    body.add("trusted_ca_pem", pem.reveal());
  }
  if (options.proxy_credentials_file) {
    STRONGROOM_TRY(const InputText credentials, read_secret(*options.proxy_credentials_file));
    body.add_secret("proxy_credentials", credentials);
  }
  STRONGROOM_CHECK(add_parameters(body, options));
  STRONGROOM_CHECK(add_client_keys(body, options));
  STRONGROOM_CHECK(add_client_certificates(body, options));
  return add_secrets(body, options);
}

}  // namespace strongroom::cli
