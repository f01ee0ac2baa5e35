// The commands for Basic Engine Robots: what they take as input, launching one, who has the box,
// and the switch of the server.

#include <array>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>

#include <boost/json.hpp>

#include "base/json.h"
#include "cli/input.h"
#include "cli/json_body.h"
#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {
namespace {

constexpr std::array kInputColumns{Column{"INPUT", "name"}, Column{"OAUTH CLIENT", "label"},
                                   Column{"TARGET SYSTEM", "target_system"},
                                   Column{"DELIVERED", "may_be_delivered"},
                                   Column{"WHY NOT", "why_not"}};
constexpr std::array kReportColumns{Column{"LABEL", "label"}, Column{"PROJECT", "project_name"},
                                    Column{"TARGET SYSTEM", "target_system_name"},
                                    Column{"TAKEN BY", "taken_by"}};

// "NAME=CLIENT", with the client's label or id, as a member of the list that is sent.
Result<boost::json::object> read_input_pair(Session& session, const std::string& pair,
                                            const std::string& project) {
  const std::size_t equals = pair.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size()) {
    return Error{Code::kInvalidArgument, "An input is written NAME=CLIENT."};
  }
  STRONGROOM_TRY(const std::string client,
                 resolve(session, kOAuthClient, {pair.substr(equals + 1), {{"project", project}}}));
  boost::json::object input;
  input["name"] = pair.substr(0, equals);
  input["oauth_client"] = client;
  return input;
}

// The robots that take a client, in one cell.
std::string takers_of(const boost::json::object& client) {
  std::string takers;
  for (const boost::json::value& one : client.at("basic_engine_inputs").as_array()) {
    const auto& taker = one.as_object();
    if (!takers.empty()) takers += ", ";
    const std::string path(taker.at("robot_path").as_string());
    if (!path.empty()) takers += path + "/";
    takers += std::string(taker.at("robot_name").as_string());
  }
  return takers;
}

}  // namespace

void Program::add_robot_inputs(Command robots) {
  Command app = verb(robots, "inputs",
                     "what a Basic Engine Robot takes as input; with --set: from now on\n\n"
                     "Example:\n"
                     "  strongroom robot inputs old/Legacy --project Finance --set mail=Inbox "
                     "--set files=Archive",
                     [this](Session& s) { return robot_inputs(s); });
  name_argument(app, "the robot's name, path/name or id");
  in_project(app);
  app.option("--set", o_.inputs, "NAME=CLIENT, its label or id; repeatable; all others end");
  app.flag("--none", o_.no_inputs, "it takes none from now on").not_both("--none", "--set");
}

ExitCode Program::robot_inputs(Session& session) const {
  const auto id = resolve(session, kRobot, reference(o_));
  if (!id) return report_error(id.error());
  const std::string path = "/robots/" + *id + "/inputs";
  const auto before = session.rest.call("GET", path);
  if (!before) return report_error(before.error());
  if (!before->good()) return report_problem(*before);
  if (o_.inputs.empty() && !o_.no_inputs) return print_items(session, *before, kInputColumns);
  const auto robot = session.rest.call("GET", "/robots/" + *id);
  if (!robot) return report_error(robot.error());
  if (!robot->good()) return report_problem(*robot);
  const auto document = parse_json(robot->body.reveal());
  if (!document) return report_error(document.error());
  const std::string project(document->as_object().at("project").as_string());
  boost::json::array items;
  for (const std::string& pair : o_.inputs) {
    auto input = read_input_pair(session, pair, project);
    if (!input) return report_error(input.error());
    items.push_back(*std::move(input));
  }
  JsonBody body;
  body.add_raw("items", boost::json::serialize(items));
  const http::RequestBody text = body.body();
  const auto answer = session.rest.call("PUT", path, {}, &text, before->etag);
  return answer ? print_items(session, *answer, kInputColumns) : report_error(answer.error());
}

