#include "http/server_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <exception>
#include <system_error>
#include <utility>

#include <poll.h>

namespace strongroom::http {
namespace {

constexpr std::int64_t kSweepEvery = 500;  // milliseconds; deadlines are as coarse as this
constexpr int kAcceptBurst = 64;
constexpr std::size_t kEventsATurn = 256;
constexpr std::size_t kRoomAtATime = 16;            // a part of the connections
constexpr std::int64_t kCrowdedLineEvery = 60'000;  // milliseconds

std::int64_t steady_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Descriptor make_epoll() {
  Descriptor made(::epoll_create1(EPOLL_CLOEXEC));
  if (!made.is_open()) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return made;
}

bool watch(const Descriptor& epoll, int operation, int descriptor, std::uint32_t events,
           void* who) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = who;
  return ::epoll_ctl(epoll.number(), operation, descriptor, &event) == 0;
}

}  // namespace

ServerLoop::ServerLoop(ServerParts& parts, Listener listener)
    : parts_(parts),
      mailbox_(std::make_shared<Mailbox>()),
      listener_(std::move(listener)),
      epoll_(make_epoll()) {
  // Anything but a Connection* is told apart by its address.
  if (!watch(epoll_, EPOLL_CTL_ADD, mailbox_->descriptor(), EPOLLIN, mailbox_.get()) ||
      !watch(epoll_, EPOLL_CTL_ADD, listener_.socket(), EPOLLIN, &listener_)) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
  accepting_ = true;
}

ServerLoop::~ServerLoop() {
  stop(std::chrono::milliseconds(0));
  join();
}

void ServerLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void ServerLoop::stop(std::chrono::milliseconds patience) {
  stop_at_.store(std::max<std::int64_t>(1, steady_now() + patience.count()));
  mailbox_->wake();
}

void ServerLoop::join() {
  if (thread_.joinable()) thread_.join();
}

void ServerLoop::run() {
  mailbox_->adopt();
  now_ = steady_now();
  next_sweep_ = now_ + kSweepEvery;
  while (!stopping_ || (!connections_.empty() && now_ < stop_at_.load())) turn();
  while (!connections_.empty()) connections_.back()->close();
  closed_.clear();
  to_resume_.clear();
  mailbox_->close();
}

void ServerLoop::turn() {
  std::array<epoll_event, kEventsATurn> events;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const int count = ::epoll_wait(epoll_.number(), events.data(), kEventsATurn, wait_limit());
  now_ = steady_now();
  const std::span<const epoll_event> arrived(events.data(),
                                             static_cast<std::size_t>(std::max(count, 0)));
  if (parts_.around_turn) {
    parts_.around_turn([&] { handle_events(arrived); });
  } else {
    handle_events(arrived);
  }
  if (!stopping_ && stop_at_.load(std::memory_order_relaxed) != 0) begin_stop();
  if (now_ >= next_sweep_) sweep();
  closed_.clear();
}

void ServerLoop::handle_events(std::span<const epoll_event> events) {
  for (const epoll_event& event : events) {
    if (event.data.ptr == &listener_) {
      accept_some();
    } else if (event.data.ptr == mailbox_.get()) {
      deliver_answers();
    } else {
      auto& connection = *static_cast<Connection*>(event.data.ptr);
      guard(connection, [&] { connection.on_events(event.events); });
    }
  }
  resume();
}

int ServerLoop::wait_limit() const {
  if (!to_resume_.empty()) return 0;
  std::int64_t until = next_sweep_;
  if (stopping_) until = std::min(until, stop_at_.load());
  return static_cast<int>(std::max<std::int64_t>(0, until - now_));
}

// A connection that runs out of memory, or into a bug, ends alone.
template <class Work>
void ServerLoop::guard(Connection& connection, Work work) {
  try {
    work();
  } catch (const std::exception& error) {
    parts_.log.error("a connection failed", {{"error", std::string_view(error.what())}});
    connection.close();
  }
}

void ServerLoop::accept_some() {
  for (int i = 0; i < kAcceptBurst; ++i) {
    if (parts_.open_connections.fetch_add(1) >= parts_.limits.max_connections) {
      parts_.open_connections.fetch_sub(1);
      return set_accepting(false);
    }
    std::optional<Listener::Accepted> accepted = listener_.accept();
    if (accepted) {
      add(std::move(*accepted));
      continue;
    }
    const int error = errno;
    parts_.open_connections.fetch_sub(1);
    if (error == ECONNABORTED || error == EINTR || error == EPROTO) continue;
    if (error != EAGAIN && error != EWOULDBLOCK) {
      // Out of descriptors or memory. Trying again at once would only burn the processor.
      parts_.log.warning("connections cannot be accepted for the moment",
                         {{"errno", std::int64_t{error}}});
      set_accepting(false);
    }
    return;
  }
}

