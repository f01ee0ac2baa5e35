#pragma once
// A provider that grants less than it did: the robots find out when something is denied to them.

#include <string_view>

#include "audit/event.h"
#include "base/result.h"
#include "vault/context.h"
#include "vault/lookup_index.h"
#include "vault/token_key.h"

namespace strongroom::vault {

// True: some scope of `before`, both lists as RFC 6749 section 3.3 has them, is not in `now`. Of an
// empty list nobody knows what it stands for, so it is narrower than nothing, nor is anything than
// it.
bool is_narrower(std::string_view now, std::string_view before);

// Records, in `tx` and with a line in the log, that the token may do less than the client's token
// for the same resource before it; the next one that may do no less than that says nothing more.
// `event`: that tokens were retrieved.
Status record_narrowed(Context& context, storage::Transaction& tx, const TokenKey& key,
                       const TokenEntry& token, audit::Event event);

}  // namespace strongroom::vault
