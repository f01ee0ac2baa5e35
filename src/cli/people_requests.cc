// What is sent for the commands of users, groups and roles.

#include <array>
#include <iostream>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/unicode.h"
#include "cli/input.h"
#include "cli/json_body.h"
#include "cli/people_commands.h"

namespace strongroom::cli {
namespace {

constexpr std::array kMemberColumns{Column{"USER", "user.name"}, Column{"BY HAND", "local"},
                                    Column{"BY SINGLE SIGN-ON", "by_single_sign_on"},
                                    Column{"ID", "user.id"}};
constexpr std::array kSessionColumns{Column{"SINCE", "created_at"},
                                     Column{"ENDS WHEN IDLE", "idle_expires_at"},
                                     Column{"ENDS", "expires_at"}, Column{"ID", "id"}};

Result<boost::json::object> object_in(const Answer& answer) {
  STRONGROOM_TRY(boost::json::value value, parse_json(answer.body.reveal()));
  if (!value.is_object()) {
    return Error{Code::kUnavailable, "The server's answer is not what it should be.", {}};
  }
  return std::move(value.get_object());
}

ExitCode print_result(Session& session, const Result<Answer>& answer) {
  return answer ? print(session, *answer) : report_error(answer.error());
}

// The password goes into the file, and the rest of the answer is printed.
ExitCode print_password(Session& session, const Result<Answer>& answer, const std::string& file) {
  if (!answer || !answer->good() || file.empty()) return print_result(session, answer);
  auto object = object_in(*answer);
  if (!object) return report_error(object.error());
  const boost::json::value* const password = object->if_contains("initial_password");
  if (password == nullptr || !password->is_string()) return print(session, *answer);
  const Status written =
      write_secret_file(file, InputText{std::string_view(password->get_string())});
  if (!written) {
    std::cerr << "The password is lost: strongroom user new-password gives another one.\n";
    return report_error(written.error());
  }
  object->erase("initial_password");
  if (object->empty()) return ExitCode::kDone;
  if (session.format == Format::kJson) {
    std::cout << boost::json::serialize(*object) << "\n";
  } else {
    std::cout << sheet(*object);
  }
  return ExitCode::kDone;
}

// Whether `object` is known by `name_or_id`, letter case aside.
bool is_called(const boost::json::object& object, std::string_view name_or_id) {
  const auto text = [&](std::string_view member) {
    const boost::json::value* const value = object.if_contains(member);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
  };
  return text("id") == name_or_id || name_key(text("name")) == name_key(name_or_id);
}

bool is_grant(const boost::json::object& grant, const std::string& role,
              const std::optional<std::string>& project) {
  const boost::json::object* const held = grant.at("role").if_object();
  if (held == nullptr || !is_called(*held, role)) return false;
  const boost::json::object* const where = grant.at("project").if_object();
  return project ? where != nullptr && is_called(*where, *project) : where == nullptr;
}

// The id of the role as the group has it.
Result<std::string> find_grant(Session& session, const std::string& group, const std::string& role,
                               const std::optional<std::string>& project) {
  STRONGROOM_TRY(const Answer answer, session.rest.call("GET", "/groups/" + group));
  STRONGROOM_TRY(const auto object, object_in(answer));
  const boost::json::value* const roles = object.if_contains("roles");
  if (roles != nullptr && roles->is_array()) {
    for (const auto& one : roles->get_array()) {
      if (is_grant(one.as_object(), role, project)) {
        return std::string(one.as_object().at("id").as_string());
      }
    }
  }
  return Error{Code::kNotFound, "The group does not have this role there.", role};
}

}  // namespace

ExitCode create_user(Session& session, const http::RequestBody& body,
                     const std::string& password_file) {
  return print_password(session, session.rest.call("POST", kUser.path, {}, &body), password_file);
}

ExitCode new_password(Session& session, const Reference& user, const std::string& password_file) {
  const auto id = resolve(session, kUser, user);
  if (!id) return report_error(id.error());
  return print_password(session, session.rest.call("POST", "/users/" + *id + "/reset-password"),
                        password_file);
}

ExitCode list_user_sessions(Session& session, const Reference& user) {
  const auto id = resolve(session, kUser, user);
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("GET", "/users/" + *id + "/sessions");
  if (!answer || !answer->good() || session.format == Format::kJson) {
    return print_result(session, answer);
  }
  const auto object = object_in(*answer);
  if (!object) return report_error(object.error());
  std::cout << table(object->at("items").as_array(), kSessionColumns);
  return ExitCode::kDone;
}

ExitCode end_user_sessions(Session& session, const Reference& user, const std::string& id) {
  const auto user_id = resolve(session, kUser, user);
  if (!user_id) return report_error(user_id.error());
  std::string path = "/users/" + *user_id + "/sessions";
  if (!id.empty()) path += "/" + percent_encode(id);
  return print_result(session, session.rest.call("DELETE", path));
}

ExitCode reassign(Session& session, const Reference& user, const Reference& to) {
  const auto from_id = resolve(session, kUser, user);
  if (!from_id) return report_error(from_id.error());
  const auto to_id = resolve(session, kUser, to);
  if (!to_id) return report_error(to_id.error());
  JsonBody body;
  body.add("to", std::string_view(*to_id));
  const http::RequestBody text = body.body();
  return print_result(
      session, session.rest.call("POST", "/users/" + *from_id + "/belongings/reassign", {}, &text));
}

ExitCode list_members(Session& session, const Reference& group, const QueryParameters& query) {
  const auto id = resolve(session, kGroup, group);
  if (!id) return report_error(id.error());
  const std::string path = "/groups/" + *id + "/members";
  return list(session, Noun{"member", path, "id", kMemberColumns}, query);
}

ExitCode set_member(Session& session, const Reference& group, const Reference& user, bool is_in) {
  const auto group_id = resolve(session, kGroup, group);
  if (!group_id) return report_error(group_id.error());
  const auto user_id = resolve(session, kUser, user);
  if (!user_id) return report_error(user_id.error());
  return print_result(session, session.rest.call(is_in ? "PUT" : "DELETE",
                                                 "/groups/" + *group_id + "/members/" + *user_id));
}

ExitCode grant_role(Session& session, const Reference& group, const std::string& role,
                    const std::optional<std::string>& project) {
  const auto id = resolve(session, kGroup, group);
  if (!id) return report_error(id.error());
  JsonBody body;
  body.add("role", std::string_view(role));
  body.add("project", project);
  const http::RequestBody text = body.body();
  return print_result(session, session.rest.call("POST", "/groups/" + *id + "/roles", {}, &text));
}

ExitCode revoke_role(Session& session, const Reference& group, const std::string& role,
                     const std::optional<std::string>& project) {
  const auto id = resolve(session, kGroup, group);
  if (!id) return report_error(id.error());
  const auto grant = find_grant(session, *id, role, project);
  if (!grant) return report_error(grant.error());
  return print_result(session, session.rest.call("DELETE", "/groups/" + *id + "/roles/" + *grant));
}

}  // namespace strongroom::cli
