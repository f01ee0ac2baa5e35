#pragma once
// How a user's second factor is kept: one text in the user's row, which the row's MAC covers.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "crypto/sealer.h"
#include "identity/one_time_code.h"
#include "identity/types.h"

namespace strongroom::identity {

struct SecondFactorRecord {
  bool is_confirmed = false;  // a code was shown; until then it is asked for nowhere
  std::int64_t made_at = 0;   // milliseconds since 1970; seals of an earlier one do not open
  std::string sealed_secret;
  std::int64_t last_step = 0;  // of the latest code that was taken: none up to it is taken again
  std::vector<std::string> recovery_codes;  // MACs of those that were not used
};

// "confirmed 1764…": words between spaces.
std::string to_text(const SecondFactorRecord& record);
// Errors: kCorrupt, also where there is none.
Result<SecondFactorRecord> second_factor_from(std::string_view text);
// Whether the text of a row is a second factor that was confirmed. Cheap.
bool is_confirmed_second_factor(std::string_view text);

// Errors: as Sealer's; `user` and the time at which it was made are its place.
Result<std::string> seal_code_secret(crypto::Sealer& sealer, const UserId& user,
                                     std::int64_t made_at, const CodeSecret& secret);
Result<CodeSecret> open_code_secret(const crypto::Sealer& sealer, const UserId& user,
                                    const SecondFactorRecord& record);

// The same secret, sealed with the server's key of now. Errors: as Sealer::reseal().
Status reseal_code_secret(crypto::Sealer& sealer, const UserId& user, SecondFactorRecord& record);

// Recovery codes: for whoever lost the phone. "k7m2-9qda-xw4t", 60 bits each.
using RecoveryCode = Secret<struct RecoveryCodeKind>;
inline constexpr std::size_t kRecoveryCodes = 10;
RecoveryCode make_recovery_code(crypto::Random& random);
// Under the server's key, so that whoever steals the database cannot search for the code. Of a code
// as it was typed: in any case, with or without dashes and spaces. Errors: as Sealer::mac().
Result<std::string> recovery_code_mac(const crypto::Sealer& sealer, const UserId& user,
                                      std::string_view typed);

}  // namespace strongroom::identity
