#pragma once
// One event loop: a thread, an epoll set, a listener and the connections that it accepted.
//
// Written on epoll itself. A general reactor re-arms a socket for every wait; here a connection is
// registered once, edge-triggered, and a request costs one read, one write and its share of a wait.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include <sys/epoll.h>

#include "http/connection.h"
#include "http/listener.h"
#include "http/mailbox.h"
#include "http/response_text.h"
#include "http/server.h"
#include "http/tls_context.h"

namespace strongroom::http {

// What the loops of one server share. Everything outlives the loops.
struct ServerParts {
  const ServerLimits limits;
  const TrustedProxies proxies;
  const Handler handler;
  Log& log;
  const TlsContext* tls;  // nullptr: plain
  const bool strict_transport;
  const std::function<void(const std::function<void()>& turn)> around_turn;  // or empty
  std::atomic<std::size_t> open_connections = 0;
};

// Counted by the loop's thread alone, read by any.
struct LoopCounters {
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::uint64_t> handshakes_failed = 0;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> rejected = 0;

  // With one writer there is no need for a locked instruction.
  static void count(std::atomic<std::uint64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
};

// start() and stop() are for the thread that made it; the rest is for the loop's thread.
class ServerLoop {
 public:
  // Throws std::system_error when the machine has no file descriptor left.
  ServerLoop(ServerParts& parts, Listener listener);
  ~ServerLoop();
  ServerLoop(const ServerLoop&) = delete;
  ServerLoop& operator=(const ServerLoop&) = delete;

  void start();
  // Asks for the end: now, or when the open connections are done, at most `patience` later.
  void stop(std::chrono::milliseconds patience);
  void join();

  ServerParts& parts() { return parts_; }
  LoopCounters& counters() { return counters_; }
  const LoopCounters& counters() const { return counters_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  std::string_view date() { return date_.now(); }
  std::int64_t now() const { return now_; }  // milliseconds, of this turn of the loop
  bool stopping() const { return stopping_; }

  // Has the connection advance in the next turn.
  void resume_later(std::shared_ptr<Connection> connection);
  // Lets go of a connection that has just closed.
  void forget(Connection& connection);

 private:
  void run();
  void turn();
  void handle_events(std::span<const epoll_event> events);
  int wait_limit() const;
  void accept_some();
  void add(Listener::Accepted accepted);
  void set_accepting(bool accepting);
  void deliver_answers();
  void resume();
  void sweep();
  bool somebody_knocks() const;
  void make_room();
  void begin_stop();
  template <class Work>
  void guard(Connection& connection, Work work);

  ServerParts& parts_;
  LoopCounters counters_;
  DateText date_;
  std::shared_ptr<Mailbox> mailbox_;
  Listener listener_;
  const Descriptor epoll_;
  bool accepting_ = false;
  bool stopping_ = false;
  std::int64_t now_ = 0;
  std::int64_t next_sweep_ = 0;
  std::int64_t next_crowded_line_ = 0;
  std::atomic<std::int64_t> stop_at_ = 0;  // 0: not asked to
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> to_resume_;
  std::vector<std::shared_ptr<Connection>> closed_;  // kept until no event can name them
  std::vector<Answer> answers_;
  std::thread thread_;
};

}  // namespace strongroom::http
