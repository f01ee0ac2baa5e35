#include "catalogue/oauth1_parser.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace strongroom::catalogue {
namespace {

constexpr std::array kMethods = {SignatureMethod::kHmacSha1, SignatureMethod::kHmacSha256,
                                 SignatureMethod::kRsaSha1, SignatureMethod::kPlaintext};

// What the header says itself (RFC 5849 section 3.1).
bool is_of_protocol(std::string_view name) { return name.starts_with("oauth_"); }

void check_names(const std::vector<AuthorizationParameter>& parameters, const std::string& pointer,
                 Problems& problems) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string at = child(child(pointer, i), "name");
    if (is_of_protocol(parameters[i].name)) problems.report(at, "OAuth itself uses this name.");
    if (!names.insert(parameters[i].name).second) {
      problems.report(at, "This name is in use already.");
    }
  }
}

void check_realm(const Provider& provider, Problems& problems) {
  const std::string& realm = provider.oauth1->realm;
  const std::string_view name = realm_variable(*provider.oauth1);
  if (name.empty()) {
    if (realm.find_first_of("{}\"\\") != std::string::npos) {
      problems.report("/oauth1/realm",
                      "A realm is one variable in braces, or a text without quotes and "
                      "backslashes.");
    }
    return;
  }
  const auto is_it = [&](const EndpointVariable& variable) {
    return variable.value.name == name && variable.place == VariablePlace::kPathSegment;
  };
  if (std::ranges::none_of(provider.variables, is_it)) {
    problems.report("/oauth1/realm", "The variable is not declared, as a path_segment.");
  }
}

// With a flow there are three addresses; without one nobody goes anywhere.
void check_flow(const Provider& provider, Problems& problems) {
  const bool has_flow = !provider.oauth1->temporary_credentials_endpoint.empty();
  if (has_flow == provider.authorization_endpoint.empty()) {
    problems.report("/authorization_endpoint",
                    "This goes with oauth1.temporary_credentials_endpoint, and that with this.");
  }
  if (has_flow) return;
  if (!provider.oauth1->temporary_credentials_parameters.empty() ||
      provider.oauth1->without_verifier) {
    problems.report("/oauth1", "Without temporary credentials nobody asks for them.");
  }
}

bool has_more_than_parameters(const AuthorizationRules& rules) {
  return !rules.scopes.empty() || rules.login_hint || !rules.prompts.empty() ||
         rules.pkce_unsupported || rules.refresh_names_scopes ||
         rules.refresh_reuse_window != Seconds{0} || rules.refresh_reuse_endangers_more ||
         !rules.error_number_prefix.empty();
}

// Members that say how OAuth 2.0 is spoken.
void check_nothing_of_oauth2(const Provider& provider, Problems& problems) {
  if (provider.grants.size() > 1 || provider.discovery) {
    problems.report("/grants", "OAuth 1.0a has addresses of its own, so an entry of its own.");
  }
  if (!provider.client_authentication.empty() || provider.client_assertion || provider.basic_raw ||
      provider.resources || !provider.token_parameters.empty() ||
      !provider.mtls_token_endpoint.empty() || !provider.revocation_endpoint.empty() ||
      !provider.introspection_endpoint.empty() || !provider.verification.endpoint.empty() ||
      !provider.pushed_authorization_request_endpoint.empty() ||
      !provider.device_authorization_endpoint.empty()) {
    problems.report("/grants",
                    "With OAuth 1.0a the client signs, and proves itself in no other "
                    "way.");
  }
  if (has_more_than_parameters(provider.authorization)) {
    problems.report("/authorization", "Of these OAuth 1.0a has only parameters.");
  }
}

}  // namespace

Oauth1Rules read_oauth1(ObjectReader& in) {
  Oauth1Rules rules;
  rules.temporary_credentials_endpoint =
      in.text("temporary_credentials_endpoint", TextRule::kPlain, Need::kOptional);
  rules.signature_methods =
      in.choices<SignatureMethod>("signature_methods",
                                  {{"HMAC-SHA1", SignatureMethod::kHmacSha1},
                                   {"HMAC-SHA256", SignatureMethod::kHmacSha256},
                                   {"RSA-SHA1", SignatureMethod::kRsaSha1},
                                   {"PLAINTEXT", SignatureMethod::kPlaintext}},
                                  Need::kRequired);
  rules.realm = in.text("realm", TextRule::kLabel, Need::kOptional);
  in.each("temporary_credentials_parameters", Need::kOptional, 20,
          [&](const boost::json::value& element, std::string at) {
            ObjectReader parameter(element, std::move(at), in.problems());
            std::string name = parameter.text("name", TextRule::kName, Need::kRequired);
            std::string literal = parameter.text("literal", TextRule::kPlain, Need::kRequired);
            rules.temporary_credentials_parameters.push_back({std::move(name), std::move(literal)});
          });
  rules.without_verifier = in.flag("without_verifier");
  return rules;
}

std::string_view realm_variable(const Oauth1Rules& rules) {
  std::string_view realm = rules.realm;
  if (realm.size() < 3 || !realm.starts_with('{') || !realm.ends_with('}')) return {};
  realm.remove_prefix(1);
  realm.remove_suffix(1);
  return satisfies(realm, TextRule::kName) ? realm : std::string_view();
}

void check_oauth1(const Provider& provider, Problems& problems) {
  if (provider.offers(Grant::kOauth1) != provider.oauth1.has_value()) {
    problems.report("/oauth1", "This goes with the grant oauth1, and that with this.");
  }
  if (!provider.oauth1) return;
  check_nothing_of_oauth2(provider, problems);
  check_flow(provider, problems);
  check_realm(provider, problems);
  check_names(provider.oauth1->temporary_credentials_parameters,
              "/oauth1/temporary_credentials_parameters", problems);
  check_names(provider.authorization.parameters, "/authorization/parameters", problems);
}

std::optional<SignatureMethod> signature_method_from_text(std::string_view text) {
  for (const SignatureMethod method : kMethods) {
    if (to_text(method) == text) return method;
  }
  return std::nullopt;
}

}  // namespace strongroom::catalogue
