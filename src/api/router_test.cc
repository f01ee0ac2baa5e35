#include "api/router.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/raw_client.h"
#include "http/testing/running_server.h"
#include "identity/testing/key_world.h"

namespace strongroom::api {
namespace {

const Uuid request_id_of_all = *Uuid::parse("0198c0de-0000-7000-8000-00000000000f");

void answer_with_path(Call call) {
  std::string text = call.path(0) + "|" + call.path(1) + "|" + call.actor().id.text();
  std::move(call).answer(json_response(std::move(text)));
}

void answer_with_opener(Call call) {
  const auto user = call.session_user();
  std::move(call).answer(json_response(user ? user->text() : "nobody"));
}

// A router with a few routes behind a real server, and a queue in the place of the workers.
class RouterTest : public testing::Test {
 protected:
  RouterTest() : attempts_(world_.clock, {.burst = 3, .per_minute = 60}), router_(parts()) {}

  static Need fresh(Where where) {
    Need need{where};
    need.step_up = true;
    return need;
  }

  Router::Parts parts() {
    const auto crash = [](const Call&) {};
    return {
        .raw_routes = {{"GET", "/raw/{id}",
                        [](const http::Request&, http::Responder responder, std::string_view id,
                           const Uuid&) {
                          std::move(responder).send(json_response(std::string(id)));
                        }}},
        .routes =
            {{"GET", "/open", {}, Caller::kAnybody, false, answer_with_path},
             {"POST", "/open", {}, Caller::kAnybody, true, answer_with_opener},
             {"GET", "/own", {}, Caller::kSession, false, answer_with_path},
             {"DELETE", "/own", {}, Caller::kSession, true, answer_with_path},
             {"GET", "/things", {}, Caller::kPerson, false, answer_with_path},
             {"POST", "/things", {}, Caller::kPerson, true, answer_with_path},
             {"GET", "/things/{id}", {}, Caller::kPerson, false, answer_with_path},
             {"DELETE", "/things/{id}/parts/{part}", {}, Caller::kPerson, false, answer_with_path},
             {"POST",
              "/fresh",
              {},
              Caller::kPerson,
              true,
              answer_with_path,
              fresh(Where::kSignedIn)},
             {"POST",
              "/fresh/own",
              {},
              Caller::kSession,
              true,
              answer_with_path,
              fresh(Where::kSession)},
             {"DELETE",
              "/denied/{id}",
              {},
              Caller::kPerson,
              true,
              [](Call call) {
                Error denied = call.actor().need(Permission::kView).error();
                std::move(call).answer(std::move(denied));
              }},
             {"GET", "/crash", {}, Caller::kAnybody, false, crash}},
        .api_keys = world_.keys(),
        .sessions = world_.sessions(),
        .failed_attempts = attempts_,
        .workers = [this](Task task) { return take(std::move(task)); },
        .new_request_id = [] { return request_id_of_all; },
        .log = world_.log(),
        .settle = [this] { ++settled_; },
        .record_denial =
            [this](const vault::Actor& actor, const Error& error, const Uuid& subject, Task then) {
              denials_.push_back(actor.key_id.text() + "|" + actor.request_id + "|" +
                                 subject.text() + "|" +
                                 std::get<VisibleName>(*error.find("permission")).text);
              then();
            },
        .pages = [](const http::Request& request, const Uuid&) -> std::optional<http::Response> {
          if (request.path != "/page" && request.path != "/things") return std::nullopt;
          http::Response page = json_response(std::string(request.method));
          page.content_type = "text/html";
          return page;
        }};
  }

  bool take(Task task) {
    if (full_) return false;
    if (before_work_) before_work_();
    task();
    return true;
  }

