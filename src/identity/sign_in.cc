#include "identity/sign_in.h"

#include <string>
#include <utility>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/change.h"
#include "identity/password_rules.h"
#include "identity/suspended_user.h"

namespace strongroom::identity {
namespace {

constexpr int kMostAtOnce = 4;  // each takes 64 MiB, and a worker that others wait for
constexpr std::chrono::minutes kLogInterval{1};

Error wrong_credentials() {
  return Error{
      Code::kUnauthenticated, "The name or the password is wrong.", {}, "wrong_credentials"};
}

Error second_factor_required() {
  return Error{Code::kUnauthenticated,
               "Enter the code that your app shows, or a recovery code.",
               {},
               "second_factor_required"}
      .at("/code");
}

Error too_many_attempts(Seconds wait) {
  return Error{Code::kRateLimited,
               "Too many passwords were wrong, for this name or from this address. Wait a little.",
               {},
               "too_many_attempts"}
      .with("retry_after", std::int64_t{wait.count()});
}

Error overloaded() {
  return Error{Code::kUnavailable, "Too many people sign in right now.", {}, "overloaded"}.with(
      "retry_after", std::int64_t{1});
}

// A place among those whose passwords are checked at the same time.
class Place {
 public:
  explicit Place(std::atomic<int>& taken)
      : taken_(taken), free_(taken.fetch_add(1) < kMostAtOnce) {}
  ~Place() { taken_.fetch_sub(1); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool is_free() const { return free_; }

 private:
  std::atomic<int>& taken_;
  const bool free_;
};

// All ways of writing a name are one account.
std::string account_of(std::string_view name) {
  const auto clean = clean_name(name, "/user");
  return clean ? name_key(*clean) : std::string(name);
}

}  // namespace

SignIn::SignIn(const Context& context, const Parts& parts, PasswordSet password_set)
    : context_(context),
      users_(parts.users),
      sessions_(parts.sessions),
      second_factors_(parts.second_factors),
      breached_(parts.breached),
      password_set_(std::move(password_set)),
      throttle_(context.clock) {}

// The attempt counts as a failure until the caller says that it was right.
Result<Users::Checked> SignIn::check(std::string_view name, std::string_view password,
                                     std::string_view address) {
  const Place place(checking_);
  if (!place.is_free()) return overloaded();
  const std::string account = account_of(name);
  if (const auto wait = throttle_.begin(account, address)) {
    refused(address);
    return too_many_attempts(*wait);
  }
  auto normal = normal_password(password, "/password");
  if (!normal) normal = crypto::Password("");  // nobody's: too long, for the same work as another
  const auto user = users_.check(name, *normal);
  if (!user) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    return wrong_credentials();
  }
  return *user;
}

// The password was right. Without a code nothing was guessed, and no failure is forgotten either.
Status SignIn::need_code(const User& user, std::string_view code, std::string_view address) {
  if (!user.has_second_factor || !code.empty()) return {};
  throttle_.excused(account_of(user.name), address);
  return second_factor_required();
}

// Counts a wrong code as a wrong password, and what was right as right.
Status SignIn::settle_attempt(const Asker& asker, const User& user, Status status) {
  if (status) {
    throttle_.succeeded(account_of(user.name), asker.peer);
  } else if (status.error().code == Code::kUnauthenticated) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    if (user.has_second_factor) second_factors_.record_refusal(asker, user);
  } else {
    throttle_.excused(account_of(user.name), asker.peer);  // nobody knows: it was not looked at
  }
  return status;
}

Result<NewSession> SignIn::sign_in(const Asker& asker, std::string_view name,
                                   std::string_view password, std::string_view replaced,
                                   std::string_view code) {
  STRONGROOM_TRY(const Users::Checked user, check(name, password, asker.peer));
  STRONGROOM_CHECK(need_code(user, code, asker.peer));
  STRONGROOM_CHECK(need_audit());
  std::string hash;
  if (users_.needs_rehash(user.id)) {
    STRONGROOM_TRY(const auto normal, normal_password(password, "/password"));
    STRONGROOM_TRY(hash, users_.hash(normal));
  }
  Asker own = asker;
  own.user = user.id.uuid;
  auto made = begin_session(own, user, {hash, replaced, code});
  STRONGROOM_CHECK(settle_attempt(asker, user, made ? Status() : Status(made.error())));
  signed_in_.fetch_add(1, std::memory_order_relaxed);
  return made;
}

