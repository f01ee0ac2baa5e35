#include "cli/apply_plan.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"

namespace strongroom::cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string text_in(const object& from, std::string_view member) {
  const value* const found = from.if_contains(member);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

// Of the things that steps need: "client/CRM/nightly".
std::string key_of(std::string_view what, std::string_view first, std::string_view second = {}) {
  return std::string(what) + "\n" + name_key(first) + "\n" + name_key(second);
}

// Lists whose order says nothing are compared as sets.
bool is_same(const value& wanted, const value& there) {
  if (!wanted.is_array() || !there.is_array()) return wanted == there;
  array left = wanted.get_array();
  array right = there.get_array();
  const auto by_text = [](const value& a, const value& b) { return serialize(a) < serialize(b); };
  std::ranges::sort(left, by_text);
  std::ranges::sort(right, by_text);
  return left == right;
}

// The members of `wanted` that are otherwise in `there`.
object differences(const object& wanted, const object& there) {
  object changes;
  for (const auto& entry : wanted) {
    const value* const found = there.if_contains(entry.key());
    if (found == nullptr || !is_same(entry.value(), *found)) {
      changes.emplace(entry.key(), entry.value());
    }
  }
  return changes;
}

std::string names_of(const object& members) {
  std::string names;
  for (const auto& entry : members) {
    names += (names.empty() ? "" : ", ") + std::string(entry.key());
  }
  return names;
}

void add_all(object& to, const object& from) {
  for (const auto& entry : from) to.insert_or_assign(entry.key(), entry.value());
}

// `there` as it becomes `wanted`: an update, or nothing.
void compare(Step& step, const object& wanted, const object& there) {
  step.id = text_in(there, "id");
  if (const value* const revision = there.if_contains("revision")) {
    step.if_match = "\"" + serialize(*revision) + "\"";
  }
  const object changes = differences(wanted, there);
  if (changes.empty()) return;
  step.kind = StepKind::kUpdate;
  add_all(step.body, changes);
  step.notes.push_back("changes " + names_of(changes));
}

class Planner {
 public:
  Planner(const ExportDocument& document, const PresentState& present, const SealedSecrets& sealed,
          const ApplyChoices& choices)
      : document_(document), present_(present), sealed_(sealed), choices_(choices) {}

  Result<ApplyPlan> plan() {
    STRONGROOM_CHECK(check_choices());
    project();
    for (const auto& system : document_.target_systems) target_system(system);
    // Those whose token others exchange come first.
    for (const bool exchanges : {false, true}) {
      for (const auto& client : document_.oauth_clients) {
        if (client.subject_label.empty() != exchanges) oauth_client(client);
      }
    }
    for (const auto& robot : document_.robots) this->robot(robot);
    for (const auto& secret : document_.secrets) this->secret(secret);
    for (const auto& rule : document_.robot_access) access(rule, kToClients);
    for (const auto& rule : document_.secret_access) access(rule, kToSecrets);
    return std::move(plan_);
  }

 private:
  // What it is called here.
  std::string here(const std::string& system) const {
    const auto found = choices_.renamed.find(system);
    return found == choices_.renamed.end() ? system : found->second;
  }

  Status check_choices() const {
    const auto has = [&](const std::string& name, bool there) {
      return std::ranges::any_of(document_.target_systems, [&](const auto& system) {
        return name_key(there ? system.name : here(system.name)) == name_key(name);
      });
    };
    const auto unknown = [](const std::string& name) {
      return Error{Code::kInvalidArgument, "The export has no such target system.", name};
    };
    for (const auto& [name, to] : choices_.renamed) {
      if (!has(name, true)) return unknown(name);
    }
    for (const auto& name : choices_.take_destinations) {
      if (!has(name, false)) return unknown(name);
    }
    for (const auto& [name, file] : choices_.secret_files) {
      if (!has(name, false)) return unknown(name);
    }
    return {};
  }

  void project() {
    Step step{
        .what = "project", .name = choices_.project, .collection = "/projects", .makes = "project"};
    if (present_.project) {
      plan_.known["project"] = text_in(*present_.project, "id");
      compare(step, document_.project_settings, *present_.project);
    } else {
      step.kind = StepKind::kCreate;
      step.body = document_.project_settings;
      step.body.emplace("name", choices_.project);
    }
    plan_.steps.push_back(std::move(step));
  }

  const object* find(const array& among, std::string_view member, std::string_view name) const {
    for (const value& one : among) {
      const object& candidate = one.as_object();
      if (name_key(text_in(candidate, member)) == name_key(name)) return &candidate;
    }
    return nullptr;
  }

  // Those of `system`, if they may go to `destination`; nullptr: there are none for it.
  const SealedCredentials* secrets_for(const ExportedTargetSystem& system,
                                       const object& destination) const {
    for (const SealedCredentials& one : sealed_.target_systems) {
      if (name_key(one.target_system) != name_key(system.name)) continue;
      const bool may = differences(one.destination, destination).empty();
      return may && !one.members.empty() ? &one : nullptr;
    }
    return nullptr;
  }

