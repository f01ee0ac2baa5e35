#include <memory>

#include "api/error_response.h"
#include "api/lookup.h"
#include "api/resource.h"
#include "api/resources.h"
#include "vault/lookup.h"

namespace strongroom::api {
namespace {

constexpr std::int64_t kMostSeconds = 0x7fffffff;

// What a page could do in somebody's name is done by a key alone.
Error not_in_the_console() {
  return Error{Code::kPermissionDenied,
               "Tokens are given to API keys alone, never to the console's session.",
               {},
               "not_in_the_console"};
}

struct Question {
  vault::OAuthClientId client;
  std::optional<Seconds> min_ttl;
  std::string resource;
};

Result<Question> read_question(const Call& call) {
  if (!call.signed_in().session.uuid.is_nil()) return not_in_the_console();
  Question question;
  STRONGROOM_TRY(question.client, call.id<vault::OAuthClientId>(0));
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(call.request().query));
  if (const auto seconds = query.number("min_ttl", 0, kMostSeconds)) {
    question.min_ttl = Seconds(*seconds);
  }
  question.resource = query.text("resource").value_or("");
  STRONGROOM_CHECK(query.finish());
  STRONGROOM_CHECK(ObjectReader::expect_nothing(call.request()));
  return question;
}

// On the event loop, right before it leaves: the key may have gone, or lost the right, since.
http::Response token_response(const Services& services, const identity::SignedIn& asker,
                              const Uuid& request_id, vault::Handout& handout) {
  const auto now = services.api_keys.again(asker);
  if (!now) {
    return error_response(Error{Code::kUnauthenticated, "This API key was revoked or has expired."},
                          request_id);
  }
  handout.person->grants = now->grants;
  auto letters = lookup_body(services.lookups, services.clock, handout);
  if (!letters) return error_response(letters.error(), request_id);
  http::Response response = json_response(*std::move(letters));
  response.secret = true;
  return response;
}

void extract(const Services& services, Call call) {
  auto question = read_question(call);
  if (!question) return std::move(call).answer(question.error());
  const vault::Actor actor = call.actor();
  auto waiting = std::make_shared<Call>(std::move(call));
  services.lookups.extract(
      actor, {question->client, question->min_ttl, question->resource},
      [&services, waiting](Result<vault::Handout> handout) {
        if (!handout) return std::move(*waiting).answer(handout.error());
        std::move(*waiting).answer_late([&services, asker = waiting->signed_in(),
                                         request_id = waiting->request_id(),
                                         handout = *std::move(handout)]() mutable {
          return token_response(services, asker, request_id, handout);
        });
      });
}

}  // namespace

void add_extract_route(const Services& services, std::vector<Route>& routes) {
  routes.push_back({"POST", "/api/v1/oauth-clients/{id}/extract", "/api/v1/oauth-clients",
                    Caller::kPerson, false,
                    [&services](Call call) { extract(services, std::move(call)); }});
}

}  // namespace strongroom::api
