#pragma once
// One sitting at a token: signed in, with a few sessions that threads take turns with. It is given
// up as a whole when anything about it is lost. For the sources of this room.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/pkcs11.h"
#include "crypto/pkcs11_module.h"

namespace strongroom::crypto {

// A private key in the token, as long as the sitting lasts.
struct TokenObject {
  CK_OBJECT_HANDLE handle = 0;
  CK_KEY_TYPE type = 0;
  std::string id;  // CKA_ID: what its public half has as well
  std::string label;
  bool asks_each_time = false;  // CKA_ALWAYS_AUTHENTICATE
};

class Pkcs11Sitting {
 public:
  static constexpr std::size_t kMaxSessions = 8;

  // Finds the token by its label and signs in. Errors: as Pkcs11::sign_in().
  static Result<std::shared_ptr<Pkcs11Sitting>> begin(const CK_FUNCTION_LIST& functions,
                                                      const std::string& label,
                                                      const TokenPin& pin);

  // The private key of this name. Errors: kNotFound: none, or of another token; kInvalidArgument:
  // several; as token_error().
  Result<TokenObject> find(const Pkcs11Uri& uri);

  // The public half, as a SubjectPublicKeyInfo in DER (RFC 5280 section 4.1). Errors:
  // kInvalidArgument: there is none that can be read; as token_error().
  Result<std::string> public_half(const TokenObject& key);

  // Errors: as find(), and token_error().
  Result<std::string> sign(const Pkcs11Uri& uri, SignatureAlgorithm algorithm,
                           std::string_view text, const TokenPin& pin);

  // AES-GCM in the token, with the one AES key of this label and a nonce of kNonceBytes; the tag is
  // behind the ciphertext. Errors: kInvalidArgument: no such key, or several; kCorrupt: it does not
  // open; as token_error().
  enum class Way { kSeal, kOpen };
  static constexpr std::size_t kNonceBytes = 12;
  Result<std::string> crypt(Way way, const std::string& label, std::string_view nonce,
                            std::string_view text);

 private:
  class Turn;  // a session, for as long as one thread has it

  Pkcs11Sitting(const CK_FUNCTION_LIST& functions, CK_SLOT_ID slot)
      : functions_(functions), slot_(slot) {}
  Status open(const TokenPin& pin);
  Status read_mechanisms();
  bool offers(CK_MECHANISM_TYPE mechanism) const;
  Result<CK_SESSION_HANDLE> take_session();
  void give_back(CK_SESSION_HANDLE session, bool sound);

  Result<std::vector<CK_OBJECT_HANDLE>> search(CK_SESSION_HANDLE session,
                                               std::vector<CK_ATTRIBUTE>& wanted);
  Result<std::string> value_of(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                               CK_ATTRIBUTE_TYPE attribute);
  Result<TokenObject> describe(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object);
  Result<CK_OBJECT_HANDLE> companion(CK_SESSION_HANDLE session, const TokenObject& key,
                                     CK_OBJECT_CLASS kind);
  Result<std::string> read_public_half(CK_SESSION_HANDLE session, const TokenObject& key);
  Result<CK_OBJECT_HANDLE> aes_key(CK_SESSION_HANDLE session, const std::string& label);
  Result<std::string> crypt_with(CK_SESSION_HANDLE session, Way way, const std::string& label,
                                 std::string_view nonce, std::string_view text);
  Result<TokenObject> remembered(const Pkcs11Uri& uri);
  Result<std::string> run(CK_SESSION_HANDLE session, const TokenObject& key,
                          SignatureAlgorithm algorithm, std::string_view text, const TokenPin& pin);

  const CK_FUNCTION_LIST& functions_;
  const CK_SLOT_ID slot_;
  std::vector<CK_MECHANISM_TYPE> mechanisms_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable freed_;
  std::vector<CK_SESSION_HANDLE> idle_;
  std::size_t open_ = 0;
  std::map<std::string, TokenObject> keys_;  // by URI
};

}  // namespace strongroom::crypto
