#include "app/public_url_check.h"

#include <deque>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/testing/counting_random.h"

namespace strongroom::app {
namespace {

using Verdict = api::PublicUrlVerdict;

constexpr std::string_view kUrl = "https://vault.example";

// What stands at the public URL.
class Place final : public http::Client {
 public:
  void send(http::OutgoingRequest request, http::ExchangeDone done) override {
    asked.push_back(request.url);
    last = std::move(request);
    done(answer(last.url.substr(kUrl.size())));
  }

  std::function<http::ExchangeResult(const std::string& path)> answer;
  std::deque<std::string> asked;
  http::OutgoingRequest last;
};

http::ExchangeResult answered(int status, std::string_view body) {
  http::IncomingResponse response;
  response.status = status;
  response.body = http::ResponseBody(body);
  return response;
}

class PublicUrlCheckTest : public testing::Test {
 protected:
  // A server whose public URL is kUrl.
  struct Process {
    Process(PublicUrlCheckTest& test, std::uint64_t seed)
        : random(seed),
          check({.client = test.place_,
                 .network = test.network_,
                 .clock = test.clock_,
                 .random = random,
                 .log = test.log_,
                 .url = [] { return std::string(kUrl); },
                 .own_ca = [] { return std::string(); },
                 .finish =
                     [&test](Task task) {
                       test.finishing_.push_back(std::move(task));
                       return true;
                     }}) {}
    crypto::CountingRandom random;
    PublicUrlCheck check;
  };

  void finish() {
    for (; !finishing_.empty(); finishing_.pop_front()) finishing_.front()();
  }
  Verdict verdict() {
    Verdict seen = Verdict::kUnchecked;
    process_.check.check([&](const api::PublicUrlReport& report) { seen = report.verdict; });
    finish();
    EXPECT_EQ(process_.check.last().verdict, seen);
    EXPECT_EQ(process_.check.last().url, kUrl);
    return seen;
  }
  Verdict verdict_of_failure(http::Hop hop, http::Fault fault = http::Fault::kOther) {
    place_.answer = [=](const std::string&) -> http::ExchangeResult {
      return tl::make_unexpected(http::ExchangeFailure{hop, "It failed.", "why", true, fault});
    };
    return verdict();
  }
  Verdict verdict_of(int status, const std::string& body) {
    place_.answer = [=](const std::string&) { return answered(status, body); };
    return verdict();
  }
  // Whatever stands there hands requests on to `server`, with the path that `change` makes.
  template <class Change>
  Verdict verdict_through(const Process& server, Change change) {
    place_.answer = [&](const std::string& path) {
      http::Request request;
      const std::string changed = change(path);
      request.method = "GET";
      request.path = changed;
      const auto answer = server.check.answer(request);
      return answer ? answered(answer->status, answer->body) : answered(404, "{}");
    };
    return verdict();
  }

