// The way to an OpenID provider and back, for whoever signs in to the console. Pages without
// script, at addresses without a code.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "api/error_response.h"
#include "api/page.h"
#include "api/query_reader.h"
#include "api/resource.h"
#include "api/resources.h"
#include "api/session_cookie.h"
#include "http/address_policy.h"
#include "identity/sign_on.h"

namespace strongroom::api {
namespace {

// One household or host has 2^64 addresses of IPv6, and counts as one.
std::string network_of(const std::string& peer) {
  constexpr int kOfOneHost = 64;
  auto address = http::IpAddress::parse(peer);
  if (!address || peer.find(':') == std::string::npos) return peer;
  std::fill(address->bytes.begin() + kOfOneHost / 8, address->bytes.end(), std::uint8_t{0});
  return http::AddressRange{*address, kOfOneHost}.text();
}

constexpr std::string_view kRefusedPath = "/sign-in/single-sign-on/refused/";
constexpr std::string_view kWithoutGroupsPath = "/sign-in/single-sign-on/without-groups";

http::Response see_other(std::string address) {
  http::Response response = page("Continue", "");
  response.status = 303;
  response.headers.push_back({"Location", std::move(address)});
  return response;
}

http::Response to_refusal(identity::SignOnRefusal refusal) {
  return see_other(std::string(kRefusedPath).append(facts_of(refusal).name.view()));
}

// Nothing that somebody else's page asks for, unseen, is begun (RFC 9700 section 4.7).
bool is_embedded(const http::Request& request) {
  const std::string_view mode = request.header("Sec-Fetch-Mode");
  return !mode.empty() && mode != "navigate";
}

// Nothing but a path of ours: no scheme, no host, and nothing that a browser makes one of.
bool is_own_path(std::string_view path) {
  constexpr std::size_t kLongest = 2048;
  const bool is_path = path.starts_with('/') && !path.starts_with("//") && path.size() <= kLongest;
  return is_path &&
         std::ranges::all_of(path, [](char c) { return '!' <= c && c <= '~' && c != '\\'; });
}

// "step_up=1&return=/users": the session of the request's cookie is to be stepped up. Answers where
// the browser goes then.
Result<std::string> read_step_up(const http::Request& request) {
  STRONGROOM_TRY(QueryReader query, QueryReader::parse(request.query));
  if (query.text("step_up") != "1") query.refuse("step_up", "This is 1, or not there.");
  std::string path = query.text("return").value_or("/");
  if (!is_own_path(path)) {
    query.refuse("return", "A path of this server is wanted, which begins with one slash.");
  }
  STRONGROOM_CHECK(query.finish());
  return path;
}

Result<http::Response> leave(const Services& services, const Call& call) {
  const http::Request& request = call.request();
  if (request.method == "HEAD" || is_embedded(request)) return method_not_allowed();
  STRONGROOM_TRY(const auto id, call.id<identity::SignOnProviderId>(0));
  std::optional<identity::SignOnStepUp> step_up;
  if (!request.query.empty()) {
    STRONGROOM_TRY(const std::string path, read_step_up(request));
    const auto session = services.sessions.find(session_cookie(request));
    if (!session) return to_refusal(identity::SignOnRefusal::kOtherAccount);
    step_up = identity::SignOnStepUp{session->session, path};
  }
  auto departure = services.sign_on.start(id, network_of(request.peer), std::move(step_up));
  if (!departure && departure.error().code == Code::kNotFound) return Call::not_found();
  if (!departure) {
    return to_refusal(departure.error().problem.view() == "issuer_moved"
                          ? identity::SignOnRefusal::kMoved
                          : identity::SignOnRefusal::kSettingsChanged);
  }
  http::Response response = see_other(std::string(departure->address.reveal()));
  std::string cookie = departure->cookie + "=";
  cookie += departure->binding.reveal();
  cookie += "; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax";
  response.headers.push_back({"Set-Cookie", std::move(cookie)});
  response.secret = true;
  return response;
}

// Answers with a clean address, whatever came of it.
Result<http::Response> come_back(const Services& services, const Call& call) {
  const http::Request& request = call.request();
  // A link scanner or a browser that looks ahead must not use anything up.
  if (request.method == "HEAD") return method_not_allowed();
  const std::string_view cookies = request.header("Cookie");
  const auto signed_on = services.sign_on.finish(
      call.asker(), {.query = request.query,
                     .cookie = [&](std::string_view name) { return cookie_value(cookies, name); },
                     .replaced = session_cookie(request)});
  if (!signed_on) return to_refusal(signed_on.error());
  http::Response response = see_other(signed_on->groups_missing ? std::string(kWithoutGroupsPath)
                                                                : signed_on->return_path);
  if (signed_on->session) {
    response.headers.push_back(
        {"Set-Cookie", set_session_cookie(signed_on->session->key.reveal())});
  }
  response.secret = true;
  return response;
}

Result<http::Response> show_refusal(const Services& /*services*/, const Call& call) {
  const auto* const facts = identity::find_sign_on_refusal(call.path(0));
  if (facts == nullptr) return Call::not_found();
  std::string body = "<p>" + html_escaped(facts->message.view()) + "</p>\n<p>" +
                     html_escaped(facts->advice.view()) +
                     "</p>\n<p><a href=\"/sign-in\">Back to the sign-in page</a></p>\n";
  return page("You are not signed in", body);
}

Result<http::Response> show_without_groups(const Services& /*services*/, const Call& /*call*/) {
  return page("You are signed in, without groups",
              "<p>Your provider did not say which groups you are in, so you are in none by it, and "
              "may not see anything.</p>\n<p>Whoever manages single sign-on must have the provider "
              "put the claim of groups into ID tokens.</p>\n<p><a href=\"/\">Go on to the "
              "console</a></p>\n");
}

}  // namespace

void add_sign_on_pages(const Services& services, std::vector<Route>& routes) {
  const auto add = [&](std::string_view pattern, auto* handle) {
    routes.push_back(
        {"GET",
         pattern,
         {},
         Caller::kAnybody,
         true,
         answering([&services, handle](const Call& call) { return handle(services, call); })});
  };
  add(identity::kSignOnCallback, &come_back);
  add(kWithoutGroupsPath, &show_without_groups);
  add("/sign-in/single-sign-on/refused/{cause}", &show_refusal);
  add("/sign-in/single-sign-on/{id}", &leave);
}

}  // namespace strongroom::api
