// strongroom service-provider …: the catalogue of a server, and an organisation's own entries in
// it.

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/json.h"
#include "base/unicode.h"
#include "cli/input.h"
#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} * 1024;
constexpr std::size_t kLongestLine = 100;  // characters of a line that are shown

std::string path_of(std::string_view id) { return "/service-providers/" + percent_encode(id); }

// The line that the server means, with a caret below the place: the server has only the text, and
// whoever mends it has the file.
void show_place(std::string_view text, const boost::json::object& problem) {
  const auto number_of = [&](std::string_view name) -> std::size_t {
    const boost::json::value* const found = problem.if_contains(name);
    const std::int64_t* const number = found == nullptr ? nullptr : found->if_int64();
    return number == nullptr || *number < 1 ? 0 : static_cast<std::size_t>(*number);
  };
  const std::size_t line = number_of("line");
  const std::size_t column = number_of("column");
  if (line == 0 || column == 0) return;
  for (std::size_t passed = 1; passed < line; ++passed) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
  const std::string shown = plain_excerpt(text.substr(0, text.find('\n')), kLongestLine);
  const std::string number = std::to_string(line);
  std::cerr << "  " << number << " | " << shown << "\n";
  if (column > kLongestLine) return;
  std::cerr << "  " << std::string(number.size(), ' ') << " | " << std::string(column - 1, ' ')
            << "^\n";
}

// The id that the text says it has; empty: it says none, which the server has to say.
std::string id_in(std::string_view text) {
  const auto document = parse_json(text);
  const boost::json::object* const object = document ? document->if_object() : nullptr;
  const boost::json::value* const id = object == nullptr ? nullptr : object->if_contains("id");
  return id != nullptr && id->is_string() ? std::string(id->get_string()) : std::string();
}

// Adds it, or replaces what is there as it is now.
ExitCode put(Session& session, const std::string& file) {
  const auto text = read_input(file, kMostBytes);
  if (!text) return report_error(text.error());
  std::string id = id_in(text->reveal());
  if (id.empty()) id = "unnamed";
  const auto before = session.rest.call("GET", path_of(id) + "/file");
  if (!before) return report_error(before.error());
  const std::string if_match = before->good() ? before->etag : std::string();
  const http::RequestBody body{text->reveal()};
  const auto answer = session.rest.call("PUT", path_of(id), {}, &body, if_match);
  if (!answer) return report_error(answer.error());
  if (answer->good()) return print(session, *answer);
  const ExitCode code = report_problem(*answer);
  const auto problem = parse_json(answer->body.reveal());
  if (problem && problem->is_object()) show_place(text->reveal(), problem->get_object());
  return code;
}

// As it was given, byte for byte.
ExitCode get(Session& session, const std::string& id) {
  const auto answer = session.rest.call("GET", path_of(id) + "/file");
  if (!answer) return report_error(answer.error());
  if (!answer->good()) return report_problem(*answer);
  std::cout << answer->body.reveal();
  return ExitCode::kDone;
}

ExitCode remove_entry(Session& session, const std::string& id, bool confirmed) {
  if (!confirmed) {
    const auto answer = session.rest.call("GET", path_of(id));
    const ExitCode code = answer ? print(session, *answer) : report_error(answer.error());
    if (code == ExitCode::kDone) std::cerr << "Nothing was deleted. Say --yes to delete it.\n";
    return code;
  }
  const auto answer = session.rest.call("DELETE", path_of(id));
  return answer ? print(session, *answer) : report_error(answer.error());
}

}  // namespace

void Program::add_service_providers() {
  Command app = tree_.top().group("service-provider", "the catalogue");
  verb(app, "list", "list them", [](Session& s) { return list(s, kServiceProvider, {}); });
  name_argument(verb(app, "show", "show one",
                     [this](Session& s) {
                       const auto answer = s.rest.call("GET", path_of(o_.name));
                       return answer ? print(s, *answer) : report_error(answer.error());
                     }),
                "its id");
  name_argument(
      verb(app, "get", "print the file that an entry is made of, to begin with or to edit",
           [this](Session& s) { return get(s, o_.name); }),
      "its id");
  verb(
      app, "put",
      "add an entry of your own, or replace one, without a restart\n\n"
      "The id is that of the file. Where it leads elsewhere than before, the secrets of its "
      "target\n"
      "systems are held until they are entered again or the destination is approved. Try the file\n"
      "first: strongroom provider check FILE.\n\n"
      "Example:\n"
      "  strongroom service-provider put example.json",
      [this](Session& s) { return put(s, o_.file); })
      .argument("FILE", o_.file, "a provider file, - for standard input");
  Command removed = verb(app, "delete", "remove an entry of your own that nothing uses",
                         [this](Session& s) { return remove_entry(s, o_.name, o_.yes); });
  name_argument(removed, "its id");
  removed.flag("--yes", o_.yes, "really delete");
}

}  // namespace strongroom::cli
