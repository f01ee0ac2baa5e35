#include "crypto/testing/soft_token.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace strongroom::crypto {
namespace {

namespace fs = std::filesystem;

void run(const std::string& command) {
  // NOLINTNEXTLINE(cert-env33-c,concurrency-mt-unsafe): a test's own words
  if (std::system((command + " >/dev/null 2>&1").c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

}  // namespace

std::string SoftToken::module() {
  for (const char* const path :
       {"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"}) {
    if (fs::exists(path)) return path;
  }
  throw std::runtime_error("SoftHSM 2 is not installed");
}

SoftToken::SoftToken() {
  std::string pattern = fs::temp_directory_path() / "soft-token-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  directory_ = pattern;
  fs::create_directory(directory_ / "tokens");
  std::ofstream(directory_ / "softhsm2.conf")
      << "directories.tokendir = " << (directory_ / "tokens").string()
      << "\nobjectstore.backend = file\nlog.level = ERROR\n";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread is there yet
  setenv("SOFTHSM2_CONF", (directory_ / "softhsm2.conf").c_str(), 1);
  run("softhsm2-util --init-token --free --label robots --so-pin 1234 --pin 5678");
}

SoftToken::~SoftToken() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void SoftToken::tool(const std::string& arguments) {
  run("pkcs11-tool --module " + module() + " --token-label robots --login --pin 5678 " + arguments);
}

void SoftToken::make_key(const std::string& type, const std::string& label, const std::string& id,
                         const std::string& more) {
  tool("--keypairgen --key-type " + type + " --label " + label + " --id " + id + " " + more);
}

void SoftToken::delete_object(const std::string& kind, const std::string& id) {
  tool("--delete-object --type " + kind + " --id " + id);
}

void SoftToken::remove() { fs::rename(directory_ / "tokens", directory_ / "away"); }

void SoftToken::put_back() { fs::rename(directory_ / "away", directory_ / "tokens"); }

}  // namespace strongroom::crypto
