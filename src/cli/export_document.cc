#include "cli/export_document.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "base/base64.h"
#include "base/json.h"
#include "base/unicode.h"

namespace strongroom::cli {
namespace {

using boost::json::object;
using boost::json::value;

constexpr std::string_view kFormat = "strongroom project export";
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMostItems = 100'000;

Error wrong(LiteralText message, std::string where) {
  return Error{Code::kInvalidArgument, message, std::move(where)};
}

// What a member may be: a text, a flag, a list of texts, an object of texts, or null as well.
enum class Shape { kText, kTextOrNull, kFlag, kNumber, kTexts, kTextMap, kOwner };
struct Member {
  std::string_view name;
  Shape shape;
  bool is_new = false;  // exports of before do not have it; then it is left as it is
};

bool is_text_map(const object& map) {
  return std::ranges::all_of(map, [](const auto& entry) { return entry.value().is_string(); });
}

bool has_shape(const value& member, Shape shape) {
  switch (shape) {
    case Shape::kText:
      return member.is_string();
    case Shape::kTextOrNull:
      return member.is_string() || member.is_null();
    case Shape::kFlag:
      return member.is_bool();
    case Shape::kNumber:
      return member.is_int64() && member.get_int64() >= 0;
    case Shape::kTexts:
      return member.is_array() && std::ranges::all_of(member.get_array(), [](const value& one) {
               return one.is_string();
             });
    case Shape::kTextMap:
    case Shape::kOwner:
      return member.is_object() && is_text_map(member.get_object());
  }
  return false;
}

constexpr std::array kDestination{
    Member{"service_provider", Shape::kText},       Member{"grant", Shape::kText},
    Member{"client_authentication", Shape::kText},  Member{"consumer_key", Shape::kText},
    Member{"endpoint_parameters", Shape::kTextMap}, Member{"trusted_ca_pem", Shape::kText},
    Member{"allowed_addresses", Shape::kTexts},     Member{"proxy", Shape::kText},
    Member{"default_tenant", Shape::kText}};
constexpr std::array kTargetSystem{Member{"oauth_enabled", Shape::kFlag},
                                   Member{"callback", Shape::kText},
                                   Member{"supported_accounts", Shape::kTextOrNull},
                                   Member{"scopes", Shape::kTexts},
                                   Member{"resources", Shape::kTexts},
                                   Member{"keep_alive_days", Shape::kNumber, /*is_new=*/true},
                                   Member{"verify_every_hours", Shape::kNumber, /*is_new=*/true},
                                   Member{"dpop", Shape::kFlag, /*is_new=*/true},
                                   Member{"signature_method", Shape::kText, /*is_new=*/true},
                                   Member{"protected_resource", Shape::kText, /*is_new=*/true},
                                   Member{"owner", Shape::kOwner},
                                   Member{"description", Shape::kText},
                                   Member{"tags", Shape::kTexts}};
constexpr std::array kCounts{Member{"name", Shape::kText},
                             Member{"all_projects", Shape::kFlag},
                             Member{"consumer_secrets", Shape::kNumber},
                             Member{"client_keys", Shape::kNumber},
                             Member{"client_certificates", Shape::kNumber},
                             Member{"has_proxy_credentials", Shape::kFlag}};
constexpr std::array kClient{
    Member{"tenant", Shape::kText}, Member{"subject", Shape::kText, /*is_new=*/true},
    Member{"allow_basic_engine_robots", Shape::kFlag}, Member{"expected_account", Shape::kText},
    Member{"owner", Shape::kOwner}};
constexpr std::array kClientNames{Member{"target_system", Shape::kText},
                                  Member{"label", Shape::kText}, Member{"disabled", Shape::kFlag}};
constexpr std::array kSecret{Member{"kind", Shape::kText}, Member{"user_name", Shape::kText},
                             Member{"notes", Shape::kText}, Member{"owner", Shape::kOwner}};
constexpr std::array kSecretNames{Member{"target_system", Shape::kText},
                                  Member{"label", Shape::kText}};
constexpr std::array kRobot{Member{"kind", Shape::kText}, Member{"serves", Shape::kTexts}};
constexpr std::array kRobotNames{Member{"path", Shape::kText}, Member{"name", Shape::kText}};
constexpr std::array kRuleNames{Member{"target_system", Shape::kText},
                                Member{"label", Shape::kText},
                                Member{"path_pattern", Shape::kText}};
constexpr std::array kProject{Member{"description", Shape::kText},
                              Member{"robot_access", Shape::kText}};
constexpr std::array kProjectName{Member{"name", Shape::kText}};

// One object, whose members are taken one by one; what is left at the end is unknown.
class Taken {
 public:
  static Result<Taken> of(value& from, std::string where) {
    if (!from.is_object()) return wrong("This must be an object.", std::move(where));
    return Taken(std::move(from.get_object()), std::move(where));
  }

