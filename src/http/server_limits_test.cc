// The server when it is crowded, kept waiting, short of something, or told to stop.

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http/descriptor.h"
#include "http/server.h"
#include "http/testing/raw_client.h"
#include "http/testing/running_server.h"

namespace strongroom::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

TEST(ServerLimits, AcceptsNoMoreThanItsConnectionsAndGoesOnWhenOneCloses) {
  ServerOptions options = plain_options();
  options.limits.max_connections = 2;
  RunningServer server(echo, options);
  std::optional<RawClient> first(std::in_place, server.port());
  RawClient second(server.port());
  EXPECT_EQ(first->exchange(get("/1")).status, 200);
  EXPECT_EQ(second.exchange(get("/2")).status, 200);
  RawClient third(server.port());  // in the backlog
  third.send(get("/3"));
  EXPECT_EQ(second.exchange(get("/2")).status, 200);
  EXPECT_EQ(server->counters().connections_accepted, 2U);
  first.reset();
  EXPECT_EQ(third.receive().body, "GET /3? body=");
}

TEST(ServerLimits, HaveThoseWhoSendNothingMakeRoomForOthers) {
  ServerOptions options = plain_options();
  options.limits.max_connections = 4;
  options.limits.crowded_patience = seconds(1);
  RunningServer server(echo, options);
  RawClient useful(server.port());
  EXPECT_EQ(useful.exchange(get("/1")).status, 200);
  RawClient silent(server.port());
  RawClient slow_head(server.port());
  slow_head.send("GET / HTTP/1.1\r\nHost:");
  RawClient slow_body(server.port());
  slow_body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  ASSERT_TRUE(eventually([&] { return server->counters().connections_accepted == 4; }));
  RawClient fifth(server.port());
  fifth.send(get("/5"));
  EXPECT_EQ(fifth.receive().body, "GET /5? body=");
  // Who was answered before stays longer than who never was.
  EXPECT_EQ(useful.exchange(get("/1")).status, 200);
}

TEST(ServerLimits, KeepConnectionsThatRestWhileThereIsRoom) {
  ServerOptions options = plain_options();
  options.limits.max_connections = 2;
  options.limits.crowded_patience = seconds(0);
  RunningServer server(echo, options);
  RawClient first(server.port());
  RawClient second(server.port());
  EXPECT_EQ(first.exchange(get("/1")).status, 200);
  EXPECT_EQ(second.exchange(get("/2")).status, 200);
  // A third of the server's: two sweeps have seen the two by the time that its own deadline passes.
  ServerOptions timed = plain_options();
  timed.limits.idle_timeout = seconds(1);
  RunningServer clock(echo, timed);
  EXPECT_TRUE(RawClient(clock.port()).is_closed_by_server());
  EXPECT_EQ(first.exchange(get("/1")).status, 200);
  EXPECT_EQ(second.exchange(get("/2")).status, 200);
}

// Takes every descriptor that the process may still open.
std::vector<Descriptor> take_all_descriptors() {
  std::vector<Descriptor> taken;
  for (;;) {
    Descriptor copy(::dup(STDERR_FILENO));
    if (!copy.is_open()) return taken;
    taken.push_back(std::move(copy));
  }
}

TEST(ServerLimits, WaitsCalmlyWhileTheMachineHasNoDescriptorLeft) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  RunningServer server(echo, plain_options());
  rlimit few = before;
  few.rlim_cur = 128;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  std::vector<Descriptor> taken = take_all_descriptors();
  taken.pop_back();
  RawClient client(server.port());  // has the last one, so the server has none for its end
  client.send(get("/"));
  const auto complaints = [&] {
    const std::string log = server.log_text();
    std::size_t count = 0;
    for (std::size_t at = 0; (at = log.find("cannot be accepted", at)) != std::string::npos; ++at) {
      ++count;
    }
    return count;
  };
  EXPECT_TRUE(eventually([&] { return complaints() >= 3; }));  // it tries again, twice a second
  EXPECT_LE(complaints(), 4U);
  taken.clear();
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(ServerLimits, AnswersAClientThatHasRestedForLongerThanItsBuffersAreKept) {
  RunningServer server(echo);
  RawClient client(server.port(), RawTls{});
  EXPECT_EQ(client.exchange(get("/1")).body, "GET /1? body=");
  // Three sweeps of the loop, seen from outside by a connection that one of them ends.
  ServerOptions timed = plain_options();
  timed.limits.idle_timeout = seconds(2);
  RunningServer clock(echo, timed);
  EXPECT_TRUE(RawClient(clock.port()).is_closed_by_server());
  EXPECT_EQ(client.exchange(get("/2")).body, "GET /2? body=");
}

