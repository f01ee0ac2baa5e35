#pragma once
// Asks a protected resource where its tokens come from (RFC 9728 sections 3 and 5).

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/result.h"
#include "oauth/discovery.h"
#include "oauth/protected_resource.h"

namespace strongroom::oauth {

struct ResourceReading {
  ResourceMetadata metadata;
  std::optional<std::vector<std::string>> challenge_scopes = {};  // nullopt: it asked for none

  // The scopes to ask for: those of the challenge, else those that the resource lists, else none
  // . Not offline_access, which is the authorization server's to offer.
  std::vector<std::string> scopes() const;
};

using ResourceResult = tl::expected<ResourceReading, DiscoveryFailure>;

// Says where a request may go, as restrict_destination() does.
using Restriction = std::function<Status(TokenRequest&)>;

// Asks `resource`, which is canonical, without a token, and takes what a 401 says; then the
// document, at the place that it names, or at the well-known ones. Waits: for a worker
// thread, never on an event loop. Nothing of what the document names is asked.
//
// Failures: as those of Discovery; kUnusableMetadata also where the document is about another
// resource, names no authorization server, or is said to be at another server.
ResourceResult read_resource(http::Client& client, const std::string& resource,
                             const Restriction& restrict);

}  // namespace strongroom::oauth
