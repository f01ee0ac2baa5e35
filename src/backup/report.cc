#include "backup/report.h"

#include <string_view>

#include "base/json.h"

namespace strongroom::backup {
namespace {

void number(std::string& out, std::string_view name, std::int64_t value) {
  out.append(",\"").append(name).append("\":").append(std::to_string(value));
}

void text(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  append_json_string(out, value);
}

void counts(std::string& out, std::string_view name, const RestoreReport::Counts& of) {
  out.append(",\"").append(name).append("\":{\"users\":").append(std::to_string(of.users));
  number(out, "api_keys", of.api_keys);
  number(out, "robot_keys", of.robot_keys);
  number(out, "robot_access", of.robot_access);
  number(out, "robot_inputs", of.robot_inputs);
  number(out, "others", of.others);
  out += '}';
}

std::string line(const char* what, std::int64_t count) {
  return "  " + std::string(what) + ": " + std::to_string(count) + "\n";
}

std::string lines(const RestoreReport::Counts& of) {
  return line("users", of.users) + line("API keys", of.api_keys) +
         line("robot keys and identities", of.robot_keys) +
         line("rules of robot access", of.robot_access) +
         line("inputs of Basic Engine Robots", of.robot_inputs) +
         line("memberships, roles of groups, linked accounts, settings", of.others);
}

}  // namespace

std::string to_json(const RestoreReport& report) {
  std::string out = "{\"backup\":\"" + report.backup.text() + "\"";
  text(out, "restored_at", rfc3339(report.restored_at));
  text(out, "backup_created_at", rfc3339(report.backup_created_at));
  text(out, "made_by", report.made_by);
  text(out, "confirmed_by", report.confirmed_by);
  number(out, "quarantined", report.quarantined);
  number(out, "kept_refresh_tokens", report.kept_refresh_tokens);
  number(out, "sessions_ended", report.sessions_ended);
  number(out, "authorizations_ended", report.authorizations_ended);
  counts(out, "suspended", report.suspended);
  counts(out, "not_revived", report.not_revived);
  out += ",\"basic_engine_clients\":[";
  for (const RestoreReport::Client& client : report.basic_engine_clients) {
    if (out.back() != '[') out += ',';
    out += "{\"id\":\"" + client.id.text() + "\"";
    text(out, "label", client.label);
    out += '}';
  }
  out += "],\"warnings\":[";
  for (const std::string& warning : report.warnings) {
    if (out.back() != '[') out += ',';
    append_json_string(out, warning);
  }
  out += ']';
  text(out, "kept", report.kept);
  return out + "}";
}

std::string to_text(const RestoreReport& report) {
  std::string out = "Restored the backup of " + rfc3339(report.backup_created_at) + " (" +
                    report.backup.text() + ").\n";
  out += "What there was before lies in " + report.kept +
         ".\n\nWhat still counts was confirmed by " +
         (report.confirmed_by == "audit_trail"       ? "a newer audit trail"
          : report.confirmed_by == "revocation_list" ? "a revocation list"
                                                     : "nothing") +
         ".\nSuspended until somebody says that they count:\n" + lines(report.suspended);
  out += "Not revived, because they were revoked since:\n" + lines(report.not_revived);
  out +=
      "Clients in quarantine, which are not refreshed until their token is known to be current: " +
      std::to_string(report.quarantined) + "\n";
  out += "Refresh tokens kept from before the restore, because they are newer: " +
         std::to_string(report.kept_refresh_tokens) + "\n";
  out += "Sessions and sign-ins that ended: " +
         std::to_string(report.sessions_ended + report.authorizations_ended) + "\n";
  out += "Clients that Basic Engine Robots get since the restore; review each: " +
         std::to_string(report.basic_engine_clients.size()) + "\n";
  for (const RestoreReport::Client& client : report.basic_engine_clients) {
    out += "  " + client.id.text() + " " + client.label + "\n";
  }
  for (const std::string& warning : report.warnings) out += "Note: " + warning + "\n";
  return out;
}

}  // namespace strongroom::backup
