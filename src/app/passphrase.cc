#include "app/passphrase.h"

#include <sys/stat.h>
#include <unistd.h>

#include "cli/input.h"
#include "cli/silent_terminal.h"
#include "crypto/equal.h"

namespace strongroom::app {
namespace {

constexpr std::size_t kShortest = 12;

Error too_short(const std::string& where) {
  return Error{Code::kInvalidArgument, "A passphrase needs 12 characters or more.", where};
}

Result<crypto::FilePassphrase> ask_person(bool is_new) {
  const cli::SilentTerminal terminal;
  if (!terminal.ok()) {
    return Error{Code::kNotFound,
                 "No passphrase: set keys.passphrase_file, give the systemd credential "
                 "\"root-passphrase\", or start the server on a terminal."};
  }
  const cli::InputText line = terminal.ask("Passphrase of the root key: ");
  crypto::FilePassphrase typed(line.reveal());
  if (typed.reveal().size() < kShortest) return too_short("typed on the terminal");
  if (!is_new) return typed;
  const cli::InputText again = terminal.ask("The same again, for new data: ");
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