  http::RawResponse send(std::string_view method, std::string_view path, std::string_view fields) {
    http::RawClient client(server_.port());
    client.send(std::string(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: a\r\n") +
                std::string(fields) + "Content-Length: 0\r\n\r\n");
    return client.receive(method == "HEAD");
  }
  http::RawResponse ask(std::string_view method, std::string_view path,
                        std::string_view authorization = {}) {
    if (authorization.empty()) return send(method, path, {});
    return send(method, path, "Authorization: " + std::string(authorization) + "\r\n");
  }
  http::RawResponse ask_as_admin(std::string_view method, std::string_view path) {
    return ask(method, path, "Bearer " + std::string(admin_.key.reveal()));
  }

  identity::KeyWorld world_;
  identity::NewApiKey admin_ = world_.make_admin();
  FailedAttempts attempts_;
  Router router_;
  bool full_ = false;
  int settled_ = 0;
  std::vector<std::string> denials_;
  std::function<void()> before_work_;
  http::RunningServer server_{[this](const http::Request& request, http::Responder responder) {
                                router_.handle(request, std::move(responder));
                              },
                              http::plain_options()};
};

TEST_F(RouterTest, LeadsToTheHandlerWithDecodedParameters) {
  const auto response = ask_as_admin("DELETE", "/things/a%20b/parts/c%2Fd?x=1");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "a b|c/d|" + admin_.info.user.text());
  EXPECT_EQ(ask_as_admin("GET", "/things/%31").body, "1||" + admin_.info.user.text());
  EXPECT_EQ(ask_as_admin("POST", "/things").status, 200);
}

TEST_F(RouterTest, PutsItsHeadersOnEveryAnswer) {
  for (const char* path : {"/open", "/things", "/nothing", "/open/x"}) {
    const auto response = ask("GET", path);
    EXPECT_TRUE(response.has("X-Request-Id: " + request_id_of_all.text() + "\r\n")) << path;
    EXPECT_TRUE(response.has("Cache-Control: no-store\r\n")) << path;
    EXPECT_EQ(response.head.find("X-Request-Id"), response.head.rfind("X-Request-Id")) << path;
  }
}

TEST_F(RouterTest, TellsAnUnknownPathFromAnUnknownMethod) {
  EXPECT_EQ(ask_as_admin("GET", "/nothing").status, 404);
  EXPECT_EQ(ask_as_admin("GET", "/things/").status, 404);
  for (const char* method : {"PUT", "OPTIONS", "get"}) {
    const auto response = ask_as_admin(method, "/things");
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_TRUE(response.has("Allow: GET, HEAD, POST\r\n")) << response.head;
  }
  const auto raw = ask("POST", "/raw/1");
  EXPECT_EQ(raw.status, 405);
  EXPECT_TRUE(raw.has("Allow: GET\r\n")) << raw.head;
}

TEST_F(RouterTest, AsksForAPageOnlyWhereNoRouteHasThePath) {
  const auto page = ask("GET", "/page");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "GET");
  EXPECT_TRUE(page.has("X-Request-Id: " + request_id_of_all.text() + "\r\n")) << page.head;
  EXPECT_EQ(ask("POST", "/page").body, "POST");
  EXPECT_EQ(ask("GET", "/things").status, 401);
  EXPECT_EQ(ask("PUT", "/things").status, 405);
  EXPECT_EQ(ask("GET", "/pages").status, 404);
}

TEST_F(RouterTest, AnswersHeadAsGetButNotWhereTokensAreHandedOut) {
  EXPECT_EQ(ask_as_admin("HEAD", "/things").status, 200);
  EXPECT_EQ(ask("HEAD", "/raw/1").status, 405);
}

TEST_F(RouterTest, RefusesAPathThatCannotBeDecoded) {
  for (const char* path : {"/things/%", "/things/%zz", "/things/%00", "/things/%ff"}) {
    EXPECT_EQ(ask_as_admin("GET", path).status, 400) << path;
  }
  EXPECT_EQ(ask("GET", "/raw/%00").status, 400);
  EXPECT_EQ(ask("GET", "/raw/a%20b").body, "a b");
}

TEST_F(RouterTest, WantsAUserApiKeyAndNothingElse) {
  const std::string key(admin_.key.reveal());
  const auto robot = crypto::make_bearer_key(crypto::kRobotKeyPrefix, world_.random());
  EXPECT_EQ(ask("GET", "/things", "bearer " + key).status, 200);
  EXPECT_EQ(ask("GET", "/open").status, 200);
  for (const std::string& wrong :
       {std::string(), "Basic " + key, key, "Bearer  " + key, "Bearer " + key + " x",
        "Bearer " + std::string(robot.reveal()), "Bearer " + key.substr(1)}) {
    world_.clock.advance(Seconds(60));
    const auto response = ask("GET", "/things", wrong);
    EXPECT_EQ(response.status, 401) << wrong.substr(0, 12);
    EXPECT_TRUE(response.has("WWW-Authenticate: Bearer\r\n"));
  }
  EXPECT_EQ(router_.counters().unauthenticated, 7u);
}

TEST_F(RouterTest, SlowsDownWrongKeysAndNeverARightOne) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask("GET", "/things", "Bearer wrong").status, 401);
  const auto response = ask("GET", "/things", "Bearer wrong");
  EXPECT_EQ(response.status, 429);
  EXPECT_TRUE(response.has("Retry-After: 1\r\n")) << response.head;
  EXPECT_EQ(ask_as_admin("GET", "/things").status, 200);
  EXPECT_EQ(router_.counters().throttled, 1u);
  world_.clock.advance(Seconds(2));
  EXPECT_EQ(ask("GET", "/things", "Bearer wrong").status, 401);
}

