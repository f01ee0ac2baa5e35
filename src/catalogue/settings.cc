#include "catalogue/settings.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "catalogue/endpoint_template.h"
#include "catalogue/file_reader.h"
#include "catalogue/inquiry_endpoints.h"
#include "catalogue/revocation_parser.h"

namespace strongroom::catalogue {
namespace {

constexpr std::size_t kMaxScopes = 100;
constexpr std::string_view kDefaultScope = "/.default";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_host(const AskedValue& asked) {
  return asked.format == ValueFormat::kDnsName || asked.format == ValueFormat::kDnsLabel;
}

// What counts for `asked`: what was given, trimmed, else the default. Hosts are in lower case.
std::string effective(const AskedValue& asked, const Parameters& parameters) {
  const auto found = parameters.find(asked.name);
  std::string_view value = found == parameters.end() ? "" : trim(found->second);
  if (value.empty()) value = asked.default_value;
  return is_host(asked) ? lower(value) : std::string(value);
}

// Everything that `provider` asks for.
std::vector<const AskedValue*> asked_values(const Provider& provider) {
  std::vector<const AskedValue*> all;
  for (const EndpointVariable& variable : provider.variables) all.push_back(&variable.value);
  for (const auto* fields : {&provider.token_parameters, &provider.token_headers}) {
    for (const TokenField& field : *fields) {
      if (field.asked) all.push_back(&*field.asked);
    }
  }
  return all;
}

std::string at_parameter(std::string_view name) { return child("/endpoint_parameters", name); }

Status check_parameter(const AskedValue& asked, const Parameters& parameters) {
  const std::string value = effective(asked, parameters);
  if (value.empty() && asked.required) {
    return Error{Code::kInvalidArgument, "The service provider needs this value."}.at(
        at_parameter(asked.name));
  }
  if (!value.empty() && !accepts(asked, value)) {
    return Error{Code::kInvalidArgument,
                 "This value does not have the form that the service provider needs."}
        .at(at_parameter(asked.name));
  }
  return {};
}

const EndpointVariable* find_variable(const Provider& provider, std::string_view name) {
  for (const EndpointVariable& variable : provider.variables) {
    if (variable.value.name == name) return &variable;
  }
  return nullptr;
}

std::string fill(const EndpointVariable& variable, const Parameters& parameters) {
  std::string value = effective(variable.value, parameters);
  if (variable.place != VariablePlace::kPathSegment) return value;
  return percent_encode_segment(value);
}

// Everything that the templates of an entry are filled with is there.
Status check_filling(const Provider& provider, const Parameters& parameters,
                     std::string_view tenant) {
  STRONGROOM_CHECK(check_parameters(provider, parameters));
  if (provider.supports_tenant() && tenant.empty()) {
    return Error{Code::kInvalidArgument, "The service provider needs a tenant."}.at("/tenant");
  }
  return {};
}

std::string filled(const Provider& provider, const std::string& text, const Parameters& parameters,
                   std::string_view tenant) {
  return fill_endpoint_template(text, [&](std::string_view name) {
    const EndpointVariable* variable = find_variable(provider, name);
    return variable == nullptr ? std::string(tenant) : fill(*variable, parameters);
  });
}

// Whether no variable of the template stays empty; that the tenant may is for the caller.
bool is_whole(const Provider& provider, const std::string& text, const Parameters& parameters) {
  bool whole = true;
  fill_endpoint_template(text, [&](std::string_view name) {
    const EndpointVariable* variable = find_variable(provider, name);
    if (variable != nullptr && fill(*variable, parameters).empty()) whole = false;
    return std::string();
  });
  return whole;
}

// The template that counts: that for mutual TLS only where nothing in it stays empty.
const std::string& template_for(const Provider& provider, const Parameters& parameters,
                                Connection connection) {
  const std::string& alias = provider.mtls_token_endpoint;
  if (connection == Connection::kOrdinary || alias.empty()) return provider.token_endpoint;
  return is_whole(provider, alias, parameters) ? alias : provider.token_endpoint;
}

// Empty: there is none, or a variable of it is empty.
std::string revocation_template(const Provider& provider, const Parameters& parameters,
                                Connection connection) {
  const bool by_alias =
      connection == Connection::kMutualTls && !provider.mtls_revocation_endpoint.empty();
  const std::string& text =
      by_alias ? provider.mtls_revocation_endpoint : provider.revocation_endpoint;
  return is_whole(provider, text, parameters) ? text : std::string();
}

bool is_of_request(const Provider& provider, std::string_view name) {
  return find_variable(provider, name) == nullptr &&
         is_filled_by_request(provider.revocation, name);
}

std::string in_braces(std::string_view name) { return "{" + std::string(name) + "}"; }

std::string displayed(const Provider& provider, const std::string& text,
                      const Parameters& parameters, std::string_view tenant) {
  return fill_endpoint_template(text, [&](std::string_view name) {
    if (is_of_request(provider, name)) return in_braces(name);
    const EndpointVariable* variable = find_variable(provider, name);
    std::string value =
        variable == nullptr ? percent_encode_segment(tenant) : fill(*variable, parameters);
    return value.empty() ? in_braces(name) : value;
  });
}

// Empty: there is no address, or a variable of it is empty.
Result<std::string> expand_where_whole(const Provider& provider, const std::string& text,
                                       const Parameters& parameters, std::string_view tenant) {
  if (text.empty() || !is_whole(provider, text, parameters)) return std::string();
  STRONGROOM_CHECK(check_filling(provider, parameters, tenant));
  return filled(provider, text, parameters, percent_encode_segment(tenant));
}

Status check_app_only_scopes(const Provider& provider, const std::vector<std::string>& scopes) {
  if (!provider.scopes.app_only_default_scope) return {};
  if (scopes.size() != 1 || !scopes[0].ends_with(kDefaultScope) ||
      scopes[0].size() == kDefaultScope.size()) {
    return Error{Code::kInvalidArgument,
                 "Without a person there is exactly one scope, the resource followed by /.default."}
        .at("/scopes");
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> fields(const std::vector<TokenField>& fields,
                                                        const Parameters& parameters) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const TokenField& field : fields) {
    std::string value = field.asked ? effective(*field.asked, parameters) : field.literal;
    if (!value.empty()) pairs.emplace_back(field.name, std::move(value));
  }
  return pairs;
}

}  // namespace

Status check_parameters(const Provider& provider, const Parameters& parameters) {
  const std::vector<const AskedValue*> all = asked_values(provider);
  for (const auto& given : parameters) {
    const auto is_asked = [&](const AskedValue* asked) { return asked->name == given.first; };
    if (std::ranges::none_of(all, is_asked)) {
      return Error{Code::kInvalidArgument, "The service provider does not have this value."}.at(
          at_parameter(given.first));
    }
  }
  for (const AskedValue* asked : all) STRONGROOM_CHECK(check_parameter(*asked, parameters));
  return {};
}

Result<std::vector<std::string>> check_scopes(const Provider& provider, Grant grant,
                                              const std::vector<std::string>& scopes) {
  const std::vector<std::string>& asked = scopes.empty() ? provider.scopes.defaults : scopes;
  if (asked.size() > kMaxScopes) {
    return Error{Code::kInvalidArgument, "There are too many scopes."}.at("/scopes");
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!satisfies(asked[i], TextRule::kScope) ||
        asked[i].find(provider.scopes.delimiter) != std::string::npos) {
      return Error{Code::kInvalidArgument, "A scope has a character that scopes cannot have."}.at(
          child("/scopes", i));
    }
  }
  if (!needs_person(grant)) {
    if (provider.scopes.required && asked.empty()) {
      return Error{Code::kInvalidArgument, "The service provider needs at least one scope."}.at(
          "/scopes");
    }
    // What is exchanged is somebody's token, mostly: the application does not ask for itself.
    if (grant != Grant::kTokenExchange) STRONGROOM_CHECK(check_app_only_scopes(provider, asked));
  }
  return asked;
}