  Result<value> member(std::string_view name) {
    value* const found = object_.if_contains(name);
    if (found == nullptr) return wrong("A member is missing.", at(name));
    value member = std::move(*found);
    object_.erase(name);
    return member;
  }
  // All of these, as they are.
  Result<object> members(std::span<const Member> wanted) {
    object taken;
    for (const Member& one : wanted) {
      if (one.is_new && !object_.contains(one.name)) continue;
      STRONGROOM_TRY(value found, member(one.name));
      if (!has_shape(found, one.shape)) return wrong("This is of another type.", at(one.name));
      taken.emplace(one.name, std::move(found));
    }
    return taken;
  }
  Status finish() const {
    if (object_.empty()) return {};
    return wrong("This member is unknown.", at(object_.begin()->key()));
  }
  std::string at(std::string_view name) const { return where_ + "/" + std::string(name); }

 private:
  Taken(object from, std::string where) : object_(std::move(from)), where_(std::move(where)) {}

  object object_;
  std::string where_;
};

std::string text_of(const object& from, std::string_view name) {
  return std::string(from.at(name).as_string());
}

// Each element of an array, read by `read`.
template <class Item, class Read>
Result<std::vector<Item>> read_array(Taken& from, std::string_view name, Read read) {
  STRONGROOM_TRY(value list, from.member(name));
  if (!list.is_array()) return wrong("This must be an array.", from.at(name));
  if (list.get_array().size() > kMostItems) return wrong("There are too many.", from.at(name));
  std::vector<Item> items;
  items.reserve(list.get_array().size());
  for (value& one : list.get_array()) {
    STRONGROOM_TRY(Taken taken, Taken::of(one, from.at(name) + "/" + std::to_string(items.size())));
    STRONGROOM_TRY(Item item, read(taken));
    STRONGROOM_CHECK(taken.finish());
    items.push_back(std::move(item));
  }
  return items;
}

Result<object> read_destination(Taken& from) {
  STRONGROOM_TRY(value destination, from.member("destination"));
  STRONGROOM_TRY(Taken taken, Taken::of(destination, from.at("destination")));
  STRONGROOM_TRY(object members, taken.members(kDestination));
  STRONGROOM_CHECK(taken.finish());
  return members;
}

Result<ExportedTargetSystem> read_target_system(Taken& from) {
  STRONGROOM_TRY(const object counts, from.members(kCounts));
  ExportedTargetSystem system{
      .name = text_of(counts, "name"),
      .all_projects = counts.at("all_projects").as_bool(),
      .consumer_secrets = counts.at("consumer_secrets").as_int64(),
      .client_keys = counts.at("client_keys").as_int64(),
      .client_certificates = counts.at("client_certificates").as_int64(),
      .has_proxy_credentials = counts.at("has_proxy_credentials").as_bool()};
  STRONGROOM_TRY(system.destination, read_destination(from));
  STRONGROOM_TRY(system.settings, from.members(kTargetSystem));
  return system;
}

// {"target_system", "label"} or null; exports of before have none.
Status read_subject_client(Taken& from, ExportedClient& client) {
  auto subject = from.member("subject_client");
  if (!subject || subject->is_null()) return {};
  STRONGROOM_TRY(Taken taken, Taken::of(*subject, from.at("subject_client")));
  STRONGROOM_TRY(const object names, taken.members(kSecretNames));
  STRONGROOM_CHECK(taken.finish());
  client.subject_target_system = text_of(names, "target_system");
  client.subject_label = text_of(names, "label");
  return {};
}

Result<ExportedClient> read_client(Taken& from) {
  STRONGROOM_TRY(const object names, from.members(kClientNames));
  ExportedClient client{.target_system = text_of(names, "target_system"),
                        .label = text_of(names, "label"),
                        .disabled = names.at("disabled").as_bool()};
  STRONGROOM_CHECK(read_subject_client(from, client));
  STRONGROOM_TRY(client.settings, from.members(kClient));
  return client;
}

Result<ExportedSecret> read_secret(Taken& from) {
  STRONGROOM_TRY(const object names, from.members(kSecretNames));
  ExportedSecret secret{.target_system = text_of(names, "target_system"),
                        .label = text_of(names, "label")};
  STRONGROOM_TRY(secret.settings, from.members(kSecret));
  return secret;
}

Result<ExportedRobot> read_robot(Taken& from) {
  STRONGROOM_TRY(const object names, from.members(kRobotNames));
  ExportedRobot robot{.path = text_of(names, "path"), .name = text_of(names, "name")};
  STRONGROOM_TRY(robot.settings, from.members(kRobot));
  return robot;
}

Result<ExportedRule> read_rule(Taken& from) {
  STRONGROOM_TRY(const object names, from.members(kRuleNames));
  ExportedRule rule{.target_system = text_of(names, "target_system"),
                    .label = text_of(names, "label"),
                    .path_pattern = text_of(names, "path_pattern")};
  STRONGROOM_TRY(value robot, from.member("robot"));
  if (robot.is_null() == rule.path_pattern.empty()) {
    return wrong("A rule names a robot or a path pattern, one of the two.", from.at("robot"));
  }
  if (robot.is_null()) return rule;
  STRONGROOM_TRY(Taken taken, Taken::of(robot, from.at("robot")));
  STRONGROOM_TRY(const object named, taken.members(kRobotNames));
  STRONGROOM_CHECK(taken.finish());
  rule.robot = text_of(named, "path") + "/" + text_of(named, "name");
  return rule;
}

Status read_head(Taken& from) {
  STRONGROOM_TRY(const value format, from.member("format"));
  if (!format.is_string() || format.get_string() != kFormat) {
    return wrong("This is no export of a project.", from.at("format"));
  }
  STRONGROOM_TRY(const value version, from.member("version"));
  if (!version.is_int64() || version.get_int64() < 1) {
    return wrong("This is no version.", from.at("version"));
  }
  if (version.get_int64() > kVersion) {
    return wrong("A newer program made this export: apply it with that, or a newer one.",
                 from.at("version"));
  }
  STRONGROOM_TRY(const value at, from.member("exported_at"));
  if (!at.is_string()) return wrong("This must be a time.", from.at("exported_at"));
  return {};
}

Status read_project(Taken& from, ExportDocument& document) {
  STRONGROOM_TRY(value project, from.member("project"));
  STRONGROOM_TRY(Taken taken, Taken::of(project, from.at("project")));
  STRONGROOM_TRY(const object name, taken.members(kProjectName));
  document.project = text_of(name, "name");
  STRONGROOM_TRY(document.project_settings, taken.members(kProject));
  return taken.finish();
}

Status read_sealed(Taken& from, ExportDocument& document) {
  STRONGROOM_TRY(const value sealed, from.member("sealed_secrets"));
  if (sealed.is_null()) return {};
  const auto bytes = sealed.is_string() ? base64_decode(std::string_view(sealed.get_string()))
                                        : std::optional<std::string>();
  if (!bytes || bytes->empty()) {
    return wrong("This must be base64, or null.", from.at("sealed_secrets"));
  }
  document.sealed_secrets = *bytes;
  return {};
}

// Names as the server compares them.
class Names {
 public:
  // Errors: kInvalidArgument, it is there already.
  Status add(const std::string& name, const std::string& where) {
    if (names_.insert(name_key(name)).second) return {};
    return wrong("Two things in the export have the same name.", where + ": " + name);
  }
  Status need(const std::string& name, const std::string& where) const {
    if (names_.contains(name_key(name))) return {};
    return wrong("The export names something that is not in it.", where + ": " + name);
  }

