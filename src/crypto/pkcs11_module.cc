#include "crypto/pkcs11_module.h"

#include <array>
#include <cstdio>

#include <dlfcn.h>

namespace strongroom::crypto {
namespace {

enum class Meaning { kPin, kAlgorithm, kMissing };

Meaning meaning_of(CK_RV answer) {
  switch (answer) {
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
    case CKR_PIN_EXPIRED:
    case CKR_PIN_LOCKED:
    case CKR_USER_PIN_NOT_INITIALIZED:
      return Meaning::kPin;
    case CKR_MECHANISM_INVALID:
    case CKR_MECHANISM_PARAM_INVALID:
    case CKR_KEY_TYPE_INCONSISTENT:
    case CKR_KEY_FUNCTION_NOT_PERMITTED:
    case CKR_KEY_SIZE_RANGE:
    case CKR_FUNCTION_NOT_SUPPORTED:
      return Meaning::kAlgorithm;
    default:
      return Meaning::kMissing;
  }
}

std::string detail_of(CK_RV answer, LiteralText function) {
  std::array<char, 32> number{};
  std::snprintf(number.data(), number.size(), " answered 0x%lx", answer);
  return std::string(function.view()) + number.data();
}

Error not_a_module(std::string detail) {
  return Error{Code::kInvalidArgument, "The PKCS#11 module cannot be loaded.", std::move(detail)};
}

}  // namespace

Error token_error(CK_RV answer, LiteralText function) {
  switch (meaning_of(answer)) {
    case Meaning::kPin:
      return Error{Code::kUnavailable,
                   "The security token does not accept the PIN. Whoever runs the server must "
                   "correct the PIN, or have it unlocked, and start the server again.",
                   detail_of(answer, function), "security_token_pin"};
    case Meaning::kAlgorithm:
      return Error{Code::kConflict,
                   "The security token cannot sign with this key in the way that the service "
                   "provider asks for. Use a key of another kind.",
                   detail_of(answer, function), "security_token_algorithm"};
    case Meaning::kMissing:
      break;
  }
  return Error{Code::kUnavailable,
               "The security token with the key is not there, or does not answer. Whoever runs the "
               "server must bring it back.",
               detail_of(answer, function), "security_token_missing"};
}

Result<std::unique_ptr<Pkcs11Module>> Pkcs11Module::load(const std::string& path) {
  if (!path.starts_with('/')) return not_a_module(path + ": not an absolute path");
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const why = dlerror();  // NOLINT(concurrency-mt-unsafe): glibc's is a thread's own
    return not_a_module(why == nullptr ? path : std::string(why));
  }
  using Entrance = CK_RV (*)(CK_FUNCTION_LIST**);
  const auto entrance = reinterpret_cast<Entrance>(dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  if (entrance == nullptr || entrance(&functions) != CKR_OK || functions == nullptr) {
    return not_a_module(path + ": no C_GetFunctionList");
  }
  return std::unique_ptr<Pkcs11Module>(new Pkcs11Module(*functions));
}

Pkcs11Module::~Pkcs11Module() { end(); }

Status Pkcs11Module::begin() {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;  // called from several threads
  const CK_RV answer = functions_.C_Initialize(&arguments);
  // Somebody else in this process uses it, and ends it.
  if (answer == CKR_CRYPTOKI_ALREADY_INITIALIZED) return {};
  if (answer != CKR_OK) return token_error(answer, "C_Initialize");
  begun_ = true;
  return {};
}

void Pkcs11Module::end() {
  if (begun_) functions_.C_Finalize(nullptr);
  begun_ = false;
}

Status Pkcs11Module::begin_anew() {
  end();
  return begin();
}

}  // namespace strongroom::crypto
