#include "catalogue/authorization_parser.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include "catalogue/provider_parser.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

// What of these is known is read by refresh_lifetimes.h.
void check_refresh_lifetimes(ObjectReader& in) {
  constexpr std::int64_t kLongest = std::int64_t{3650} * 24 * 3600;  // ten years
  (void)in.integer("refresh_idle_lifetime_s", 1, kLongest);
  (void)in.integer("refresh_absolute_lifetime_s", 1, kLongest);
}

constexpr std::int64_t kLongestReuse = std::int64_t{24} * 3600;  // seconds

// Names that have a member of their own, or that would change how the answer comes.
constexpr std::array<std::string_view, 3> kOwnMembers = {"login_hint", "prompt", "response_mode"};

std::vector<Prompt> read_prompts(ObjectReader& in, std::string_view name) {
  return in.choices<Prompt>(name,
                            {{"login", Prompt::kLogin},
                             {"consent", Prompt::kConsent},
                             {"select_account", Prompt::kSelectAccount}},
                            Need::kOptional);
}

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

void check_parameter_names(const Provider& provider, Problems& problems) {
  std::set<std::string> names;
  const auto& parameters = provider.authorization.parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string at = child(child("/authorization/parameters", i), "name");
    if (is_reserved_parameter(parameters[i].name) ||
        std::ranges::find(kOwnMembers, parameters[i].name) != kOwnMembers.end()) {
      problems.report(at, "OAuth itself uses this name.");
    }
    if (!names.insert(parameters[i].name).second) {
      problems.report(at, "This name is in use already.");
    }
  }
}

bool is_empty(const OpenidRules& rules) {
  return rules.issuer.empty() && rules.jwks_uri.empty() && rules.tenant_claim.empty();
}

bool is_empty(const AuthorizationRules& rules) {
  return rules.parameters.empty() && rules.scopes.empty() && !rules.login_hint &&
         rules.prompts.empty() && rules.always_prompt.empty() && !rules.pkce_unsupported &&
         !rules.refresh_names_scopes && rules.refresh_reuse_window == Seconds{0} &&
         !rules.refresh_reuse_endangers_more && rules.error_number_prefix.empty();
}

}  // namespace

AuthorizationRules read_authorization(ObjectReader& in) {
  AuthorizationRules rules;
  in.each("parameters", Need::kOptional, 20, [&](const json::value& element, std::string at) {
    ObjectReader parameter(element, std::move(at), in.problems());
    std::string name = parameter.text("name", TextRule::kName, Need::kRequired);
    std::string literal = parameter.text("literal", TextRule::kPlain, Need::kRequired);
    rules.parameters.push_back({std::move(name), std::move(literal)});
  });
  rules.scopes = in.texts("scopes", TextRule::kScope, 20);
  rules.login_hint = in.flag("login_hint");
  rules.prompts = read_prompts(in, "prompts");
  rules.always_prompt = read_prompts(in, "always_prompt");
  rules.pkce_unsupported =
      in.choice<bool>("pkce", {{"S256", false}, {"unsupported", true}}, false, Need::kOptional);
  rules.refresh_names_scopes = in.flag("refresh_names_scopes");
  rules.refresh_reuse_window =
      Seconds(in.integer("refresh_reuse_window_s", 0, kLongestReuse).value_or(0));
  rules.refresh_reuse_endangers_more = in.flag("refresh_reuse_endangers_more");
  check_refresh_lifetimes(in);
  rules.error_number_prefix = in.text("error_number_prefix", TextRule::kPlain, Need::kOptional);
  return rules;
}

OpenidRules read_openid(ObjectReader& in) {
  OpenidRules rules;
  rules.issuer = in.text("issuer", TextRule::kPlain, Need::kRequired);
  rules.jwks_uri = in.text("jwks_uri", TextRule::kPlain, Need::kRequired);
  rules.tenant_claim = in.text("tenant_claim", TextRule::kName, Need::kOptional);
  return rules;
}

void check_authorization(const Provider& provider, Problems& problems) {
  const AuthorizationRules& rules = provider.authorization;
  if (!provider.offers(Grant::kAuthorizationCode) && !provider.offers(Grant::kOauth1) &&
      !provider.offers(Grant::kPassword) && !is_empty(rules)) {
    problems.report("/authorization", "This goes with the authorization code grant.");
  }
  check_parameter_names(provider, problems);
  for (std::size_t i = 0; i < rules.scopes.size(); ++i) {
    if (rules.scopes[i].find(provider.scopes.delimiter) != std::string::npos) {
      problems.report(child("/authorization/scopes", i), "A scope cannot hold the delimiter.");
    }
  }
  for (std::size_t i = 0; i < rules.always_prompt.size(); ++i) {
    if (std::ranges::find(rules.prompts, rules.always_prompt[i]) == rules.prompts.end()) {
      problems.report(child("/authorization/always_prompt", i), "This is not one of the prompts.");
    }
  }
  if (has(rules.scopes, "openid") && !provider.discovery && is_empty(provider.openid)) {
    problems.report("/authorization/scopes", "ID tokens need to be verified: see openid.");
  }
}

void check_openid(const Provider& provider, Problems& problems) {
  const OpenidRules& rules = provider.openid;
  if (is_empty(rules)) return;
  if (!provider.offers(Grant::kAuthorizationCode) || provider.discovery) {
    problems.report("/openid",
                    "This goes with the authorization code grant, and not with discovery.");
  }
  const bool of_tenant = rules.issuer.find("{tenant}") != std::string::npos;
  if (of_tenant == rules.tenant_claim.empty()) {
    problems.report("/openid/tenant_claim", "This goes with a tenant in the issuer.");
  }
}

}  // namespace strongroom::catalogue
