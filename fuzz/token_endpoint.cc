// token_endpoint: what people give for the variables of an address cannot choose another host.
//
// The first line of an input is a tenant, each further one a value.
#include "oauth/token_endpoint.h"

#include <algorithm>
#include <string>

#include "fuzz/fuzz_target.h"

namespace strongroom::fuzz {
namespace {

using catalogue::EndpointVariable;
using catalogue::ValueFormat;
using catalogue::VariablePlace;

catalogue::Provider provider_at(std::string address, VariablePlace place, ValueFormat format) {
  catalogue::Provider provider;
  provider.token_endpoint = std::move(address);
  EndpointVariable shop;
  shop.value.name = "shop";
  shop.value.required = true;
  shop.value.format = format;
  shop.place = place;
  provider.variables.push_back(shop);
  return provider;
}

Result<http::Url> endpoint_of(const catalogue::Provider& provider,
                              const catalogue::Parameters& parameters, std::string_view tenant) {
  return oauth::token_endpoint_for(provider, catalogue::ClientAuthentication::kClientSecretBasic,
                                   parameters, tenant);
}

// Every format in a segment of the path.
void check_segment(const std::string& shop) {
  for (const ValueFormat format : {ValueFormat::kText, ValueFormat::kToken, ValueFormat::kDigits,
                                   ValueFormat::kGuidOrDomain, ValueFormat::kAbsoluteUri}) {
    const auto provider =
        provider_at("https://login.example.com/{shop}/token", VariablePlace::kPathSegment, format);
    if (!catalogue::check_parameters(provider, {{"shop", shop}})) continue;
    const auto url = endpoint_of(provider, {{"shop", shop}}, "");
    if (!url) continue;
    require(url->host == "login.example.com" && url->port == 443 && url->query.empty(),
            "a segment leaves the host alone");
    require(url->path.starts_with('/') && url->path.ends_with("/token") &&
                std::ranges::count(url->path, '/') == 2,
            "a segment stays one segment");
  }
}

void check_host(const std::string& shop) {
  const auto label = provider_at("https://{shop}.login.example.com/token",
                                 VariablePlace::kHostLabel, ValueFormat::kDnsLabel);
  if (const auto url = endpoint_of(label, {{"shop", shop}}, "")) {
    require(url->host.ends_with(".login.example.com") && std::ranges::count(url->host, '.') == 3,
            "a label stays one label");
    require(url->path == "/token" && url->query.empty() && url->port == 443,
            "a label leaves the rest alone");
  }
  auto host = provider_at("https://{shop}/token", VariablePlace::kHost, ValueFormat::kDnsName);
  host.variables[0].value.allowed_suffixes = {"example.com"};
  if (const auto url = endpoint_of(host, {{"shop", shop}}, "")) {
    require(url->host.ends_with(".example.com"), "a host is below its suffix");
    require(url->path == "/token" && url->query.empty() && url->port == 443,
            "a host leaves the rest alone");
  }
}

void check_whole(const std::string& shop) {
  const auto provider = provider_at("{shop}", VariablePlace::kUrl, ValueFormat::kHttpUrl);
  if (const auto url = endpoint_of(provider, {{"shop", shop}}, "")) {
    require(url->scheme == "https", "a token endpoint is https");
    require(("&" + url->query).find("&client_secret=") == std::string::npos, "no secret in a URL");
  }
}

void check_tenant(std::string_view text) {
  auto provider = provider_at("https://login.example.com/{tenant}/token",
                              VariablePlace::kPathSegment, ValueFormat::kText);
  provider.variables.clear();
  provider.tenant.emplace();
  provider.tenant->shared = {"common"};
  const auto tenant =
      catalogue::clean_tenant(provider, catalogue::Grant::kClientCredentials, text, "/tenant");
  if (!tenant || tenant->empty()) return;
  const auto again =
      catalogue::clean_tenant(provider, catalogue::Grant::kClientCredentials, *tenant, "/tenant");
  require(again.has_value() && *again == *tenant, "a clean tenant stays as it is");
  const auto url = endpoint_of(provider, {}, *tenant);
  require(url.has_value() && url->path == "/" + *tenant + "/token", "a tenant is one segment");
}

}  // namespace

void one_input(std::string_view input) {
  Input lines(input);
  check_tenant(lines.line());
  while (!lines.empty()) {
    const std::string value(lines.line());
    check_segment(value);
    check_host(value);
    check_whole(value);
  }
}

}  // namespace strongroom::fuzz
