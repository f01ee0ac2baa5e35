// export and apply: a project from one server to another (development, test, production).

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "cli/apply_plan.h"
#include "cli/pretty_json.h"
#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

Result<object> object_in(const Answer& answer) {
  STRONGROOM_TRY(value parsed, parse_json(answer.body.reveal(), {.max_bytes = kLongestExport}));
  if (parsed.is_object()) return std::move(parsed.get_object());
  return Error{Code::kUnavailable, "The server's answer is not what it should be."};
}

// A problem that was printed already.
Error printed(ExitCode code) {
  return Error{code == ExitCode::kNotAuthorized ? Code::kPermissionDenied : Code::kInternal,
               "It went no further."};
}

// All pages of a list.
Result<array> fetch_all(Session& session, std::string_view path, QueryParameters query) {
  array all;
  query.emplace_back("page_size", "1000");
  for (int number = 1;; ++number) {
    QueryParameters page = query;
    page.emplace_back("page", std::to_string(number));
    STRONGROOM_TRY(const Answer answer, session.rest.call("GET", path, page));
    if (!answer.good()) return printed(report_problem(answer));
    STRONGROOM_TRY(object listed, object_in(answer));
    array& items = listed.at("items").as_array();
    const auto total = listed.at("total").to_number<std::size_t>();
    if (items.empty()) return all;
    all.insert(all.end(), items.begin(), items.end());
    if (all.size() >= total) return all;
  }
}

Result<PresentState> read_present(Session& session, const std::string& project) {
  PresentState present;
  const auto id = resolve(session, kProject, {project, {}});
  if (!id && id.error().code != Code::kNotFound) return id.error();
  if (!id) return present;
  STRONGROOM_TRY(const Answer answer, session.rest.call("GET", "/projects/" + percent_encode(*id)));
  if (!answer.good()) return printed(report_problem(answer));
  STRONGROOM_TRY(present.project, object_in(answer));
  const QueryParameters in_project{{"project", *id}};
  STRONGROOM_TRY(present.target_systems, fetch_all(session, "/target-systems", in_project));
  STRONGROOM_TRY(present.oauth_clients, fetch_all(session, "/oauth-clients", in_project));
  STRONGROOM_TRY(present.robots, fetch_all(session, "/robots", in_project));
  STRONGROOM_TRY(present.robot_access, fetch_all(session, "/robot-access", in_project));
  STRONGROOM_TRY(present.secrets, fetch_all(session, "/secrets", in_project));
  STRONGROOM_TRY(present.secret_access, fetch_all(session, "/secret-access", in_project));
  return present;
}

// "CRM=CRM test" as a name and what belongs to it.
Result<std::pair<std::string, std::string>> split(const std::string& text, LiteralText message) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    return Error{Code::kInvalidArgument, message, text};
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Result<ApplyChoices> read_choices(const Options& options, const ExportDocument& document) {
  ApplyChoices choices{.project = options.project.value_or(document.project)};
  for (const std::string& text : options.renamed) {
    STRONGROOM_TRY(auto pair, split(text, "--target-system is \"NAME THERE=NAME HERE\"."));
    choices.renamed.insert(std::move(pair));
  }
  for (const std::string& text : options.secret_files) {
    STRONGROOM_TRY(auto pair, split(text, "--consumer-secret-file is \"TARGET SYSTEM=FILE\"."));
    choices.secret_files.insert(std::move(pair));
  }
  choices.take_destinations.insert(options.take_destinations.begin(),
                                   options.take_destinations.end());
  return choices;
}

std::string joined(const std::vector<std::string>& notes) {
  std::string text;
  for (const std::string& note : notes) text += (text.empty() ? "" : "; ") + note;
  return text;
}

