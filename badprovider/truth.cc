#include "badprovider/truth.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strongroom::badprovider {
namespace {

[[noreturn]] void give_up() {
  std::fprintf(stderr, "strongroom-badprovider: the truth cannot be written down\n");
  std::_Exit(3);
}

void write_durably(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) give_up();
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fdatasync(file) != 0) give_up();
}

}  // namespace

Result<std::unique_ptr<Truth>> Truth::open(const std::string& path, const Clock& clock) {
  http::Descriptor file;
  if (!path.empty()) {
    file = http::Descriptor(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.is_open()) {
      return Error{Code::kUnavailable, "The file for the truth cannot be opened.",
                   path + ": " + std::strerror(errno)};  // NOLINT(concurrency-mt-unsafe)
    }
  }
  return std::unique_ptr<Truth>(new Truth(std::move(file), clock));
}

Truth::Truth(http::Descriptor file, const Clock& clock)
    : clock_(clock), log_(Log{.file = std::move(file), .lines = {}}) {}

void Truth::commit(boost::json::array events) {
  const auto log = log_.lock();
  const std::int64_t at = clock_.now().time_since_epoch().count();
  std::string lines;
  for (boost::json::value& event : events) {
    event.as_object()["at"] = at;
    lines.append(boost::json::serialize(event)).append("\n");
  }
  if (log->file.is_open()) write_durably(log->file.number(), lines);
  log->lines += lines;
}

std::string Truth::lines() { return log_.lock()->lines; }

}  // namespace strongroom::badprovider