TEST_F(RouterTest, SaysWhenTheWorkersHaveTooMuchToDo) {
  full_ = true;
  const auto response = ask_as_admin("POST", "/things");
  EXPECT_EQ(response.status, 503);
  EXPECT_TRUE(response.has("Retry-After: 1\r\n"));
  EXPECT_NE(response.body.find("/problems/overloaded"), std::string::npos);
  EXPECT_EQ(ask_as_admin("GET", "/things").status, 200);  // needs no worker
  EXPECT_EQ(router_.counters().overloaded, 1u);
}

TEST_F(RouterTest, AsksAgainForAKeyThatWasRevokedWhileTheCallWaited) {
  before_work_ = [this] {
    identity::must(world_.keys().revoke(identity::KeyWorld::server(), admin_.info.id));
  };
  EXPECT_EQ(ask_as_admin("POST", "/things").status, 401);
}

TEST_F(RouterTest, WaitsForTheEventLoopsBeforeItAnswersAChange) {
  ask_as_admin("GET", "/things");
  EXPECT_EQ(settled_, 0);
  ask_as_admin("POST", "/things");
  EXPECT_EQ(settled_, 1);
}

TEST_F(RouterTest, HasALackOfPermissionWrittenDownBeforeItIsAnswered) {
  const auto powerless = identity::must(world_.keys().create(
      identity::KeyWorld::server(), {.user = "ada", .name = "none", .permissions = {}}));
  const std::string bearer = "Bearer " + std::string(powerless.key.reveal());
  const std::string thing = "0198c0de-0000-7000-8000-000000000001";
  EXPECT_EQ(ask("DELETE", "/denied/" + thing, bearer).status, 403);
  EXPECT_EQ(ask("DELETE", "/denied/by-name", bearer).status, 403);
  const std::string who = powerless.info.id.text() + "|" + request_id_of_all.text() + "|";
  EXPECT_EQ(denials_, (std::vector{who + thing + "|view", who + Uuid{}.text() + "|view"}));
}

class SessionRouterTest : public RouterTest {
 protected:
  static std::string cookie(const identity::NewSession& session) {
    return "Cookie: __Host-strongroom_session=" + std::string(session.key.reveal()) + "\r\n";
  }
  static std::string token(const identity::NewSession& session) {
    return "X-CSRF-Token: " + session.csrf_token + "\r\n";
  }
  static bool has(const http::RawResponse& response, std::string_view problem) {
    return response.body.find("/problems/" + std::string(problem) + "\"") != std::string::npos;
  }
  // KeyWorld's administrator has a key alone so far.
  identity::NewSession begin() {
    const auto password = identity::must(world_.sign_in().reset_password(
        identity::KeyWorld::server(), identity::kFirstAdministrator, {}));
    const auto begun = identity::must(
        world_.sign_in().sign_in({}, identity::kFirstAdministrator, password.reveal(), {}));
    return identity::must(world_.sign_in().change_password(
        identity::KeyWorld::asker(begun.info), {password.reveal(), identity::KeyWorld::kPassword}));
  }
};

