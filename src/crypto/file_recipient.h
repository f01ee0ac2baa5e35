#pragma once
// Who can open a sealed file: pairs of X25519 keys, as texts that people copy, print and file away.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace strongroom::crypto {

// The private half, as text: "STRONGROOM-IDENTITY-<base64url>-<checksum>".
using FileIdentity = Secret<struct FileIdentityKind>;

// The public half.
struct Recipient {
  std::string public_key;  // 32 bytes

  bool operator==(const Recipient&) const = default;
};

// Of "strongroom-recipient-<base64url>-<checksum>". Blanks around it do not count.
// Errors: kInvalidArgument, it is none, or was mistyped.
Result<Recipient> recipient_from_text(std::string_view text);
std::string to_text(const Recipient& recipient);

FileIdentity make_identity(Random& random);

// Whom to seal a file for, so that `identity` opens it.
// Errors: kInvalidArgument, the text is no identity, or was mistyped.
Result<Recipient> recipient_of(const FileIdentity& identity);

// The 32 bytes of the private half; for the sources of this room. Errors: as recipient_of().
Result<SecretBytes> private_key_of(const FileIdentity& identity);

}  // namespace strongroom::crypto
