#include "api/error_response.h"

#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"

namespace strongroom::api {
namespace {

const Uuid kRequest = *Uuid::parse("0198c0de-0000-7000-8000-00000000000f");
const Uuid kOther = *Uuid::parse("0198c0de-0000-7000-8000-000000000001");

// The problem document, member by member: text as it is, anything else as JSON.
std::map<std::string, std::string> document(const http::Response& response) {
  std::map<std::string, std::string> members;
  const auto parsed = parse_json(response.body);
  if (!parsed) throw std::runtime_error(response.body);
  for (const auto& [name, value] : parsed->as_object()) {
    members[name] =
        value.is_string() ? std::string(value.get_string().c_str()) : boost::json::serialize(value);
  }
  return members;
}

std::string header(const http::Response& response, std::string_view name) {
  const std::string* value = http::find_header(response.headers, name);
  return value == nullptr ? std::string() : *value;
}

TEST(ErrorResponse, GivesEveryCodeItsStatusAndItsName) {
  const std::pair<Code, std::pair<int, std::string_view>> expected[] = {
      {Code::kInvalidArgument, {400, "invalid_argument"}},
      {Code::kUnauthenticated, {401, "unauthenticated"}},
      {Code::kPermissionDenied, {403, "permission_denied"}},
      {Code::kNotFound, {404, "not_found"}},
      {Code::kConflict, {409, "conflict"}},
      {Code::kPreconditionFailed, {412, "precondition_failed"}},
      {Code::kPreconditionRequired, {428, "precondition_required"}},
      {Code::kNeedsConsent, {424, "needs_consent"}},
      {Code::kProviderRefused, {424, "provider_refused"}},
      {Code::kRateLimited, {429, "rate_limited"}},
      {Code::kUnavailable, {503, "unavailable"}},
      {Code::kCorrupt, {500, "corrupt"}},
      {Code::kInternal, {500, "internal"}},
  };
  for (const auto& [code, answer] : expected) {
    const http::Response response = error_response(Error{code, "a message"}, kRequest);
    const auto problem = document(response);
    EXPECT_EQ(response.status, answer.first) << answer.second;
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(problem.at("type"), "/problems/" + std::string(answer.second));
    EXPECT_EQ(problem.at("status"), std::to_string(answer.first));
    EXPECT_EQ(problem.at("code"), answer.second);
    EXPECT_EQ(problem.at("detail"), "a message");
    EXPECT_EQ(problem.at("request_id"), kRequest.text());
    EXPECT_EQ(header(response, "X-Request-Id"), kRequest.text());
    EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  }
}

TEST(ErrorResponse, NamesTheProblemAndLinksWhatIsInTheWay) {
  const Error error =
      Error{Code::kConflict, "taken", {}, "duplicate"}.at("/name").with("existing_id", kOther);
  const auto problem = document(error_response(error, kRequest, "/api/v1/projects"));
  EXPECT_EQ(problem.at("type"), "/problems/duplicate");
  EXPECT_EQ(problem.at("field"), "/name");
  EXPECT_EQ(problem.at("existing_id"), kOther.text());
  EXPECT_EQ(problem.at("existing"), "/api/v1/projects/" + kOther.text());
}

TEST(ErrorResponse, ShowsEveryKindOfParameterAsItsJsonType) {
  const Error error = Error{Code::kConflict, "no"}
                          .with("max_ttl", std::int64_t{90})
                          .with("at", WallTime(Milliseconds(0)))
                          .with("permission", VisibleName{"view \"<\n"});
  const auto problem = document(error_response(error, kRequest));
  EXPECT_EQ(problem.at("max_ttl"), "90");
  EXPECT_EQ(problem.at("at"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(problem.at("permission"), "view \"<\n");
}

TEST(ErrorResponse, TellsWhoMustAuthenticateAndWhenToComeBack) {
  EXPECT_EQ(
      header(error_response(Error{Code::kUnauthenticated, "who"}, kRequest), "WWW-Authenticate"),
      "Bearer");
  for (const Code code : {Code::kRateLimited, Code::kUnavailable, Code::kProviderRefused}) {
    const Error error = Error{code, "later"}.with("retry_after", std::int64_t{7});
    EXPECT_EQ(header(error_response(error, kRequest), "Retry-After"), "7");
  }
  EXPECT_EQ(header(error_response(Error{Code::kUnavailable, "later"}, kRequest), "Retry-After"),
            "");
}

TEST(ErrorResponse, KeepsTheDetailToItself) {
  const Error error{Code::kInternal, "a bug", "disk /dev/sda1 said canary-4711"};
  EXPECT_EQ(error_response(error, kRequest).body.find("canary"), std::string::npos);
}

TEST(ErrorResponse, KnowsWhatOnlyHttpKnows) {
  EXPECT_EQ(error_response(method_not_allowed(), kRequest).status, 405);
  EXPECT_EQ(error_response(unsupported_media_type(), kRequest).status, 415);
}

}  // namespace
}  // namespace strongroom::api
