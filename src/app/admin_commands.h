#pragma once
// The commands that the server's own host may give: through the admin socket while the server runs,
// on the data directory itself while it does not.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/admin_socket.h"
#include "base/permission.h"
#include "base/result.h"
#include "identity/api_keys.h"

namespace strongroom::app {

// {"command":"api-key.create","user":…,"name":…,"permissions":[…],"expires_at":…}
std::string api_key_command(const identity::ApiKeyRequest& request);

// Carries out one line of the admin socket. Answers {"key":…,"id":…} or {"error":…,"detail":…}.
AdminReply answer_admin(identity::ApiKeys& api_keys, std::string_view line);

// A new key for `request` by the server itself, as the commands on its host act.
Result<identity::NewApiKey> create_api_key(identity::ApiKeys& api_keys,
                                           const identity::ApiKeyRequest& request);

// The key out of an answer of the admin socket. Errors: what the server said went wrong.
Result<crypto::BearerKey> key_in_reply(const AdminReply& reply);

}  // namespace strongroom::app
