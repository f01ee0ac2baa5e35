#include "cli/resources.h"

#include <array>
#include <iostream>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/unicode.h"
#include "base/uuid.h"

namespace strongroom::cli {
namespace {

constexpr std::array kProjectColumns{Column{"NAME", "name"}, Column{"DESCRIPTION", "description"},
                                     Column{"ID", "id"}};
constexpr std::array kServiceProviderColumns{Column{"ID", "id"}, Column{"NAME", "name"},
                                             Column{"GRANTS", "grants"}};
constexpr std::array kTargetSystemColumns{Column{"NAME", "name"},
                                          Column{"PROJECT", "project_name"},
                                          Column{"PROVIDER", "service_provider"},
                                          Column{"CONSUMER KEY", "consumer_key"},
                                          Column{"HELD", "destination_held"},
                                          Column{"ID", "id"}};
constexpr std::array kOAuthClientColumns{Column{"LABEL", "label"},
                                         Column{"PROJECT", "project_name"},
                                         Column{"TARGET SYSTEM", "target_system_name"},
                                         Column{"STATE", "state"},
                                         Column{"EXPIRES", "token.expires_at"},
                                         Column{"FAILURE", "failure.cause"},
                                         Column{"ID", "id"}};
constexpr std::array kRobotColumns{Column{"NAME", "name"}, Column{"PATH", "path"},
                                   Column{"PROJECT", "project_name"}, Column{"KIND", "kind"},
                                   Column{"ID", "id"}};
constexpr std::array kRobotAccessColumns{Column{"OAUTH CLIENT", "oauth_client"},
                                         Column{"ROBOT", "robot"},
                                         Column{"PATH PATTERN", "path_pattern"},
                                         Column{"SINCE", "created_at"},
                                         Column{"LAST USED", "last_used_at"},
                                         Column{"INVALID", "invalid_reason"},
                                         Column{"ID", "id"}};
constexpr std::array kSecretColumns{Column{"LABEL", "label"},
                                    Column{"PROJECT", "project_name"},
                                    Column{"TARGET SYSTEM", "target_system_name"},
                                    Column{"KIND", "kind"},
                                    Column{"USER NAME", "user_name"},
                                    Column{"ID", "id"}};
constexpr std::array kSecretAccessColumns{
    Column{"SECRET", "secret_label"},       Column{"ROBOT", "robot_name"},
    Column{"PATH PATTERN", "path_pattern"}, Column{"LAST USED", "last_used_at"},
    Column{"INVALID", "invalid_reason"},    Column{"ID", "id"}};
constexpr std::array kKillColumns{Column{"SCOPE", "scope"},
                                  Column{"NAME", "name"},
                                  Column{"REASON", "reason"},
                                  Column{"SINCE", "killed_at"},
                                  Column{"REVOCATION", "revocation"},
                                  Column{"DURABLE", "durable"},
                                  Column{"ID", "id"}};
constexpr std::array kAuditEventColumns{
    Column{"SEQUENCE", "sequence"},    Column{"AT", "event.at"},
    Column{"ACTION", "event.action"},  Column{"OUTCOME", "event.outcome"},
    Column{"ACTOR", "event.actor_id"}, Column{"SUBJECT", "event.subject_name"}};
constexpr std::array kApiKeyColumns{Column{"NAME", "name"},
                                    Column{"USER", "user_name"},
                                    Column{"PERMISSIONS", "permissions"},
                                    Column{"EXPIRES", "expires_at"},
                                    Column{"LAST USED", "last_used_at"},
                                    Column{"STATE", "state"},
                                    Column{"ID", "id"}};
constexpr std::array kUserColumns{Column{"NAME", "name"},         Column{"FULL NAME", "full_name"},
                                  Column{"EMAIL", "email"},       Column{"GROUPS", "groups.name"},
                                  Column{"DISABLED", "disabled"}, Column{"ID", "id"}};
constexpr std::array kGroupColumns{Column{"NAME", "name"}, Column{"MEMBERS", "members"},
                                   Column{"ROLES", "roles.role.name"},
                                   Column{"CLAIM VALUE", "claim_value"}, Column{"ID", "id"}};
constexpr std::array kRoleColumns{Column{"NAME", "name"}, Column{"BUILT IN", "built_in"},
                                  Column{"PERMISSIONS", "permissions"}, Column{"ID", "id"}};

Result<boost::json::object> object_of(const Answer& answer) {
  STRONGROOM_TRY(boost::json::value value,
                 parse_json(answer.body.reveal(), {.max_bytes = std::size_t{64} << 20}));
  if (!value.is_object()) {
    return Error{Code::kUnavailable, "The server's answer is not what it should be.", {}};
  }
  return std::move(value.get_object());
}

std::string path_of(const Noun& noun, std::string_view id, std::string_view action = {}) {
  std::string path(noun.path);
  path.append("/").append(percent_encode(id));
  if (!action.empty()) path.append("/").append(action);
  return path;
}

std::string_view text_in(const boost::json::object& object, std::string_view member) {
  const boost::json::value* const value = object.if_contains(member);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

// "finance/invoices/collector", or "/collector" at the top; without a path the label alone.
std::string full_name(const boost::json::object& object, const Noun& noun) {
  std::string label(text_in(object, noun.label_member));
  if (noun.path_member.empty()) return label;
  return std::string(text_in(object, noun.path_member)) + "/" + label;
}

// With what tells it from others of the same name.
std::string described(const boost::json::object& object, const Noun& noun) {
  std::string text = full_name(object, noun);
  if (const auto system = text_in(object, "target_system_name"); !system.empty()) {
    text.append(" of ").append(system);
  }
  if (const auto project = text_in(object, "project_name"); !project.empty()) {
    text.append(" in ").append(project);
  }
  return text;
}

// Whether `name` means `object`, letter case aside. With a slash it is a path and a name.
bool is_called(const boost::json::object& object, const Noun& noun, std::string_view name) {
  if (noun.path_member.empty() || name.find('/') == std::string_view::npos) {
    return name_key(text_in(object, noun.label_member)) == name_key(name);
  }
  if (name.starts_with('/') && name.find('/', 1) != std::string_view::npos) name.remove_prefix(1);
  return name_key(full_name(object, noun)) == name_key(name);
}

// The code that ends the command as the search for a name ended.
Code code_for(ExitCode exit) {
  switch (exit) {
    case ExitCode::kNotAuthorized:
      return Code::kPermissionDenied;
    case ExitCode::kNotFound:
      return Code::kNotFound;
    case ExitCode::kConflict:
      return Code::kConflict;
    case ExitCode::kTryAgain:
      return Code::kUnavailable;
    case ExitCode::kDone:
    case ExitCode::kError:
    case ExitCode::kUsage:
    case ExitCode::kNeedsPerson:
    case ExitCode::kProviderFailed:
      break;
  }
  return Code::kInternal;
}

// What the server finds for a name: a part of it is enough for that, a wrong slash is not.
std::string filter_for(const Noun& noun, std::string_view name) {
  if (!noun.path_member.empty() && name.starts_with('/')) name.remove_prefix(1);
  return std::string(name);
}

Result<boost::json::array> candidates(Session& session, const Noun& noun,
                                      const Reference& reference, bool deleted) {
  QueryParameters query = reference.narrowed_by;
  query.emplace_back("filter", filter_for(noun, reference.name_or_id));
  query.emplace_back("page_size", "1000");
  if (deleted) query.emplace_back("deleted", "true");
  boost::json::array found;
  for (int number = 1;; ++number) {
    QueryParameters of_page = query;
    if (number > 1) of_page.emplace_back("page", std::to_string(number));
    STRONGROOM_TRY(const Answer answer, session.rest.call("GET", noun.path, of_page));
    if (!answer.good()) {
      return Error{code_for(report_problem(answer)), "The name could not be looked up.",
                   reference.name_or_id};
    }
    STRONGROOM_TRY(boost::json::object page, object_of(answer));
    auto& items = page.at("items").as_array();
    const auto* const total = page.if_contains("total");
    const std::size_t so_far = found.size() + items.size();
    const bool is_last =
        items.empty() || total == nullptr || so_far >= total->to_number<std::size_t>();
    found.insert(found.end(), items.begin(), items.end());
    if (is_last) return found;
  }
}

Result<std::string> resolve_among(Session& session, const Noun& noun, const Reference& reference,
                                  bool deleted) {
  if (Uuid::parse(reference.name_or_id)) return reference.name_or_id;
  STRONGROOM_TRY(const boost::json::array found, candidates(session, noun, reference, deleted));
  std::vector<std::string> ids;
  std::string which = std::string(noun.name) + " \"" + reference.name_or_id + "\"";
  for (const auto& item : found) {
    const auto& object = item.as_object();
    if (!is_called(object, noun, reference.name_or_id)) continue;
    ids.emplace_back(object.at("id").as_string());
    which += (ids.size() == 1 ? ": " : "; ") + described(object, noun);
  }
  if (ids.empty()) return Error{Code::kNotFound, "There is nothing of that name.", which};
  if (ids.size() > 1) return Error{Code::kConflict, noun.how_to_tell_apart, which};
  return ids.front();
}

}  // namespace

const Noun kProject{"project", "/projects", "name", kProjectColumns,
                    "name, created_at, updated_at"};
const Noun kServiceProvider{"service provider", "/service-providers", "name",
                            kServiceProviderColumns};
const Noun kTargetSystem{"target system", "/target-systems", "name", kTargetSystemColumns,
                         "name, service_provider, created_at, updated_at"};
const Noun kOAuthClient{
    "OAuth client",
    "/oauth-clients",
    "label",
    kOAuthClientColumns,
    "name (the label), state, created_at, updated_at",
    {},
    "Several have that label; narrow it down by --project and --target-system, or give the id."};
const Noun kRobot{"robot",
                  "/robots",
                  "name",
                  kRobotColumns,
                  "name, path, kind, created_at, updated_at",
                  "path",
                  "Several have that name; give the path and the name (path/name), narrow it down "
                  "by --project, or give the id."};
const Noun kRobotAccess{.name = "robot access",
                        .path = "/robot-access",
                        .label_member = "id",
                        .columns = kRobotAccessColumns,
                        .sorts = "name (the label), path_pattern, created_at",
                        .how_to_undo =
                            "To undo it, grant the same again: strongroom access grant "
                            "with --oauth-client and --robot or --path."};
const Noun kSecret{
    "secret",
    "/secrets",
    "label",
    kSecretColumns,
    "name (the label), kind, expires_on, created_at, updated_at",
    {},
    "Several have that label; narrow it down by --project and --target-system, or give the id."};
const Noun kSecretAccess{.name = "access to secrets",
                         .path = "/secret-access",
                         .label_member = "id",
                         .columns = kSecretAccessColumns,
                         .sorts = "name (the label), path_pattern, created_at",
                         .how_to_undo =
                             "To undo it, grant the same again: strongroom access grant "
                             "with --secret and --robot or --path."};
const Noun kKill{"kill", "/kills", "id", kKillColumns};
const Noun kAuditEvent{"audit event", "/audit-events", "sequence", kAuditEventColumns};
const Noun kApiKey{"API key", "/api-keys", "name", kApiKeyColumns, "name, created_at, expires_at"};
const Noun kUser{"user", "/users", "name", kUserColumns};
const Noun kGroup{"group", "/groups", "name", kGroupColumns};
const Noun kRole{"role", "/roles", "name", kRoleColumns};

Result<std::string> resolve(Session& session, const Noun& noun, const Reference& reference) {
  return resolve_among(session, noun, reference, false);
}

ExitCode print(const Session& session, const Answer& answer) {
  if (!answer.good()) return report_problem(answer);
  if (answer.body.reveal().empty()) return ExitCode::kDone;
  if (session.format == Format::kJson) {
    std::cout << answer.body.reveal() << "\n";
    return ExitCode::kDone;
  }
  const auto object = object_of(answer);
  if (!object) return report_error(object.error());
  std::cout << sheet(*object);
  return ExitCode::kDone;
}

ExitCode print_items(const Session& session, const Answer& answer,
                     std::span<const Column> columns) {
  if (!answer.good() || session.format == Format::kJson) return print(session, answer);
  const auto document = parse_json(answer.body.reveal());
  if (!document) return report_error(document.error());
  std::cout << table(document->as_object().at("items").as_array(), columns);
  return ExitCode::kDone;
}

ExitCode list(Session& session, const Noun& noun, const QueryParameters& query) {
  const auto answer = session.rest.call("GET", noun.path, query);
  if (!answer) return report_error(answer.error());
  if (!answer->good() || session.format == Format::kJson) return print(session, *answer);
  const auto page = object_of(*answer);
  if (!page) return report_error(page.error());
  const auto& items = page->at("items").as_array();
  std::cout << table(items, noun.columns);
  const std::int64_t total = page->at("total").to_number<std::int64_t>();
  if (std::cmp_not_equal(total, items.size())) {
    std::cerr << items.size() << " of " << total << "; more with --page and --page-size\n";
  }
  return ExitCode::kDone;
}

ExitCode show(Session& session, const Noun& noun, const Reference& reference) {
  const auto id = resolve(session, noun, reference);
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("GET", path_of(noun, *id));
  return answer ? print(session, *answer) : report_error(answer.error());
}

ExitCode create(Session& session, const Noun& noun, const http::RequestBody& body) {
  const auto answer = session.rest.call("POST", noun.path, {}, &body);
  return answer ? print(session, *answer) : report_error(answer.error());
}

ExitCode update(Session& session, const Noun& noun, const Reference& reference,
                const http::RequestBody& body, bool dry_run) {
  const auto id = resolve(session, noun, reference);
  if (!id) return report_error(id.error());
  QueryParameters query;
  if (dry_run) query.emplace_back("dry_run", "true");
  const auto before = session.rest.call("GET", path_of(noun, *id));
  if (!before) return report_error(before.error());
  if (!before->good()) return report_problem(*before);
  const auto answer = session.rest.call("PATCH", path_of(noun, *id), query, &body, before->etag);
  return answer ? print(session, *answer) : report_error(answer.error());
}

// The server says how to undo it over REST; here it is said in this program's words.
ExitCode print_deletion(const Session& session, const Noun& noun, const Answer& answer,
                        bool confirmed) {
  const std::string_view hint = noun.how_to_undo.view();
  const bool as_text = answer.good() && session.format != Format::kJson;
  if (hint.empty() || !confirmed || !as_text) return print(session, answer);
  auto object = object_of(answer);
  if (!object) return report_error(object.error());
  object->insert_or_assign("hint", hint);
  std::cout << sheet(*object);
  return ExitCode::kDone;
}

ExitCode remove(Session& session, const Noun& noun, const Reference& reference, bool confirmed) {
  const auto id = resolve(session, noun, reference);
  if (!id) return report_error(id.error());
  QueryParameters query;
  if (!confirmed) query.emplace_back("dry_run", "true");
  const auto answer = session.rest.call("DELETE", path_of(noun, *id), query);
  if (!answer) return report_error(answer.error());
  const ExitCode code = print_deletion(session, noun, *answer, confirmed);
  if (code == ExitCode::kDone && !confirmed) {
    std::cerr << "Nothing was deleted. Say --yes to delete; it can be undone for seven days.\n";
  }
  return code;
}

ExitCode remove_for_good(Session& session, const Noun& noun, const Reference& reference,
                         bool confirmed) {
  const auto id = resolve(session, noun, reference);
  if (!id) return report_error(id.error());
  if (!confirmed) {
    const auto answer = session.rest.call("GET", path_of(noun, *id));
    const ExitCode code = answer ? print(session, *answer) : report_error(answer.error());
    std::cerr << "Nothing was deleted. Say --yes to delete; it cannot be undone.\n";
    return code;
  }
  const auto answer = session.rest.call("DELETE", path_of(noun, *id));
  return answer ? print(session, *answer) : report_error(answer.error());
}

ExitCode show_part(Session& session, const Noun& noun, const Reference& reference,
                   std::string_view part) {
  const auto id = resolve(session, noun, reference);
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("GET", path_of(noun, *id, part));
  return answer ? print(session, *answer) : report_error(answer.error());
}

ExitCode show_list(Session& session, const Noun& noun, const Reference& reference,
                   std::string_view part, std::span<const Column> columns) {
  const auto id = resolve(session, noun, reference);
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("GET", path_of(noun, *id, part));
  return answer ? print_items(session, *answer, columns) : report_error(answer.error());
}

ExitCode act(Session& session, const Noun& noun, const Reference& reference,
             std::string_view action, const QueryParameters& query) {
  const auto id = resolve_among(session, noun, reference, action == "restore");
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("POST", path_of(noun, *id, action), query);
  return answer ? print(session, *answer) : report_error(answer.error());
}

}  // namespace strongroom::cli
