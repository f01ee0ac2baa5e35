// The state database, step by step. A step that has been in a data directory is never changed.

#include <array>

#include "storage/migrations.h"
#include "storage/state_tables.h"

namespace strongroom::storage {
namespace {

// Rows of before have no restrictions, and a MAC that covers none.
constexpr std::string_view kKeyRestrictions = R"sql(
ALTER TABLE robot_keys ADD COLUMN restrictions TEXT NOT NULL DEFAULT '';  -- JSON; the MAC covers it
ALTER TABLE robot_keys ADD COLUMN last_used_at INTEGER;                   -- a minute more or less
ALTER TABLE robot_keys ADD COLUMN last_used_from TEXT NOT NULL DEFAULT '';
ALTER TABLE robot_keys ADD COLUMN identity TEXT NOT NULL DEFAULT '';  -- '': a key. JSON object: a
                                    -- token or certificate takes its place; the MAC covers it
)sql";

// JSON array of paths, covered by the MAC of a runner together with its kind.
constexpr std::string_view kRunners = R"sql(
ALTER TABLE robots ADD COLUMN serves TEXT NOT NULL DEFAULT '[]';
)sql";

// Rows of before are of all projects, and a MAC covers none.
constexpr std::string_view kApiKeyProjects = R"sql(
ALTER TABLE api_keys ADD COLUMN projects TEXT NOT NULL DEFAULT '';  -- ids with spaces between them;
                                    -- '': wherever the user may. The MAC covers it
ALTER TABLE api_keys ADD COLUMN last_used_at INTEGER;               -- a minute more or less
ALTER TABLE api_keys ADD COLUMN last_used_from TEXT NOT NULL DEFAULT '';
)sql";

// Sessions of before began with a password, or end within the day.
constexpr std::string_view kSessionAccounts = R"sql(
ALTER TABLE sessions ADD COLUMN sign_on_account BLOB;  -- by which it began; the MAC covers it
)sql";

// The user's MAC covers it where it is not empty, that of the session where it is not NULL.
constexpr std::string_view kSecondFactors = R"sql(
ALTER TABLE users ADD COLUMN second_factor TEXT NOT NULL DEFAULT '';  -- '': there is none. Words:
                                    -- state, time, last step, sealed secret, MACs of recovery codes
ALTER TABLE sessions ADD COLUMN sign_on_provider BLOB;  -- NULL: began with a password
)sql";

// What Basic Engine Robots have delivered to them, and switches of the whole server.
constexpr std::string_view kBasicEngineInputs = R"sql(
CREATE TABLE robot_inputs (
  id BLOB PRIMARY KEY,
  robot_id BLOB NOT NULL REFERENCES robots (id) ON DELETE CASCADE,
  name TEXT NOT NULL,                 -- as the robot knows it
  oauth_client_id BLOB NOT NULL,      -- may be gone: then the robot is not launched
  position INTEGER NOT NULL,
  invalid_reason TEXT NOT NULL,       -- '': it counts; as of robot_access, or that the client moved
  mac BLOB NOT NULL,                  -- over all but created_at
  created_at INTEGER NOT NULL,
  UNIQUE (robot_id, name)
) STRICT;
CREATE INDEX robot_inputs_client ON robot_inputs (oauth_client_id);
CREATE INDEX oauth_clients_basic_engine ON oauth_clients (label_key, id)
  WHERE allow_basic_engine_robots = 1;

CREATE TABLE server_settings (        -- none: the setting has its default
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  mac BLOB NOT NULL
) STRICT;
)sql";

