#include "api/authorization_header_route.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include "api/error_response.h"
#include "api/object_reader.h"
#include "api/router.h"
#include "base/json.h"
#include "http/url.h"
#include "vault/oauth_clients.h"

namespace strongroom::api {
namespace {

constexpr std::size_t kLongestMethod = 32;
constexpr std::int64_t kMostSeconds = 0x7fffffff;
constexpr std::size_t kRoomForMembers = 256;  // of an answer: what is always there
constexpr std::size_t kLongestEscape = 6;     // of one byte, as JSON: \u001b

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  const auto is_token_character = [](char c) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           kOthers.find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

void read_method(ObjectReader& body, vault::RequestToAuthorize& request) {
  body.require("method");
  request.method = body.text("method", kLongestMethod).value_or("");
  if (!is_token(request.method)) body.refuse("method", "This is no method of HTTP.");
}

void read_url(ObjectReader& body, vault::RequestToAuthorize& request) {
  body.require("url");
  auto url = http::Url::parse(body.text("url").value_or(""));
  if (!url) return body.refuse("url", url.error().message);
  request.url = std::move(url->text);
  request.host = std::move(url->host);
  request.query = std::move(url->query);
  if (url->scheme != "https") {
    body.refuse("url", "This must begin with https: a token is shown to nobody over plain HTTP.");
  }
}

void read_form(ObjectReader& body, vault::RequestToAuthorize& request) {
  body.objects("form_parameters", ObjectReader::kMostItems, [&](ObjectReader& item) {
    item.require("name");
    item.require("value");
    request.form.push_back({item.text("name").value_or(""), item.text("value").value_or("")});
  });
}

void read_nonce(ObjectReader& body, vault::RequestToAuthorize& request) {
  const auto nonce = body.text("dpop_nonce", vault::kMaxProofNonce);
  if (!nonce) return;
  if (!vault::can_be_proof_nonce(*nonce)) {
    return body.refuse("dpop_nonce", "This is not what a server's DPoP-Nonce says.");
  }
  request.dpop_nonce = *nonce;
}

std::optional<Seconds> read_seconds(ObjectReader& body, LiteralText name) {
  const auto seconds = body.number(name);
  if (!seconds) return std::nullopt;
  if (*seconds < 0 || *seconds > kMostSeconds) {
    body.refuse(name, "This must be a whole number of seconds, from 0 to 2147483647.");
    return std::nullopt;
  }
  return Seconds(*seconds);
}

void read_wanted(ObjectReader& body, LookupQuery& wanted) {
  wanted.min_ttl = read_seconds(body, "min_ttl");
  wanted.run = read_seconds(body, "run");
  if (const auto deadline = body.text("deadline")) {
    wanted.deadline = parse_rfc3339(*deadline);
    if (!wanted.deadline) {
      body.refuse("deadline", "This must be a date and time, as 2026-11-24T06:00:00Z (RFC 3339).");
    }
  }
  const auto resource = body.text("resource");
  if (resource && resource->empty()) body.refuse("resource", "This must not be empty.");
  wanted.resource = resource.value_or("");
}

// What is said of a parameter of look-ups, at the member of that name.
Error at_member(Error error, LiteralText named) {
  for (ErrorParameter& parameter : error.parameters) {
    auto* const field = std::get_if<FieldPointer>(&parameter.value);
    if (field == nullptr) continue;
    // What is said of min_ttl is of the member that wanted that life, whichever it was.
    const bool is_life = error.problem == LiteralText("lifetime_unknown");
    field->text = "/" + (is_life ? std::string(named.view()) : field->text);
  }
  return error;
}

void write_headers(const std::vector<vault::RequestHeader>& headers, std::string& out) {
  out.append("{\"authorization\":");
  append_json_string(out, headers.front().letters.reveal());
  out.append(",\"headers\":{");
  for (const vault::RequestHeader& header : headers) {
    if (&header != headers.data()) out.push_back(',');
    append_json_string(out, header.name);
    out.push_back(':');
    append_json_string(out, header.letters.reveal());
  }
  out.append("}");
}

// All of it at once: a buffer that grows would leave the token behind in the one before.
std::size_t room_for(const std::vector<vault::RequestHeader>& headers) {
  std::size_t letters = headers.front().letters.reveal().size();
  for (const vault::RequestHeader& header : headers) {
    letters += header.name.size() + header.letters.reveal().size();
  }
  return kRoomForMembers + kLongestEscape * letters;
}

}  // namespace

Result<AuthorizationHeaderQuestion> read_authorization_header_question(const http::Request& asked) {
  if (!asked.query.empty()) {
    return Error{Code::kInvalidArgument, "What is asked for stands in the body, not the address."};
  }
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(asked, BodyKind::kJson));
  auto request = std::make_shared<vault::RequestToAuthorize>();
  read_method(body, *request);
  read_url(body, *request);
  read_form(body, *request);
  read_nonce(body, *request);
  AuthorizationHeaderQuestion question;
  read_wanted(body, question.wanted);
  STRONGROOM_CHECK(body.finish());
  question.request = std::move(request);
  return question;
}

