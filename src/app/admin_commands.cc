#include "app/admin_commands.h"

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::app {
namespace {

std::string error_line(const Error& error) {
  std::string line = "{\"error\":";
  append_json_string(line, error.message.view());
  line += ",\"detail\":";
  append_json_string(line, error.detail);
  return line + "}";
}

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

Result<identity::ApiKeyRequest> read_command(std::string_view line) {
  STRONGROOM_TRY(const boost::json::value value, parse_json(line));
  if (!value.is_object()) return bad_command();
  const boost::json::object& object = value.get_object();
  STRONGROOM_TRY(const std::string command, text_member(object, "command"));
  if (command != "api-key.create") return bad_command();
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

}  // namespace

std::string api_key_command(const identity::ApiKeyRequest& request) {
  std::string line = "{\"command\":\"api-key.create\",\"user\":";
  append_json_string(line, request.user);
  line += ",\"name\":";
  append_json_string(line, request.name);
  line += ",\"permissions\":[";
  const char* separator = "";
  for (const PermissionName& entry : kPermissionNames) {
    if (!request.permissions.has(entry.permission)) continue;
    line += separator;
    append_json_string(line, entry.name);
    separator = ",";
  }
  line += "]";
  if (request.expires_at) line += ",\"expires_at\":\"" + rfc3339(*request.expires_at) + "\"";
  return line + "}";
}

AdminReply answer_admin(identity::ApiKeys& api_keys, std::string_view line) {
  const auto request = read_command(line);
  if (!request) return AdminReply{error_line(request.error())};
  const auto made = create_api_key(api_keys, *request);
  if (!made) return AdminReply{error_line(made.error())};
  std::string reply = "{\"id\":\"" + made->info.id.text() + "\",\"key\":\"";
  reply.reserve(reply.size() + 128);  // not moved while the key goes in
  reply.append(made->key.reveal()).append("\"}");
  AdminReply kept{reply};
  wipe(reply);
  return kept;
}

Result<identity::NewApiKey> create_api_key(identity::ApiKeys& api_keys,
                                           const identity::ApiKeyRequest& request) {
  identity::Asker asker;
  asker.kind = audit::ActorKind::kServer;
  asker.permissions = Permissions::all();
  return api_keys.create(asker, request);
}

Result<crypto::BearerKey> key_in_reply(const AdminReply& reply) {
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
    return Error{Code::kInvalidArgument, "The server did not make the key.", detail};
  }
  STRONGROOM_TRY(const std::string text, text_member(*object, "key"));
  return crypto::BearerKey{text};
}

}  // namespace strongroom::app
