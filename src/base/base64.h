#pragma once
// base64 with padding (RFC 4648 section 4): how bytes travel in JSON and in HTTP's Basic header.
//
// Neither runs in constant time. Neither leaves a copy behind that grew: who handles a secret wipes
// what came back.

#include <optional>
#include <string>
#include <string_view>

namespace strongroom {

std::string base64(std::string_view bytes);

// The bytes that `text` stands for. Line breaks and blanks in it are left out, because people paste
// lines of 64 characters. nullopt: another character, an impossible length or padding, or unused
// bits that are not zero.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace strongroom
