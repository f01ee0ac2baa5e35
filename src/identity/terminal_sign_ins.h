#pragma once
// Signing in from a terminal: the program shows a short code, a person who is signed in to the
// console compares it and says yes, and the program gets an API key of theirs (RFC 8628).
//
// What waits is kept in memory alone: anybody can begin one, and what nobody in particular asks for
// is not written down. After a restart of the server the command is given again.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/permission.h"
#include "base/result.h"
#include "crypto/bearer_key.h"
#include "crypto/digest.h"
#include "identity/api_keys.h"
#include "identity/context.h"
#include "identity/sign_in_throttle.h"
#include "identity/types.h"

namespace strongroom::identity {

inline constexpr std::string_view kDeviceCodePrefix = "srk_terminal_";

// What the terminal is told (RFC 8628 section 3.2).
struct TerminalSignIn {
  crypto::BearerKey device_code;  // with which it asks; shown this once
  std::string user_code;          // "BCDF-GHJK", for the person to compare
};

enum class TerminalState : std::uint8_t { kWaiting, kApproved, kDenied };

// What a person is shown who has the code.
struct TerminalRequest {
  std::string user_code;
  std::string host;     // as the terminal calls its machine; nobody has proved it
  std::string address;  // where the request came from
  WallTime started_at{};
  WallTime expires_at{};
  TerminalState state = TerminalState::kWaiting;
};

struct TerminalApproval {
  std::int64_t days = 30;                  // that the key lives
  std::optional<Permissions> permissions;  // nullopt: all that the approver has
};

// Safe to use from any thread; approve(), collect() and sweep() block and belong on a worker.
class TerminalSignIns {
 public:
  // `api_keys` and everything in `context` must outlive this.
  TerminalSignIns(const Context& context, ApiKeys& api_keys);

  static constexpr Milliseconds kLifetime = std::chrono::minutes(10);
  static constexpr Seconds kInterval{2};  // between two questions of a terminal
  static constexpr Seconds kSlowDown{5};  // more, each time that it asks too soon (section 3.5)
  static constexpr std::size_t kMost = 1000;
  static constexpr std::size_t kMostOfAddress = 20;
  static constexpr std::int64_t kLongestDays = 3650;

  // `host` is what the terminal says, in any form. Errors: kRateLimited "too_many_attempts", so
  // many wait already, of this address or of all.
  Result<TerminalSignIn> start(std::string_view host, const std::string& address);

  // The code in any case, with or without its hyphen. Who tries codes is slowed down, by user and
  // by address. Errors: kNotFound, unknown or over; kRateLimited "too_many_attempts".
  Result<TerminalRequest> find(const Asker& asker, std::string_view user_code);
  // Makes the key, which the terminal fetches with its next question: "terminal on HOST", of the
  // user who asks, with at most their rights. Errors: as find(); kConflict "sign_in_decided",
  // somebody has said yes or no before; kInvalidArgument at /expires_in_days; as ApiKeys::create().
  Status approve(const Asker& asker, std::string_view user_code, const TerminalApproval& approval);
  // Works while the audit trail cannot be written. Errors: as find(); kConflict "sign_in_decided".
  Status deny(const Asker& asker, std::string_view user_code);

  // What the terminal asks every kInterval. The key is given out once, and only after that is in
  // the audit trail. Errors: kInvalidArgument "authorization_pending", "slow_down", "access_denied"
  // or "expired_token", over, fetched or never there (section 3.5); kUnavailable
  // "audit_unavailable", the key can still be fetched.
  Result<NewApiKey> collect(std::string_view device_code, const Asker& asker);

  // Drops what is over, and revokes the keys that nobody fetched. To be called once a minute.
  // Errors: as ApiKeys::revoke(); what was not revoked is tried again.
  Status sweep();

 private:
  struct Entry {
    crypto::Sha256Digest device{};
    std::string letters;  // of the user code, without the hyphen
    TerminalRequest shown;
    Deadline end{};
    bool deciding = false;         // somebody's approval is being written down
    std::optional<NewApiKey> key;  // approved, and not fetched yet
    BootTime next_question{};
    Milliseconds interval = kInterval;
  };
  // So few that looking at all of them costs less than the answer's TLS.
  using Entries = std::list<Entry>;

  bool is_over(const Entry& entry) const;
  Entry* find_by_code(Entries& entries, std::string_view letters) const;
  Entry* find_by_device(Entries& entries, const crypto::Sha256Digest& device) const;
  std::string new_letters(const Entries& entries) const;
  Result<std::string> read_code(const Asker& asker, std::string_view user_code);
  Result<TerminalRequest> begin_decision(const Asker& asker, std::string_view user_code);
  void end_decision(const std::string& user_code, std::optional<NewApiKey> key);
  Result<NewApiKey> take_key(const crypto::Sha256Digest& device);
  Status record(const Asker& asker, audit::Action action, const TerminalRequest& request,
                const Uuid& key);

  Context context_;
  ApiKeys& api_keys_;
  SignInThrottle throttle_;
  Guarded<Entries> entries_;
};

}  // namespace strongroom::identity
