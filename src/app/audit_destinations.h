#pragma once
// The places that audit events are shipped to, as the configuration says.

#include <string>
#include <vector>

#include "app/audit_shipper.h"
#include "app/config.h"
#include "base/result.h"
#include "http/client.h"
#include "oauth/outgoing_policy.h"

namespace strongroom::app {

// Those of audit.syslog, audit.file and audit.https. `client` and `network` must outlive them.
//
// Errors: kInvalidArgument and kNotFound, naming the setting: an address that is none, a CA file or
// a file with the token that cannot be read or may be read by others.
Result<std::vector<AuditSink>> audit_sinks(const Config& config,
                                           const std::string& credentials_directory,
                                           const audit::Shipper& shipper, http::Client& client,
                                           const http::Network& network);

// Whether that would succeed, for `config check`.
Status check_audit_sinks(const Config& config, const std::string& credentials_directory);

}  // namespace strongroom::app
