#include "api/secret_lookup.h"

#include <optional>
#include <utility>

#include "api/error_response.h"
#include "api/lookup.h"
#include "api/router.h"
#include "base/clock.h"
#include "base/json.h"

namespace strongroom::api {
namespace {

constexpr std::size_t kRoomForMembers = 512;  // of an answer: what is always there
constexpr std::size_t kLongestEscape = 6;     // of one byte, as JSON: \u001b

void add_member(std::string& out, std::string_view name, std::string_view text) {
  out.append(name);
  append_json_string(out, text);
}

void add_expiry(std::string& out, const std::optional<WallTime>& expires_on) {
  constexpr std::size_t kDate = 10;
  if (!expires_on) {
    out.append(",\"expires_on\":null");
    return;
  }
  add_member(out, ",\"expires_on\":", rfc3339(*expires_on).substr(0, kDate));
}

std::size_t letters_of(const vault::SecretEntry& secret) {
  return 2 * secret.user_name.size() + secret.current.sealed.size() +
         (secret.next ? secret.next->sealed.size() : 0);
}

}  // namespace

// Both kinds of look-up name things alike; of a token's own parameters a secret knows none.
Result<SecretLookupQuery> read_secret_lookup_query(std::string_view query, bool by_id) {
  STRONGROOM_TRY(LookupQuery wanted, read_lookup_query(query, by_id));
  if (wanted.min_ttl || wanted.run || wanted.deadline || !wanted.resource.empty()) {
    return Error{Code::kInvalidArgument, "The query has a parameter that look-ups do not know."};
  }
  return SecretLookupQuery{std::move(wanted.project), std::move(wanted.target_system),
                           std::move(wanted.label)};
}

Result<std::string> secret_lookup_body(vault::SecretLookups& lookups,
                                       const vault::SecretHandout& handout) {
  STRONGROOM_TRY(const vault::OpenedSecret opened, lookups.collect(handout));
  const vault::SecretEntry& secret = *handout.secret;
  std::string out;
  // All of it at once: a buffer that grows would leave the value behind in the one before.
  out.reserve(kRoomForMembers + kLongestEscape * letters_of(secret));
  secret.id.uuid.append_text(out.append("{\"id\":\""));
  add_member(out, "\",\"kind\":", to_text(secret.kind));
  add_member(out, ",\"user_name\":", secret.user_name);
  add_member(out, ",\"value\":", opened.value.reveal());
  add_expiry(out, secret.current.expires_on);
  if (!opened.next) {
    out.append(",\"next\":null}");
    return out;
  }
  add_member(out, ",\"next\":{\"value\":", opened.next->reveal());
  add_member(out, ",\"user_name\":", secret.user_name);
  add_expiry(out, secret.next->expires_on);
  out.append("}}");
  return out;
}

// `id` is a part of the request, which lives as long as its Responder.
void SecretLookupRoute::answer(const http::Request& request, http::Responder responder,
                               std::string_view id, const Uuid& request_id) const {
  if (!RobotAuthentication::may_be_proven(request)) {
    return answer(std::move(responder), id, request_id, std::nullopt);
  }
  // Read here for its project alone: what is wrong with it is said to who has proved a robot.
  const auto wanted = read_secret_lookup_query(request.query, !id.empty());
  vault::RobotProofs::For what{.project =
                                   wanted ? std::string_view(wanted->project) : std::string_view()};
  if (!id.empty()) {
    const auto secret = index_.find(vault::SecretId::parse(id).value_or(vault::SecretId{}));
    if (secret) what.project_id = secret->project;
  }
  robots_.prove(
      request, std::move(responder), request_id, what,
      [this, id, request_id](http::Responder proving, const vault::RobotProofs::Proven& proven) {
        answer(std::move(proving), id, request_id, proven);
      });
}

void SecretLookupRoute::answer(http::Responder responder, std::string_view id,
                               const Uuid& request_id,
                               const vault::RobotProofs::Proven& proven) const {
  const http::Request& request = responder.request();
  const std::string request_text = request_id.text();
  vault::SecretQuestion question;
  question.asked.robot_key = bearer_credential(request.authorization);
  question.asked.proven = proven;
  question.asked.in_the_name_of = RobotAuthentication::named_robot(request);
  question.asked.peer = request.peer;
  question.asked.request_id = request_text;
  const auto wanted = read_secret_lookup_query(request.query, !id.empty());
  if (!wanted) {
    const Status known = tokens_.check_key(question.asked);
    http::Response refused =
        robots_.refusal(known ? wanted.error() : known.error(), responder, request_id);
    return std::move(responder).send(std::move(refused));
  }
  // What is no id is asked for all the same, as an id that nothing has: same answer, same work.
  if (!id.empty()) question.id = vault::SecretId::parse(id).value_or(vault::SecretId{});
  question.asked.project = wanted->project;
  question.asked.target_system = wanted->target_system;
  question.asked.label = wanted->label;
  lookups_.ask(question, [this, request_id, responder = std::move(responder)](
                             Result<vault::SecretHandout> handout) mutable {
    if (!handout) {
      http::Response refused = robots_.refusal(handout.error(), responder, request_id);
      return std::move(responder).send(std::move(refused));
    }
    std::move(responder).send(
        [this, request_id, handout = *std::move(handout)] { return body(handout, request_id); });
  });
}

http::Response SecretLookupRoute::body(const vault::SecretHandout& handout,
                                       const Uuid& request_id) const {
  auto letters = secret_lookup_body(lookups_, handout);
  if (!letters) return error_response(letters.error(), request_id);
  http::Response response;
  response.body = *std::move(letters);
  response.secret = true;
  response.headers.push_back({"X-Request-Id", request_id.text()});
  if (handout.old_label_until) add_old_label(response, *handout.old_label_until);
  return response;
}

}  // namespace strongroom::api