Status check_resources(const Provider& provider, const std::vector<std::string>& resources) {
  if (resources.empty()) return {};
  if (!provider.resources) {
    return Error{Code::kInvalidArgument,
                 "The service provider has no way to ask for a token for one resource."}
        .at("/resources");
  }
  if (resources.size() > kMaxResources) {
    return Error{Code::kInvalidArgument, "There are more than 16 resources."}.at("/resources");
  }
  for (std::size_t i = 0; i < resources.size(); ++i) {
    const auto before = resources.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(resources.begin(), before, resources[i]) != before) {
      return Error{Code::kInvalidArgument, "This resource is there twice."}.at(
          child("/resources", i));
    }
    const std::string scope = resources[i] + provider.resources->scope_suffix;
    if (has_format(resources[i], ValueFormat::kAbsoluteUri) && satisfies(scope, TextRule::kScope)) {
      continue;
    }
    return Error{Code::kInvalidArgument,
                 "A resource is an absolute URI without a fragment, such as "
                 "https://api.example.com."}
        .at(child("/resources", i));
  }
  return {};
}

Result<std::string> clean_tenant(const Provider& provider, Grant grant, std::string_view tenant,
                                 std::string_view field) {
  std::string clean = lower(trim(tenant));
  if (clean.empty()) return clean;
  if (!provider.tenant) {
    return Error{Code::kInvalidArgument, "The service provider has no tenants."}.at(
        std::string(field));
  }
  const std::vector<std::string>& shared = provider.tenant->shared;
  if (std::ranges::find(shared, clean) != shared.end()) {
    if (needs_person(grant)) return clean;
    return Error{Code::kInvalidArgument,
                 "An application that acts by itself needs its own tenant; this name stands for "
                 "many."}
        .at(std::string(field));
  }
  if (!has_format(clean, provider.tenant->format)) {
    return Error{Code::kInvalidArgument, "A tenant is a GUID or a domain."}.at(std::string(field));
  }
  return clean;
}