  // Gives a target system what it proves with, or says what is missing. `has`: it has some already.
  void add_credentials(Step& step, const ExportedTargetSystem& system, const std::string& name,
                       const object& destination, bool has) const {
    const bool wants =
        system.consumer_secrets + system.client_keys + system.client_certificates > 0;
    const auto file = choices_.secret_files.find(name);
    if (file != choices_.secret_files.end()) {
      step.secret_file = file->second;
      step.notes.emplace_back("consumer secret from the file");
    } else if (has || !wants) {
      return;
    } else if (secrets_for(system, destination) != nullptr) {
      step.secrets_of = system.name;
      step.notes.emplace_back("with the exported secrets");
    } else {
      step.notes.push_back("needs its secrets: --consumer-secret-file '" + name +
                           "=FILE', or enter them in the console");
      return;
    }
    if (step.kind != StepKind::kCreate) step.kind = StepKind::kUpdate;
  }

  void create_target_system(Step step, const ExportedTargetSystem& system,
                            const std::string& name) {
    step.kind = StepKind::kCreate;
    step.body = system.settings;
    add_all(step.body, system.destination);
    step.body.insert_or_assign("name", name);
    step.needs["project"] = "project";
    if (system.all_projects) step.notes.emplace_back("of this project alone here");
    add_credentials(step, system, name, system.destination, false);
    plan_.steps.push_back(std::move(step));
  }

  void target_system(const ExportedTargetSystem& system) {
    const std::string name = here(system.name);
    Step step{.what = "target system",
              .name = name,
              .collection = "/target-systems",
              .makes = key_of("target system", system.name)};
    const object* const there = find(present_.target_systems, "name", name);
    if (there == nullptr) return create_target_system(std::move(step), system, name);
    plan_.known[step.makes] = text_in(*there, "id");
    compare(step, system.settings, *there);
    const object elsewhere = differences(system.destination, *there);
    object destination = system.destination;
    if (!elsewhere.empty() && choices_.take_destinations.contains(name)) {
      step.kind = StepKind::kUpdate;
      add_all(step.body, elsewhere);
      step.notes.push_back("changes where its secrets go: " + names_of(elsewhere));
    } else if (!elsewhere.empty()) {
      if (step.kind == StepKind::kSame) step.kind = StepKind::kKeep;
      step.notes.push_back("keeps what is here of " + names_of(elsewhere) +
                           "; --take-destination '" + name + "' takes the export's");
      destination = *there;
    }
    // Credentials of the destination before are of no use at another.
    const bool stay = elsewhere.empty() || !choices_.take_destinations.contains(name);
    add_credentials(step, system, name, destination, stay && has_credentials(*there));
    plan_.steps.push_back(std::move(step));
  }

