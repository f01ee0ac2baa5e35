#include "cli/login_commands.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>

#include <boost/json.hpp>
#include <unistd.h>

#include "base/json.h"
#include "cli/json_body.h"

namespace strongroom::cli {
namespace {

using std::chrono::seconds;

constexpr seconds kLongestPause{60};

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "";
  return name.data();
}

Error strange() {
  return Error{Code::kUnavailable,
               "The server's answer is not what it should be; is this the right address?"};
}

std::string text_in(const boost::json::object& object, std::string_view name) {
  const boost::json::value* const member = object.if_contains(name);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : "";
}

seconds seconds_in(const boost::json::object& object, std::string_view name, seconds otherwise) {
  const boost::json::value* const member = object.if_contains(name);
  if (member == nullptr || !member->is_int64()) return otherwise;
  return seconds(std::clamp<std::int64_t>(member->get_int64(), 1, 3600));
}

Result<boost::json::object> object_in(const Answer& answer) {
  auto value = parse_json(answer.body.reveal());
  if (!value || !value->is_object()) return strange();
  return std::move(value->get_object());
}

// What the server said of a sign-in that began.
struct Begun {
  http::RequestBody question{""};
  std::string user_code;
  std::string page;
  seconds lifetime{600};
  seconds interval{5};  // RFC 8628 section 3.2, where the server says nothing
};

Result<Begun> begun_in(const Answer& answer) {
  STRONGROOM_TRY(const auto object, object_in(answer));
  std::string device_code = text_in(object, "device_code");
  Begun begun;
  begun.user_code = text_in(object, "user_code");
  begun.page = text_in(object, "verification_uri_complete");
  if (device_code.empty() || begun.user_code.empty() || begun.page.empty()) return strange();
  JsonBody body;
  body.add_secret("device_code", InputText{device_code});
  wipe(device_code);
  begun.question = body.body();
  begun.lifetime = seconds_in(object, "expires_in", begun.lifetime);
  begun.interval = seconds_in(object, "interval", begun.interval);
  return begun;
}

void say_where(const std::string& url, const Begun& begun) {
  std::cerr << "To sign in to " << harmless(url) << ", open\n\n  " << harmless(begun.page)
            << "\n\nin a browser and compare the code:  " << harmless(begun.user_code)
            << "\n\nWaiting for up to " << begun.lifetime.count() / 60 << " minutes…" << std::endl;
}

// The same problem, by its stable name; empty: the answer is good, or no problem document.
std::string problem_of(const Answer& answer) {
  if (answer.good()) return "";
  const auto object = object_in(answer);
  return object ? text_in(*object, "type") : "";
}

// How long to wait before the next question; nullopt: the answer is the last one (RFC 8628 section
// 3.5). A server that is away or busy is asked again, less and less often.
std::optional<seconds> next_pause(const Result<Answer>& answer, seconds pause) {
  const seconds longer = std::min(2 * pause, kLongestPause);
  if (!answer || answer->status == 503 || answer->status == 429) return longer;
  const std::string problem = problem_of(*answer);
  if (problem == "/problems/authorization_pending") return pause;
  if (problem != "/problems/slow_down") return std::nullopt;
  const auto object = object_in(*answer);
  return object ? seconds_in(*object, "interval", pause + seconds(5)) : longer;
}

// The answer that ends it, or what was last in its way.
Result<Answer> wait_for_key(Rest& rest, const Begun& begun) {
  seconds pause = begun.interval;
  for (seconds waited{0};; waited += pause) {
    auto answer = rest.call("POST", "/terminal-sign-ins/token", {}, &begun.question);
    const auto next = next_pause(answer, pause);
    if (!next || waited >= begun.lifetime) return answer;
    pause = *next;
    std::this_thread::sleep_for(pause);
  }
}

Result<SavedLogin> login_in(const Answer& answer, const std::string& url,
                            const std::string& ca_pem) {
  STRONGROOM_TRY(const auto object, object_in(answer));
  std::string key = text_in(object, "api_key");
  if (key.empty()) return strange();
  SavedLogin login;
  login.url = url;
  login.key = Key{key};
  wipe(key);
  login.key_id = text_in(object, "api_key_id");
  login.expires_at = text_in(object, "expires_at");
  login.ca_pem = ca_pem;
  const boost::json::value* const user = object.if_contains("user");
  if (user != nullptr && user->is_object()) login.user = text_in(user->get_object(), "name");
  return login;
}

ExitCode keep(Session& session, const SavedLogins& logins, const SavedLogin& login) {
  if (const Status kept = logins.put(login); !kept) {
    session.rest.use(login.key.clone());  // nobody would ever know the key
    (void)session.rest.call("DELETE", "/api-keys/" + percent_encode(login.key_id));
    return report_error(kept.error());
  }
  std::cerr << "Signed in as " << harmless(login.user) << ", until " << harmless(login.expires_at)
            << ". The key is in " << logins.file() << ".\n";
  return ExitCode::kDone;
}

// One that is replaced is of no use to anybody. Where it cannot be revoked, it ends by itself.
void revoke_replaced(Session& session, const SavedLogin& replaced) {
  session.rest.use(replaced.key.clone());
  (void)session.rest.call("DELETE", "/api-keys/" + percent_encode(replaced.key_id));
}

}  // namespace

