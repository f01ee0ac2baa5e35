#include "cli/secret_commands.h"

#include <array>
#include <iostream>
#include <utility>

#include <boost/json.hpp>

#include "base/base64.h"
#include "base/json.h"
#include "cli/input.h"
#include "cli/json_body.h"
#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {
namespace {

constexpr const char* kSecretName = "its label or id";

// A word for a shell, whatever is in it.
void append_quoted(std::string& out, std::string_view text) {
  out += '\'';
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  out += '\'';
}

void append_line(std::string& out, std::string_view name, std::string_view text) {
  append_quoted(out.append(name).append("="), text);
  out += '\n';
}

// With room for every letter: a buffer that grew would leave some of them behind.
std::string as_environment(const boost::json::object& secret) {
  constexpr std::size_t kRoom = 128;
  constexpr std::size_t kLongestQuote = 4;
  const std::string_view user(secret.at("user_name").as_string());
  const std::string_view value(secret.at("value").as_string());
  std::string_view next;
  if (const auto* const other = secret.at("next").if_object()) {
    next = other->at("value").as_string();
  }
  std::string out;
  out.reserve(kRoom + kLongestQuote * (user.size() + value.size() + next.size()));
  append_line(out, "SECRET_USER_NAME", user);
  append_line(out, "SECRET_VALUE", value);
  if (!next.empty()) append_line(out, "SECRET_NEXT_VALUE", next);
  return out;
}

Result<QueryParameters> secret_names(const LookupNames& names) {
  const bool all = !names.project.empty() && !names.target_system.empty() && !names.label.empty();
  const bool any = !names.project.empty() || !names.target_system.empty() || !names.label.empty();
  if (names.id.empty() ? !all : any) {
    return Error{Code::kInvalidArgument,
                 "Say which secret: by --project, --target-system and --label, or by --id."};
  }
  if (!names.id.empty()) return QueryParameters{};
  return QueryParameters{
      {"project", names.project}, {"target_system", names.target_system}, {"label", names.label}};
}

// Whether a file's last line end is a part of the value: of a text it is.
bool keeps_line_end(std::string_view kind) { return kind == "text" || kind == "certificate"; }

}  // namespace

ExitCode print_secret(const Answer& answer, const std::string& format) {
  if (!answer.good()) return report_problem(answer);
  if (format == "json") {
    std::cout << answer.body.reveal() << "\n";
    return ExitCode::kDone;
  }
  const auto document = parse_json(answer.body.reveal());
  if (!document) return report_error(document.error());
  const auto& secret = document->as_object();
  if (format == "env") {
    std::string lines = as_environment(secret);
    std::cout << lines;
    wipe(lines);
    return ExitCode::kDone;
  }
  std::cout << std::string_view(secret.at("value").as_string()) << "\n";
  return ExitCode::kDone;
}

Status add_secret_value(JsonBody& body, const SecretArguments& given, bool is_text) {
  if (!given.value_file) {
    return Error{Code::kInvalidArgument,
                 "Give the value by --value-file FILE; - is standard input."};
  }
  STRONGROOM_TRY(const InputText value,
                 is_text ? read_input(*given.value_file) : read_secret(*given.value_file));
  if (value.reveal().starts_with("\x30\x82")) {  // DER: PKCS#12, as it comes from a browser
    std::string encoded = base64(value.reveal());
    body.add_secret("value", InputText(encoded));
    wipe(encoded);
  } else {
    body.add_secret("value", value);
  }
  if (given.passphrase_file) {
    STRONGROOM_TRY(const InputText passphrase, read_secret(*given.passphrase_file));
    body.add_secret("passphrase", passphrase);
  }
  body.add("expires_on", given.expires_on);
  return {};
}

ExitCode lookup_secret(Session& session, const LookupNames& names, const std::string& format) {
  const auto query = secret_names(names);
  if (!query) return report_error(query.error());
  std::string path = "/lookup/secrets";
  if (!names.id.empty()) path += "/" + percent_encode(names.id);
  const auto answer = session.rest.call("GET", path, *query);
  return answer ? print_secret(*answer, format) : report_error(answer.error());
}

ExitCode change_secret_value(Session& session, const Reference& secret, const std::string& value,
                             std::string_view action) {
  const auto id = resolve(session, kSecret, secret);
  if (!id) return report_error(id.error());
  std::string path = "/secrets/" + *id + "/values/" + percent_encode(value);
  if (!action.empty()) path.append("/").append(action);
  const auto answer = session.rest.call(action.empty() ? "DELETE" : "POST", path);
  return answer ? print(session, *answer) : report_error(answer.error());
}

void Program::secret_value_options(Command app) {
  app.option("--value-file", o_.secret.value_file, "file with the value, - for standard input");
  app.option("--passphrase-file", o_.secret.passphrase_file,
             "file with what protects a certificate's key");
  app.option("--expires-on", o_.secret.expires_on, "2027-06-30; not of a certificate");
}

void Program::secret_fields(Command app) {
  app.option("--user-name", o_.secret.user_name, "who signs in with it");
  app.option("--notes", o_.secret.notes, "for people");
  owner_options(app);
}

void Program::secret_format(Command app) {
  app.option("--format", o_.secret.format, "the value alone, all of it, or lines for a shell")
      .must_be_one_of("--format", {"value", "json", "env"})
      .show_default("--format");
}

