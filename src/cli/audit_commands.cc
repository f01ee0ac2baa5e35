// strongroom audit …

#include <fstream>
#include <iostream>

#include "cli/audit_output.h"
#include "cli/input.h"
#include "cli/json_body.h"
#include "cli/output.h"
#include "cli/program.h"
#include "cli/requests.h"

namespace strongroom::cli {

void Program::add_audit() {
  Command app = tree_.top().group("audit", "who did what, and who got what");
  audit_filters(verb(app, "list", "newest first", [this](Session& s) {
    return list(s, kAuditEvent, list_query(o_));
  })).option("--page-size", o_.page_size, "1 to 1000");
  Command exported = verb(app, "export",
                          "all of it in a file, oldest first\n\n"
                          "As JSON lines and without a filter it can be verified elsewhere:\n"
                          "  strongroom audit export --file audit.ndjson\n"
                          "  strongroom audit verify --export audit.ndjson",
                          [this](Session& s) { return export_audit(s); });
  audit_filters(exported);
  exported.option("--format", o_.audit_format, "json or csv")
      .must_be_one_of("--format", {"json", "csv"});
  exported.option("--file", o_.audit_file, "a new file; without: standard output");
  add_trace_token(app);
  add_audit_verify(app);
}

Command Program::audit_filters(Command app) {
  in_project(app);
  app.option("--action", o_.action, "token.handed_out, lookup.denied, …");
  app.option("--outcome", o_.outcome, "success, denied or failure");
  app.option("--search", o_.words, "words that occur in it: names, ids, addresses, request ids");
  app.option("--since", o_.since, "2026-11-24T08:00:00Z: from then on");
  app.option("--until", o_.until, "and before then");
  app.option("--before", o_.before, "only smaller sequence numbers: the next page");
  return app;
}

void Program::add_trace_token(Command app) {
  Command traced =
      verb(app, "trace-token",
           "who was given a token or secret that leaked; it is read from standard "
           "input\n\n"
           "Examples:\n"
           "  strongroom audit trace-token < leaked.txt\n"
           "  sudo strongroom audit trace-token --data /var/lib/strongroom < leaked.txt"
           "   # no server runs",
           [this](Session& s) { return trace_token(s); });
  traced.option("--token-file", o_.audit_token_file, "a file with it, instead");
  traced.option("--data", audit_.data_directory, "ask this data directory, while no server runs");
  traced.option("--config", audit_.server.config_file, "and the server's TOML file");
  traced.runs([this] {
    if (audit_.data_directory.empty()) {
      exit_code_ = static_cast<int>(connect([this](Session& s) { return trace_token(s); }));
      return;
    }
    audit_.token_file = o_.audit_token_file.value_or("-");
    exit_code_ = commands_.trace_token(audit_);
  });
}

ExitCode Program::trace_token(Session& session) const {
  const auto token = read_secret(o_.audit_token_file.value_or("-"));
  if (!token) return report_error(token.error());
  JsonBody body;
  body.add("token", std::string_view(token->reveal()));
  const http::RequestBody sent = body.body();
  const auto answer = session.rest.call("POST", "/audit-events/trace-token", {}, &sent);
  if (!answer) return report_error(answer.error());
  if (!answer->good() || session.format == Format::kJson) return print(session, *answer);
  std::cout << trace_text_of(answer->body.reveal());
  return ExitCode::kDone;
}

// Part by part, so that nobody holds all of it in memory.
ExitCode Program::export_audit(Session& session) const {
  std::ofstream file;
  if (o_.audit_file) {
    if (std::ifstream(*o_.audit_file).good()) {
      return report_error(Error{
          Code::kConflict, "The file is there already; it is not overwritten.", *o_.audit_file});
    }
    file.open(*o_.audit_file, std::ios::binary);
  }
  std::ostream& out = o_.audit_file ? file : std::cout;
  QueryParameters query = list_query(o_);
  query.emplace_back("format", o_.audit_format.value_or("json"));
  query.emplace_back("after", "0");
  while (true) {
    const auto answer = session.rest.call("GET", "/audit-events/export", query);
    if (!answer) return report_error(answer.error());
    if (!answer->good()) return report_problem(*answer);
    out << answer->body.reveal() << std::flush;
    if (!out) {
      return report_error(
          Error{Code::kUnavailable, "The file cannot be written.", o_.audit_file.value_or("")});
    }
    if (answer->next_after.empty()) return ExitCode::kDone;
    query.back().second = answer->next_after;
  }
}

void Program::add_audit_verify(Command app) {
  Command verified =
      app.command("verify",
                  "check the whole chain and its checkpoints, without the server\n\n"
                  "Examples:\n"
                  "  sudo strongroom audit verify --data /var/lib/strongroom\n"
                  "  strongroom audit verify --export audit.ndjson --public-key KEY --head HASH");
  verified.option("--data", audit_.data_directory, "the data directory, on the server's host");
  verified.option("--export", audit_.export_file, "or a file that audit export made");
  verified.option("--public-key", audit_.public_key, "that the checkpoints must be signed by");
  verified.option("--head", audit_.head, "a head that was noted, which must be in it");
  verified.option("--output", o_.output, "table or json")
      .must_be_one_of("--output", {"table", "json"});
  verified.runs([this] {
    audit_.as_json = o_.output == "json";
    exit_code_ = commands_.verify_audit(audit_);
  });
}

}  // namespace strongroom::cli
