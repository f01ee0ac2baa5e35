#include "app/admin_socket.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace strongroom::app {
namespace {

constexpr std::size_t kMaxLine = std::size_t{64} * 1024;
constexpr timeval kPatience{5, 0};
constexpr timeval kReplyPatience{120, 0};
constexpr int kAcceptPause = 200;  // milliseconds

// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Error failed(const std::string& path, int cause) {
  return Error{Code::kUnavailable, "The admin socket does not work.",
               path + ": " + std::strerror(cause)};  // NOLINT(concurrency-mt-unsafe)
}

// Why nobody could be asked.
Error unreachable(const std::string& path, int cause) {
  if (cause == EACCES || cause == EPERM) {
    return Error{Code::kPermissionDenied,
                 "Only root and the server's own user may use the admin socket.", path};
  }
  return Error{Code::kNotFound, "No server listens on the admin socket.", path};
}

// Where the socket is, as bind() and connect() want it. An address holds 107 bytes, and a data
// directory may have a longer path: the address leads through the open directory (proc(5)), which
// must stay open until it was used.
struct Place {
  Descriptor directory;
  sockaddr_un address{};
};

// Fails with errno.
std::optional<Place> place_of(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string parent = whole.has_parent_path() ? whole.parent_path().string() : ".";
  Place place{Descriptor(open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))};
  if (place.directory.number() < 0) return std::nullopt;
  const std::string short_path =
      "/proc/self/fd/" + std::to_string(place.directory.number()) + "/" + whole.filename().string();
  place.address.sun_family = AF_UNIX;
  if (short_path.size() >= sizeof(place.address.sun_path)) {
    errno = ENAMETOOLONG;
    return std::nullopt;
  }
  std::memcpy(place.address.sun_path, short_path.data(), short_path.size());
  return place;
}

const sockaddr* address_in(const Place& place) {
  return reinterpret_cast<const sockaddr*>(&place.address);
}

// Of what the process or the system has too little at the moment.
bool is_shortage(int cause) {
  return cause == EMFILE || cause == ENFILE || cause == ENOMEM || cause == ENOBUFS;
}

bool may_connect(int connection) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return may_administer(peer.uid, geteuid());
}

// Reads up to a newline, which is not part of the answer. False: too long, too slow, or cut off.
bool read_line(int connection, std::string& line) {
  char buffer[4096];
  while (line.size() < kMaxLine) {
    const ssize_t size = read(connection, buffer, sizeof(buffer));
    if (size <= 0) return false;
    line.append(buffer, static_cast<std::size_t>(size));
    explicit_bzero(buffer, sizeof(buffer));
    if (line.back() == '\n') {
      line.pop_back();
      return true;
    }
  }
  return false;
}

bool write_all(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void be_patient(int connection) {
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
}

}  // namespace

class AdminSocket::Impl {
 public:
  Impl(Descriptor listener, Descriptor stop, std::string path, Answer answer, Log& log)
      : listener_(std::move(listener)),
        stop_(std::move(stop)),
        path_(std::move(path)),
        answer_(std::move(answer)),
        log_(log),
        thread_([this] { run(); }) {}

  ~Impl() {
    const std::uint64_t one = 1;
    // An eventfd takes eight bytes at once or, when 2^64 - 2 were written, none: not here.
    [[maybe_unused]] const ssize_t written = write(stop_.number(), &one, sizeof(one));
    thread_.join();
    unlink(path_.c_str());
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

 private:
  void run() {
    for (;;) {
      pollfd waited[] = {{listener_.number(), POLLIN, 0}, {stop_.number(), POLLIN, 0}};
      if (poll(waited, 2, -1) < 0 && errno != EINTR) return;
      if (waited[1].revents != 0) return;
      if ((waited[0].revents & POLLIN) != 0) serve();
    }
  }

  // Somebody waits and cannot be let in: poll() would say so at once, again and again.
  void pause_accepting(int cause) {
    if (!std::exchange(paused_, true)) {
      log_.failed("Nobody can be let in at the admin socket for now.", failed(path_, cause));
    }
    pollfd stop{stop_.number(), POLLIN, 0};
    poll(&stop, 1, kAcceptPause);
  }

  void serve() {
    const Descriptor connection(accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.number() < 0) {
      const int cause = errno;
      if (is_shortage(cause)) pause_accepting(cause);
      return;
    }
    paused_ = false;
    if (!may_connect(connection.number())) {
      log_.warning("A user who may not was turned away from the admin socket.");
      return;
    }
    be_patient(connection.number());
    std::string line;
    if (!read_line(connection.number(), line)) return;
    const AdminReply reply = answer_(line);
    if (!write_all(connection.number(), reply.reveal()) || !write_all(connection.number(), "\n")) {
      log_.warning("The answer on the admin socket did not arrive.");
    }
  }

  Descriptor listener_;
  Descriptor stop_;
  std::string path_;
  Answer answer_;
  Log& log_;
  bool paused_ = false;  // of thread_
  std::thread thread_;
};

bool may_administer(uid_t peer, uid_t own) { return peer == 0 || peer == own; }

AdminSocket::AdminSocket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AdminSocket::~AdminSocket() = default;

Result<std::unique_ptr<AdminSocket>> AdminSocket::listen(const std::string& path, Answer answer,
                                                         Log& log) {
  const std::optional<Place> place = place_of(path);
  if (!place) return failed(path, errno);
  Descriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Descriptor stop(eventfd(0, EFD_CLOEXEC));
  if (listener.number() < 0 || stop.number() < 0) return failed(path, errno);
  unlink(path.c_str());  // left by a crash: the data directory's lock says that nobody listens
  const mode_t before = umask(S_IRWXG | S_IRWXO);
  const int bound = bind(listener.number(), address_in(*place), sizeof(place->address));
  umask(before);
  if (bound != 0 || ::listen(listener.number(), 8) != 0) return failed(path, errno);
  return std::unique_ptr<AdminSocket>(new AdminSocket(
      std::make_unique<Impl>(std::move(listener), std::move(stop), path, std::move(answer), log)));
}

Result<AdminReply> ask_admin_socket(const std::string& path, std::string_view line) {
  const std::optional<Place> place = place_of(path);
  if (!place) return unreachable(path, errno);
  const Descriptor connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connection.number() < 0) return failed(path, errno);
  if (connect(connection.number(), address_in(*place), sizeof(place->address)) != 0) {
    return unreachable(path, errno);
  }
  be_patient(connection.number());
  // The server may have to derive keys, or to wrap many.
  setsockopt(connection.number(), SOL_SOCKET, SO_RCVTIMEO, &kReplyPatience, sizeof(kReplyPatience));
  std::string reply;
  const bool answered = write_all(connection.number(), line) &&
                        write_all(connection.number(), "\n") &&
                        read_line(connection.number(), reply);
  AdminReply kept{reply};
  wipe(reply);
  if (!answered) return Error{Code::kUnavailable, "The server did not answer.", path};
  return kept;
}

}  // namespace strongroom::app