void print_plan(const Session& session, const ApplyPlan& plan, bool all) {
  array rows;
  for (const Step& step : plan.steps) {
    if (!all && step.kind == StepKind::kSame) continue;
    rows.push_back(object{{"step", to_text(step.kind)},
                          {"what", step.what},
                          {"name", step.name},
                          {"notes", joined(step.notes)}});
  }
  if (session.format == Format::kJson) {
    std::cout << serialize(object{{"steps", rows}}) << "\n";
    return;
  }
  const std::vector<Column> columns = {
      {"STEP", "step"}, {"WHAT", "what"}, {"NAME", "name"}, {"NOTES", "notes"}};
  if (rows.empty()) {
    std::cout << "Everything is here already, as the export says.\n";
  } else {
    std::cout << table(rows, columns);
  }
}

// Does the steps one after another. What was done stays done: running it again goes on from there.
class Application {
 public:
  Application(Session& session, ApplyPlan plan, const SealedSecrets& sealed)
      : session_(session), plan_(std::move(plan)), sealed_(sealed) {}

  Status run() {
    for (Step& step : plan_.steps) {
      if (step.kind == StepKind::kSame || step.kind == StepKind::kKeep) continue;
      STRONGROOM_CHECK(carry_out(step));
      std::cerr << "done: " << to_text(step.kind) << " " << step.what << " " << harmless(step.name)
                << "\n";
    }
    return {};
  }

 private:
  Status carry_out(Step& step) {
    for (const auto& [member, made] : step.needs) {
      step.body.insert_or_assign(member, plan_.known.at(made));
    }
    STRONGROOM_TRY(const http::RequestBody body, body_of(step));
    const bool creates = step.kind == StepKind::kCreate;
    const std::string path =
        std::string(step.collection) + (creates ? "" : "/" + percent_encode(step.id));
    STRONGROOM_TRY(const Answer answer,
                   session_.rest.call(creates ? "POST" : "PATCH", path, {}, &body, step.if_match));
    if (!answer.good()) {
      const Error stopped = printed(report_problem(answer));
      std::cerr << "It stopped at: " << step.what << " " << harmless(step.name)
                << ". Mend that, and run the same again: what was done stays done.\n";
      return stopped;
    }
    if (!creates || step.makes.empty()) return {};
    STRONGROOM_TRY(const object made, object_in(answer));
    plan_.known[step.makes] = std::string(made.at("id").as_string());
    return {};
  }

  Result<http::RequestBody> body_of(const Step& step) const {
    JsonBody body;
    for (const auto& member : step.body) {
      body.add_raw(member.key(), serialize(member.value()));
    }
    add_sealed(step, body);
    if (!step.secret_file.empty()) {
      STRONGROOM_TRY(const InputText secret, read_secret(step.secret_file));
      body.add_secret("consumer_secret", secret);
    }
    return body.body();
  }

  void add_sealed(const Step& step, JsonBody& body) const {
    if (step.secrets_of.empty()) return;
    const auto add = [&](const object& members) {
      for (const auto& member : members) {
        body.add_secret_json(member.key(), InputText(serialize(member.value())));
      }
    };
    for (const SealedCredentials& one : sealed_.target_systems) {
      if (step.secret_label.empty() && one.target_system == step.secrets_of) add(one.members);
    }
    for (const SealedValue& one : sealed_.secrets) {
      if (one.label == step.secret_label && one.target_system == step.secrets_of) add(one.members);
    }
  }

  Session& session_;
  ApplyPlan plan_;
  const SealedSecrets& sealed_;
};

Status write_new_file(const std::string& file, const std::string& text) {
  if (std::filesystem::exists(file)) {
    return Error{Code::kConflict, "The file is there already; it is not overwritten.", file};
  }
  std::ofstream out(file, std::ios::binary);
  out << text << std::flush;
  if (out) return {};
  return Error{Code::kUnavailable, "The file could not be written.", file};
}

}  // namespace

