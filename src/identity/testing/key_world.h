#pragma once
// ApiKeys on everything real: SQLite, an audit trail, a key ring.

#include <memory>
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
#include "identity/api_keys.h"
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
    keys_.reset();
    trail_.reset();
    store_.reset();
  }
  void open() {
    store_ = must(storage::open_sqlite({.path = state_path()}, storage::state_schema(), log_));
    trail_ = must(audit::Trail::open({.path = directory_.file("audit.db"), .vfs = audit_vfs_},
                                     *store_, clock, log_));
    keys_.emplace(*store_, *trail_, sealer_, random_, clock, log_);
    must(keys_->load());
  }

  ApiKeys& keys() { return *keys_; }
  audit::Trail& trail() { return *trail_; }
  crypto::Random& random() { return random_; }
  Log& log() { return log_; }
  std::string log_text() { return *lines_.lock(); }
  std::string state_path() const { return directory_.file("state.db"); }

  // The command on the server's own host.
  static Asker server() {
    return {.kind = audit::ActorKind::kServer, .permissions = Permissions::all()};
  }
  static Asker asker(const ApiKeyInfo& key) {
    return {.user = key.user.uuid, .key = key.id.uuid, .permissions = key.permissions};
  }
  NewApiKey make_admin(std::optional<WallTime> expires_at = {}) {
    return must(keys().create(server(), {.user = "admin",
                                         .name = "first",
                                         .permissions = Permissions::all(),
                                         .expires_at = expires_at}));
  }

  FakeClock clock;

 private:
  std::string audit_vfs_;
  storage::TemporaryDirectory directory_;
  Guarded<std::string> lines_;
  Log log_{clock, Log::Format::kText,
           [this](std::string_view line) { lines_.lock()->append(line); }};
  crypto::SystemRandom random_;
  crypto::KeyRing ring_{crypto::RootKey(std::string(32, 'r')), random_};
  crypto::Sealer sealer_{ring_, random_};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<audit::Trail> trail_;
  std::optional<ApiKeys> keys_;
};

}  // namespace strongroom::identity