  FakeClock clock_;
  http::Network network_;
  std::string lines_;
  Log log_{clock_, Log::Format::kText, [this](std::string_view line) { lines_.append(line); }};
  Place place_;
  std::deque<Task> finishing_;
  Process process_{*this, 1};
};

TEST_F(PublicUrlCheckTest, FindsItself) {
  EXPECT_EQ(process_.check.last().verdict, Verdict::kUnchecked);
  EXPECT_FALSE(process_.check.last().checked_at.has_value());
  EXPECT_EQ(verdict_through(process_, [](const std::string& path) { return path; }), Verdict::kOk);
  EXPECT_EQ(process_.check.last().checked_at, clock_.now());
  EXPECT_EQ(place_.last.method, "GET");
  EXPECT_TRUE(place_.last.policy.permits(*http::IpAddress::parse("127.0.0.1")));
  EXPECT_TRUE(place_.last.policy.permits(*http::IpAddress::parse("fd00::7")));
  EXPECT_FALSE(place_.last.policy.permits(*http::IpAddress::parse("169.254.169.254")));
  EXPECT_FALSE(place_.last.proxy.has_value());
}

TEST_F(PublicUrlCheckTest, TellsAnotherServerOfItsKindApart) {
  const Process other(*this, 2);
  const auto unchanged = [](const std::string& path) { return path; };
  EXPECT_EQ(verdict_through(other, unchanged), Verdict::kAnotherServer);
  EXPECT_EQ(verdict_through(process_, unchanged), Verdict::kOk);
}

TEST_F(PublicUrlCheckTest, IsNotTakenInByAnAnswerThatWasGivenBefore) {
  std::string kept;
  place_.answer = [&](const std::string& path) {
    http::Request request;
    request.method = "GET";
    request.path = path;
    kept = process_.check.answer(request)->body;
    return answered(200, kept);
  };
  EXPECT_EQ(verdict(), Verdict::kOk);
  EXPECT_EQ(verdict_of(200, kept), Verdict::kAnotherServer);
  EXPECT_NE(place_.asked.at(0), place_.asked.at(1));
}

TEST_F(PublicUrlCheckTest, SeesThatAProxyChangesThePath) {
  EXPECT_EQ(verdict_through(process_, [](const std::string& path) { return "/vault" + path; }),
            Verdict::kPathChanged);
  EXPECT_EQ(verdict_through(process_,
                            [](const std::string& path) { return path.substr(path.find('/', 1)); }),
            Verdict::kPathChanged);
  EXPECT_EQ(verdict_through(process_, [](const std::string&) { return std::string("/"); }),
            Verdict::kAnotherServer);
}

TEST_F(PublicUrlCheckTest, NamesTheHop) {
  using http::Fault;
  using http::Hop;
  EXPECT_EQ(verdict_of_failure(Hop::kName), Verdict::kNameNotFound);
  EXPECT_EQ(verdict_of_failure(Hop::kConnect), Verdict::kNotReached);
  EXPECT_EQ(verdict_of_failure(Hop::kAddressPolicy), Verdict::kNotReached);
  EXPECT_EQ(verdict_of_failure(Hop::kTls, Fault::kUntrustedChain), Verdict::kCertificateNotTrusted);
  EXPECT_EQ(verdict_of_failure(Hop::kTls, Fault::kOtherName), Verdict::kCertificateOtherName);
  EXPECT_EQ(verdict_of_failure(Hop::kTls, Fault::kExpired), Verdict::kCertificateExpired);
  EXPECT_EQ(verdict_of_failure(Hop::kTls), Verdict::kTlsFailed);
  EXPECT_EQ(verdict_of_failure(Hop::kTime), Verdict::kNoAnswer);
  EXPECT_EQ(verdict_of_failure(Hop::kReceive), Verdict::kNoAnswer);
  EXPECT_EQ(verdict_of_failure(Hop::kLimit), Verdict::kAnotherServer);
  EXPECT_EQ(verdict_of_failure(Hop::kLocal), Verdict::kNotTried);
  EXPECT_EQ(verdict_of(302, ""), Verdict::kRedirect);
  EXPECT_EQ(verdict_of(502, ""), Verdict::kGateway);
  EXPECT_EQ(verdict_of(404, "{}"), Verdict::kAnotherServer);
  EXPECT_EQ(verdict_of(200, ""), Verdict::kAnotherServer);
  EXPECT_EQ(verdict_of(200, "<html>Sign in</html>"), Verdict::kAnotherServer);
}

TEST_F(PublicUrlCheckTest, AsksOnceForManyWhoWait) {
  int told = 0;
  place_.answer = [](const std::string&) { return answered(302, ""); };
  for (int i = 0; i < 3; ++i) {
    process_.check.check([&](const api::PublicUrlReport& report) {
      EXPECT_EQ(report.verdict, Verdict::kRedirect);
      ++told;
    });
  }
  process_.check.check({});
  EXPECT_EQ(told, 0);
  finish();
  EXPECT_EQ(told, 3);
  EXPECT_EQ(place_.asked.size(), 1U);
}

TEST_F(PublicUrlCheckTest, LogsWhatIsNewWithWhatToDo) {
  verdict_of(302, "");
  EXPECT_NE(lines_.find("redirect"), std::string::npos) << lines_;
  EXPECT_NE(lines_.find("server.public_url"), std::string::npos) << lines_;
  EXPECT_NE(lines_.find("serves all the same"), std::string::npos) << lines_;
  const std::size_t said = lines_.size();
  verdict_of(302, "");
  EXPECT_EQ(lines_.size(), said);
  verdict_of(502, "");
  EXPECT_GT(lines_.size(), said);
}

TEST_F(PublicUrlCheckTest, AnswersNothingElse) {
  const std::string nonce(43, 'A');
  const auto answers = [&](std::string_view method, const std::string& path) {
    http::Request request;
    request.method = method;
    request.path = path;
    return process_.check.answer(request).has_value();
  };
  EXPECT_TRUE(answers("GET", "/.well-known/strongroom-check/" + nonce));
  EXPECT_TRUE(answers("HEAD", "/.well-known/strongroom-check/" + nonce));
  for (const std::string& path :
       {"/.well-known/strongroom-check/" + nonce.substr(1),
        std::string("/.well-known/strongroom-check/"),
        "/.well-known/strongroom-check/" + nonce + "A", "/" + nonce, nonce, std::string(),
        "/.well-known/strongroom-check/" + nonce.substr(1) + "=",
        "/.well-known/strongroom-check/" + nonce + "/x"}) {
    EXPECT_FALSE(answers("GET", path)) << path;
  }
  EXPECT_FALSE(answers("POST", "/.well-known/strongroom-check/" + nonce));
}

TEST(PublicUrlWords, SayWhatToDoForEveryCause) {
  std::set<std::string_view> causes;
  for (int i = 0; i <= static_cast<int>(Verdict::kNotTried); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    const api::PublicUrlWords words = api::words_of(verdict);
    EXPECT_FALSE(words.message.view().empty());
    const bool is_failure = verdict != Verdict::kUnchecked && verdict != Verdict::kOk;
    EXPECT_EQ(words.advice.view().empty(), !is_failure) << words.message.view();
    if (!is_failure) continue;
    EXPECT_TRUE(causes.insert(words.cause).second) << words.cause;
  }
}

}  // namespace
}  // namespace strongroom::app
