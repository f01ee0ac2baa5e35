#pragma once
// What protects providers from this server, and its parts from a provider that fails.

#include "api/attention.h"
#include "app/config.h"
#include "catalogue/provider_files.h"
#include "http/curl_client.h"
#include "vault/lookup_index.h"
#include "vault/provider_gates.h"
#include "vault/target_system_faults.h"

namespace strongroom::app {

// As the settings, the built-in entries and `own` say.
vault::GateLimits provider_limits(const Config& config, const catalogue::OwnEntries& own);
// Room for all that the gates let through, and for what passes none: revocations, metadata, tests.
http::CurlClient::Options client_options(const vault::GateLimits& limits);

// "target_system_at_fault", one for each: for who sees it. Both must outlive what is made of them.
api::AttentionSource provider_attention(vault::TargetSystemFaults& faults,
                                        const vault::LookupIndex& index);

}  // namespace strongroom::app