// What robots look up besides tokens. A rule of access to a secret is what one to a client is.
constexpr std::string_view kSecrets = R"sql(
CREATE TABLE secrets (
  id BLOB PRIMARY KEY,
  project_id BLOB NOT NULL REFERENCES projects (id),
  target_system_id BLOB NOT NULL REFERENCES target_systems (id),
  label TEXT NOT NULL,
  label_key TEXT NOT NULL,
  kind TEXT NOT NULL,                 -- 'password', 'api_key', 'certificate', 'text'
  user_name TEXT NOT NULL,
  user_name_key TEXT NOT NULL,        -- for searching
  notes TEXT NOT NULL,                -- for people
  owner_name TEXT NOT NULL,
  owner_email TEXT NOT NULL,
  current_value BLOB NOT NULL,        -- which of its values robots get
  generation INTEGER NOT NULL,        -- of the value that came last: goes up with each
  mac BLOB NOT NULL,                  -- over what robots get of it, generation and deleted_at
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX secrets_label
  ON secrets (project_id, target_system_id, label_key) WHERE deleted_at IS NULL;
CREATE INDEX secrets_target_system ON secrets (target_system_id);
CREATE INDEX secrets_deleted ON secrets (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE secret_values (          -- one of each secret, two while it is being replaced
  id BLOB PRIMARY KEY,
  secret_id BLOB NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  sealed_value BLOB NOT NULL,
  fingerprint TEXT NOT NULL,          -- keyed: what the audit trail says in the value's place
  subject TEXT NOT NULL,              -- of a certificate, for people to see
  not_after INTEGER,                  -- of a certificate
  expires_on INTEGER,
  mac BLOB NOT NULL,                  -- over id, secret, generation, fingerprint and expires_on
  created_at INTEGER NOT NULL,
  UNIQUE (secret_id, generation)
) STRICT;
CREATE INDEX secret_values_expiry ON secret_values (expires_on) WHERE expires_on IS NOT NULL;

CREATE TABLE secret_access (
  id BLOB PRIMARY KEY,
  project_id BLOB NOT NULL REFERENCES projects (id),
  secret_id BLOB NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
  robot_id BLOB REFERENCES robots (id) ON DELETE CASCADE,  -- either this ...
  path_pattern TEXT NOT NULL,                              -- ... or this
  pattern_key TEXT NOT NULL,
  mac BLOB NOT NULL,                  -- over all of the above
  created_at INTEGER NOT NULL,
  last_used_at INTEGER                -- a minute more or less
) STRICT;
CREATE UNIQUE INDEX secret_access_rule
  ON secret_access (secret_id, COALESCE(robot_id, zeroblob(16)), pattern_key);
CREATE INDEX secret_access_robot ON secret_access (robot_id);
CREATE INDEX secret_access_project ON secret_access (project_id);
)sql";

// What a restore leaves to be reviewed.
constexpr std::string_view kRestores = R"sql(
CREATE TABLE restore_marks (
  oauth_client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
  mark TEXT NOT NULL,                 -- 'quarantine', 'basic_engine'; gone when it was reviewed
  at INTEGER NOT NULL,
  mac BLOB NOT NULL,                  -- over all of the above
  PRIMARY KEY (oauth_client_id, mark)
) STRICT;
CREATE TABLE suspensions (
  id BLOB PRIMARY KEY,
  kind TEXT NOT NULL,                 -- 'user', 'api_key', 'robot_key', 'robot_access'
  subject_id BLOB NOT NULL,
  name TEXT NOT NULL,                 -- of the subject, for people
  project_id BLOB NOT NULL,           -- 16 zero bytes: none
  at INTEGER NOT NULL,
  mac BLOB NOT NULL                   -- over all of the above
) STRICT;
CREATE TABLE restore_report (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  body TEXT NOT NULL                  -- JSON object
) STRICT;
)sql";

// Data keys of before are wrapped by one root key alone.
constexpr std::string_view kRootKeys = R"sql(
ALTER TABLE data_keys ADD COLUMN wrapped_before BLOB;  -- under the former root key; NULL: that one
                                    -- does not count any more
CREATE TABLE root_keys (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  root_id TEXT NOT NULL,              -- of the root key that wraps the data keys
  rotated_at INTEGER,
  next_root BLOB,                     -- that root key, sealed under the former while that counts
  recovery_root_id TEXT NOT NULL,     -- whose recovery file was written last; '': none was
  recovery_exported_at INTEGER
) STRICT;
CREATE TABLE data_key_rotations (     -- under way: the scope's newest key takes the others' place
  scope BLOB PRIMARY KEY,
  started_at INTEGER NOT NULL,
  total INTEGER NOT NULL              -- values that had to be sealed anew when it began
) STRICT;
)sql";

// Rules of before let robots in; the MAC covers it where it is not empty.
constexpr std::string_view kSuspendedSecretRules = R"sql(
ALTER TABLE secret_access ADD COLUMN invalid_reason TEXT NOT NULL DEFAULT '';  -- '': it lets in
)sql";

