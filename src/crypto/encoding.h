#pragma once
// Bytes as text: hexadecimal, base32 and base64url (RFC 4648).
//
// None of these runs in constant time; whoever encodes a secret wipes the result.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace strongroom::crypto {

// Lower-case hexadecimal, two characters a byte.
std::string hex(std::span<const std::byte> bytes);

// The bytes that an even number of hexadecimal characters (either case) stands for; nullopt for
// anything else.
std::optional<std::string> hex_decode(std::string_view text);

// base32 without padding, in capital letters (RFC 4648 section 6): 20 bytes give 32 characters.
std::string base32(std::span<const std::byte> bytes);

// base64url without padding (RFC 4648 section 5; RFC 7636 appendix A): 32 bytes give 43 characters.
std::string base64url(std::span<const std::byte> bytes);

// The bytes that `text` stands for; nullopt for padding, any other character, an impossible length,
// or unused bits that are not zero, so that no two texts give the same bytes.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace strongroom::crypto
