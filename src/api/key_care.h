#pragma once
// What the API knows of keys.

#include <string>

namespace strongroom::vault {
class DataKeyRotations;
class RootKeys;
}  // namespace strongroom::vault

namespace strongroom::api {

struct KeyCare {
  vault::RootKeys& root_keys;
  vault::DataKeyRotations& rotations;
  std::string source;  // of the root key: "file", "systemd_credential", …
};

}  // namespace strongroom::api
