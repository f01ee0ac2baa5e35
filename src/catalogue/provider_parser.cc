#include "catalogue/provider_parser.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "catalogue/authorization_parser.h"
#include "catalogue/bearer_grant_parser.h"
#include "catalogue/console_parser.h"
#include "catalogue/dpop_parser.h"
#include "catalogue/exchange_parser.h"
#include "catalogue/file_reader.h"
#include "catalogue/hints.h"
#include "catalogue/oauth1_parser.h"
#include "catalogue/provider_rules.h"
#include "catalogue/revocation_parser.h"
#include "catalogue/success_parser.h"
#include "catalogue/wire_parser.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

constexpr JsonLimits kLimits{.max_bytes = std::size_t{64} * 1024, .max_depth = kMaxFileDepth};
constexpr std::int64_t kDay = 86'400;

ValueFormat read_format(ObjectReader& in) {
  return in.choice<ValueFormat>("format",
                                {{"text", ValueFormat::kText},
                                 {"token", ValueFormat::kToken},
                                 {"digits", ValueFormat::kDigits},
                                 {"guid", ValueFormat::kGuid},
                                 {"guid_or_domain", ValueFormat::kGuidOrDomain},
                                 {"dns_label", ValueFormat::kDnsLabel},
                                 {"dns_name", ValueFormat::kDnsName},
                                 {"absolute_uri", ValueFormat::kAbsoluteUri},
                                 {"http_url", ValueFormat::kHttpUrl}},
                                ValueFormat::kText, Need::kRequired);
}

AskedValue read_asked(ObjectReader& in) {
  AskedValue asked;
  asked.name = in.text("name", TextRule::kName, Need::kRequired);
  asked.label = in.text("label", TextRule::kLabel, Need::kRequired);
  asked.help = in.text("help", TextRule::kPlain, Need::kOptional);
  asked.format = read_format(in);
  asked.allowed = in.texts("allowed", TextRule::kPlain, 50);
  asked.allowed_suffixes = in.texts("allowed_suffixes", TextRule::kPlain, 50);
  asked.default_value = in.text("default", TextRule::kPlain, Need::kOptional);
  asked.required = in.flag("required");
  return asked;
}

EndpointVariable read_variable(ObjectReader& in) {
  EndpointVariable variable;
  variable.place = in.choice<VariablePlace>("place",
                                            {{"url", VariablePlace::kUrl},
                                             {"host", VariablePlace::kHost},
                                             {"host_label", VariablePlace::kHostLabel},
                                             {"path_segment", VariablePlace::kPathSegment}},
                                            VariablePlace::kPathSegment, Need::kRequired);
  variable.value = read_asked(in);
  return variable;
}

TokenField read_field(ObjectReader& in, TextRule name_rule) {
  TokenField field;
  field.name = in.text("name", name_rule, Need::kRequired);
  field.literal = in.text("literal", TextRule::kPlain, Need::kOptional);
  if (const json::value* ask = in.value("ask", Need::kOptional)) {
    ObjectReader asked(*ask, child(in.pointer(), "ask"), in.problems());
    field.asked = read_asked(asked);
  }
  if (in.has("literal") == in.has("ask")) {
    in.problems().report(in.pointer(), "There must be either a literal or something to ask for.");
  }
  return field;
}

ScopeRules read_scopes(ObjectReader& in) {
  ScopeRules rules;
  if (in.has("delimiter")) {
    rules.delimiter = in.text("delimiter", TextRule::kDelimiter, Need::kOptional);
  }
  rules.defaults = in.texts("defaults", TextRule::kScope, 50);
  rules.app_only_default_scope = in.flag("app_only_default_scope");
  rules.required = in.flag("required");
  return rules;
}

TenantRules read_tenant(ObjectReader& in) {
  TenantRules rules;
  rules.label = in.text("label", TextRule::kLabel, Need::kRequired);
  rules.help = in.text("help", TextRule::kPlain, Need::kOptional);
  rules.format = read_format(in);
  rules.shared = in.texts("shared", TextRule::kName, 20);
  rules.supported_accounts = in.choices<SupportedAccounts>(
      "supported_accounts",
      {{"this_directory_only", SupportedAccounts::kThisDirectoryOnly},
       {"any_directory", SupportedAccounts::kAnyDirectory},
       {"with_personal_accounts", SupportedAccounts::kWithPersonalAccounts}},
      Need::kOptional);
  return rules;
}

