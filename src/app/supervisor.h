#pragma once
// Tells the service manager how the server is (sd_notify(3), the protocol of systemd's
// Type=notify).

#include <string>
#include <string_view>

namespace strongroom::app {

class Supervisor {
 public:
  // `socket`: what $NOTIFY_SOCKET says, a path or "@name" of an abstract one; empty: nobody asks.
  explicit Supervisor(std::string socket) : socket_(std::move(socket)) {}

  // It serves; also after reloading().
  void ready() const;
  void reloading() const;
  void stopping() const;

 private:
  void tell(std::string_view state) const;  // a manager that cannot be told is no reason to stop

  const std::string socket_;
};

}  // namespace strongroom::app
