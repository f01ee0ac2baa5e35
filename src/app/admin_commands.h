#pragma once
// The commands that the server's own host may give: through the admin socket while the server runs,
// on the data directory itself while it does not.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/admin_socket.h"
#include "app/people.h"
#include "base/permission.h"
#include "base/result.h"
#include "identity/api_keys.h"

namespace strongroom::app {

// {"command":"api-key.create","user":…,"name":…,"permissions":[…],"expires_at":…}
std::string api_key_command(const identity::ApiKeyRequest& request);

// {"command":"user.reset-password","user":…}, and "permissions":[…] where they are to change.
struct PasswordReset {
  std::string user;
  std::optional<Permissions> permissions;
};
std::string reset_password_command(const PasswordReset& reset);

// {"command":"user.reset-second-factor","user":…}
std::string reset_second_factor_command(const std::string& user);

// {"command":"backup.created","name":…}: somebody on the host made a backup.
std::string backup_created_command(const std::string& name);
// {"error":…,"code":…,"detail":…}: the answer that says what went wrong.
std::string error_line(const Error& error);
// Errors: what an answer of the admin socket says went wrong.
Status refusal_in_reply(const AdminReply& reply);

// Carries out one line of the admin socket. Answers {"key":…,"id":…}, {"password":…} or
// {"user":…}; or {"error":…,"code":…,"detail":…}.
AdminReply answer_admin(People& people, std::string_view line);

// A new key for `request` by the server itself, as the commands on its host act.
Result<identity::NewApiKey> create_api_key(identity::ApiKeys& api_keys,
                                           const identity::ApiKeyRequest& request);

// A new password for a user, likewise.
Result<crypto::Password> reset_password(People& people, const PasswordReset& reset);

// Ends a user's second factor, likewise. Errors: kNotFound, there is no such user.
Status reset_second_factor(People& people, const std::string& user);

// Writes into the trail that a backup of this name was made.
Status note_backup(People& people, const std::string& name);

// The key out of an answer of the admin socket. Errors: what the server said went wrong.
Result<crypto::BearerKey> key_in_reply(const AdminReply& reply);
Result<crypto::Password> password_in_reply(const AdminReply& reply);
// Whether the server did what it answers with a user's name.
Status done_in_reply(const AdminReply& reply);

}  // namespace strongroom::app
