#include "backup/rule_rights.h"

#include <string>
#include <string_view>
#include <vector>

#include "backup/rights.h"
#include "storage/oauth_client_rows.h"
#include "storage/robot_access_rows.h"
#include "storage/secret_access_rows.h"
#include "storage/secret_rows.h"
#include "vault/row_mac.h"
#include "vault/secret_record.h"

namespace strongroom::backup {
namespace {

using audit::Action;
using storage::RobotAccessRow;
using storage::SecretAccessRow;
using storage::Snapshot;
using storage::Transaction;

// What differs between the two kinds of rules; all else is the same of both.
template <class Row>
struct Kind;

template <>
struct Kind<RobotAccessRow> {
  static constexpr std::string_view kSuspension = kRobotAccessKind;
  static constexpr Action kRevoked = Action::kRobotAccessRevoked;
  static constexpr auto kWalk = &storage::for_each_robot_access;
  static constexpr auto kUpdate = &storage::update_robot_access_validity;
  static constexpr auto kDelete = &storage::delete_robot_access;

  static Result<std::string> label_of(Snapshot& snapshot, const RobotAccessRow& row) {
    STRONGROOM_TRY(const auto client, storage::find_oauth_client(snapshot, row.oauth_client_id));
    return client ? client->label : std::string();
  }
};

template <>
struct Kind<SecretAccessRow> {
  static constexpr std::string_view kSuspension = kSecretAccessKind;
  static constexpr Action kRevoked = Action::kSecretAccessRevoked;
  static constexpr auto kWalk = &storage::for_each_secret_access;
  static constexpr auto kUpdate = &storage::update_secret_access_validity;
  static constexpr auto kDelete = &storage::delete_secret_access;

  static Result<std::string> label_of(Snapshot& snapshot, const SecretAccessRow& row) {
    STRONGROOM_TRY(const auto secret, storage::find_secret(snapshot, row.secret_id));
    return secret ? secret->label : std::string();
  }
};

template <class Row>
Status take_rule(Taking& taking, Transaction& tx, Row& row) {
  STRONGROOM_TRY(const std::string label, Kind<Row>::label_of(tx, row));
  if (taking.newer.revoked.contains(row.id)) {
    ++taking.report.not_revived.robot_access;
    STRONGROOM_CHECK(Kind<Row>::kDelete(tx, row.id));
    return record(taking, tx,
                  {.action = Kind<Row>::kRevoked,
                   .subject = row.id,
                   .project = row.project_id,
                   .name = label});
  }
  STRONGROOM_CHECK(vault::check_mac(taking.data.sealer(), row));
  row.invalid_reason = kRestoredRule;
  STRONGROOM_TRY(row.mac, vault::mac_of(taking.data.sealer(), row));
  STRONGROOM_CHECK(Kind<Row>::kUpdate(tx, row));
  ++taking.report.suspended.robot_access;
  return suspend(taking, tx, Kind<Row>::kSuspension,
                 {.action = Action::kRobotAccessSuspended,
                  .subject = row.id,
                  .project = row.project_id,
                  .name = label});
}

// Read first: rows are not changed while they are walked.
template <class Row>
Status take_rules_of(Taking& taking, Transaction& tx) {
  const Newer& newer = taking.newer;
  std::vector<Row> rows;
  STRONGROOM_CHECK(Kind<Row>::kWalk(tx, [&](const Row& row) -> Status {
    const bool valid = row.invalid_reason.empty();
    const bool doubtful = taking.is_doubtful(row.id) || newer.invalid_rules.contains(row.id);
    if (newer.revoked.contains(row.id) || (valid && doubtful)) rows.push_back(row);
    return {};
  }));
  for (Row& row : rows) STRONGROOM_CHECK(take_rule(taking, tx, row));
  return {};
}

}  // namespace

// Rules to read secrets count among the rules of robot access.
Status take_rules(Taking& taking, Transaction& tx) {
  STRONGROOM_CHECK(take_rules_of<RobotAccessRow>(taking, tx));
  return take_rules_of<SecretAccessRow>(taking, tx);
}

}  // namespace strongroom::backup
