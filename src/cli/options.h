#pragma once
// What was given on the command line, before anything is made of it.

#include <optional>
#include <string>
#include <vector>

#include "cli/lookup_commands.h"
#include "cli/secret_commands.h"

namespace strongroom::cli {

// One member for each option, whichever command it belongs to: only one command runs.
struct Options {
  // People.
  std::optional<std::string> full_name;
  std::optional<std::string> email;
  std::optional<std::string> claim_value;
  std::vector<std::string> permissions;
  std::string member;  // the second thing that is named: a user, a role
  // The connection.
  std::string url;
  std::string ca_file;
  std::string key_file;
  std::string output;
  // Naming an object.
  std::string name;
  std::optional<std::string> project;
  std::optional<std::string> target_system;
  std::optional<std::string> path;
  // Lists.
  std::optional<std::string> filter;
  std::optional<std::string> sort;
  std::optional<std::string> page;
  std::optional<std::string> page_size;
  std::optional<std::string> state;
  std::optional<std::string> tag;
  std::optional<std::string> action;
  std::optional<std::string> outcome;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<std::string> before;
  std::optional<std::string> words;
  // Notifications.
  std::optional<std::string> webhook;
  std::vector<std::string> events;
  std::vector<std::string> projects;
  // The audit trail.
  std::optional<std::string> audit_format;
  std::optional<std::string> audit_file;
  std::optional<std::string> audit_token_file;
  // Fields.
  std::optional<std::string> new_name;
  std::optional<std::string> description;
  std::optional<std::string> provider;
  std::optional<std::string> grant;
  std::optional<std::string> token_endpoint;
  std::optional<std::string> issuer;
  std::optional<std::string> consumer_key;
  std::optional<std::string> client_authentication;
  std::optional<std::string> supported_accounts;
  std::optional<std::string> default_tenant;
  std::optional<std::string> keep_alive_days;
  std::optional<std::string> verify_every_hours;
  std::optional<std::string> signature_method;
  std::optional<std::string> protected_resource;
  std::optional<std::string> tenant;
  std::optional<std::string> owner_name;
  std::optional<std::string> owner_email;
  std::optional<std::string> kind;
  std::optional<std::string> secret_expires_on;
  std::optional<std::string> trusted_ca_file;
  std::optional<std::string> proxy;
  std::optional<std::string> proxy_credentials_file;
  std::vector<std::string> consumer_secret_files;
  std::vector<std::string> client_key_files;
  std::vector<std::string> pkcs11_client_keys;
  std::vector<std::string> generated_client_keys;
  std::optional<std::string> client_key_password_file;
  std::optional<std::string> client_key_id;
  std::vector<std::string> kept_client_keys;
  std::vector<std::string> client_certificate_files;
  std::vector<std::string> client_certificate_key_files;
  std::vector<std::string> pkcs12_files;
  std::optional<std::string> client_certificate_password_file;
  std::vector<std::string> kept_client_certificates;
  std::optional<std::string> certificate_id;
  std::string common_name;
  std::vector<std::string> scopes;
  std::vector<std::string> resources;
  std::vector<std::string> parameters;
  std::vector<std::string> allowed_addresses;
  std::vector<std::string> tags;
  std::optional<std::string> to_target_system;
  // Exports.
  std::vector<std::string> recipients;
  std::string to_file;
  std::string identity_file;
  std::vector<std::string> renamed;            // target systems, "there=here"
  std::vector<std::string> take_destinations;  // of these target systems
  std::vector<std::string> secret_files;       // "target system=file"
  std::optional<std::string> to_project;
  std::optional<std::string> to_tenant;
  // Robot access that may be invalid.
  std::optional<std::string> unused_since;
  std::string revision;
  std::vector<std::string> missing_dependencies;
  std::vector<std::string> inputs;  // NAME=CLIENT
  // How robots prove who they are.
  std::vector<std::string> from_addresses;
  std::vector<std::string> days;
  std::optional<std::string> from_time;
  std::optional<std::string> to_time;
  std::optional<std::string> zone;
  std::optional<std::string> max_uses;
  std::vector<std::string> only_clients;
  std::optional<std::string> audience;
  std::vector<std::string> claims;
  std::optional<std::string> jwks_uri;
  std::optional<std::string> ca_sha256;
  std::optional<std::string> subject;
  std::optional<std::string> subject_client;
  std::optional<std::string> san_uri;
  std::optional<std::string> san_dns;
  // Kills.
  std::string reason;
  // Robots, access, look-ups.
  std::optional<std::string> robot;
  std::optional<std::string> path_pattern;
  std::string oauth_client;
  std::string new_key_file;
  std::string key_id;
  std::optional<std::string> min_ttl;
  std::optional<std::string> resource;
  LookupNames lookup;
  std::string token_action;
  // Tokens that are brought along.
  std::optional<std::string> refresh_token_file;
  std::optional<std::string> access_token_file;
  std::optional<std::string> token_secret_file;
  std::optional<std::string> expires_at;
  std::optional<std::string> account_name;
  std::string file;
  std::string format;
  TokenStyle token_style;
  SecretArguments secret;
  // Of all of these, those that are given or not: together, so that they take less room.
  bool without_password = false;
  bool only_here = false;  // a sign-in is forgotten without the server
  bool yes = false;
  bool deleted = false;
  bool draft = false;
  bool keep_tokens = false;
  bool dry_run = false;
  bool no_inputs = false;     // a Basic Engine Robot takes none
  bool print_tokens = false;  // of a launch
  std::optional<bool> allow_basic_engine_robots;
  std::optional<bool> forbid_basic_engine;
  std::optional<bool> oauth_enabled;
  std::optional<bool> is_canary;
  std::optional<bool> dpop;
  std::optional<bool> valid;
};

}  // namespace strongroom::cli
