#pragma once
// What the commands about keys are given.

#include <string>

namespace strongroom::cli {

enum class KeyCommand { kStatus, kRotateRoot, kFinishRoot, kRotateData, kExport, kCheck, kImport };

struct KeyArguments {
  KeyCommand command = KeyCommand::kStatus;
  std::string data_directory;
  std::string config_file;
  std::string new_root_key_file;
  std::string new_passphrase_file;
  bool to_token = false;
  std::string project;  // its id; empty: the server's own key
  bool all = false;
  std::string recipient;
  std::string passphrase_file;
  std::string identity_file;
  std::string file;  // the recovery file
  std::string out;   // a new root key file
  bool as_json = false;
};

}  // namespace strongroom::cli