Result<NewSession> SignIn::begin_session(const Asker& asker, const Users::Checked& user,
                                         const Attempt& attempt) {
  // Checking takes a while: the password may be another one by now, or its user shut out.
  const Exclusive exclusive(context_, asker);
  if (!users_.is_still(user)) return wrong_credentials();
  const auto before = sessions_.find(attempt.replaced);
  return storage::write<NewSession>(
      context_.store, [&](storage::Transaction& tx) -> Result<NewSession> {
        if (user.has_second_factor) {
          STRONGROOM_CHECK(second_factors_.accept(tx, asker, user.id, attempt.code));
        }
        if (!attempt.hash.empty()) {
          const Users::NewPassword same{std::string(attempt.hash), user.must_change_password};
          STRONGROOM_CHECK(users_.set_password(tx, user.id, same));
        }
        if (before) {
          STRONGROOM_CHECK(sessions_.end(tx, asker, before->session, kSignedInAnew));
        }
        return sessions_.start(tx, asker, user);
      });
}

Status SignIn::step_up(const Asker& asker, SessionId session, const Shown& shown) {
  const auto known = sessions_.info(session);
  if (!known) return Error{Code::kNotFound, "There is no such session."};
  if (!known->sign_on_provider.is_nil() || !known->user.has_password) {
    return Error{
        Code::kConflict, "You signed in by a provider. Sign in there again.", {}, "sign_on_again"};
  }
  const auto user = check(known->user.name, shown.password, asker.peer);
  if (!user) {
    if (user.error().code == Code::kUnauthenticated) record_refused_step_up(asker, *known);
    return user.error();
  }
  STRONGROOM_CHECK(need_code(*user, shown.code, asker.peer));
  return settle_attempt(asker, *user, take_step_up(asker, *user, session, shown.code));
}

// Who has the session is known, and perhaps is not who they seem to be.
void SignIn::record_refused_step_up(const Asker& asker, const SessionInfo& session) {
  audit::Event refused = event(asker, audit::Action::kSessionSteppedUp, session.user);
  refused.subject_id = session.id.uuid;
  refused.outcome = audit::Outcome::kDenied;
  const Status written = context_.store.write(
      [&](storage::Transaction& tx) { return context_.trail.record_change(tx, refused); });
  if (!written) context_.log.failed("A refused step-up was not written down.", written.error());
}

Status SignIn::take_step_up(const Asker& asker, const User& user, SessionId session,
                            std::string_view code) {
  Status written = context_.store.write([&](storage::Transaction& tx) -> Status {
    if (user.has_second_factor) {
      STRONGROOM_CHECK(second_factors_.accept(tx, asker, user.id, code));
    }
    return sessions_.step_up(tx, asker, session);
  });
  if (written || written.error().code != Code::kUnavailable) return written;
  if (user.has_second_factor) {
    STRONGROOM_CHECK(second_factors_.accept_unwritten(user.id, code));
  }
  sessions_.step_up_unwritten(session);
  return {};
}

