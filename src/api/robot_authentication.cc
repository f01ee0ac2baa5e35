#include "api/robot_authentication.h"

#include <utility>
#include <vector>

#include "api/error_response.h"
#include "api/router.h"
#include "http/request_head.h"

namespace strongroom::api {
namespace {

// Whoever names two robots names nobody: others may read the other one.
std::string_view one_of(const std::vector<std::string_view>& names) {
  constexpr std::string_view kNobody = "//";
  return names.size() == 1 ? names.front() : kNobody;
}

// A certificate counts where nothing else is shown: who sends a key means that robot.
vault::RobotProofs::Proven proven_by_certificate(const vault::RobotProofs& proofs,
                                                 const http::Request& request,
                                                 const vault::RobotProofs::For& what) {
  if (request.certificate == nullptr || !request.authorization.empty()) return std::nullopt;
  const http::ShownCertificate& shown = *request.certificate;
  return proofs.prove_by_certificate(
      {shown.ca_sha256, shown.subject, shown.san_uris, shown.san_dns}, what);
}

}  // namespace

bool RobotAuthentication::may_be_proven(const http::Request& request) {
  const std::string_view credential = bearer_credential(request.authorization);
  if (oauth::looks_like_workload_token(credential)) return true;
  return request.certificate != nullptr && credential.empty();
}

void RobotAuthentication::prove(const http::Request& request, http::Responder responder,
                                const Uuid& request_id, const vault::RobotProofs::For& what,
                                Known known) const {
  const std::string_view credential = bearer_credential(request.authorization);
  if (!oauth::looks_like_workload_token(credential)) {
    return known(std::move(responder), proven_by_certificate(proofs_, request, what));
  }
  proofs_.prove_by_token(credential, what,
                         [request_id, responder = std::move(responder), known = std::move(known)](
                             const Result<vault::RobotProofs::Proven>& proven) mutable {
                           if (proven) return known(std::move(responder), *proven);
                           std::move(responder).send(error_response(proven.error(), request_id));
                         });
}

std::optional<std::string_view> RobotAuthentication::named_robot(const http::Request& request) {
  const auto names = http::all_fields(request.fields, "X-Strongroom-Robot");
  return names.empty() ? std::nullopt : std::optional(one_of(names));
}

// Only then is the request looked at: everything else may be answered long after it was read.
http::Response RobotAuthentication::refusal(const Error& error, const http::Responder& responder,
                                            const Uuid& request_id) const {
  if (error.code == Code::kUnauthenticated) {
    if (const auto wait = failed_attempts_.failed(responder.request().peer)) {
      return error_response(too_many_wrong_keys(*wait), request_id);
    }
  }
  return error_response(error, request_id);
}

}  // namespace strongroom::api
