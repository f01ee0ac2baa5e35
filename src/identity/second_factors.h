#pragma once
// Second factors: what somebody has beside a password, an app that shows codes (RFC 6238), and
// recovery codes for the day on which the phone is lost.
//
// Each code works once: of an app's codes the step of the latest is kept, so a clock that is set
// back brings none of them back; of recovery codes those are forgotten that were used.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "crypto/sealer.h"
#include "identity/context.h"
#include "identity/one_time_code.h"
#include "identity/rights.h"
#include "identity/second_factor_record.h"
#include "identity/types.h"
#include "identity/users.h"

namespace strongroom::identity {

// What may be said of one.
struct SecondFactorInfo {
  bool is_confirmed = false;  // until then it is asked for nowhere
  std::size_t recovery_codes_left = 0;
};

// Shown this once.
struct NewSecondFactor {
  CodeSecretText secret;
  OtpauthUri uri;
};
using RecoveryCodes = std::vector<RecoveryCode>;

// Safe to use from any thread; all but info() block. Errors, beside their own: kUnavailable
// (storage), "audit_unavailable"; kCorrupt; kNotFound, no such user.
class SecondFactors {
 public:
  // All of them, and everything in `context`, must outlive this. `sealer`: that of `context`.
  SecondFactors(const Context& context, crypto::Sealer& sealer, Users& users, const Rights& rights)
      : context_(context), sealer_(sealer), users_(users), rights_(rights) {}

  // How long a secret waits for the first code from it.
  static constexpr Milliseconds kPending = std::chrono::minutes(15);

  std::optional<SecondFactorInfo> info(UserId user) const;

  // A secret for the asker's app, in place of one that was not confirmed. `server`: see
  // otpauth_uri(). Errors: kConflict "second_factor_exists", "no_password".
  Result<NewSecondFactor> begin(const Asker& asker, std::string_view server);
  // The app has it: from now on it is asked for. Errors: kInvalidArgument at /code;
  // kConflict "no_pending_second_factor", "second_factor_exists".
  Result<RecoveryCodes> confirm(const Asker& asker, std::string_view code);
  // New ones, in place of those that are left. Errors: kConflict "no_second_factor".
  Result<RecoveryCodes> renew_recovery_codes(const Asker& asker);
  // The asker's own. Ending one that is not there is no error.
  Status end(const Asker& asker);
  // Somebody else's, who can sign in with the password alone then: the asker needs kManageUsers
  // and all that the user may do. For people who have lost both phone and recovery codes.
  Status reset(const Asker& asker, UserId user);

  // Takes a code, as a part of a greater change: it is used up once `tx` is committed. True: it was
  // a recovery code, which is recorded. Errors: kUnauthenticated "wrong_credentials" at /code.
  Result<bool> accept(storage::Transaction& tx, const Asker& asker, UserId user,
                      std::string_view code);
  // Takes an app's code while nothing can be written. It is used up until the program ends. Errors:
  // as accept(), for recovery codes too.
  Status accept_unwritten(UserId user, std::string_view code);
  // Seals anew what was sealed with the server's key `old`, and counts what is left of that.
  Status reseal(const crypto::KeyId& old);
  static Result<std::int64_t> count_sealed_with(storage::Snapshot& snapshot,
                                                const crypto::KeyId& old);

  // Somebody had the password, and no right code.
  void record_refusal(const Asker& asker, const User& user);

 private:
  struct Held {
    storage::UserRow row;
    SecondFactorRecord record;
  };
  Result<Held> hold(storage::Snapshot& snapshot, UserId user) const;
  Status put(storage::Transaction& tx, Held held);
  Status remove(storage::Transaction& tx, const Asker& asker, UserId user, audit::Action action);
  Status record(storage::Transaction& tx, const Asker& asker, audit::Action action,
                const storage::UserRow& row);
  Result<RecoveryCodes> make_recovery_codes(UserId user, SecondFactorRecord& record) const;
  Result<std::optional<std::int64_t>> step_of(UserId user, const SecondFactorRecord& record,
                                              std::string_view code) const;
  Result<bool> take_recovery_code(UserId user, std::string_view code,
                                  SecondFactorRecord& record) const;

  Context context_;
  crypto::Sealer& sealer_;
  Users& users_;
  const Rights& rights_;
  // The latest step that was taken while nothing could be written.
  mutable Guarded<std::unordered_map<UserId, std::int64_t, UuidHash>> unwritten_;
};

// A code of an app without the spaces that people type into it; anything else as it is.
std::string typed_code(std::string_view typed);

}  // namespace strongroom::identity
