#pragma once
// The secrets of OAuth, each a type of its own, so that one cannot go where another belongs.

#include "base/secret.h"

namespace strongroom::oauth {

// What a robot presents to a resource server (RFC 6749 section 1.4). Opaque to us.
using AccessToken = Secret<struct AccessTokenKind>;

// The client secret of a registration at a provider (RFC 6749 section 2.3.1).
using ConsumerSecret = Secret<struct ConsumerSecretKind>;

// Gives new access tokens for as long as the provider lets it (RFC 6749 section 1.5). Never a
// robot's.
using RefreshToken = Secret<struct RefreshTokenKind>;

// Says who somebody is, to whoever believes it (OpenID Connect Core section 2).
using IdTokenText = Secret<struct IdTokenKind>;

}  // namespace strongroom::oauth
