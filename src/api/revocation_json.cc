#include "api/revocation_json.h"

#include "api/account_json.h"

namespace strongroom::api {

void write_revocation(JsonWriter& json, const std::optional<vault::Revocation>& revocation) {
  if (!revocation) return json.member("revocation", nullptr);
  json.begin_object("revocation");
  json.member("state", to_text(revocation->state));
  json.member("asked_at", revocation->asked_at);
  json.member("next_try_at", revocation->next_try_at);
  write_failure(json, revocation->failure);
  json.member("by_hand", revocation->by_hand);
  json.member("page", revocation->page);
  json.end_object();
}

}  // namespace strongroom::api
