#pragma once
// Which of a client's access tokens is meant, and where it is sealed.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "crypto/sealer.h"
#include "vault/types.h"

namespace strongroom::vault {

// A client has one token for what its target system's settings say, and one more for each resource
// that robots name (RFC 8707 section 2.2). Neither is ever taken for the other.
struct TokenKey {
  OAuthClientId client;
  std::string resource = {};  // empty: as the settings say

  friend bool operator==(const TokenKey&, const TokenKey&) = default;
};

struct TokenKeyHash {
  std::size_t operator()(const TokenKey& key) const {
    return UuidHash{}(key.client) ^ std::hash<std::string>{}(key.resource);
  }
};

// Where the token is sealed; `resource` must outlive the answer. That it is part of the place keeps
// a stored token from being taken for that of another resource (invariant 2).
inline crypto::Place token_place(OAuthClientId client, std::string_view resource, ProjectId project,
                                 std::int64_t generation) {
  return {.table = resource.empty() ? "oauth_clients" : "resource_tokens",
          .row = client.uuid,
          .column = "sealed_token",
          .scope = project.uuid,
          .generation = generation,
          .destination = resource};
}

}  // namespace strongroom::vault