ExitCode login(Session& session, const SavedLogins& logins, const std::string& url,
               const std::string& ca_pem) {
  if (const Status ready = logins.prepare(); !ready) return report_error(ready.error());
  const auto replaced = logins.find(url);
  if (!replaced) return report_error(replaced.error());
  JsonBody body;
  body.add("host", std::string_view(host_name()));
  const http::RequestBody text = body.body();
  const auto started = session.rest.call("POST", "/terminal-sign-ins", {}, &text);
  if (!started) return report_error(started.error());
  if (!started->good()) return report_problem(*started);
  const auto begun = begun_in(*started);
  if (!begun) return report_error(begun.error());
  say_where(url, *begun);
  const auto answer = wait_for_key(session.rest, *begun);
  if (!answer) return report_error(answer.error());
  if (!answer->good()) {
    const ExitCode code = report_problem(*answer);
    return problem_of(*answer) == "/problems/access_denied" ? ExitCode::kNotAuthorized : code;
  }
  const auto made = login_in(*answer, url, ca_pem);
  if (!made) return report_error(made.error());
  const ExitCode code = keep(session, logins, *made);
  if (code == ExitCode::kDone && *replaced) revoke_replaced(session, **replaced);
  return code;
}

ExitCode logout(Session& session, const SavedLogins& logins, const SavedLogin& login,
                bool only_here) {
  if (!only_here) {
    const auto answer = session.rest.call("DELETE", "/api-keys/" + percent_encode(login.key_id));
    const bool is_over = answer && (answer->status == 401 || answer->status == 404);
    if (!is_over && (!answer || !answer->good())) {
      const ExitCode code = answer ? report_problem(*answer) : report_error(answer.error());
      std::cerr << "The sign-in is still there; --only-here forgets it without asking the server, "
                   "and its key lives on.\n";
      return code;
    }
  }
  const Status removed = logins.remove(login.url);
  if (!removed) return report_error(removed.error());
  std::cerr << "Signed out of " << harmless(login.url) << ".\n";
  return ExitCode::kDone;
}

ExitCode who_am_i(Session& session) {
  if (!session.rest.asks_as_robot()) {
    const auto answer = session.rest.call("GET", "/whoami");
    return answer ? print(session, *answer) : report_error(answer.error());
  }
  // A look-up of nothing in particular: the key is looked at before the rest is refused, and
  // nothing is handed out or counts as denied.
  const auto answer = session.rest.call("GET", "/lookup/oauth-clients");
  if (!answer) return report_error(answer.error());
  if (answer->status != 400) return report_problem(*answer);
  constexpr std::string_view kLives = R"({"robot_key":{"lives":true}})";
  return print(
      session,
      Answer{.status = 200, .etag = {}, .next_after = {}, .body = http::ResponseBody{kLives}});
}

}  // namespace strongroom::cli
