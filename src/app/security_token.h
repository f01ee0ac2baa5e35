#pragma once
// The security token that holds keys of clients, as the configuration names it.

#include <memory>
#include <string>

#include "app/config.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/pkcs11.h"

namespace strongroom::app {

// Loads pkcs11.module and signs in to pkcs11.token; nullptr where none is configured. A token that
// is not there now may come later: that is said in `log`.
//
// Errors, with the setting in their detail: kInvalidArgument: half of the settings; a module that
// cannot be loaded; a PIN file that others may read, or that holds no PIN. kNotFound: there is no
// PIN file. kUnavailable: the token does not accept the PIN, which is not tried again.
Result<std::shared_ptr<crypto::Pkcs11>> open_security_token(
    const Config& config, const std::string& credentials_directory, Log& log);

// What of this can be said without looking at a file.
Status check_security_token(const Config& config);

// The token's PIN, of pkcs11.pin_file or the systemd credential. Errors: kNotFound,
// kInvalidArgument.
Result<crypto::TokenPin> find_pin(const Config& config, const std::string& credentials_directory);

}  // namespace strongroom::app
