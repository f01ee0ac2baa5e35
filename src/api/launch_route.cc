#include "api/launch_route.h"

#include <cstddef>
#include <utility>

#include "api/error_response.h"
#include "api/object_reader.h"
#include "api/router.h"
#include "base/json.h"
#include "base/secret.h"
#include "http/message.h"

namespace strongroom::api {
namespace {

constexpr std::size_t kRoomForMembers = 512;  // of each input: what is always there
constexpr std::size_t kLongestEscape = 6;     // of one byte, as JSON: \u001b

void add_member(std::string& out, std::string_view name, std::string_view text) {
  out.append(name);
  append_json_string(out, text);
}

// All of it at once: a buffer that grows would leave tokens behind in the one before.
std::size_t room_for(const vault::Launch& launch) {
  std::size_t room =
      kRoomForMembers + kLongestEscape * (launch.robot->name.size() + launch.robot->path.size());
  for (const vault::LaunchInput& input : launch.inputs) {
    room += kRoomForMembers + input.token->sealed.size();
    room += kLongestEscape *
            (input.entry.name.size() + input.found.client->label.size() +
             input.found.target_system->name.size() +
             input.found.target_system->service_provider.size() + input.token->token_type.size());
  }
  return room;
}

}  // namespace

Result<std::string> read_launch(const http::Request& request) {
  if (!request.query.empty()) {
    return Error{Code::kInvalidArgument, "A launch has no parameters in its address."};
  }
  STRONGROOM_TRY(ObjectReader body, ObjectReader::from_body(request, BodyKind::kJson));
  body.require("robot");
  std::string robot = body.text("robot").value_or("");
  if (body.number("min_ttl")) {
    body.refuse("min_ttl",
                "Basic Engine Robots are launched with what life a token has: nobody renews it "
                "during the run, and no least lifetime can be asked for.");
  }
  STRONGROOM_CHECK(body.finish());
  return robot;
}

// A certificate counts where nothing else is shown: who sends a key means that robot. No project is
// asked for: the robot is the runner's.
void LaunchRoute::answer(const http::Request& request, http::Responder responder,
                         const Uuid& request_id) const {
  const std::string_view credential = bearer_credential(request.authorization);
  if (oauth::looks_like_workload_token(credential)) {
    return proofs_.prove_by_token(
        credential, {},
        [this, request_id, responder = std::move(responder)](
            const Result<vault::RobotProofs::Proven>& proven) mutable {
          if (proven) return answer(std::move(responder), request_id, *proven);
          std::move(responder).send(error_response(proven.error(), request_id));
        });
  }
  vault::RobotProofs::Proven proven;
  if (request.certificate != nullptr && request.authorization.empty()) {
    const http::ShownCertificate& shown = *request.certificate;
    proven = proofs_.prove_by_certificate(
        {shown.ca_sha256, shown.subject, shown.san_uris, shown.san_dns}, {});
  }
  answer(std::move(responder), request_id, proven);
}

void LaunchRoute::answer(http::Responder responder, const Uuid& request_id,
                         const vault::RobotProofs::Proven& proven) const {
  const http::Request& request = responder.request();
  const std::string request_text = request_id.text();
  vault::LaunchQuestion question{.robot_key = bearer_credential(request.authorization),
                                 .proven = proven,
                                 .robot = {},
                                 .peer = request.peer,
                                 .request_id = request_text};
  const auto robot = read_launch(request);
  if (!robot) {
    const Status known = launches_.check_key(question);
    http::Response refused = refusal(known ? robot.error() : known.error(), responder, request_id);
    return std::move(responder).send(std::move(refused));
  }
  question.robot = *robot;
  launches_.ask(question, [this, request_id,
                           responder = std::move(responder)](Result<vault::Launch> launch) mutable {
    if (!launch) {
      http::Response refused = refusal(launch.error(), responder, request_id);
      return std::move(responder).send(std::move(refused));
    }
    std::move(responder).send(
        [this, request_id, launch = *std::move(launch)] { return body(launch, request_id); });
  });
}

http::Response LaunchRoute::refusal(const Error& error, const http::Responder& responder,
                                    const Uuid& request_id) const {
  if (error.code == Code::kUnauthenticated) {
    if (const auto wait = failed_attempts_.failed(responder.request().peer)) {
      return error_response(too_many_wrong_keys(*wait), request_id);
    }
  }
  return error_response(error, request_id);
}

// Consumer key and secret, and the token's secret, are what OAuth 1.0a signs requests with: no
// target system speaks it yet, so they are null, and their place is kept.
Status LaunchRoute::write(const vault::Launch& launch, const Uuid& request_id,
                          std::string& out) const {
  request_id.append_text(out.append("{\"id\":\""));
  launch.robot->id.uuid.append_text(out.append("\",\"robot\":{\"id\":\""));
  add_member(out, "\",\"name\":", launch.robot->name);
  add_member(out, ",\"path\":", launch.robot->path);
  out.append("},\"inputs\":[");
  for (std::size_t i = 0; i < launch.inputs.size(); ++i) {
    const vault::LaunchInput& input = launch.inputs[i];
    add_member(out, i == 0 ? "{\"name\":" : ",{\"name\":", input.entry.name);
    add_member(out, ",\"service_provider\":", input.found.target_system->service_provider);
    add_member(out, ",\"label\":", input.found.client->label);
    add_member(out, ",\"target_system\":", input.found.target_system->name);
    // A token that was accepted has no character that JSON would have to escape.
    out.append(",\"access_token\":\"");
    STRONGROOM_CHECK(launches_.collect(launch, i, out));
    add_member(out, "\",\"token_type\":", input.token->token_type);
    out.append(",\"token_secret\":null,\"expires_at\":");
    if (input.token->expires_at) {
      append_rfc3339(out.append("\""), *input.token->expires_at);
      out.append("\"");
    } else {
      out.append("null");
    }
    out.append(",\"consumer_key\":null,\"consumer_secret\":null}");
  }
  out.append("]}");
  return {};
}

// On the event loop, right before it leaves.
http::Response LaunchRoute::body(const vault::Launch& launch, const Uuid& request_id) const {
  std::string letters;
  letters.reserve(room_for(launch));
  if (const Status written = write(launch, request_id, letters); !written) {
    wipe(letters);  // of the inputs before
    return error_response(written.error(), request_id);
  }
  launches_.collected();
  http::Response response;
  response.body = std::move(letters);
  response.secret = true;
  response.headers.push_back({"X-Request-Id", request_id.text()});
  return response;
}

}  // namespace strongroom::api
