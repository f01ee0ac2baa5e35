#include "http/server.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "http/testing/raw_client.h"
#include "http/testing/running_server.h"

namespace strongroom::http {
namespace {

TEST(Server, AnswersOverTlsAndKeepsTheConnection) {
  RunningServer server(echo);
  RawClient client(server.port(), RawTls{});
  ASSERT_TRUE(client.connected());
  for (int i = 0; i < 3; ++i) {
    const RawResponse response = client.exchange(get("/a/b?c=d&e"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "GET /a/b?c=d&e body=");
    EXPECT_TRUE(response.has("Content-Type: text/plain\r\n"));
    EXPECT_TRUE(response.has("Date: "));
    EXPECT_TRUE(response.has("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_FALSE(response.has("Connection:"));
    EXPECT_FALSE(response.has("Server:"));
  }
  EXPECT_EQ(server->counters().connections_accepted, 1U);
  EXPECT_EQ(server->counters().requests, 3U);
  EXPECT_EQ(server->counters().connections_open, 1U);
}

TEST(Server, ShowsTheHandlerEverythingThatWasSent) {
  std::promise<void> seen;
  RunningServer server(
      [&](const Request& request, Responder responder) {
        EXPECT_EQ(request.method, "PUT");
        EXPECT_EQ(request.target, "/p%20q?x=1");
        EXPECT_EQ(request.path, "/p%20q");
        EXPECT_EQ(request.query, "x=1");
        EXPECT_EQ(request.authorization, "Bearer key");
        EXPECT_EQ(request.if_match, "\"v1\"");
        EXPECT_EQ(request.content_type, "application/json");
        EXPECT_EQ(request.body, "{}");
        EXPECT_EQ(request.peer, "127.0.0.1");
        EXPECT_EQ(request.header("X-OTHER"), "spaced");
        EXPECT_EQ(request.header("X-Absent"), "");
        EXPECT_EQ(&responder.request(), &request);
        std::move(responder).send(Response{});
        seen.set_value();
      },
      plain_options());
  RawClient client(server.port());
  client.send(
      "PUT /p%20q?x=1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer key\r\nIf-Match: \"v1\"\r\n"
      "Content-Type: application/json\r\nx-other:  spaced \r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(client.receive().status, 200);
  seen.get_future().get();
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
  RunningServer server(echo);
  RawClient client(server.port(), RawTls{});
  std::string burst;
  for (int i = 0; i < 500; ++i) burst += get("/" + std::to_string(i));
  ASSERT_TRUE(client.send(burst));
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(client.receive().body, "GET /" + std::to_string(i) + "? body=");
  }
}

TEST(Server, WaitsWithAPipelinedRequestUntilTheOneBeforeIsAnswered) {
  Shelf shelf;
  RunningServer server(shelf.handler(), plain_options());
  RawClient client(server.port());
  client.send(get("/1") + get("/2"));
  Responder first = shelf.take();
  EXPECT_EQ(first.request().path, "/1");
  EXPECT_EQ(server->counters().requests, 1U);
  std::move(first).send({.headers = {}, .body = "one"});
  EXPECT_EQ(client.receive().body, "one");
  Responder second = shelf.take();
  EXPECT_EQ(second.request().path, "/2");
  std::move(second).send({.headers = {}, .body = "two"});
  EXPECT_EQ(client.receive().body, "two");
}

TEST(Server, TakesARequestThatArrivesByteByByte) {
  RunningServer server(echo);
  RawClient client(server.port(), RawTls{});
  for (const char c : get("/slow")) client.send(std::string_view(&c, 1));
  EXPECT_EQ(client.receive().body, "GET /slow? body=");
}

TEST(Server, TakesThousandsOfRequestsOnOneConnectionAndOnMany) {
  RunningServer server(echo);
  RawClient client(server.port(), RawTls{});
  for (int i = 0; i < 5'000; ++i) ASSERT_EQ(client.exchange(get("/x")).status, 200);
  for (int i = 0; i < 100; ++i) {
    RawClient other(server.port(), RawTls{});
    ASSERT_EQ(other.exchange(get("/y")).status, 200);
  }
  EXPECT_EQ(server->counters().requests, 5'100U);
  EXPECT_TRUE(eventually([&] { return server->counters().connections_open == 1; }));
}

TEST(Server, HandlesEachTurnInsideWhatItWasGivenToGoAroundIt) {
  std::atomic<bool> inside = false;
  std::atomic<int> outside_count = 0;
  ServerOptions options;
  options.around_turn = [&](const std::function<void()>& turn) {
    inside = true;
    turn();
    inside = false;
  };
  RunningServer server(
      [&](const Request&, Responder responder) {
        if (!inside) ++outside_count;
        std::move(responder).send(Response{});
      },
      options);
  RawClient client(server.port(), RawTls{});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.exchange(get("/")).status, 200);
  EXPECT_EQ(outside_count, 0);
}

TEST(Server, TakesAnswersFromOtherThreads) {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Responder> waiting;
  bool done = false;
  ServerOptions options;
  options.loops = 2;
  RunningServer server(
      [&](const Request&, Responder responder) {
        const std::lock_guard lock(mutex);
        waiting.push_back(std::move(responder));
        changed.notify_one();
      },
      options);
  std::thread worker([&] {
    std::unique_lock lock(mutex);
    while (!done || !waiting.empty()) {
      changed.wait(lock, [&] { return done || !waiting.empty(); });
      std::vector<Responder> batch = std::exchange(waiting, {});
      lock.unlock();
      for (Responder& responder : batch) {
        std::string path(responder.request().path);
        std::move(responder).send({.headers = {}, .body = std::move(path)});
      }
      lock.lock();
    }
  });
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      RawClient client(server.port(), RawTls{});
      for (int i = 0; i < 200; ++i) {
        const std::string path = "/" + std::to_string(c) + "/" + std::to_string(i);
        ASSERT_EQ(client.exchange(get(path)).body, path);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  {
    const std::lock_guard lock(mutex);
    done = true;
    changed.notify_one();
  }
  worker.join();
}

TEST(Server, LetsAHandlerAnswerAnotherConnectionThanItsOwn) {
  std::optional<Responder> held;  // the loop's thread alone
  RunningServer server(
      [&](const Request&, Responder responder) {
        if (!held) {
          held = std::move(responder);
          return;
        }
        std::move(*held).send({.headers = {}, .body = "first"});
        held.reset();
        std::move(responder).send({.headers = {}, .body = "second"});
      },
      plain_options());
  RawClient first(server.port());
  first.send(get("/1"));
  ASSERT_TRUE(eventually([&] { return server->counters().requests == 1; }));
  RawClient second(server.port());
  EXPECT_EQ(second.exchange(get("/2")).body, "second");
  EXPECT_EQ(first.receive().body, "first");
}

TEST(Server, AnswersFiveHundredWhenAHandlerDropsItsResponder) {
  RunningServer server([](const Request&, const Responder&) {}, plain_options());
  RawClient client(server.port());
  const RawResponse response = client.exchange(get("/"));
  EXPECT_EQ(response.status, 500);
  EXPECT_TRUE(response.has("Content-Type: application/problem+json\r\n"));
  EXPECT_NE(response.body.find("\"type\":\"/problems/internal\""), std::string::npos);
  EXPECT_EQ(client.exchange(get("/")).status, 500);  // and the connection goes on
}

TEST(Server, AnswersFiveHundredWhenAHandlerThrows) {
  RunningServer server(
      [](const Request&, Responder) { throw std::runtime_error("a bug of the handler"); },
      plain_options());
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(get("/")).status, 500);
  EXPECT_NE(server.log_text().find("a request handler failed"), std::string::npos);
}

TEST(Server, KeepsTheRequestAliveWhenTheClientIsGone) {
  Shelf shelf;
  RunningServer server(shelf.handler());
  std::optional<RawClient> client(std::in_place, server.port(), RawTls{});
  client->send(get("/kept"));
  Responder responder = shelf.take();
  EXPECT_TRUE(responder.wanted());
  client.reset();
  EXPECT_TRUE(eventually([&] { return !responder.wanted(); }));
  EXPECT_EQ(responder.request().path, "/kept");
  std::move(responder).send({.headers = {}, .body = "too late"});
  EXPECT_TRUE(eventually([&] { return server->counters().connections_open == 0; }));
  EXPECT_EQ(RawClient(server.port(), RawTls{}).connected(), true);
}

TEST(Server, LetsAResponderOutliveTheServer) {
  Shelf shelf;
  Responder responder;
  {
    RunningServer server(shelf.handler(), plain_options());
    RawClient client(server.port());
    client.send(get("/kept"));
    responder = shelf.take();
  }
  EXPECT_FALSE(responder.wanted());
  EXPECT_EQ(responder.request().path, "/kept");
  std::move(responder).send({.headers = {}, .body = "too late", .secret = true});
}

TEST(Server, SendsNoBodyForHead) {
  RunningServer server(echo, plain_options());
  RawClient client(server.port());
  client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b"));
  const RawResponse head = client.receive(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Content-Length: 14\r\n"));
  EXPECT_EQ(client.receive().body, "GET /b? body=");
}

TEST(Server, ForbidsStoringASecretAnswer) {
  RunningServer server(
      [](const Request&, Responder responder) {
        std::move(responder).send({.headers = {}, .body = "token", .secret = true});
      },
      plain_options());
  RawClient client(server.port());
  const RawResponse response = client.exchange(get("/"));
  EXPECT_TRUE(response.has("Cache-Control: no-store\r\n"));
  EXPECT_EQ(response.body, "token");
  EXPECT_EQ(client.exchange(get("/")).body, "token");
}

TEST(Server, RefusesToSendAHeaderThatWouldSplitTheAnswer) {
  RunningServer server(
      [](const Request&, Responder responder) {
        std::move(responder).send(
            {.headers = {{"Location", "/a\r\nSet-Cookie: b=c"}}, .body = "x"});
      },
      plain_options());
  RawClient client(server.port());
  const RawResponse response = client.exchange(get("/"));
  EXPECT_EQ(response.status, 500);
  EXPECT_FALSE(response.has("Set-Cookie"));
}

TEST(Server, WritesAnAnswerThatNoSocketBufferHolds) {
  const std::string large(24 * 1024 * 1024, 'z');
  RunningServer server([&](const Request&, Responder responder) {
    std::move(responder).send({.headers = {}, .body = large});
  });
  RawClient client(server.port(), RawTls{});
  client.send(get("/1") + get("/2"));
  EXPECT_EQ(client.receive().body, large);
  EXPECT_EQ(client.receive().body, large);
}

TEST(Server, ClosesWhereTheClientAsksForIt) {
  RunningServer server(echo, plain_options());
  RawClient closing(server.port());
  const RawResponse closed =
      closing.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(closed.has("Connection: close\r\n"));
  EXPECT_TRUE(closing.is_closed_by_server());

  RawClient old(server.port());
  EXPECT_TRUE(old.exchange("GET / HTTP/1.0\r\n\r\n").has("Connection: close\r\n"));
  EXPECT_TRUE(old.is_closed_by_server());

  RawClient staying(server.port());
  const std::string request = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_TRUE(staying.exchange(request).has("Connection: keep-alive\r\n"));
  EXPECT_EQ(staying.exchange(request).status, 200);
}

TEST(Server, AnswersAClientThatHasEndedItsOwnSending) {
  RunningServer server(echo, plain_options());
  RawClient client(server.port());
  client.send(get("/half"));
  client.end_sending();
  EXPECT_EQ(client.receive().body, "GET /half? body=");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST(Server, AsksForTheBodyThatAClientHoldsBack) {
  RunningServer server(echo, plain_options());
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive(true).status, 100);
  EXPECT_EQ(client.exchange("abc").body, "POST /? body=abc");
  // A client that did not wait is not kept waiting.
  const RawResponse at_once = client.exchange(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc");
  EXPECT_EQ(at_once.body, "POST /? body=abc");
}

TEST(Server, SpreadsClientsOverItsLoops) {
  std::mutex mutex;
  std::vector<std::thread::id> threads;
  ServerOptions options = plain_options();
  options.loops = 2;
  RunningServer server(
      [&](const Request& request, Responder responder) {
        {
          const std::lock_guard lock(mutex);
          const auto id = std::this_thread::get_id();
          if (std::ranges::find(threads, id) == threads.end()) threads.push_back(id);
        }
        echo(request, std::move(responder));
      },
      options);
  for (int i = 0; i < 64; ++i) {
    RawClient client(server.port());
    ASSERT_EQ(client.exchange(get("/")).status, 200);
  }
  EXPECT_EQ(threads.size(), 2U);
}

}  // namespace
}  // namespace strongroom::http