void Program::add_launch() {
  Command app = verb(tree_.top(), "launch",
                     "launch a Basic Engine Robot, with a runner's key\n\n"
                     "The answer has an access token for each of its inputs.\n\n"
                     "Example:\n"
                     "  strongroom launch old/Legacy --write-to inputs.json",
                     [this](Session& s) { return launch(s); });
  app.argument("ROBOT", o_.name, "its path/name, under the paths that the runner serves");
  app.option("--write-to", o_.new_key_file, "a new file of mode 0600 for the answer, as JSON");
  app.flag("--print", o_.print_tokens, "print the answer with its tokens, as JSON")
      .not_both("--print", "--write-to");
}

// Where the tokens go is said before they are asked for: nothing is delivered for nothing.
ExitCode Program::launch(Session& session) const {
  if (o_.new_key_file.empty() && !o_.print_tokens) {
    return report_error(
        Error{Code::kInvalidArgument, "Say where the tokens go: --write-to FILE, or --print."});
  }
  std::error_code unknown;  // then the attempt to make the file says it
  if (std::filesystem::exists(o_.new_key_file, unknown)) {
    return report_error(Error{Code::kConflict, "The file is there already; it is not overwritten.",
                              o_.new_key_file});
  }
  JsonBody body;
  body.add("robot", std::string_view(o_.name));
  const http::RequestBody text = body.body();
  const auto answer = session.rest.call("POST", "/runner/launches", {}, &text);
  if (!answer) return report_error(answer.error());
  if (!answer->good()) return report_problem(*answer);
  if (o_.print_tokens) {
    std::cout << answer->body.reveal() << "\n";
    return ExitCode::kDone;
  }
  const InputText letters{answer->body.reveal()};
  if (const Status written = write_secret_file(o_.new_key_file, letters); !written) {
    return report_error(written.error());
  }
  std::cout << "The tokens are in " << o_.new_key_file << ".\n";
  return ExitCode::kDone;
}

void Program::add_basic_engine_report(Command access) {
  Command app = verb(access, "basic-engine",
                     "the OAuth clients that may be delivered to Basic Engine Robots, and which "
                     "robots take them",
                     [this](Session& s) { return report_basic_engine(s); });
  in_project(app);
  app.option("--page", o_.page, "from 1");
  app.option("--page-size", o_.page_size, "1 to 1000");
}

ExitCode Program::report_basic_engine(Session& session) const {
  QueryParameters query{{"basic_engine", "true"}};
  if (o_.project) query.emplace_back("project", *o_.project);
  if (o_.page) query.emplace_back("page", *o_.page);
  query.emplace_back("page_size", o_.page_size.value_or("1000"));
  const auto answer = session.rest.call("GET", "/oauth-clients", query);
  if (!answer) return report_error(answer.error());
  if (!answer->good() || session.format == Format::kJson) return print(session, *answer);
  auto document = parse_json(answer->body.reveal());
  if (!document) return report_error(document.error());
  auto& items = document->as_object().at("items").as_array();
  for (boost::json::value& item : items) {
    item.as_object()["taken_by"] = takers_of(item.as_object());
  }
  std::cout << table(items, kReportColumns);
  return ExitCode::kDone;
}

void Program::add_settings() {
  Command app = tree_.top().group("settings", "switches of the whole server");
  verb(app, "show", "as they are now", [](Session& s) {
    const auto answer = s.rest.call("GET", "/server-settings");
    return answer ? print(s, *answer) : report_error(answer.error());
  });
  Command changed = verb(app, "update", "change them, in force at once", [this](Session& s) {
    JsonBody body;
    body.add("basic_engine_robots_forbidden", o_.forbid_basic_engine);
    const http::RequestBody text = body.body();
    const auto answer = s.rest.call("PATCH", "/server-settings", {}, &text);
    return answer ? print(s, *answer) : report_error(answer.error());
  });
  changed
      .option("--forbid-basic-engine-robots", o_.forbid_basic_engine,
              "true: nothing is delivered to them, whatever box is ticked")
      .must_be_given("--forbid-basic-engine-robots");
}

}  // namespace strongroom::cli
