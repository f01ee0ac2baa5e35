#include "app/audit_commands.h"

#include <iostream>

#include "app/offline.h"
#include "audit/export.h"
#include "audit/verify.h"
#include "base/log.h"
#include "cli/audit_output.h"
#include "cli/input.h"
#include "cli/output.h"

namespace strongroom::app {
namespace {

int code(cli::ExitCode exit) { return static_cast<int>(exit); }

Status check_arguments(const cli::AuditArguments& arguments) {
  if (arguments.data_directory.empty() == arguments.export_file.empty()) {
    return Error{Code::kInvalidArgument, "Give either --data DIRECTORY or --export FILE."};
  }
  if (!arguments.public_key.empty() && !audit::is_public_key(arguments.public_key)) {
    return Error{Code::kInvalidArgument, "--public-key is no key: it has 43 characters."};
  }
  const bool is_hash = arguments.head.size() == 64 &&
                       arguments.head.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!arguments.head.empty() && !is_hash) {
    return Error{Code::kInvalidArgument, "--head is no hash: it has 64 characters of 0-9, a-f."};
  }
  return {};
}

Result<audit::Verification> check(const cli::AuditArguments& arguments) {
  STRONGROOM_CHECK(check_arguments(arguments));
  const audit::Expected expected{.public_key = arguments.public_key, .head = arguments.head};
  if (!arguments.export_file.empty()) {
    return audit::verify_export_file(arguments.export_file, expected);
  }
  const SystemClock clock;
  Log log(clock, Log::Format::kText, Log::standard_error());
  return audit::verify(arguments.data_directory + "/audit.db", log, expected);
}

int report_broken(const Error& error) {
  if (const ErrorValue* const sequence = error.find("sequence")) {
    std::cerr << "The chain is broken at sequence " << std::get<std::int64_t>(*sequence) << ".\n";
  }
  if (const ErrorValue* const line = error.find("line")) {
    std::cerr << "The export is broken at line " << std::get<std::int64_t>(*line) << ".\n";
  }
  const int exit = code(cli::report_error(error));
  if (error.code == Code::kCorrupt) {
    std::cerr
        << "What is before that place holds together. Keep the file as evidence, find out who "
           "could write to it,\nand compare with a head, an export or a shipped log that was "
           "kept elsewhere: docs/audit.md, \"When it does not verify\".\n";
  }
  return exit;
}

void print_json(const audit::Verification& verified) {
  std::cout << "{\"events\":" << verified.events << ",\"head\":\"" << verified.head_hash
            << "\",\"first_sequence\":" << verified.first_sequence
            << ",\"last_sequence\":" << verified.last_sequence
            << ",\"checkpoints\":" << verified.checkpoints << ",\"public_key\":\""
            << verified.public_key << "\",\"last_checkpoint\":" << verified.last_checkpoint
            << ",\"noted_head_at\":" << verified.noted_head_at << "}\n";
}

void print_text(const audit::Verification& verified, bool key_was_given) {
  std::cout << "audit verify: ok, " << verified.events << " events\nhead " << verified.head_hash
            << "\n";
  if (verified.first_sequence > 1) {
    std::cout << "begins at sequence " << verified.first_sequence
              << ": what was before is older than the retention, as a signed checkpoint says\n";
  }
  if (verified.checkpoints > 0) {
    std::cout << "checkpoints " << verified.checkpoints << ", the last at sequence "
              << verified.last_checkpoint << ", signed by " << verified.public_key
              << (key_was_given ? ", as was expected\n"
                                : ": compare with the key that was noted (--public-key)\n");
  }
  if (verified.noted_head_at > 0) {
    std::cout << "the head that was noted is there, at sequence " << verified.noted_head_at << "\n";
    return;
  }
  std::cout << "Keep the head elsewhere: only with it can a cut end be noticed.\n";
}

}  // namespace

int verify_audit(const cli::AuditArguments& arguments) {
  const auto verified = check(arguments);
  if (!verified) return report_broken(verified.error());
  if (arguments.as_json) {
    print_json(*verified);
  } else {
    print_text(*verified, !arguments.public_key.empty());
  }
  return 0;
}

int trace_token(const cli::AuditArguments& arguments, const Environment& environment) {
  const auto letters = cli::read_secret(arguments.token_file);
  if (!letters) return code(cli::report_error(letters.error()));
  const oauth::AccessToken token(letters->reveal());
  const auto config = offline_config(arguments.server, arguments.data_directory, environment);
  if (!config) return code(cli::report_error(config.error()));
  const auto trace = trace_token_offline(*config, environment, token);
  if (!trace) return code(cli::report_error(trace.error()));
  std::vector<cli::TraceLine> lines;
  for (const vault::TracedHandOut& hand_out : trace->hand_outs) {
    lines.push_back({hand_out.at, hand_out.action, hand_out.subject_name, hand_out.subject_id,
                     hand_out.actor_name, hand_out.actor_id, hand_out.peer, hand_out.request_id});
  }
  std::cout << cli::trace_text(lines, trace->retrieved_at);
  return 0;
}

}  // namespace strongroom::app
