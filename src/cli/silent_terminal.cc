#include "cli/silent_terminal.h"

#include <array>
#include <cstddef>
#include <span>

#include <fcntl.h>
#include <unistd.h>

namespace strongroom::cli {
namespace {

constexpr std::size_t kLongest = 1024;

}  // namespace

SilentTerminal::SilentTerminal() : terminal_(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  if (terminal_ < 0 || tcgetattr(terminal_, &before_) != 0) return;
  termios silent = before_;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  is_silent_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
}

SilentTerminal::~SilentTerminal() {
  if (is_silent_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  if (terminal_ >= 0) close(terminal_);
}

InputText SilentTerminal::ask(std::string_view question) const {
  say(question);
  std::array<char, kLongest> line{};
  const ssize_t got = read(terminal_, line.data(), line.size());
  std::string_view text(line.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  InputText typed(text);
  wipe(std::as_writable_bytes(std::span(line)));
  say("\n");
  return typed;
}

void SilentTerminal::say(std::string_view text) const {
  // A terminal that takes no question gives no answer either.
  if (write(terminal_, text.data(), text.size()) < 0) return;
}

}  // namespace strongroom::cli
