#pragma once
// What backup needs of the machine, for commands that work without the server.

#include <string>

#include "app/config.h"
#include "app/data_directory.h"
#include "backup/surroundings.h"
#include "base/clock.h"
#include "base/log.h"
#include "crypto/random.h"

namespace strongroom::app {

// The root key is looked for as the server does. Everything that it is given must outlive it.
class BackupParts {
 public:
  BackupParts(const Config& config, std::string credentials_directory,
              const DataDirectory& directory);
  BackupParts(const BackupParts&) = delete;
  BackupParts& operator=(const BackupParts&) = delete;

  const backup::Surroundings& surroundings() const { return surroundings_; }

 private:
  const SystemClock clock_;
  crypto::SystemRandom random_;
  Log log_{clock_, Log::Format::kText, Log::standard_error(), LogLevel::kWarning};
  const backup::Surroundings surroundings_;
};

}  // namespace strongroom::app