// A password alone does not make a session as good as one that a code was shown for.
Result<NewSession> SignIn::change_password(const Asker& asker, const Change& change) {
  const auto user = users_.find(UserId{asker.user});
  if (!user) return Error{Code::kNotFound, "There is no such user."};
  STRONGROOM_TRY(const auto chosen, normal_password(change.new_password, "/new_password"));
  STRONGROOM_CHECK(check_new_password(chosen, user->name, "/new_password"));
  if (breached_ != nullptr) STRONGROOM_CHECK(breached_->check(chosen, "/new_password"));
  auto checked = check(user->name, change.current_password, asker.peer);
  if (!checked && checked.error().code == Code::kUnauthenticated) {
    return Error{Code::kInvalidArgument, "This is not the current password."}.at(
        "/current_password");
  }
  STRONGROOM_CHECK(checked);
  throttle_.succeeded(account_of(user->name), asker.peer);
  if (users_.check(user->name, chosen)) {
    return Error{Code::kInvalidArgument, "This is the password that is to be replaced."}.at(
        "/new_password");
  }
  STRONGROOM_CHECK(need_audit());
  STRONGROOM_TRY(const std::string hash, users_.hash(chosen));
  const Exclusive exclusive(context_, asker);
  if (!users_.is_still(*checked)) {
    return Error{Code::kInvalidArgument, "This is not the current password any more."}.at(
        "/current_password");
  }
  const audit::Event changed = event(asker, audit::Action::kPasswordChanged, *user);
  STRONGROOM_TRY(
      auto made,
      storage::write<NewSession>(
          context_.store, [&](storage::Transaction& tx) -> Result<NewSession> {
            STRONGROOM_TRY(const User now, users_.set_password(tx, user->id, {hash}));
            STRONGROOM_CHECK(context_.trail.record_change(tx, changed));
            STRONGROOM_CHECK(sessions_.end_all(tx, asker, user->id, kPasswordChangedReason));
            return sessions_.start(tx, asker, now, {.stepped_up = !now.has_second_factor});
          }));
  if (password_set_) password_set_(made.info.user);
  return made;
}

Result<crypto::Password> SignIn::reset_password(const Asker& asker, std::string_view name,
                                                std::optional<Permissions> permissions) {
  const auto user = users_.find(name);
  if (!user) return Error{Code::kNotFound, "There is no such user.", std::string(name)};
  STRONGROOM_CHECK(need_audit());
  // The one who is to run the server; whoever else has no password signs in otherwise, or not.
  const bool is_first = user->name == kFirstAdministrator && !user->has_password;
  if (!permissions && is_first) permissions = Permissions::all();
  crypto::Password password = crypto::make_password(context_.random);
  STRONGROOM_TRY(const std::string hash, users_.hash(password));
  const Exclusive exclusive(context_, asker);
  const audit::Event reset = event(asker, audit::Action::kPasswordReset, *user);
  const Status done = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(users_.set_password(tx, user->id, {hash, true, permissions}));
    STRONGROOM_CHECK(context_.trail.record_change(tx, reset));
    // Whoever has the host says that the user counts: after a restore, it is the way in.
    STRONGROOM_CHECK(end_suspension(context_, users_, tx, asker, user->id));
    return sessions_.end_all(tx, asker, user->id, kPasswordResetReason);
  });
  STRONGROOM_CHECK(done);
  throttle_.forgive(account_of(name));
  if (password_set_) password_set_(*user);
  return password;
}

Status SignIn::sign_out(const Asker& asker, SessionId session) {
  return context_.store.write(
      [&](storage::Transaction& tx) { return sessions_.end(tx, asker, session, kSignedOut); });
}

SignInCounters SignIn::counters() const {
  return {signed_in_.load(std::memory_order_relaxed), refused_.load(std::memory_order_relaxed),
          throttle_.throttled()};
}

Status SignIn::need_audit() const {
  if (context_.trail.writable()) return {};
  return Error{Code::kUnavailable,
               "The audit trail cannot be written, so nobody can sign in.",
               {},
               "audit_unavailable"}
      .with("retry_after", std::int64_t{1});
}

// Once a minute at most: a guesser does not fill the log. What was typed as a name may be a
// password, so it is not said.
void SignIn::refused(std::string_view address) {
  const std::int64_t now = context_.clock.boot_now().time_since_epoch().count();
  std::int64_t before = logged_at_.load();
  if (before != 0 && now - before < Milliseconds(kLogInterval).count()) return;
  if (!logged_at_.compare_exchange_strong(before, now)) return;
  context_.log.warning("Sign-ins are refused for a while: too many passwords were wrong.",
                       {{"peer", address}});
}

audit::Event SignIn::event(const Asker& asker, audit::Action action, const User& user) const {
  const WallTime now = context_.clock.now();
  audit::Event event{.id = crypto::make_uuid(now, context_.random), .at = now, .action = action};
  event.actor_kind = asker.kind;
  event.actor_id = asker.user;
  event.key_id = asker.key;
  event.subject_id = user.id.uuid;
  event.subject_name = user.name;
  event.request_id = asker.request_id;
  event.peer = asker.peer;
  return event;
}

}  // namespace strongroom::identity
