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

// The MAC covers it where it is 1. How far each sink of the audit trail has got decides nothing:
// what was passed over shows at the other end, by its numbers.
constexpr std::string_view kCanaries = R"sql(
ALTER TABLE oauth_clients ADD COLUMN is_canary INTEGER NOT NULL DEFAULT 0;
CREATE TABLE audit_cursors (
  sink TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array kMigrations{
    Migration{1, "projects, target systems, OAuth clients, robots, keys, outbox", kStateTables},
    Migration{2, "restrictions and last use of robot keys, identities", kKeyRestrictions},
    Migration{3, "what runners run", kRunners},
    Migration{4, "projects and last use of API keys", kApiKeyProjects},
    Migration{5, "by which account a session began", kSessionAccounts},
    Migration{6, "second factors, how sessions began", kSecondFactors},
    Migration{7, "canaries, sinks of the audit trail", kCanaries},
};

}  // namespace

const Schema& state_schema() {
  static constexpr Schema kSchema{"state", 0x53724d31, kMigrations};  // "SrM1"
  return kSchema;
}

}  // namespace strongroom::storage
