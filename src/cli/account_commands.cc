// Who one is: signing in from a terminal, and out.

#include <utility>

#include "cli/login_commands.h"
#include "cli/program.h"

namespace strongroom::cli {

void Program::add_login() {
  Command in = tree_.top().command(
      "login",
      "sign in from a terminal: somebody who is signed in to the console approves it\n\n"
      "Prints an address and a code. Open the address in a browser, compare the code and approve.\n"
      "Later commands use the key that this gives, unless --key-file or STRONGROOM_KEY_FILE names\n"
      "another one. It is kept in $XDG_CONFIG_HOME/strongroom/login.json, one for each server.\n\n"
      "Example:\n"
      "  strongroom login --url https://strongroom.example.org:8443 --ca-file strongroom-ca.crt");
  server_address(in);
  in.runs([this] { exit_code_ = static_cast<int>(log_in()); });
  Command out =
      tree_.top().command("logout",
                          "end the sign-in that is kept: revoke its key and forget it\n\n"
                          "Examples:\n"
                          "  strongroom logout\n"
                          "  strongroom logout --url https://strongroom.example.org:8443");
  server_address(out);
  out.flag("--only-here", o_.only_here, "do not ask the server: the key lives on");
  out.runs([this] { exit_code_ = static_cast<int>(log_out()); });
  verb(tree_.top(), "whoami", "whose key this is, and what it may do", [](Session& s) {
    const auto answer = s.rest.call("GET", "/whoami");
    return answer ? print(s, *answer) : report_error(answer.error());
  });
}

ExitCode Program::log_in() {
  auto connection = address();
  if (!connection) return report_error(connection.error());
  const SavedLogins logins(defaults_.saved_logins);
  const std::string url = without_slash(connection->url);
  const std::string ca_pem = connection->ca_pem;
  return run_with(*std::move(connection),
                  [&](Session& s) { return login(s, logins, url, ca_pem); });
}

ExitCode Program::log_out() {
  auto connection = address();
  if (!connection) return report_error(connection.error());
  const SavedLogins logins(defaults_.saved_logins);
  const bool any_server = o_.url.empty() && defaults_.url.empty();
  const auto kept = logins.find(any_server ? std::string() : connection->url);
  if (!kept) return report_error(kept.error());
  if (!*kept) {
    return report_error(
        Error{Code::kNotFound, "No sign-in is kept.", any_server ? "" : connection->url});
  }
  const SavedLogin& mine = **kept;
  connection->url = mine.url;
  connection->key = mine.key.clone();
  if (connection->ca_pem.empty()) connection->ca_pem = mine.ca_pem;
  return run_with(*std::move(connection),
                  [&](Session& s) { return logout(s, logins, mine, o_.only_here); });
}

}  // namespace strongroom::cli