  static bool has_credentials(const object& system) {
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"consumer_secrets", "client_keys",
                                                "client_certificates"},
        [&](std::string_view kind) {
          const value* const list = system.if_contains(kind);
          return list != nullptr && list->is_array() && !list->get_array().empty();
        });
  }

  void oauth_client(const ExportedClient& client) {
    const std::string system = key_of("target system", client.target_system);
    Step step{.what = "OAuth client",
              .name = client.label + " of " + here(client.target_system),
              .collection = "/oauth-clients",
              .makes = key_of("client", client.target_system, client.label)};
    if (const object* const there = find_of(present_.oauth_clients, system, client.label)) {
      plan_.known[step.makes] = text_in(*there, "id");
      compare(step, client.settings, *there);
      need_subject(step, client, text_in(*there, "subject_client"));
      plan_.steps.push_back(std::move(step));
      return;
    }
    step.kind = StepKind::kCreate;
    step.body = client.settings;
    step.body.emplace("label", client.label);
    if (client.disabled) step.notes.emplace_back("was disabled there, and is not here");
    step.needs = {{"project", "project"}, {"target_system", system}};
    need_subject(step, client, {});
    plan_.steps.push_back(std::move(step));
  }

  // `there`: whose token it exchanges there already; empty: nobody's.
  void need_subject(Step& step, const ExportedClient& client, const std::string& there) const {
    if (client.subject_label.empty()) return;
    const std::string subject =
        key_of("client", client.subject_target_system, client.subject_label);
    const auto known = plan_.known.find(subject);
    if (known != plan_.known.end() && known->second == there) return;
    step.needs["subject_client"] = subject;
    if (step.kind == StepKind::kCreate) return;
    step.kind = StepKind::kUpdate;
    step.notes.emplace_back("changes subject_client");
  }

  void robot(const ExportedRobot& robot) {
    Step step{.what = "robot",
              .name = robot.full_name(),
              .collection = "/robots",
              .makes = key_of("robot", robot.full_name())};
    for (const value& one : present_.robots) {
      const object& there = one.as_object();
      const std::string name = text_in(there, "path") + "/" + text_in(there, "name");
      if (name_key(name) != name_key(robot.full_name())) continue;
      plan_.known[step.makes] = text_in(there, "id");
      compare(step, robot.settings, there);
      plan_.steps.push_back(std::move(step));
      return;
    }
    step.kind = StepKind::kCreate;
    step.body = robot.settings;
    step.body.emplace("path", robot.path);
    step.body.emplace("name", robot.name);
    step.needs["project"] = "project";
    step.notes.emplace_back("needs a key of its own here: strongroom robot key create");
    plan_.steps.push_back(std::move(step));
  }

  void secret(const ExportedSecret& secret) {
    const std::string system = key_of("target system", secret.target_system);
    Step step{.what = "secret",
              .name = secret.label + " of " + here(secret.target_system),
              .collection = "/secrets",
              .makes = key_of("secret", secret.target_system, secret.label)};
    if (const object* const there = find_of(present_.secrets, system, secret.label)) {
      plan_.known[step.makes] = text_in(*there, "id");
      compare(step, secret.settings, *there);
      plan_.steps.push_back(std::move(step));
      return;
    }
    step.needs = {{"project", "project"}, {"target_system", system}};
    step.body = secret.settings;
    step.body.emplace("label", secret.label);
    const bool has_value = std::ranges::any_of(sealed_.secrets, [&](const SealedValue& one) {
      return name_key(one.target_system) == name_key(secret.target_system) &&
             name_key(one.label) == name_key(secret.label);
    });
    step.kind = has_value ? StepKind::kCreate : StepKind::kKeep;
    step.secrets_of = secret.target_system;
    step.secret_label = secret.label;
    step.notes.emplace_back(has_value ? "with the exported value"
                                      : "is not made without its value: strongroom secret create");
    if (!has_value) without_value_.insert(step.makes);
    plan_.steps.push_back(std::move(step));
  }

  // What of a target system has that label here.
  const object* find_of(const array& among, const std::string& system,
                        const std::string& label) const {
    const auto known = plan_.known.find(system);
    if (known == plan_.known.end()) return nullptr;
    for (const value& one : among) {
      const object& there = one.as_object();
      if (text_in(there, "target_system") == known->second &&
          name_key(text_in(there, "label")) == name_key(label)) {
        return &there;
      }
    }
    return nullptr;
  }

  // Rules of the two kinds.
  struct Access {
    std::string_view what;
    std::string_view collection;
    std::string_view readable;  // of key_of()
    const char* member;         // that names what may be read
    array PresentState::*there;
  };
  static constexpr Access kToClients{"robot access", "/robot-access", "client", "oauth_client",
                                     &PresentState::robot_access};
  static constexpr Access kToSecrets{"access to a secret", "/secret-access", "secret", "secret",
                                     &PresentState::secret_access};

  void access(const ExportedRule& rule, const Access& kind) {
    const std::string readable = key_of(kind.readable, rule.target_system, rule.label);
    const std::string robot = key_of("robot", rule.robot);
    Step step{.what = kind.what,
              .name = (rule.robot.empty() ? rule.path_pattern : rule.robot) + " to " + rule.label,
              .collection = kind.collection,
              .needs = {{kind.member, readable}}};
    if (without_value_.contains(readable)) {
      step.kind = StepKind::kKeep;
      step.notes.emplace_back("waits for the secret");
    } else if (!is_granted(rule, kind, readable, robot)) {
      step.kind = StepKind::kCreate;
      if (rule.robot.empty()) {
        step.body.emplace("path_pattern", rule.path_pattern);
      } else {
        step.needs["robot"] = robot;
      }
    }
    plan_.steps.push_back(std::move(step));
  }

  bool is_granted(const ExportedRule& rule, const Access& kind, const std::string& readable_key,
                  const std::string& robot_key) const {
    const auto readable = plan_.known.find(readable_key);
    const auto robot = plan_.known.find(robot_key);
    if (readable == plan_.known.end()) return false;
    if (!rule.robot.empty() && robot == plan_.known.end()) return false;
    return std::ranges::any_of(present_.*kind.there, [&](const value& one) {
      const object& there = one.as_object();
      if (text_in(there, kind.member) != readable->second) return false;
      return rule.robot.empty() ? text_in(there, "path_pattern") == rule.path_pattern
                                : text_in(there, "robot") == robot->second;
    });
  }

  const ExportDocument& document_;
  const PresentState& present_;
  const SealedSecrets& sealed_;
  const ApplyChoices& choices_;
  ApplyPlan plan_;
  std::set<std::string> without_value_;  // secrets that are not made
};

}  // namespace

std::string_view to_text(StepKind kind) {
  switch (kind) {
    case StepKind::kCreate:
      return "create";
    case StepKind::kUpdate:
      return "update";
    case StepKind::kSame:
      return "same";
    case StepKind::kKeep:
      return "keep";
  }
  return "";
}

Result<ApplyPlan> plan_apply(const ExportDocument& document, const PresentState& present,
                             const SealedSecrets& sealed, const ApplyChoices& choices) {
  return Planner(document, present, sealed, choices).plan();
}

}  // namespace strongroom::cli
