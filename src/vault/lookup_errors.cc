#include "vault/lookup_errors.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace strongroom::vault {
namespace {

constexpr Seconds whole_seconds(Milliseconds left) {
  return std::chrono::floor<Seconds>(std::max(left, Milliseconds{0}));
}

}  // namespace

Error unauthenticated() {
  return Error{Code::kUnauthenticated, "This robot key is unknown, wrong or revoked."};
}

Error no_such_client() {
  return Error{Code::kNotFound, "There is no such OAuth client that this robot may read."};
}

Error no_such_secret() {
  return Error{Code::kNotFound, "There is no such secret that this robot may read."};
}

Error value_changed() {
  return Error{Code::kUnavailable,
               "The secret's values were changed meanwhile; ask again.",
               {},
               "overloaded"}
      .with("retry_after", std::int64_t{1});
}

Error tokens_withdrawn() {
  return Error{Code::kUnavailable,
               "The client's tokens were withdrawn meanwhile; ask again.",
               {},
               "overloaded"}
      .with("retry_after", std::int64_t{1});
}

Error audit_unavailable(const Error& cause) {
  return Error{Code::kUnavailable, "The audit trail cannot be written, so no token is handed out.",
               cause.detail, "audit_unavailable"}
      .with("retry_after", std::int64_t{1});
}

Error secret_audit_unavailable(const Error& cause) {
  return Error{Code::kUnavailable, "The audit trail cannot be written, so no secret is handed out.",
               cause.detail, "audit_unavailable"}
      .with("retry_after", std::int64_t{1});
}

Error lifetime_unknown() {
  return Error{Code::kInvalidArgument,
               "Nobody knows how long this token lives, so none can be promised.",
               {},
               "lifetime_unknown"}
      .at("min_ttl");
}

Error min_ttl_not_met(Milliseconds left) {
  return Error{
      Code::kConflict, "No token with that much life left can be had now.", {}, "min_ttl_not_met"}
      .with("max_ttl", whole_seconds(left).count());
}

Error token_is_bound() {
  return Error{Code::kConflict,
               "This token works only together with a key or certificate that stays here, so it is "
               "not handed out.",
               {},
               "token_is_bound"};
}

Error token_needs_proof() {
  return Error{
      Code::kConflict,
      "This token works only together with a key that stays here, so it is not handed out: "
      "ask for the authorization header of each request instead.",
      {},
      "token_is_bound"};
}

Error too_busy() {
  return Error{
      Code::kUnavailable, "There is too much to do; try again in a moment.", {}, "overloaded"}
      .with("retry_after", std::int64_t{1});
}

Error robot_not_named() {
  return Error{Code::kInvalidArgument,
               "This is a runner's key: name the robot that it asks for in X-Strongroom-Robot.",
               {},
               "robot_not_named"};
}

Error unknown_resource() {
  return Error{Code::kInvalidArgument,
               "The target system does not list this resource among those that may be asked for.",
               {},
               "unknown_resource"}
      .at("resource");
}

Error expired_on_arrival(Milliseconds pause) {
  const Seconds wait = std::max(std::chrono::ceil<Seconds>(pause), Seconds{1});
  return Error{Code::kUnavailable,
               "The provider's token had expired by the time it arrived.",
               {},
               "token_expired_on_arrival"}
      .with("retry_after", std::int64_t{wait.count()});
}

Error for_a_robot(Error error) {
  if (error.code == Code::kConflict || error.code == Code::kInvalidArgument) {
    error.code = Code::kProviderRefused;
    std::erase_if(error.parameters,
                  [](const ErrorParameter& parameter) { return parameter.name.view() == "field"; });
  }
  return error;
}

}  // namespace strongroom::vault