// "issuer", "token_endpoint", or an address that is sent as it stands.
void read_audience(ObjectReader& in, AssertionRules& rules) {
  const std::string audience = in.text("audience", TextRule::kPlain, Need::kRequired);
  if (audience == "issuer") {
    rules.audience = AssertionAudience::kIssuer;
  } else if (audience == "token_endpoint") {
    rules.audience = AssertionAudience::kTokenEndpoint;
  } else {
    rules.audience = AssertionAudience::kLiteral;
    rules.literal_audience = audience;
    if (!satisfies(audience, TextRule::kHttps)) {
      in.problems().report(child(in.pointer(), "audience"),
                           "This must be issuer, token_endpoint or an https address.");
    }
  }
}

AssertionRules read_assertion(ObjectReader& in) {
  AssertionRules rules;
  read_audience(in, rules);
  rules.type =
      in.choice<AssertionType>("typ",
                               {{"client-authentication+jwt", AssertionType::kClientAuthentication},
                                {"JWT", AssertionType::kJwt}},
                               AssertionType::kClientAuthentication, Need::kOptional);
  rules.algorithms = in.choices<AssertionAlgorithm>("algorithms",
                                                    {{"RS256", AssertionAlgorithm::kRs256},
                                                     {"PS256", AssertionAlgorithm::kPs256},
                                                     {"ES256", AssertionAlgorithm::kEs256},
                                                     {"EdDSA", AssertionAlgorithm::kEdDsa},
                                                     {"HS256", AssertionAlgorithm::kHs256}},
                                                    Need::kRequired);
  rules.thumbprints = in.choices<CertificateThumbprint>(
      "thumbprints",
      {{"x5t", CertificateThumbprint::kSha1}, {"x5t#S256", CertificateThumbprint::kSha256}},
      Need::kOptional);
  return rules;
}

ResourceRules read_resources(ObjectReader& in) {
  ResourceRules rules;
  rules.parameter = in.text("parameter", TextRule::kName, Need::kOptional);
  rules.scope_suffix = in.text("scope_suffix", TextRule::kScope, Need::kOptional);
  if (rules.parameter.empty() == rules.scope_suffix.empty()) {
    in.problems().report(in.pointer(), "Name a parameter or a scope_suffix, one of the two.");
  }
  return rules;
}

constexpr std::size_t kMaxErrorCauses = 100;

