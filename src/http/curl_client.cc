#include "http/curl_client.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include "base/guarded.h"
#include "http/curl_exchange.h"
#include "http/curl_memory.h"
#include "http/outgoing_rules.h"
#include "http/resolver_pool.h"

namespace strongroom::http {
namespace {

using Timer = CurlExchange::Timer;
using Addresses = Result<std::vector<IpAddress>>;

ExchangeFailure never_sent(Hop hop, LiteralText message, std::string detail) {
  return {hop, message, std::move(detail), false};
}

// What has a limit of its own: an origin, by the proxy that leads to it. A proxy that hangs must
// not take the places of those who go to the same origin without it.
std::string way_of(const Route& route) {
  std::string way = route.url.origin();
  if (route.proxy) way.append(" by ").append(route.proxy->origin());
  return way;
}

}  // namespace

// send() and the resolving threads put things into the inbox and wake the driver; everything else
// belongs to the driver, so it needs no lock.
class CurlClient::Impl {
 public:
  Impl(Options options, const Clock& clock, Resolver& resolver, Log& log);
  ~Impl();

  void send(OutgoingRequest request, ExchangeDone done);

 private:
  struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  enum class Stage { kWaiting, kResolving, kRunning };
  enum class Leg { kServer, kProxy };
  struct Flight {
    std::unique_ptr<CurlExchange> exchange;
    Stage stage = Stage::kWaiting;
    int awaited = 0;  // names that are being resolved
    std::vector<IpAddress> server;
    std::vector<IpAddress> proxy;
  };
  struct Arrival {
    OutgoingRequest request;
    ExchangeDone done;
  };
  struct Resolution {
    std::uint64_t id;
    Leg leg;
    Addresses addresses;
  };
  struct Inbox {
    std::vector<Arrival> arrivals;
    std::vector<Resolution> resolutions;
    bool stopping = false;
  };
  using Flights = std::map<std::uint64_t, Flight>;

  void drive();
  bool take_inbox();
  void admit(Arrival arrival);
  void begin_what_fits();
  void begin(Flights::iterator at);
  void resolve(std::uint64_t id, Leg leg, const std::string& host);
  void resolved(Resolution resolution);
  void run(Flights::iterator at);
  void perform();
  void end_overdue();
  void end_all();
  static ExchangeFailure overdue(const Flight& flight);
  int poll_timeout() const;
  void leave_multi(CurlExchange& exchange);
  void fail(Flights::iterator at, ExchangeFailure failure);
  void finish(Flights::iterator at, ExchangeResult result);
  void log_trouble(LiteralText what, CURLMcode code);

  const Options options_;
  const Clock& clock_;
  Log& log_;
  const std::unique_ptr<CURLM, FreeMulti> multi_owner_;
  CURLM* const multi_ = multi_owner_.get();
  Guarded<Inbox> inbox_;

  Flights flights_;
  std::deque<std::uint64_t> waiting_;
  std::map<std::string, std::size_t> busy_;  // exchanges under way by their way
  std::uint64_t next_id_ = 1;
  std::size_t under_way_ = 0;
  bool may_begin_more_ = false;  // since somebody came or left

