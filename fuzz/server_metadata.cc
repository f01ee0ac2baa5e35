// parse_server_metadata: whatever an authorization server says of itself.
//
// The first line of an input is the issuer that was asked for; what follows is the document.
#include "oauth/server_metadata.h"

#include <string>

#include "fuzz/fuzz_target.h"
#include "http/url.h"

namespace strongroom::fuzz {
namespace {

void check_address(const std::string& address, const http::AddressPolicy& reach) {
  if (address.empty()) return;
  const auto url = http::Url::parse(address);
  require(url && url->scheme == "https", "an endpoint is an https address");
  const auto numeric = http::IpAddress::parse(url->host);
  require(!numeric || reach.permits(*numeric), "a numeric endpoint may be called");
}

}  // namespace

void one_input(std::string_view bytes) {
  Input input(bytes);
  const std::string issuer(input.line());
  const std::string_view text = input.rest();
  const http::AddressPolicy reach;
  const bool is_issuer = issuer.size() < 1'900 && oauth::check_issuer(issuer).has_value();
  for (const std::string& url : oauth::metadata_urls(issuer)) {
    require(!is_issuer || http::Url::parse(url), "a well-known address is one");
  }
  const auto metadata = oauth::parse_server_metadata(text, issuer, &reach);
  if (!metadata) return;
  require(metadata->issuer == issuer || oauth::is_for_many_tenants(issuer, *metadata),
          "a document is of the issuer that was asked");
  require(!metadata->token_endpoint.empty(), "there is a token endpoint");
  for (const std::string* address :
       {&metadata->token_endpoint, &metadata->mtls_token_endpoint,
        &metadata->authorization_endpoint, &metadata->jwks_uri, &metadata->introspection_endpoint,
        &metadata->revocation_endpoint, &metadata->mtls_revocation_endpoint,
        &metadata->device_authorization_endpoint,
        &metadata->pushed_authorization_request_endpoint}) {
    check_address(*address, reach);
  }
  const auto again = oauth::parse_server_metadata(oauth::to_json(*metadata), issuer, nullptr);
  require(again && *again == *metadata, "what is stored reads back as the same");
  require(!oauth::moves_trust(*metadata, *again), "nothing moves by being stored");
}

}  // namespace strongroom::fuzz
