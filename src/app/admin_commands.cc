#include "app/admin_commands.h"

#include <boost/json.hpp>

#include "api/error_response.h"
#include "base/json.h"

namespace strongroom::app {
namespace {

Error bad_command() {
  return Error{Code::kInvalidArgument, "The admin socket does not know this command.", {}};
}

Result<std::string> text_member(const boost::json::object& object, std::string_view name) {
  const boost::json::value* const member = object.if_contains(name);
  if (member == nullptr || !member->is_string()) return bad_command();
  return std::string(member->get_string());
}

Result<Permissions> permissions_member(const boost::json::object& object) {
  const boost::json::value* const member = object.if_contains("permissions");
  if (member == nullptr || !member->is_array()) return bad_command();
  Permissions permissions;
  for (const boost::json::value& name : member->get_array()) {
    if (!name.is_string()) return bad_command();
    const auto permission = permission_from_name(std::string_view(name.get_string()));
    if (!permission) return bad_command();
    permissions.add(*permission);
  }
  return permissions;
}

Result<identity::ApiKeyRequest> read_key_request(const boost::json::object& object) {
  identity::ApiKeyRequest request;
  STRONGROOM_TRY(request.user, text_member(object, "user"));
  STRONGROOM_TRY(request.name, text_member(object, "name"));
  STRONGROOM_TRY(request.permissions, permissions_member(object));
  if (object.contains("expires_at")) {
    STRONGROOM_TRY(const std::string expires_at, text_member(object, "expires_at"));
    request.expires_at = parse_rfc3339(expires_at);
    if (!request.expires_at) return bad_command();
  }
  return request;
}

Result<PasswordReset> read_reset(const boost::json::object& object) {
  PasswordReset reset;
  STRONGROOM_TRY(reset.user, text_member(object, "user"));
  if (object.contains("permissions")) {
    STRONGROOM_TRY(reset.permissions, permissions_member(object));
  }
  return reset;
}

// {`before`, the secret, "}, in a buffer that is wiped. The secret has no letter that JSON escapes.
AdminReply reply_with(std::string before, std::string_view secret) {
  before.reserve(before.size() + secret.size() + 8);  // not moved while the secret goes in
  before.append(secret).append("\"}");
  AdminReply reply{before};
  wipe(before);
  return reply;
}

Result<AdminReply> carry_out(People& people, std::string_view line) {
  STRONGROOM_TRY(const boost::json::value value, parse_json(line));
  const boost::json::object* const object = value.if_object();
  if (object == nullptr) return bad_command();
  STRONGROOM_TRY(const std::string command, text_member(*object, "command"));
  if (command == "api-key.create") {
    STRONGROOM_TRY(const auto request, read_key_request(*object));
    STRONGROOM_TRY(const auto made, create_api_key(people.api_keys(), request));
    return reply_with("{\"id\":\"" + made.info.id.text() + "\",\"key\":\"", made.key.reveal());
  }
  if (command == "user.reset-password") {
    STRONGROOM_TRY(const auto reset, read_reset(*object));
    STRONGROOM_TRY(const auto password, reset_password(people, reset));
    return reply_with("{\"password\":\"", password.reveal());
  }
  if (command == "user.reset-second-factor") {
    STRONGROOM_TRY(const auto user, text_member(*object, "user"));
    STRONGROOM_CHECK(reset_second_factor(people, user));
    std::string done = "{\"user\":";
    append_json_string(done, user);
    return AdminReply{done + "}"};
  }
  if (command == "backup.created") {
    STRONGROOM_TRY(const auto name, text_member(*object, "name"));
    STRONGROOM_CHECK(note_backup(people, name));
    std::string done = "{\"user\":";
    append_json_string(done, name);
    return AdminReply{done + "}"};
  }
  return bad_command();
}

void append_permissions(std::string& line, Permissions permissions) {
  line += ",\"permissions\":[";
  const char* separator = "";
  for (const PermissionName& entry : kPermissionNames) {
    if (!permissions.has(entry.permission)) continue;
    line += separator;
    append_json_string(line, entry.name);
    separator = ",";
  }
  line += "]";
}

// What the server itself asks for, on behalf of whoever may use its host's commands.
identity::Asker server_itself() {
  identity::Asker asker;
  asker.kind = audit::ActorKind::kServer;
  asker.grants = Permissions::all();
  return asker;
}

// Of those that a caller acts upon; any other is an error like all.
Code code_of(const boost::json::object& refusal) {
  const auto name = text_member(refusal, "code");
  for (const Code code : {Code::kNotFound, Code::kConflict, Code::kUnavailable}) {
    if (name && *name == api::code_name(code)) return code;
  }
  return Code::kInvalidArgument;
}

Result<std::string> text_in_reply(const AdminReply& reply, std::string_view name) {
  STRONGROOM_TRY(const boost::json::value value, parse_json(reply.reveal()));
  const boost::json::object* const object = value.if_object();
  if (object == nullptr) {
    return Error{Code::kUnavailable, "The server's answer is not what it should be.", {}};
  }
  if (const auto* error = object->if_contains("error")) {
    std::string detail(error->as_string());
    if (const auto* more = object->if_contains("detail");
        more != nullptr && more->is_string() && !more->get_string().empty()) {
      detail.append(": ").append(std::string_view(more->get_string()));
    }
    return Error{code_of(*object), "The server did not do it.", detail};
  }
  return text_member(*object, name);
}

}  // namespace

std::string error_line(const Error& error) {
  std::string line = "{\"error\":";
  append_json_string(line, error.message.view());
  line.append(",\"code\":\"").append(api::code_name(error.code)).append("\"");
  line += ",\"detail\":";
  append_json_string(line, error.detail);
  return line + "}";
}

Status refusal_in_reply(const AdminReply& reply) {
  const auto text = text_in_reply(reply, "error");
  if (!text && text.error().message == LiteralText("The server did not do it.")) {
    return text.error();
  }
  return {};
}

std::string api_key_command(const identity::ApiKeyRequest& request) {
  std::string line = "{\"command\":\"api-key.create\",\"user\":";
  append_json_string(line, request.user);
  line += ",\"name\":";
  append_json_string(line, request.name);
  append_permissions(line, request.permissions);
  if (request.expires_at) line += ",\"expires_at\":\"" + rfc3339(*request.expires_at) + "\"";
  return line + "}";
}

std::string reset_password_command(const PasswordReset& reset) {
  std::string line = "{\"command\":\"user.reset-password\",\"user\":";
  append_json_string(line, reset.user);
  if (reset.permissions) append_permissions(line, *reset.permissions);
  return line + "}";
}

std::string reset_second_factor_command(const std::string& user) {
  std::string line = "{\"command\":\"user.reset-second-factor\",\"user\":";
  append_json_string(line, user);
  return line + "}";
}

std::string backup_created_command(const std::string& name) {
  std::string line = "{\"command\":\"backup.created\",\"name\":";
  append_json_string(line, name);
  return line + "}";
}

AdminReply answer_admin(People& people, std::string_view line) {
  auto reply = carry_out(people, line);
  if (!reply) return AdminReply{error_line(reply.error())};
  return *std::move(reply);
}

Result<identity::NewApiKey> create_api_key(identity::ApiKeys& api_keys,
                                           const identity::ApiKeyRequest& request) {
  return api_keys.create(server_itself(), request);
}

Result<crypto::Password> reset_password(People& people, const PasswordReset& reset) {
  return people.sign_in().reset_password(server_itself(), reset.user, reset.permissions);
}

Status reset_second_factor(People& people, const std::string& user) {
  const auto known = people.users().find(user);
  if (!known) return Error{Code::kNotFound, "There is no such user.", user};
  return people.second_factors().reset(server_itself(), known->id);
}

Status note_backup(People& people, const std::string& name) { return people.note_backup(name); }

Result<crypto::BearerKey> key_in_reply(const AdminReply& reply) {
  STRONGROOM_TRY(std::string text, text_in_reply(reply, "key"));
  crypto::BearerKey key{text};
  wipe(text);
  return key;
}

Result<crypto::Password> password_in_reply(const AdminReply& reply) {
  STRONGROOM_TRY(std::string text, text_in_reply(reply, "password"));
  crypto::Password password{text};
  wipe(text);
  return password;
}

Status done_in_reply(const AdminReply& reply) {
  STRONGROOM_CHECK(text_in_reply(reply, "user"));
  return {};
}

}  // namespace strongroom::app