  ResolverPool resolvers_;  // its threads use the inbox and multi_
  std::thread driver_;      // uses all of the above
};

namespace {

CURLM* started_multi() {
  start_curl();
  return curl_multi_init();
}

// libcurl without its own handling of signals leaves this one to us: a peer that closes early would
// end the process.
void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

CurlClient::Impl::Impl(Options options, const Clock& clock, Resolver& resolver, Log& log)
    : options_(options),
      clock_(clock),
      log_(log),
      multi_owner_(started_multi()),
      resolvers_(resolver, options.resolver_threads, options.max_exchanges),
      driver_([this] { drive(); }) {}

CurlClient::Impl::~Impl() {
  inbox_.lock()->stopping = true;
  curl_multi_wakeup(multi_);
  driver_.join();
}

void CurlClient::Impl::send(OutgoingRequest request, ExchangeDone done) {
  inbox_.lock()->arrivals.push_back({std::move(request), std::move(done)});
  curl_multi_wakeup(multi_);
}

void CurlClient::Impl::drive() {
  block_sigpipe();
  while (!take_inbox()) {
    perform();
    end_overdue();
    begin_what_fits();
    const CURLMcode code = curl_multi_poll(multi_, nullptr, 0, poll_timeout(), nullptr);
    if (code != CURLM_OK) log_trouble("Waiting for outgoing connections failed.", code);
  }
  end_all();
}

// Takes in what other threads left; whether it is time to stop.
bool CurlClient::Impl::take_inbox() {
  std::vector<Arrival> arrivals;
  std::vector<Resolution> resolutions;
  bool stopping = false;
  {
    auto inbox = inbox_.lock();
    arrivals.swap(inbox->arrivals);
    resolutions.swap(inbox->resolutions);
    stopping = inbox->stopping;
  }
  for (Arrival& arrival : arrivals) admit(std::move(arrival));
  for (Resolution& resolution : resolutions) resolved(std::move(resolution));
  return stopping;
}

void CurlClient::Impl::admit(Arrival arrival) {
  auto route = check_request(arrival.request);
  if (!route) {
    arrival.done(tl::make_unexpected(std::move(route).error()));
    return;
  }
  const std::uint64_t id = next_id_++;
  flights_[id].exchange = std::make_unique<CurlExchange>(
      id, std::move(arrival.request), *std::move(route), std::move(arrival.done), clock_);
  waiting_.push_back(id);
  may_begin_more_ = true;
}

void CurlClient::Impl::begin_what_fits() {
  if (!std::exchange(may_begin_more_, false)) return;
  std::deque<std::uint64_t> waiting;
  waiting.swap(waiting_);
  for (const std::uint64_t id : waiting) {
    const auto at = flights_.find(id);
    if (at == flights_.end()) continue;  // its time was over before its turn came
    if (under_way_ < options_.max_exchanges &&
        busy_[way_of(at->second.exchange->route())] < options_.max_per_host) {
      begin(at);
    } else {
      waiting_.push_back(id);
    }
  }
}

void CurlClient::Impl::begin(Flights::iterator at) {
  const std::uint64_t id = at->first;
  const CurlExchange& exchange = *at->second.exchange;
  const Route route = exchange.route();  // the exchange may be over after the first answer
  const bool needs_name = exchange.request().unix_socket.empty();
  at->second.stage = Stage::kResolving;
  at->second.awaited = route.proxy ? 2 : 1;
  ++under_way_;
  ++busy_[way_of(route)];
  if (!needs_name) return resolved({id, Leg::kServer, std::vector<IpAddress>{}});
  resolve(id, Leg::kServer, route.url.host);
  if (route.proxy) resolve(id, Leg::kProxy, route.proxy->host);
}

void CurlClient::Impl::resolve(std::uint64_t id, Leg leg, const std::string& host) {
  if (const auto literal = IpAddress::parse(host)) {
    return resolved({id, leg, std::vector{*literal}});
  }
  const bool asked = resolvers_.ask(host, [this, id, leg](Addresses addresses) {
    inbox_.lock()->resolutions.push_back({id, leg, std::move(addresses)});
    curl_multi_wakeup(multi_);
  });
  const auto at = flights_.find(id);
  if (!asked && at != flights_.end()) {
    fail(at, never_sent(Hop::kLocal, "Too many names are being resolved already.", host));
  }
}

void CurlClient::Impl::resolved(Resolution resolution) {
  const auto at = flights_.find(resolution.id);
  if (at == flights_.end()) return;  // nobody waits for it any more
  Flight& flight = at->second;
  const CurlExchange& exchange = *flight.exchange;
  const bool of_proxy = resolution.leg == Leg::kProxy;
  // A server's name that means nothing here may mean something to the proxy.
  if (!resolution.addresses && (of_proxy || !exchange.route().proxy)) {
    fail(at, of_proxy ? never_sent(Hop::kProxy, "The name of the proxy could not be resolved.",
                                   resolution.addresses.error().detail)
                      : never_sent(Hop::kName, resolution.addresses.error().message,
                                   resolution.addresses.error().detail));
    return;
  }
  if (resolution.addresses) {
    (of_proxy ? flight.proxy : flight.server) = *std::move(resolution.addresses);
  }
  if (--flight.awaited == 0) run(at);
}

// With every name resolved: judges the addresses, and lets libcurl have the exchange.
void CurlClient::Impl::run(Flights::iterator at) {
  Flight& flight = at->second;
  CurlExchange& exchange = *flight.exchange;
  if (ExchangeTrace* const trace = exchange.request().trace.get()) {
    trace->addresses = flight.server;
    trace->proxy_addresses = flight.proxy;
  }
  auto failure = judge_route(exchange.request(), exchange.route(), flight.server, flight.proxy);
  if (failure) return fail(at, *std::move(failure));
  if (!exchange.prepare(exchange.route().proxy ? flight.proxy : flight.server) ||
      curl_multi_add_handle(multi_, exchange.handle()) != CURLM_OK) {
    fail(at, never_sent(Hop::kSend, "The request could not be prepared.", exchange.url().host));
    return;
  }
  flight.stage = Stage::kRunning;
}

void CurlClient::Impl::perform() {
  int running = 0;
  const CURLMcode code = curl_multi_perform(multi_, &running);
  if (code != CURLM_OK) log_trouble("Driving outgoing connections failed.", code);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode result = message->data.result;  // `message` does not survive the removal
    CurlExchange& exchange = CurlExchange::of(message->easy_handle);
    leave_multi(exchange);
    finish(flights_.find(exchange.id()), exchange.result(result));
  }
}

ExchangeFailure CurlClient::Impl::overdue(const Flight& flight) {
  const std::string& host = flight.exchange->url().host;
  switch (flight.stage) {
    case Stage::kWaiting:
      return never_sent(Hop::kLocal, "Too many other requests to this server were waiting.", host);
    case Stage::kResolving:
      return never_sent(Hop::kName, "The name service did not answer in time.", host);
    case Stage::kRunning:
      break;
  }
  return flight.exchange->overdue();
}

void CurlClient::Impl::end_overdue() {
  const Timer::time_point now = Timer::now();
  for (auto at = flights_.begin(); at != flights_.end();) {
    const auto here = at++;
    if (here->second.exchange->deadline() <= now) fail(here, overdue(here->second));
  }
}

// A `done` may send again, so this goes on until nothing is left.
void CurlClient::Impl::end_all() {
  do {
    while (!flights_.empty()) {
      const auto at = flights_.begin();
      fail(at, {Hop::kLocal, "Strongroom is shutting down.", at->second.exchange->url().host,
                at->second.exchange->may_have_arrived()});
    }
    take_inbox();
  } while (!flights_.empty());
}

int CurlClient::Impl::poll_timeout() const {
  constexpr std::chrono::milliseconds kLongest{60'000};
  if (may_begin_more_) return 0;
  const Timer::time_point now = Timer::now();
  Timer::time_point next = now + kLongest;
  for (const auto& [id, flight] : flights_) next = std::min(next, flight.exchange->deadline());
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - now);
  return static_cast<int>(std::max<std::int64_t>(wait.count(), 0));
}

void CurlClient::Impl::leave_multi(CurlExchange& exchange) {
  const CURLMcode code = curl_multi_remove_handle(multi_, exchange.handle());
  if (code != CURLM_OK) log_trouble("Ending an outgoing connection failed.", code);
}

void CurlClient::Impl::fail(Flights::iterator at, ExchangeFailure failure) {
  if (at->second.stage == Stage::kRunning) leave_multi(*at->second.exchange);
  finish(at, tl::make_unexpected(std::move(failure)));
}

void CurlClient::Impl::finish(Flights::iterator at, ExchangeResult result) {
  const Flight flight = std::move(at->second);
  flights_.erase(at);
  if (flight.stage != Stage::kWaiting) {
    --under_way_;
    const auto busy = busy_.find(way_of(flight.exchange->route()));
    if (--busy->second == 0) busy_.erase(busy);
  }
  may_begin_more_ = true;
  flight.exchange->finish(std::move(result));
}

// These are bugs or exhaustion. The pause keeps a fault that stays from filling the log.
void CurlClient::Impl::log_trouble(LiteralText what, CURLMcode code) {
  log_.error(what, {{"curl_code", static_cast<std::int64_t>(code)}});
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

CurlClient::CurlClient(Options options, const Clock& clock, Resolver& resolver, Log& log)
    : impl_(std::make_unique<Impl>(options, clock, resolver, log)) {}

CurlClient::~CurlClient() = default;

void CurlClient::send(OutgoingRequest request, ExchangeDone done) {
  impl_->send(std::move(request), std::move(done));
}

}  // namespace strongroom::http
