#pragma once
// The key file of a service account as Google Cloud hands it out: JSON with a private key and the
// address that the account is known by.
//
// Whoever gives us such a file may have written it. Of the addresses in it ("token_uri" and the
// others) none is read, for an assertion that is sent where the file says is one that its author
// can use at the real provider: requests go where the provider's entry says.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/private_key.h"

namespace strongroom::oauth {

// What is taken of it, and nothing else.
struct ServiceAccountFile {
  std::string client_email;  // the claim "iss"
  std::string key_id;        // the header member "kid"; empty: the file has none
  crypto::PrivateKey key;
};

inline constexpr std::size_t kMaxServiceAccountFile = std::size_t{64} * 1024;

// Reads one. The caller wipes its copy of `file`; what is parsed of it on the way is wiped.
//
// Errors, all kInvalidArgument, with a message that says what to do and quotes nothing: not JSON,
// or a name twice; longer than kMaxServiceAccountFile; a file of another type, which may hold a
// person's tokens or say whom to ask for credentials; a member that is missing or not in its form;
// as PrivateKey::parse.
Result<ServiceAccountFile> read_service_account_file(std::string_view file);

}  // namespace strongroom::oauth
