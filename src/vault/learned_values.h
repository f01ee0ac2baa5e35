#pragma once
// The values besides tokens that a client's provider said (catalogue/wire_rules.h), for who uses
// the tokens: Salesforce's "instance_url". Stored sealed, with the token that they came with, so
// that nobody who can only write to the database sends robots and their tokens elsewhere. Nothing
// of Strongroom's is ever sent where they say.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guarded.h"
#include "base/result.h"
#include "oauth/raw_answer.h"
#include "storage/learned_value_rows.h"
#include "vault/context.h"
#include "vault/token_key.h"

namespace strongroom::vault {

using LearnedTexts = std::map<std::string, std::string>;  // by the entry's names

// What an answer that brought tokens, or the query of a callback, says of the values of
// `service_provider`'s entry. What comes and is none is left out, and the log says so.
LearnedTexts learned_from_answer(Context& context, OAuthClientId client,
                                 std::string_view service_provider,
                                 const oauth::TokenAnswer& answer);
LearnedTexts learned_from_callback(Context& context, OAuthClientId client,
                                   std::string_view service_provider, std::string_view query);

// Which of the values that are stored stay beside new ones.
enum class LearnedBefore : std::uint8_t {
  kStays,   // those of the entry that were not said anew
  kIsOver,  // none: somebody signed in, perhaps with another account
};

// What is to be stored. Never inside a transaction: sealing may write.
struct SealedLearned {
  Uuid client;
  bool is_over = false;                               // what is stored goes
  std::optional<storage::LearnedValuesRow> row = {};  // nullopt: there is nothing new
};
// Where it cannot be sealed the token counts all the same, and the log says so.
SealedLearned seal_learned(Context& context, OAuthClientId client,
                           std::string_view service_provider, LearnedTexts learned,
                           LearnedBefore before);
// Of an answer to a client, or to a refresh: what is stored and is not said anew stays.
SealedLearned learn(Context& context, OAuthClientId client, std::string_view service_provider,
                    const oauth::TokenAnswer& answer);
Status store_learned(storage::Transaction& tx, const SealedLearned& learned);

// What is stored of a client; empty: nothing. Errors: kCorrupt.
Result<LearnedTexts> read_learned(Context& context, OAuthClientId client);

// The same for look-ups, ready to be written: read once for each token. Safe to use from any
// thread.
class KnownLearned {
 public:
  using Text = std::shared_ptr<const std::string>;  // a JSON object; empty: nothing was learned

  explicit KnownLearned(Context& context) : context_(context) {}

  // Whether the entry of this provider has such values at all.
  bool has_some(std::string_view service_provider) const;
  // What was known when the token of `generation` was first asked for; null: that has not been read
  // yet. Never blocks.
  Text find(const TokenKey& key, std::int64_t generation);
  // Reads it, and knows it from then on. Blocks. What cannot be read is empty, and the log says so.
  Text read(const TokenKey& key, std::int64_t generation);

 private:
  struct Known {
    std::int64_t generation = 0;
    Text text;
  };

  Context& context_;
  Guarded<std::unordered_map<TokenKey, Known, TokenKeyHash>> known_;
};

}  // namespace strongroom::vault