// The MAC covers it where it is 1. How far each sink of the audit trail has got decides nothing:
// what was passed over shows at the other end, by its numbers.
constexpr std::string_view kCanaries = R"sql(
ALTER TABLE oauth_clients ADD COLUMN is_canary INTEGER NOT NULL DEFAULT 0;
CREATE TABLE audit_cursors (
  sink TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// As old_labels of OAuth clients (migration 1).
constexpr std::string_view kOldSecretLabels = R"sql(
CREATE TABLE secret_old_labels (
  secret_id BLOB NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  label_key TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (secret_id, label_key)
) STRICT;
CREATE INDEX secret_old_labels_key ON secret_old_labels (label_key);
)sql";

// Not covered by a MAC: whoever forges one stops what a deletion of rows would stop as well.
constexpr std::string_view kTargetSystemFaults = R"sql(
CREATE TABLE target_system_faults (   -- whose credentials their providers do not accept
  target_system_id BLOB PRIMARY KEY REFERENCES target_systems (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,          -- of the settings that were refused
  cause TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;
)sql";

// Tokens of before get their times when the server starts: they depend on its settings. How long a
// refresh token may lie unused decides nothing about where credentials go: no MAC covers it.
constexpr std::string_view kRefreshDue = R"sql(
ALTER TABLE oauth_clients ADD COLUMN refresh_due_at INTEGER;    -- when its token is renewed ahead of
                                    -- its end; NULL: it is not
ALTER TABLE resource_tokens ADD COLUMN refresh_due_at INTEGER;  -- the same
CREATE INDEX oauth_clients_refresh_due
  ON oauth_clients (refresh_due_at, target_system_id) WHERE refresh_due_at IS NOT NULL;
CREATE INDEX resource_tokens_refresh_due
  ON resource_tokens (refresh_due_at) WHERE refresh_due_at IS NOT NULL;
ALTER TABLE target_systems ADD COLUMN keep_alive_days INTEGER NOT NULL DEFAULT 0;  -- how often its
                                    -- refresh tokens are used at least; 0: they may die of disuse
)sql";

