#include "app/data_directory.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/switch_over.h"

namespace strongroom::app {
namespace {

Error cannot(const std::string& path, int cause) {
  return Error{Code::kUnavailable, "The data directory cannot be used.",
               path + ": " + std::strerror(cause)};  // NOLINT(concurrency-mt-unsafe): at start-up
}

// Whoever may write into it can put other databases there, or have keys written where they read.
Status check_owner(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return cannot(path, errno);
  if (status.st_uid != geteuid()) {
    return Error{Code::kInvalidArgument,
                 "The data directory belongs to another user. Run this as its owner, or chown the "
                 "directory and everything in it.",
                 path + " belongs to user " + std::to_string(status.st_uid)};
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return {};
  return Error{Code::kInvalidArgument,
               "The data directory may be written by others than its owner; chmod 700.", path};
}

std::string holder_of(int lock) {
  char text[32] = {};
  const ssize_t size = pread(lock, text, sizeof(text) - 1, 0);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "unknown";
}

Status write_holder(int lock) {
  const std::string text = std::to_string(getpid());
  if (ftruncate(lock, 0) != 0 ||
      pwrite(lock, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return Error{Code::kUnavailable, "The data directory's lock cannot be written.", {}};
  }
  return {};
}

bool exists(const std::string& path) {
  std::error_code problem;
  return std::filesystem::exists(path, problem);
}

Status sync_directory(const std::string& path) {
  const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return cannot(path, errno);
  const int cause = fsync(directory) == 0 ? 0 : errno;
  close(directory);
  return cause == 0 ? Status() : Status(cannot(path, cause));
}

// The state is then the backup's: whoever starts it has to know, as its restore told nobody.
Status finish_restore(const std::string& path, Log& log) {
  const bool was_cut_off = backup::is_switching(path);
  STRONGROOM_CHECK(backup::finish_switch(path));
  if (was_cut_off) log.warning("A restore that was cut off was finished.");
  return {};
}

}  // namespace

Result<DataDirectory> DataDirectory::open(const std::string& path, Log& log) {
  std::error_code problem;
  const bool was_there = std::filesystem::exists(path, problem);
  if (!was_there) {
    std::filesystem::create_directories(path, problem);
    if (problem) return cannot(path, problem.value());
    if (chmod(path.c_str(), S_IRWXU) != 0) return cannot(path, errno);
  }
  return open_existing(path, log);
}

Result<DataDirectory> DataDirectory::open_existing(const std::string& path, Log& log) {
  std::error_code problem;
  if (!std::filesystem::is_directory(path, problem)) {
    return Error{Code::kNotFound, "There is no such data directory.", path};
  }
  STRONGROOM_CHECK(check_owner(path));
  const std::string lock_path = path + "/lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock < 0) return cannot(lock_path, errno);
  DataDirectory directory(path, lock);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return cannot(lock_path, errno);
    return Error{Code::kConflict, "Another process is using this data directory.",
                 path + " is held by process " + holder_of(lock)};
  }
  STRONGROOM_CHECK(write_holder(lock));
  STRONGROOM_CHECK(finish_restore(path, log));
  return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) close(lock_);  // which gives up the lock
}

bool DataDirectory::contains(const std::string& file) const {
  std::error_code problem;
  const auto inside = std::filesystem::weakly_canonical(file, problem);
  const auto top = std::filesystem::weakly_canonical(path_, problem);
  const auto relative = inside.lexically_relative(top);
  return !relative.empty() && *relative.begin() != "..";
}

Status DataDirectory::check_databases() const {
  const bool has_state = exists(state_database());
  const bool has_audit = exists(audit_database());
  if (has_state == has_audit) return {};
  if (has_state && exists(first_start())) return {};  // the audit database is made second
  return Error{Code::kCorrupt, "One database is there, the other is missing.",
               (has_state ? audit_database() : state_database()) +
                   " is missing; restore both databases from one backup"};
}

Status DataDirectory::databases_begun() const {
  if (exists(state_database()) || exists(audit_database())) return {};
  const int made = ::open(first_start().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0) return cannot(first_start(), errno);
  close(made);
  return sync_directory(path_);  // before a database is there
}

Status DataDirectory::databases_made() const {
  if (unlink(first_start().c_str()) != 0) {
    return errno == ENOENT ? Status() : Status(cannot(first_start(), errno));
  }
  return sync_directory(path_);
}

}  // namespace strongroom::app
