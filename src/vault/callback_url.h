#pragma once
// Where a provider sends people back to, as it is registered there.

#include <string>
#include <string_view>

#include "vault/types.h"

namespace strongroom::vault {

// The path below which every callback lies. Providers that were registered for the product that
// ours takes the place of know the plain one.
inline constexpr std::string_view kCallbackPath = "/OAuthCallback";

// The redirect URI of a target system, byte for byte: "https://vault.example/OAuthCallback/{id}",
// each its own unless it chose the plain one; empty or oauth::kOutOfBand where nobody is
// sent back. `public_url` has no slash at its end. Renames do not change it.
std::string callback_url(std::string_view public_url, const TargetSystem& system);

// Whether the person types what the provider shows.
bool is_out_of_band(Callback callback);

}  // namespace strongroom::vault
