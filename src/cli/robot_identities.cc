#include "cli/robot_identities.h"

#include <array>
#include <charconv>
#include <cstdint>

#include "base/json.h"
#include "cli/input.h"
#include "cli/requests.h"

namespace strongroom::cli {
namespace {

constexpr std::array kIdentityColumns{Column{"KIND", "identity.kind"},
                                      Column{"ISSUER", "identity.issuer"},
                                      Column{"CLAIMS", "identity.claims"},
                                      Column{"SUBJECT", "identity.subject"},
                                      Column{"LAST USED", "last_used_at"},
                                      Column{"REVOKED", "revoked_at"},
                                      Column{"ID", "id"}};

// As it goes into another body.
std::string text_of(const JsonBody& body) {
  const http::RequestBody text = body.body();
  return std::string(text.reveal());
}

Status add_times(JsonBody& restrictions, const Options& options) {
  if (!options.from_time && !options.to_time) {
    if (options.days.empty() && !options.zone) return {};
    return Error{Code::kInvalidArgument, "--day and --zone go with --from and --to."};
  }
  if (!options.from_time || !options.to_time) {
    return Error{Code::kInvalidArgument, "--from and --to go together."};
  }
  JsonBody times;
  times.add("days", options.days);
  times.add("from", options.from_time);
  times.add("to", options.to_time);
  times.add("zone", options.zone);
  restrictions.add_raw("times", text_of(times));
  return {};
}

Status add_uses(JsonBody& restrictions, const std::optional<std::string>& text) {
  if (!text) return {};
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (problem != std::errc{} || end != text->data() + text->size()) {
    return Error{Code::kInvalidArgument, "--max-uses wants a number.", *text};
  }
  restrictions.add_raw("max_uses", std::to_string(number));
  return {};
}

std::string claims_text(const std::vector<std::string>& claims) {
  JsonBody object;
  for (const std::string& pair : claims) {
    const std::size_t equals = pair.find('=');
    object.add(std::string_view(pair).substr(0, equals), std::string_view(pair).substr(equals + 1));
  }
  return text_of(object);
}

Status add_token(JsonBody& body, const Options& options) {
  for (const std::string& pair : options.claims) {
    if (pair.find('=') != std::string::npos) continue;
    return Error{Code::kInvalidArgument, "--claim wants NAME=VALUE.", pair};
  }
  body.add("kind", std::string_view("token"));
  body.add("issuer", options.issuer);
  body.add("audience", options.audience);
  if (!options.claims.empty()) body.add_raw("claims", claims_text(options.claims));
  body.add("jwks_uri", options.jwks_uri);
  body.add("allowed_addresses", options.allowed_addresses);
  if (!options.trusted_ca_file) return {};
  STRONGROOM_TRY(const InputText pem, read_input(*options.trusted_ca_file));
  body.add("trusted_ca_pem", pem.reveal());
  return {};
}

std::string path_of(const std::string& robot) { return "/robots/" + robot + "/identities"; }

}  // namespace

Status add_restrictions(Session& session, JsonBody& body, const Options& options) {
  JsonBody restrictions;
  restrictions.add("addresses", options.from_addresses);
  STRONGROOM_CHECK(add_times(restrictions, options));
  STRONGROOM_CHECK(add_uses(restrictions, options.max_uses));
  std::vector<std::string> clients;
  for (const std::string& client : options.only_clients) {
    STRONGROOM_TRY(std::string id,
                   resolve(session, kOAuthClient, {client, reference(options).narrowed_by}));
    clients.push_back(std::move(id));
  }
  restrictions.add("oauth_clients", clients);
  if (!restrictions.empty()) body.add_raw("restrictions", text_of(restrictions));
  return {};
}

Status add_identity(JsonBody& body, const Options& options) {
  if (options.issuer) return add_token(body, options);
  if (!options.ca_sha256) {
    return Error{
        Code::kInvalidArgument,
        "Say what it shows: tokens of an --issuer, or a certificate of a CA (--ca-sha256)."};
  }
  body.add("kind", std::string_view("certificate"));
  body.add("ca_sha256", options.ca_sha256);
  body.add("subject", options.subject);
  body.add("san_uri", options.san_uri);
  body.add("san_dns", options.san_dns);
  return {};
}

ExitCode list_robot_identities(Session& session, const Reference& robot) {
  const auto id = resolve(session, kRobot, robot);
  if (!id) return report_error(id.error());
  const std::string path = path_of(*id);
  return list(session, Noun{"robot identity", path, "id", kIdentityColumns}, {});
}

ExitCode add_robot_identity(Session& session, const Reference& robot,
                            const http::RequestBody& body) {
  const auto id = resolve(session, kRobot, robot);
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("POST", path_of(*id), {}, &body);
  return answer ? print(session, *answer) : report_error(answer.error());
}

ExitCode remove_robot_identity(Session& session, const Reference& robot, const std::string& id) {
  const auto robot_id = resolve(session, kRobot, robot);
  if (!robot_id) return report_error(robot_id.error());
  const auto answer = session.rest.call("DELETE", path_of(*robot_id) + "/" + percent_encode(id));
  return answer ? print(session, *answer) : report_error(answer.error());
}

}  // namespace strongroom::cli
