// A sitting's AES keys: sealing and opening in the token.

#include <algorithm>

#include "crypto/pkcs11_session.h"

namespace strongroom::crypto {
namespace {

constexpr CK_ULONG kTagBits = 128;

unsigned char* bytes_of(std::string_view text) {  // the module only reads it
  return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
}

// What does not open is damaged; how modules say so differs.
Error crypt_error(CK_RV answer, Pkcs11Sitting::Way way) {
  const bool is_refused = answer == CKR_ENCRYPTED_DATA_INVALID ||
                          answer == CKR_ENCRYPTED_DATA_LEN_RANGE || answer == CKR_GENERAL_ERROR ||
                          answer == CKR_DATA_INVALID || answer == CKR_FUNCTION_FAILED;
  if (way == Pkcs11Sitting::Way::kOpen && is_refused) {
    return Error{Code::kCorrupt, "The security token does not open this."};
  }
  return token_error(answer, "C_Encrypt or C_Decrypt");
}

}  // namespace

Result<CK_OBJECT_HANDLE> Pkcs11Sitting::aes_key(CK_SESSION_HANDLE session,
                                                const std::string& label) {
  CK_OBJECT_CLASS kind = CKO_SECRET_KEY;
  CK_KEY_TYPE type = CKK_AES;
  std::string name = label;
  std::vector<CK_ATTRIBUTE> wanted = {{CKA_CLASS, &kind, sizeof kind},
                                      {CKA_KEY_TYPE, &type, sizeof type},
                                      {CKA_LABEL, name.data(), name.size()}};
  STRONGROOM_TRY(const auto found, search(session, wanted));
  if (found.size() == 1) return found.front();
  return Error{Code::kInvalidArgument,
               "The security token has no AES key of this label, or several.", label};
}

Result<std::string> Pkcs11Sitting::crypt_with(CK_SESSION_HANDLE session, Way way,
                                              const std::string& label, std::string_view nonce,
                                              std::string_view text) {
  STRONGROOM_TRY(const CK_OBJECT_HANDLE key, aes_key(session, label));
  CK_GCM_PARAMS parameters{};
  parameters.pIv = bytes_of(nonce);
  parameters.ulIvLen = nonce.size();
  parameters.ulIvBits = nonce.size() * 8;
  parameters.ulTagBits = kTagBits;
  CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof parameters};
  const bool seals = way == Way::kSeal;
  CK_RV answer = seals ? functions_.C_EncryptInit(session, &mechanism, key)
                       : functions_.C_DecryptInit(session, &mechanism, key);
  if (answer != CKR_OK) return token_error(answer, "C_EncryptInit or C_DecryptInit");
  std::string out(text.size() + kTagBits / 8, '\0');
  CK_ULONG size = out.size();
  auto* const to = reinterpret_cast<unsigned char*>(out.data());
  answer = seals ? functions_.C_Encrypt(session, bytes_of(text), text.size(), to, &size)
                 : functions_.C_Decrypt(session, bytes_of(text), text.size(), to, &size);
  if (answer != CKR_OK) {
    wipe(out);
    return crypt_error(answer, way);
  }
  out.resize(std::min<std::size_t>(size, out.size()));
  return out;
}

}  // namespace strongroom::crypto
