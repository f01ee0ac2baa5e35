#pragma once
// Commands about secrets: values from files or standard input, never from arguments.

#include <optional>
#include <string>

#include "cli/json_body.h"
#include "cli/lookup_commands.h"
#include "cli/resources.h"

namespace strongroom::cli {

struct SecretArguments {
  std::string secret;  // label or id, where another noun is the command's own
  std::optional<std::string> value_file;
  std::optional<std::string> passphrase_file;
  std::optional<std::string> user_name;
  std::optional<std::string> notes;
  std::optional<std::string> expires_on;
  std::optional<std::string> length;
  std::string value_id;
  std::string format = "value";  // how it is printed; see print_secret()
  bool make_current = false;
  bool no_symbols = false;
  bool unmistakable = false;
};

// Prints an answer with a secret in it: "value" is the value alone, "json" the whole answer, "env"
// lines for a shell, SECRET_USER_NAME, SECRET_VALUE and, while there is one, SECRET_NEXT_VALUE.
// A problem is reported as everywhere.
ExitCode print_secret(const Answer& answer, const std::string& format);

// Adds what was entered as the value: a file of PKCS#12 as base64, everything else as it is,
// without the line end that an editor put behind a password. Errors: of files; kInvalidArgument:
// none.
Status add_secret_value(JsonBody& body, const SecretArguments& given, bool is_text);

// With a robot key; as lookup(). Names that are missing, or an id beside names, are a usage error.
ExitCode lookup_secret(Session& session, const LookupNames& names, const std::string& format);

// One of a secret's values: `action` is "make-current", or empty to drop it.
ExitCode change_secret_value(Session& session, const Reference& secret, const std::string& value,
                             std::string_view action);

}  // namespace strongroom::cli
