#pragma once
// Makes the requests that find out whether a client's access token works, from what is stored.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"
#include "oauth/introspection.h"
#include "oauth/token_request.h"
#include "vault/context.h"
#include "vault/provider_endpoint.h"
#include "vault/types.h"

namespace strongroom::vault {

// How a provider is asked about a token.
enum class InquiryWay : std::uint8_t {
  kIntrospection,  // RFC 7662
  kCall,           // a call with the token itself (catalogue::VerificationRules)
};
std::string_view to_text(InquiryWay way);  // "introspection", "call"

struct TokenInquiry {
  InquiryWay way = InquiryWay::kIntrospection;
  // In the order in which they are to be sent: one after the first only where the provider did not
  // accept the credential of the one before.
  std::vector<oauth::TokenRequest> requests = {};
  ProviderEndpoint endpoint = {};           // that they go to
  std::string service_provider = {};        // whose that is
  oauth::TokenParties parties = {};         // whose token it is
  catalogue::VerificationRules rules = {};  // by which the answer to a call is read
  std::int64_t generation = 0;              // of the token
  bool has_known_end = false;
  bool can_be_renewed = false;  // without a person
};

// The token is opened here and nowhere else, and goes only to the destination that it came from,
// and to hosts of its provider's entry (invariant 5, A-068). Introspection comes first, because it
// is the authorization server itself that answers. Blocks.
//
// Errors:
//   kNotFound         the client is gone
//   kConflict         "client_disabled", "destination_held", "killed"; "no_living_token";
//                     "no_verification": the provider has no way; "token_is_bound": what it is
//                     bound to is not here; as keep_usable() and complete_provider()
//   kInvalidArgument  the settings make no request
//   kCorrupt          a row, a secret or the token is not what was stored
Result<TokenInquiry> build_token_inquiry(Context& context, OAuthClientId id);

}  // namespace strongroom::vault
