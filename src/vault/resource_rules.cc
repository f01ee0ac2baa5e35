#include "vault/resource_rules.h"

#include <algorithm>

#include "oauth/protected_resource.h"

namespace strongroom::vault {
namespace {

constexpr std::string_view kField = "/protected_resource";

Error refused(LiteralText message, std::string_view field) {
  return Error{Code::kInvalidArgument, message}.at(std::string(field));
}

}  // namespace

Result<std::string> clean_protected_resource(std::string_view given, const std::string& in_use) {
  if (given.empty()) return std::string();
  auto canonical = oauth::canonical_resource(given);
  if (!canonical) return std::move(canonical).error().at(std::string(kField));
  const auto known = oauth::canonical_resource(in_use);
  return known && *known == *canonical ? in_use : *std::move(canonical);
}

Status check_protected_resource(const catalogue::Provider& entry, const TargetSystem& system) {
  if (system.protected_resource.empty()) return {};
  if (!entry.discovery || !entry.resources || entry.resources->parameter.empty()) {
    return refused(
        "A protected resource is for a service provider that is entered by its issuer's address.",
        kField);
  }
  if (!system.resources.empty()) {
    return refused("Tokens are for the protected resource, and for no other.", "/resources");
  }
  const auto is_other = [](const auto& entered) {
    return entered.first != catalogue::kIssuerVariable;
  };
  if (std::ranges::any_of(system.endpoint_parameters, is_other)) {
    return refused("For a protected resource, nothing is entered but the issuer.",
                   "/endpoint_parameters");
  }
  if (system.callback == Callback::kOwn) return {};
  return refused("For a protected resource, the callback is the target system's own.", "/callback");
}

Status check_proves_pkce(const TargetSystem& system, const oauth::ServerMetadata& metadata) {
  const auto& methods = metadata.code_challenge_methods;
  if (system.protected_resource.empty() || std::ranges::find(methods, "S256") != methods.end()) {
    return {};
  }
  Error error{Code::kInvalidArgument,
              "The authorization server does not say that it knows PKCE with S256, so nobody signs "
              "in there for this resource. Its operator has to list it in the metadata "
              "(code_challenge_methods_supported).",
              {},
              "no_pkce"};
  return std::move(error).at("/endpoint_parameters/" + std::string(catalogue::kIssuerVariable));
}

void name_resource(const TargetSystem& system, catalogue::Provider& provider) {
  if (system.protected_resource.empty() || !provider.resources) return;
  const std::string& name = provider.resources->parameter;
  std::erase_if(provider.token_parameters,
                [&](const catalogue::TokenField& field) { return field.name == name; });
  provider.token_parameters.push_back(
      {.name = name, .literal = system.protected_resource, .asked = {}});
  auto& authorization = provider.authorization.parameters;
  std::erase_if(authorization,
                [&](const catalogue::AuthorizationParameter& field) { return field.name == name; });
  authorization.push_back({.name = name, .literal = system.protected_resource});
}

}  // namespace strongroom::vault