ExitCode Program::export_project(Session& session) const {
  const auto id = resolve(session, kProject, {o_.name, {}});
  if (!id) return report_error(id.error());
  JsonBody body;
  body.add("recipients", o_.recipients);
  const http::RequestBody text = body.body();
  const auto answer =
      session.rest.call("POST", "/projects/" + percent_encode(*id) + "/export", {}, &text);
  if (!answer) return report_error(answer.error());
  if (!answer->good()) return report_problem(*answer);
  const auto document = object_in(*answer);
  if (!document) return report_error(document.error());
  const std::string exported = pretty(*document);
  if (o_.to_file.empty()) {
    std::cout << exported;
    return ExitCode::kDone;
  }
  if (const Status written = write_new_file(o_.to_file, exported); !written) {
    return report_error(written.error());
  }
  std::cerr << "The export is in " << o_.to_file
            << (o_.recipients.empty()
                    ? ", without secrets: name a --recipient to take them along.\n"
                    : ", its secrets sealed for the recipients.\n");
  return ExitCode::kDone;
}

Result<SealedSecrets> Program::open_exported_secrets(const ExportDocument& document) const {
  if (document.sealed_secrets.empty() || o_.identity_file.empty()) {
    return SealedSecrets();
  }
  STRONGROOM_TRY(const InputText identity, read_secret(o_.identity_file));
  STRONGROOM_TRY(const InputText opened, commands_.open_export(document.sealed_secrets, identity));
  return read_sealed_secrets(opened.reveal());
}

ExitCode Program::apply(Session& session) const {
  const auto done = [&]() -> Status {
    STRONGROOM_TRY(const InputText text, read_input(o_.file, kLongestExport));
    STRONGROOM_TRY(const ExportDocument document, read_export(text.reveal()));
    STRONGROOM_TRY(const auto secrets, open_exported_secrets(document));
    STRONGROOM_TRY(const ApplyChoices choices, read_choices(o_, document));
    STRONGROOM_TRY(const PresentState present, read_present(session, choices.project));
    STRONGROOM_TRY(ApplyPlan plan, plan_apply(document, present, secrets, choices));
    print_plan(session, plan, session.format == Format::kJson);
    if (!document.sealed_secrets.empty() && o_.identity_file.empty()) {
      std::cerr << "The export has secrets for whoever has the identity: --identity-file opens "
                   "them.\n";
    }
    if (o_.yes) return Application(session, std::move(plan), secrets).run();
    std::cerr << "Nothing was changed. Say --yes to apply it.\n";
    return {};
  }();
  return done ? ExitCode::kDone : report_error(done.error());
}

void Program::add_export() {
  Command taken = verb(tree_.top(), "export",
                       "take a project's settings out, for another server\n\n"
                       "Tokens and keys of robots stay here. Secrets go along only sealed, for "
                       "whoever has a recipient's identity.\n\n"
                       "Example:\n"
                       "  strongroom export Finance --recipient strongroom-recipient-... "
                       "--to finance.json",
                       [this](Session& s) { return export_project(s); });
  taken.argument("PROJECT", o_.name, "its name or id");
  taken.option("--recipient", o_.recipients,
               "who can open the secrets: the public half of a strongroom backup keygen; may be "
               "repeated");
  taken.option("--to", o_.to_file, "a new file; without: standard output");

  Command applied = verb(tree_.top(), "apply",
                         "make a project here what an export says; without --yes only say how\n\n"
                         "Nothing is deleted. Running it again does what is left to do.\n\n"
                         "Example:\n"
                         "  strongroom apply finance.json --project 'Finance test' "
                         "--target-system 'CRM=CRM test' --identity-file me.identity --yes",
                         [this](Session& s) { return apply(s); });
  applied.argument("FILE", o_.file, "the export, - for standard input");
  applied.option("--project", o_.project, "its name here; without: as there");
  applied.option("--target-system", o_.renamed,
                 "\"NAME THERE=NAME HERE\"; without: the same name; may be repeated");
  applied.option("--take-destination", o_.take_destinations,
                 "a target system that is here: where its secrets go is changed to what the export "
                 "says; may be repeated");
  applied.option("--consumer-secret-file", o_.secret_files,
                 "\"TARGET SYSTEM=FILE\": a secret of this server's own; may be repeated");
  applied.option("--identity-file", o_.identity_file,
                 "opens the secrets that were sealed for its recipient");
  applied.flag("--yes", o_.yes, "really apply it");
}

}  // namespace strongroom::cli
