#include "cli/authorize_command.h"

#include <chrono>
#include <iostream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>

#include <boost/json.hpp>

#include "base/json.h"
#include "cli/input.h"
#include "cli/json_body.h"
#include "cli/qr_code.h"
#include "cli/silent_terminal.h"

namespace strongroom::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kPause{2};

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* const member = object.if_contains(name);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : "";
}

const json::object* object_in(const json::object& object, std::string_view name) {
  const json::value* const member = object.if_contains(name);
  return member == nullptr ? nullptr : member->if_object();
}

Result<json::object> document_in(const Answer& answer) {
  auto value = parse_json(answer.body.reveal());
  if (value && value->is_object()) return std::move(value->get_object());
  return Error{Code::kUnavailable,
               "The server's answer is not what it should be; is this the right address?"};
}

// Host and code plainly, whatever the address in the picture says (RFC 8628 section 5.4).
void say_code(const json::object& device, const std::string& until, std::ostream& out) {
  const std::string complete = text_in(device, "verification_uri_complete");
  out << "Open  " << harmless(text_in(device, "verification_uri"))
      << "\n\nin a browser, on any device, and enter the code:  "
      << harmless(text_in(device, "user_code"))
      << "\n\nApprove only if the service provider shows this very code. It is good until "
      << harmless(until) << ".\n";
  if (!complete.starts_with("https://")) return;
  if (const auto code = QrCode::of(complete)) out << '\n' << code->drawn();
}

void say_link(const json::object& authorization, std::ostream& out) {
  out << "Open, or send to the owner of the account:\n\n  "
      << harmless(text_in(authorization, "url")) << "\n\nIt works once, until "
      << harmless(text_in(authorization, "expires_at")) << ".\n";
}

ExitCode end_of(const Session& session, const Answer& answer, const json::object& authorization) {
  const std::string state = text_in(authorization, "state");
  if (session.format == Format::kJson) print(session, answer);
  if (state == "completed") {
    if (session.format != Format::kJson) std::cout << "Signed in. The tokens are there.\n";
    return ExitCode::kDone;
  }
  const json::object* const failure = object_in(authorization, "failure");
  std::cerr << "The sign-in is over: " << harmless(state) << ".\n";
  if (failure != nullptr) {
    std::cerr << harmless(text_in(*failure, "message")) << ' '
              << harmless(text_in(*failure, "where")) << '\n';
  }
  return ExitCode::kNeedsPerson;
}

bool is_under_way(const std::string& state) {
  return state == "waiting" || state == "started" || state == "exchanging";
}

ExitCode wait_for_end(Session& session, const std::string& id) {
  for (bool was_asked = false;;) {
    const auto answer = session.rest.call("GET", "/authorizations/" + id);
    // A server that is away or busy is asked again.
    const bool is_away = !answer || answer->status == 503 || answer->status == 429;
    if (!is_away) {
      if (!answer->good()) return report_problem(*answer);
      const auto now = document_in(*answer);
      if (!now) return report_error(now.error());
      const std::string state = text_in(*now, "state");
      if (state == "confirmation_needed" && !was_asked) {
        std::cerr << "Somebody signed in. Say in the console whether it is the right account.\n";
        was_asked = true;
      }
      if (!is_under_way(state) && state != "confirmation_needed") {
        return end_of(session, *answer, *now);
      }
    }
    std::this_thread::sleep_for(kPause);
  }
}

// nullopt: `failed` is how the command ends; it was said why.
std::optional<json::object> read(Session& session, const std::string& path, ExitCode& failed) {
  const auto answer = session.rest.call("GET", path);
  if (!answer) {
    failed = report_error(answer.error());
    return std::nullopt;
  }
  if (!answer->good()) {
    failed = report_problem(*answer);
    return std::nullopt;
  }
  auto document = document_in(*answer);
  if (document) return *std::move(document);
  failed = report_error(document.error());
  return std::nullopt;
}

