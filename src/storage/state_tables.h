#pragma once
// The first step of the state database: its tables.

#include <string_view>

namespace strongroom::storage {

// Times are milliseconds since 1970 (UTC); ids are 16 bytes; *_key columns hold the form under
// which names are compared (base/unicode.h); sealed_* columns can be opened only with the key ring;
// mac columns authenticate the columns before them (crypto/sealer.h).
inline constexpr std::string_view kStateTables = R"sql(
CREATE TABLE data_keys (
  id BLOB PRIMARY KEY,
  scope BLOB NOT NULL,              -- project id; 16 zero bytes: the server
  wrapped BLOB NOT NULL,
  seals_reserved INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX data_keys_scope ON data_keys (scope);

CREATE TABLE projects (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  description TEXT NOT NULL,
  strict_robot_access INTEGER NOT NULL,  -- 1: rules become invalid with changes
  mac BLOB NOT NULL,                  -- over id, name_key, strict_robot_access and deleted_at
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX projects_name ON projects (name_key) WHERE deleted_at IS NULL;

CREATE TABLE target_systems (
  id BLOB PRIMARY KEY,
  project_id BLOB REFERENCES projects (id),  -- NULL: all projects
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  service_provider TEXT NOT NULL,
  oauth_enabled INTEGER NOT NULL,     -- 0: it has no clients; what follows may be empty
  grant_flow TEXT NOT NULL,
  callback TEXT NOT NULL,             -- where people come back to who sign in: 'own', 'plain', ...
  client_authentication TEXT NOT NULL,
  consumer_key TEXT NOT NULL,
  scopes TEXT NOT NULL,               -- JSON array of strings
  resources TEXT NOT NULL,            -- JSON array of strings: what robots may name
  endpoint_parameters TEXT NOT NULL,  -- JSON object of strings
  trusted_ca_pem TEXT NOT NULL,
  allowed_addresses TEXT NOT NULL,    -- JSON array of strings
  owner_name TEXT NOT NULL,
  owner_email TEXT NOT NULL,
  description TEXT NOT NULL,
  tags TEXT NOT NULL,                 -- JSON array of strings
  supported_accounts TEXT,
  default_tenant TEXT NOT NULL,
  proxy TEXT NOT NULL,                -- '': the machine's, 'none', or a URL
  sealed_proxy_credentials BLOB,
  proxy_credentials_generation INTEGER NOT NULL,  -- goes up with each that are entered
  secrets_destination BLOB NOT NULL,  -- digest of the destination that the secrets are sealed for
  mac BLOB NOT NULL,                  -- over what tokens are asked with, where, and deleted_at
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX target_systems_name
  ON target_systems (COALESCE(project_id, zeroblob(16)), name_key) WHERE deleted_at IS NULL;

CREATE TABLE issuer_metadata (
  target_system_id BLOB PRIMARY KEY REFERENCES target_systems (id) ON DELETE CASCADE,
  accepted TEXT NOT NULL,             -- JSON: what of the issuer's metadata is in use
  pending TEXT,                       -- JSON: what waits until somebody approves it
  read_at INTEGER NOT NULL,
  tried_at INTEGER NOT NULL,
  failure TEXT NOT NULL,              -- '': it could be read when it was last tried
  mac BLOB NOT NULL                   -- over the first three
) STRICT;

CREATE TABLE consumer_secrets (
  id BLOB PRIMARY KEY,
  target_system_id BLOB NOT NULL REFERENCES target_systems (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,                 -- 'secret', 'key', or 'certificate': with its private key
  position INTEGER NOT NULL,          -- 0: tried first of its kind
  generation INTEGER NOT NULL,
  sealed_value BLOB NOT NULL,
  key_id TEXT NOT NULL,               -- of a key, as the provider knows it
  key_type TEXT NOT NULL,
  thumbprint TEXT NOT NULL,           -- of its public half (RFC 7638)
  subject TEXT NOT NULL,              -- of a certificate; these three are for people to see
  certificate_thumbprint TEXT NOT NULL,
  not_before INTEGER,
  expires_on INTEGER,                 -- of a certificate: its notAfter
  accepted_at INTEGER,                -- when the provider last took it, a day more or less
  created_at INTEGER NOT NULL,
  UNIQUE (target_system_id, kind, position)
) STRICT;
CREATE INDEX consumer_secrets_expiry ON consumer_secrets (expires_on) WHERE expires_on IS NOT NULL;
CREATE INDEX consumer_secrets_thumbprint ON consumer_secrets (thumbprint) WHERE thumbprint <> '';

CREATE TABLE oauth_clients (
  id BLOB PRIMARY KEY,
  project_id BLOB NOT NULL REFERENCES projects (id),
  target_system_id BLOB NOT NULL REFERENCES target_systems (id),
  label TEXT NOT NULL,
  label_key TEXT NOT NULL,
  tenant TEXT NOT NULL,
  allow_basic_engine_robots INTEGER NOT NULL,
  owner_name TEXT NOT NULL,
  owner_email TEXT NOT NULL,
  state TEXT NOT NULL,
  failure_cause TEXT NOT NULL,        -- '': the last retrieval did not fail
  failed_at INTEGER,
  sealed_token BLOB,
  token_generation INTEGER NOT NULL,  -- goes up with each token
  token_type TEXT NOT NULL,
  token_scope TEXT NOT NULL,
  token_fingerprint TEXT NOT NULL,
  token_is_bound INTEGER NOT NULL,    -- 1: to a key or certificate, useless to whoever lacks it
  token_is_former INTEGER NOT NULL DEFAULT 0,  -- 1: of settings before; serves till another comes
  token_destination BLOB NOT NULL DEFAULT x'',  -- digest of the destination that it came from
  token_lifetime INTEGER,             -- milliseconds as granted
  token_expires_at INTEGER,
  token_refreshed_at INTEGER,
  lease_owner BLOB,                   -- the process that retrieves now
  lease_epoch INTEGER NOT NULL,       -- goes up with each lease: fences late write-backs
  lease_until INTEGER,
  mac BLOB NOT NULL,                  -- over what people decide of it, not over its token
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX oauth_clients_label
  ON oauth_clients (project_id, target_system_id, label_key) WHERE deleted_at IS NULL;
CREATE INDEX oauth_clients_target_system ON oauth_clients (target_system_id);
CREATE INDEX oauth_clients_lease ON oauth_clients (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX oauth_clients_deleted ON oauth_clients (deleted_at) WHERE deleted_at IS NOT NULL;
-- Searching a name: as narrow as can be, since all of it may have to be walked. No label is empty;
-- only who says so gets this index, which for other questions would be the wrong one.
CREATE INDEX oauth_clients_names ON oauth_clients (label_key)
  WHERE deleted_at IS NULL AND label_key <> '';
-- Lists: each begins with what it is sorted by, and has all that one may be narrowed by.
CREATE INDEX oauth_clients_by_label
  ON oauth_clients (label_key, id, state, project_id, target_system_id) WHERE deleted_at IS NULL;
CREATE INDEX oauth_clients_by_state
  ON oauth_clients (state, id, label_key, project_id, target_system_id) WHERE deleted_at IS NULL;
CREATE INDEX oauth_clients_by_creation
  ON oauth_clients (created_at, id, label_key, state, project_id, target_system_id)
  WHERE deleted_at IS NULL;
CREATE INDEX oauth_clients_by_update
  ON oauth_clients (updated_at, id, label_key, state, project_id, target_system_id)
  WHERE deleted_at IS NULL;

CREATE TABLE resource_tokens (        -- of one resource each; columns as in oauth_clients
  oauth_client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
  resource TEXT NOT NULL,
  failure_cause TEXT NOT NULL,
  failed_at INTEGER,
  sealed_token BLOB,
  token_generation INTEGER NOT NULL,
  token_type TEXT NOT NULL,
  token_scope TEXT NOT NULL,
  token_fingerprint TEXT NOT NULL,
  token_is_bound INTEGER NOT NULL,
  token_is_former INTEGER NOT NULL DEFAULT 0,
  token_destination BLOB NOT NULL DEFAULT x'',
  token_lifetime INTEGER,
  token_expires_at INTEGER,
  token_refreshed_at INTEGER,
  lease_owner BLOB,
  lease_epoch INTEGER NOT NULL,
  lease_until INTEGER,
  PRIMARY KEY (oauth_client_id, resource)
) STRICT;

CREATE TABLE sign_ins (               -- of clients for which a person signs in
  oauth_client_id BLOB PRIMARY KEY REFERENCES oauth_clients (id) ON DELETE CASCADE,
  expected_account TEXT NOT NULL,     -- as the person names it who configures; '': any
  issuer TEXT NOT NULL,               -- these three are the account that is bound; '': none is
  subject TEXT NOT NULL,
  tenant TEXT NOT NULL,
  account_name TEXT NOT NULL,         -- for people to see
  signed_in_at INTEGER,
  mac BLOB NOT NULL                   -- over all before signed_in_at
) STRICT;

CREATE TABLE refresh_tokens (
  oauth_client_id BLOB PRIMARY KEY REFERENCES oauth_clients (id) ON DELETE CASCADE,
  sealed_token BLOB NOT NULL,
  generation INTEGER NOT NULL,        -- goes up with each that is stored
  destination BLOB NOT NULL,          -- digest of the destination that it is sealed for
  scope TEXT NOT NULL,                -- what was granted with it
  issued_at INTEGER NOT NULL,
  expires_at INTEGER,                 -- NULL: nobody said
  rotates INTEGER,                    -- 1: each refresh brought a new one; NULL: not known yet
  lost_answers INTEGER NOT NULL,      -- to requests with it: whether it still counts is in doubt
  lost_at INTEGER                     -- when the first of those was sent
) STRICT;

CREATE TABLE revocations (            -- of each client, the last one that was asked for
  oauth_client_id BLOB PRIMARY KEY REFERENCES oauth_clients (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,          -- rounds that left something to be tried again
  failure_cause TEXT NOT NULL,        -- '': the last round did not fail
  failed_at INTEGER,
  next_try_at INTEGER                 -- NULL: nothing is left to be tried
) STRICT;
CREATE INDEX revocations_due ON revocations (next_try_at) WHERE next_try_at IS NOT NULL;

CREATE TABLE pending_revocations (    -- tokens that are gone here and may be alive at the provider
  id BLOB PRIMARY KEY,
  oauth_client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
  token_kind TEXT NOT NULL,           -- 'refresh_token' or 'access_token'
  position INTEGER NOT NULL,          -- within the client: what is revoked first has the least
  sealed_token BLOB NOT NULL,
  destination BLOB NOT NULL,          -- digest of the destination that it is sealed for
  give_up_at INTEGER NOT NULL,
  UNIQUE (oauth_client_id, position)
) STRICT;

CREATE TABLE authorizations (         -- somebody is to sign in for a client
  id BLOB PRIMARY KEY,
  oauth_client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
  asker_id BLOB NOT NULL,             -- the user who asked for it
  ticket_hash BLOB NOT NULL UNIQUE,   -- SHA-256 of what the link ends with
  state TEXT NOT NULL,
  sealed_details BLOB NOT NULL,       -- who asks, whose browser, which account
  sealed_answer BLOB,                 -- of the provider, while an account waits to be confirmed
  generation INTEGER NOT NULL,        -- goes up each time these two are written
  failure_cause TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX authorizations_client ON authorizations (oauth_client_id);
CREATE INDEX authorizations_expiry ON authorizations (expires_at);

CREATE TABLE sign_in_flows (          -- a browser is at the provider; each is used once
  state_hash BLOB PRIMARY KEY,        -- SHA-256 of the state
  authorization_id BLOB NOT NULL REFERENCES authorizations (id) ON DELETE CASCADE,
  sealed_flow BLOB NOT NULL,          -- verifier, nonce, binding, redirect URI, issuer
  attempts INTEGER NOT NULL,          -- verifiers that were entered by hand
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_flows_authorization ON sign_in_flows (authorization_id);
CREATE INDEX sign_in_flows_expiry ON sign_in_flows (expires_at);

CREATE TABLE old_labels (
  oauth_client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  label_key TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (oauth_client_id, label_key)
) STRICT;
CREATE INDEX old_labels_key ON old_labels (label_key);

CREATE TABLE last_exchanges (
  oauth_client_id BLOB PRIMARY KEY REFERENCES oauth_clients (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  body TEXT NOT NULL                  -- JSON object, redacted: the client's last token request
) STRICT;

CREATE TABLE robots (
  id BLOB PRIMARY KEY,
  project_id BLOB NOT NULL REFERENCES projects (id),
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  path TEXT NOT NULL,
  path_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  reported_revision TEXT NOT NULL DEFAULT '',       -- by its tool; '': nothing yet
  missing_dependencies TEXT NOT NULL DEFAULT '[]',  -- JSON array of strings
  mac BLOB NOT NULL,                  -- over id, project_id, path_key and deleted_at
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX robots_name ON robots (project_id, path_key, name_key) WHERE deleted_at IS NULL;

CREATE TABLE robot_keys (
  id BLOB PRIMARY KEY,
  robot_id BLOB NOT NULL REFERENCES robots (id) ON DELETE CASCADE,
  hash BLOB NOT NULL UNIQUE,          -- SHA-256 of the key
  mac BLOB NOT NULL,                  -- over id, robot id, hash and revoked_at
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX robot_keys_robot ON robot_keys (robot_id);

CREATE TABLE robot_access (
  id BLOB PRIMARY KEY,
  project_id BLOB NOT NULL REFERENCES projects (id),
  oauth_client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
  robot_id BLOB REFERENCES robots (id) ON DELETE CASCADE,  -- either this ...
  path_pattern TEXT NOT NULL,                              -- ... or this
  pattern_key TEXT NOT NULL,
  invalid_reason TEXT NOT NULL,       -- '': it lets robots in
  mac BLOB NOT NULL,                  -- over all of the above
  created_at INTEGER NOT NULL,
  last_used_at INTEGER                -- a minute more or less
) STRICT;
CREATE UNIQUE INDEX robot_access_rule
  ON robot_access (oauth_client_id, COALESCE(robot_id, zeroblob(16)), pattern_key);
CREATE INDEX robot_access_robot ON robot_access (robot_id);
CREATE INDEX robot_access_project ON robot_access (project_id);

CREATE TABLE kills (                  -- what somebody stopped; gone when it was lifted
  id BLOB PRIMARY KEY,
  scope TEXT NOT NULL,                -- 'robot', 'oauth_client', ...
  subject_id BLOB,                    -- either this ...
  service_provider TEXT NOT NULL,     -- ... or this, the catalogue's id
  project_id BLOB,                    -- NULL: it belongs to none
  name TEXT NOT NULL,                 -- of the subject, for people
  reason TEXT NOT NULL,
  revocation TEXT NOT NULL,           -- of the tokens below it: 'off', 'queued' or 'done'
  killed_by BLOB NOT NULL,
  killed_at INTEGER NOT NULL,
  mac BLOB NOT NULL                   -- over id, scope, subject, provider and project
) STRICT;

CREATE TABLE users (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,        -- Argon2id; '': signs in nowhere, has API keys at most
  must_change_password INTEGER NOT NULL,
  permissions TEXT NOT NULL,          -- the user's own, everywhere, beside those of groups; names
                                      -- joined by spaces
  full_name TEXT NOT NULL,
  email TEXT NOT NULL,
  disabled_at INTEGER,
  mac BLOB NOT NULL,                  -- over all of the above but full_name
  preferences TEXT NOT NULL,          -- JSON object that only the console understands, or ''
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE roles (                  -- those that people made; the built-in ones stand in the code
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  permissions TEXT NOT NULL,          -- names joined by spaces
  mac BLOB NOT NULL,                  -- over id, name_key and permissions
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE user_groups (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  claim_value TEXT NOT NULL,          -- of single sign-on: who brings it is a member; '': nobody so
  mac BLOB NOT NULL,                  -- over id, name_key and claim_value
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE group_members (
  id BLOB PRIMARY KEY,
  group_id BLOB NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  source TEXT NOT NULL,               -- 'local', or 'sign_on': single sign-on said so
  mac BLOB NOT NULL,                  -- over all of the above
  created_at INTEGER NOT NULL,
  UNIQUE (group_id, user_id, source)
) STRICT;
CREATE INDEX group_members_user ON group_members (user_id);

CREATE TABLE group_roles (
  id BLOB PRIMARY KEY,
  group_id BLOB NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
  role_id BLOB NOT NULL,              -- of a row in roles, or a built-in one's
  project_id BLOB REFERENCES projects (id) ON DELETE CASCADE,  -- NULL: everywhere
  mac BLOB NOT NULL,                  -- over all of the above
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX group_roles_once
  ON group_roles (group_id, role_id, COALESCE(project_id, zeroblob(16)));

CREATE TABLE sessions (
  id BLOB PRIMARY KEY,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash BLOB NOT NULL UNIQUE,          -- SHA-256 of what the cookie says
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,      -- a minute more or less
  expires_at INTEGER NOT NULL,        -- at the latest
  mac BLOB NOT NULL                   -- over all of the above
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE api_keys (
  id BLOB PRIMARY KEY,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE,          -- SHA-256 of the key
  permissions TEXT NOT NULL,          -- names joined by spaces
  mac BLOB NOT NULL,                  -- over id, user id, hash, permissions and expires_at
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE TABLE sign_on_providers (     -- where people sign in to the console with OpenID Connect
  id BLOB PRIMARY KEY,
  label TEXT NOT NULL,                -- of the button
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  sealed_secret BLOB NOT NULL,        -- for issuer, CA and addresses as they were when it was entered
  secret_generation INTEGER NOT NULL,
  scopes TEXT NOT NULL,               -- with spaces between them
  user_name_claim TEXT NOT NULL,
  email_claim TEXT NOT NULL,
  groups_claim TEXT NOT NULL,         -- '': groups are not told
  makes_users INTEGER NOT NULL,
  links_existing INTEGER NOT NULL,
  trusted_ca_pem TEXT NOT NULL,
  allowed_addresses TEXT NOT NULL,    -- with spaces between them
  metadata TEXT NOT NULL,             -- JSON, as the issuer had it when it was entered
  mac BLOB NOT NULL,                  -- over all of the above
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_on_accounts (
  id BLOB PRIMARY KEY,
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  mac BLOB NOT NULL,                  -- over all of the above
  created_at INTEGER NOT NULL,
  UNIQUE (issuer, subject)
) STRICT;
CREATE INDEX sign_on_accounts_user ON sign_on_accounts (user_id);

CREATE TABLE row_sets (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL,        -- goes up with each change of a mac column
  digests BLOB NOT NULL,              -- of the mac columns of each table that has one
  mac BLOB NOT NULL                   -- over generation and digests
) STRICT;

CREATE TABLE audit_outbox (
  id BLOB PRIMARY KEY,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
)sql";

}  // namespace strongroom::storage
