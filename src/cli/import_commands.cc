// The commands that bring tokens along. These are read from files or standard input, never from the
// command line, which every user of the machine can read.

#include <cstdint>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "base/json.h"
#include "cli/import_file.h"
#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {
namespace {

// As a text within a body a row grows, and a body has 256 KiB.
constexpr std::size_t kPortion = std::size_t{100} * 1024;

Status add_token(JsonBody& body, std::string_view name, const std::optional<std::string>& file) {
  if (!file) return {};
  STRONGROOM_TRY(const InputText token, read_secret(*file));
  body.add_secret(name, token);
  return {};
}

Status add_tokens(JsonBody& body, const Options& options) {
  STRONGROOM_CHECK(add_token(body, "refresh_token", options.refresh_token_file));
  STRONGROOM_CHECK(add_token(body, "access_token", options.access_token_file));
  STRONGROOM_CHECK(add_token(body, "token_secret", options.token_secret_file));
  body.add("expires_at", options.expires_at);
  body.add("account_name", options.account_name);
  if (options.scopes.empty()) return {};
  std::string scope;
  for (const std::string& one : options.scopes) scope += (scope.empty() ? "" : " ") + one;
  body.add("scope", std::string_view(scope));
  return {};
}

ExitCode import_tokens(Session& session, const Options& options) {
  JsonBody body;
  if (const Status added = add_tokens(body, options); !added) return report_error(added.error());
  const auto id = resolve(session, kOAuthClient, reference(options));
  if (!id) return report_error(id.error());
  const http::RequestBody text = body.body();
  const auto answer =
      session.rest.call("POST", "/oauth-clients/" + *id + "/import-tokens", {}, &text);
  return answer ? print(session, *answer) : report_error(answer.error());
}

// What became of all portions.
struct Outcome {
  std::int64_t created = 0;
  std::int64_t updated = 0;
  boost::json::array failed;
};

// Adds what the server says of one portion, with the lines of the file.
Status add_answer(const Answer& answer, const ImportPortion& portion, Outcome& outcome) {
  STRONGROOM_TRY(const boost::json::value parsed, parse_json(answer.body.reveal()));
  const boost::json::object* const report = parsed.if_object();
  if (report == nullptr) return Error{Code::kInternal, "The server's answer is no report."};
  outcome.created += report->at("created").to_number<std::int64_t>();
  outcome.updated += report->at("updated").to_number<std::int64_t>();
  for (const boost::json::value& failure : report->at("failed").as_array()) {
    boost::json::object row = failure.as_object();
    const auto line = row.at("line").to_number<std::int64_t>();
    row["line"] = line + static_cast<std::int64_t>(portion.first) -
                  static_cast<std::int64_t>(portion.shown_as);
    outcome.failed.emplace_back(std::move(row));
  }
  return {};
}

ExitCode print_outcome(const Session& session, const Outcome& outcome, bool dry_run) {
  const std::vector<Column> columns = {
      {"LINE", "line"}, {"LABEL", "label"}, {"FIELD", "field"}, {"WHY", "detail"}};
  if (session.format == Format::kJson) {
    const boost::json::object all{
        {"created", outcome.created}, {"updated", outcome.updated}, {"failed", outcome.failed}};
    std::cout << boost::json::serialize(all) << "\n";
  } else {
    std::cout << (dry_run ? "would create: " : "created: ") << outcome.created << "\n"
              << (dry_run ? "would update: " : "updated: ") << outcome.updated << "\n"
              << "failed: " << outcome.failed.size() << "\n";
    if (!outcome.failed.empty()) std::cout << table(outcome.failed, columns);
  }
  return outcome.failed.empty() ? ExitCode::kDone : ExitCode::kError;
}

Result<std::vector<ImportPortion>> read_portions(const Options& options) {
  STRONGROOM_TRY(const InputText text, read_input(options.file, kLongestImport));
  const std::size_t first = text.reveal().find_first_not_of(" \t\r\n");
  const bool looks_like_json =
      first != std::string_view::npos && text.reveal().substr(first).starts_with('[');
  const bool json = options.format.empty() ? looks_like_json : options.format == "json";
  return json ? portions_of_json(text.reveal(), kPortion)
              : portions_of_csv(text.reveal(), kPortion);
}

ExitCode import_many(Session& session, const Options& options) {
  const auto portions = read_portions(options);
  if (!portions) return report_error(portions.error());
  Outcome outcome;
  // What went before the failure is done, and has to be known.
  const auto stop = [&](ExitCode code) {
    if (&portions->front() != &portions->back()) {
      static_cast<void>(print_outcome(session, outcome, options.dry_run));
    }
    return code;
  };
  for (const ImportPortion& portion : *portions) {
    JsonBody body;
    body.add("project", options.project);
    body.add("target_system", options.target_system);
    body.add("format",
             std::string_view(portion.content.reveal().starts_with('[') ? "json" : "csv"));
    body.add_secret("content", portion.content);
    if (options.dry_run) body.add_raw("dry_run", "true");
    const http::RequestBody text = body.body();
    const auto answer = session.rest.call("POST", "/oauth-clients/import", {}, &text);
    if (!answer) return stop(report_error(answer.error()));
    if (!answer->good()) return stop(report_problem(*answer));
    if (const Status added = add_answer(*answer, portion, outcome); !added) {
      return stop(report_error(added.error()));
    }
  }
  return print_outcome(session, outcome, options.dry_run);
}

}  // namespace

void Program::add_imports(Command oauth_clients) {
  Command one = verb(oauth_clients, "import-tokens", "store tokens that were got elsewhere",
                     [this](Session& s) { return import_tokens(s, o_); });
  name_argument(one, "its label or id");
  narrow_by_target_system(one);
  one.option("--refresh-token-file", o_.refresh_token_file,
             "file with the refresh token, - for standard input");
  one.option("--access-token-file", o_.access_token_file, "file with an access token");
  one.option("--token-secret-file", o_.token_secret_file,
             "file with the secret of an OAuth 1.0a token");
  one.option("--expires-at", o_.expires_at, "when that ends: 2026-11-24T03:08:20Z");
  one.option("--scope", o_.scopes, "what they are for; may be repeated");
  one.option("--account-name", o_.account_name, "whose account it is, for people to see");
  Command many = verb(oauth_clients, "import", "make clients, and store their tokens, from a file",
                      [this](Session& s) { return import_many(s, o_); });
  many.argument("FILE", o_.file, "CSV or a JSON array, - for standard input");
  in_project(many);
  in_target_system(many);
  many.must_be_given("--project").must_be_given("--target-system");
  many.option("--format", o_.format, "csv or json; without: as the file looks");
  many.must_be_one_of("--format", {"csv", "json"});
  many.flag("--dry-run", o_.dry_run, "only say what would come of it");
}

}  // namespace strongroom::cli
