#pragma once
// A vault on a real database and a real audit trail, with a clock that stands still.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "audit/trail.h"
#include "base/log.h"
#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/test_vault_keys.h"
#include "crypto/uuid.h"
#include "storage/data_key_rows.h"
#include "storage/sqlite_store.h"
#include "storage/testing/fault_store.h"
#include "storage/testing/lossy_vfs.h"
#include "storage/testing/raw_sql.h"
#include "storage/testing/temporary_directory.h"
#include "storage/token_rows.h"
#include "vault/context.h"
#include "vault/index_entries.h"
#include "vault/index_loader.h"
#include "vault/lookup_index.h"
#include "vault/oauth_clients.h"
#include "vault/projects.h"
#include "vault/robot_access.h"
#include "vault/robots.h"
#include "vault/row_sets.h"
#include "vault/target_systems.h"

namespace strongroom::vault {

// The field that an error points at; empty if there is none.
inline std::string field_of(const Error& error) {
  const ErrorValue* field = error.find("field");
  return field == nullptr ? "" : std::get<FieldPointer>(*field).text;
}

// The problem's name, or the code's, with the field: for one EXPECT_EQ.
std::string answer_of(const Error& error);

// The same, or "ok".
template <class T>
std::string answer_of(const Result<T>& result) {
  return result ? "ok" : answer_of(result.error());
}

class VaultWorld : public testing::Test {
 public:
  ~VaultWorld() override;

 protected:
  VaultWorld();

  void SetUp() override;

  // Whatever a test did, the digests of the rows are those of the rows that there are.
  void TearDown() override;
  // What somebody does who can write to the database and has no key.
  void tamper(std::string_view sql);

  // Reserving nonces writes to the database, so sealing inside a transaction fails in every test.
  void add_server_key();

  // From now on no event can be made durable.
  void break_audit();

  Actor with(std::initializer_list<Permission> permissions) const;

  // Whoever has these in one project alone.
  Actor with(ProjectId project, Permissions permissions) const;

  ProjectId project(const std::string& name);
  static TargetSystemFields system_fields(const std::string& name,
                                          std::optional<ProjectId> project = {});
  static std::vector<NewConsumerSecret> secrets(const std::vector<std::string>& values);
  TargetSystem system(const std::string& name, std::optional<ProjectId> project = {});
  OAuthClient client(ProjectId project, TargetSystemId system, const std::string& label);
  Robot robot(ProjectId project, const std::string& path, const std::string& name);
  // Stores a token as a retrieval would.
  void give_token(OAuthClientId id);

  // Whether the index is what a restart would make of the database: for these clients, all of what
  // decides an answer.
  void expect_index_as_after_restart(const std::vector<OAuthClientId>& clients);

  static std::map<std::string, std::int64_t> resources_of(const ClientEntry& client);

  // Runs `flow` with its n-th call of the store failing, for every n, before and after it took
  // effect; `check` then looks at what is left.
  template <class Flow, class Check>
  void with_every_fault(Flow flow, Check check) {
    using Kind = storage::FaultStore::Kind;
    for (const Kind kind : {Kind::kBefore, Kind::kAfter}) {
      for (int n = 1; n < 20; ++n) {
        faults_->fail_call(n, kind);
        const bool succeeded = flow();
        const bool failed = faults_->has_failed();
        faults_->fail_call(0);
        EXPECT_NE(succeeded, failed);
        check(failed);
        if (!failed) break;
      }
    }
  }

  bool found(const std::string& project, const std::string& system, const std::string& label);
  // The newest actions of the audit trail, in the order of the alphabet: this clock stands still,
  // and events of one moment have no order.
  std::vector<std::string> actions(std::size_t limit);

  Projects projects() { return Projects(*context_); }
  TargetSystems systems() { return TargetSystems(*context_); }
  OAuthClients clients() { return OAuthClients(*context_); }
  Robots robots() { return Robots(*context_); }
  RobotAccessRules rules() { return RobotAccessRules(*context_); }

  Actor admin_;
  storage::TemporaryDirectory directory_;
  storage::LossyVfs vfs_;
  FakeClock clock_;
  crypto::CountingRandom random_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  crypto::KeyRing keys_{crypto::test_root_key(), random_};
  crypto::Sealer sealer_{keys_, random_};
  LookupIndex index_;
  oauth::Network network_;
  RowSets row_sets_;
  bool was_tampered_with_ = false;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::FaultStore> faults_;
  std::unique_ptr<catalogue::Catalogue> catalogue_;
  std::unique_ptr<audit::Trail> trail_;
  std::unique_ptr<Context> context_;
};

}  // namespace strongroom::vault