void Program::add_secrets() {
  Command app = tree_.top().group("secret", "passwords, API keys, certificates and other texts");
  add_common(app, kSecret, &Program::narrow_by_target_system);
  Command made =
      verb(app, "create",
           "store one\n\n"
           "Example:\n"
           "  strongroom secret create batch --project Finance --target-system SAP "
           "--kind password --user-name BATCH01 --value-file -",
           [this](Session& s) {
             JsonBody body;
             body.add("label", std::string_view(o_.name));
             body.add("project", o_.project);
             body.add("target_system", o_.target_system);
             body.add("kind", std::string_view(o_.kind.value_or("password")));
             add_secret_fields(body, o_);
             const bool is_text = keeps_line_end(o_.kind.value_or(""));
             const Status added = add_secret_value(body, o_.secret, is_text);
             return added ? create(s, kSecret, body.body()) : report_error(added.error());
           });
  made.argument("LABEL", o_.name, "its label");
  narrow_by_target_system(made);
  made.option("--kind", o_.kind, "password (without it), api_key, certificate or text")
      .must_be_one_of("--kind", {"password", "api_key", "certificate", "text"});
  secret_value_options(made);
  secret_fields(made);
  Command changed = verb(app, "update", "change what is known of one", [this](Session& s) {
    JsonBody body;
    body.add("label", o_.new_name);
    add_secret_fields(body, o_);
    return update(s, kSecret, reference(o_), body.body());
  });
  name_argument(changed, kSecretName);
  narrow_by_target_system(changed);
  changed.option("--label", o_.new_name, "another label");
  secret_fields(changed);
  add_secret_values(app);
  Command extracted =
      verb(app, "extract", "print the value, with a user API key; the audit trail says so",
           [this](Session& s) { return extract_secret(s); });
  name_argument(extracted, kSecretName);
  narrow_by_target_system(extracted);
  secret_format(extracted);
  Command generated = verb(app, "generate", "print a password made at random, stored nowhere",
                           [this](Session& s) { return generate_password(s); });
  generated.option("--length", o_.secret.length, "8 to 256; without: 24");
  generated.flag("--no-symbols", o_.secret.no_symbols, "letters and digits alone");
  generated.flag("--unmistakable", o_.secret.unmistakable,
                 "without 0 and O, 1 and l, and the like");
}

void Program::add_secret_values(Command app) {
  Command added =
      verb(app, "add-value", "put a value beside the one that is there, until that one is replaced",
           [this](Session& s) { return add_value(s); });
  name_argument(added, kSecretName);
  narrow_by_target_system(added);
  secret_value_options(added);
  added.flag("--make-current", o_.secret.make_current, "robots get it at once");
  const auto one = [&](const char* name, const char* help, const char* action) {
    Command made = verb(app, name, help, [this, action](Session& s) {
      return change_secret_value(s, reference(o_), o_.secret.value_id, action);
    });
    name_argument(made, kSecretName);
    made.argument("VALUE", o_.secret.value_id, "which of its values: an id that show prints");
    narrow_by_target_system(made);
  };
  one("make-current", "let robots get that value from now on", "make-current");
  one("drop-value", "destroy the value that is not current", "");
}

// What becomes of the end of the file's line depends on the kind, which the server knows.
ExitCode Program::add_value(Session& s) const {
  const auto id = resolve(s, kSecret, reference(o_));
  if (!id) return report_error(id.error());
  const auto stored = s.rest.call("GET", "/secrets/" + *id);
  if (!stored) return report_error(stored.error());
  if (!stored->good()) return report_problem(*stored);
  const auto document = parse_json(stored->body.reveal());
  if (!document) return report_error(document.error());
  JsonBody body;
  const std::string_view kind(document->as_object().at("kind").as_string());
  const Status given = add_secret_value(body, o_.secret, keeps_line_end(kind));
  if (!given) return report_error(given.error());
  if (o_.secret.make_current) body.add_raw("make_current", "true");
  const http::RequestBody text = body.body();
  const auto answer = s.rest.call("POST", "/secrets/" + *id + "/values", {}, &text);
  return answer ? print(s, *answer) : report_error(answer.error());
}

ExitCode Program::extract_secret(Session& s) const {
  const auto id = resolve(s, kSecret, reference(o_));
  if (!id) return report_error(id.error());
  const auto answer = s.rest.call("POST", "/secrets/" + *id + "/extract");
  return answer ? print_secret(*answer, o_.secret.format) : report_error(answer.error());
}

ExitCode Program::generate_password(Session& s) const {
  JsonBody body;
  if (o_.secret.length) body.add_raw("length", *o_.secret.length);
  if (o_.secret.no_symbols) body.add_raw("symbols", "false");
  if (o_.secret.unmistakable) body.add_raw("unmistakable", "true");
  if (body.empty()) body.add_raw("symbols", "true");
  const http::RequestBody text = body.body();
  const auto answer = s.rest.call("POST", "/secrets/generate-password", {}, &text);
  return answer ? print_secret(*answer, "value") : report_error(answer.error());
}

void Program::add_secret_lookup() {
  Command asked =
      verb(tree_.top(), "lookup-secret", "look a secret up, with a robot key",
           [this](Session& s) { return lookup_secret(s, o_.lookup, o_.secret.format); });
  asked.option("--project", o_.lookup.project, "the project's name");
  asked.option("--target-system", o_.lookup.target_system, "the target system's name");
  asked.option("--label", o_.lookup.label, "the secret's label");
  asked.option("--id", o_.lookup.id, "the secret's id, instead of the three names");
  secret_format(asked);
}

}  // namespace strongroom::cli
