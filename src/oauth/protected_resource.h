#pragma once
// What a protected resource says of itself (RFC 9728), and where it says it. Pure functions.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oauth/www_authenticate.h"

namespace strongroom::oauth {

inline constexpr std::size_t kMaxResourceMetadataBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxAuthorizationServers = 8;  // that one resource may name

// The members that something is done with. Keys, logos, links to pages and signed_metadata are not
// looked at, and nothing of it is fetched but the authorization servers' own metadata.
struct ResourceMetadata {
  std::string resource;  // as the document has it
  // Texts, each once; whether one is an issuer that may be asked is for check_issuer() to say.
  std::vector<std::string> authorization_servers = {};
  std::optional<std::vector<std::string>> scopes = {};  // scopes_supported; nullopt: not said
  std::optional<std::vector<std::string>> bearer_methods = {};  // bearer_methods_supported
  std::string name = {};  // resource_name as plain text for people, never markup; or empty

  // Whether it takes access tokens in the header Authorization, the only way that they are sent.
  bool takes_header() const;
};

// The address of a resource as it is written in requests (RFC 8707 section 2): scheme and host in
// lower case, without the port that https has anyway and without a slash that stands for no path.
//
// Errors: kInvalidArgument: it is not an https address, has user info or a fragment.
Result<std::string> canonical_resource(std::string_view address);

// Whether a request to `url` is one to `resource`: of its origin, and at or below its path.
bool is_of_resource(std::string_view url, std::string_view resource);

// Where the document may be, and the resource that one there has to be about.
struct ResourceMetadataPlace {
  std::string url;
  bool at_root = false;  // it may be about the origin as a whole, too
};

// In the order of asking: the well-known part between host and path, then without the path
// (RFC 9728 section 3.1). `resource` is canonical.
std::vector<ResourceMetadataPlace> resource_metadata_places(std::string_view resource);

// What an answer of 401 says of the way to a token.
struct ResourceChallenge {
  std::string metadata_url;                             // resource_metadata; empty: not said
  std::optional<std::vector<std::string>> scopes = {};  // nullopt: not said
};

// Of the challenges for access tokens (RFC 6750 section 3, RFC 9449 section 7.1, RFC 9728 section
// 5.1); others say nothing here. `resource` is canonical.
//
// Errors: kInvalidArgument: the metadata's address is no https address of the resource's own origin
// or there are several; a scope is none.
Result<ResourceChallenge> read_resource_challenge(const std::vector<Challenge>& challenges,
                                                  std::string_view resource);

// Reads the document that was fetched for `resource`, which is canonical.
//
// Errors, all kInvalidArgument:
//   not JSON, too long, too deep, a name twice, not an object, a member of another type
//   the document is about another resource; `at_root`: nor about its origin
//   more than kMaxAuthorizationServers
Result<ResourceMetadata> parse_resource_metadata(std::string_view text, std::string_view resource,
                                                 bool at_root);

}  // namespace strongroom::oauth