TEST_F(SessionRouterTest, TakesASessionWhereverItTakesAKey) {
  const auto session = begin();
  const std::string user = session.info.user.id.text();
  EXPECT_EQ(send("GET", "/things/a", cookie(session)).body, "a||" + user);
  EXPECT_EQ(send("HEAD", "/things", cookie(session)).status, 200);
  EXPECT_EQ(send("POST", "/things", cookie(session) + token(session)).body, "||" + user);
  EXPECT_EQ(send("GET", "/own", cookie(session)).body, "||" + user);
  EXPECT_EQ(send("DELETE", "/own", cookie(session) + token(session)).status, 200);
}

TEST_F(SessionRouterTest, KeepsNoSessionAliveForAPageThatNobodyTouches) {
  const auto session = begin();
  for (int i = 0; i < 3; ++i) {
    world_.clock.advance(std::chrono::minutes(14));
    const auto polled = send("GET", "/things", cookie(session) + "X-Unattended: 1\r\n");
    EXPECT_EQ(polled.status, i < 2 ? 200 : 401) << i;
  }
}

TEST_F(SessionRouterTest, WantsToKnowAgainWhoItIsWhereARouteSaysSo) {
  const auto session = begin();
  const std::string shown = cookie(session) + token(session);
  for (const char* const path : {"/fresh", "/fresh/own"}) {
    EXPECT_EQ(send("POST", path, shown).status, 200) << path;
  }
  for (const auto past : {std::chrono::minutes(10), std::chrono::minutes(15)}) {
    world_.clock.advance(past);
    for (const char* const path : {"/fresh", "/fresh/own"}) {
      const auto response = send("POST", path, shown);
      EXPECT_EQ(response.status, 403) << path;
      EXPECT_TRUE(has(response, "step_up_required")) << response.body;
    }
  }
  EXPECT_TRUE(denials_.empty());  // who may do it lacks no permission
  EXPECT_EQ(send("POST", "/things", shown).status, 200);
  EXPECT_EQ(ask_as_admin("POST", "/fresh").status, 200);  // by a key
  identity::must(
      world_.sign_in().step_up({}, session.info.id, {identity::KeyWorld::kPassword, {}}));
  EXPECT_EQ(send("POST", "/fresh", shown).status, 200);
}

TEST_F(SessionRouterTest, WantsTheTokenForWhatMayChangeSomething) {
  const auto session = begin();
  const auto other = identity::must(world_.sign_in().sign_in({}, identity::kFirstAdministrator,
                                                             identity::KeyWorld::kPassword, {}));
  for (const std::string& wrong : {std::string(), std::string("X-CSRF-Token: \r\n"),
                                   std::string("X-CSRF-Token: abc\r\n"), token(other)}) {
    for (const char* const path : {"/things", "/own"}) {
      const char* const method = path == std::string("/own") ? "DELETE" : "POST";
      const auto response = send(method, path, cookie(session) + wrong);
      EXPECT_EQ(response.status, 403) << wrong;
      EXPECT_TRUE(has(response, "csrf_token_wrong")) << response.body;
    }
  }
  EXPECT_EQ(router_.counters().forged, 8u);
  EXPECT_TRUE(denials_.empty());  // a page of another site is not what its victim did
}

TEST_F(SessionRouterTest, RefusesWhatAnotherSitesPageSends) {
  const auto session = begin();
  const std::string shown = cookie(session) + token(session);
  const auto response = send("POST", "/things", shown + "Sec-Fetch-Site: cross-site\r\n");
  EXPECT_EQ(response.status, 403);
  EXPECT_TRUE(has(response, "cross_site_request")) << response.body;
  EXPECT_EQ(send("POST", "/things", shown + "Sec-Fetch-Site: same-origin\r\n").status, 200);
  EXPECT_EQ(send("GET", "/things", shown + "Sec-Fetch-Site: cross-site\r\n").status, 200);
}

