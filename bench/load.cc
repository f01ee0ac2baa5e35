// A load generator for HTTPS with keep-alive: one thread, many connections.
//
//   strongroom_load --port 8443 --requests FILE --connections 64 --seconds 5 [--rate 20000]
//   strongroom_load --port 8443 --requests FILE --connections 64 --once yes
//
// FILE has one request a line: target, tab, bearer key. They are sent at random, or, with --once,
// each of them once. Without --rate each connection asks again as soon as it was answered (closed
// loop: how much can the server do?). With --rate requests arrive at fixed times whatever the
// server does (open loop), and a latency counts from the time at which the request was due, so a
// server that stalls cannot hide it. Prints one JSON object.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

struct Options {
  std::uint16_t port = 0;
  std::string requests_file;
  int connections = 64;
  double seconds = 5;
  double rate = 0;  // requests a second; 0: closed loop
  bool once = false;
};

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "strongroom_load: %s\n", why.c_str());
  std::exit(2);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* const value = argv[i + 1];
    if (name == "--port")
      options.port = static_cast<std::uint16_t>(std::atoi(value));
    else if (name == "--requests")
      options.requests_file = value;
    else if (name == "--connections")
      options.connections = std::atoi(value);
    else if (name == "--seconds")
      options.seconds = std::atof(value);
    else if (name == "--rate")
      options.rate = std::atof(value);
    else if (name == "--once")
      options.once = std::string_view(value) == "yes";
    else
      die("unknown option " + std::string(name));
  }
  if (options.port == 0 || options.requests_file.empty()) die("--port and --requests are needed");
  return options;
}

// What is sent, in the order of sending, one behind the other: however many there are, the
// generator's own memory must not be what limits the server.
class Requests {
 public:
  explicit Requests(const std::vector<std::string>& all) {
    for (const std::string& one : all) {
      ends_.push_back(ends_.back() + one.size());
      text_ += one;
    }
  }
  std::size_t size() const { return ends_.size() - 1; }
  std::string_view operator[](std::size_t i) const {
    return std::string_view(text_).substr(ends_[i], ends_[i + 1] - ends_[i]);
  }

 private:
  std::string text_;
  std::vector<std::size_t> ends_{0};
};

// In an order of chance, and the same one each time.
Requests read_requests(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> requests;
  for (std::string line; std::getline(file, line);) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) die("a line without a tab in " + path);
    requests.push_back("GET " + line.substr(0, tab) +
                       " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                       line.substr(tab + 1) + "\r\n\r\n");
  }
  if (requests.empty()) die("no requests in " + path);
  std::shuffle(requests.begin(), requests.end(), std::mt19937_64(88172645463325252ULL));
  return Requests(requests);
}

// What was measured.
struct Tally {
  std::map<int, std::uint64_t> statuses;
  std::vector<std::uint32_t> latencies;  // microseconds
  std::uint64_t bytes = 0;

  void add(int status, nanoseconds latency) {
    ++statuses[status];
    latencies.push_back(
        static_cast<std::uint32_t>(std::min<std::int64_t>(latency.count() / 1000, UINT32_MAX)));
  }
};

class Connection {
 public:
  Connection(SSL_CTX* context, std::uint16_t port) : ssl_(SSL_new(context), SSL_free) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      die(std::string("connect: ") + std::strerror(errno));
    }
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    SSL_set_fd(ssl_.get(), fd_);
    if (SSL_connect(ssl_.get()) != 1) die("TLS handshake failed");
    fcntl(fd_, F_SETFL, O_NONBLOCK);
    buffer_.resize(32 * 1024);
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd() const { return fd_; }
  bool busy() const { return busy_; }

  void send(std::string_view request, Clock::time_point due) {
    due_ = due;
    busy_ = true;
    size_ = 0;
    body_end_ = 0;
    // Requests are far smaller than a socket's buffer: a short write is a broken connection.
    if (SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size())) <= 0) {
      die("the server closed a connection while a request was sent");
    }
  }

  // Reads what is there. True: the answer is complete.
  bool receive(Tally& tally) {
    for (;;) {
      if (size_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
      const int got =
          SSL_read(ssl_.get(), buffer_.data() + size_, static_cast<int>(buffer_.size() - size_));
      if (got <= 0) {
        if (SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ) return false;
        die("the server closed a connection while an answer was read");
      }
      size_ += static_cast<std::size_t>(got);
      if (body_end_ == 0) find_end();
      if (body_end_ != 0 && size_ >= body_end_) break;
    }
    int status = 0;
    std::from_chars(buffer_.data() + 9, buffer_.data() + 12, status);
    tally.bytes += size_;
    tally.add(status, duration_cast<nanoseconds>(Clock::now() - due_));
    busy_ = false;
    return true;
  }

 private:
  void find_end() {
    const std::string_view text(buffer_.data(), size_);
    const std::size_t head = text.find("\r\n\r\n");
    if (head == std::string_view::npos) return;
    std::size_t field = text.find("Content-Length: ");
    if (field == std::string_view::npos) field = text.find("content-length: ");
    if (field == std::string_view::npos || field > head) die("an answer without Content-Length");
    std::size_t length = 0;
    std::from_chars(text.data() + field + 16, text.data() + head, length);
    body_end_ = head + 4 + length;
  }

  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  int fd_ = -1;
  bool busy_ = false;
  Clock::time_point due_;
  std::vector<char> buffer_;
  std::size_t size_ = 0;
  std::size_t body_end_ = 0;
};

