#include "catalogue/oauth1_settings.h"

#include <algorithm>
#include <optional>

#include "catalogue/oauth1_parser.h"

namespace strongroom::catalogue {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

Result<std::string> expand_temporary_credentials_endpoint(const Provider& provider,
                                                          const Parameters& parameters,
                                                          std::string_view tenant) {
  if (!provider.oauth1 || provider.oauth1->temporary_credentials_endpoint.empty()) {
    return std::string();
  }
  // Filled in as the other address that requests go to.
  Provider first = provider;
  first.token_endpoint = provider.oauth1->temporary_credentials_endpoint;
  return expand_token_endpoint(first, parameters, tenant);
}

std::string oauth1_realm(const Provider& provider, const Parameters& parameters) {
  if (!provider.oauth1) return {};
  const std::string_view name = realm_variable(*provider.oauth1);
  if (name.empty()) return provider.oauth1->realm;
  const auto given = parameters.find(std::string(name));
  const std::string_view value =
      given == parameters.end() ? std::string_view() : trimmed(given->second);
  if (!value.empty()) return std::string(value);
  for (const EndpointVariable& variable : provider.variables) {
    if (variable.value.name == name) return variable.value.default_value;
  }
  return {};
}

Result<SignatureMethod> choose_signature_method(const Provider& provider, std::string_view chosen) {
  constexpr const char* kField = "/signature_method";
  if (!provider.oauth1) {
    return Error{Code::kInvalidArgument, "The service provider does not speak OAuth 1.0a."}.at(
        kField);
  }
  const std::vector<SignatureMethod>& taken = provider.oauth1->signature_methods;
  if (chosen.empty()) return taken.front();
  const std::optional<SignatureMethod> method = signature_method_from_text(chosen);
  if (method && std::ranges::find(taken, *method) != taken.end()) return *method;
  return Error{Code::kInvalidArgument,
               "The service provider does not take requests that are signed in this way."}
      .at(kField);
}

}  // namespace strongroom::catalogue