// ^[1-9][0-9]{0,9}$
std::optional<std::int64_t> error_number(std::string_view text) {
  if (text.empty() || text.size() > 10 || text.front() == '0') return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

StatedCause read_stated_cause(ObjectReader& in, std::string_view number) {
  return in.choice<StatedCause>(
      number,
      {
          {"secret_wrong", StatedCause::kSecretWrong},
          {"secret_expired", StatedCause::kSecretExpired},
          {"certificate_not_registered", StatedCause::kCertificateNotRegistered},
          {"certificate_expired", StatedCause::kCertificateExpired},
          {"assertion_refused", StatedCause::kAssertionRefused},
          {"clock_skew", StatedCause::kClockSkew},
          {"tenant_not_found", StatedCause::kTenantNotFound},
          {"application_not_found", StatedCause::kApplicationNotFound},
          {"application_disabled", StatedCause::kApplicationDisabled},
          {"admin_consent_missing", StatedCause::kAdminConsentMissing},
          {"conditional_access", StatedCause::kConditionalAccess},
          {"single_tenant_application", StatedCause::kSingleTenantApplication},
          {"account_not_in_tenant", StatedCause::kAccountNotInTenant},
          {"unauthorized_client", StatedCause::kUnauthorizedClient},
          {"invalid_scope", StatedCause::kInvalidScope},
          {"invalid_target", StatedCause::kInvalidTarget},
          {"rate_limited", StatedCause::kRateLimited},
          {"provider_unavailable", StatedCause::kProviderUnavailable},
      },
      StatedCause::kSecretWrong, Need::kRequired);
}

// {"7000222": "secret_expired"}: the provider's number, and the cause that it means.
void read_error_causes(ObjectReader& in, ResponseRules& rules) {
  const std::vector<std::string> numbers = in.names();
  if (numbers.empty() || numbers.size() > kMaxErrorCauses) {
    in.problems().report(in.pointer(), "There must be 1 to 100 numbers.");
  }
  for (const std::string& text : numbers) {
    const StatedCause cause = read_stated_cause(in, text);
    if (const auto number = error_number(text)) {
      rules.error_causes[*number] = cause;
    } else {
      in.problems().report(child(in.pointer(), text), "This must be a whole number above 0.");
    }
  }
}

ResponseRules read_response(ObjectReader& in) {
  ResponseRules rules;
  rules.format = in.choice<ResponseFormat>(
      "format", {{"json", ResponseFormat::kJson}, {"form", ResponseFormat::kForm}},
      ResponseFormat::kJson, Need::kOptional);
  rules.success = read_success(in, "success");
  read_response_members(in, rules);
  rules.expires_in_unit = in.choice<LifetimeUnit>(
      "expires_in_unit",
      {{"seconds", LifetimeUnit::kSeconds}, {"milliseconds", LifetimeUnit::kMilliseconds}},
      LifetimeUnit::kSeconds, Need::kOptional);
  if (const auto seconds = in.integer("default_lifetime_s", 1, 365 * kDay)) {
    rules.default_lifetime = Seconds(*seconds);
  }
  // What it says is read by refresh_lifetimes.h.
  (void)in.choice<bool>("refresh_lifetime_is", {{"idle", false}, {"absolute", true}}, false,
                        Need::kOptional);
  rules.access_token_characters = in.choice<TokenCharacters>(
      "access_token_characters",
      {{"b64token", TokenCharacters::kB64Token}, {"nqchar", TokenCharacters::kNqChar}},
      TokenCharacters::kB64Token, Need::kOptional);
  rules.token_type_may_be_missing = in.flag("token_type_may_be_missing");
  rules.error_codes_member = in.text("error_codes_member", TextRule::kName, Need::kOptional);
  if (const json::value* causes = in.value("error_causes", Need::kOptional)) {
    ObjectReader object(*causes, child(in.pointer(), "error_causes"), in.problems());
    read_error_causes(object, rules);
    if (rules.error_codes_member.empty()) {
      in.problems().report(child(in.pointer(), "error_causes"),
                           "This goes with error_codes_member.");
    }
  }
  return rules;
}

void read_sources(ObjectReader& in, Provider& provider) {
  for (const std::string& fact : in.names()) {
    if (!is_fact(fact)) {
      in.problems().report_beside(child(in.pointer(), fact), "This is not a fact of an entry.",
                                  known_here(fact, fact_names()));
    }
    in.each(fact, Need::kOptional, 10, [&](const json::value& element, std::string at) {
      ObjectReader source(element, std::move(at), in.problems());
      provider.sources.push_back({fact, source.text("page", TextRule::kHttps, Need::kRequired),
                                  source.text("read", TextRule::kDate, Need::kRequired)});
    });
  }
}

// Reads an object member with `read`, if it is there.
template <class Read>
void read_object(ObjectReader& in, std::string_view name, const Read& read) {
  const json::value* value = in.value(name, Need::kOptional);
  if (value == nullptr) return;
  ObjectReader object(*value, child(in.pointer(), name), in.problems());
  read(object);
}

void read_request(ObjectReader& in, Provider& provider) {
  provider.client_authentication = in.choices<ClientAuthentication>(
      "client_authentication",
      {{"client_secret_basic", ClientAuthentication::kClientSecretBasic},
       {"client_secret_post", ClientAuthentication::kClientSecretPost},
       {"client_secret_jwt", ClientAuthentication::kClientSecretJwt},
       {"private_key_jwt", ClientAuthentication::kPrivateKeyJwt},
       {"tls_client_auth", ClientAuthentication::kTlsClientAuth},
       {"self_signed_tls_client_auth", ClientAuthentication::kSelfSignedTlsClientAuth},
       {"none", ClientAuthentication::kNone}},
      provider.offers(Grant::kOauth1) || provider.grants == std::vector{Grant::kJwtBearer}
          ? Need::kOptional
          : Need::kRequired);
  read_object(in, "client_assertion",
              [&](ObjectReader& o) { provider.client_assertion = read_assertion(o); });
  provider.basic_raw = in.flag("basic_raw");
  if (in.has("client_credentials_grant_type")) {
    provider.client_credentials_grant_type =
        in.text("client_credentials_grant_type", TextRule::kGrantType, Need::kRequired);
  } else {
    in.value("client_credentials_grant_type", Need::kOptional);
  }
  in.each("token_parameters", Need::kOptional, 20, [&](const json::value& element, std::string at) {
    ObjectReader field(element, std::move(at), in.problems());
    provider.token_parameters.push_back(read_field(field, TextRule::kName));
  });
  in.each("token_headers", Need::kOptional, 10, [&](const json::value& element, std::string at) {
    ObjectReader field(element, std::move(at), in.problems());
    provider.token_headers.push_back(read_field(field, TextRule::kHeader));
  });
  read_object(in, "scopes", [&](ObjectReader& o) { provider.scopes = read_scopes(o); });
  read_object(in, "resources", [&](ObjectReader& o) { provider.resources = read_resources(o); });
}

Provider read_provider(ObjectReader& in) {
  Provider provider;
  in.value("$schema", Need::kOptional);
  provider.id = in.text("id", TextRule::kSlug, Need::kRequired);
  provider.name = in.text("name", TextRule::kLabel, Need::kRequired);
  provider.documentation = in.text("documentation", TextRule::kHttps, Need::kOptional);
  provider.grants = in.choices<Grant>("grants",
                                      {{"client_credentials", Grant::kClientCredentials},
                                       {"authorization_code", Grant::kAuthorizationCode},
                                       {"jwt_bearer", Grant::kJwtBearer},
                                       {"device_code", Grant::kDeviceCode},
                                       {"oauth1", Grant::kOauth1},
                                       {"token_exchange", Grant::kTokenExchange},
                                       {"password", Grant::kPassword}},
                                      Need::kRequired);
  provider.legacy = in.flag("legacy");
  provider.discovery = in.flag("discovery");
  provider.token_endpoint = in.text("token_endpoint", TextRule::kPlain,
                                    provider.discovery ? Need::kOptional : Need::kRequired);
  provider.mtls_token_endpoint = in.text("mtls_token_endpoint", TextRule::kPlain, Need::kOptional);
  provider.authorization_endpoint =
      in.text("authorization_endpoint", TextRule::kPlain, Need::kOptional);
  provider.device_authorization_endpoint =
      in.text("device_authorization_endpoint", TextRule::kPlain, Need::kOptional);
  provider.revocation_endpoint = in.text("revocation_endpoint", TextRule::kPlain, Need::kOptional);
  provider.pushed_authorization_request_endpoint =
      in.text("pushed_authorization_request_endpoint", TextRule::kPlain, Need::kOptional);
  provider.requires_pushed_authorization_requests =
      in.flag("require_pushed_authorization_requests");
  provider.introspection_endpoint =
      in.text("introspection_endpoint", TextRule::kPlain, Need::kOptional);
  in.each("variables", Need::kOptional, 20, [&](const json::value& element, std::string at) {
    ObjectReader variable(element, std::move(at), in.problems());
    provider.variables.push_back(read_variable(variable));
  });
  read_request(in, provider);
  read_object(in, "authorization",
              [&](ObjectReader& o) { provider.authorization = read_authorization(o); });
  read_object(in, "dpop", [&](ObjectReader& o) { provider.dpop = read_dpop(o); });
  read_object(in, "oauth1", [&](ObjectReader& o) { provider.oauth1 = read_oauth1(o); });
  read_object(in, "jwt_bearer",
              [&](ObjectReader& o) { provider.jwt_bearer = read_bearer_grant(o); });
  read_object(in, "token_exchange",
              [&](ObjectReader& o) { provider.token_exchange = read_exchange(o); });
  read_object(in, "openid", [&](ObjectReader& o) { provider.openid = read_openid(o); });
  read_object(in, "revocation", [&](ObjectReader& o) { provider.revocation = read_revocation(o); });
  read_object(in, "verification",
              [&](ObjectReader& o) { provider.verification = read_verification(o); });
  read_object(in, "console", [&](ObjectReader& o) { provider.console = read_console(o); });
  read_object(in, "tenant", [&](ObjectReader& o) { provider.tenant = read_tenant(o); });
  read_object(in, "wire", [&](ObjectReader& o) { provider.wire = read_wire(o); });
  read_object(in, "response", [&](ObjectReader& o) { provider.response = read_response(o); });
  provider.learned = read_learned(in);
  if (const auto seconds = in.integer("min_retrieval_interval_s", 0, kDay)) {
    provider.min_retrieval_interval = Seconds(*seconds);
  }
  (void)in.integer("requests_per_minute", 1, 600'000);  // read by request_limits.h
  if (in.value("sources", Need::kRequired) != nullptr) {
    read_object(in, "sources", [&](ObjectReader& o) { read_sources(o, provider); });
  }
  check_sources(in, provider);
  return provider;
}

}  // namespace

ProviderReading read_provider_file(std::string_view text) {
  ProviderReading reading;
  auto parsed = parse_json(text, kLimits);
  if (!parsed.has_value()) {
    const bool has_place = parsed.error().find("field") != nullptr;
    reading.no_json = has_place ? std::move(parsed).error() : std::move(parsed).error().at("");
    return reading;
  }
  Problems problems;
  Provider provider;
  {
    ObjectReader in(*parsed, "", problems);
    provider = read_provider(in);
  }
  reading.has_more_to_check = problems.spoils_values();
  if (!problems.spoils_values()) check_rules(provider, problems);
  reading.problems = problems.all();
  if (!problems.any()) reading.provider = std::move(provider);
  return reading;
}

Result<Provider> parse_provider(std::string_view text) {
  ProviderReading reading = read_provider_file(text);
  if (reading.no_json) return *std::move(reading.no_json);
  if (reading.provider) return *std::move(reading.provider);
  return std::move(reading.problems.front()).as_error();
}

}  // namespace strongroom::catalogue
