#pragma once
// What the server's host may do to the data while no server runs.

#include "app/admin_commands.h"
#include "app/commands.h"
#include "app/key_desk.h"
#include "crypto/bearer_key.h"
#include "crypto/password_hash.h"
#include "identity/api_keys.h"
#include "oauth/tokens.h"
#include "vault/token_trace.h"

namespace strongroom::app {

// All work directly in the data directory, whose lock they take.
//
// Errors: kNotFound, there is no such directory; kConflict, a server holds it; what opening the
// data can say; and what the command itself can say.

Result<crypto::BearerKey> create_api_key_offline(const Config& config,
                                                 const Environment& environment,
                                                 const identity::ApiKeyRequest& request);
Result<crypto::Password> reset_password_offline(const Config& config,
                                                const Environment& environment,
                                                const PasswordReset& reset);
Status note_backup_offline(const Config& config, const Environment& environment,
                           const std::string& name);
Result<vault::TokenTrace> trace_token_offline(const Config& config, const Environment& environment,
                                              const oauth::AccessToken& token);
Status reset_second_factor_offline(const Config& config, const Environment& environment,
                                   const std::string& user);

// What a command about keys answers, as JSON.
Result<std::string> keys_offline(const Config& config, const Environment& environment,
                                 const KeyRequest& request);

}  // namespace strongroom::app
