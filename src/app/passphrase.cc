#include "app/passphrase.h"

#include <array>
#include <span>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "cli/input.h"
#include "crypto/equal.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kShortest = 12;
constexpr std::size_t kLongest = 1024;

Error too_short(const std::string& where) {
  return Error{Code::kInvalidArgument, "A passphrase needs 12 characters or more.", where};
}

// The terminal that the process was started from; what is typed is not shown while this lives.
class SilentTerminal {
 public:
  SilentTerminal() : terminal_(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (terminal_ < 0 || tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_silent_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal() {
    if (is_silent_) tcsetattr(terminal_, TCSAFLUSH, &before_);
    if (terminal_ >= 0) close(terminal_);
  }

  bool ok() const { return is_silent_; }

  // One line, without its end.
  crypto::FilePassphrase ask(std::string_view question) const {
    say(question);
    std::array<char, kLongest> line{};
    const ssize_t got = read(terminal_, line.data(), line.size());
    std::string_view text(line.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    crypto::FilePassphrase passphrase(text);
    wipe(std::as_writable_bytes(std::span(line)));
    say("\n");
    return passphrase;
  }

 private:
  void say(std::string_view text) const {
    // A terminal that takes no question gives no answer either.
    if (write(terminal_, text.data(), text.size()) < 0) return;
  }

  const int terminal_;
  termios before_{};
  bool is_silent_ = false;
};

Result<crypto::FilePassphrase> ask_person(bool is_new) {
  const SilentTerminal terminal;
  if (!terminal.ok()) {
    return Error{Code::kNotFound,
                 "No passphrase: set keys.passphrase_file, give the systemd credential "
                 "\"root-passphrase\", or start the server on a terminal."};
  }
  crypto::FilePassphrase typed = terminal.ask("Passphrase of the root key: ");
  if (typed.reveal().size() < kShortest) return too_short("typed on the terminal");
  if (!is_new) return typed;
  const crypto::FilePassphrase again = terminal.ask("The same again, for new data: ");
  if (crypto::constant_time_equal(typed.reveal(), again.reveal())) return typed;
  return Error{Code::kInvalidArgument, "The two passphrases differ."};
}

// Whoever can read it can open the data. `guarded`: systemd guards the directory it is in.
Status check_readers(const std::string& file) {
  struct stat about {};
  if (stat(file.c_str(), &about) == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Error{Code::kInvalidArgument,
                 "The passphrase file may be used by others than its owner; chmod 600.", file};
  }
  return {};
}

}  // namespace

Result<crypto::FilePassphrase> read_file_passphrase(const std::string& file) {
  STRONGROOM_TRY(const cli::InputText text, cli::read_secret(file));
  if (text.reveal().size() < kShortest) return too_short(file);
  return crypto::FilePassphrase(text.reveal());
}

Result<crypto::FilePassphrase> find_passphrase(const std::string& file,
                                               const std::string& credentials_directory,
                                               bool is_new) {
  if (!file.empty()) {
    STRONGROOM_CHECK(check_readers(file));
    return read_file_passphrase(file);
  }
  const std::string credential = credentials_directory + "/root-passphrase";
  if (!credentials_directory.empty() && access(credential.c_str(), F_OK) == 0) {
    return read_file_passphrase(credential);
  }
  return ask_person(is_new);
}

}  // namespace strongroom::app