Result<std::string> choose_tenant(const Provider& provider, Grant grant,
                                  std::string_view client_tenant, std::string_view default_tenant) {
  STRONGROOM_TRY(std::string tenant, clean_tenant(provider, grant, client_tenant, "/tenant"));
  if (tenant.empty()) {
    STRONGROOM_TRY(tenant, clean_tenant(provider, grant, default_tenant, "/tenant"));
  }
  if (tenant.empty() && provider.supports_tenant()) {
    return Error{Code::kInvalidArgument, "The service provider needs a tenant."}.at("/tenant");
  }
  return tenant;
}

Result<std::string> expand_token_endpoint(const Provider& provider, const Parameters& parameters,
                                          std::string_view tenant, Connection connection) {
  STRONGROOM_CHECK(check_filling(provider, parameters, tenant));
  return filled(provider, template_for(provider, parameters, connection), parameters,
                percent_encode_segment(tenant));
}

Result<std::string> expand_authorization_endpoint(const Provider& provider,
                                                  const Parameters& parameters,
                                                  std::string_view tenant) {
  STRONGROOM_CHECK(check_filling(provider, parameters, tenant));
  return filled(provider, provider.authorization_endpoint, parameters,
                percent_encode_segment(tenant));
}

Result<OpenidParties> expand_openid(const Provider& provider, const Parameters& parameters,
                                    std::string_view tenant) {
  STRONGROOM_CHECK(check_filling(provider, parameters, tenant));
  return OpenidParties{
      .issuer = filled(provider, provider.openid.issuer, parameters, kTenantPlaceholder),
      .jwks_uri =
          filled(provider, provider.openid.jwks_uri, parameters, percent_encode_segment(tenant))};
}

Result<std::vector<std::string>> sign_in_scopes(const Provider& provider,
                                                const std::vector<std::string>& scopes) {
  STRONGROOM_TRY(std::vector<std::string> all,
                 check_scopes(provider, Grant::kAuthorizationCode, scopes));
  for (const std::string& scope : provider.authorization.scopes) {
    if (std::ranges::find(all, scope) == all.end()) all.push_back(scope);
  }
  return all;
}

std::string displayed_token_endpoint(const Provider& provider, const Parameters& parameters,
                                     std::string_view tenant, Connection connection) {
  return displayed(provider, template_for(provider, parameters, connection), parameters, tenant);
}

Result<std::string> expand_revocation_endpoint(const Provider& provider,
                                               const Parameters& parameters,
                                               std::string_view tenant, Connection connection) {
  const std::string text = revocation_template(provider, parameters, connection);
  if (text.empty()) return text;
  STRONGROOM_CHECK(check_filling(provider, parameters, tenant));
  return fill_endpoint_template(text, [&](std::string_view name) {
    if (is_of_request(provider, name)) return in_braces(name);
    const EndpointVariable* const variable = find_variable(provider, name);
    return variable == nullptr ? percent_encode_segment(tenant) : fill(*variable, parameters);
  });
}

Result<std::string> expand_pushed_authorization_request_endpoint(const Provider& provider,
                                                                 const Parameters& parameters,
                                                                 std::string_view tenant) {
  const std::string& text = provider.pushed_authorization_request_endpoint;
  if (text.empty()) return text;
  STRONGROOM_CHECK(check_filling(provider, parameters, tenant));
  return filled(provider, text, parameters, percent_encode_segment(tenant));
}

std::string displayed_revocation_endpoint(const Provider& provider, const Parameters& parameters,
                                          std::string_view tenant, Connection connection) {
  return displayed(provider, revocation_template(provider, parameters, connection), parameters,
                   tenant);
}

Result<std::string> expand_introspection_endpoint(const Provider& provider,
                                                  const Parameters& parameters,
                                                  std::string_view tenant) {
  return expand_where_whole(provider, provider.introspection_endpoint, parameters, tenant);
}

Result<std::string> expand_verification_endpoint(const Provider& provider,
                                                 const Parameters& parameters,
                                                 std::string_view tenant) {
  return expand_where_whole(provider, provider.verification.endpoint, parameters, tenant);
}

std::string displayed_verification_endpoint(const Provider& provider, const Parameters& parameters,
                                            std::string_view tenant) {
  const std::string& text = provider.verification.endpoint;
  if (!is_whole(provider, text, parameters)) return {};
  return displayed(provider, text, parameters, tenant);
}

std::vector<std::pair<std::string, std::string>> token_parameters(const Provider& provider,
                                                                  const Parameters& parameters) {
  return fields(provider.token_parameters, parameters);
}

std::vector<std::pair<std::string, std::string>> token_headers(const Provider& provider,
                                                               const Parameters& parameters) {
  return fields(provider.token_headers, parameters);
}

}  // namespace strongroom::catalogue