// The flight recorder. What a client asks for again and again is kept once, in exchange_requests;
// where that is '{}', of rows of before, `outcome` says it, too.
constexpr std::string_view kExchanges = R"sql(
CREATE TABLE exchange_requests (
  oauth_client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  body TEXT NOT NULL,                 -- JSON object, redacted: what was asked
  PRIMARY KEY (oauth_client_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE exchanges (              -- the last 20 of each client
  oauth_client_id BLOB NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  request INTEGER NOT NULL,           -- of exchange_requests
  outcome TEXT NOT NULL,              -- JSON object, redacted: what came of it
  PRIMARY KEY (oauth_client_id, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO exchange_requests SELECT oauth_client_id, 1, '{}' FROM last_exchanges;
INSERT INTO exchanges SELECT oauth_client_id, 1, at, 1, body FROM last_exchanges;
DROP TABLE last_exchanges;
)sql";

// A derived table: the view says what is in it. When somebody signed in is known by sign_ins, when
// the refresh token was used last by the tokens that came of it. One that will be used before it
// dies of disuse does not die of it.
constexpr std::string_view kClientEnds = R"sql(
CREATE TABLE refresh_lifetimes (      -- what the entries of the catalogue say, in milliseconds
  service_provider TEXT PRIMARY KEY,
  idle INTEGER,                       -- NULL: not known, or for ever
  absolute INTEGER,
  stated_is_absolute INTEGER NOT NULL -- 1: of a stated lifetime no use makes more
) STRICT;

CREATE TABLE client_ends (            -- of clients that are over by themselves some day
  oauth_client_id BLOB PRIMARY KEY REFERENCES oauth_clients (id) ON DELETE CASCADE,
  project_id BLOB NOT NULL,           -- these two as the client has them
  owner_key TEXT NOT NULL,
  ends_at INTEGER NOT NULL,
  cause TEXT NOT NULL                 -- 'no_refresh_token', 'refresh_token_idle', ..._absolute
) STRICT;
CREATE INDEX client_ends_next ON client_ends (ends_at, oauth_client_id, project_id);
CREATE INDEX client_ends_owner ON client_ends (owner_key, ends_at, oauth_client_id, project_id);

CREATE VIEW client_ends_now AS        -- what client_ends holds; ends_at may be NULL here
SELECT e.*,
  CASE WHEN NOT e.renewable THEN e.token_expires_at
    WHEN e.renewed_at < e.idle_end THEN e.absolute_end
    WHEN e.absolute_end IS NULL OR e.idle_end <= e.absolute_end THEN e.idle_end
    ELSE e.absolute_end END AS ends_at,
  CASE WHEN NOT e.renewable THEN 'no_refresh_token'
    WHEN e.renewed_at < e.idle_end THEN 'refresh_token_absolute'
    WHEN e.absolute_end IS NULL OR e.idle_end <= e.absolute_end THEN 'refresh_token_idle'
    ELSE 'refresh_token_absolute' END AS cause
FROM (
  SELECT u.oauth_client_id, u.project_id, u.target_system_id, u.service_provider, u.owner_key,
    u.token_expires_at, u.renewable, u.renewed_at,
    CASE WHEN u.stated_end IS NOT NULL AND COALESCE(u.stated_is_absolute, 0) = 0 THEN u.stated_end
      WHEN u.resource_used_at > u.used_at THEN u.resource_used_at + u.idle
      ELSE u.used_at + u.idle END AS idle_end,
    CASE WHEN u.stated_end IS NOT NULL AND u.stated_is_absolute = 1 THEN u.stated_end
      ELSE u.signed_in_at + u.absolute END AS absolute_end
  FROM (
    SELECT c.id AS oauth_client_id, c.project_id, c.target_system_id, t.service_provider,
      lower(c.owner_email) AS owner_key, c.token_expires_at,
      r.oauth_client_id IS NOT NULL AS renewable,
      CASE WHEN c.state = 'active' THEN c.refresh_due_at END AS renewed_at, r.expires_at AS stated_end,
      CASE WHEN c.token_refreshed_at > r.issued_at THEN c.token_refreshed_at
        ELSE r.issued_at END AS used_at,
      (SELECT MAX(q.token_refreshed_at) FROM resource_tokens q WHERE q.oauth_client_id = c.id)
        AS resource_used_at,
      s.signed_in_at, l.idle, l.absolute, l.stated_is_absolute
    FROM oauth_clients c
    JOIN target_systems t ON t.id = c.target_system_id AND t.grant_flow = 'authorization_code'
    LEFT JOIN refresh_tokens r ON r.oauth_client_id = c.id
    LEFT JOIN sign_ins s ON s.oauth_client_id = c.id
    LEFT JOIN refresh_lifetimes l ON l.service_provider = t.service_provider
  ) u
) e;

INSERT INTO client_ends (oauth_client_id, project_id, owner_key, ends_at, cause)
SELECT oauth_client_id, project_id, owner_key, ends_at, cause FROM client_ends_now
WHERE ends_at IS NOT NULL;
)sql";

constexpr std::string_view kNotifications = R"sql(
CREATE TABLE notification_targets (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,               -- with spaces between them
  projects TEXT NOT NULL,             -- ids with spaces between them; '': all
  trusted_ca_pem TEXT NOT NULL,
  allowed_addresses TEXT NOT NULL,    -- with spaces between them
  enabled INTEGER NOT NULL,
  secret_generation INTEGER NOT NULL,
  previous_secret_until INTEGER,      -- until then the one before signs as well; NULL: there is none
  mac BLOB NOT NULL,                  -- over all of the above
  sealed_secret BLOB NOT NULL,
  sealed_previous_secret BLOB,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  delivered_at INTEGER,               -- how deliveries went, which no MAC is over
  failing_since INTEGER
) STRICT;
CREATE UNIQUE INDEX notification_targets_name ON notification_targets (name_key);

CREATE TABLE notification_deliveries ( -- what was not taken yet
  id BLOB PRIMARY KEY,
  target_id BLOB REFERENCES notification_targets (id) ON DELETE CASCADE,  -- NULL: a mail
  recipient TEXT NOT NULL,            -- of a mail; '' for a webhook
  event_id BLOB NOT NULL,
  event_type TEXT NOT NULL,
  body TEXT NOT NULL,                 -- the event, as it is sent
  mac BLOB NOT NULL,                  -- over all of the above
  tries INTEGER NOT NULL,
  failure TEXT NOT NULL,              -- of the last try; '': there was none
  created_at INTEGER NOT NULL,
  first_tried_at INTEGER,
  next_try_at INTEGER                 -- NULL: a dead letter
) STRICT;
CREATE INDEX notification_deliveries_next ON notification_deliveries (next_try_at)
  WHERE next_try_at IS NOT NULL;
CREATE INDEX notification_deliveries_target ON notification_deliveries (target_id, next_try_at);

CREATE TABLE notification_troubles (  -- clients of which people were told, or will be
  oauth_client_id BLOB PRIMARY KEY REFERENCES oauth_clients (id) ON DELETE CASCADE,
  failures INTEGER NOT NULL,          -- one after another
  announced TEXT NOT NULL,            -- the event; '': none yet
  since INTEGER NOT NULL
) STRICT;

CREATE TABLE notification_warnings (  -- of which end people were warned last
  subject_id BLOB PRIMARY KEY,        -- a client or a target system
  ends_at INTEGER NOT NULL,
  days INTEGER NOT NULL               -- so many days ahead
) STRICT;

CREATE TABLE calendar_feeds (         -- one for a user at most
  user_id BLOB PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  token_hash BLOB NOT NULL,           -- of the secret in its address
  created_at INTEGER NOT NULL,
  mac BLOB NOT NULL                   -- over all of the above
) STRICT;
CREATE UNIQUE INDEX calendar_feeds_token ON calendar_feeds (token_hash);
)sql";

constexpr std::string_view kMoreGrants = R"sql(
ALTER TABLE notification_troubles DROP COLUMN since;  -- which nothing reads
ALTER TABLE oauth_clients ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE target_systems ADD COLUMN dpop INTEGER NOT NULL DEFAULT 0;
ALTER TABLE target_systems ADD COLUMN signature_method TEXT NOT NULL DEFAULT '';

CREATE TABLE dpop_keys (              -- one for a client, made when its first bound token is wanted
  oauth_client_id BLOB PRIMARY KEY REFERENCES oauth_clients (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  sealed_key BLOB NOT NULL,
  thumbprint TEXT NOT NULL,           -- of its public half (RFC 7638)
  created_at INTEGER NOT NULL
) STRICT;

DROP VIEW client_ends_now;            -- as before, for all grants for which a person signs in
CREATE VIEW client_ends_now AS        -- what client_ends holds; ends_at may be NULL here
SELECT e.*,
  CASE WHEN NOT e.renewable THEN e.token_expires_at
    WHEN e.renewed_at < e.idle_end THEN e.absolute_end
    WHEN e.absolute_end IS NULL OR e.idle_end <= e.absolute_end THEN e.idle_end
    ELSE e.absolute_end END AS ends_at,
  CASE WHEN NOT e.renewable THEN 'no_refresh_token'
    WHEN e.renewed_at < e.idle_end THEN 'refresh_token_absolute'
    WHEN e.absolute_end IS NULL OR e.idle_end <= e.absolute_end THEN 'refresh_token_idle'
    ELSE 'refresh_token_absolute' END AS cause
FROM (
  SELECT u.oauth_client_id, u.project_id, u.target_system_id, u.service_provider, u.owner_key,
    u.token_expires_at, u.renewable, u.renewed_at,
    CASE WHEN u.stated_end IS NOT NULL AND COALESCE(u.stated_is_absolute, 0) = 0 THEN u.stated_end
      WHEN u.resource_used_at > u.used_at THEN u.resource_used_at + u.idle
      ELSE u.used_at + u.idle END AS idle_end,
    CASE WHEN u.stated_end IS NOT NULL AND u.stated_is_absolute = 1 THEN u.stated_end
      ELSE u.signed_in_at + u.absolute END AS absolute_end
  FROM (
    SELECT c.id AS oauth_client_id, c.project_id, c.target_system_id, t.service_provider,
      lower(c.owner_email) AS owner_key, c.token_expires_at,
      r.oauth_client_id IS NOT NULL AS renewable,
      CASE WHEN c.state = 'active' THEN c.refresh_due_at END AS renewed_at, r.expires_at AS stated_end,
      CASE WHEN c.token_refreshed_at > r.issued_at THEN c.token_refreshed_at
        ELSE r.issued_at END AS used_at,
      (SELECT MAX(q.token_refreshed_at) FROM resource_tokens q WHERE q.oauth_client_id = c.id)
        AS resource_used_at,
      s.signed_in_at, l.idle, l.absolute, l.stated_is_absolute
    FROM oauth_clients c
    JOIN target_systems t ON t.id = c.target_system_id
      AND t.grant_flow NOT IN ('client_credentials', 'jwt_bearer')
    LEFT JOIN refresh_tokens r ON r.oauth_client_id = c.id
    LEFT JOIN sign_ins s ON s.oauth_client_id = c.id
    LEFT JOIN refresh_lifetimes l ON l.service_provider = t.service_provider
  ) u
) e;
)sql";

constexpr std::string_view kLastGrants = R"sql(
ALTER TABLE oauth_clients ADD COLUMN subject_client_id BLOB;
ALTER TABLE oauth_clients ADD COLUMN token_subject BLOB NOT NULL DEFAULT x'';
CREATE INDEX oauth_clients_subject_client ON oauth_clients (subject_client_id)
  WHERE subject_client_id IS NOT NULL;
ALTER TABLE target_systems ADD COLUMN verify_every_hours INTEGER NOT NULL DEFAULT 0;
ALTER TABLE target_systems ADD COLUMN protected_resource TEXT NOT NULL DEFAULT '';

CREATE TABLE registrations (          -- with which server a target system registered by itself
  target_system_id BLOB PRIMARY KEY REFERENCES target_systems (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,                 -- dynamic (RFC 7591), document (client id metadata document)
  issuer TEXT NOT NULL,
  client_id TEXT NOT NULL,
  configuration_endpoint TEXT NOT NULL,  -- RFC 7592; empty: none
  generation INTEGER NOT NULL,
  sealed_access_token BLOB,           -- for that endpoint; NULL: none
  destination BLOB NOT NULL,          -- digest of what that is sealed for
  secret_expires_at INTEGER,          -- NULL: never
  created_at INTEGER NOT NULL,
  renewed_at INTEGER,
  failure TEXT NOT NULL,              -- why the last renewal failed; empty: it did not
  next_try_at INTEGER,                -- when its secret is renewed; NULL: never
  mac BLOB NOT NULL                   -- over what stands before sealed_access_token, destination,
                                      -- secret_expires_at and created_at
) STRICT;
CREATE INDEX registrations_due ON registrations (next_try_at) WHERE next_try_at IS NOT NULL;

CREATE TABLE token_verifications (    -- what came of trying a client's token at its provider
  oauth_client_id BLOB PRIMARY KEY REFERENCES oauth_clients (id) ON DELETE CASCADE,
  tried_at INTEGER,                   -- NULL: not yet
  outcome TEXT NOT NULL DEFAULT '',
  way TEXT NOT NULL DEFAULT '',
  account TEXT NOT NULL DEFAULT '',   -- whose it is, as the provider says
  token_ends_at INTEGER,              -- as the provider says
  cause TEXT NOT NULL DEFAULT '',     -- of a failure
  renewal TEXT NOT NULL DEFAULT '',
  due_at INTEGER                      -- when it is tried again; NULL: not by itself
) STRICT;
CREATE INDEX token_verifications_due ON token_verifications (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE learned_values (         -- what came with a client's tokens, for who uses them
  oauth_client_id BLOB PRIMARY KEY REFERENCES oauth_clients (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  sealed_values BLOB NOT NULL         -- JSON object of texts
) STRICT;

CREATE TABLE provider_files (         -- service providers that this organisation added
  id TEXT PRIMARY KEY,
  text TEXT NOT NULL,                 -- the file, as it was given
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  mac BLOB NOT NULL                   -- over all of the above
) STRICT;

DROP VIEW client_ends_now;            -- as before; nobody signs in for an exchange
CREATE VIEW client_ends_now AS        -- what client_ends holds; ends_at may be NULL here
SELECT e.*,
  CASE WHEN NOT e.renewable THEN e.token_expires_at
    WHEN e.renewed_at < e.idle_end THEN e.absolute_end
    WHEN e.absolute_end IS NULL OR e.idle_end <= e.absolute_end THEN e.idle_end
    ELSE e.absolute_end END AS ends_at,
  CASE WHEN NOT e.renewable THEN 'no_refresh_token'
    WHEN e.renewed_at < e.idle_end THEN 'refresh_token_absolute'
    WHEN e.absolute_end IS NULL OR e.idle_end <= e.absolute_end THEN 'refresh_token_idle'
    ELSE 'refresh_token_absolute' END AS cause
FROM (
  SELECT u.oauth_client_id, u.project_id, u.target_system_id, u.service_provider, u.owner_key,
    u.token_expires_at, u.renewable, u.renewed_at,
    CASE WHEN u.stated_end IS NOT NULL AND COALESCE(u.stated_is_absolute, 0) = 0 THEN u.stated_end
      WHEN u.resource_used_at > u.used_at THEN u.resource_used_at + u.idle
      ELSE u.used_at + u.idle END AS idle_end,
    CASE WHEN u.stated_end IS NOT NULL AND u.stated_is_absolute = 1 THEN u.stated_end
      ELSE u.signed_in_at + u.absolute END AS absolute_end
  FROM (
    SELECT c.id AS oauth_client_id, c.project_id, c.target_system_id, t.service_provider,
      lower(c.owner_email) AS owner_key, c.token_expires_at,
      r.oauth_client_id IS NOT NULL AS renewable,
      CASE WHEN c.state = 'active' THEN c.refresh_due_at END AS renewed_at, r.expires_at AS stated_end,
      CASE WHEN c.token_refreshed_at > r.issued_at THEN c.token_refreshed_at
        ELSE r.issued_at END AS used_at,
      (SELECT MAX(q.token_refreshed_at) FROM resource_tokens q WHERE q.oauth_client_id = c.id)
        AS resource_used_at,
      s.signed_in_at, l.idle, l.absolute, l.stated_is_absolute
    FROM oauth_clients c
    JOIN target_systems t ON t.id = c.target_system_id
      AND t.grant_flow NOT IN ('client_credentials', 'jwt_bearer', 'token_exchange')
    LEFT JOIN refresh_tokens r ON r.oauth_client_id = c.id
    LEFT JOIN sign_ins s ON s.oauth_client_id = c.id
    LEFT JOIN refresh_lifetimes l ON l.service_provider = t.service_provider
  ) u
) e;
)sql";

constexpr std::array kMigrations{
    Migration{1, "projects, target systems, OAuth clients, robots, keys, outbox", kStateTables},
    Migration{2, "restrictions and last use of robot keys, identities", kKeyRestrictions},
    Migration{3, "what runners run", kRunners},
    Migration{4, "projects and last use of API keys", kApiKeyProjects},
    Migration{5, "by which account a session began", kSessionAccounts},
    Migration{6, "second factors, how sessions began", kSecondFactors},
    Migration{7, "inputs of Basic Engine Robots, server settings", kBasicEngineInputs},
    Migration{8, "secrets, their values and who may read them", kSecrets},
    Migration{9, "what a restore leaves to be reviewed", kRestores},
    Migration{10, "root keys, rotations of data keys", kRootKeys},
    Migration{11, "rules of access to secrets that let nobody in", kSuspendedSecretRules},
    Migration{12, "canaries, sinks of the audit trail", kCanaries},
    Migration{13, "old labels of secrets", kOldSecretLabels},
    Migration{14, "target systems whose credentials are refused", kTargetSystemFaults},
    Migration{15, "when tokens are renewed ahead of their end", kRefreshDue},
    Migration{16, "the flight recorder", kExchanges},
    Migration{17, "when grants of clients are over", kClientEnds},
    Migration{18, "notifications, calendars of expiries", kNotifications},
    Migration{19, "more ways to authorize a client", kMoreGrants},
    Migration{20, "exchanges, registrations, own service providers", kLastGrants},
};

}  // namespace

const Schema& state_schema() {
  static constexpr Schema kSchema{"state", 0x53724d31, kMigrations};  // "SrM1"
  return kSchema;
}

}  // namespace strongroom::storage
