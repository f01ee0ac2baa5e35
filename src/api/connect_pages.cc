// The pages of whoever signs in at a provider: behind the link, on the way back, and at the end.
// They have no script, so that nothing on them can read what stands in their address.

#include <memory>
#include <utility>

#include "api/error_response.h"
#include "api/page.h"
#include "api/resource.h"
#include "api/resources.h"
#include "vault/authorizations.h"
#include "vault/callback_url.h"
#include "vault/departures.h"
#include "vault/sign_ins.h"

namespace strongroom::api {
namespace {

constexpr std::string_view kResultPath = "/connect/result/";
constexpr std::string_view kUnknownPath = "/connect/unknown";
constexpr std::size_t kLongestForm = 16'384;

// One for each flow, so that two that run in one browser are not in each other's way.
std::string cookie_name(vault::AuthorizationId id) {
  std::string name = "__Host-strongroom_flow_";
  for (const char c : id.text()) {
    if (c != '-') name += c;
  }
  return name;
}

std::string_view binding_of(const http::Request& request, vault::AuthorizationId id) {
  return cookie_value(request.header("cookie"), cookie_name(id));
}

http::Response see_other(std::string address) {
  http::Response response = page("Continue", "");
  response.status = 303;
  response.headers.push_back({"Location", std::move(address)});
  return response;
}

http::Response error_page(const Error& error, int status) {
  std::string body = "<p>";
  body += html_escaped(error.message.view());
  body += "</p>\n<p>Nothing was changed. Whoever sent you the link can make a new one.</p>\n";
  return page("This did not work", body, status);
}

http::Response failure_page(const Error& error) {
  switch (error.code) {
    case Code::kNotFound:
      return error_page(error, 404);
    case Code::kInvalidArgument:
      return error_page(error, 400);
    case Code::kUnavailable:
      return error_page(error, 503);
    case Code::kRateLimited:
      return error_page(error, 429);
    default:
      return error_page(error, 409);
  }
}

void row(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out += "<dt>";
  out += name;
  out += "</dt><dd>";
  out += html_escaped(text);
  out += "</dd>\n";
}

void list_row(std::string& out, std::string_view name, const std::vector<std::string>& texts,
              std::string_view where_none, std::size_t more = 0) {
  out += "<dt>";
  out += name;
  out += "</dt><dd>";
  if (texts.empty()) {
    out += where_none;
  } else {
    out += "<ul>";
    for (const std::string& text : texts) out += "<li>" + html_escaped(text) + "</li>";
    if (more > 0) out += "<li>and " + std::to_string(more) + " more</li>";
    out += "</ul>";
  }
  out += "</dd>\n";
}

std::string verifier_form(std::string_view ticket) {
  std::string out = "<form method=\"post\" action=\"/connect/";
  out += html_escaped(ticket);
  out +=
      "/verifier\" autocomplete=\"off\">\n<p>The service provider shows a verifier, or a code, "
      "when "
      "you have signed in. Enter it here.</p>\n<label>Verifier <input name=\"verifier\" required "
      "maxlength=\"8192\"></label>\n<button>Finish</button>\n</form>\n";
  return out;
}

// The box stays where another verifier may be entered.
http::Response verifier_page(const Error& error, std::string_view ticket) {
  if (error.code != Code::kInvalidArgument) return failure_page(error);
  std::string body = "<p>";
  body += html_escaped(error.message.view());
  body += "</p>\n";
  return page("This did not work", body + verifier_form(ticket), 400);
}

http::Response connect_page(const vault::ConnectPage& link, std::string_view ticket) {
  std::string body = "<p>";
  body += link.asker.empty() ? "Somebody" : html_escaped(link.asker);
  body += " asks you to sign in at <strong>" + html_escaped(link.service_provider) +
          "</strong>, so that robots may act for your account there.</p>\n<dl>\n";
  row(body, "Asked by", link.asker);
  row(body, "OAuth client", link.label);
  row(body, "Target system", link.target_system);
  row(body, "Project", link.project);
  row(body, "Account",
      link.expected_account.empty() ? std::string("the one that you sign in with")
                                    : link.expected_account);
  row(body, "Until now", link.current_account);
  list_row(body, "What for", link.scopes, "what the application is registered for");
  list_row(body, "Robots that will read it", link.robots, "none yet", link.more_robots);
  row(body, "This link works until", rfc3339(link.expires_at));
  body +=
      "</dl>\n<p class=\"note\">Sign in only if you know who asks. Are you signed in there with "
      "another account? Open this link in a private window.</p>\n<form method=\"post\" "
      "action=\"/connect/";
  body += html_escaped(ticket);
  body += link.out_of_band ? "\" target=\"_blank\">" : "\">";
  body += "\n<button>Continue</button>\n</form>\n";
  if (link.out_of_band) body += verifier_form(ticket);
  return page("Sign in at " + link.service_provider, body);
}

http::Response outcome_page(const vault::SignInOutcome& outcome) {
  using vault::AuthorizationState;
  std::string body;
  if (!outcome.account_name.empty()) {
    body +=
        "<p>Signed in as</p>\n<p class=\"large\">" + html_escaped(outcome.account_name) + "</p>\n";
  }
  switch (outcome.state) {
    case AuthorizationState::kCompleted:
      body += "<p>All is done. You can close this tab.</p>\n";
      return page("You are signed in", body);
    case AuthorizationState::kConfirmationNeeded:
      body +=
          "<p>Whoever asked you has to confirm that this is the right account. There is nothing "
          "left for you to do. You can close this tab.</p>\n";
      return page("Your sign-in arrived", body);
    case AuthorizationState::kFailed:
    case AuthorizationState::kExpired:
      if (outcome.failure) {
        body += "<p>" + html_escaped(outcome.failure->message) + "</p>\n<p>" +
                html_escaped(outcome.failure->where) + "</p>\n";
      }
      body += "<p>Tokens that were there before are unchanged. You can close this tab.</p>\n";
      return page("The sign-in did not succeed", body);
    case AuthorizationState::kCancelled:
      return page("The sign-in was withdrawn",
                  "<p>Whoever asked you withdrew it. You can close this tab.</p>\n");
    default:
      break;
  }
  return page("The sign-in is under way", "<p>You can close this tab.</p>\n");
}

bool is_head(const Call& call) { return call.request().method == "HEAD"; }

Result<http::Response> show_link(const Services& services, const Call& call) {
  const auto link = services.authorizations.look(call.path(0));
  if (!link) return failure_page(link.error());
  return connect_page(*link, call.path(0));
}

http::Response leave(const vault::Departure& departure) {
  http::Response response = see_other(std::string(departure.address.reveal()));
  std::string cookie = cookie_name(departure.id) + "=";
  cookie += departure.binding.reveal();
  cookie += "; Path=/; Max-Age=1200; Secure; HttpOnly; SameSite=Lax";
  response.headers.push_back({"Set-Cookie", std::move(cookie)});
  response.secret = true;
  return response;
}

// The provider may have to be asked first, so no worker waits for it.
void press_continue(const Services& services, Call call) {
  auto waiting = std::make_shared<Call>(std::move(call));
  services.departures.depart(
      waiting->path(0),
      {.user = waiting->session_user().value_or(identity::UserId{}).uuid,
       .request_id = waiting->request_id().text(),
       .peer = waiting->request().peer},
      [waiting](const Result<vault::Departure>& departure) {
        std::move(*waiting).answer(departure ? leave(*departure) : failure_page(departure.error()));
      });
}

// Answers with the clean address of the outcome, whatever it is.
void come_back(const Services& services, Call call) {
  // A link scanner or a browser that looks ahead must not use anything up.
  if (is_head(call)) return std::move(call).answer(method_not_allowed());
  auto waiting = std::make_shared<Call>(std::move(call));
  const http::Request& request = waiting->request();
  services.sign_ins.finish(
      {.query = request.query,
       .path = request.path,
       .binding = [&request](vault::AuthorizationId id) { return binding_of(request, id); },
       .request_id = waiting->request_id().text(),
       .peer = request.peer},
      [waiting](Result<vault::AuthorizationId> finished) {
        // A code or state of whatever flow does not stay in the address either.
        const bool is_unknown = !finished && finished.error().code == Code::kInvalidArgument;
        if (is_unknown) return std::move(*waiting).answer(see_other(std::string(kUnknownPath)));
        if (!finished) return std::move(*waiting).answer(failure_page(finished.error()));
        std::move(*waiting).answer(see_other(std::string(kResultPath) + finished->text()));
      });
}

Result<http::Response> show_unknown(const Services& /*services*/, const Call& /*call*/) {
  return error_page(vault::not_started_here(), 400);
}

Result<http::Response> show_outcome(const Services& services, const Call& call) {
  const auto id = vault::AuthorizationId::parse(call.path(0));
  if (!id) return failure_page(Call::not_found());
  const auto outcome = services.authorizations.outcome(*id, binding_of(call.request(), *id));
  if (!outcome) return failure_page(outcome.error());
  return outcome_page(*outcome);
}

// "verifier=..." of the form above.
std::string verifier_of(std::string_view form) {
  std::string value;
  constexpr std::string_view kName = "verifier=";
  const bool is_ours = form.starts_with(kName) && form.size() <= kLongestForm &&
                       form.find('&') == std::string_view::npos &&
                       http::percent_decode(form.substr(kName.size()), true, value);
  return is_ours ? value : std::string();
}

void enter_verifier(const Services& services, Call call) {
  const auto id = services.authorizations.started_with(call.path(0));
  if (!id) return std::move(call).answer(failure_page(id.error()));
  std::string verifier = verifier_of(call.request().body);
  auto waiting = std::make_shared<Call>(std::move(call));
  services.sign_ins.enter_verifier(
      nullptr, *id, binding_of(waiting->request(), *id), verifier,
      [waiting](Result<vault::AuthorizationId> entered) {
        if (!entered) {
          return std::move(*waiting).answer(verifier_page(entered.error(), waiting->path(0)));
        }
        std::move(*waiting).answer(see_other(std::string(kResultPath) + entered->text()));
      });
  wipe(verifier);
}

Result<http::Response> show_style(const Services& /*services*/, const Call& /*call*/) {
  http::Response response;
  response.content_type = "text/css; charset=utf-8";
  response.headers.push_back({"Cache-Control", "public, max-age=3600"});
  response.body = page_style();
  return response;
}

}  // namespace

void add_connect_pages(const Services& services, std::vector<Route>& routes) {
  const auto add = [&](std::string_view method, std::string_view pattern, auto* handle) {
    routes.push_back(
        {method,
         pattern,
         {},
         Caller::kAnybody,
         true,
         answering([&services, handle](const Call& call) { return handle(services, call); })});
  };
  const auto add_waiting = [&](std::string_view method, std::string_view pattern, auto* handle) {
    routes.push_back({method, pattern, {}, Caller::kAnybody, true, [&services, handle](Call call) {
                        handle(services, std::move(call));
                      }});
  };
  add("GET", kStylePath, &show_style);
  add("GET", "/connect/result/{id}", &show_outcome);
  add("GET", kUnknownPath, &show_unknown);
  add("GET", "/connect/{ticket}", &show_link);
  add_waiting("POST", "/connect/{ticket}", &press_continue);
  add_waiting("POST", "/connect/{ticket}/verifier", &enter_verifier);
  add_waiting("GET", "/OAuthCallback", &come_back);
  add_waiting("GET", "/OAuthCallback/{target_system}", &come_back);
}

}  // namespace strongroom::api
