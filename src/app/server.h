#pragma once
// The whole server, built in one place. The picture of the architecture is app/server_parts.h.

#include <memory>
#include <string>

#include "app/addresses.h"
#include "app/config.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "crypto/random.h"

namespace strongroom::app {

// Owns everything. Made, reloaded and stopped by one thread.
class Server {
 public:
  // What main() found outside: the only things of the machine that are not in the configuration.
  struct Surroundings {
    const Clock& clock;
    crypto::Random& random;
    Log& log;
    std::string credentials_directory;  // $CREDENTIALS_DIRECTORY
  };

  // Opens the data, builds everything on it and starts serving. All of `surroundings` must outlive
  // the server. Errors name what is wrong and, in the detail, where.
  static Result<std::unique_ptr<Server>> start(const Config& config,
                                               const Surroundings& surroundings);
  ~Server();

  ServerAddresses addresses() const;
  // The CA that vouches for the server's own certificate; empty where one was configured.
  std::string local_ca() const;
  std::string data_directory() const;
  bool has_api_key() const;   // false: nobody can administer it with the command line yet
  bool has_password() const;  // false: nobody can sign in to the console
  // Where the first administrator's password is; empty: it was changed.
  std::string initial_password_file() const;

  // Reads the certificate, the CAs of clients, their revocation lists and the directory of service
  // providers again (SIGHUP).
  void reload();

  // Not ready, no new connections, what was begun is finished, for up to `patience`.
  void stop(Milliseconds patience);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::app