// Where the client's target system has its tokens from. Whoever types a password in sees where it
// goes, and it goes nowhere else. nullopt: as of read().
std::optional<std::string> endpoint_of(Session& session, const std::string& client,
                                       ExitCode& failed) {
  const auto document = read(session, "/oauth-clients/" + client, failed);
  if (!document) return std::nullopt;
  const auto system =
      read(session, "/target-systems/" + text_in(*document, "target_system"), failed);
  if (!system) return std::nullopt;
  return text_in(*system, "token_endpoint");
}

Result<InputText> password_of(const PasswordSignIn& asked) {
  if (asked.password_file) return read_secret(*asked.password_file);
  const SilentTerminal terminal;
  if (terminal.ok()) return terminal.ask("Password at the service provider: ");
  return Error{Code::kInvalidArgument,
               "There is no terminal to ask for the password: name a file with --password-file, or "
               "- for standard input."};
}

// Without a refresh token nobody can renew what came (RFC 6749 section 4.3.3).
void say_what_stays(Session& session, const std::string& client) {
  const auto answer = session.rest.call("GET", "/oauth-clients/" + client);
  if (!answer || !answer->good()) return;
  const auto document = document_in(*answer);
  const json::object* const refresh = document ? object_in(*document, "refresh") : nullptr;
  const json::value* const has = refresh ? refresh->if_contains("has_refresh_token") : nullptr;
  if (has == nullptr || !has->is_bool() || has->get_bool()) return;
  std::cerr << "The service provider gave no refresh token: when the access token ends, somebody "
               "has to sign in again.\n";
}

}  // namespace

ExitCode sign_in_with_password(Session& session, const Reference& client,
                               const PasswordSignIn& asked) {
  const auto id = resolve(session, kOAuthClient, client);
  if (!id) return report_error(id.error());
  ExitCode failed = ExitCode::kDone;
  const auto endpoint = endpoint_of(session, *id, failed);
  if (!endpoint) return failed;
  std::cerr << "The password is sent to " << harmless(*endpoint) << '\n';
  const auto password = password_of(asked);
  if (!password) return report_error(password.error());
  JsonBody body;
  body.add("token_endpoint", std::string_view(*endpoint));
  body.add("username", std::string_view(asked.username));
  body.add_secret("password", *password);
  const http::RequestBody text = body.body();
  const auto answer =
      session.rest.call("POST", "/oauth-clients/" + *id + "/password-sign-in", {}, &text);
  if (!answer) return report_error(answer.error());
  if (!answer->good()) return report_problem(*answer);
  const auto now = document_in(*answer);
  if (!now) return report_error(now.error());
  if (text_in(*now, "state") == "confirmation_needed") {
    if (session.format == Format::kJson) print(session, *answer);
    std::cerr << "Signed in. Say in the console whether it is the right account.\n";
    return ExitCode::kNeedsPerson;
  }
  const ExitCode ended = end_of(session, *answer, *now);
  if (ended == ExitCode::kDone) say_what_stays(session, *id);
  return ended;
}

ExitCode authorize(Session& session, const Reference& client, bool wait) {
  const auto id = resolve(session, kOAuthClient, client);
  if (!id) return report_error(id.error());
  const auto answer = session.rest.call("POST", "/oauth-clients/" + *id + "/authorizations");
  if (!answer) return report_error(answer.error());
  if (!answer->good()) return report_problem(*answer);
  const auto begun = document_in(*answer);
  if (!begun) return report_error(begun.error());
  if (session.format == Format::kJson && !wait) return print(session, *answer);
  // A program that waits for the document gets nothing else.
  std::ostream& out = session.format == Format::kJson ? std::cerr : std::cout;
  if (const json::object* const device = object_in(*begun, "device")) {
    say_code(*device, text_in(*begun, "expires_at"), out);
  } else {
    say_link(*begun, out);
  }
  out.flush();
  return wait ? wait_for_end(session, text_in(*begun, "id")) : ExitCode::kDone;
}

}  // namespace strongroom::cli
