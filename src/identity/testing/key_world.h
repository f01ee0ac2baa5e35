#pragma once
// Keys, users and sessions on everything real: SQLite, an audit trail, a key ring. Passwords are
// hashed at the least cost.

#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "audit/trail.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/testing/fake_clock.h"
#include "crypto/key_ring.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "crypto/uuid.h"
#include "identity/api_keys.h"
#include "identity/calendar_feeds.h"
#include "identity/sessions.h"
#include "identity/sign_in.h"
#include "identity/user_accounts.h"
#include "identity/users.h"
#include "storage/project_rows.h"
#include "storage/sqlite_store.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::identity {

// What an operation answered; ends the test where it answered an error.
template <class T>
T must(Result<T> result) {
  if (!result) {
    throw std::runtime_error(std::string(result.error().message.view()) + result.error().detail);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

class KeyWorld {
 public:
  // `audit_vfs`: the file layer of the audit trail; empty: the system's.
  explicit KeyWorld(std::string audit_vfs = {}) : audit_vfs_(std::move(audit_vfs)) {
    const auto id = *crypto::KeyId::parse("0198c0de-0000-7000-8000-0000000000aa");
    must(ring_.install(must(ring_.make(id, crypto::KeyScope{}))));
    ring_.set_reserve([](crypto::KeyId, std::int64_t) -> Status { return {}; });
    open();
  }
  ~KeyWorld() { close(); }
  KeyWorld(const KeyWorld&) = delete;
  KeyWorld& operator=(const KeyWorld&) = delete;

  // As after a restart of the program.
  void reopen() {
    close();
    open();
  }
  void close() {
    sign_in_.reset();
    second_factors_.reset();
    accounts_.reset();
    sessions_.reset();
    feeds_.reset();
    keys_.reset();
    rights_.reset();
    groups_.reset();
    roles_.reset();
    users_.reset();
    trail_.reset();
    store_.reset();
  }
  void open() {
    store_ = must(storage::open_sqlite({.path = state_path(), .vfs = state_vfs},
                                       storage::state_schema(), log_));
    trail_ = must(audit::Trail::open({.path = directory_.file("audit.db"), .vfs = audit_vfs_},
                                     *store_, clock, log_));
    const Context context{*store_, *trail_, sealer_, random_, clock, log_, changes_};
    users_.emplace(context, cost);
    must(users_->load());
    roles_.emplace(context);
    must(roles_->load());
    groups_.emplace(context, *users_, *roles_);
    must(groups_->load());
    rights_.emplace(*users_, *groups_);
    keys_.emplace(context, *users_, *rights_, policy);
    must(keys_->load());
    feeds_.emplace(context, *users_);
    must(feeds_->load());
    sessions_.emplace(context, *users_, *rights_);
    must(sessions_->load());
    accounts_.emplace(
        context, UserAccounts::Parts{*users_, *groups_, *rights_, *sessions_, *keys_, *feeds_});
    second_factors_.emplace(context, sealer_, *users_, *rights_);
    sign_in_.emplace(context, SignIn::Parts{*users_, *sessions_, *second_factors_, breached},
                     [this](const User& user) { passwords_set += user.name + ";"; });
  }

  Context context() { return {*store_, *trail_, sealer_, random_, clock, log_, changes_}; }
  ApiKeys& keys() { return *keys_; }
  CalendarFeeds& feeds() { return *feeds_; }
  Users& users() { return *users_; }
  Sessions& sessions() { return *sessions_; }
  Roles& roles() { return *roles_; }
  Groups& groups() { return *groups_; }
  Rights& rights() { return *rights_; }
  UserAccounts& accounts() { return *accounts_; }
  SignIn& sign_in() { return *sign_in_; }
  SecondFactors& second_factors() { return *second_factors_; }
  storage::Store& store() { return *store_; }
  audit::Trail& trail() { return *trail_; }
  const crypto::Sealer& sealer() const { return sealer_; }
  crypto::Random& random() { return random_; }
  Log& log() { return log_; }
  std::string log_text() { return *lines_.lock(); }
  std::string state_path() const { return directory_.file("state.db"); }

  // The command on the server's own host.
  static Asker server() {
    return {.kind = audit::ActorKind::kServer, .grants = Permissions::all()};
  }
  static Asker asker(const ApiKeyInfo& key) {
    return {.user = key.user.uuid, .key = key.id.uuid, .grants = key.permissions};
  }
  NewApiKey make_admin(std::optional<WallTime> expires_at = {}) {
    return must(keys().create(server(), {.user = "admin",
                                         .name = "first",
                                         .permissions = Permissions::all(),
                                         .expires_at = expires_at}));
  }

  // The first administrator, and the password that the first start gives.
  std::string make_first_administrator() {
    std::string password;
    must(users().ensure_first_administrator([&](const crypto::Password& made) -> Status {
      password = made.reveal();
      return {};
    }));
    return password;
  }
  // Somebody who signed in with a password that need not be changed.
  static constexpr std::string_view kPassword = "correct horse battery";
  NewSession make_session() {
    if (!users().find(kFirstAdministrator)) {
      const std::string first = make_first_administrator();
      const NewSession begun = must(sign_in().sign_in({}, kFirstAdministrator, first, {}));
      return must(sign_in().change_password(asker(begun.info), {first, kPassword}));
    }
    return must(sign_in().sign_in({}, kFirstAdministrator, kPassword, {}));
  }
  static Asker asker(const SessionInfo& session) {
    return {.user = session.user.id.uuid, .grants = session.user.permissions};
  }

  // A project as the vault would have made it, as far as anybody here looks at it.
  Uuid make_project(const std::string& name) {
    storage::ProjectRow row{.id = crypto::make_uuid(clock.now(), random_),
                            .name = name,
                            .name_key = name,
                            .description = {},
                            .mac = {},
                            .stamps = {}};
    must(store().write([&](storage::Transaction& tx) { return storage::insert_project(tx, row); }));
    return row.id;
  }

  FakeClock clock;
  ApiKeyPolicy policy{.may_never_expire = true};  // from the next open() on
  std::string
      state_vfs;  // the file layer of the database, from the next open() on; empty: the system's
  crypto::PasswordCost cost = crypto::kLeastPasswordCost;  // from the next open() on
  const BreachedPasswords* breached = nullptr;             // likewise
  std::string passwords_set;  // "name;" for each time that a password was set

 private:
  std::string audit_vfs_;
  storage::TemporaryDirectory directory_;
  Guarded<std::string> lines_;
  Log log_{clock, Log::Format::kText,
           [this](std::string_view line) { lines_.lock()->append(line); }};
  crypto::SystemRandom random_;
  crypto::KeyRing ring_{crypto::RootKey(std::string(32, 'r')), random_};
  crypto::Sealer sealer_{ring_, random_};
  std::mutex changes_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<audit::Trail> trail_;
  std::optional<Users> users_;
  std::optional<Roles> roles_;
  std::optional<Groups> groups_;
  std::optional<Rights> rights_;
  std::optional<ApiKeys> keys_;
  std::optional<CalendarFeeds> feeds_;
  std::optional<Sessions> sessions_;
  std::optional<UserAccounts> accounts_;
  std::optional<SecondFactors> second_factors_;
  std::optional<SignIn> sign_in_;
};

}  // namespace strongroom::identity