// `id` is a part of the request, which lives as long as its Responder.
void AuthorizationHeaderRoute::answer(const http::Request& request, http::Responder responder,
                                      std::string_view id, const Uuid& request_id) const {
  if (!RobotAuthentication::may_be_proven(request)) {
    return answer(std::move(responder), id, request_id, std::nullopt);
  }
  const vault::RobotProofs::For what{
      .project = {}, .client = vault::OAuthClientId::parse(id).value_or(vault::OAuthClientId{})};
  robots_.prove(
      request, std::move(responder), request_id, what,
      [this, id, request_id](http::Responder proving, const vault::RobotProofs::Proven& proven) {
        answer(std::move(proving), id, request_id, proven);
      });
}

void AuthorizationHeaderRoute::answer(http::Responder responder, std::string_view id,
                                      const Uuid& request_id,
                                      const vault::RobotProofs::Proven& proven) const {
  const http::Request& request = responder.request();
  const std::string request_text = request_id.text();
  vault::LookupQuestion question{.robot_key = bearer_credential(request.authorization),
                                 .proven = proven,
                                 .in_the_name_of = RobotAuthentication::named_robot(request),
                                 .project = {},
                                 .target_system = {},
                                 .label = {},
                                 .id = {},
                                 .min_ttl = {},
                                 .resource = {},
                                 .peer = request.peer,
                                 .request_id = request_text};
  // Nobody's body is read who has not shown a key.
  if (const Status known = lookups_.check_key(question); !known) {
    http::Response refused = robots_.refusal(known.error(), responder, request_id);
    return std::move(responder).send(std::move(refused));
  }
  const auto asked = read_authorization_header_question(request);
  auto life = asked ? life_wanted(asked->wanted, clock_.now()) : Result<LifeWanted>(LifeWanted{});
  if (!asked || !life) {
    const Error wrong = asked ? at_member(life.error(), "deadline") : asked.error();
    http::Response refused = robots_.refusal(wrong, responder, request_id);
    return std::move(responder).send(std::move(refused));
  }
  // What is no id is asked for all the same, as an id that nothing has: same answer, same work.
  question.id = vault::OAuthClientId::parse(id).value_or(vault::OAuthClientId{});
  question.min_ttl = life->least;
  question.resource = asked->wanted.resource;
  question.request = asked->request;
  lookups_.ask(question, [this, request_id, named = life->named, responder = std::move(responder)](
                             Result<vault::Handout> handout) mutable {
    if (!handout) {
      http::Response refused =
          robots_.refusal(at_member(handout.error(), named), responder, request_id);
      return std::move(responder).send(std::move(refused));
    }
    std::move(responder).send(
        [this, request_id, handout = *std::move(handout)] { return body(handout, request_id); });
  });
}

// On the event loop, right before it leaves.
http::Response AuthorizationHeaderRoute::body(const vault::Handout& handout,
                                              const Uuid& request_id) const {
  const auto headers = lookups_.collect_headers(handout);
  if (!headers) return error_response(headers.error(), request_id);
  http::Response response;
  response.body.reserve(room_for(*headers));
  write_headers(*headers, response.body);
  if (const auto& expires_at = handout.token->expires_at) {
    append_rfc3339(response.body.append(",\"expires_at\":\""), *expires_at);
    response.body.append("\"}");
  } else {
    response.body.append(",\"expires_at\":null}");
  }
  response.secret = true;
  response.headers.push_back({"X-Request-Id", request_id.text()});
  return response;
}

}  // namespace strongroom::api
