#include "vault/scope_changes.h"

#include <utility>

#include "crypto/uuid.h"

namespace strongroom::vault {
namespace {

std::string_view take_word(std::string_view& rest) {
  const std::size_t begin = std::min(rest.find_first_not_of(' '), rest.size());
  rest.remove_prefix(begin);
  const std::string_view word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  return word;
}

bool has_word(std::string_view list, std::string_view wanted) {
  for (std::string_view word = take_word(list); !word.empty(); word = take_word(list)) {
    if (word == wanted) return true;
  }
  return false;
}

}  // namespace

bool is_narrower(std::string_view now, std::string_view before) {
  if (now.empty()) return false;
  for (std::string_view word = take_word(before); !word.empty(); word = take_word(before)) {
    if (!has_word(now, word)) return true;
  }
  return false;
}

Status record_narrowed(Context& context, storage::Transaction& tx, const TokenKey& key,
                       const TokenEntry& token, audit::Event event) {
  const auto client = context.index.find(key.client).client;
  const auto before = client ? token_for(*client, key.resource) : nullptr;
  // What was asked for is another thing since: somebody wanted that.
  if (!before || before->is_former || !is_narrower(token.scope, before->scope)) return {};
  context.log.warning("A client's new token may do less than the one before.",
                      {{"oauth_client", key.client.uuid}});
  event.id = crypto::make_uuid(event.at, context.random);
  event.action = audit::Action::kScopesNarrowed;
  event.reason = {};
  return context.trail.record_change(tx, event);
}

}  // namespace strongroom::vault
