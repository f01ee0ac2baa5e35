#include "api/verifications.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/account_json.h"
#include "api/json_writer.h"
#include "api/need.h"
#include "api/object_reader.h"
#include "api/resource.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kCollection = "/api/v1/oauth-clients";
constexpr std::string_view kVerify = "/api/v1/oauth-clients/{id}/verify";
constexpr std::string_view kVerification = "/api/v1/oauth-clients/{id}/verification";

void write_members(JsonWriter& json, const vault::Verification& found) {
  json.member("outcome", to_text(found.outcome));
  json.member("way", to_text(found.way));
  json.member("at", found.at);
  json.member("account", found.account);
  json.member("expires_at", found.expires_at);
  write_failure(json, found.failure);
  json.member("renewal", to_text(found.renewal));
  json.member("next_at", found.next_at);
}

// The provider takes its time, so no worker waits for it.
void verify(vault::Verifications& verifications, Call call) {
  const auto id = call.id<vault::OAuthClientId>(0);
  if (!id) return std::move(call).answer(id.error());
  if (const Status empty = ObjectReader::expect_nothing(call.request()); !empty) {
    return std::move(call).answer(empty.error());
  }
  auto waiting = std::make_shared<Call>(std::move(call));
  verifications.verify(waiting->actor(), *id, [waiting](Result<vault::Verification> found) {
    if (!found) return std::move(*waiting).answer(found.error());
    JsonWriter json;
    json.begin_object();
    write_members(json, *found);
    json.end_object();
    std::move(*waiting).answer(json_response(json.take()));
  });
}

Result<http::Response> show(vault::Verifications& verifications, const Call& call) {
  STRONGROOM_TRY(const auto id, call.id<vault::OAuthClientId>(0));
  STRONGROOM_TRY(const auto found, verifications.last(call.actor(), id));
  JsonWriter json;
  json.begin_object();
  if (found) {
    json.begin_object("verification");
    write_members(json, *found);
    json.end_object();
  } else {
    json.member("verification", nullptr);
  }
  json.end_object();
  return json_response(json.take());
}

Status add(std::vector<Route>& routes, Route route) {
  route.need = find_need(route.method, route.pattern);
  if (!route.need) {
    return Error{Code::kInternal, "A route does not say what it needs.",
                 std::string(route.pattern)};
  }
  routes.push_back(std::move(route));
  return {};
}

}  // namespace

Status add_verification_routes(vault::Verifications& verifications, std::vector<Route>& routes) {
  STRONGROOM_CHECK(
      add(routes, {"POST", kVerify, kCollection, Caller::kPerson, true,
                   [&verifications](Call call) { verify(verifications, std::move(call)); }}));
  return add(routes,
             {"GET", kVerification, kCollection, Caller::kPerson, true,
              answering([&verifications](const Call& call) { return show(verifications, call); })});
}

}  // namespace strongroom::api
