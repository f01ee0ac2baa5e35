#pragma once
// A project as another server exported it (POST /api/v1/projects/{id}/export), read strictly: it
// came by mail or out of a repository, and whoever applies it trusts nothing in it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/result.h"

namespace strongroom::cli {

struct ExportedTargetSystem {
  std::string name;
  bool all_projects = false;  // there, it is of all projects
  boost::json::object destination =
      {};                             // where its credentials are sent, as members of the REST API
  boost::json::object settings = {};  // everything else, as members of the REST API
  std::int64_t consumer_secrets = 0;
  std::int64_t client_keys = 0;
  std::int64_t client_certificates = 0;
  bool has_proxy_credentials = false;
};

struct ExportedClient {
  std::string target_system;  // by its name
  std::string label;
  bool disabled = false;
  // Whose token it exchanges; an empty label: nobody's.
  std::string subject_target_system = {};
  std::string subject_label = {};
  boost::json::object settings = {};
};

struct ExportedRobot {
  std::string path;
  std::string name;
  boost::json::object settings = {};

  std::string full_name() const { return path + "/" + name; }
};

// A secret of the vault, without its value.
struct ExportedSecret {
  std::string target_system;  // by its name
  std::string label;
  boost::json::object settings = {};  // "kind" among them
};

struct ExportedRule {
  std::string target_system;
  std::string label;       // of an OAuth client, or of a secret
  std::string robot = {};  // path/name; empty: `path_pattern` says which
  std::string path_pattern = {};
};

struct ExportDocument {
  std::string project;
  boost::json::object project_settings;
  std::vector<ExportedTargetSystem> target_systems;
  std::vector<ExportedClient> oauth_clients;
  std::vector<ExportedRobot> robots;
  std::vector<ExportedRule> robot_access;
  std::vector<ExportedSecret> secrets;
  std::vector<ExportedRule> secret_access;
  std::string sealed_secrets;  // bytes of a sealed file; empty: it has none
};
inline constexpr std::size_t kLongestExport = std::size_t{64} << 20;

// Errors, kInvalidArgument: no such document, or of a newer version of the program; a member that
// is missing, unknown or of another type (its JSON pointer is the detail); two things of one name;
// a client or a rule that names something that is not in the document.
Result<ExportDocument> read_export(std::string_view text);

// What of one target system was sealed.
struct SealedCredentials {
  std::string target_system;
  boost::json::object destination = {};  // where they may be sent
  boost::json::object members = {};      // of the REST API, with the secrets in them
};
// The value of one secret of the vault.
struct SealedValue {
  std::string target_system;
  std::string label;
  boost::json::object members = {};
};
struct SealedSecrets {
  std::vector<SealedCredentials> target_systems;
  std::vector<SealedValue> secrets;
};
// Of the text that was sealed. Errors: as read_export().
Result<SealedSecrets> read_sealed_secrets(std::string_view text);

}  // namespace strongroom::cli
