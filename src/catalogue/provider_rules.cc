#include "catalogue/provider_rules.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "base/clock.h"
#include "catalogue/authorization_parser.h"
#include "catalogue/bearer_grant_parser.h"
#include "catalogue/console_parser.h"
#include "catalogue/device_endpoint.h"
#include "catalogue/dpop_parser.h"
#include "catalogue/endpoint_template.h"
#include "catalogue/exchange_parser.h"
#include "catalogue/legacy_grant.h"
#include "catalogue/oauth1_parser.h"
#include "catalogue/provider_parser.h"
#include "catalogue/revocation_parser.h"
#include "catalogue/wire_parser.h"

namespace strongroom::catalogue {
namespace {

// A dot means a member of a member.
constexpr std::array<std::string_view, 91> kFacts = {
    "grants",
    "discovery",
    "token_endpoint",
    "mtls_token_endpoint",
    "authorization_endpoint",
    "device_authorization_endpoint",
    "revocation_endpoint",
    "pushed_authorization_request_endpoint",
    "require_pushed_authorization_requests",
    "introspection_endpoint",
    "verification",
    "variables",
    "client_authentication",
    "basic_raw",
    "client_assertion.audience",
    "client_assertion.typ",
    "client_assertion.algorithms",
    "client_assertion.thumbprints",
    "client_credentials_grant_type",
    "dpop.use",
    "dpop.algorithms",
    "token_parameters",
    "token_headers",
    "resources",
    "tenant",
    "min_retrieval_interval_s",
    "requests_per_minute",
    "scopes.delimiter",
    "scopes.defaults",
    "scopes.app_only_default_scope",
    "scopes.required",
    "response.format",
    "response.success",
    "response.expires_in_unit",
    "response.default_lifetime_s",
    "response.refresh_lifetime_is",
    "response.token_type_may_be_missing",
    "response.error_codes_member",
    "response.error_causes",
    "response.access_token_characters",
    "response.envelope",
    "response.access_token_member",
    "response.refresh_token_member",
    "response.expires_in_member",
    "response.scope_member",
    "response.expires_at",
    "wire.body",
    "wire.client_id_parameter",
    "wire.client_secret_parameter",
    "wire.refresh_endpoint",
    "learned",
    "authorization.parameters",
    "authorization.scopes",
    "authorization.login_hint",
    "authorization.prompts",
    "authorization.always_prompt",
    "authorization.pkce",
    "authorization.refresh_names_scopes",
    "authorization.refresh_reuse_window_s",
    "authorization.refresh_reuse_endangers_more",
    "authorization.refresh_idle_lifetime_s",
    "authorization.refresh_absolute_lifetime_s",
    "authorization.error_number_prefix",
    "oauth1.temporary_credentials_endpoint",
    "oauth1.signature_methods",
    "oauth1.realm",
    "oauth1.temporary_credentials_parameters",
    "oauth1.without_verifier",
    "jwt_bearer.audience",
    "jwt_bearer.scopes",
    "jwt_bearer.subject",
    "jwt_bearer.lifetime_s",
    "jwt_bearer.algorithms",
    "jwt_bearer.claims",
    "jwt_bearer.with_client_authentication",
    "token_exchange.style",
    "token_exchange.subject_token_type",
    "token_exchange.requested_token_type",
    "token_exchange.issued_token_type_may_be_missing",
    "openid.issuer",
    "openid.jwks_uri",
    "openid.tenant_claim",
    "revocation.client_authentication",
    "revocation.request",
    "revocation.tokens",
    "revocation.by_hand",
    "console.create_page",
    "console.create_hint",
    "console.paste",
    "console.usual_scopes",
    "console.ended_because",
};

constexpr std::string_view kRevocationPointer = "/revocation_endpoint";

constexpr std::array<std::string_view, 29> kReservedParameters = {
    "access_token",
    "actor_token",
    "actor_token_type",
    "assertion",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "device_code",
    "grant_type",
    "issued_token_type",
    "nonce",
    "password",
    "redirect_uri",
    "refresh_token",
    "request",
    "request_uri",
    "requested_token_type",
    "requested_token_use",
    "response_type",
    "scope",
    "state",
    "subject_token",
    "subject_token_type",
    "username",
};

// What a source of `fact` looks like.
std::string example_source(std::string_view fact) {
  std::string text = "Needed in sources: \"";
  text.append(fact);
  return text + "\": [{\"page\": \"https://…\", \"read\": \"YYYY-MM-DD\"}]";
}

bool states(ObjectReader& in, std::string_view fact) {
  const std::size_t dot = fact.find('.');
  if (dot == std::string_view::npos) return in.has(fact);
  const boost::json::value* outer = in.value(fact.substr(0, dot), Need::kOptional);
  const boost::json::object* object = outer == nullptr ? nullptr : outer->if_object();
  return object != nullptr && object->contains(fact.substr(dot + 1));
}

VariablePlace place_of(const Provider& provider, std::string_view name, bool& found) {
  for (const EndpointVariable& variable : provider.variables) {
    if (variable.value.name == name) {
      found = true;
      return variable.place;
    }
  }
  found = provider.supports_tenant() && name == "tenant";
  return VariablePlace::kPathSegment;
}

// The names that stand in the template, after checking that each is declared where it stands.
std::set<std::string> check_template(const Provider& provider, const std::string& text,
                                     const std::string& pointer, Problems& problems) {
  const bool revokes = pointer == kRevocationPointer;
  std::set<std::string> names;
  const auto holes = parse_endpoint_template(text);
  if (!holes.has_value()) {
    problems.report(pointer, holes.error().message);
    return names;
  }
  for (const TemplateHole& hole : *holes) {
    bool found = false;
    const VariablePlace place = place_of(provider, hole.name, found);
    if (revokes && is_filled_by_request(provider.revocation, hole.name)) {
      if (found || hole.place != VariablePlace::kPathSegment) {
        problems.report(pointer, "What the request itself fills in is a segment of the path.");
      }
      continue;
    }
    if (!found) problems.report(pointer, "A variable of the address is not declared.");
    if (found && place != hole.place) {
      problems.report(pointer, "A variable stands where its place does not let it.");
    }
    names.insert(hole.name);
  }
  return names;
}

// What decides a host must have the form of one, so that nothing else can get in.
bool fits_place(const EndpointVariable& variable) {
  switch (variable.place) {
    case VariablePlace::kUrl:
      return variable.value.format == ValueFormat::kHttpUrl;
    case VariablePlace::kHost:
      return variable.value.format == ValueFormat::kDnsName;
    case VariablePlace::kHostLabel:
      return variable.value.format == ValueFormat::kDnsLabel;
    case VariablePlace::kPathSegment:
      return variable.value.format != ValueFormat::kHttpUrl;
  }
  return false;
}

void check_asked(const AskedValue& asked, const std::string& pointer, std::set<std::string>& names,
                 Problems& problems) {
  if (!names.insert(asked.name).second) {
    problems.report(child(pointer, "name"), "This name is in use already.");
  }
  for (std::size_t i = 0; i < asked.allowed.size(); ++i) {
    if (!has_format(asked.allowed[i], asked.format)) {
      problems.report(child(child(pointer, "allowed"), i), "This does not have the form.");
    }
  }
  for (std::size_t i = 0; i < asked.allowed_suffixes.size(); ++i) {
    if (asked.format != ValueFormat::kDnsName ||
        !has_format(asked.allowed_suffixes[i], ValueFormat::kDnsName)) {
      problems.report(child(child(pointer, "allowed_suffixes"), i),
                      "Suffixes are domains, for values that are host names.");
    }
  }
  if (!asked.default_value.empty() && !accepts(asked, asked.default_value)) {
    problems.report(child(pointer, "default"), "The value itself would be refused.");
  }
}

// The names that the addresses of the entry need: of templates, or the issuer that leads to them.
std::set<std::string> check_endpoint(const Provider& provider, Problems& problems) {
  if (!provider.discovery) {
    return check_template(provider, provider.token_endpoint, "/token_endpoint", problems);
  }
  if (!provider.token_endpoint.empty() || !provider.authorization_endpoint.empty() ||
      !provider.revocation_endpoint.empty() || !provider.introspection_endpoint.empty() ||
      !provider.pushed_authorization_request_endpoint.empty()) {
    problems.report("/discovery",
                    "The issuer's metadata has the endpoints, so the entry has none.");
  }
  bool found = false;
  if (place_of(provider, kIssuerVariable, found) != VariablePlace::kUrl || !found) {
    problems.report("/discovery", "This needs a variable issuer that is a whole address.");
  }
  return {std::string(kIssuerVariable)};
}

// A default is used as it stands. One that names a variable would have to be filled in itself, and
// two that name each other could never be.
void check_standing(const EndpointVariable& variable, const Provider& provider,
                    const std::string& pointer, Problems& problems) {
  for (const EndpointVariable& other : provider.variables) {
    if (variable.value.default_value.find("{" + other.value.name + "}") == std::string::npos) {
      continue;
    }
    problems.report(child(pointer, "default"),
                    &other == &variable ? LiteralText("A default cannot name its own variable.")
                                        : LiteralText("A default cannot name a variable."),
                    "A default is used as it stands; an address may name several variables.");
    return;
  }
}

void check_variables(const Provider& provider, std::set<std::string>& names, Problems& problems) {
  std::set<std::string> used = check_endpoint(provider, problems);
  if (provider.tenant && !used.contains("tenant")) {
    problems.report("/tenant", "The token endpoint has no tenant in it.");
  }
  const bool signs_in_only = std::ranges::all_of(provider.grants, needs_person);
  std::set<std::string> optional;  // of addresses that not every client needs, and of no other
  const auto note = [&](const std::string& text, std::string_view pointer, bool needed) {
    if (text.empty()) return;
    for (const std::string& name : check_template(provider, text, std::string(pointer), problems)) {
      if (used.insert(name).second && !needed) optional.insert(name);
    }
  };
  note(provider.authorization_endpoint, "/authorization_endpoint", signs_in_only);
  note(provider.device_authorization_endpoint, "/device_authorization_endpoint", false);
  note(provider.openid.issuer, "/openid/issuer", signs_in_only);
  note(provider.openid.jwks_uri, "/openid/jwks_uri", signs_in_only);
  note(provider.mtls_token_endpoint, "/mtls_token_endpoint", false);
  note(provider.revocation_endpoint, kRevocationPointer, false);
  note(provider.pushed_authorization_request_endpoint, "/pushed_authorization_request_endpoint",
       false);
  note(provider.introspection_endpoint, "/introspection_endpoint", false);
  note(provider.wire.refresh_endpoint, "/wire/refresh_endpoint", true);
  note(provider.verification.endpoint, "/verification/endpoint", false);
  if (provider.oauth1) {
    note(provider.oauth1->temporary_credentials_endpoint, "/oauth1/temporary_credentials_endpoint",
         true);
    used.emplace(realm_variable(*provider.oauth1));
  }
  for (std::size_t i = 0; i < provider.variables.size(); ++i) {
    const std::string pointer = child("/variables", i);
    const EndpointVariable& variable = provider.variables[i];
    check_standing(variable, provider, pointer, problems);
    check_asked(variable.value, pointer, names, problems);
    if (!fits_place(variable)) {
      problems.report(child(pointer, "format"), "This form is not safe at this place.");
    }
    if (!variable.value.required && variable.value.default_value.empty() &&
        !optional.contains(variable.value.name)) {
      problems.report(pointer, "A variable of an address is required or has a default.");
    }
    if (!used.contains(variable.value.name)) {
      problems.report(pointer, "No address has this variable.");
    }
  }
}

std::string lower(std::string text) {
  for (char& c : text) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return text;
}

void check_fields(const std::vector<TokenField>& fields, const std::string& pointer,
                  std::set<std::string>& names, Problems& problems) {
  std::set<std::string> on_the_wire;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string at = child(pointer, i);
    if (is_reserved_parameter(fields[i].name)) {
      problems.report(child(at, "name"), "OAuth itself uses this name.");
    }
    if (!on_the_wire.insert(lower(fields[i].name)).second) {
      problems.report(child(at, "name"), "This name is in use already.");
    }
    if (fields[i].asked) check_asked(*fields[i].asked, child(at, "ask"), names, problems);
  }
}

// Who has nothing to prove with is told apart by who signs in, and by PKCE (RFC 9700
// section 2.1.1).
void check_public_clients(const Provider& provider, Problems& problems) {
  if (!provider.offers(ClientAuthentication::kNone)) return;
  const bool by_code =
      provider.offers(Grant::kAuthorizationCode) && !provider.authorization.pkce_unsupported;
  if (by_code || provider.offers(Grant::kDeviceCode)) return;
  problems.report("/client_authentication",
                  "none goes with the authorization code grant and PKCE, or with device_code.");
}

// Each method with an assertion has an algorithm, and the other way around.
void check_assertion(const Provider& provider, Problems& problems) {
  const bool with_secret = provider.offers(ClientAuthentication::kClientSecretJwt);
  const bool with_key = provider.offers(ClientAuthentication::kPrivateKeyJwt);
  if (provider.client_assertion.has_value() != (with_secret || with_key)) {
    problems.report("/client_assertion",
                    "This goes with client_secret_jwt or private_key_jwt, and they with this.");
  }
  if (!provider.client_assertion) return;
  const std::vector<AssertionAlgorithm>& algorithms = provider.client_assertion->algorithms;
  const auto keyed = std::ranges::count(algorithms, AssertionAlgorithm::kHs256);
  const auto signing = std::ssize(algorithms) - keyed;
  if ((keyed > 0) != with_secret || (signing > 0) != with_key) {
    problems.report("/client_assertion/algorithms",
                    "HS256 goes with client_secret_jwt, the others with private_key_jwt.");
  }
}

// An address for certificates, and a way to show one.
void check_mutual_tls(const Provider& provider, Problems& problems) {
  if (provider.mtls_token_endpoint.empty() ||
      std::ranges::any_of(provider.client_authentication, is_mutual_tls)) {
    return;
  }
  problems.report("/mtls_token_endpoint",
                  "This goes with tls_client_auth or self_signed_tls_client_auth.");
}

}  // namespace