TEST_F(SessionRouterTest, LetsTheAuthorizationCountAlone) {
  const auto session = begin();
  const std::string key = "Authorization: Bearer " + std::string(admin_.key.reveal()) + "\r\n";
  EXPECT_EQ(send("POST", "/things", cookie(session) + key).status, 200);  // needs no token
  const std::string wrong = "Authorization: Bearer wrong\r\n";
  EXPECT_EQ(send("GET", "/things", cookie(session) + wrong).status, 401);
  EXPECT_EQ(send("GET", "/own", cookie(session) + key).status, 401);
  EXPECT_EQ(send("POST", "/open", cookie(session) + key).body, "nobody");
}

TEST_F(SessionRouterTest, SaysThatASessionHasEndedHoweverOftenItIsAsked) {
  const auto session = begin();
  const std::string shown = cookie(session) + token(session);
  world_.clock.advance(std::chrono::minutes(31));
  for (int i = 0; i < 20; ++i) {
    const auto response = send("POST", "/things", shown);
    EXPECT_EQ(response.status, 401);
    EXPECT_TRUE(has(response, "session_ended")) << response.body;
  }
  EXPECT_TRUE(has(send("GET", "/own", "Cookie: __Host-strongroom_session=x\r\n"), "session_ended"));
  EXPECT_TRUE(has(send("GET", "/own", {}), "unauthenticated"));
}

TEST_F(SessionRouterTest, AsksAgainForASessionThatEndedWhileTheCallWaited) {
  const auto session = begin();
  before_work_ = [&] {
    identity::must(
        world_.sign_in().sign_out(identity::KeyWorld::asker(session.info), session.info.id));
  };
  EXPECT_TRUE(has(send("POST", "/things", cookie(session) + token(session)), "session_ended"));
}

TEST_F(SessionRouterTest, LetsWhoMustChangeThePasswordDoNothingElse) {
  const auto password = identity::must(world_.sign_in().reset_password(
      identity::KeyWorld::server(), identity::kFirstAdministrator, {}));
  const auto session = identity::must(
      world_.sign_in().sign_in({}, identity::kFirstAdministrator, password.reveal(), {}));
  const std::string shown = cookie(session) + token(session);
  for (const char* const method : {"GET", "POST"}) {
    const auto response = send(method, "/things", shown);
    EXPECT_EQ(response.status, 403);
    EXPECT_TRUE(has(response, "password_change_needed")) << response.body;
  }
  EXPECT_EQ(send("GET", "/own", shown).status, 200);
  EXPECT_EQ(send("DELETE", "/own", shown).status, 200);
}

TEST_F(SessionRouterTest, TellsAPublicPageWhoOpensIt) {
  const auto session = begin();
  EXPECT_EQ(send("POST", "/open", cookie(session)).body, session.info.user.id.text());
  EXPECT_EQ(send("POST", "/open", {}).body, "nobody");
  world_.clock.advance(std::chrono::minutes(31));
  EXPECT_EQ(send("POST", "/open", cookie(session)).body, "nobody");
}

TEST_F(RouterTest, AnswersEvenWhereAHandlerForgotTo) {
  EXPECT_EQ(ask("GET", "/crash").status, 500);
}

TEST(BearerCredential, IsWhatFollowsTheScheme) {
  EXPECT_EQ(bearer_credential("Bearer abc"), "abc");
  EXPECT_EQ(bearer_credential("BEARER abc"), "abc");
  for (const char* bad : {"", "Bearer", "Bearer ", "Bearerabc", "Basic abc", "Bearer a b"}) {
    EXPECT_EQ(bearer_credential(bad), "") << bad;
  }
}

}  // namespace
}  // namespace strongroom::api
