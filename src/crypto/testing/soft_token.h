#pragma once
// A security token in software for tests: SoftHSM 2, with its files in a directory of the test's.

#include <filesystem>
#include <string>
#include <string_view>

namespace strongroom::crypto {

// A token called "robots" with the PIN 5678. One at a time: where its files are stands in the
// environment of the process. Throws std::runtime_error where a tool fails.
class SoftToken {
 public:
  SoftToken();
  ~SoftToken();
  SoftToken(const SoftToken&) = delete;
  SoftToken& operator=(const SoftToken&) = delete;

  static std::string module();
  static constexpr std::string_view kLabel = "robots";
  static constexpr std::string_view kPin = "5678";

  // A pair of keys. `type` as pkcs11-tool has it: "rsa:2048", "EC:prime256v1", "EC:edwards25519".
  void make_key(const std::string& type, const std::string& label, const std::string& id,
                const std::string& more = "");
  // `kind`: "privkey" or "pubkey".
  void delete_object(const std::string& kind, const std::string& id);
  void tool(const std::string& arguments);  // pkcs11-tool, signed in

  // As if it was pulled out, and put back.
  void remove();
  void put_back();

 private:
  std::filesystem::path directory_;
};

}  // namespace strongroom::crypto
