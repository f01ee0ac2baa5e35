// parse_resource_metadata: whatever a protected resource says of itself.
//
// The first line of an input is the address of the resource; what follows is the document.
#include "oauth/protected_resource.h"

#include <string>

#include "fuzz/fuzz_target.h"
#include "http/url.h"

namespace strongroom::fuzz {

void one_input(std::string_view bytes) {
  Input input(bytes);
  const auto resource = oauth::canonical_resource(input.line());
  if (!resource) return;
  const auto again = oauth::canonical_resource(*resource);
  require(again && *again == *resource, "what is canonical stays as it is");
  const std::string origin = http::Url::parse(*resource)->origin();
  const std::string_view text = input.rest();
  for (const auto& place : oauth::resource_metadata_places(*resource)) {
    if (resource->size() < 1'900) {
      const auto url = http::Url::parse(place.url);
      require(url && url->origin() == origin, "a well-known address is the resource's own");
    }
    const auto found = oauth::parse_resource_metadata(text, *resource, place.at_root);
    if (!found) continue;
    const auto named = oauth::canonical_resource(found->resource);
    require(named && (*named == *resource || (place.at_root && *named == origin)),
            "a document is about the resource that was asked");
    require(found->authorization_servers.size() <= oauth::kMaxAuthorizationServers,
            "there are not too many servers");
    for (const char c : found->name) require(!is_control(c), "a name is plain text");
  }
}

}  // namespace strongroom::fuzz
