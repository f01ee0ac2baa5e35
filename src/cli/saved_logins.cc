#include "cli/saved_logins.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/input.h"
#include "cli/json_body.h"

namespace strongroom::cli {
namespace {

constexpr std::size_t kLongest = std::size_t{1024} * 1024;

Error cannot(LiteralText message, const std::string& file, int cause) {
  return Error{Code::kInvalidArgument, message,
               file + ": " + std::strerror(cause)};  // NOLINT(concurrency-mt-unsafe): one thread
}

Error malformed(const std::string& file) {
  return Error{Code::kCorrupt,
               "The file of saved sign-ins is damaged. Delete it and sign in again.", file};
}

// A descriptor that is closed.
class Opened {
 public:
  explicit Opened(int descriptor) : descriptor_(descriptor) {}
  ~Opened() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  int get() const { return descriptor_; }
  bool is_there() const { return descriptor_ >= 0; }

 private:
  const int descriptor_;
};

// Of the file itself, which is open already: its name may lead elsewhere by now.
Status check_owner(int descriptor, const std::string& file, mode_t forbidden) {
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0) return cannot("The file cannot be read.", file, errno);
  if (facts.st_uid != geteuid()) {
    return Error{Code::kPermissionDenied, "Saved sign-ins are only taken from what is one's own.",
                 file};
  }
  if ((facts.st_mode & forbidden) == 0) return {};
  return Error{Code::kPermissionDenied,
               "Others may get at the saved sign-ins: revoke their keys, take the rights away "
               "(chmod go=) and sign in again.",
               file};
}

Status check_directory(const std::string& directory) {
  const Opened opened(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_there()) return cannot("The directory cannot be opened.", directory, errno);
  return check_owner(opened.get(), directory, S_IWGRP | S_IWOTH);
}

Status read_all(int descriptor, const std::string& file, std::string& text) {
  char buffer[4096];
  for (;;) {
    const ssize_t size = ::read(descriptor, buffer, sizeof buffer);
    if (size < 0) return cannot("The file cannot be read.", file, errno);
    if (size == 0) break;
    text.append(buffer, static_cast<std::size_t>(size));
    if (text.size() > kLongest) return malformed(file);
  }
  explicit_bzero(buffer, sizeof buffer);
  return {};
}

Status write_all(int descriptor, const std::string& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(descriptor, text.data(), text.size());
    if (size < 0) return cannot("The file cannot be written.", file, errno);
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  if (fsync(descriptor) != 0) return cannot("The file cannot be written.", file, errno);
  return {};
}

// A text member; nullopt: it is missing, or something else.
std::optional<std::string> text_in(const boost::json::object& object, std::string_view name) {
  const boost::json::value* const member = object.if_contains(name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return std::string(member->get_string());
}

std::optional<SavedLogin> read_one(const boost::json::value& value) {
  const auto* const object = value.if_object();
  if (object == nullptr) return std::nullopt;
  auto key = text_in(*object, "api_key");
  const auto url = text_in(*object, "url");
  if (!key || !url) return std::nullopt;
  SavedLogin login;
  login.url = *url;
  login.key = Key{*key};
  wipe(*key);
  login.key_id = text_in(*object, "api_key_id").value_or("");
  login.user = text_in(*object, "user").value_or("");
  login.expires_at = text_in(*object, "expires_at").value_or("");
  login.ca_pem = text_in(*object, "ca_pem").value_or("");
  return login;
}

// Appends to `text`, which has the room.
void append_one(std::string& text, const SavedLogin& login) {
  JsonBody one;
  one.add("url", std::string_view(login.url));
  one.add("user", std::string_view(login.user));
  one.add_secret("api_key", InputText{login.key.reveal()});
  one.add("api_key_id", std::string_view(login.key_id));
  one.add("expires_at", std::string_view(login.expires_at));
  one.add("ca_pem", std::string_view(login.ca_pem));
  const http::RequestBody object = one.body();
  text.append(object.reveal());
}

}  // namespace

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

SavedLogins::SavedLogins(std::string directory)
    : directory_(std::move(directory)), file_(directory_ + "/login.json") {}

Result<std::optional<SavedLogin>> SavedLogins::find(std::string_view url) const {
  STRONGROOM_TRY(All logins, read());
  if (url.empty() && !logins.empty()) return std::move(logins.back());
  const auto found = std::ranges::find(logins, without_slash(url), &SavedLogin::url);
  if (found == logins.end()) return std::optional<SavedLogin>();
  return std::move(*found);
}

Status SavedLogins::put(const SavedLogin& login) const {
  STRONGROOM_CHECK(prepare());
  STRONGROOM_TRY(All logins, read());
  std::erase_if(logins, [&](const SavedLogin& one) { return one.url == without_slash(login.url); });
  SavedLogin& made = logins.emplace_back();
  made = {without_slash(login.url), login.key.clone(), login.key_id, login.user,
          login.expires_at,         login.ca_pem};
  return write(logins);
}

Status SavedLogins::remove(std::string_view url) const {
  STRONGROOM_TRY(All logins, read());
  std::erase_if(logins, [&](const SavedLogin& one) { return one.url == without_slash(url); });
  if (!logins.empty()) return write(logins);
  if (unlink(file_.c_str()) == 0 || errno == ENOENT) return {};
  return cannot("The file cannot be deleted.", file_, errno);
}

Result<SavedLogins::All> SavedLogins::read() const {
  All logins;
  if (directory_.empty()) return logins;
  const Opened opened(open(file_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened.is_there() && (errno == ENOENT || errno == ENOTDIR)) return logins;
  if (!opened.is_there()) return cannot("The file cannot be opened.", file_, errno);
  STRONGROOM_CHECK(check_owner(opened.get(), file_, S_IRWXG | S_IRWXO));
  STRONGROOM_CHECK(check_directory(directory_));
  std::string text;
  text.reserve(kLongest / 16);  // seldom moved, so seldom left behind
  const Status complete = read_all(opened.get(), file_, text);
  auto document = parse_json(text);
  wipe(text);
  STRONGROOM_CHECK(complete);
  const auto* const object = document ? document->if_object() : nullptr;
  const auto* const member = object == nullptr ? nullptr : object->if_contains("logins");
  if (member == nullptr || !member->is_array()) return malformed(file_);
  for (const boost::json::value& value : member->get_array()) {
    auto one = read_one(value);
    if (!one) return malformed(file_);
    logins.push_back(*std::move(one));
  }
  return logins;
}

// Its parent too, where this is the first program that keeps something there.
Status SavedLogins::prepare() const {
  if (directory_.empty()) {
    return Error{Code::kInvalidArgument,
                 "There is no place to keep a sign-in: neither XDG_CONFIG_HOME nor HOME is set."};
  }
  const std::string parent = directory_.substr(0, directory_.rfind('/'));
  for (const std::string& path : {parent, directory_}) {
    if (path.empty() || mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST) continue;
    return cannot("The directory cannot be made.", path, errno);
  }
  return check_directory(directory_);
}

Status SavedLogins::write(const All& logins) const {
  std::string text = R"({"version":1,"logins":[)";
  for (const SavedLogin& login : logins) {
    if (&login != &logins.front()) text += ",";
    append_one(text, login);
  }
  text += "]}\n";
  const std::string made = file_ + "." + std::to_string(getpid());
  unlink(made.c_str());  // of a program that had this number and ended half-way
  Status written = {};
  {
    const Opened opened(open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                             S_IRUSR | S_IWUSR));
    written = opened.is_there() ? write_all(opened.get(), made, text)
                                : cannot("The file cannot be made.", made, errno);
  }
  wipe(text);
  if (written && std::rename(made.c_str(), file_.c_str()) != 0) {
    written = cannot("The file cannot be written.", file_, errno);
  }
  if (!written) unlink(made.c_str());
  return written;
}

}  // namespace strongroom::cli