class Load {
 public:
  Load(const Options& options, Requests requests)
      : options_(options), requests_(std::move(requests)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);  // a benchmark on loopback
    for (int i = 0; i < options.connections; ++i) {
      auto& connection =
          connections_.emplace_back(std::make_unique<Connection>(context, options.port));
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = connection.get();
      epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->fd(), &event);
      idle_.push_back(connection.get());
    }
    tally_.latencies.reserve(8'000'000);
  }

  void run() {
    const auto start = Clock::now();
    if (options_.once) {
      while (next_ < requests_.size()) {
        while (!idle_.empty() && next_ < requests_.size()) send(next_++, Clock::now());
        receive(50);
      }
    } else {
      keep_asking(start);
    }
    finish();
    print(std::chrono::duration<double>(Clock::now() - start).count());
  }

 private:
  void keep_asking(Clock::time_point start) {
    const auto end =
        start + duration_cast<Clock::duration>(std::chrono::duration<double>(options_.seconds));
    const bool open_loop = options_.rate > 0;
    const nanoseconds gap(open_loop ? static_cast<std::int64_t>(1e9 / options_.rate) : 0);
    auto next_due = start;
    while (Clock::now() < end) {
      if (open_loop) {
        for (const auto now = Clock::now(); next_due <= now; next_due += gap) {
          due_.push_back(next_due);
        }
        while (!due_.empty() && !idle_.empty()) {
          start_one(due_.front());
          due_.pop_front();
        }
      } else {
        while (!idle_.empty()) start_one(Clock::now());
      }
      receive(open_loop ? 0 : 50);
    }
  }

  void start_one(Clock::time_point due) {
    send(next_, due);
    next_ = next_ + 1 == requests_.size() ? 0 : next_ + 1;
  }

  void send(std::size_t request, Clock::time_point due) {
    Connection* const connection = idle_.back();
    idle_.pop_back();
    connection->send(requests_[request], due);
  }

  void receive(int timeout_ms) {
    epoll_event events[256];
    const int ready = epoll_wait(epoll_, events, 256, timeout_ms);
    for (int i = 0; i < ready; ++i) {
      auto* const connection = static_cast<Connection*>(events[i].data.ptr);
      if (connection->busy() && connection->receive(tally_)) idle_.push_back(connection);
    }
  }

  // What is still under way is part of the result: an answer that comes late is late.
  void finish() {
    const auto patience = Clock::now() + std::chrono::seconds(10);
    while (idle_.size() < connections_.size()) {
      if (Clock::now() > patience) die("answers are missing");
      receive(50);
    }
  }

  std::uint32_t percentile(double share) {
    if (tally_.latencies.empty()) return 0;
    const auto place =
        tally_.latencies.begin() +
        static_cast<std::ptrdiff_t>(share * static_cast<double>(tally_.latencies.size() - 1));
    std::nth_element(tally_.latencies.begin(), place, tally_.latencies.end());
    return *place;
  }

  void print(double seconds) {
    std::printf("{\"seconds\":%.3f,\"requests\":%zu,\"per_second\":%.1f,\"bytes\":%llu", seconds,
                tally_.latencies.size(), static_cast<double>(tally_.latencies.size()) / seconds,
                static_cast<unsigned long long>(tally_.bytes));
    std::printf(",\"late\":%zu,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u,\"statuses\":{",
                due_.size(), percentile(0.5), percentile(0.99), percentile(1));
    const char* separator = "";
    for (const auto& [status, count] : tally_.statuses) {
      std::printf("%s\"%d\":%llu", separator, status, static_cast<unsigned long long>(count));
      separator = ",";
    }
    std::printf("}}\n");
  }

  Options options_;
  const Requests requests_;
  std::size_t next_ = 0;  // with --once
  int epoll_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> idle_;
  std::deque<Clock::time_point> due_;
  Tally tally_;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  Load(options, read_requests(options.requests_file)).run();
  return 0;
}
