#include "crypto/pkcs11_session.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <p11-kit/uri.h>

namespace strongroom::crypto {
namespace {

constexpr CK_ULONG kMaxValueBytes = CK_ULONG{64} * 1024;

Error missing(std::string detail) {
  Error error = token_error(CKR_TOKEN_NOT_PRESENT, "C_GetSlotList");
  error.detail = std::move(detail);
  return error;
}

// Filled up with spaces, without an end.
bool has_label(const CK_TOKEN_INFO& token, std::string_view label) {
  std::string_view padded(reinterpret_cast<const char*>(token.label), sizeof token.label);
  padded = padded.substr(0, padded.find_last_not_of(' ') + 1);
  return padded == label;
}

Result<std::vector<CK_SLOT_ID>> slots_with_tokens(const CK_FUNCTION_LIST& functions) {
  CK_ULONG count = 0;
  // The first call, without a list, is what makes modules look at their slots again.
  CK_RV answer = functions.C_GetSlotList(CK_TRUE, nullptr, &count);
  if (answer != CKR_OK) return token_error(answer, "C_GetSlotList");
  std::vector<CK_SLOT_ID> slots(count);
  if (count != 0) answer = functions.C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (answer != CKR_OK) return token_error(answer, "C_GetSlotList");
  slots.resize(count);
  return slots;
}

Result<CK_SLOT_ID> find_slot(const CK_FUNCTION_LIST& functions, const std::string& label) {
  STRONGROOM_TRY(const auto slots, slots_with_tokens(functions));
  std::vector<CK_SLOT_ID> found;
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO token{};
    if (functions.C_GetTokenInfo(slot, &token) != CKR_OK) continue;
    if ((token.flags & CKF_TOKEN_INITIALIZED) != 0 && has_label(token, label)) {
      found.push_back(slot);
    }
  }
  if (found.empty()) return missing("no token has the label " + label);
  if (found.size() > 1) return missing("several tokens have the label " + label);
  return found.front();
}

// A last attempt is for a person: if the PIN is wrong, the token is locked for everybody.
Status check_attempts(const CK_TOKEN_INFO& token) {
  if ((token.flags & CKF_USER_PIN_LOCKED) != 0) {
    return token_error(CKR_PIN_LOCKED, "C_GetTokenInfo");
  }
  if ((token.flags & CKF_USER_PIN_FINAL_TRY) == 0) return {};
  Error error = token_error(CKR_PIN_LOCKED, "C_GetTokenInfo");
  error.message =
      "The security token was shown wrong PINs and has one attempt left, which is not used here. "
      "Sign in to it with the right PIN by another program, and start the server again.";
  return error;
}

CK_ATTRIBUTE class_attribute(CK_OBJECT_CLASS& kind) { return {CKA_CLASS, &kind, sizeof kind}; }

}  // namespace