void ServerLoop::add(Listener::Accepted accepted) {
  LoopCounters::count(counters_.accepted);
  std::shared_ptr<Connection> connection;
  try {
    TlsSession session = parts_.tls != nullptr ? parts_.tls->new_session() : nullptr;
    if (parts_.tls != nullptr && !session) throw std::bad_alloc();
    connection = std::make_shared<Connection>(*this, std::move(accepted.socket), std::move(session),
                                              std::move(accepted.peer));
    connections_.push_back(connection);
  } catch (const std::exception& error) {
    parts_.log.error("a connection could not be set up",
                     {{"error", std::string_view(error.what())}});
    parts_.open_connections.fetch_sub(1);
    return;
  }
  connection->place_in_loop = connections_.size() - 1;
  // Once and for all; see Transport for how edges are kept.
  if (!watch(epoll_, EPOLL_CTL_ADD, connection->socket(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
             connection.get())) {
    return connection->close();
  }
  guard(*connection, [&] { connection->advance(); });
}

void ServerLoop::set_accepting(bool accepting) {
  if (accepting_ == accepting || !listener_.is_open()) return;
  accepting_ = accepting;
  watch(epoll_, EPOLL_CTL_MOD, listener_.socket(), accepting ? std::uint32_t{EPOLLIN} : 0U,
        &listener_);
}

void ServerLoop::deliver_answers() {
  mailbox_->take(answers_);
  for (Answer& answer : answers_) {
    if (!answer.connection) {
      answer.make();
      continue;
    }
    Connection& connection = *answer.connection;
    guard(connection, [&] {
      connection.accept_answer(answer.make ? answer.make() : std::move(answer.response));
      connection.advance();
    });
  }
  answers_.clear();
}

void ServerLoop::resume_later(std::shared_ptr<Connection> connection) {
  to_resume_.push_back(std::move(connection));
}

void ServerLoop::resume() {
  std::vector<std::shared_ptr<Connection>> now;
  now.swap(to_resume_);
  for (const std::shared_ptr<Connection>& connection : now) {
    guard(*connection, [&] { connection->advance(); });
  }
}

void ServerLoop::forget(Connection& connection) {
  std::shared_ptr<Connection>& place = connections_[connection.place_in_loop];
  closed_.push_back(std::move(place));
  if (&place != &connections_.back()) {
    place = std::move(connections_.back());
    place->place_in_loop = connection.place_in_loop;
  }
  connections_.pop_back();
  parts_.open_connections.fetch_sub(1);
  if (!stopping_) set_accepting(true);
}

void ServerLoop::sweep() {
  next_sweep_ = now_ + kSweepEvery;
  if (!stopping_ && !accepting_ && somebody_knocks()) make_room();
  if (!stopping_) set_accepting(true);
  for (std::size_t i = connections_.size(); i > 0; --i) {  // backwards: closing moves the last one
    Connection& connection = *connections_[i - 1];
    guard(connection, [&] { connection.on_sweep(); });
  }
}

bool ServerLoop::somebody_knocks() const {
  pollfd listener{.fd = listener_.socket(), .events = POLLIN, .revents = 0};
  return ::poll(&listener, 1, 0) == 1;
}

// Somebody waits to come in while others only hold their places. The longest of them go, so that
// thousands who send nothing, or a byte a second, keep nobody else out.
void ServerLoop::make_room() {
  using Waiting = std::pair<std::int64_t, std::shared_ptr<Connection>>;
  const std::int64_t latest =
      now_ - std::chrono::milliseconds(parts_.limits.crowded_patience).count();
  std::vector<Waiting> waiting;
  for (const std::shared_ptr<Connection>& connection : connections_) {
    const std::optional<std::int64_t> since = connection->waiting_since();
    if (since && *since <= latest) waiting.emplace_back(*since, connection);
  }
  if (waiting.empty()) return;
  const std::size_t leaving =
      std::min(waiting.size(), std::max<std::size_t>(1, connections_.size() / kRoomAtATime));
  std::ranges::nth_element(
      waiting, waiting.begin() + static_cast<std::ptrdiff_t>(leaving - 1), {},
      [](const Waiting& one) { return std::pair(one.second->was_answered(), one.first); });
  waiting.resize(leaving);
  for (const Waiting& one : waiting) guard(*one.second, [&] { one.second->abandon(); });
  if (now_ < next_crowded_line_) return;
  next_crowded_line_ = now_ + kCrowdedLineEvery;
  parts_.log.warning("All connections are taken; those that send nothing make room.",
                     {{"closed", static_cast<std::int64_t>(leaving)}});
}

void ServerLoop::begin_stop() {
  stopping_ = true;
  listener_.close();
  for (std::size_t i = connections_.size(); i > 0; --i) {
    Connection& connection = *connections_[i - 1];
    guard(connection, [&] { connection.stop_gently(); });
  }
}

}  // namespace strongroom::http