bool is_fact(std::string_view name) { return std::ranges::find(kFacts, name) != kFacts.end(); }

std::vector<std::string_view> fact_names() { return {kFacts.begin(), kFacts.end()}; }

bool is_reserved_parameter(std::string_view name) {
  return std::ranges::find(kReservedParameters, name) != kReservedParameters.end();
}

void check_sources(ObjectReader& in, const Provider& provider) {
  for (const std::string_view fact : kFacts) {
    const auto is_source = [&](const FactSource& source) { return source.fact == fact; };
    const bool stated = states(in, fact);
    const bool has_source = std::ranges::any_of(provider.sources, is_source);
    if (stated && !has_source) {
      in.problems().report_beside(child("/sources", fact), "This fact has no source.",
                                  example_source(fact));
    }
    if (has_source && !stated) {
      in.problems().report_beside(child("/sources", fact), "The entry does not state this fact.",
                                  "Leave the source out, or state the fact.");
    }
  }
}

void check_rules(const Provider& provider, Problems& problems) {
  check_oauth1(provider, problems);
  std::set<std::string> names = {"tenant"};  // one name space, see catalogue::Parameters
  check_variables(provider, names, problems);
  check_fields(provider.token_parameters, "/token_parameters", names, problems);
  check_fields(provider.token_headers, "/token_headers", names, problems);
  if (provider.basic_raw && !provider.offers(ClientAuthentication::kClientSecretBasic)) {
    problems.report("/basic_raw", "This provider does not offer client_secret_basic.");
  }
  check_public_clients(provider, problems);
  check_assertion(provider, problems);
  check_dpop(provider, problems);
  check_mutual_tls(provider, problems);
  check_authorization(provider, problems);
  check_bearer_grant(provider, problems);
  check_exchange(provider, problems);
  check_openid(provider, problems);
  check_revocation(provider, problems);
  if (provider.requires_pushed_authorization_requests &&
      provider.pushed_authorization_request_endpoint.empty()) {
    problems.report("/require_pushed_authorization_requests",
                    "This goes with pushed_authorization_request_endpoint.");
  }
  check_verification(provider, problems);
  check_console(provider, problems);
  check_wire(provider, problems);
  check_device_endpoint(provider, problems);
  check_legacy(provider, problems);
  if (provider.offers(Grant::kAuthorizationCode) && provider.authorization_endpoint.empty() &&
      !provider.discovery) {
    problems.report("/authorization_endpoint", "The authorization code grant needs one.");
  }
  for (std::size_t i = 0; i < provider.scopes.defaults.size(); ++i) {
    if (provider.scopes.defaults[i].find(provider.scopes.delimiter) != std::string::npos) {
      problems.report(child("/scopes/defaults", i), "A scope cannot hold the delimiter.");
    }
  }
  if (provider.resources && is_reserved_parameter(provider.resources->parameter)) {
    problems.report("/resources/parameter", "OAuth itself uses this name.");
  }
  for (const FactSource& source : provider.sources) {
    if (!parse_rfc3339(source.read)) {
      problems.report(child("/sources", source.fact), "There is no such date.");
    }
  }
}

}  // namespace strongroom::catalogue
