#include "cli/lookup_commands.h"

#include <array>
#include <functional>
#include <iostream>

#include <boost/json.hpp>

#include "base/json.h"
#include "cli/input.h"
#include "cli/json_body.h"
#include "cli/token_format.h"

namespace strongroom::cli {
namespace {

// Nothing is sent while it is not said whose token is wanted.
Status check_names(const LookupNames& names) {
  const bool all = !names.project.empty() && !names.target_system.empty() && !names.label.empty();
  const bool any = !names.project.empty() || !names.target_system.empty() || !names.label.empty();
  if (names.id.empty() ? all : !any) return {};
  return Error{Code::kInvalidArgument,
               "Say which client: by --project, --target-system and --label, or by --id.",
               {}};
}

Result<Answer> ask(Session& session, const LookupNames& names) {
  STRONGROOM_CHECK(check_names(names));
  QueryParameters query;
  std::string path = "/lookup/oauth-clients";
  if (!names.id.empty()) {
    path += "/" + percent_encode(names.id);
  } else {
    query.emplace_back("project", names.project);
    query.emplace_back("target_system", names.target_system);
    query.emplace_back("label", names.label);
  }
  if (!names.min_ttl.empty()) query.emplace_back("min_ttl", names.min_ttl);
  if (!names.run.empty()) query.emplace_back("run", names.run);
  if (!names.deadline.empty()) query.emplace_back("deadline", names.deadline);
  if (!names.resource.empty()) query.emplace_back("resource", names.resource);
  return session.rest.call("GET", path, query);
}

constexpr std::array kKeyColumns{Column{"ID", "id"}, Column{"CREATED", "created_at"},
                                 Column{"REVOKED", "revoked_at"}};

}  // namespace

ExitCode lookup(Session& session, const LookupNames& names) {
  const auto answer = ask(session, names);
  return answer ? print(session, *answer) : report_error(answer.error());
}

namespace {

// `asked` is called once the rest of what was given is known to be right.
ExitCode print_token(const TokenStyle& style, const std::function<Result<Answer>()>& asked) {
  const auto format = token_format_from_text(style.format);
  if (!format) {
    return report_error(Error{Code::kInvalidArgument, "There is no such format of a token."});
  }
  // Said before a token is handed out for nothing.
  if (const auto tried = format_token("", *format, style.user); !tried) {
    return report_error(tried.error());
  }
  const auto answer = asked();
  if (!answer) return report_error(answer.error());
  if (!answer->good()) return report_problem(*answer);
  const auto document = parse_json(answer->body.reveal());
  if (!document) return report_error(document.error());
  const std::string_view letters(document->as_object().at("access_token").as_string());
  auto formatted = format_token(letters, *format, style.user);
  if (!formatted) return report_error(formatted.error());
  std::cout << *formatted << "\n";
  wipe(*formatted);
  return ExitCode::kDone;
}

}  // namespace

ExitCode token(Session& session, const LookupNames& names, const TokenStyle& style) {
  return print_token(style, [&] { return ask(session, names); });
}

ExitCode extract(Session& session, const LookupNames& names, const TokenStyle& style) {
  return print_token(style, [&]() -> Result<Answer> {
    STRONGROOM_CHECK(check_names(names));
    if (!names.run.empty() || !names.deadline.empty()) {
      return Error{
          Code::kInvalidArgument,
          "People say --min-ttl: --run and --deadline are of robots that are about to run.",
          {}};
    }
    Reference client{names.id.empty() ? names.label : names.id, {}};
    if (names.id.empty()) {
      client.narrowed_by = {{"project", names.project}, {"target_system", names.target_system}};
    }
    STRONGROOM_TRY(const std::string id, resolve(session, kOAuthClient, client));
    QueryParameters query;
    if (!names.min_ttl.empty()) query.emplace_back("min_ttl", names.min_ttl);
    if (!names.resource.empty()) query.emplace_back("resource", names.resource);
    return session.rest.call("POST", "/oauth-clients/" + id + "/extract", query);
  });
}

ExitCode create_robot_key(Session& session, const Reference& robot, const http::RequestBody& body,
                          const std::string& key_file) {
  const auto id = resolve(session, kRobot, robot);
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("POST", "/robots/" + *id + "/keys", {}, &body);
  if (!answer) return report_error(answer.error());
  if (!answer->good() || key_file.empty()) return print(session, *answer);
  const auto document = parse_json(answer->body.reveal());
  if (!document) return report_error(document.error());
  const auto& made = document->as_object();
  const InputText key{std::string_view(made.at("key").as_string())};
  if (const Status written = write_secret_file(key_file, key); !written) {
    const std::string key_id(made.at("id").as_string());
    const auto undone = session.rest.call("DELETE", "/robots/" + *id + "/keys/" + key_id);
    std::cerr << (undone && undone->good() ? "The new key was revoked again.\n"
                                           : "The new key could not be revoked: " + key_id + "\n");
    return report_error(written.error());
  }
  std::cout << "The key is in " << key_file << ". It is not shown again.\n";
  return ExitCode::kDone;
}

ExitCode list_robot_keys(Session& session, const Reference& robot) {
  const auto id = resolve(session, kRobot, robot);
  if (!id) return report_error(id.error());
  const std::string path = "/robots/" + *id + "/keys";
  return list(session, Noun{"robot key", path, "id", kKeyColumns}, {});
}

ExitCode revoke_robot_key(Session& session, const Reference& robot, const std::string& key_id) {
  const auto id = resolve(session, kRobot, robot);
  if (!id) return report_error(id.error());
  const auto answer =
      session.rest.call("DELETE", "/robots/" + *id + "/keys/" + percent_encode(key_id));
  return answer ? print(session, *answer) : report_error(answer.error());
}

ExitCode grant_access(Session& session, const AccessGrant& grant) {
  Reference client{grant.oauth_client, {}};
  if (grant.project) client.narrowed_by.emplace_back("project", *grant.project);
  if (grant.target_system) client.narrowed_by.emplace_back("target_system", *grant.target_system);
  if (grant.oauth_client.empty() == grant.secret.empty()) {
    return report_error(
        Error{Code::kInvalidArgument, "Say what may be read: --oauth-client or --secret."});
  }
  const bool of_secret = !grant.secret.empty();
  if (of_secret) client.name_or_id = grant.secret;
  const auto client_id = resolve(session, of_secret ? kSecret : kOAuthClient, client);
  if (!client_id) return report_error(client_id.error());
  JsonBody body;
  body.add(of_secret ? "secret" : "oauth_client", std::string_view(*client_id));
  if (grant.robot) {
    Reference robot{*grant.robot, {}};
    if (grant.project) robot.narrowed_by.emplace_back("project", *grant.project);
    const auto robot_id = resolve(session, kRobot, robot);
    if (!robot_id) return report_error(robot_id.error());
    body.add("robot", std::string_view(*robot_id));
  }
  body.add("path_pattern", grant.path_pattern);
  return create(session, of_secret ? kSecretAccess : kRobotAccess, body.body());
}

}  // namespace strongroom::cli