class Pkcs11Sitting::Turn {
 public:
  static Result<std::unique_ptr<Turn>> take(Pkcs11Sitting& sitting) {
    STRONGROOM_TRY(const CK_SESSION_HANDLE session, sitting.take_session());
    return std::unique_ptr<Turn>(new Turn(sitting, session));
  }
  ~Turn() { sitting_.give_back(session_, sound_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  CK_SESSION_HANDLE session() const { return session_; }
  // What failed may have left an operation half done.
  template <class T>
  Result<T> keep(Result<T> result) {
    sound_ = result.has_value();
    return result;
  }

 private:
  Turn(Pkcs11Sitting& sitting, CK_SESSION_HANDLE session) : sitting_(sitting), session_(session) {}
  Pkcs11Sitting& sitting_;
  const CK_SESSION_HANDLE session_;
  bool sound_ = true;
};

Result<std::shared_ptr<Pkcs11Sitting>> Pkcs11Sitting::begin(const CK_FUNCTION_LIST& functions,
                                                            const std::string& label,
                                                            const TokenPin& pin) {
  STRONGROOM_TRY(const CK_SLOT_ID slot, find_slot(functions, label));
  std::shared_ptr<Pkcs11Sitting> sitting(new Pkcs11Sitting(functions, slot));
  STRONGROOM_CHECK(sitting->open(pin));
  STRONGROOM_CHECK(sitting->read_mechanisms());
  return sitting;
}

// The session that signs in stays open and is used for nothing else: with the last one the token
// forgets who is there.
Status Pkcs11Sitting::open(const TokenPin& pin) {
  CK_TOKEN_INFO token{};
  CK_RV answer = functions_.C_GetTokenInfo(slot_, &token);
  if (answer != CKR_OK) return token_error(answer, "C_GetTokenInfo");
  CK_SESSION_HANDLE session = 0;
  answer = functions_.C_OpenSession(slot_, CKF_SERIAL_SESSION, nullptr, nullptr, &session);
  if (answer != CKR_OK) return token_error(answer, "C_OpenSession");
  if ((token.flags & CKF_LOGIN_REQUIRED) == 0) return {};
  STRONGROOM_CHECK(check_attempts(token));
  const std::string_view letters = pin.reveal();
  const bool typed_there =
      (token.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0 && letters.empty();
  auto* const bytes =  // the module only reads it
      reinterpret_cast<unsigned char*>(const_cast<char*>(letters.data()));
  answer = functions_.C_Login(session, CKU_USER, typed_there ? nullptr : bytes, letters.size());
  if (answer == CKR_OK || answer == CKR_USER_ALREADY_LOGGED_IN) return {};
  return token_error(answer, "C_Login");
}

Status Pkcs11Sitting::read_mechanisms() {
  CK_ULONG count = 0;
  CK_RV answer = functions_.C_GetMechanismList(slot_, nullptr, &count);
  if (answer != CKR_OK) return token_error(answer, "C_GetMechanismList");
  mechanisms_.resize(count);
  if (count != 0) answer = functions_.C_GetMechanismList(slot_, mechanisms_.data(), &count);
  if (answer != CKR_OK) return token_error(answer, "C_GetMechanismList");
  mechanisms_.resize(count);
  return {};
}

bool Pkcs11Sitting::offers(CK_MECHANISM_TYPE mechanism) const {
  return std::ranges::find(mechanisms_, mechanism) != mechanisms_.end();
}

Result<CK_SESSION_HANDLE> Pkcs11Sitting::take_session() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (!idle_.empty()) {
      const CK_SESSION_HANDLE session = idle_.back();
      idle_.pop_back();
      return session;
    }
    if (open_ < kMaxSessions) {
      CK_SESSION_HANDLE session = 0;
      const CK_RV answer =
          functions_.C_OpenSession(slot_, CKF_SERIAL_SESSION, nullptr, nullptr, &session);
      if (answer == CKR_OK) {
        ++open_;
        return session;
      }
      // A token that has few: others will give theirs back.
      if (answer != CKR_SESSION_COUNT || open_ == 0) return token_error(answer, "C_OpenSession");
    }
    freed_.wait(lock);
  }
}

void Pkcs11Sitting::give_back(CK_SESSION_HANDLE session, bool sound) {
  {
    const std::lock_guard lock(mutex_);
    if (sound) {
      idle_.push_back(session);
    } else {
      --open_;
      functions_.C_CloseSession(session);
    }
  }
  freed_.notify_one();
}

Result<std::vector<CK_OBJECT_HANDLE>> Pkcs11Sitting::search(CK_SESSION_HANDLE session,
                                                            std::vector<CK_ATTRIBUTE>& wanted) {
  CK_RV answer = functions_.C_FindObjectsInit(session, wanted.data(), wanted.size());
  if (answer != CKR_OK) return token_error(answer, "C_FindObjectsInit");
  std::vector<CK_OBJECT_HANDLE> found(2);
  CK_ULONG count = 0;
  answer = functions_.C_FindObjects(session, found.data(), found.size(), &count);
  const CK_RV ended = functions_.C_FindObjectsFinal(session);
  if (answer != CKR_OK) return token_error(answer, "C_FindObjects");
  if (ended != CKR_OK) return token_error(ended, "C_FindObjectsFinal");
  found.resize(count);
  return found;
}

Result<std::string> Pkcs11Sitting::value_of(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                                            CK_ATTRIBUTE_TYPE attribute) {
  CK_ATTRIBUTE asked{attribute, nullptr, 0};
  CK_RV answer = functions_.C_GetAttributeValue(session, object, &asked, 1);
  if (answer == CKR_ATTRIBUTE_TYPE_INVALID || answer == CKR_ATTRIBUTE_SENSITIVE) {
    return std::string();
  }
  if (answer != CKR_OK) return token_error(answer, "C_GetAttributeValue");
  if (asked.ulValueLen == CK_UNAVAILABLE_INFORMATION || asked.ulValueLen > kMaxValueBytes) {
    return std::string();
  }
  std::string value(asked.ulValueLen, '\0');
  asked.pValue = value.data();
  answer = functions_.C_GetAttributeValue(session, object, &asked, 1);
  if (answer != CKR_OK) return token_error(answer, "C_GetAttributeValue");
  value.resize(std::min<std::size_t>(value.size(), asked.ulValueLen));
  return value;
}

Result<TokenObject> Pkcs11Sitting::describe(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  TokenObject key{.handle = object, .type = {}, .id = {}, .label = {}, .asks_each_time = false};
  STRONGROOM_TRY(const std::string type, value_of(session, object, CKA_KEY_TYPE));
  if (type.size() != sizeof key.type) return token_error(CKR_GENERAL_ERROR, "CKA_KEY_TYPE");
  std::memcpy(&key.type, type.data(), sizeof key.type);
  STRONGROOM_TRY(key.id, value_of(session, object, CKA_ID));
  STRONGROOM_TRY(key.label, value_of(session, object, CKA_LABEL));
  STRONGROOM_TRY(const std::string each_time, value_of(session, object, CKA_ALWAYS_AUTHENTICATE));
  key.asks_each_time = each_time.size() == 1 && each_time.front() != 0;
  return key;
}

Result<TokenObject> Pkcs11Sitting::find(const Pkcs11Uri& uri) {
  CK_TOKEN_INFO token{};
  const CK_RV answer = functions_.C_GetTokenInfo(slot_, &token);
  if (answer != CKR_OK) return token_error(answer, "C_GetTokenInfo");
  const bool of_this_token = p11_kit_uri_match_token_info(uri.handle(), &token) == 1;
  if (!of_this_token) {
    return Error{Code::kNotFound, "The URI names another token than the one of this server."};
  }
  CK_OBJECT_CLASS kind = CKO_PRIVATE_KEY;
  std::vector<CK_ATTRIBUTE> wanted = {class_attribute(kind)};
  CK_ULONG count = 0;
  const CK_ATTRIBUTE* const named = p11_kit_uri_get_attributes(uri.handle(), &count);
  std::copy_if(named, named + count, std::back_inserter(wanted),
               [](const CK_ATTRIBUTE& attribute) { return attribute.type != CKA_CLASS; });
  STRONGROOM_TRY(const auto turn, Turn::take(*this));
  STRONGROOM_TRY(const auto found, turn->keep(search(turn->session(), wanted)));
  if (found.empty()) {
    return Error{Code::kNotFound, "The security token has no private key of this name."};
  }
  if (found.size() > 1) {
    return Error{Code::kInvalidArgument,
                 "The security token has several private keys of this name. Name one by its id as "
                 "well."};
  }
  return turn->keep(describe(turn->session(), found.front()));
}

// An object of `kind` that belongs to `key`; 0: none.
Result<CK_OBJECT_HANDLE> Pkcs11Sitting::companion(CK_SESSION_HANDLE session, const TokenObject& key,
                                                  CK_OBJECT_CLASS kind) {
  const bool by_id = !key.id.empty();
  std::string name = by_id ? key.id : key.label;
  if (name.empty()) return CK_OBJECT_HANDLE{0};
  std::vector<CK_ATTRIBUTE> wanted = {class_attribute(kind),
                                      {by_id ? CKA_ID : CKA_LABEL, name.data(), name.size()}};
  STRONGROOM_TRY(const auto found, search(session, wanted));
  return found.empty() ? CK_OBJECT_HANDLE{0} : found.front();
}

Result<std::string> Pkcs11Sitting::public_half(const TokenObject& key) {
  STRONGROOM_TRY(const auto turn, Turn::take(*this));
  return turn->keep(read_public_half(turn->session(), key));
}

Result<TokenObject> Pkcs11Sitting::remembered(const Pkcs11Uri& uri) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = keys_.find(uri.text());
    if (known != keys_.end()) return known->second;
  }
  STRONGROOM_TRY(TokenObject key, find(uri));
  const std::lock_guard lock(mutex_);
  keys_.insert_or_assign(uri.text(), key);
  return key;
}

Result<std::string> Pkcs11Sitting::sign(const Pkcs11Uri& uri, SignatureAlgorithm algorithm,
                                        std::string_view text, const TokenPin& pin) {
  STRONGROOM_TRY(const TokenObject key, remembered(uri));
  STRONGROOM_TRY(const auto turn, Turn::take(*this));
  return turn->keep(run(turn->session(), key, algorithm, text, pin));
}

Result<std::string> Pkcs11Sitting::crypt(Way way, const std::string& label, std::string_view nonce,
                                         std::string_view text) {
  STRONGROOM_TRY(const auto turn, Turn::take(*this));
  return turn->keep(crypt_with(turn->session(), way, label, nonce, text));
}

}  // namespace strongroom::crypto