TEST(ServerLimits, EndsRequestsThatDoNotArriveInTime) {
  ServerOptions options = plain_options();
  options.limits.header_timeout = seconds(1);
  options.limits.body_timeout = seconds(1);
  options.limits.idle_timeout = seconds(1);
  RunningServer server(echo, options);
  RawClient silent(server.port());
  RawClient slow_head(server.port());
  RawClient slow_body(server.port());
  slow_head.send("GET / HTTP/1.1\r\nHost:");
  slow_body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  const RawResponse head = slow_head.receive();
  EXPECT_EQ(head.status, 408);
  EXPECT_TRUE(head.has("Connection: close\r\n"));
  EXPECT_EQ(slow_body.receive().status, 408);
  EXPECT_TRUE(silent.is_closed_by_server());
  EXPECT_EQ(server->counters().rejected_requests, 2U);
  EXPECT_EQ(server->counters().requests, 0U);
}

TEST(ServerLimits, EndsAnAnswerThatNobodyReads) {
  const std::string large(std::size_t{24} << 20, 'z');
  ServerOptions options = plain_options();
  options.limits.write_timeout = seconds(1);
  RunningServer server(
      [&](const Request&, Responder responder) {
        std::move(responder).send({.headers = {}, .body = large});
      },
      options);
  RawClient client(server.port());
  client.send(get("/"));
  ASSERT_TRUE(eventually([&] { return server->counters().requests == 1; }));
  EXPECT_TRUE(eventually([&] { return server->counters().connections_open == 0; }));
}

TEST(ServerLimits, SendsLargeStandingBodiesWholeAndInOrder) {
  const std::string large = std::string(200'000, 'a') + std::string(200'000, 'b');
  RunningServer server([&](const Request& request, Responder responder) {
    const bool standing = request.path == "/large";
    std::move(responder).send({.headers = {},
                               .body = standing ? "" : "small",
                               .standing_body = standing ? std::string_view(large) : ""});
  });
  RawClient client(server.port(), RawTls{});
  EXPECT_EQ(client.exchange(get("/large")).body, large);
  EXPECT_EQ(client.exchange(get("/small")).body, "small");
  EXPECT_EQ(client.exchange(get("/large")).body, large);
  client.send(get("/large") + get("/small"));
  EXPECT_EQ(client.receive().body, large);
  EXPECT_EQ(client.receive().body, "small");
}

TEST(ServerLimits, FinishesWhatIsBeingAnsweredWhenItStops) {
  Shelf shelf;
  RunningServer server(shelf.handler());
  RawClient idle(server.port(), RawTls{});
  RawClient busy(server.port(), RawTls{});
  busy.send(get("/"));
  Responder responder = shelf.take();
  std::thread stopping([&] { server->stop(seconds(10)); });
  EXPECT_TRUE(idle.is_closed_by_server());
  EXPECT_THROW(RawClient(server.port()), std::runtime_error);
  std::move(responder).send({.headers = {}, .body = "done"});
  const RawResponse response = busy.receive();
  EXPECT_EQ(response.body, "done");
  EXPECT_TRUE(response.has("Connection: close\r\n"));
  stopping.join();
  EXPECT_EQ(server->counters().connections_open, 0U);
}

TEST(ServerLimits, StopsWithoutThoseThatTakeTooLong) {
  Shelf shelf;
  RunningServer server(shelf.handler(), plain_options());
  RawClient client(server.port());
  client.send(get("/"));
  const Responder responder = shelf.take();
  const auto before = steady_clock::now();
  server->stop(milliseconds(200));
  EXPECT_GE(steady_clock::now() - before, milliseconds(150));
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_FALSE(responder.wanted());
}

TEST(ServerLimits, RefusesAnAddressThatIsTakenAlsoWithSeveralLoops) {
  RunningServer server(echo, plain_options());
  SystemClock clock;
  Log log(clock, Log::Format::kText, [](std::string_view) {});
  for (const std::size_t loops : {1U, 2U}) {
    ServerOptions options = plain_options();
    options.loops = loops;
    options.address = "127.0.0.1:" + std::to_string(server.port());
    Server second(options, echo, log);
    const Status started = second.start();
    ASSERT_FALSE(started.has_value()) << loops;
    EXPECT_EQ(started.error().code, Code::kUnavailable);
  }
}

TEST(ServerLimits, RefusesAnAddressOfAnotherForm) {
  SystemClock clock;
  Log log(clock, Log::Format::kText, [](std::string_view) {});
  for (const char* address : {"", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:x",
                              "127.0.0.1:65536", "::1:80", "127.0.0.1:-1"}) {
    ServerOptions options = plain_options();
    options.address = address;
    const Status started = Server(options, echo, log).start();
    ASSERT_FALSE(started.has_value()) << address;
    EXPECT_EQ(started.error().code, Code::kInvalidArgument) << address;
  }
}

}  // namespace
}  // namespace strongroom::http
