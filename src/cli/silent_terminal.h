#pragma once
// The terminal that a process was started from, for what nobody may see typed.

#include <string_view>

#include <termios.h>

#include "cli/input.h"

namespace strongroom::cli {

// What is typed is not shown while this lives. One at a time, on one thread.
class SilentTerminal {
 public:
  SilentTerminal();
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  ~SilentTerminal();

  // False: there is no terminal, or it cannot be kept silent.
  bool ok() const { return is_silent_; }

  // One line of at most 1,024 bytes, without its end; empty if the terminal is gone. Only if ok().
  InputText ask(std::string_view question) const;

 private:
  void say(std::string_view text) const;

  const int terminal_;
  termios before_{};
  bool is_silent_ = false;
};

}  // namespace strongroom::cli
