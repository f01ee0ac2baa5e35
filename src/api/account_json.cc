#include "api/account_json.h"

namespace strongroom::api {

void write_account(JsonWriter& json, LiteralText name,
                   const std::optional<vault::BoundAccount>& account) {
  if (!account) return json.member(name, nullptr);
  json.begin_object(name);
  json.member("issuer", account->issuer);
  json.member("subject", account->subject);
  json.member("tenant", account->tenant);
  json.member("name", account->name);
  json.end_object();
}

void write_failure(JsonWriter& json, const std::optional<vault::OAuthClientFailure>& failure) {
  if (!failure) return json.member("failure", nullptr);
  json.begin_object("failure");
  json.member("cause", failure->cause);
  json.member("message", failure->message);
  json.member("who_must_act", failure->who_must_act);
  json.member("where", failure->where);
  json.member("at", failure->at);
  json.begin_array("possible_reasons");
  for (const std::string& reason : failure->possible_reasons) json.value(reason);
  json.end_array();
  json.end_object();
}

}  // namespace strongroom::api