 private:
  std::set<std::string> names_;
};

std::string client_key(const std::string& system, const std::string& label) {
  return system + "\n" + label;
}

// Rules name what is there.
Status check_rules(const std::vector<ExportedRule>& rules, const Names& readable,
                   const Names& robots, const std::string& where) {
  for (const auto& one : rules) {
    STRONGROOM_CHECK(readable.need(client_key(one.target_system, one.label), where));
    if (!one.robot.empty()) STRONGROOM_CHECK(robots.need(one.robot, where));
  }
  return {};
}

Status check_names(const ExportDocument& document) {
  Names systems;
  for (const auto& one : document.target_systems) {
    STRONGROOM_CHECK(systems.add(one.name, "/target_systems"));
  }
  Names clients;
  for (const auto& one : document.oauth_clients) {
    STRONGROOM_CHECK(systems.need(one.target_system, "/oauth_clients"));
    STRONGROOM_CHECK(clients.add(client_key(one.target_system, one.label), "/oauth_clients"));
  }
  for (const auto& one : document.oauth_clients) {
    if (one.subject_label.empty()) continue;
    STRONGROOM_CHECK(
        clients.need(client_key(one.subject_target_system, one.subject_label), "/oauth_clients"));
  }
  Names secrets;
  for (const auto& one : document.secrets) {
    STRONGROOM_CHECK(systems.need(one.target_system, "/secrets"));
    STRONGROOM_CHECK(secrets.add(client_key(one.target_system, one.label), "/secrets"));
  }
  Names robots;
  for (const auto& one : document.robots) {
    STRONGROOM_CHECK(robots.add(one.full_name(), "/robots"));
  }
  STRONGROOM_CHECK(check_rules(document.robot_access, clients, robots, "/robot_access"));
  return check_rules(document.secret_access, secrets, robots, "/secret_access");
}

Result<SealedCredentials> read_credentials(Taken& from) {
  SealedCredentials secrets;
  STRONGROOM_TRY(const value name, from.member("name"));
  if (!name.is_string()) return wrong("This must be a text.", from.at("name"));
  secrets.target_system = std::string(name.get_string());
  STRONGROOM_TRY(secrets.destination, read_destination(from));
  for (const std::string_view kind : {"consumer_secrets", "client_keys", "client_certificates"}) {
    STRONGROOM_TRY(value list, from.member(kind));
    if (!list.is_array()) return wrong("This must be an array.", from.at(kind));
    if (!list.get_array().empty()) secrets.members.emplace(kind, std::move(list));
  }
  if (auto proxy = from.member("proxy_credentials"); proxy) {
    secrets.members.emplace("proxy_credentials", *std::move(proxy));
  }
  return secrets;
}

Result<SealedValue> read_value(Taken& from) {
  STRONGROOM_TRY(const object names, from.members(kSecretNames));
  SealedValue secret{.target_system = text_of(names, "target_system"),
                     .label = text_of(names, "label")};
  STRONGROOM_TRY(value letters, from.member("value"));
  secret.members.emplace("value", std::move(letters));
  if (auto date = from.member("expires_on"); date) {
    secret.members.emplace("expires_on", *std::move(date));
  }
  return secret;
}

}  // namespace

Result<ExportDocument> read_export(std::string_view text) {
  STRONGROOM_TRY(value parsed, parse_json(text, {.max_bytes = kLongestExport, .max_depth = 8}));
  STRONGROOM_TRY(Taken from, Taken::of(parsed, ""));
  ExportDocument document;
  STRONGROOM_CHECK(read_head(from));
  STRONGROOM_CHECK(read_project(from, document));
  STRONGROOM_TRY(document.target_systems,
                 read_array<ExportedTargetSystem>(from, "target_systems", read_target_system));
  STRONGROOM_TRY(document.oauth_clients,
                 read_array<ExportedClient>(from, "oauth_clients", read_client));
  STRONGROOM_TRY(document.robots, read_array<ExportedRobot>(from, "robots", read_robot));
  STRONGROOM_TRY(document.robot_access, read_array<ExportedRule>(from, "robot_access", read_rule));
  STRONGROOM_TRY(document.secrets, read_array<ExportedSecret>(from, "secrets", read_secret));
  STRONGROOM_TRY(document.secret_access,
                 read_array<ExportedRule>(from, "secret_access", read_rule));
  STRONGROOM_CHECK(read_sealed(from, document));
  STRONGROOM_CHECK(from.finish());
  STRONGROOM_CHECK(check_names(document));
  return document;
}

Result<SealedSecrets> read_sealed_secrets(std::string_view text) {
  STRONGROOM_TRY(value parsed, parse_json(text, {.max_bytes = kLongestExport, .max_depth = 8}));
  STRONGROOM_TRY(Taken from, Taken::of(parsed, ""));
  SealedSecrets sealed;
  STRONGROOM_TRY(sealed.target_systems,
                 read_array<SealedCredentials>(from, "target_systems", read_credentials));
  STRONGROOM_TRY(sealed.secrets, read_array<SealedValue>(from, "secrets", read_value));
  STRONGROOM_CHECK(from.finish());
  return sealed;
}

}  // namespace strongroom::cli
