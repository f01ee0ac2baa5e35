#include "app/key_desk.h"

#include <array>
#include <utility>

#include <boost/json.hpp>

#include "api/json_writer.h"
#include "app/admin_commands.h"
#include "app/passphrase.h"
#include "app/recovery_file.h"
#include "base/json.h"
#include "base/secret.h"
#include "crypto/key_provider.h"

namespace strongroom::app {
namespace {

struct VerbName {
  KeyVerb verb;
  std::string_view name;
};
constexpr std::array kVerbs{
    VerbName{KeyVerb::kStatus, "key.status"},
    VerbName{KeyVerb::kRotateRoot, "key.rotate-root"},
    VerbName{KeyVerb::kFinishRoot, "key.finish-root-rotation"},
    VerbName{KeyVerb::kRotateData, "key.rotate-data"},
    VerbName{KeyVerb::kExport, "key.export-recovery"},
    VerbName{KeyVerb::kCheck, "key.check-recovery"},
};

struct TextField {
  LiteralText name;
  std::string KeyRequest::*member;
};
constexpr std::array kFields{
    TextField{"new_root_key_file", &KeyRequest::new_root_key_file},
    TextField{"new_passphrase_file", &KeyRequest::new_passphrase_file},
    TextField{"project", &KeyRequest::project},
    TextField{"recipient", &KeyRequest::recipient},
    TextField{"passphrase_file", &KeyRequest::passphrase_file},
    TextField{"identity_file", &KeyRequest::identity_file},
    TextField{"file", &KeyRequest::file},
};

std::string_view name_of(KeyVerb verb) {
  for (const VerbName& known : kVerbs) {
    if (known.verb == verb) return known.name;
  }
  return {};
}

std::optional<KeyRequest> read_request(std::string_view line) {
  const auto value = parse_json(line);
  const boost::json::object* const object = value ? value->if_object() : nullptr;
  const auto* const command = object == nullptr ? nullptr : object->if_contains("command");
  if (command == nullptr || !command->is_string()) return std::nullopt;
  for (const VerbName& known : kVerbs) {
    if (std::string_view(command->get_string()) != known.name) continue;
    KeyRequest request{.verb = known.verb};
    for (const TextField& field : kFields) {
      const auto* const text = object->if_contains(field.name.view());
      if (text != nullptr && text->is_string()) request.*field.member = text->get_string();
    }
    request.all = object->contains("all");
    request.to_token = object->contains("to_token");
    return request;
  }
  return std::nullopt;
}

// Whoever may use the commands of the server's host.
vault::Actor server_itself() {
  vault::Actor actor;
  actor.kind = audit::ActorKind::kServer;
  actor.grants = Permissions::all();
  return actor;
}

std::string done() { return "{\"done\":\"yes\"}"; }

void write_rotation(api::JsonWriter& json, const vault::DataKeyRotationState& rotation) {
  json.begin_object();
  json.member("project", rotation.project);
  json.member("started_at", rotation.started_at);
  json.member("done", rotation.done);
  json.member("total", rotation.total);
  json.member("stuck", rotation.is_stuck);
  json.end_object();
}

}  // namespace

std::string to_line(const KeyRequest& request) {
  api::JsonWriter json;
  json.begin_object();
  json.member("command", name_of(request.verb));
  for (const TextField& field : kFields) {
    if (!(request.*field.member).empty()) json.member(field.name, request.*field.member);
  }
  if (request.all) json.member("all", true);
  if (request.to_token) json.member("to_token", true);
  json.end_object();
  return json.take();
}

std::optional<AdminReply> KeyDesk::answer(std::string_view line) {
  const auto request = read_request(line);
  if (!request) return std::nullopt;
  const auto answer = carry_out(*request);
  return AdminReply(answer ? *answer : error_line(answer.error()));
}

Result<std::string> KeyDesk::carry_out(const KeyRequest& request) {
  switch (request.verb) {
    case KeyVerb::kStatus:
      return status();
    case KeyVerb::kRotateRoot:
      STRONGROOM_CHECK(rotate_root(request));
      return done();
    case KeyVerb::kFinishRoot:
      STRONGROOM_CHECK(finish_root());
      return done();
    case KeyVerb::kRotateData:
      STRONGROOM_CHECK(rotate_data(request));
      return done();
    case KeyVerb::kExport:
      STRONGROOM_CHECK(export_recovery(request));
      return done();
    case KeyVerb::kCheck:
      return check_recovery(request);
  }
  return done();
}

Result<std::string> KeyDesk::status() {
  STRONGROOM_TRY(const vault::RootKeyState root, parts_.root_keys.state());
  STRONGROOM_TRY(const auto keys, parts_.rotations.keys(server_itself()));
  STRONGROOM_TRY(const auto rotations, parts_.rotations.under_way(server_itself()));
  api::JsonWriter json;
  json.begin_object();
  json.member("source", to_text(root_key_source(parts_.config, parts_.credentials_directory)));
  json.member("root_key", root.root_id);
  json.member("former_root_key", root.former_root_id);
  json.member("rotated_at", root.rotated_at);
  json.member("recovery_exported_at", root.recovery_exported_at);
  json.member("data_keys", static_cast<std::int64_t>(keys.size()));
  json.begin_array("rotations");
  for (const auto& rotation : rotations) write_rotation(json, rotation);
  json.end_array();
  json.end_object();
  return json.take();
}

Result<FoundRootKey> KeyDesk::configured_root() {
  STRONGROOM_TRY(auto found, find_root_keys(parts_.config, parts_.directory,
                                            parts_.credentials_directory, parts_.random));
  STRONGROOM_TRY(const vault::RootKeyState state, parts_.root_keys.state());
  for (FoundRootKey& each : found) {
    const crypto::KeyRing ring(each.root.clone(), parts_.random);
    if (ring.root_id() == state.root_id) return std::move(each);
  }
  return std::move(found.front());
}

Status KeyDesk::finish_root() {
  STRONGROOM_TRY(const FoundRootKey configured, configured_root());
  STRONGROOM_CHECK(parts_.root_keys.finish(configured.root));
  return settle_root_key(configured);
}

// Where it is not in a file already, the next root key is made, and kept before anything is wrapped
// by it.
Result<crypto::RootKey> KeyDesk::keep_next(const KeyRequest& request) {
  STRONGROOM_TRY(const vault::RootKeyState state, parts_.root_keys.state());
  if (!state.former_root_id.empty()) return vault::rotation_unfinished();
  std::array<std::byte, 32> bytes;
  parts_.random.fill(bytes);
  crypto::RootKey made({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  wipe(bytes);
  STRONGROOM_CHECK(request.to_token
                       ? keep_next_in_token(parts_.config, parts_.directory,
                                            parts_.credentials_directory, made, parts_.random)
                       : keep_next_under_passphrase(parts_.directory, made,
                                                    request.new_passphrase_file, parts_.random));
  return made;
}

Status KeyDesk::rotate_root(const KeyRequest& request) {
  if (request.to_token || !request.new_passphrase_file.empty()) {
    STRONGROOM_TRY(const crypto::RootKey next, keep_next(request));
    return parts_.root_keys.rotate(server_itself(), next);
  }
  if (request.new_root_key_file.empty()) {
    return Error{
        Code::kInvalidArgument,
        "Name the new root key: --new-root-key-file, --new-passphrase-file or --to-token."};
  }
  if (parts_.directory.contains(request.new_root_key_file)) {
    return Error{Code::kInvalidArgument,
                 "The root key lies inside the data directory, where a thief would find both.",
                 request.new_root_key_file};
  }
  STRONGROOM_TRY(const crypto::RootKey next, crypto::read_root_key(request.new_root_key_file));
  return parts_.root_keys.rotate(server_itself(), next);
}

Status KeyDesk::rotate_data(const KeyRequest& request) {
  if (request.all) return parts_.rotations.start_all(server_itself());
  std::optional<vault::ProjectId> project;
  if (!request.project.empty()) {
    project = vault::ProjectId::parse(request.project);
    if (!project) {
      return Error{Code::kInvalidArgument, "Name the project by its id.", request.project};
    }
  }
  return parts_.rotations.start(server_itself(), project);
}

Status KeyDesk::export_recovery(const KeyRequest& request) {
  if (parts_.directory.contains(request.file)) {
    return Error{Code::kInvalidArgument,
                 "A recovery file in the data directory would be lost, or stolen, with the data.",
                 request.file};
  }
  RecoveryContent content{.root = crypto::RootKey(""), .exported_at = parts_.clock.now()};
  STRONGROOM_TRY(FoundRootKey found, configured_root());
  content.root = std::move(found.root);
  content.root_id = crypto::KeyRing(content.root.clone(), parts_.random).root_id();
  STRONGROOM_TRY(const vault::RootKeyState state, parts_.root_keys.state());
  if (state.root_id != content.root_id) {
    return Error{Code::kConflict,
                 "The configured root key is not the one in use: finish the rotation first."};
  }
  STRONGROOM_CHECK(parts_.root_keys.check_opens(content.root));
  STRONGROOM_TRY(content.data_id, parts_.root_keys.data_id());
  crypto::FileReaders readers;
  if (!request.recipient.empty()) {
    STRONGROOM_TRY(auto recipient, crypto::recipient_from_text(request.recipient));
    readers.recipients.push_back(std::move(recipient));
  }
  std::optional<crypto::FilePassphrase> passphrase;
  if (!request.passphrase_file.empty()) {
    STRONGROOM_TRY(passphrase, read_file_passphrase(request.passphrase_file));
    readers.passphrase = &*passphrase;
  }
  STRONGROOM_CHECK(write_recovery_file(request.file, content, readers, parts_.random));
  return parts_.root_keys.note_recovery_file(server_itself());
}

Result<std::string> KeyDesk::check_recovery(const KeyRequest& request) {
  std::optional<crypto::FilePassphrase> passphrase;
  std::optional<crypto::FileIdentity> identity;
  crypto::FileOpener opener;
  if (!request.passphrase_file.empty()) {
    STRONGROOM_TRY(passphrase, read_file_passphrase(request.passphrase_file));
    opener.passphrase = &*passphrase;
  }
  if (!request.identity_file.empty()) {
    STRONGROOM_TRY(identity, read_file_identity(request.identity_file));
    opener.identity = &*identity;
  }
  STRONGROOM_TRY(const RecoveryContent content, read_recovery_file(request.file, opener));
  STRONGROOM_TRY(const std::string data_id, parts_.root_keys.data_id());
  if (content.data_id != data_id) {
    return Error{Code::kInvalidArgument, "This recovery file is of another server's data."};
  }
  STRONGROOM_CHECK(parts_.root_keys.check_opens(content.root));
  api::JsonWriter json;
  json.begin_object();
  json.member("root_key", content.root_id);
  json.member("exported_at", content.exported_at);
  json.end_object();
  return json.take();
}

}  // namespace strongroom::app
