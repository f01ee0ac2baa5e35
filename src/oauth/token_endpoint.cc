#include "oauth/token_endpoint.h"

#include <algorithm>
#include <string>
#include <utility>

#include "catalogue/provider_parser.h"
#include "catalogue/wire_parser.h"
#include "oauth/endpoint_query.h"

namespace strongroom::oauth {
namespace {

// Where a person would look: the variable that is the whole address, if there is one.
std::string field_of(const catalogue::Provider& provider, const std::string& address,
                     const catalogue::Parameters& parameters) {
  for (const catalogue::EndpointVariable& variable : provider.variables) {
    if (variable.place != catalogue::VariablePlace::kUrl) continue;
    const auto given = parameters.find(variable.value.name);
    if (given != parameters.end() && given->second.find(address) != std::string::npos) {
      return "/endpoint_parameters/" + variable.value.name;
    }
  }
  return "/endpoint_parameters";
}

// What a token request to this provider says in its form.
bool is_in_form(std::string_view name, const catalogue::Provider& provider) {
  const auto is_ours = [&](const catalogue::TokenField& own) { return own.name == name; };
  return catalogue::is_reserved_parameter(name) || name == provider.wire.client_id_parameter ||
         name == provider.wire.client_secret_parameter ||
         std::ranges::any_of(provider.token_parameters, is_ours);
}

}  // namespace

Result<http::Url> token_endpoint_for(const catalogue::Provider& provider,
                                     catalogue::ClientAuthentication method,
                                     const catalogue::Parameters& parameters,
                                     std::string_view tenant, bool allow_plain_http) {
  const auto connection = catalogue::is_mutual_tls(method) ? catalogue::Connection::kMutualTls
                                                           : catalogue::Connection::kOrdinary;
  STRONGROOM_TRY(const std::string text,
                 catalogue::expand_token_endpoint(provider, parameters, tenant, connection));
  const std::string field = field_of(provider, text, parameters);
  auto url = http::Url::parse(text);
  if (!url.has_value()) return std::move(url).error().at(field);
  if (url->scheme != "https" && !allow_plain_http) {
    return Error{Code::kInvalidArgument, "A token endpoint is an https address."}.at(field);
  }
  if (clashes(url->query, [&](std::string_view name) { return is_in_form(name, provider); })) {
    return Error{Code::kInvalidArgument,
                 "The query of the token endpoint holds a parameter that the token request has."}
        .at(field);
  }
  return *std::move(url);
}

Result<std::string> token_endpoint_text(const catalogue::Provider& provider,
                                        catalogue::ClientAuthentication method,
                                        const catalogue::Parameters& parameters,
                                        std::string_view tenant) {
  STRONGROOM_TRY(http::Url url, token_endpoint_for(provider, method, parameters, tenant));
  return std::move(url.text);
}

Result<http::Url> refresh_endpoint_for(const catalogue::Provider& provider,
                                       catalogue::ClientAuthentication method,
                                       const catalogue::Parameters& parameters,
                                       std::string_view tenant, bool allow_plain_http) {
  if (provider.wire.refresh_endpoint.empty()) {
    return token_endpoint_for(provider, method, parameters, tenant, allow_plain_http);
  }
  return token_endpoint_for(catalogue::refreshed_at(provider), method, parameters, tenant,
                            allow_plain_http);
}

}  // namespace strongroom::oauth
